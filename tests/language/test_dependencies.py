"""What French and English syntax tells: clauses, arguments, tenses, negation."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sommet.language.dependencies import Dependencies, model, parse
from sommet.language.syntax import Windows, windows

NAMES = ("Vladimir Poutine", "Vladimir Putin", "Xi Jinping", "Joe Biden", "Wang Yi")


@pytest.fixture(scope="module", autouse=True)
def _models() -> None:
    """Load both models once."""
    model("fr")
    model("en")


def parsed(text: str, lang: str) -> Dependencies:
    """Parse a sentence with its known persons."""
    spans = sorted((text.index(name), text.index(name) + len(name)) for name in NAMES if name in text)
    return parse(text, spans, lang)


@pytest.mark.parametrize(
    ("lang", "text", "word", "tense"),
    [
        ("fr", "Vladimir Poutine rencontre Xi Jinping.", "rencontre", "present"),
        ("fr", "Vladimir Poutine rencontrera Xi Jinping.", "rencontrera", "future"),
        ("fr", "Vladimir Poutine a rencontré Xi Jinping.", "rencontré", "past"),
        ("fr", "Vladimir Poutine avait rencontré Xi Jinping.", "rencontré", "pluperfect"),
        ("fr", "Vladimir Poutine aurait rencontré Xi Jinping.", "rencontré", "conditional"),
        ("fr", "Vladimir Poutine rencontrait Xi Jinping.", "rencontrait", "past"),
        ("fr", "Vladimir Poutine veut rencontrer Xi Jinping.", "rencontrer", "infinitive"),
        ("fr", "Le gazoduc sera construit par la Chine.", "construit", "future"),
        ("en", "Vladimir Putin meets Xi Jinping.", "meets", "present"),
        ("en", "Vladimir Putin met Xi Jinping.", "met", "past"),
        ("en", "Vladimir Putin will meet Xi Jinping.", "meet", "future"),
        ("en", "Vladimir Putin had met Xi Jinping.", "met", "pluperfect"),
        ("en", "Vladimir Putin would meet Xi Jinping.", "meet", "conditional"),
        ("en", "Vladimir Putin could meet Xi Jinping.", "meet", "conditional"),
    ],
)
def test_tense(lang: str, text: str, word: str, tense: str) -> None:
    """Auxiliaries are asked first."""
    assert parsed(text, lang).tense(text.index(word)) == tense


@pytest.mark.parametrize(
    ("lang", "text", "word", "other", "seen"),
    [
        ("fr", "Vladimir Poutine et Xi Jinping se sont rencontrés mercredi.", "rencontrés", "Vladimir", True),
        ("fr", "Vladimir Poutine et Xi Jinping se sont rencontrés mercredi.", "rencontrés", "Xi", True),
        (
            "fr",
            "Vladimir Poutine est arrivé tandis que Joe Biden rencontrait Xi Jinping.",
            "rencontrait",
            "Vladimir",
            False,
        ),
        (
            "fr",
            "Vladimir Poutine est arrivé tandis que Joe Biden rencontrait Xi Jinping.",
            "rencontrait",
            "Joe",
            True,
        ),
        (
            "fr",
            "Vladimir Poutine a reçu Joe Biden, qui avait rencontré Xi Jinping.",
            "rencontré",
            "Joe",
            True,
        ),
        (
            "fr",
            "Vladimir Poutine a reçu Joe Biden, qui avait rencontré Xi Jinping.",
            "rencontré",
            "Vladimir",
            False,
        ),
        ("fr", "Vladimir Poutine veut rencontrer Xi Jinping.", "rencontrer", "Vladimir", True),
        ("fr", "Vladimir Poutine a dit qu'il rencontrerait Xi Jinping.", "rencontrerait", "Vladimir", True),
        ("en", "Vladimir Putin and Xi Jinping met on Wednesday.", "met", "Vladimir", True),
        ("en", "Vladimir Putin and Xi Jinping met on Wednesday.", "met", "Xi", True),
        ("en", "Vladimir Putin said that Joe Biden had met Xi Jinping.", "met", "Vladimir", False),
        ("en", "Vladimir Putin said he would meet Xi Jinping.", "meet", "Vladimir", True),
        ("en", "Vladimir Putin wants to meet Xi Jinping.", "meet", "Vladimir", True),
    ],
)
def test_who_can_be_an_argument(lang: str, text: str, word: str, other: str, seen: bool) -> None:
    """A verb sees its own clause, the subject it takes over, and what its relative clause hangs on."""
    assert parsed(text, lang).sees(text.index(word), text.index(other)) is seen


@pytest.mark.parametrize(
    ("lang", "text", "word", "negated"),
    [
        ("fr", "Vladimir Poutine n'a pas rencontré Xi Jinping.", "rencontré", True),
        ("fr", "Vladimir Poutine a rencontré Xi Jinping.", "rencontré", False),
        ("fr", "Pékin ne livre jamais d'armes à Moscou.", "livre", True),
        ("en", "Vladimir Putin did not meet Xi Jinping.", "meet", True),
        ("en", "Vladimir Putin didn't meet Xi Jinping.", "meet", True),
        ("en", "Vladimir Putin met Xi Jinping.", "met", False),
    ],
)
def test_negation(lang: str, text: str, word: str, negated: bool) -> None:
    """It is that of the verb which governs the word."""
    assert parsed(text, lang).negated(text.index(word)) is negated


@pytest.mark.parametrize(
    ("lang", "text", "word", "subordinate"),
    [
        ("fr", "Joe Biden, qui avait rencontré Xi Jinping, est parti.", "rencontré", True),
        ("fr", "Vladimir Poutine a rencontré Xi Jinping.", "rencontré", False),
        ("en", "Joe Biden, who had met Xi Jinping, left.", "met", True),
        ("en", "Vladimir Putin met Xi Jinping.", "met", False),
    ],
)
def test_subordinate_clauses(lang: str, text: str, word: str, subordinate: bool) -> None:
    """A relative clause is one, the main clause is none."""
    assert parsed(text, lang).subordinate(text.index(word)) is subordinate


def test_words_are_those_of_the_clause_and_its_governing_verbs() -> None:
    """What governs a clause says how firm it is."""
    text = "Le Kremlin a démenti que Vladimir Poutine ait rencontré Xi Jinping."
    words = parsed(text, "fr").words(text.index("rencontré"))
    assert "démenti" in words
    assert "rencontré" in words


@pytest.mark.parametrize(
    "text",
    [
        "La rencontre n'aura pas lieu.",
        "Vladimir Poutine s'apprête à partir.",
        "L'espoir d'un accord demeure.",
    ],
)
def test_words_are_written_as_in_the_sentence(text: str) -> None:
    """So that the cues of a lexicon find them: elided words stay joined to what follows."""
    words = parsed(text, "fr").words(0)
    assert all(part in words for part in text.rstrip(".").split() if "'" in part)


def test_a_clause_is_a_stretch_of_the_sentence_around_its_word() -> None:
    """It ends where another clause begins, and its offsets count in the sentence as it is written."""
    text = "Vladimir Poutine est arrivé tandis que Joe Biden rencontrait Xi Jinping."
    start, end = parsed(text, "fr").clause(text.index("rencontrait"))
    assert "Joe Biden rencontrait Xi Jinping" in text[start:end]
    assert "arrivé" not in text[start:end]


WORDS = [
    "Xi Jinping",
    "Vladimir Poutine",
    "a rencontré",
    "qui",
    ",",
    "et",
    "la Chine",
    "ne",
    "pas",
    ".",
    "(",
    "—",
    "l'",
    "习",
]


@settings(max_examples=50)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=10).map(" ".join), st.integers(0, 60))
def test_any_place_of_any_sentence_has_answers(text: str, at: int) -> None:
    """A clause lies in the sentence and holds its word; no place is too far."""
    tree = parsed(text, "fr")
    start, end = tree.clause(at)
    assert 0 <= start < end <= len(text)
    assert isinstance(tree.words(at), str)
    assert tree.sees(at, at)
    assert tree.tense(at) in {"past", "pluperfect", "present", "future", "conditional", "infinitive", ""}


def cut(text: str) -> Windows:
    """Return the structure by punctuation."""
    return windows(text, reach=30, negation=r"\bне\s$", future=r"\bвстретится\b")


@pytest.mark.parametrize(
    ("text", "word", "other", "seen"),
    [
        ("Путин встретился с Си", "встретился", "Си", True),
        ("Путин уехал, Си остался", "уехал", "Си", True),
        ("Путин уехал, Си остался, Байден ждал", "уехал", "Байден", False),
        ("Путин уехал; Си остался", "уехал", "Си", False),
        ("Путин, который долго-долго-долго ждал этого дня, встретился с Си", "Путин", "Си", False),
    ],
)
def test_windows_see_their_neighbours(text: str, word: str, other: str, seen: bool) -> None:
    """A word sees its own clause and the next one, within reach, but not over a semicolon."""
    assert cut(text).sees(text.index(word), text.index(other)) is seen


def test_windows_tell_future_and_negation() -> None:
    """A word of the clause tells the future, a word right before tells the negation."""
    text = "Путин не уехал, Си встретится с ним"
    tree = cut(text)
    assert tree.negated(text.index("уехал"))
    assert not tree.negated(text.index("встретится"))
    assert [tree.tense(text.index(word)) for word in ("уехал", "встретится")] == ["", "future"]
    assert tree.clause(0) == (0, text.index("Си"))
    assert tree.words(0) == text[: text.index("Си")]
    assert not tree.subordinate(0)
