"""Intervals of days, as pairs of ISO dates of any precision ("2023", "2023-03", "2023-03-20")."""

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

MONTH = 7
WEEK = 8
DAY = 10


@lru_cache(maxsize=4096)
def first_day(text: str) -> date | None:
    """Return the first day that an ISO date of any precision covers, or None for none."""
    parts = _parts(text)
    return _date(*[*parts, 1, 1][:3]) if parts else None


@lru_cache(maxsize=4096)
def last_day(text: str) -> date | None:
    """Return the last day that an ISO date of any precision covers, or None for none."""
    parts = _parts(text)
    if not parts:
        return None
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    first = _date(year, month, 1)
    if first is None:
        return None
    return _date(year, month, parts[2] if len(parts) > 2 else monthrange(year, month)[1])


def overlap(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Tell whether two intervals share a day; an open one shares with all."""
    a, b = first_day(one[0]), last_day(one[1] or one[0])
    c, d = first_day(other[0]), last_day(other[1] or other[0])
    if not a or not b or not c or not d:
        return True
    return a <= d and c <= b


def precision(text: str) -> int:
    """Return how exact an ISO date is: 0 for none, 4 a year, 7 a month, 10 a day."""
    return min(len(text), DAY)


def shifted(text: str, days: int) -> str:
    """Return the ISO date that lies `days` behind the first day of `text`; empty for none."""
    day = first_day(text)
    try:
        return (day + timedelta(days=days)).isoformat() if day else ""
    except OverflowError:
        return ""


def length(start: str, end: str) -> int:
    """Return how many days an interval covers; a great number where it is open."""
    first, last = first_day(start), last_day(end)
    return days_between(first, last) + 1 if first and last else 100_000


def days_between(one: date, other: date) -> int:
    """Return how many days `other` lies behind `one`."""
    return (other - one) // timedelta(days=1)


def _parts(text: str) -> list[int]:
    try:
        return [int(part) for part in text[:10].split("-")] if text else []
    except ValueError:
        return []


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
