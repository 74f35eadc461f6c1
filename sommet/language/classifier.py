"""What a sentence is about, by a classifier: calls what no lexicon knew.

A logistic regression on sentence vectors, trained from the project's own sentences (`make train`).
Guard against false hits: asked only where no rule read anything in the article, of sentences that name
both states as actors and no third party beside them; below the threshold it abstains.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sommet.errors import KnowledgeError
from sommet.language.encoder import vectors
from sommet.trace import Reason

MODEL = Path(__file__).parent.parent / "knowledge" / "model" / "types.npz"
THRESHOLD = 0.9
THRESHOLDS = {"zh": 0.98}
"""Chinese sentences are short of hints: guesses on own cases were wrong more often."""
SHOWN = 3
"""Answers that a guess names with their probabilities."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest type of a sentence, and how likely it is that it states an event at all.

    `likely` are the likeliest answers, `none` among them, with their probabilities.
    """

    type: str
    event: float
    likely: tuple[tuple[str, float], ...] = ()


def guess(texts: Sequence[str]) -> list[Guess]:
    """Return a guess for each sentence."""
    if not texts:
        return []
    model = _model()
    scores = vectors(texts) @ model["weights"].T + model["bias"]
    likely = np.exp(scores - scores.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    classes = [str(name) for name in model["classes"]]
    none = classes.index("none")
    found = []
    for row in likely:
        event = float(1 - row[none])
        likely = tuple((classes[i], round(float(row[i]), 4)) for i in row.argsort()[::-1][:SHOWN])
        row[none] = 0
        found.append(Guess(classes[int(row.argmax())], round(event, 4), likely))
    return found


def answer(guess: Guess, threshold: float, *, alone: bool) -> Reason:
    """Return what a guess comes to; `alone` says that it is about a third party and none is named."""
    if guess.event < threshold:
        return "guess_abstained"
    return "guess_third_party" if alone else "guess_taken"


@cache
def _model() -> dict[str, Any]:
    try:
        with np.load(MODEL, allow_pickle=False) as stored:
            return dict(stored)
    except (OSError, ValueError) as error:
        raise KnowledgeError(
            f"{MODEL.name}: the classifier cannot be read: {error}; run make train"
        ) from error
