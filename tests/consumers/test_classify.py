"""Articles become typed events: level, status, days, place, and the words that prove them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from consumers import classify
from schemas.events import EventMentions, Mentioned
from schemas.topics import ANNOTATED, MENTIONS
from sommet.knowledge.actors import load
from tests.consumers.made import DYAD, NOW, annotated, classified

TEXTS = Path(__file__).with_name("classify.yaml").read_text("utf-8")
CASES = [
    pytest.param(*row, id=f"{name} {number}")
    for name, rows in yaml.load(TEXTS, Loader=yaml.BaseLoader).items()
    for number, row in enumerate(rows, start=1)
]


def written(said: Mentioned) -> str:
    """Return a mention as the table writes it."""
    form = "" if (said.type, said.format) == ("summit", "in_person") else said.format
    days = said.start if said.start == said.end else f"{said.start}/{said.end}"
    facts = " ".join(filter(None, (said.type, said.status, said.salience, form, days, said.place)))
    return f"{facts}; {', '.join(said.participants)}"


@pytest.mark.parametrize(("title", "text", "published", "expected"), CASES)
def test_cases(title: str, text: str, published: str, expected: list[str]) -> None:
    """Each article states these events and no others."""
    found = classified(title=title, text=text, published=published, lang="")
    assert [written(said) for said in found] == expected


def test_the_stage_keeps_nothing() -> None:
    """It may run in other processes."""
    stage = classify.stage(load(), DYAD)
    assert (stage.source, stage.sinks, stage.stateless) == (ANNOTATED, (MENTIONS,), True)


def test_an_article_without_events_says_so() -> None:
    """An empty list replaces what an earlier version stated; the id names article and version."""
    (article,) = annotated(text="La Russie et la Chine sont deux grands pays du continent asiatique.")
    (found,) = classify.stage(load(), DYAD).step({}, article, NOW)
    assert isinstance(found, EventMentions)
    assert (found.id, found.dyad, found.mentions) == ("classify/a/1", DYAD, ())


ARTICLE: dict[str, Any] = {
    "title": "Un sommet à Moscou",
    "text": (
        "Vladimir Poutine a reçu Xi Jinping mardi à Moscou.\n"
        "Les deux pays ont signé un contrat de 38 milliards de mètres cubes de gaz par an.\n"
        "La Russie et la Chine mèneront des manœuvres navales communes en juin."
    ),
    "published": "2023-03-22",
    "outlet": "Le Journal",
    "doc_id": "d7",
}


def test_every_event_shows_its_evidence() -> None:
    """Evidence is an exact, short stretch of its sentence, which is one of the article; the rule is named."""
    (article,) = annotated(**ARTICLE)
    found = classified(**ARTICLE)
    assert {said.type for said in found} == {"summit", "energy", "military"}
    for said in found:
        assert said.evidence in said.sentence
        assert said.sentence in article.content
        assert 0 < len(said.evidence) <= 300
        assert said.reason
        assert 0.5 <= said.confidence <= 1


def test_amounts_are_those_of_the_text() -> None:
    """A quantity stands in the event it belongs to, as it is written."""
    amounts = {said.type: said.quantities for said in classified(**ARTICLE)}
    assert amounts["summit"] == ()
    (gas,) = amounts["energy"]
    assert gas.startswith("38 milliards de mètres cubes")


def test_the_origin_is_the_article() -> None:
    """Outlet, date, language, document and sketch travel with what was read."""
    (article,) = annotated(**ARTICLE)
    (found,) = classify.stage(load(), DYAD).step({}, article, NOW)
    assert isinstance(found, EventMentions)
    origin = found.origin
    assert (origin.article, origin.outlet, origin.doc_id, origin.lang) == ("a", "Le Journal", "d7", "fr")
    assert (origin.published, origin.sketch, origin.version) == ("2023-03-22", article.sketch, 1)


def test_a_long_sentence_gives_short_evidence() -> None:
    """The stretch around the trigger is kept, three hundred characters at the most."""
    detail = ", accompagné de nombreux conseillers venus de toutes les régions du pays" * 8
    (said,) = classified(
        text=f"Vladimir Poutine a reçu Xi Jinping mardi à Moscou{detail}.", published="2023-03-22"
    )
    assert len(said.evidence) <= 300
    assert "reçu" in said.evidence
    assert said.evidence in said.sentence
