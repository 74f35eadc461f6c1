"""Intervals of days, given by ISO dates of any precision."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sommet import intervals

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
ISO = st.builds(lambda day, length: day.isoformat()[:length], DAYS, st.sampled_from([4, 7, 10]))
SPANS = st.tuples(ISO, ISO).map(lambda pair: (min(pair), max(pair)))


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("2023-03-20", "2023-03-20", "2023-03-20", 10),
        ("2023-03", "2023-03-01", "2023-03-31", 7),
        ("2023-12", "2023-12-01", "2023-12-31", 7),
        ("2024-02", "2024-02-01", "2024-02-29", 7),
        ("2023-02", "2023-02-01", "2023-02-28", 7),
        ("2023", "2023-01-01", "2023-12-31", 4),
        ("2021-12-15T17:05:00+00:00", "2021-12-15", "2021-12-15", 10),
    ],
)
def test_a_date_covers_these_days(text: str, first: str, last: str, precision: int) -> None:
    """A day covers itself, a month and a year all of their days; a time of day says no more than the day."""
    assert intervals.first_day(text) == date.fromisoformat(first)
    assert intervals.last_day(text) == date.fromisoformat(last)
    assert intervals.precision(text) == precision


@pytest.mark.parametrize("text", ["", "soon", "mars 2023", "20x3-03-20"])
def test_what_is_no_date_covers_nothing(text: str) -> None:
    """No date, no day."""
    assert intervals.first_day(text) is None
    assert intervals.last_day(text) is None


@pytest.mark.parametrize("text", ["2023-13", "2023-02-30", "2023-00-01", "0000", "2023-3-20-1"])
def test_what_the_calendar_does_not_have_covers_nothing(text: str) -> None:
    """A day that does not exist is no day; it is no error either."""
    assert intervals.first_day(text) is None
    assert intervals.last_day(text) is None


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (("2023-03-20", "2023-03-22"), ("2023-03-22", "2023-03-23"), True),
        (("2023-03-20", "2023-03-21"), ("2023-03-22", "2023-03-23"), False),
        (("2023-03", "2023-03"), ("2023-03-31", "2023-03-31"), True),
        (("2023-03", "2023-03"), ("2023-04-01", "2023-04-01"), False),
        (("2023", "2023"), ("2023-12-31", "2024-01-02"), True),
        (("2023-03-20", ""), ("2023-03-20", "2023-03-20"), True),
        (("2023-03-20", ""), ("2023-03-21", "2023-03-21"), False),
        (("", ""), ("2023-03-21", "2023-03-21"), True),
    ],
)
def test_overlap(one: tuple[str, str], other: tuple[str, str], shared: bool) -> None:
    """Two intervals overlap where they share a day; what is open shares with all; the order is all one."""
    assert intervals.overlap(one, other) is shared
    assert intervals.overlap(other, one) is shared


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [("2023-03-20", "2023-03-20", 1), ("2023-03-20", "2023-03-22", 3), ("2023-02", "2023-02", 28)],
)
def test_length(start: str, end: str, days: int) -> None:
    """Both ends count."""
    assert intervals.length(start, end) == days


@pytest.mark.parametrize(("start", "end"), [("", ""), ("2023-03-20", ""), ("", "2023-03-20")])
def test_an_open_interval_is_longer_than_any(start: str, end: str) -> None:
    """So that a dated statement is always the more exact one."""
    assert intervals.length(start, end) > intervals.length("1900", "2100")


@given(ISO)
def test_first_and_last_day_are_ends_of_what_is_written(text: str) -> None:
    """The days before the first and behind the last one are written otherwise."""
    first, last = intervals.first_day(text), intervals.last_day(text)
    assert first
    assert last
    assert first.isoformat()[: len(text)] == last.isoformat()[: len(text)] == text
    assert (first - timedelta(days=1)).isoformat()[: len(text)] < text
    assert (last + timedelta(days=1)).isoformat()[: len(text)] > text


@given(SPANS, SPANS)
def test_overlap_means_a_common_day(one: tuple[str, str], other: tuple[str, str]) -> None:
    """Two intervals overlap exactly where the later beginning is not behind the earlier end."""
    starts = [day for text in (one[0], other[0]) if (day := intervals.first_day(text))]
    ends = [day for text in (one[1], other[1]) if (day := intervals.last_day(text))]
    assert intervals.overlap(one, other) == (max(starts) <= min(ends))


@given(DAYS, DAYS)
def test_days_between_counts_forward(one: date, other: date) -> None:
    """What lies behind counts up, what lies before counts down."""
    assert one + timedelta(days=intervals.days_between(one, other)) == other
