"""The classifier of sentences."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from schemas.articles import AnnotatedArticle, Article
from schemas.events import EventType
from sommet.language import blocks, classifier
from sommet.language.analysers import analyser
from sommet.language.analysis import MAX_BESIDE
from sommet.language.calibration import unpacked
from sommet.language.detect import ANALYSED

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

EVENTS = [
    ("fr", "Le patron de la diplomatie russe et son collègue chinois se sont concertés à Harbin jeudi."),
    ("en", "Crews from the two fleets, Russian and Chinese, rehearsed hunting submarines off Hokkaido."),
    ("ru", "Россия и Китай сверили часы по всем вопросам двусторонней повестки на уровне министров."),
    ("zh", "中俄海军舰艇编队在日本海联合演练反潜科目。"),
]
NO_EVENTS = [
    ("fr", "La Russie et la Chine figurent parmi les dix plus grands producteurs de blé du monde."),
    ("en", "China beat Russia 3-1 in the women's volleyball final on Sunday."),
    ("ru", "Россия и Китай входят в десятку крупнейших экономик мира."),
    ("zh", "中国和俄罗斯都是世界人口大国。"),
]


def test_the_model_is_that_of_the_stored_sentences() -> None:
    """A change of the sentences without `make train` is noticed; every analysed language is calibrated."""
    train = pytest.importorskip("benchmarks.quality.train.train")
    with np.load(classifier.MODEL, allow_pickle=False) as stored:
        assert str(stored["sentences"]) == train.digest()
        calibration = {lang: [one.slope, one.shift] for lang, one in unpacked(stored).items()}
    assert calibration == json.loads(train.RELIABILITY.read_text("utf-8"))["calibration"]
    assert sorted(calibration) == sorted(ANALYSED)


@pytest.mark.parametrize(("lang", "text"), EVENTS)
def test_sentences_that_state_an_event_are_likely(lang: str, text: str) -> None:
    """Said in words that no lexicon needs to know; each far likelier than what states none."""
    (found,) = classifier.guess([text], lang)
    others = classifier.guess([text for _, text in NO_EVENTS], lang)
    assert found.event > 0.4, lang
    assert found.event > 5 * max(other.event for other in others), lang
    assert found.type in {"consultation", "military", "summit"}


@pytest.mark.parametrize(("lang", "text"), NO_EVENTS)
def test_what_states_no_event_stays_below_the_threshold(lang: str, text: str) -> None:
    """Lists, matches and comparisons are no events."""
    (found,) = classifier.guess([text], lang)
    assert found.event < classifier.THRESHOLD


def test_nothing_is_guessed_of_nothing() -> None:
    """No sentences, no guesses."""
    assert classifier.guess([], "fr") == []


def test_the_same_sentence_has_the_same_guess_beside_others() -> None:
    """A guess does not depend on what else is asked."""
    alone = classifier.guess([EVENTS[0][1]], "fr")[0]
    beside = classifier.guess([text for _, text in EVENTS], "fr")[0]
    assert (alone.type, round(alone.event, 3)) == (beside.type, round(beside.event, 3))


def test_it_is_not_asked_about_third_parties() -> None:
    """A sentence with somebody else's person in it is left alone, however likely it sounds."""
    text = "Vladimir Poutine a fait le point à Pékin avec Emmanuel Macron, a noté la Chine."
    article = Article(
        article="a",
        url="u",
        source="s",
        text=text,
        blocks=blocks.split("", text),
        lang="fr",
        published="2024-05-16",
    )
    found = analyser("fr", "RUS-CHN").annotate(article)
    assert not any(frame.rule.startswith("sentence:") for frame in found.frames)


CALLED = "Crews from the two fleets, Russian and Chinese, rehearsed hunting submarines off Hokkaido."
DOUBTED = "China would hand Russia shells for its guns in Ukraine."


def annotated(text: str) -> AnnotatedArticle:
    """Return an English text, analysed."""
    article = Article(
        article="a", url="u", source="s", text=text, blocks=blocks.split("", text), lang="en",
        published="2024-05-16",
    )  # fmt: skip
    return analyser("en", "RUS-CHN").annotate(article)


def test_the_weight_of_a_guess_is_its_probability() -> None:
    """What the classifier says of the sentence is how far the frame is trusted, no more and no less."""
    (frame,), (found,) = annotated(CALLED).frames, classifier.guess([CALLED], "en")
    assert frame.weight == found.event >= classifier.THRESHOLD


def test_a_conditional_takes_from_a_guess_as_from_a_rule() -> None:
    """What would be weighs no more than the rules leave it, however likely it sounds."""
    (frame,), (found,) = annotated(DOUBTED).frames, classifier.guess([DOUBTED], "en")
    assert found.event >= classifier.THRESHOLD
    assert frame.tense == "conditional"
    assert frame.weight == pytest.approx(0.55)


TALKS = "Vladimir Putin met Xi Jinping in Kazan on Monday."
CREWS = "Crews from the two fleets, Russian and Chinese, rehearsed hunting {}."


def test_beside_what_rules_read_it_calls_what_it_is_sure_the_type_of() -> None:
    """The sentence that no rule read is an event of its own; one that rules read is not asked about."""
    crews = CREWS.format("submarines")
    (found,) = classifier.guess([crews], "en")
    frames = annotated(f"{TALKS} {crews}").frames
    assert found.share >= classifier.BESIDE
    assert [frame.rule for frame in frames if frame.rule.startswith("sentence:")] == ["sentence:military"]
    assert any(frame.concept == "TALK" for frame in frames)


def test_beside_rules_three_sentences_are_asked_about_at_most() -> None:
    """However many name both: a long article costs no more."""
    heard: list[str] = []
    text = " ".join([TALKS, *map(CREWS.format, ("submarines", "pirates", "drones", "mines", "smugglers"))])
    article = Article(
        article="a", url="u", source="s", text=text, blocks=blocks.split("", text), lang="en",
        published="2024-05-16",
    )  # fmt: skip
    analyser("en", "RUS-CHN").annotate(article, lambda reason, **_told: heard.append(reason))
    assert sum(reason.startswith("guess_") for reason in heard) == MAX_BESIDE


@pytest.mark.parametrize(
    ("kind", "share", "told", "alone", "expected"),
    [
        ("energy", 0.9, {"trade"}, False, "guess_beside"),
        ("energy", 0.9, {"meeting"}, False, "guess_beside"),
        ("energy", 0.9, {"energy"}, False, "guess_told"),
        ("energy", 0.8, {"trade"}, False, "guess_unsure"),
        ("statement", 0.9, {"trade"}, False, "guess_beside"),
        ("statement", 0.9, {"visit"}, False, "guess_told"),
        ("alignment", 0.9, {"meeting"}, False, "guess_told"),
        ("summit", 0.9, {"meeting"}, False, "guess_told"),
        ("consultation", 0.9, {"visit"}, False, "guess_told"),
        ("consultation", 0.9, {"energy"}, False, "guess_beside"),
        ("third_party", 0.9, {"trade"}, True, "guess_third_party"),
    ],
)
def test_beside_rules_nothing_is_called_twice(
    kind: EventType, share: float, told: set[str], *, alone: bool, expected: str
) -> None:
    """The type must be sure; what rules told is not told again, what is said at talks is part of them."""
    guess = classifier.Guess(kind, 0.99, share)
    assert classifier.answer_beside(guess, told, alone=alone) == expected


def test_an_article_keeps_the_types_of_what_was_not_sure_enough() -> None:
    """The likeliest type of each sentence that stayed below the threshold, in their order; nothing else."""
    text = " ".join(text for lang, text in NO_EVENTS if lang == "en") + " " + CALLED
    (unsure, sure) = classifier.guess([NO_EVENTS[1][1], CALLED], "en")
    found = annotated(text)
    assert found.abstained == (unsure.type,)
    assert [frame.rule for frame in found.frames] == [f"sentence:{sure.type}"]
