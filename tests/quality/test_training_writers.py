"""The sentences for calibrating and measuring are valid, of all types, and no copies."""

import json
import re
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import get_args

import pytest
from rapidfuzz import fuzz

from schemas.events import EventType

QUALITY = Path(__file__).parents[2] / "benchmarks" / "quality"
WRITERS = ("unseen", "apart")
LANGS = ("en", "fr", "ru", "zh")
LABELS = {*get_args(EventType), "none"}
REASONS = {
    "list", "third_talks", "sport", "metaphor", "analysis", "parallel", "domestic", "comparison",
    "history", "culture", "other",
}  # fmt: skip
NEAR = 92
RUN = {"en": 8, "fr": 8, "ru": 6, "zh": 14}
"""Words, in Chinese characters, that no sentence shares with a text for measuring."""

Row = dict[str, str]


def rows(folder: str, lang: str) -> list[Row]:
    """Return the sentences of one writer in one language."""
    lines = (QUALITY / "train" / folder / f"{lang}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def runs(text: str, lang: str) -> set[tuple[str, ...]]:
    """Return all runs of words or Chinese characters of a text."""
    words = re.findall(r"\w" if lang == "zh" else r"\w+", text.lower())
    return {tuple(words[i : i + RUN[lang]]) for i in range(len(words) - RUN[lang] + 1)}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("lang", LANGS)
def test_fields_are_valid(writer: str, lang: str) -> None:
    """A sentence has a text on one line and a known type; a reason stands with `none` and only there."""
    for row in rows(writer, lang):
        assert set(row) == ({"text", "type", "why"} if row["type"] == "none" else {"text", "type"}), row
        assert row["type"] in LABELS, row
        assert row.get("why", "other") in REASONS, row
        assert row["text"] == " ".join(row["text"].split()) != "", row


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("lang", LANGS)
def test_every_type_occurs_and_nearly_half_have_no_event(writer: str, lang: str) -> None:
    """Every type and every reason occurs; two sentences in five or more have no event."""
    found = rows(writer, lang)
    assert Counter(row["type"] for row in found).keys() == LABELS
    assert {row["why"] for row in found if "why" in row} == REASONS
    assert sum(row["type"] == "none" for row in found) >= 0.4 * len(found)


@pytest.mark.parametrize("lang", LANGS)
def test_no_sentence_apart_stands_twice(lang: str) -> None:
    """No two sentences are alike but for a name or a number, and none is another writer's."""
    texts = [row["text"] for row in rows("apart", lang)]
    others = {row["text"] for folder in (".", "unseen") for row in rows(folder, lang)}
    assert [pair for pair in combinations(texts, 2) if fuzz.ratio(*pair, score_cutoff=NEAR) > NEAR] == []
    assert others.isdisjoint(texts)


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_is_shared_with_texts_for_measuring(lang: str) -> None:
    """No sentence apart shares a run of words with a document that nobody reads for rules."""
    secret: set[tuple[str, ...]] = set()
    for half in ("held", "blind"):
        for path in (QUALITY / "own").glob(f"{half}.{lang}*.docs.jsonl"):
            for line in path.read_text("utf-8").splitlines():
                doc = json.loads(line)
                secret |= runs(f"{doc['title']}\n{doc['text']}", lang)
    assert [row["text"] for row in rows("apart", lang) if runs(row["text"], lang) & secret] == []
