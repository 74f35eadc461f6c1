"""MinHash sketches of a title, of the lead and of the whole text: copies agree in most values (Broder 1997).

Of each value one byte is kept (Li and König 2010, b-bit minwise hashing): more values in the same space
tell more than longer ones. The lead has its own values, so that a text cut after it is still known.
A sketch is 138 bytes, 184 characters of base64: 16 values of the title, 32 of the lead, 88 of the text,
the letters of the title, and the logarithm of the number of different runs of words.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log2
from typing import Any

import numpy as np
import numpy.typing as npt
from rensa import RMinHash  # type: ignore[attr-defined]  # built in Rust, without types

from schemas.articles import Article

TITLE, LEAD, TEXT = 16, 32, 88
BYTES = TITLE + LEAD + TEXT + 2
CHARACTERS = BYTES // 3 * 4
LEAD_WORDS = 60
MAX_WORDS = 2_000
_SCALE = 16  # steps of the logarithm of a number of runs: 2,000 are 175
_BLOCK = 32  # rows compared at a time: what fits in a processor's cache
_WORDS = re.compile(r"[^\W\d_\u4e00-\u9fff]+|[\u4e00-\u9fff]|\d+")
_OUTLET = re.compile(r"\s[-–—|]\s[^-–—|\s][^–—|]{1,40}$")

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much n texts share with each of m others, as matrices of n × m values between 0 and 1.

    `contained` is the share of the shorter text that stands in the longer one. `letters` are the
    n lengths of the titles (a Chinese character counts three), `runs` the numbers of different runs of three
    words in the texts, 0 where one is missing or the sketch is none; `other_letters` and `other_runs` are
    those of the others.
    """

    title: Floats
    lead: Floats
    text: Floats
    contained: Floats
    letters: Floats
    runs: Floats
    other_letters: Floats
    other_runs: Floats


def of_article(article: Article) -> str:
    """Return the sketch of an article's title and body: captions, credits, forms and notices stay out."""
    lines = [article.content[b.start : b.end] for b in article.blocks if b.kind == "body"]
    return of(article.title, "\n".join(lines))


def of(title: str, text: str) -> str:
    """Return the sketch of a title and a text; empty where both are."""
    heading, words = _title_words(title), _WORDS.findall(text.lower())[:MAX_WORDS]
    if not heading and not words:
        return ""
    runs = _runs(words, 3)
    values = [
        *_values(_runs(heading, 2), TITLE, 7),
        *_values(_runs(_lead(words), 2), LEAD, 11),
        *_values(runs, TEXT, 13),
        min(_weight(heading), 255),
        min(round(_SCALE * log2(len(set(runs)) + 1)), 255),
    ]
    return b64encode(bytes(values)).decode()


def likeness(one: str, other: str) -> float:
    """Return the estimated share of runs of three words that two texts have in common, from 0 to 1."""
    return float(compared((one, other)).text[0, 1])


def runs_of(sketch: str) -> float:
    """Return the number of different runs of three words in a text; 0 where it is missing."""
    return float(_lengths(_rows([sketch]))[1][0])


def compared(sketches: Sequence[str], others: Sequence[str] | None = None) -> Likeness:
    """Return how much texts share with others, or each two of them; a broken sketch is like nothing."""
    rows = _rows(sketches)
    beside = rows if others is None else _rows(others)
    title, lead, text = _agreements(rows, beside)
    letters, runs = _lengths(rows)
    other_letters, other_runs = _lengths(beside)
    title *= _both(letters, other_letters) / TITLE
    lead *= _both(runs, other_runs) / LEAD
    text *= _both(runs, other_runs) / TEXT
    shared = text / (1 + text) * (runs[:, None] + other_runs[None, :])
    shorter = np.maximum(np.minimum(runs[:, None], other_runs[None, :]), 1)
    contained = np.minimum(shared / shorter, 1)
    return Likeness(title, lead, text, contained, letters, runs, other_letters, other_runs)


def _rows(sketches: Sequence[str]) -> Rows:
    return np.frombuffer(b"".join(map(_read, sketches)), dtype=np.uint8).reshape(len(sketches), BYTES)


def _lengths(rows: Rows) -> tuple[Floats, Floats]:
    """Return the letters of the titles and the runs of the texts."""
    return rows[:, -2].astype(np.float32), np.exp2(rows[:, -1].astype(np.float32) / _SCALE) - 1


def _title_words(title: str) -> list[str]:
    """Feeds of others append the outlet's name to a title: it is left out where enough is left."""
    short = _WORDS.findall(_OUTLET.sub("", title).lower())
    return short if len(short) >= 4 else _WORDS.findall(title.lower())


def _lead(words: list[str]) -> list[str]:
    """Return the first words; two Chinese characters are about one."""
    chinese = sum("\u4e00" <= word <= "\u9fff" for word in words[:LEAD_WORDS])
    return words[: LEAD_WORDS + chinese]


def _weight(words: list[str]) -> int:
    """Return how much a title tells: its letters and digits, a Chinese character for three."""
    return sum(3 if "\u4e00" <= word <= "\u9fff" else len(word) for word in words)


def _runs(words: list[str], length: int) -> list[str]:
    if not words:
        return []
    if length == 2:
        return [*words[:1], *(f"{a} {b}" for a, b in pairwise(words))]
    return [" ".join(words[i : i + length]) for i in range(max(1, len(words) - length + 1))]


def _values(runs: list[str], number: int, seed: int) -> list[int]:
    sketch = RMinHash(num_perm=number, seed=seed)
    sketch.update(runs)
    return [value & 0xFF for value in sketch.digest()]


@lru_cache(maxsize=4096)
def _read(sketch: str) -> bytes:
    if len(sketch) != CHARACTERS:
        return bytes(BYTES)
    try:
        return b64decode(sketch, validate=True)
    except ValueError:
        return bytes(BYTES)


def _agreements(rows: Rows, others: Rows) -> tuple[Floats, Floats, Floats]:
    """Return how many values of each part agree; only as many rows at a time as a cache holds."""
    square = rows is others
    columns, beside = np.ascontiguousarray(rows.T), np.ascontiguousarray(others.T)
    number, wide = len(rows), len(others)
    found = np.zeros((3, number, wide), dtype=np.uint8)
    parts = ((0, TITLE), (TITLE, TITLE + LEAD), (TITLE + LEAD, BYTES - 2))
    for first in range(0, number, _BLOCK):
        last = first + _BLOCK
        width = min(last, wide) if square else wide
        same: Any = (beside[:, None, :width] == columns[:, first:last, None]).view(np.uint8)
        for part, (start, stop) in enumerate(parts):
            np.add.reduce(same[start:stop], axis=0, dtype=np.uint8, out=found[part, first:last, :width])
    whole = np.maximum(found, found.transpose(0, 2, 1)) if square else found
    return tuple(whole.astype(np.float32))


def _both(one: Floats, other: Floats) -> Floats:
    both: Floats = (np.minimum.outer(one, other) > 0).astype(np.float32)
    return both
