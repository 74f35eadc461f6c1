"""Which event does a mention speak of? A new one, more of a known one, or a turn in its life.

Identity comes from structure: type, format, overlapping days, compatible place. Nothing depends on
the language of the report. Every decision keeps its reason, and a person's ruling stands above it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

import msgspec

from consumers.identity import Known
from consumers.life import Member, difference
from consumers.memory import Memory
from consumers.refold import Refold
from schemas.events import Change, Event, EventMentions, Report
from schemas.topics import EVENTS, MENTIONS
from sommet import intervals
from sommet.stage import Stage, State, Wake

GRACE = timedelta(days=7)
"""How long after the last day of a plan a report of it may still come."""


def stage() -> Stage[EventMentions]:
    """Return the stage that joins mentions into events."""
    return Stage("resolve", MENTIONS, (EVENTS,), step, wake)


def step(state: State, found: EventMentions, now: datetime) -> Iterable[Event | Wake]:
    """Join the mentions of one article, or of a newer version of it, with what is known."""
    memory = Memory(state)
    refold = Refold(memory, found.dyad)
    if found.ruling:
        refold.rule(found.ruling, found.id)
        new: list[str] = []
    else:
        version, known = memory.stated(found.origin.article)
        members = _members(found, now)
        if found.origin.version < version or not (known or members):
            return
        new = [member.name for member in members]
        refold.take(members, known)
        memory.version(found.origin.article, found.origin.version)
    for event, into in refold.into.items():
        memory.bury(event, into)
    memory.save(now)
    yield from _Telling(found.id, refold).messages(new)
    for event in memory.changed:
        if (plan := memory.known(event)) and (due := _overdue(plan)):
            yield Wake(event, due)


def wake(state: State, key: str, now: datetime) -> Iterable[Event]:
    """Say of a plan whose day has passed that nobody reported it."""
    memory = Memory(state)
    known = memory.known(key)
    due = _overdue(known) if known else None
    if known is None or due is None or due > now:
        return
    marked = memory.mark_unreported(known)
    memory.save(now)
    last = memory.members(key)[-1]
    ident = f"resolve/{key}/unreported/{due.date()}"
    yield event_of(ident, marked, last, "unreported", before=marked.status)


def _overdue(known: Known) -> datetime | None:
    """Return when a plan should have been reported at the latest; None for what is no dated plan."""
    last = intervals.last_day(known.end or known.start)
    exact = intervals.precision(known.end or known.start) >= intervals.MONTH
    if known.status != "planned" or known.unreported or not last or not exact:
        return None
    return datetime.combine(last, time(), UTC) + timedelta(days=1) + GRACE


def _members(found: EventMentions, now: datetime) -> list[Member]:
    counts: dict[str, int] = {}
    members = []
    for number, stated in enumerate(found.mentions):
        counts[stated.type] = counts.get(stated.type, 0) + 1
        name = f"{found.origin.article}/{stated.type}/{counts[stated.type]}"
        members.append(
            Member(
                source=found.id, number=number, name=name, dyad=found.dyad, at=now, origin=found.origin,
                stated=stated,
            )
        )  # fmt: skip
    return members


@dataclass(slots=True)
class _Telling:
    """What is said of a change: of each new report, and of each event that others changed with it."""

    ident: str
    refold: Refold
    told: set[str] = field(default_factory=set)
    count: int = 0

    def messages(self, new: Sequence[str]) -> Iterator[Event]:
        """Yield an event for each new report, in their order, and for what became of others."""
        yield from self._gone()
        yield from map(self._reported, new)
        yield from self._moved(set(new))
        yield from self._withdrawn()
        yield from self._restated()

    def _reported(self, name: str) -> Event:
        placed = self.refold.placed[name]
        known = self._known(placed.event)
        change, before = difference(self.refold.memory.before(placed.event), known)
        member = placed.member
        ident = f"resolve/{self.ident}/{member.number}"
        return event_of(ident, known, member, change, before=before, reason=placed.reason)

    def _gone(self) -> Iterator[Event]:
        """Events that are others now, and events that nothing states any more."""
        for event, into in self.refold.into.items():
            known = self.refold.memory.before(event)
            left = [p.member for p in self.refold.placed.values() if p.former == event]
            member = left[-1] if left else self.refold.withdrawn.get(event)
            if known is None or member is None:
                continue
            if into:
                yield event_of(self._next("merged"), known, member, "merged", into=into)
            else:
                nothing = msgspec.structs.replace(known, articles=(), lineages=0)
                yield event_of(self._next("withdrawn"), nothing, member, "withdrawn")

    def _moved(self, new: set[str]) -> Iterator[Event]:
        for name, placed in self.refold.placed.items():
            if name not in new and placed.former != placed.event:
                yield event_of(
                    self._next("moved"), self._known(placed.event), placed.member, "moved",
                    reason=placed.reason, former=placed.former,
                )  # fmt: skip

    def _withdrawn(self) -> Iterator[Event]:
        for event, member in self.refold.withdrawn.items():
            known = self.refold.memory.known(event)
            if known and member.origin.article not in known.articles:
                self.told.add(event)
                yield event_of(self._next("withdrawn"), known, member, "withdrawn")

    def _restated(self) -> Iterator[Event]:
        """Events whose reports are others now, though none came to them."""
        for event in self.refold.memory.changed:
            known, before = self.refold.memory.known(event), self.refold.memory.before(event)
            if event in self.told or known is None or before is None or _shown(known) == _shown(before):
                continue
            member = self.refold.memory.members(event)[-1]
            yield event_of(self._next("restated"), known, member, "restated")

    def _known(self, event: str) -> Known:
        known = self.refold.memory.known(event)
        if known is None:
            raise KeyError(event)
        self.told.add(event)
        return known

    def _next(self, kind: str) -> str:
        self.count += 1
        return f"resolve/{self.ident}/{kind}/{self.count}"


def _shown(known: Known) -> tuple[object, ...]:
    return (
        known.status, known.format, known.start, known.end, known.basis, known.place, known.participants,
        known.quantities, known.articles, known.lineages, known.langs, known.unreported,
    )  # fmt: skip


def event_of(
    ident: str,
    known: Known,
    member: Member,
    change: Change,
    *,
    before: str = "",
    reason: str = "",
    former: str = "",
    into: str = "",
) -> Event:
    """Return an event as it is known now, with the report that is told of."""
    return Event(
        id=ident,
        event=known.event,
        dyad=member.dyad,
        type=known.type,
        status=known.status,
        salience=member.stated.salience,
        change=change,
        report=Report(origin=member.origin, stated=member.stated),
        reason=reason,
        before=before,
        format=known.format,
        start=known.start,
        end=known.end,
        basis=known.basis,
        place=known.place,
        participants=known.participants,
        quantities=known.quantities,
        confidence=member.stated.confidence,
        articles=len(known.articles),
        lineages=known.lineages,
        langs=known.langs,
        first_seen=known.first_seen,
        statement=member.name,
        unreported=known.unreported,
        former=former,
        into=into,
    )
