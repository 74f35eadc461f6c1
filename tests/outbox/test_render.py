"""Alerts in words."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from schemas.events import EventType, Format, Status, Turned
from sommet.errors import KnowledgeError
from sommet.knowledge import actors
from sommet.knowledge.phrases import LANGUAGES, load, phrases
from sommet.outbox.dates import changed, interval
from sommet.outbox.message import Rendered
from sommet.outbox.names import actor_name
from sommet.outbox.render import render, render_digest
from tests.outbox.fakes import an_alert, an_event

DIRECTORY = Path(__file__).parents[2] / "sommet" / "knowledge" / "phrases"


def rendered(language: str = "fr", **fields: Any) -> Rendered:
    """Return the message for an event changed by `fields`."""
    return render(an_alert(event=an_event(**fields)), language)


def facts(message: Rendered) -> dict[str, str]:
    """Return the facts with plain spaces."""
    return {fact.label: plain(fact.value) for fact in message.facts}


def plain(text: str) -> str:
    """Return `text` with ordinary spaces."""
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("start", "end", "fr", "en"),
    [
        ("2023-03-20", "2023-03-22", "du 20 au 22 mars 2023", "20–22 March 2023"),
        ("2023-03-01", "2023-03-01", "1er mars 2023", "1 March 2023"),
        ("2023-02-28", "2023-03-01", "du 28 février au 1er mars 2023", "28 February – 1 March 2023"),
        (
            "2022-12-30",
            "2023-01-02",
            "du 30 décembre 2022 au 2 janvier 2023",
            "30 December 2022 – 2 January 2023",
        ),
        ("2022-02", "2022-02", "février 2022", "February 2022"),
        ("2022-02", "2022-04", "février – avril 2022", "February – April 2022"),
        ("2022-11", "2023-02", "novembre 2022 – février 2023", "November 2022 – February 2023"),
        ("2021", "2021", "2021", "2021"),
        ("2021", "2023", "2021 – 2023", "2021 – 2023"),
        ("2023-03-20", "2023-04", "20 mars 2023 – avril 2023", "20 March 2023 – April 2023"),
        ("2023-03-20", "", "20 mars 2023", "20 March 2023"),
        ("", "2023-03", "au plus tard : mars 2023", "by March 2023"),
        ("", "", "date non précisée", "date not given"),
        ("demain", "2023-13-45", "date non précisée", "date not given"),
        ("2023-02-30", "", "date non précisée", "date not given"),
    ],
)
def test_dates_in_words(start: str, end: str, fr: str, en: str) -> None:
    """As exact as they are known, and no more; undated is said."""
    assert plain(interval(start, end, phrases("fr"))) == fr
    assert plain(interval(start, end, phrases("en"))) == en


def test_the_date_before() -> None:
    """One date, or two with a slash."""
    assert plain(changed("2023-03-20/2023-03-22", phrases("en"))) == "20–22 March 2023"
    assert plain(changed("2023-03", phrases("en"))) == "March 2023"


@pytest.mark.parametrize(
    ("fields", "fr", "en"),
    [
        ({}, "première annonce", "first report"),
        (
            {"change": "status", "before": "planned", "status": "occurred"},
            "statut : prévu → a eu lieu",
            "status: planned → held",
        ),
        (
            {"change": "date", "before": "2023-03"},
            "date : mars 2023 → du 20 au 22 mars 2023",
            "date: March 2023 → 20–22 March 2023",
        ),
        ({"change": "place", "before": "Beijing"}, "lieu : Pékin → Moscou", "place: Beijing → Moscow"),
        ({"change": "place"}, "lieu : … → Moscou", "place: … → Moscow"),
        ({"change": "more"}, "autre article sur le même événement", "another report of the same event"),
    ],
)
def test_why_now(fields: dict[str, Any], fr: str, en: str) -> None:
    """What is new, with the value before."""
    assert facts(rendered("fr", **fields))["Pourquoi maintenant"] == fr
    assert facts(rendered("en", **fields))["Why now"] == en


def test_a_message_in_french() -> None:
    """Every fact in natural French, names and places translated."""
    message = rendered(lineages=2, articles=5, quantities=("3 milliards",), confidence=0.7)
    assert (
        plain(message.title) == "Sommet prévu : Vladimir Poutine et Xi Jinping, Moscou, du 20 au 22 mars 2023"
    )
    assert facts(message) == {
        "Pourquoi maintenant": "première annonce",
        "Qui": "Vladimir Poutine et Xi Jinping",
        "Quand": "du 20 au 22 mars 2023",
        "Où": "Moscou",
        "Comment": "en personne",
        "Statut": "prévu",
        "Chiffres": "3 milliards",
        "Recoupement": "2 sources indépendantes (5 articles)",
        "Confiance": "moyenne",
    }
    assert message.notes == ()


@pytest.mark.parametrize("kind", ["summit", "consultation"])
@pytest.mark.parametrize(
    ("form", "status", "fr", "en"),
    [
        ("phone", "planned", "Entretien téléphonique prévu", "Phone call planned"),
        ("phone", "occurred", "L’entretien téléphonique a eu lieu", "Phone call held"),
        ("video", "occurred", "La visioconférence a eu lieu", "Video call held"),
        ("video", "cancelled", "Visioconférence annulée ou reportée", "Video call cancelled or postponed"),
        (
            "video",
            "alleged",
            "Visioconférence évoquée, sans confirmation",
            "Video call reported, not confirmed",
        ),
        ("phone", "denied", "Entretien téléphonique démenti", "Phone call denied"),
    ],
)
def test_a_call_is_no_meeting(kind: str, form: str, status: str, fr: str, en: str) -> None:
    """Talks by phone or video are called what they are."""
    fields = {"type": kind, "format": form, "status": status}
    assert plain(rendered("fr", **fields).title).startswith(f"{fr} : ")
    assert rendered("en", **fields).title.startswith(f"{en}: ")


@pytest.mark.parametrize(
    ("quantities", "shown"),
    [
        (
            ("3 millions de tonnes par an", "3 millions de tonnes de GNL par an"),
            "3 millions de tonnes de GNL par an",
        ),
        (("4,2 %", "1713亿美元", "4,2 %"), "4,2 % ; 1713亿美元"),
        (("1713亿", "1713亿美元"), "1713亿美元"),
        (("six entreprises", "Six entreprises chinoises"), "Six entreprises chinoises"),
        (("10 %", "110 %"), "10 % ; 110 %"),
    ],
)
def test_each_figure_once(quantities: tuple[str, ...], shown: str) -> None:
    """A figure that another one contains is left out."""
    assert facts(rendered(quantities=quantities))["Chiffres"] == shown


def test_states_are_translated_by_cldr() -> None:
    """Names of states need no list of ours; what is unknown stays as it is."""
    message = rendered(participants=("Russia", "China", "Somebody Else"), place="Kazakhstan")
    assert facts(message)["Qui"] == "Russie, Chine et Somebody Else"
    assert facts(message)["Où"] == "Kazakhstan"
    assert facts(rendered(place="South Korea"))["Où"] == "Corée du Sud"
    assert facts(rendered(place="Xanadu"))["Où"] == "Xanadu"


@pytest.mark.parametrize(
    ("name", "fr"),
    [
        ("Andrei Rudenko", "Andreï Roudenko"),
        ("Sun Weidong", "Sun Weidong"),
        ("Pacific Fleet", "flotte russe du Pacifique"),
        ("Chinese Navy", "marine chinoise"),
        ("Ministry of Energy of Russia", "ministère russe de l’Énergie"),
        ("SCO", "OCS"),
        ("Vladimir Putin", "Vladimir Poutine"),
    ],
)
def test_actors_have_their_french_names(name: str, fr: str) -> None:
    """From our own words first, then from the knowledge; English keeps the canonical name."""
    assert facts(rendered(participants=(name,)))["Qui"] == fr
    assert facts(rendered("en", participants=(name,)))["Who"] == name


def test_every_person_and_body_has_a_french_name() -> None:
    """A whole name, no bare surname; nothing that reads like English."""
    for actor in actors.load().by_id.values():
        if actor.kind in {"person", "body"}:
            name = actor_name(actor.name, phrases("fr"))
            assert actor.name in phrases("fr").names or name in {
                alias.text.replace("'", "\u2019")
                for alias in actor.names
                if alias.lang == "fr" and not alias.needs
            }, actor.name
            assert not re.search(r"\b(?:of|the|and|Ministry|Fleet|Navy|Committee)\b", name), actor.name
            assert actor.kind == "body" or " " in name or " " not in actor.name, actor.name


def test_what_is_unknown_is_left_out_but_the_date() -> None:
    """No empty lines; that there is no date is said."""
    message = rendered(place="", participants=(), start="", end="", format="", lineages=1)
    assert set(facts(message)) == {"Pourquoi maintenant", "Quand", "Statut", "Recoupement", "Confiance"}
    assert message.title == "Sommet prévu"
    assert facts(message)["Quand"] == "date non précisée"
    assert facts(message)["Recoupement"] == "1 source indépendante"


def test_the_language_of_the_article_and_machine_translation_are_said() -> None:
    """Only where the article's language is not the message's."""
    origin = {"lang": "zh", "machine_translated": True}
    assert rendered(origin=origin).notes == ("article en chinois", "texte traduit automatiquement")
    assert rendered("en", origin=origin).notes == ("article in Chinese", "machine-translated text")
    assert rendered("en").notes == ("article in French",)
    assert rendered(origin={"lang": "xx-<b>"}).notes == ("article en xx-<b>",)


@pytest.mark.parametrize(
    ("evidence", "sentence", "expected"),
    [
        ("se rendra", "Il se rendra à Moscou.", ("Il ", "se rendra", " à Moscou.")),
        ("autre chose", "Il se rendra à Moscou.", ("Il se rendra à Moscou.", "", "")),
        ("se rendra", "", ("", "se rendra", "")),
        ("", "Il se rendra.", ("Il se rendra.", "", "")),
        ("se\u200b rendra", "Il se  rendra.", ("Il ", "se rendra", ".")),
    ],
)
def test_the_evidence_is_marked_in_its_sentence(
    evidence: str, sentence: str, expected: tuple[str, str, str]
) -> None:
    """Where it is not found, the sentence stands alone."""
    quote = rendered(evidence=evidence, sentence=sentence).quote
    assert quote is not None
    assert (quote.before, quote.marked, quote.after) == expected
    assert (quote.open, quote.close) == ("«\u00a0", "\u00a0»")


def test_a_long_sentence_is_cut_round_its_evidence() -> None:
    """The evidence stays whole."""
    quote = rendered(evidence="LA PREUVE", sentence="avant " * 500 + "LA PREUVE" + " après" * 500).quote
    assert quote is not None
    assert quote.marked == "LA PREUVE"
    assert quote.before.startswith("…")
    assert quote.after.endswith("…")
    assert len(quote.text) <= 720


def test_without_any_text_there_is_no_quote() -> None:
    """Nothing is made up."""
    assert rendered(evidence="", sentence="\u200b").quote is None


def test_the_link_scrolls_to_the_sentence() -> None:
    """The page itself and the place in it; an unsafe URL gives neither."""
    link = rendered().link
    assert link is not None
    assert link.url == "https://exemple.test/monde/1"
    assert link.target.startswith("https://exemple.test/monde/1#:~:text=Le%20pr")
    unsafe = rendered(origin={"url": "javascript:x", "outlet": ""}).link
    assert unsafe is not None
    assert (unsafe.url, unsafe.target, unsafe.outlet) == ("", "", "exemple")


def test_many_participants() -> None:
    """Three in the title, ten below, the rest are dots."""
    message = rendered(participants=tuple(f"Person {number}" for number in range(15)))
    assert "Person 2, …" in message.title
    assert facts(message)["Qui"].endswith("Person 9, …")


def test_a_digest() -> None:
    """Its title counts, its items are whole messages."""
    message = render_digest([an_alert(1), an_alert(2)], "fr")
    assert plain(message.title) == "2 alertes en attente"
    assert plain(render_digest([an_alert(1)], "en").title) == "1 alert held back"
    assert [item.title for item in message.items] == [render(an_alert(), "fr").title] * 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", get_args(EventType))
@pytest.mark.parametrize("status", get_args(Status))
def test_every_type_and_status_has_words(language: str, kind: str, status: str) -> None:
    """Also each change and format, in both languages; no pattern is left unfilled."""
    for change in get_args(Turned):
        for form in get_args(Format):
            message = rendered(
                language, type=kind, status=status, change=change, format=form, before="planned"
            )
            text = " ".join([message.title, *(fact.value for fact in message.facts)])
            assert "{" not in text
            assert all(fact.value for fact in message.facts)


def keys(value: object) -> object:
    """Return the keys of nested mappings."""
    return {name: keys(part) for name, part in value.items()} if isinstance(value, dict) else None


def test_both_languages_have_the_same_keys() -> None:
    """But for the names that English need not translate."""
    found = [yaml.safe_load((DIRECTORY / f"{language}.yaml").read_text()) for language in LANGUAGES]
    for words in found:
        for table in ("places", "names"):
            words.pop(table)
    assert keys(found[0]) == keys(found[1])


def test_french_typography() -> None:
    """No-break spaces before high punctuation and in guillemets, no straight apostrophes."""
    text = (DIRECTORY / "fr.yaml").read_text()
    values = re.sub(r"^ *#.*$|^( *[\w .'-]+:)", "", text, flags=re.MULTILINE)
    assert not re.search(r" [;:!?»](?:\s|$)|« ", values)
    assert "'" not in values


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda words: words["calls"]["phone"].pop("denied"), "lack calls.phone: denied"),
        (lambda words: words["types"].pop("energy"), "lack types: energy"),
        (lambda words: words["types"]["energy"]["titles"].pop("denied"), "lack types.energy.titles: denied"),
        (lambda words: words["changes"].pop("more"), "lack changes: more"),
        (lambda words: words["labels"].pop("why"), "why"),
        (lambda words: words.update(extra=1), "extra"),
        (lambda words: words["types"].update(sumit=words["types"]["summit"]), "sumit"),
    ],
)
def test_a_missing_word_is_named(tmp_path: Path, spoil: Any, says: str) -> None:
    """The message says which file and which key."""
    words = yaml.safe_load((DIRECTORY / "en.yaml").read_text())
    spoil(words)
    path = tmp_path / "en.yaml"
    path.write_text(yaml.safe_dump(words))
    with pytest.raises(KnowledgeError, match=says) as caught:
        load(path)
    assert "en.yaml" in str(caught.value)


def test_a_language_without_words() -> None:
    """The known ones are named."""
    with pytest.raises(KnowledgeError, match="fr, en"):
        phrases("de")
