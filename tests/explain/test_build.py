"""An explanation is what the stages said of one text."""

import pytest

from schemas.events import EventMentions
from sommet.explain.build import explain
from sommet.explain.model import Why
from sommet.language.classifier import THRESHOLD
from sommet.stage import Reject
from sommet.trace import unheard
from tests.consumers.made import DYAD, NOW, annotated, classifier, raw
from tests.explain.texts import ALL, article, event, found, frame


def reasons(whys: tuple[Why, ...]) -> set[str]:
    """Return the names of reasons."""
    return {why.reason for why in whys}


@pytest.mark.parametrize("name", ALL)
def test_it_changes_nothing(name: str) -> None:
    """The events explained are those that the stage finds when nobody listens, in the same order."""
    articles = annotated(**ALL[name])
    told: list[EventMentions] = [m for a in articles for m in classifier()({}, a, NOW)]
    expected = [mention for message in told for mention in message.mentions]
    assert [happening.mention for happening in found(name).events] == expected


@pytest.mark.parametrize("name", ALL)
def test_every_frame_has_its_fate(name: str) -> None:
    """A frame belongs to an event that names it, or says why it became none; never both."""
    explained = found(name)
    for said in explained.frames:
        assert bool(said.event) != bool(said.dropped), said
        if said.event:
            assert said.number in explained.events[said.event - 1].frames


@pytest.mark.parametrize("name", ALL)
def test_offsets_are_those_of_the_content(name: str) -> None:
    """Whatever is marked reads in the content as it says; marks do not overlap."""
    explained = found(name)
    for mark in explained.marked:
        assert explained.content[mark.start : mark.end] == mark.text
    ends = [0, *(mark.end for mark in explained.marked)]
    assert all(mark.start >= end for mark, end in zip(explained.marked, ends, strict=False))
    for line in explained.sentences:
        assert explained.content[line.start : line.end] == line.text
    for quote in explained.quotes:
        assert explained.content[quote.start : quote.end] == quote.text


def test_what_cleaning_decided() -> None:
    """Language and its basis, date and its basis, agency, what was left out and as what."""
    explained = found("fr")
    assert (explained.lang, explained.published, explained.published_basis) == ("fr", "2026-10-12", "source")
    assert explained.lang_why is not None
    assert explained.lang_why.reason == "language_detected"
    assert explained.agency == "AFP"
    assert [(line.kind, line.text) for line in explained.left_out] == [("credit", "Crédit photo : AFP")]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": "俄罗斯与中国"}, "language_script"),
        ({"text": "Россия и Китай провели переговоры"}, "language_script"),
        ({"text": "Xi, Lavrov", "lang": "fr"}, "language_short"),
        ({"text": "Poutine a rencontré Xi Jinping à Moscou mardi dernier"}, "language_detected"),
    ],
)
def test_the_language_has_a_basis(fields: dict[str, str], reason: str) -> None:
    """Its script, the source's claim, or the detector."""
    why = explain(raw(title="", **fields), DYAD).lang_why
    assert why is not None
    assert why.reason == reason


def test_the_gate_says_who_was_named() -> None:
    """By which words of the text, side by side; where one side is missing, nothing is read."""
    gate = found("fr").gate
    assert gate.passes
    assert gate.analysed
    assert {"Kremlin", "Vladimir Poutine"} <= set(gate.sides["RUS"])
    assert "Xi Jinping" in gate.sides["CHN"]
    silent = found("silent")
    assert (silent.gate.passes, silent.gate.sides) == (False, {"RUS": ("Moscou",), "CHN": ()})
    assert (silent.sentences, silent.frames, silent.events) == ((), (), ())
    assert {mark.text for mark in silent.marked if mark.who} >= {"Paris", "Moscou"}


def test_a_language_without_an_analyser_ends_at_the_gate() -> None:
    """Both are named, but nobody reads the text."""
    text = "Der russische Präsident Wladimir Putin trifft am Montag in Moskau Xi Jinping, sagte der Kreml."
    gate = explain(raw(text=text, title=""), DYAD).gate
    assert gate.passes
    assert not gate.analysed


def test_an_empty_text_is_rejected() -> None:
    """As the stage that cleans would."""
    with pytest.raises(Reject):
        explain(raw(title=" ", text=""), DYAD)


def test_an_event_says_why() -> None:
    """Its type, its salience, its dates; a frame its weight, its status and its time."""
    summit = event("fr", 1)
    assert (summit.mention.type, summit.mention.start) == ("summit", "2026-10-15")
    assert {"date_text", "salience_news"} <= reasons(summit.why)
    deal = frame("fr", "SIGN")
    assert {"weight_one_word", "type_topic", "salience_old", "date_text"} <= reasons(deal.why)
    recalled = frame("fr", "TALK", "s'étaient")
    assert recalled.recalled
    assert {"recalled_tense", "salience_old"} <= reasons(recalled.why)
    visit = frame("fr", "VISIT", "se rendra")
    assert {"status_cue", "time_ahead"} <= reasons(visit.why)
    (time,) = visit.times
    assert (time.text, time.first) == ("jeudi", "2026-10-15")


def test_what_is_joined_names_the_other_frame() -> None:
    """The title's frame is the same event as one of the text, which dates it and comes first."""
    summit = event("fr", 1)
    assert len(summit.frames) > 1
    explained = found("fr")
    others = [why for n in summit.frames for why in explained.frames[n - 1].why if why.reason == "joined"]
    assert len(others) == len(summit.frames) - 1
    assert all(set(why.frames) <= set(summit.frames) for why in others)
    assert explained.frames[summit.frames[0] - 1].times


def test_a_pattern_shows_itself() -> None:
    """As the lexicon writes it; a trigger shows its words."""
    talks = next(each for lang in ("zh", "ru", "en") for each in found(lang).frames if "#" in each.rule)
    assert "{" in talks.source
    (recalled,) = [each for each in found("fr").frames if each.rule.startswith("TALK:")]
    assert recalled.trigger == "s'étaient rencontrés"


def test_refused_triggers_say_why() -> None:
    """Talks with a third party's president are not ours."""
    refused = [each for line in found("fr").sentences for each in line.refused]
    assert any(r.text == "s'est entretenu" and r.why.reason.startswith("refused_") for r in refused)


REFUSED = [
    ("Vladimir Poutine et Xi Jinping ne se sont pas rencontrés à Moscou.", "refused_negated"),
    ("Vladimir Poutine et Xi Jinping se sont rencontrés 39 fois.", "refused_counted"),
    ("La Russie et la Chine célèbrent l'anniversaire de la signature du traité.", "refused_memorial"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_refusals(text: str, reason: str) -> None:
    """A negation, a count, a commemoration are each told as what they are."""
    explained = explain(raw(title="", text=text, published="2026-10-12", lang="fr"), DYAD)
    told = {each.why.reason for line in explained.sentences for each in line.refused}
    assert reason in told


def test_what_is_too_weak_is_dropped_and_says_so() -> None:
    """Talks of two states without a name do not count beside a summit."""
    text = (
        "Vladimir Poutine a reçu Xi Jinping lundi à Moscou pour deux heures de discussions. "
        "La Russie et la Chine ont tenu des consultations en mai 2019."
    )
    explained = explain(raw(title="", text=text, published="2026-10-12"), DYAD)
    lost = [said for said in explained.frames if not said.event]
    assert {"dropped_weak"} == {why.reason for said in lost for why in said.dropped}


def test_the_limit_is_told() -> None:
    """An article states at most one statement; the other frame says so."""
    text = (
        "La Chine et la Russie ont signé lundi une déclaration commune. "
        "En mars 2019, Pékin et Moscou ont publié un communiqué commun."
    )
    explained = explain(raw(title="", text=text, published="2026-10-12"), DYAD)
    (lost,) = [said for said in explained.frames if not said.event]
    assert [(why.reason, why.values["most"]) for why in lost.dropped] == [("dropped_many", "1")]


def test_the_classifier_shows_its_figures() -> None:
    """Taken or abstained, with probabilities and the threshold; elsewhere why it was not asked."""
    (asked,) = [line for line in found("en").sentences if line.guess]
    assert asked.guess is not None
    assert asked.guess.reason in {"guess_taken", "guess_abstained"}
    assert float(asked.guess.values["threshold"]) == THRESHOLD
    assert asked.guess.values["likely"].count(",") == 2
    (listed,) = [line.guess for line in found("list").sentences if line.guess]
    assert listed.reason == "guess_abstained"
    not_asked = found("fr").classifier
    assert not_asked is not None
    assert not_asked.reason == "asked_not"


def test_the_confidence_of_what_the_classifier_called_is_its_probability() -> None:
    """The event of a guess says how likely it is, as the figures beside the sentence do."""
    (asked,) = [line.guess for line in found("en").sentences if line.guess]
    (happening,) = found("en").events
    assert happening.mention.reason == "sentence:military"
    assert f"{happening.mention.confidence:.2f}" == asked.values["event"]


def test_a_quotation_has_who_says_it() -> None:
    """With the name as it stands and the word of saying, also over two sentences; else neither."""
    first, second = found("quoted").quotes
    assert first.text.endswith("un bon voisin »")
    assert first.speaker is not None
    assert (first.number, first.speaker.text, first.cue) == (1, "Vladimir Poutine", "déclaré")
    assert [(who.actor, who.side) for who in first.speaker.who] == [("vladimir-putin", "RUS")]
    assert (second.number, second.speaker, second.cue) == (2, None, "")
    assert found("silent").quotes == ()


def test_nobody_listens_by_default() -> None:
    """The default hears everything and does nothing."""
    unheard("joined", frames=(1,), other=(2,), by="x")


def test_ids_of_documents_stay() -> None:
    """A document is shown under its own id."""
    assert explain(article("fr", doc_id="d7"), DYAD).id == "d7"
