"""The French and English training sentences are valid, varied and apart from the held-out texts."""

import itertools
import json
import re
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest
from rapidfuzz import fuzz

from schemas.events import EventType
from sommet.language.detect import language

QUALITY = Path(__file__).parents[2] / "benchmarks" / "quality"
LANGS = ("fr", "en")
HELD = {"fr": ("fr", "fr-mt"), "en": ("en",)}
REASONS = {
    "list", "third_talks", "sport", "metaphor", "analysis", "parallel", "domestic", "comparison", "history",
    "culture", "other",
}  # fmt: skip
TYPES = set(get_args(EventType))
NEAR = 92
RUN = 8
# Word beginnings: the countries, their capitals and leaders, and what stands for them.
RUSSIA = re.compile(
    r"\b(russ|mosc|kreml|p(ou|u)tin|lavrov|tsar|staline?\b|soviet|soviét|sib[eé]ri|roscosmos|plesetsk"
    r"|k(ou|u)ril|cossa|cosa|khrou|khrush|nerchinsk|nertchinsk|romanov|primor|rouble|amour\b|amur\b)",
    re.IGNORECASE,
)
CHINA = re.compile(
    r"\b(chin|p[eé]kin|beijing|xi\b|shanghai|hong|wang yi|canton|mao\b|hangzhou|mandarin|manch|mandch"
    r"|wuhan|sino|harbin)",
    re.IGNORECASE,
)

Row = dict[str, str]


def rows(lang: str) -> list[Row]:
    """Return the training sentences of a language."""
    lines = (QUALITY / "train" / f"{lang}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def runs(text: str) -> set[tuple[str, ...]]:
    """Return all runs of eight words of a text, without case and punctuation."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def held(lang: str) -> set[tuple[str, ...]]:
    """Return all runs of eight words of the held-out documents of a language."""
    found: set[tuple[str, ...]] = set()
    for part in HELD[lang]:
        for line in (QUALITY / "own" / f"held.{part}.docs.jsonl").read_text("utf-8").splitlines():
            doc = json.loads(line)
            found |= runs(f"{doc['title']}\n{doc['text']}")
    return found


@pytest.mark.parametrize("lang", LANGS)
def test_fields_are_valid(lang: str) -> None:
    """A sentence has a text on one line and a known type; a reason stands with `none` and only there."""
    for row in rows(lang):
        assert set(row) == ({"text", "type", "why"} if row["type"] == "none" else {"text", "type"}), row
        assert row["type"] in TYPES | {"none"}, row
        assert row.get("why", "other") in REASONS, row
        assert row["text"] == " ".join(row["text"].split()), row


@pytest.mark.parametrize("lang", LANGS)
def test_there_are_enough_of_every_type_and_reason(lang: str) -> None:
    """Each language has 420 sentences, 22 of each type, 120 without an event, ten of each reason."""
    found = rows(lang)
    types = Counter(row["type"] for row in found)
    reasons = Counter(row["why"] for row in found if row["type"] == "none")
    assert len(found) >= 420
    assert set(types) == TYPES | {"none"}
    assert min(types[t] for t in TYPES) >= 22
    assert types["none"] >= 120
    assert set(reasons) == REASONS
    assert min(reasons.values()) >= 10


@pytest.mark.parametrize("lang", LANGS)
def test_no_sentence_stands_twice_or_nearly_twice(lang: str) -> None:
    """No two sentences of a language are alike but for a name or a number."""
    texts = [row["text"] for row in rows(lang)]
    near = [pair for pair in itertools.combinations(texts, 2) if fuzz.ratio(*pair, score_cutoff=NEAR) > NEAR]
    assert near == []


@pytest.mark.parametrize("lang", LANGS)
def test_sentences_are_short_and_long(lang: str) -> None:
    """Sentences have six to 45 words, and a tenth of them at least 24."""
    lengths = [len(row["text"].split()) for row in rows(lang)]
    assert min(lengths) >= 6
    assert max(lengths) <= 45
    assert sum(n >= 24 for n in lengths) >= len(lengths) / 10


@pytest.mark.parametrize("lang", LANGS)
def test_sentences_are_in_the_language_of_their_file(lang: str) -> None:
    """The language that the project detects is that of the file."""
    assert [row["text"] for row in rows(lang) if language("", row["text"]) != lang] == []


@pytest.mark.parametrize("lang", LANGS)
def test_sentences_without_an_event_name_both_sides(lang: str) -> None:
    """Names alone do not tell an event from none: the latter name both sides too."""
    texts = [row["text"] for row in rows(lang) if row["type"] == "none"]
    assert [t for t in texts if not (RUSSIA.search(t) and CHINA.search(t))] == []


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_is_shared_with_held_out_texts(lang: str) -> None:
    """No sentence shares a run of eight words with a document that is for measuring only."""
    secret = held(lang)
    assert [row["text"] for row in rows(lang) if runs(row["text"]) & secret] == []
