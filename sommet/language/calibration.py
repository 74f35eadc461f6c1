"""What the scores of the classifier come to: of all that it says with 0.8, four in five are right.

Platt scaling (Platt 1999) of the log odds that a sentence states an event at all; which type it is among
those that do is right as often as it says, so that stays as it is. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far to believe the log odds of sentences of one language; by default as they are."""

    slope: float = 1.0
    shift: float = 0.0

    def shares(self, scores: Any, none: int) -> Any:
        """Return probabilities from scores of shape (sentences, classes); `none` is the class of no event."""
        odds = self.slope * log_odds(scores, none) + self.shift
        event = 0.5 * (1 + np.tanh(odds / 2))  # the logistic function, which overflows nowhere
        types = np.array(scores, dtype=float)
        types[:, none] = -np.inf
        found = np.exp(types - _log_sum(types)[:, None]) * event[:, None]
        found[:, none] = 1 - event
        return found


def log_odds(scores: Any, none: int) -> Any:
    """Return the log odds that a sentence states an event, as its scores have them."""
    return _log_sum(np.delete(scores, none, axis=1)) - scores[:, none]


def packed(found: Mapping[str, Calibration]) -> dict[str, Any]:
    """Return the calibration of each language as arrays beside the weights of a model."""
    return {
        "langs": np.array(list(found), dtype="U2"),
        "slopes": np.array([one.slope for one in found.values()]),
        "shifts": np.array([one.shift for one in found.values()]),
    }


def unpacked(model: Mapping[str, Any]) -> dict[str, Calibration]:
    """Return the calibration of each language from the arrays of a model."""
    rows = zip(model["langs"], model["slopes"], model["shifts"], strict=True)
    return {str(lang): Calibration(float(slope), float(shift)) for lang, slope, shift in rows}


def _log_sum(scores: Any) -> Any:
    top = scores.max(axis=1)
    return top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
