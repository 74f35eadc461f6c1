"""What the reports of one event say together: its status, its facts, its turns. Pure.

Everything here follows from the set of the reports alone, in the order of their publication, so that
the order of their arrival does not matter.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import msgspec

from consumers.facts import (
    STATES,
    Place,
    Votes,
    days_told,
    formats_told,
    parties_told,
    places_merged,
    places_told,
)
from consumers.identity import MEETINGS, Known, exactness, turned
from consumers.lineage import Lineages
from consumers.visits import DaysHeld
from schemas.complete import complete
from schemas.events import Mentioned, Origin, Turned
from sommet import intervals

MAX_AMOUNTS = 12
TWO = 2
"""Independent origins that bring back a day or place which a later report had replaced."""


@complete
class Member(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """One statement of an event, as `resolve` remembers it.

    `source` is the id of the message that brought it and `number` its place there; `name` is
    `article/type/number of that type in the article`. `group` is what a person's ruling made one, and
    `aspect` the event in it that the statement belonged to.
    """

    source: str
    number: int
    name: str
    dyad: str
    at: datetime
    origin: Origin
    stated: Mentioned
    group: str = ""
    aspect: str = ""

    @property
    def day(self) -> str:
        """The day of its publication, or on which it came."""
        return self.place[0][: intervals.DAY]

    @cached_property
    def place(self) -> tuple[str, ...]:
        """Where it stands in the order of publication; without a date, when it came."""
        return self.origin.published or self.at.isoformat(), self.origin.article, f"{self.number:04d}"


class Turn(NamedTuple):
    """What one report changed in the life of an event, and the value before and after."""

    change: Turned
    before: str
    after: str
    member: Member


class Life(NamedTuple):
    """An event as its reports tell it, and its turns in their order."""

    known: Known
    turns: tuple[Turn, ...]


def life(event: str, members: Sequence[Member]) -> Life:
    """Return what `members`, one or more in the order of publication, say together."""
    growing = Growing(event)
    for member in members:
        growing.take(member)
    return Life(growing.known, tuple(growing.turns))


class Growing:
    """An event that takes its reports in their order, and tells at any time what they say so far."""

    def __init__(self, event: str) -> None:
        self.event = event
        self.members: list[Member] = []
        self.turns: list[Turn] = []
        self._lineages = Lineages()
        self._roots: set[int] = set()
        self._articles: dict[str, None] = {}
        self._langs: set[str] = set()
        self._aspects: set[str] = set()
        self._group = ""
        self._told: Known | None = None
        self._known: Known | None = None
        self._since = {"date": 0, "place": 0}
        self._days, self._places = days_told(), places_told()
        self._held = DaysHeld()
        self._further: dict[str, Votes[Place]] = {}
        """What is said of the place, by the stated day: a further day of a visit may be in another city."""
        self._formats, self._parties = formats_told(), parties_told()
        self._replaced: dict[str, set[str]] = {"date": set(), "place": set()}
        self._again: dict[tuple[str, str], set[int]] = {}

    def take(self, member: Member) -> None:
        """Take one more report."""
        said, published = member.stated, member.origin.published
        root = self._lineages.of(member.origin)
        known = self._told or _begun(self.event, member)
        change, before = turned(known, said, published) if self.members else ("new", "")
        if self._stale(change, said, root):
            change, before = "more", ""
        self._note(change, before, member, known)
        self._told, self._known = _merged(known, member, change), None
        self._articles[member.origin.article] = None
        self.members.append(member)
        self._roots.add(root)
        self._langs.add(member.origin.lang)
        self._group = self._group or member.group
        if member.aspect:
            self._aspects.add(member.aspect)
        self._count(member, root)

    def copy(self) -> "Growing":
        """Return the same, to go another way from here."""
        other = copy(self)
        for name in (
            "members",
            "turns",
            "_lineages",
            "_roots",
            "_articles",
            "_langs",
            "_aspects",
            "_since",
        ):
            setattr(other, name, getattr(self, name).copy())
        for name in ("_days", "_places", "_formats", "_parties", "_held"):
            setattr(other, name, getattr(self, name).copy())
        other._replaced = {name: values.copy() for name, values in self._replaced.items()}  # noqa: SLF001
        other._further = {day: votes.copy() for day, votes in self._further.items()}  # noqa: SLF001
        other._again = {key: roots.copy() for key, roots in self._again.items()}  # noqa: SLF001
        return other

    def _count(self, member: Member, root: int) -> None:
        """Count its values; of day and place, those told since the last turn alone."""
        taken = len(self.members) - 1
        if taken and self._since["date"] == taken:
            self._days, self._held = days_told(), DaysHeld()
        if taken and self._since["place"] == taken:
            self._places = places_told()
            self._further = {}
        for votes in (self._days, self._places, self._formats, self._parties):
            votes.add(member, root)
        self._held.add(member)
        if (day := _stated_day(member.stated)) not in self._further:
            self._further[day] = places_told()
        self._further[day].add(member, root)

    @property
    def known(self) -> Known:
        """What the reports say together; there must be one."""
        if self._known is None:
            self._known = self._shown()
        return self._known

    def _shown(self) -> Known:
        """Show of each attribute the value that most origins state, since it was last turned."""
        if self._told is None:
            raise ValueError(self.event)
        known, members = self._told, self.members
        held = known.status == "occurred" and known.type in MEETINGS
        day = self._days.elected(first=held)
        place = self._place(day[0] if day else known.start)
        form = self._formats.elected() or known.format
        if day and held and form == "in_person":
            day = self._held.around(day)
        return msgspec.structs.replace(
            known,
            start=day[0] if day else known.start,
            end=day[1] if day else known.end,
            basis="text" if day else known.basis,
            place=place[0] if place else known.place,
            country=place[1] if place else known.country,
            format=form,
            participants=self._parties.elected() or known.participants,
            articles=tuple(self._articles),
            lineages=len(self._roots),
            langs=tuple(sorted(self._langs)),
            founded=members[0].place,
            told=members[-1].place,
            group=self._group,
            aspects=self._parts() if len(self._aspects) > 1 else (),
        )

    def _place(self, first_day: str) -> Place | None:
        """Return the place that most origins state, but for those of a further day of a visit."""
        further = {day for day in self._further if len(day) == len(first_day) and day > first_day}
        if not further:
            return self._places.elected()
        return places_merged(votes for day, votes in self._further.items() if day not in further).elected()

    def _parts(self) -> tuple[Known, ...]:
        parts = [[m for m in self.members if m.aspect == aspect] for aspect in sorted(self._aspects)]
        return tuple(life(self.event, part).known for part in parts)

    def _stale(self, change: Turned, said: Mentioned, root: int) -> bool:
        """Tell whether a report only repeats what a later one had replaced, so far for its origin alone."""
        if change not in {"date", "place"}:
            return False
        value = said.start if change == "date" else said.place
        if value not in self._replaced[change]:
            return False
        told = self._again.setdefault((change, value), set())
        told.add(root)
        return len(told) < TWO

    def _note(self, change: Turned, before: str, member: Member, known: Known) -> None:
        if change == "more":
            return
        said = member.stated
        after = {"date": said.start, "place": said.place}.get(change, said.status)
        self.turns.append(Turn(change, before, after, member))
        if (
            change == "status"
            and said.start
            and said.basis != "report"
            and exactness(said) >= exactness(known)
        ):
            self._since["date"] = len(self.members)
        if change == "status" and said.place and said.place not in STATES:
            self._since["place"] = len(self.members)
        if change in self._since:
            self._since[change] = len(self.members)
            self._replaced[change].add(before)
            self._again.clear()


def _begun(event: str, member: Member) -> Known:
    said = member.stated
    return Known(event=event, type=said.type, status=said.status, first_seen=member.at, last_seen=member.at)


def _merged(known: Known, member: Member, change: Turned) -> Known:
    """Return the event after one more report: the most exact date, the first stated place."""
    said, published = member.stated, member.origin.published
    dated = said if change == "date" or exactness(said) > exactness(known) else known
    located = said if change == "place" or not known.country else known
    turning, amounts = change != "more", known.quantities
    if said.quantities:
        amounts = tuple(dict.fromkeys((*amounts, *said.quantities)))[:MAX_AMOUNTS]
    return msgspec.structs.replace(
        known,
        status=said.status if change in {"status", "new"} else known.status,
        format=known.format or said.format,
        start=dated.start,
        end=dated.end,
        basis=dated.basis,
        place=said.place if change == "place" or not known.place else known.place,
        country=located.country,
        participants=known.participants or said.participants,
        quantities=amounts,
        turned=max(known.turned, published) if turning else known.turned,
        last_published=max(known.last_published, published),
        first_seen=min(known.first_seen, member.at),
        last_seen=max(known.last_seen, member.at),
    )


def _stated_day(said: Mentioned) -> str:
    """Return the first day where the text states one, empty where it does not."""
    return said.start if said.basis == "text" and len(said.start) == intervals.DAY else ""


def difference(before: Known | None, after: Known) -> tuple[Turned, str]:
    """Return what changed in an event between two times, and the value before."""
    if before is None:
        return "new", ""
    if before.status != after.status:
        return "status", before.status
    if before.unreported != after.unreported:
        return "unreported" if after.unreported else "status", before.status
    if after.status == "planned" and after.start and _moved(before, after):
        return "date", before.start
    place = {before.place, after.place}
    if before.place and after.place and len(place) > 1 and not place & {"Russia", "China"}:
        return "place", before.place
    return "more", ""


def _moved(before: Known, after: Known) -> bool:
    apart = not before.start or not intervals.overlap((before.start, before.end), (after.start, after.end))
    return apart or exactness(after) > exactness(before)


def in_order(members: Iterable[Member]) -> list[Member]:
    """Return statements in the order of their publication."""
    return sorted(members, key=lambda member: member.place)
