"""When two statements speak of one event. Pure: used by `resolve` alone."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, Protocol

import msgspec

from schemas.complete import complete
from schemas.envelope import EPOCH
from schemas.events import Basis, EventType, Format, Mentioned, Origin, Status, Turned
from sommet import intervals

MEETINGS = frozenset({"summit", "consultation"})
STATES = frozenset({"Russia", "China"})
SAME_STORY_DAYS = 4
PLAN_DAYS = 120
MOVED_DAYS = 15
TAKEN_UP_DAYS = 60  # how long after its first day a visit that was called off is taken up again
VISIT_DAYS = 3
EVE_DAYS = 7
APART = "+"  # ends the group of what a ruling split off
LATE_DAYS = 24  # how much earlier than the week before it a report without a date may look back


class Known(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event as `resolve` remembers it: what its reports say together.

    `founded` and `told` are the places of its first and its last report in the order of publication.
    `group` names a person's ruling on it, `aspects` are the events that a ruling made one.
    """

    event: str
    type: EventType
    status: Status
    format: Format = ""
    start: str = ""
    end: str = ""
    basis: Basis = ""
    place: str = ""
    country: str = ""
    participants: tuple[str, ...] = ()
    quantities: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    lineages: int = 1
    langs: tuple[str, ...] = ()
    founded: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    last_published: str = ""
    turned: str = ""
    """When the report was published that gave the status, date or place its last turn."""
    first_seen: datetime = EPOCH
    last_seen: datetime = EPOCH
    unreported: bool = False
    group: str = ""
    aspects: tuple["Known", ...] = ()


complete(Known)  # here, as it holds others of its type


class Dated(Protocol):
    """What has an interval of days, and says where it comes from."""

    @property
    def start(self) -> str:
        """The first day, an ISO date of any precision."""

    @property
    def end(self) -> str:
        """The last day."""

    @property
    def basis(self) -> Basis:
        """Where the interval comes from."""


class Match(NamedTuple):
    """A known event and why the mention speaks of it; the highest score wins."""

    score: float
    reason: str
    known: Known


def reach(told: Dated) -> tuple[str, str]:
    """Return the days in which an event may lie; a report without a date may tell of the month before it."""
    if told.basis != "report" or not told.start:
        return told.start, told.end
    return intervals.shifted(told.start, -LATE_DAYS) or told.start, told.end


def exactness(told: Dated) -> int:
    """Return how exact a date is (`intervals.precision`); the days before a report tell less than a day."""
    exact = intervals.precision(told.start)
    return min(exact, intervals.WEEK) if told.basis == "report" else exact


def best(mention: Mentioned, origin: Origin, candidates: Iterable[Known]) -> Match | None:
    """Return the known event that a mention speaks of, or None.

    One article does not state the same event twice, so events that it stated already are left out.
    """
    matches = [
        Match(found.score, found.reason, known)
        for known in candidates
        if origin.article not in known.articles
        for aspect in (known, *known.aspects)
        if (found := _match(mention, origin, aspect))
    ]
    if len(matches) < 2:
        return matches[0] if matches else None
    return max(matches, key=weight)


def highest(mention: Mentioned) -> float:
    """Return the highest score that an event can have for a mention."""
    return float(intervals.DAY) if mention.type in MEETINGS and mention.start else 1.0


def weight(match: Match) -> tuple[float, bool, bool, int, tuple[str, ...]]:
    """Of events that fit alike, the one whose day is stated, then the one told most often.

    What a person split off gets only what fits it better than the rest.
    """
    known = match.known
    return (
        match.score,
        not known.group.endswith(APART),
        known.basis == "text",
        len(known.articles),
        known.founded,
    )


def _match(mention: Mentioned, origin: Origin, known: Known) -> Match | None:
    if mention.type != known.type or not _formats(mention, known) or not _places(mention, known):
        return None
    if not _people(mention, known):
        return None
    if mention.type in MEETINGS:
        return _meeting(mention, origin, known)
    return _other(mention, origin, known)


def _meeting(mention: Mentioned, origin: Origin, known: Known) -> Match | None:
    if mention.start and known.start:
        return (
            _same_time(mention, origin, known)
            or _same_visit(mention, known)
            or _on_the_eve(mention, origin, known)
            or _moved(mention, origin, known)
            or _taken_up(mention, origin, known)
        )
    days = PLAN_DAYS if "planned" in {mention.status, known.status} else SAME_STORY_DAYS
    if _told_together(origin, known, days):
        return Match(1.0, "no date, told at the same time", known)
    return None


def _same_time(mention: Mentioned, origin: Origin, known: Known) -> Match | None:
    if not intervals.overlap(reach(mention), reach(known)):
        return None
    exact = min(exactness(mention), exactness(known))
    if exact < intervals.MONTH and not _told_together(origin, known):
        return None
    if not intervals.overlap((mention.start, mention.end), (known.start, known.end)):
        return Match(intervals.MONTH - 0.5, "told within a month, same participants", known)
    words = _WORDS.get(exact, "same year")
    return Match(float(exact), f"{words}, same participants", known)


def _on_the_eve(mention: Mentioned, origin: Origin, known: Known) -> Match | None:
    """Talks told without a date days before the stated date of a plan are that plan's ("Xi in Moscow")."""
    one, other = (mention, known) if mention.basis == "report" else (known, mention)
    if one.basis != "report" or other.basis != "text" or other.status != "planned":
        return None
    reported, planned = intervals.last_day(one.end), intervals.first_day(other.start)
    if reported is None or planned is None or not _told_together(origin, known, EVE_DAYS):
        return None
    ahead = 0 < intervals.days_between(reported, planned) <= EVE_DAYS
    return Match(intervals.MONTH - 0.7, "told on the eve, same participants", known) if ahead else None


def _same_visit(mention: Mentioned, known: Known) -> Match | None:
    """The days of one visit: talks in one city, a few days apart at the most."""
    exact = min(exactness(mention), exactness(known)) == intervals.DAY
    here = mention.place and known.place and mention.format == known.format == "in_person"
    if exact and here and _distance((mention.start, mention.end), (known.start, known.end)) <= VISIT_DAYS:
        return Match(float(intervals.DAY), "days of one visit", known)
    return None


def _taken_up(mention: Mentioned, origin: Origin, known: Known) -> Match | None:
    """A visit that was called off or put off gets a new day, in the same country."""
    if known.status != "cancelled" or mention.status != "planned" or not (mention.place and known.place):
        return None
    called_off, planned = intervals.first_day(known.start), intervals.first_day(mention.start)
    if called_off is None or planned is None or not _told_together(origin, known, PLAN_DAYS):
        return None
    soon = 0 < intervals.days_between(called_off, planned) <= TAKEN_UP_DAYS
    return Match(1.5, "taken up again on another day", known) if soon else None


def _moved(mention: Mentioned, origin: Origin, known: Known) -> Match | None:
    if known.status != "planned" or mention.status not in {"planned", "cancelled"}:
        return None
    near = _distance((mention.start, mention.end), (known.start, known.end)) <= MOVED_DAYS
    return (
        Match(2.0, "the plan's date moved", known)
        if near and _told_together(origin, known, PLAN_DAYS)
        else None
    )


def _other(mention: Mentioned, origin: Origin, known: Known) -> Match | None:
    if (
        mention.type == "trade"
        and "planned" in {mention.status, known.status}
        and mention.status != known.status
    ):
        return None
    if not intervals.overlap((mention.start, mention.end), (known.start, known.end)):
        return None
    if not _told_together(origin, known, SAME_STORY_DAYS):
        return _recalled(mention, known)
    stated = mention.basis == known.basis == "text"
    if stated and mention.start[:7] != known.start[:7]:
        return None
    return Match(1.0, "same kind of act, told at the same time", known)


def _recalled(mention: Mentioned, known: Known) -> Match | None:
    """What is recalled with its day and its parties is what was told then."""
    one, other = _named(mention.participants), _named(known.participants)
    exact = min(exactness(mention), exactness(known)) == intervals.DAY
    if mention.salience == "background" and exact and one and other and (one <= other or other <= one):
        return Match(1.0, "recalled with its day, same participants", known)
    return None


def _told_together(origin: Origin, known: Known, days: int = SAME_STORY_DAYS) -> bool:
    one, other = intervals.first_day(origin.published), intervals.first_day(known.last_published)
    return bool(one and other) and abs(intervals.days_between(one, other)) <= days  # type: ignore[arg-type]


def _distance(one: tuple[str, str], other: tuple[str, str]) -> int:
    a, b = intervals.first_day(one[0]), intervals.first_day(other[0])
    return abs(intervals.days_between(a, b)) if a and b else 0


def _formats(mention: Mentioned, known: Known) -> bool:
    remote = {"video", "phone"}
    if not mention.format or not known.format or mention.format == known.format:
        return True
    return {mention.format, known.format} == remote


def _places(mention: Mentioned | Known, known: Known) -> bool:
    if not mention.place or not known.place or mention.place == known.place:
        return True
    if _held_elsewhere(mention, known):
        return True
    if mention.country != known.country or {mention.place, known.place} <= STATES:
        return False
    if {mention.place, known.place} & STATES:
        return True
    planned = known.status == "planned" and mention.status == "planned"
    return (planned and mention.start == known.start) or _one_journey(mention, known)


def _held_elsewhere(mention: Mentioned | Known, known: Known) -> bool:
    """The same people on the planned day, in a country that the plan did not name."""
    together = set(mention.participants) & set(known.participants) - STATES
    exact = min(exactness(mention), exactness(known)) == intervals.DAY
    same_day = exact and mention.start == known.start
    return same_day and len(together) > 1 and known.status == "planned" and mention.status == "occurred"


def _one_journey(mention: Mentioned | Known, known: Known) -> bool:
    """The same people in two cities of one country, within a few days: one visit goes on.

    Two sources that name different cities for one meeting look the same.
    """
    together = set(mention.participants) & set(known.participants) - STATES
    if mention.type not in MEETINGS or len(together) < (1 if mention.type == "summit" else 2):
        return False
    exact = min(exactness(mention), exactness(known))
    days = (mention.start, mention.end), (known.start, known.end)
    near = exact == intervals.DAY and _distance(*days) <= VISIT_DAYS
    return bool(mention.country) and exact >= intervals.WEEK and (near or intervals.overlap(*days))


def _people(mention: Mentioned, known: Known) -> bool:
    """People must not be all others; states stand for anybody of theirs."""
    one, other = _named(mention.participants), _named(known.participants)
    return not one or not other or not one.isdisjoint(other)


@lru_cache(maxsize=4096)
def _named(participants: tuple[str, ...]) -> frozenset[str]:
    return frozenset(participants) - STATES


def twins(one: Known, other: Known) -> bool:
    """Tell whether two known meetings are one: same stated days, named people, format and place."""
    if one.type not in MEETINGS or one.type != other.type or (one.group and other.group):
        return False
    if set(one.articles) & set(other.articles):
        return False
    named = set(one.participants) & set(other.participants) - STATES
    exact = is_exact(one) and is_exact(other)
    alike = one.format == other.format and _places(one, other)
    return (
        bool(named) and exact and alike and intervals.overlap((one.start, one.end), (other.start, other.end))
    )


def is_exact(known: Known) -> bool:
    """Tell whether the day of an event is stated."""
    return known.basis == "text" and exactness(known) == intervals.DAY


def turned(known: Known, mention: Mentioned, published: str) -> tuple[Turned, str]:
    """Return what a mention changes in the life of a known event, and the value before.

    What was published before the last turn is one more source for what was known then.
    """
    if _older(published, known.turned) or (mention.salience == "background" and known.status != "planned"):
        return "more", ""
    if mention.status != known.status and _may_turn(known, mention):
        return "status", known.status
    if mention.status == known.status == "planned" and mention.start:
        if not known.start or not intervals.overlap((mention.start, mention.end), (known.start, known.end)):
            return "date", known.start
        if exactness(mention) > exactness(known):
            return "date", known.start
    if known.status != "occurred" and _other_city(mention, known):
        return "place", known.place
    return "more", ""


def _other_city(mention: Mentioned, known: Known) -> bool:
    places = {mention.place, known.place}
    return len(places) > 1 and "" not in places and not places & STATES


def _older(published: str, turned: str) -> bool:
    """Tell whether one date lies before another, as exactly as both are given."""
    length = min(len(published), len(turned))
    return published[:length] < turned[:length]


def _may_turn(known: Known, mention: Mentioned) -> bool:
    """What lies ahead has not taken place, whatever an undated report seems to say."""
    if known.status == "planned" and mention.status == "occurred" and mention.basis == "report":
        reported, planned = intervals.last_day(mention.end), intervals.first_day(known.start)
        if reported and planned and reported < planned:
            return False
    misread = known.basis == "report" and known.status == "occurred" and mention.status == "planned"
    if misread and mention.basis == "text" and mention.start > known.end:
        return True
    return (known.status, mention.status) in _TURNS


_WORDS = {intervals.DAY: "same day", intervals.WEEK: "same week", intervals.MONTH: "same month"}
_TURNS = frozenset({
    ("planned", "occurred"), ("planned", "cancelled"), ("planned", "denied"),
    ("alleged", "planned"), ("alleged", "occurred"), ("alleged", "denied"),
    ("cancelled", "planned"), ("cancelled", "occurred"), ("denied", "occurred"), ("occurred", "denied"),
})  # fmt: skip
