"""The Russian and Chinese training sentences are complete, valid, varied and in their language."""

import json
import re
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import get_args

import pytest
from rapidfuzz import fuzz

from schemas.events import EventType

TRAIN = Path(__file__).parents[2] / "benchmarks" / "quality" / "train"
LANGUAGES = ("ru", "zh")
LABELS = {*get_args(EventType), "none"}
REASONS = {
    "list", "third_talks", "sport", "metaphor", "analysis", "parallel", "domestic", "comparison",
    "history", "culture", "other",
}  # fmt: skip
SENTENCES, PER_TYPE, NEGATIVES = 420, 22, 120
NEAR = 92
CYRILLIC = re.compile(r"[А-Яа-яЁё]")
HAN = re.compile(r"[\u4e00-\u9fff]")
TRADITIONAL = re.compile("[羅國與會談習總華對們這個說為將從經濟軍議訪間題]")

Row = dict[str, str]


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Return the language whose file is looked at."""
    return str(request.param)


@pytest.fixture(scope="module")
def rows(language: str) -> list[Row]:
    """Return the sentences of the language."""
    lines = (TRAIN / f"{language}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_fields(rows: list[Row]) -> None:
    """A line has a text and a known type; a reason is given for `none`, and for nothing else."""
    for row in rows:
        assert row["type"] in LABELS, row
        assert set(row) == {"text", "type"} | ({"why"} if row["type"] == "none" else set()), row
        assert row.get("why", "other") in REASONS, row
        assert row["text"] == row["text"].strip() != "", row


def test_counts(rows: list[Row]) -> None:
    """Every type has enough sentences, `none` the most, and every reason for `none` occurs."""
    counts = Counter(row["type"] for row in rows)
    assert len(rows) >= SENTENCES
    assert set(counts) == LABELS
    assert min(counts.values()) >= PER_TYPE
    assert counts["none"] >= NEGATIVES
    assert {row["why"] for row in rows if "why" in row} == REASONS


def test_no_near_duplicates(rows: list[Row]) -> None:
    """No two sentences are the same or differ by a name only."""
    texts = [row["text"] for row in rows]
    near = [(a, b) for a, b in combinations(texts, 2) if fuzz.ratio(a, b, score_cutoff=NEAR) > NEAR]
    assert near == []


def test_language(language: str, rows: list[Row]) -> None:
    """Russian is mostly Cyrillic without Chinese characters; Chinese is simplified, without Cyrillic."""
    for row in rows:
        text = row["text"]
        if language == "ru":
            assert len(CYRILLIC.findall(text)) > len(text) / 2, text
            assert not HAN.search(text), text
        else:
            assert len(HAN.findall(text)) > len(text) / 2, text
            assert not CYRILLIC.search(text), text
            assert not TRADITIONAL.search(text), text
