"""How the scores of the classifier become probabilities."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sommet.language.calibration import Calibration, log_odds, packed, unpacked

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

NONE = 1
SCORES = arrays.arrays(np.float64, (3, 4), elements=st.floats(-60, 60))
SLOPES = st.floats(0.1, 3)
SHIFTS = st.floats(-3, 3)


@given(SCORES, SLOPES, SHIFTS)
def test_the_shares_of_a_sentence_are_probabilities(scores: Any, slope: float, shift: float) -> None:
    """None is negative and they sum to one, whatever the scores."""
    shares = Calibration(slope, shift).shares(scores, NONE)
    assert (shares >= 0).all()
    assert shares.sum(axis=1) == pytest.approx(1)


@given(SCORES)
def test_without_calibration_they_are_the_softmax(scores: Any) -> None:
    """A slope of one and no shift change nothing."""
    plain = np.exp(scores - scores.max(axis=1, keepdims=True))
    plain /= plain.sum(axis=1, keepdims=True)
    assert Calibration().shares(scores, NONE) == pytest.approx(plain, abs=1e-9)


@given(SCORES, SLOPES, SHIFTS)
def test_calibration_keeps_the_order(scores: Any, slope: float, shift: float) -> None:
    """The likelier of two sentences stays the likelier, and the types of one keep their order."""
    order = np.argsort(log_odds(scores, NONE), kind="stable")
    shares = Calibration(slope, shift).shares(scores, NONE)
    assert (np.diff(1 - shares[order, NONE]) >= 0).all()
    types, scored = np.delete(shares, NONE, axis=1), np.delete(scores, NONE, axis=1)
    best = scored.argmax(axis=1)[:, None]
    assert np.take_along_axis(types, best, axis=1)[:, 0] == pytest.approx(types.max(axis=1))


def test_it_is_stored_beside_the_weights() -> None:
    """What is packed is what is unpacked."""
    found = {"fr": Calibration(0.6, -0.4), "zh": Calibration(0.5, -1.0)}
    assert unpacked(packed(found)) == found


def made(langs: list[str]) -> tuple[Any, Any, Any]:
    """Return scores that are twice too sure of events, whether there is one, and their languages."""
    chance = np.random.default_rng(7)
    odds = chance.normal(0, 2, len(langs))
    events = chance.random(len(langs)) < 1 / (1 + np.exp(-odds))
    return np.stack([2 * odds + 1, np.zeros(len(langs))], axis=1), events, np.array(langs)


def test_fitting_finds_how_far_too_sure_the_scores_are() -> None:
    """Of scores doubled and shifted by one it takes half, and the shift back; for each language alike."""
    train = pytest.importorskip("benchmarks.quality.train.train")
    scores, events, langs = made(["en", "fr"] * 4000)
    for found in train.calibrated(scores, events, langs, NONE).values():
        assert found.slope == pytest.approx(0.5, abs=0.05)
        assert found.shift == pytest.approx(-0.5, abs=0.15)


def test_fitting_twice_gives_the_same() -> None:
    """The same sentences give the same calibration, to the last digit, in whatever order they come."""
    train = pytest.importorskip("benchmarks.quality.train.train")
    scores, events, langs = made(["en", "fr"] * 300)
    first = train.calibrated(scores, events, langs, NONE)
    assert train.calibrated(scores, events, langs, NONE) == first
    assert train.calibrated(scores[::-1], events[::-1], langs[::-1], NONE) == first


def test_no_sentence_is_measured_with_what_was_fitted_to_it() -> None:
    """Each half is calibrated on the other: a half that changes changes the other's shares, not its own."""
    train = pytest.importorskip("benchmarks.quality.train.train")
    scores, events, langs = made(["en"] * 400)
    turned = np.where(np.arange(400) % 2 == 0, ~events, events)
    before = train.crossed(scores, events, langs, NONE)
    after = train.crossed(scores, turned, langs, NONE)
    assert np.array_equal(before[::2], after[::2])
    assert not np.array_equal(before[1::2], after[1::2])


def test_the_error_is_the_mean_distance_of_what_was_said_from_what_was() -> None:
    """Of ten sentences at 0.95, nine with an event: 0.05; of ten at 0.05, none: the same."""
    train = pytest.importorskip("benchmarks.quality.train.train")
    said = np.array([0.95] * 10 + [0.05] * 10)
    was = np.array([True] * 9 + [False] * 11)
    assert train.error(said, was) == pytest.approx(0.05)
    assert [one["sentences"] for one in train.bins(said, was)] == [10, 10]
