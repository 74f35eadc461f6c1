"""Statements find their events, each in its place in the order of publication. Used by `resolve` alone.

A report that comes late is taken in as if it had come in time: what was published behind it, up to a
week, is taken out of its events, and all of it is placed anew. So the events depend on what was
published, not on the order in which it arrived, as long as nothing is more than a week late.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from consumers import shelves
from consumers.identity import APART, Known, best, twins
from consumers.life import Member, in_order
from consumers.memory import Memory
from schemas.events import Ruling
from sommet import intervals
from sommet.ids import digest

LATE_DAYS = 7
RULED = "a person's ruling"
ALONE = "nothing like it is known"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a statement belongs now, where it belonged before, and why."""

    member: Member
    event: str
    reason: str
    former: str = ""


@dataclass(slots=True)
class Refold:
    """One change of what is known: statements that come, that are withdrawn, that are placed anew."""

    memory: Memory
    dyad: str
    placed: dict[str, Placed] = field(default_factory=dict)
    withdrawn: dict[str, Member] = field(default_factory=dict)
    into: dict[str, str] = field(default_factory=dict)
    """Events that are others now, or none ("")."""

    def take(
        self,
        new: Sequence[Member],
        withdrawn: Sequence[tuple[str, Member]],
        again: Sequence[tuple[str, Member]] = (),
    ) -> None:
        """Take in the statements of one article in place of those of its last version, by event.

        Known statements in `again`, each with its event, are placed anew with them.
        """
        self.withdrawn = dict(withdrawn)
        changed = [*new, *(member for _, member in (*withdrawn, *again))]
        gone = {member.name for _, member in withdrawn}
        later = [(event, member) for event, member in self._later(changed) if member.name not in gone]
        former = {member.name: (event, member) for event, member in (*later, *again)}
        out: dict[str, set[str]] = {}
        for event, member in [*former.values(), *withdrawn]:
            out.setdefault(event, set()).add(member.name)
        for event, names in out.items():
            self.memory.put(event, [m for m in self.memory.members(event) if m.name not in names])
        created: list[str] = []
        for member in in_order([*new, *(member for _, member in former.values())]):
            event, reason, is_new = self._place(member)
            created += [event] * is_new
            self.placed[member.name] = Placed(member, event, reason, former.get(member.name, ("",))[0])
        self._keep_names(out, created)
        for event in out:
            if self.memory.known(event) is None:
                self._bury(event)

    def rule(self, ruling: Ruling, ident: str) -> None:
        """Keep a person's ruling, also for statements that are yet to come, and place anew what it names.

        What is merged goes where the first of it belongs; of what is split the first list does, each
        further one is an event of its own. What an earlier ruling made one stays one.
        """
        again: list[tuple[str, Member]] = []
        for number, names in enumerate(ruling.groups):
            merging = ruling.kind == "merge"
            group = digest("ruling", ident) if merging else digest("ruling", ident, str(number))
            if merging or not number:
                again += self._widened(names, group)
            for name in names:
                apart = APART if number and not merging else ""
                self.memory.rule(name, f"{group}{apart}", str(number) if merging else "")
                article = name.rsplit("/", 2)[0]
                again += [said for said in self.memory.stated(article)[1] if said[1].name == name]
        self.take((), (), again)

    def _widened(self, names: Iterable[str], group: str) -> Iterator[tuple[str, Member]]:
        """Let a new ruling hold for all that earlier ones made one with the statements that it names."""
        for old in dict.fromkeys(self.memory.ruled(name)[0] for name in names):
            event = self.memory.group_event(old) if old else ""
            for member in self.memory.members(event) if event else ():
                if member.group == old:
                    self.memory.rule(member.name, group, f"{old}.{member.aspect}")
                    yield event, member

    def _later(self, changed: Sequence[Member]) -> list[tuple[str, Member]]:
        """Return what was published behind the changed statements of its type, within the week."""
        found = []
        for kind in sorted({member.stated.type for member in changed}):
            first = min(member.place for member in changed if member.stated.type == kind)
            limit = intervals.shifted(first[0][: intervals.DAY], LATE_DAYS + 1)
            days = shelves.around(first[0], 0, LATE_DAYS)
            found += [
                (event, member)
                for event, member in self.memory.later(kind, first, days)
                if member.place[0] < limit
            ]
        return found

    def _place(self, member: Member) -> tuple[str, str, bool]:
        """Put a statement where it belongs; return the event, the reason, and whether it is a new one."""
        group, aspect = self.memory.ruled(member.name)
        member = msgspec.structs.replace(member, group=group, aspect=aspect)
        if group and (event := self.memory.group_event(group)):
            self.memory.put(event, [*self.memory.members(event), member])
            return event, RULED, False
        candidates = self._candidates(member)
        if group:
            candidates = [known for known in candidates if not (known.group or group.endswith(APART))]
        match = best(member.stated, member.origin, candidates)
        if match is None:
            event = self._free(member)
            self.memory.put(event, [member])
            return event, RULED if group else ALONE, True
        known = match.known
        after = self.memory.put(known.event, [*self.memory.members(known.event), member])
        event = self._join_twin(known, after) if after else known.event
        return event, match.reason, False

    def _candidates(self, member: Member) -> list[Known]:
        listed = {known.event: known for known in self.memory.candidates(member.stated, member.origin)}
        for event in self.memory.changed:
            known = self.memory.known(event)
            if known and known.type == member.stated.type:
                listed[event] = known
        return list(listed.values())

    def _join_twin(self, before: Known, after: Known) -> str:
        """Join an event with another one where one more report shows that they are one."""
        told = (before.start, before.end, before.place, before.participants)
        if told == (after.start, after.end, after.place, after.participants):
            return after.event
        for other in self._candidates(self.memory.members(after.event)[-1]):
            if other.event == after.event or not twins(after, other):
                continue
            first, second = sorted((after, other), key=lambda known: known.founded)
            moved = self.memory.members(second.event)
            self.memory.put(first.event, [*self.memory.members(first.event), *moved])
            self.memory.put(second.event, [])
            for member in moved:
                earlier = self.placed.get(member.name)
                former = earlier.former if earlier else second.event
                self.placed[member.name] = Placed(member, first.event, "found to be one event", former)
            if self.memory.before(second.event):
                self.into[second.event] = first.event
            return first.event
        return after.event

    def _free(self, member: Member) -> str:
        """Return an id for an event that begins with a statement."""
        event, count = digest("event", self.dyad, member.source, str(member.number)), 0
        while not self.memory.is_free(event):
            count += 1
            event = digest("event", self.dyad, member.source, str(member.number), str(count))
        return event

    def _keep_names(self, out: Mapping[str, set[str]], created: Sequence[str]) -> None:
        """Give events that were placed anew their old ids: to each the one that most of it comes from."""
        emptied = [event for event in out if self.memory.known(event) is None]
        made = [event for event in created if self.memory.known(event)]
        pairs = sorted(
            (-len(common), self._founded(old), number, old, new)
            for old in emptied
            for number, new in enumerate(made)
            if (common := out[old] & {m.name for m in self.memory.members(new)})
        )
        renamed: dict[str, str] = {}
        for _, _, _, old, new in pairs:
            if new not in renamed and old not in renamed.values():
                renamed[new] = old
        for new, old in renamed.items():
            self.memory.rename(new, old)
        for name, where in self.placed.items():
            self.placed[name] = replace(where, event=renamed.get(where.event, where.event))
        self.into = {
            event: renamed.get(heir, heir)
            for event, heir in self.into.items()
            if self.memory.known(event) is None
        }

    def _founded(self, event: str) -> tuple[str, ...]:
        before = self.memory.before(event)
        return before.founded if before else ()

    def _bury(self, event: str) -> None:
        """Note where the statements of an event went that has none left."""
        if self.memory.before(event) is None or event in self.into:
            return
        heirs = Counter(where.event for where in self.placed.values() if where.former == event)
        self.into[event] = max(heirs, key=lambda heir: (heirs[heir], heir), default="")
