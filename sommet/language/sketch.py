"""MinHash sketches: two copies of one text agree in most values (Broder 1997)."""

import re

from rensa import RMinHash  # type: ignore[attr-defined]  # built in Rust, without types

PERMUTATIONS = 32
_WORDS = re.compile(r"[^\W\d_\u4e00-\u9fff]+|[\u4e00-\u9fff]|\d+")


def of(text: str) -> tuple[int, ...]:
    """Return the sketch of a text: 32 values over its runs of three words (characters in Chinese)."""
    words = _WORDS.findall(text.lower())[:2000]
    shingles = [" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2))]
    sketch = RMinHash(num_perm=PERMUTATIONS, seed=7)
    sketch.update(shingles)
    return tuple(sketch.digest())


def likeness(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Return the estimated share of common runs, between 0 and 1."""
    if not one or len(one) != len(other):
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)
