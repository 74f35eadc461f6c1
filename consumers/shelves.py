"""Where an event stands in the index, and where a mention looks for it. Pure.

An event stands under its days and months and under the days on which it was told, and there under each
party that it names, so that a mention meets the few events that it may speak of, however many are known.
What is told no more falls out of reach by itself, and its days find it again when it is recalled.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from consumers.identity import (
    EVE_DAYS,
    MEETINGS,
    MOVED_DAYS,
    PLAN_DAYS,
    SAME_STORY_DAYS,
    STATES,
    TAKEN_UP_DAYS,
    VISIT_DAYS,
    Dated,
    Known,
    exactness,
    reach,
)
from schemas.events import Mentioned, Origin
from sommet import intervals

ANYBODY = "*"
EVERYBODY = ""
LONGEST = 10  # days that stand in the index one by one
MONTHS = 24
YEAR_DAYS = 366
WEEK = 7  # what is told again within one may have had another day before


def by_date(known: Known) -> Iterator[str]:
    """Yield the entries under which an event stands by its own date."""
    names = _dates(known)
    if known.type in MEETINGS and known.status == "planned":
        names.append("plan")
    for party in _stands_under(known.participants):
        yield from (f"index/{known.type}/{party}/{name}" for name in names)


def by_day_told(kind: str, participants: Iterable[str], day: str) -> Iterator[str]:
    """Yield the entries under which an event stands by a day on which it was told."""
    yield from (told_on(kind, party, day) for party in _stands_under(participants))


def told_on(kind: str, party: str, day: str) -> str:
    """Return the entry of all events of a type and a party that were told on a day."""
    return f"index/{kind}/{party}/told/{day}"


def is_told(key: str) -> bool:
    """Tell whether an entry is one of a day on which events were told."""
    return "/told/" in key


def is_passing(key: str) -> bool:
    """Tell whether an entry is asked only for what was told of late, whatever its day."""
    return key.endswith(("/plan", "/vague/"))


def may_meet(participants: Iterable[str]) -> list[str]:
    """Return the parties of the statements that an event of some participants may draw to itself."""
    return _looks_under(participants)


def where_to_look(mention: Mentioned, origin: Origin, last: str = "~") -> list[str]:
    """Return the entries under which an event may stand that a mention speaks of.

    Nothing of its type was told after the day `last`.
    """
    told = around(origin.published, SAME_STORY_DAYS, WEEK) if origin.published else []
    names = [f"told/{day}" for day in told if day <= last]
    if mention.type not in MEETINGS:
        names += _days(mention.start, mention.end) if _exact(mention) else []
    elif not mention.start:
        names += ["plan", "vague/"]
        ahead = origin.published[: intervals.DAY], intervals.shifted(origin.published, PLAN_DAYS)
        names += [f"in/{month}" for month in months(*ahead)] if mention.status == "planned" else []
    else:
        names += _where_it_took_place(mention)
    return [
        f"index/{mention.type}/{party}/{name}"
        for party in _looks_under(mention.participants)
        for name in names
    ]


def months(start: str, end: str) -> list[str]:
    """Return the months that an interval covers ("2023-03"); none where it is unknown."""
    first, last = intervals.first_day(start or end), intervals.last_day(end or start)
    if not first or not last:
        return []
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [
        f"{first.year + (first.month - 1 + n) // 12}-{(first.month - 1 + n) % 12 + 1:02d}"
        for n in range(min(count, MONTHS))
    ]


def around(day: str, before: int, after: int) -> list[str]:
    """Return the days around a day."""
    return [shifted for n in range(-before, after + 1) if (shifted := intervals.shifted(day[:10], n))]


def _dates(known: Known) -> list[str]:
    if not known.start:
        return ["vague/"]
    covered = months(*reach(known))
    if _exact(known):
        return [*_days(known.start, known.end), *(f"in/{month}" for month in covered)]
    return [f"{shelf}/{month}" for month in covered for shelf in ("vague", "in")]


def _where_it_took_place(mention: Mentioned) -> list[str]:
    """A day looks at the days around it; what is less exact, or may have been moved, at whole months."""
    first, last = reach(mention)
    if _exact(mention) and mention.status not in {"planned", "cancelled"}:
        near = [
            intervals.shifted(mention.start, -VISIT_DAYS),
            intervals.shifted(mention.end or mention.start, VISIT_DAYS),
        ]
        return [*_days(*near), *(f"vague/{month}" for month in months(first, last)), "vague/"]
    back = TAKEN_UP_DAYS if mention.status == "planned" else MOVED_DAYS
    wide = intervals.shifted(first, -back), _later(last, max(MOVED_DAYS, EVE_DAYS))
    return [*(f"in/{month}" for month in months(*wide)), "vague/"]


def _later(text: str, days: int) -> str:
    last = intervals.last_day(text)
    return intervals.shifted(last.isoformat(), days) if last else text


def _exact(dated: Dated) -> bool:
    short = intervals.length(dated.start, dated.end or dated.start) <= LONGEST
    return exactness(dated) == intervals.DAY and short


def _days(start: str, end: str) -> list[str]:
    first, last = intervals.first_day(start), intervals.last_day(end or start)
    if not first or not last:
        return []
    count = min(intervals.days_between(first, last) + 1, YEAR_DAYS)
    return [f"on/{date.fromordinal(first.toordinal() + n).isoformat()}" for n in range(count)]


def _stands_under(participants: Iterable[str]) -> list[str]:
    named = sorted(set(participants) - STATES)
    return [*(named or [ANYBODY]), EVERYBODY]


def _looks_under(participants: Iterable[str]) -> list[str]:
    named = sorted(set(participants) - STATES)
    return [*named, ANYBODY] if named else [EVERYBODY]
