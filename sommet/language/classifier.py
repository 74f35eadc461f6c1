"""What a sentence is about, by a classifier: calls what no lexicon knew.

A logistic regression on sentence vectors, trained from the project's own sentences (`make train`).
Guard against false hits: asked only of sentences in which no rule read anything, that name both states as
actors and no third party beside them; below the threshold it abstains. Beside what rules read in the same
article it must be as sure of the type, and calls no stance or second meeting beside talks.
Its probabilities are calibrated, language by language, on sentences of other writers, half of them without
an event: `docs/quality.md` shows how far they hold.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from schemas.events import EventType
from sommet.errors import KnowledgeError
from sommet.language.calibration import Calibration, unpacked
from sommet.language.encoder import vectors
from sommet.trace import Reason

MODEL = Path(__file__).parent.parent / "knowledge" / "model" / "types.npz"
THRESHOLD = 0.72
THRESHOLDS = {"zh": 0.8}
"""The calibrated probability of an event from which a guess is taken in an article that no rule read.

Set on `dev` and on the cases of tests. In Chinese cases without an event, sentences that name both for acts
of their own sound like one up to 0.77.
"""
BESIDE = 0.85
"""The calibrated probability of its type from which a guess is taken beside what rules read.

Of the training sentences from there on, scored by weights of other writers, nine in ten have that type.
"""
MEETINGS = frozenset({"meeting", "visit"})
OF_TALKS = frozenset({"summit", "consultation", "statement", "alignment"})
"""Types that beside talks are most often these talks told again, or what was said at them."""
SHOWN = 3
"""Answers that a guess names with their probabilities."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest type of a sentence, and how likely it is that it states an event at all.

    `share` is the probability of the type; `likely` are the likeliest answers, `none` among them, with their
    probabilities.
    """

    type: EventType
    event: float
    share: float = 0.0
    likely: tuple[tuple[str, float], ...] = ()


def guess(texts: Sequence[str], lang: str) -> list[Guess]:
    """Return a guess for each sentence of one language."""
    if not texts:
        return []
    model = _model()
    scores = vectors(texts) @ model.weights.T + model.bias
    none = model.classes.index("none")
    found = []
    for row in model.calibration[lang].shares(scores, none):
        event = float(1 - row[none])
        likely = tuple((model.classes[i], round(float(row[i]), 4)) for i in row.argsort()[::-1][:SHOWN])
        row[none] = 0
        kind: EventType = model.classes[int(row.argmax())]  # type: ignore[assignment]
        found.append(Guess(kind, round(event, 4), round(float(row.max()), 4), likely))
    return found


def answer(guess: Guess, threshold: float, *, alone: bool) -> Reason:
    """Return what a guess comes to in an article that no rule read.

    `alone` says that it is about a third party and none is named.
    """
    if guess.event < threshold:
        return "guess_abstained"
    return "guess_third_party" if alone else "guess_taken"


def answer_beside(guess: Guess, told: AbstractSet[str], *, alone: bool) -> Reason:
    """Return what a guess comes to beside what rules read; `told` are the types of the concepts they read.

    What they told is not told again. Whether a stance or meeting stands beside talks, only they can say.
    """
    if guess.share < BESIDE:
        return "guess_unsure"
    if alone:
        return "guess_third_party"
    of_talks = guess.type in OF_TALKS and not told.isdisjoint(MEETINGS)
    return "guess_told" if of_talks or guess.type in told else "guess_beside"


@dataclass(frozen=True, slots=True)
class _Model:
    classes: tuple[str, ...]
    weights: Any
    bias: Any
    calibration: Mapping[str, Calibration]


@cache
def _model() -> _Model:
    try:
        with np.load(MODEL, allow_pickle=False) as stored:
            classes = tuple(str(name) for name in stored["classes"])
            return _Model(classes, stored["weights"], stored["bias"], unpacked(stored))
    except (OSError, ValueError, KeyError) as error:
        raise KnowledgeError(
            f"{MODEL.name}: the classifier cannot be read: {error}; run make train"
        ) from error
