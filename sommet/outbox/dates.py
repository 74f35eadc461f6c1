"""Dates in words: intervals of ISO dates of any precision, in the language of the message."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import get_month_names

from sommet.knowledge.phrases import Dates, Phrases

_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$")


@dataclass(frozen=True, slots=True)
class _Part:
    """A date of the precision it has: month and day are 0 where unknown."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def precision(self) -> int:
        return 1 + bool(self.month) + bool(self.day)


def interval(start: str, end: str, words: Phrases) -> str:
    """Return “du 20 au 22 mars 2023”, “février 2022”, “2021”, or that the date is not given.

    `start` and `end` are ISO dates of any precision; what is no date is not given.
    """
    first, last = _parsed(start), _parsed(end)
    dates = words.dates
    if first is None and last is None:
        return dates.undated
    if first is None and last is not None:
        return dates.until.format(last=_single(last, words))
    if first is not None and (last is None or first == last):
        return _single(first, words)
    assert first is not None
    assert last is not None
    return _pattern(first, last, dates).format(
        first=_single(first, words),
        last=_single(last, words),
        **_names(first, "1", words),
        **_names(last, "2", words),
    )


def changed(value: str, words: Phrases) -> str:
    """Return a date as an event gives it for “before”: one ISO date, or two with a slash between."""
    start, _, end = value.partition("/")
    return interval(start, end or start, words)


def _pattern(first: _Part, last: _Part, dates: Dates) -> str:
    if first.precision != last.precision or first.precision == 1:
        return dates.other
    if first.year != last.year:
        return dates.days if first.precision == 3 else dates.other
    if first.precision == 2:
        return dates.months_of_year
    return dates.days_of_month if first.month == last.month else dates.days_of_year


def _single(part: _Part, words: Phrases) -> str:
    names = _names(part, "", words)
    if part.precision == 3:
        return words.dates.day.format(**names)
    return "\u00a0".join(str(value) for value in (names["month"], names["y"]) if value)


def _names(part: _Part, suffix: str, words: Phrases) -> dict[str, Any]:
    months: Any = get_month_names("wide", locale=words.language)
    day = words.dates.first_of_month if part.day == 1 else str(part.day)
    return {f"d{suffix}": day, f"month{suffix}": months.get(part.month, ""), f"y{suffix}": str(part.year)}


def _parsed(value: str) -> _Part | None:
    found = _ISO.match(value)
    if not found:
        return None
    part = _Part(*(int(group or 0) for group in found.groups()))
    try:
        date(part.year, part.month or 1, part.day or 1)
    except ValueError:
        return None
    return part
