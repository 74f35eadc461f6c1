"""What the reports of one event say together: its status, its facts, its turns. Pure.

Everything here follows from the set of the reports alone, in the order of their publication, so that
the order of their arrival does not matter.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from consumers.facts import STATES, shown_day, shown_format, shown_parties, shown_place
from consumers.identity import MEETINGS, Known, exactness, turned
from consumers.lineage import lineages
from schemas.events import Mentioned, Origin, Turned
from sommet import intervals

MAX_AMOUNTS = 12
TWO = 2
"""Independent origins that bring back a day or place which a later report had replaced."""


class Member(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
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

    @property
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
    roots = lineages([member.origin for member in members])
    fold = _Fold(event, members[0])
    for member, root in zip(members, roots, strict=True):
        fold.take(member, root)
    known = _voted(fold.known, members, roots, fold.since)
    aspects = {member.aspect for member in members if member.aspect}
    parts = [[m for m in members if m.aspect == aspect] for aspect in sorted(aspects)]
    return Life(
        msgspec.structs.replace(
            known,
            articles=tuple(dict.fromkeys(m.origin.article for m in members)),
            lineages=len(set(roots)),
            langs=tuple(sorted({m.origin.lang for m in members})),
            founded=members[0].place,
            told=members[-1].place,
            last_published=max(m.origin.published for m in members),
            first_seen=min(m.at for m in members),
            last_seen=max(m.at for m in members),
            group=next((m.group for m in members if m.group), ""),
            aspects=tuple(life(event, part).known for part in parts) if len(parts) > 1 else (),
        ),
        tuple(fold.turns),
    )


class _Fold:
    """Takes the reports of an event in their order, and notes what each one turns."""

    def __init__(self, event: str, first: Member) -> None:
        said = first.stated
        self.known = Known(event=event, type=said.type, status=said.status)
        self.turns: list[Turn] = []
        self.since = {"date": 0, "place": 0}
        self._taken = 0
        self._replaced: dict[str, set[str]] = {"date": set(), "place": set()}
        self._again: dict[tuple[str, str], set[int]] = {}

    def take(self, member: Member, root: int) -> None:
        """Take one more report, of the origin `root`."""
        said, published = member.stated, member.origin.published
        change, before = turned(self.known, said, published) if self._taken else ("new", "")
        if self._stale(change, said, root):
            change, before = "more", ""
        self._note(change, before, member)
        self.known = _merged(self.known, said, published, change)
        self._taken += 1

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

    def _note(self, change: Turned, before: str, member: Member) -> None:
        if change == "more":
            return
        said = member.stated
        after = {"date": said.start, "place": said.place}.get(change, said.status)
        self.turns.append(Turn(change, before, after, member))
        if (
            change == "status"
            and said.start
            and said.basis != "report"
            and exactness(said) >= exactness(self.known)
        ):
            self.since["date"] = self._taken
        if change == "status" and said.place and said.place not in STATES:
            self.since["place"] = self._taken
        if change in self.since:
            self.since[change] = self._taken
            self._replaced[change].add(before)
            self._again.clear()


def _merged(known: Known, said: Mentioned, published: str, change: Turned) -> Known:
    """Return the event after one more report: the most exact date, the first stated place."""
    dated = said if change == "date" or exactness(said) > exactness(known) else known
    located = said if change == "place" or not known.country else known
    turning = change != "more"
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
        quantities=tuple(dict.fromkeys((*known.quantities, *said.quantities)))[:MAX_AMOUNTS],
        turned=max(known.turned, published) if turning else known.turned,
        last_published=max(known.last_published, published),
    )


def _voted(known: Known, members: Sequence[Member], roots: Sequence[int], since: dict[str, int]) -> Known:
    """Show of each attribute the value that most origins state, since it was last turned."""
    told = list(zip(members, roots, strict=True))
    held = known.status == "occurred" and known.type in MEETINGS
    day = shown_day(told[since["date"] :], held=held)
    first_day = day[0] if day else known.start
    place = shown_place([row for row in told[since["place"] :] if not _later_day(row[0], first_day)])
    return msgspec.structs.replace(
        known,
        start=day[0] if day else known.start,
        end=day[1] if day else known.end,
        basis="text" if day else known.basis,
        place=place[0] if place else known.place,
        country=place[1] if place else known.country,
        format=shown_format(told) or known.format,
        participants=shown_parties(told) or known.participants,
    )


def _later_day(member: Member, first: str) -> bool:
    """Tell whether a report is of a further day of a visit: that may be in another city."""
    said = member.stated
    exact = said.basis == "text" and len(said.start) == len(first) == intervals.DAY
    return exact and said.start > first


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
