"""No pattern of the lexicons can be made to search for ever."""

import pytest

from tests.hostile import bounded

PROCESSOR = 15
"""Seconds of the processor for all patterns of a language; a third at most is usual."""


@pytest.mark.parametrize("lang", ["fr", "en", "ru", "zh"])
def test_near_matches_cost_bounded_work(lang: str) -> None:
    """Sentences made of a pattern's own words, repeated and cut off, are searched through in bounded work."""
    assert len(bounded.run("near_matches", lang, seconds=PROCESSOR)) > 50
