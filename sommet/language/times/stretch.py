"""Arithmetic on stretches of days: months, thirds of months, the nearest of several candidates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sommet.language.times.model import Direction, Interval

YEAR, MONTH, DAY = 4, 7, 10
"""Precisions, as the number of characters of an ISO date."""
SLACK = timedelta(days=5)
"""How far a dated day may lie on the wrong side of the reference before another year is meant."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from `first` to `last`, known to a precision; `None` is an open end."""

    first: date | None
    last: date | None
    precision: int = DAY

    def interval(self) -> Interval:
        """Return the stretch as ISO dates."""
        return Interval(
            *("" if d is None else d.isoformat()[: self.precision] for d in (self.first, self.last))
        )


def one_day(day: date) -> Stretch:
    """Return a stretch of one day."""
    return Stretch(day, day)


def month_start(day: date, months: int = 0) -> date:
    """Return the first day of the month that lies `months` after that of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def same_day(day: date, months: int) -> date:
    """Return `day` moved by whole months, at most to the last day of that month."""
    start = month_start(day, months)
    return min(start + timedelta(days=day.day - 1), month_end(start))


def month_end(day: date) -> date:
    """Return the last day of the month of `day`."""
    return month_start(day, 1) - timedelta(days=1)


def months(start: date, count: int = 1) -> Stretch:
    """Return `count` whole months from that of `start`."""
    return Stretch(month_start(start), month_end(month_start(start, count - 1)), MONTH)


def years(first: int, last: int | None = None) -> Stretch:
    """Return whole years."""
    return Stretch(date(first, 1, 1), date(first if last is None else last, 12, 31), YEAR)


def week(day: date) -> Stretch:
    """Return the week of `day`, Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Stretch(monday, monday + timedelta(days=6))


def valid(year: int, month: int, day: int) -> date | None:
    """Return the date, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def pick(candidates: Sequence[date], reference: date, direction: Direction, slack: timedelta = SLACK) -> date:
    """Return the candidate that is meant.

    With a direction: the nearest on that side, `slack` beyond the reference allowed. Without: the
    last one before or on the reference, unless the next is less than half as far away.
    """
    past = [c for c in candidates if c <= reference + (slack if direction == "past" else timedelta())]
    future = [c for c in candidates if c >= reference - (slack if direction == "future" else timedelta())]
    if not past or not future:
        return min(future) if future else max(past)
    if direction:
        return max(past) if direction == "past" else min(future)
    before, after = max(past), min(future)
    return after if (after - reference) * 2 < reference - before else before


_OF_MONTH = {"early": (0, 9), "mid": (10, 19), "late": (20, 30)}
_OF_YEAR = {"early": (0, 3), "mid": (4, 4), "late": (9, 3)}
_OF_WEEK = {"early": (0, 1), "mid": (2, 3), "late": (4, 6)}
_OF_DECADE = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}


def part_of(stretch: Stretch, part: str) -> Stretch:
    """Return the beginning, middle or end of a month, year, week or decade; anything else unchanged."""
    first, last = stretch.first, stretch.last
    if not part or first is None or last is None:
        return stretch
    length = (last - first).days + 1
    if stretch.precision == MONTH and length <= 31:
        low, high = _OF_MONTH[part]
        return Stretch(first + timedelta(days=low), min(last, first + timedelta(days=high)))
    if stretch.precision == YEAR and length <= 366:
        low, count = _OF_YEAR[part]
        return months(month_start(first, low), count)
    if stretch.precision == YEAR:
        low, high = _OF_DECADE[part]
        return years(first.year + low, first.year + high)
    if stretch.precision == DAY and length == 7:
        low, high = _OF_WEEK[part]
        return Stretch(first + timedelta(days=low), first + timedelta(days=high))
    return stretch
