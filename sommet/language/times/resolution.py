"""From what an expression says to the days it means.

One function a kind: it takes the description, the reference day and the direction, and returns a
stretch of days, or None where the calendar has no such day. The rules of thumb are those by which
news is dated: the same day is allowed, the past is preferred, the expression's own words win.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from sommet.language.times.model import Description, Direction, Interval
from sommet.language.times.stretch import (
    DAY,
    MONTH,
    YEAR,
    Stretch,
    month_end,
    month_start,
    months,
    one_day,
    part_of,
    pick,
    same_day,
    valid,
    week,
    years,
)

Resolver = Callable[[Description, date, Direction], Stretch | None]
FEW = MappingProxyType(
    {"hour": 24, "day": 7, "week": 4, "month": 6, "quarter": 3, "half": 2, "year": 5, "decade": 2}
)
"""How far back “the last few …” reaches."""
MONTHS = MappingProxyType({"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120})
DAYS = MappingProxyType({"day": 1, "week": 7, "weekend": 7})


def resolve(kind: str, said: Description, reference: date | None, direction: Direction) -> Interval | None:
    """Return the days that an expression of `kind` means, or None where they cannot be known.

    Without a reference only what names its own year is resolved.
    """
    if reference is None and not _absolute(kind, said):
        return None
    day = reference or date(2000, 1, 1)
    try:
        stretch = KINDS[kind](said, day, direction)
        if stretch is None:
            return None
        if kind not in {"ago", "span"}:
            stretch = part_of(stretch, said.part)
        return _bounded(stretch, said.bound, reference).interval()
    except (ValueError, OverflowError):  # beyond the years that a calendar can count
        return None


def _absolute(kind: str, said: Description) -> bool:
    has_year = said.year is not None or said.year2 is not None or bool(said.numeric)
    return (has_year or kind == "decade") and kind not in {"ago", "span", "weekday", "unit", "relday"}


def _bounded(stretch: Stretch, bound: str, reference: date | None) -> Stretch:
    if bound == "from":
        return replace(stretch, last=None)
    if bound == "until":
        return replace(stretch, first=None)
    if bound == "by":
        late = reference is None or (stretch.last is not None and reference > stretch.last)
        return replace(stretch, first=None if late else reference)
    return stretch


def _year(said: Description, reference: date) -> int | None:
    """Return the year that is said of the (first) end, if any."""
    if said.year is not None:
        return said.year
    if said.year_shift is not None:
        return reference.year + said.year_shift
    if said.year2 is not None:
        across = said.month is not None and said.month2 is not None and said.month2 < said.month
        return said.year2 - across
    return None


def _date(said: Description, reference: date, direction: Direction) -> Stretch | None:
    if said.numeric:
        return one_day(date.fromisoformat(said.numeric))
    candidates = _days(said, reference)
    if said.weekday is not None:
        matching = [c for c in candidates if c.weekday() == said.weekday]
        if not matching and said.month is None:
            return _weekday(said, reference, direction)
        candidates = matching or candidates
    if said.shift:
        candidates = [c for c in candidates if (c < reference if said.shift < 0 else c > reference)]
    if not candidates:
        return None
    first = pick(candidates, reference, direction)
    return Stretch(first, last) if (last := _range_end(said, first)) else None


def _days(said: Description, reference: date) -> list[date]:
    """Return the days that a day with or without month and year may mean."""
    assert said.day is not None
    year = _year(said, reference)
    if said.month is not None:
        starts = [(y, said.month) for y in ([year] if year is not None else _around(reference.year))]
    else:
        shifts = (said.month_shift,) if said.month_shift is not None else (-1, 0, 1)
        starts = [(d.year, d.month) for d in (month_start(reference, n) for n in shifts)]
    found = (valid(y, m, said.day) for y, m in starts)
    return [day for day in found if day is not None]


def _around(year: int) -> tuple[int, int, int]:
    return (year - 1, year, year + 1)


def _range_end(said: Description, first: date) -> date | None:
    if said.day2 is None:
        return first
    year = said.year2 or first.year
    last = valid(year, said.month2 or first.month, said.day2)
    if last is not None and last < first:
        after = month_start(last, 12 if said.month2 else 1)
        last = valid(after.year, after.month, said.day2)
    return last


def _weekday(said: Description, reference: date, direction: Direction) -> Stretch:
    assert said.weekday is not None
    ahead = (said.weekday - reference.weekday()) % 7
    back = (reference.weekday() - said.weekday) % 7
    if said.week_shift is not None:
        offset = said.weekday - reference.weekday() + 7 * said.week_shift
    elif said.shift:
        offset = -(back or 7) if said.shift < 0 else (ahead or 7)
    elif said.shift == 0 and not direction:
        offset = ahead if ahead < back else -back
    else:
        offset = ahead if direction == "future" else -back
    first = reference + timedelta(days=offset)
    length = 0 if said.weekday2 is None else (said.weekday2 - said.weekday) % 7
    return Stretch(first, first + timedelta(days=length))


def _month(said: Description, reference: date, direction: Direction) -> Stretch:
    assert said.month is not None
    first = _first_month(said, reference, direction)
    if said.month2 is None:
        return months(first)
    year2 = said.year2 or first.year + (said.month2 < said.month)
    return Stretch(first, month_end(date(year2, said.month2, 1)), MONTH)


def _first_month(said: Description, reference: date, direction: Direction) -> date:
    assert said.month is not None
    year = _year(said, reference)
    if year is not None:
        return date(year, said.month, 1)
    if said.shift == 0:
        return date(reference.year, said.month, 1)
    candidates = [date(y, said.month, 1) for y in _around(reference.year)]
    later = 0 if said.month2 is None or direction == "future" else (said.month2 - said.month) % 12
    return _picked_start(candidates, month_start(reference, -later), said.shift, direction)


def _picked_start(candidates: list[date], current: date, shift: int | None, direction: Direction) -> date:
    """Return the start that is meant, strictly before or after the current one where a word says so."""
    if shift == -1:
        return max(c for c in candidates if c < current)
    if shift == 1:
        return min(c for c in candidates if c > current)
    return pick(candidates, current, direction, timedelta())


def _unit(said: Description, reference: date, direction: Direction) -> Stretch:
    shift = said.shift or 0
    if said.unit == "weekend":
        return _weekend(said, reference, direction)
    if said.unit in DAYS:
        day = reference + timedelta(days=shift * DAYS[said.unit])
        return week(day) if said.unit == "week" else one_day(day)
    if said.unit == "hour":
        return one_day(reference)
    if said.unit == "year":
        return years(reference.year + shift)
    if said.unit == "decade":
        return _decade_of(reference.year + 10 * shift)
    size = MONTHS[said.unit]
    start = date(reference.year, (reference.month - 1) // size * size + 1, 1)
    return months(month_start(start, shift * size), size)


def _weekend(said: Description, reference: date, direction: Direction) -> Stretch:
    shift = said.shift or 0
    if not shift and reference.weekday() < 5:
        just_over = reference.weekday() < 2 and direction != "future"
        shift = -1 if direction == "past" or just_over else 0
    saturday = reference + timedelta(days=5 - reference.weekday() + 7 * shift)
    return Stretch(saturday, saturday + timedelta(days=1))


def _decade_of(year: int) -> Stretch:
    return years(year // 10 * 10, year // 10 * 10 + 9)


def _decade(said: Description, reference: date, direction: Direction) -> Stretch:  # noqa: ARG001 - one signature
    if said.year is not None:
        return _decade_of(said.year)
    yy = said.yy or 0
    return _decade_of(yy + (1900 if yy >= 30 else 2000))


def _years(said: Description, reference: date, direction: Direction) -> Stretch | None:  # noqa: ARG001
    year = _year(said, reference)
    return None if year is None else years(year, said.year2)


def _relday(said: Description, reference: date, direction: Direction) -> Stretch:  # noqa: ARG001
    return one_day(reference + timedelta(days=said.days or 0))


def _week_of(said: Description, reference: date, direction: Direction) -> Stretch | None:
    day = _date(said, reference, direction)
    return week(day.first) if day and day.first else None


def _nth(said: Description, reference: date, direction: Direction) -> Stretch:
    """Resolve a numbered quarter or half of a year."""
    assert said.nth is not None
    size = MONTHS[said.unit]
    number = said.nth if said.nth > 0 else 12 // size
    year = _year(said, reference)
    candidates = [
        date(y, (number - 1) * size + 1, 1) for y in ([year] if year is not None else _around(reference.year))
    ]
    if direction == "future":
        ending = [c for c in candidates if month_end(month_start(c, size - 1)) >= reference]
        return months((ending or candidates)[0], size)
    started = [c for c in candidates if c <= reference]
    return months((started or candidates)[-1 if started else 0], size)


def _season(said: Description, reference: date, direction: Direction) -> Stretch:
    """Resolve a season by whole months, winter from December on."""
    assert said.season is not None
    year = _year(said, reference)
    if year is not None:
        return months(date(year, said.season, 1), 3)
    starts = [date(y, said.season, 1) for y in _around(reference.year)]
    running = [s for s in starts if s <= reference <= month_end(month_start(s, 2))]
    if running and not said.shift:
        return months(running[0], 3)
    if said.shift == -1:
        ended = [s for s in starts if month_end(month_start(s, 2)) < reference]
        return months(max(ended), 3)
    return months(_picked_start(starts, reference, said.shift, direction), 3)


def _ago(said: Description, reference: date, direction: Direction) -> Stretch:  # noqa: ARG001
    """Resolve a distance from the reference: three days ago, in two weeks, more than a year ago."""
    if said.number is None:
        far = 7 if said.unit == "day" else 6
        ends = sorted(_moved(reference, said.unit, said.sign * n) for n in (2, far))
        return Stretch(ends[0], ends[1], _precision(said.unit))
    point = _moved(reference, said.unit, said.sign * said.number, said.half)
    if (said.vague or said.bound) and said.unit != "hour":
        return _towards(said, reference, point)
    if said.half:
        return months(point) if said.unit == "year" else one_day(point)
    if said.unit == "week":
        return week(point)
    return Stretch(point, point, _precision(said.unit))


def _towards(said: Description, reference: date, point: date) -> Stretch:
    """Resolve “more than” and “less than” a distance: open, or up to the reference."""
    if said.vague != "more":
        return Stretch(min(point, reference), max(point, reference))
    return Stretch(None, point) if said.sign < 0 else Stretch(point, None)


def _precision(unit: str) -> int:
    return {"month": MONTH, "quarter": MONTH, "half": MONTH, "year": YEAR, "decade": YEAR}.get(unit, DAY)


def _moved(reference: date, unit: str, count: int, half: int = 0) -> date:
    """Return the day `count` units after the reference; `half` adds half a unit in its direction."""
    sign = -1 if count < 0 else 1
    if unit == "hour":
        return reference + timedelta(days=round(count / 24))
    if unit in DAYS:
        return reference + timedelta(days=count * DAYS[unit] + sign * half * (DAYS[unit] // 2))
    if unit == "month":
        return same_day(reference, count) + timedelta(days=15 * half * sign)
    return same_day(reference, count * MONTHS[unit] + half * sign * (MONTHS[unit] // 2))


def _span(said: Description, reference: date, direction: Direction) -> Stretch:  # noqa: ARG001
    """Resolve the last or next n units, up to or from the reference."""
    count = said.number if said.number is not None else FEW.get(said.unit, 2)
    other = _moved(reference, said.unit, said.sign * count)
    return Stretch(min(other, reference), max(other, reference), _precision(said.unit))


def _first_n(said: Description, reference: date, direction: Direction) -> Stretch:
    """Resolve the first or last n months, weeks or days of a year or month (“the first nine months”)."""
    count = said.number if said.number is not None else 3
    if said.month is not None and said.unit in DAYS:
        whole = _month(replace(said, month2=None), reference, direction)
        return _edge(whole, timedelta(days=max(1, count * DAYS.get(said.unit, 0)) - 1), said.sign)
    size = count * MONTHS.get(said.unit, 1)
    year = _year(said, reference)
    if year is None:
        year = reference.year - (said.sign > 0 and size > reference.month and direction != "future")
    if said.unit in DAYS or said.unit == "hour":
        return _edge(years(year), timedelta(days=max(1, count * DAYS.get(said.unit, 0)) - 1), said.sign)
    return months(date(year, 1 if said.sign > 0 else 13 - min(size, 12), 1), min(size, 12))


def _edge(whole: Stretch, length: timedelta, sign: int) -> Stretch:
    assert whole.first is not None
    assert whole.last is not None
    if sign > 0:
        return Stretch(whole.first, min(whole.last, whole.first + length), DAY)
    return Stretch(max(whole.first, whole.last - length), whole.last, DAY)


KINDS: MappingProxyType[str, Resolver] = MappingProxyType(
    {
        "ago": _ago,
        "date": _date,
        "decade": _decade,
        "first_n": _first_n,
        "month": _month,
        "nth": _nth,
        "relday": _relday,
        "season": _season,
        "span": _span,
        "unit": _unit,
        "week_of": _week_of,
        "weekday": _weekday,
        "year": _years,
    }
)
