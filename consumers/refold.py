"""Statements find their events, each in its place in the order of publication. Used by `resolve` alone.

A report that comes late is taken in as if it had come in time: what was published behind it, up to a
week, is taken out of its events, and all of it is placed anew. So the events depend on what was
published, not on the order in which it arrived, as long as nothing is more than a week late.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from consumers.identity import APART, MEETINGS, Known, best, is_exact, twins
from consumers.life import Member, in_order
from consumers.memory import Memory
from consumers.sweep import Sweep, no_less
from schemas.events import Ruling
from sommet.ids import digest

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
    created: list[str] = field(default_factory=list)
    sweep: Sweep = field(init=False)

    def __post_init__(self) -> None:
        self.sweep = Sweep(self.memory)

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
        known = sorted((*withdrawn, *again), key=lambda said: said[1].place)
        sweep = self.sweep = Sweep(self.memory, (member.name for _, member in known))
        sweep.start([*new, *(member for _, member in known)])
        for event, member in known:
            sweep.line(event, member.place)
        for member in (*new, *(member for _, member in again)):
            sweep.push(member)
        for owner, member in sweep.turns():
            self._turn(owner, member)
        for event, member in again:
            self.placed[member.name] = replace(self.placed[member.name], former=event)
        self._settle()

    def _turn(self, owner: str, member: Member) -> None:
        """Place a statement that comes up, or leave it where it is."""
        group, aspect = self.memory.ruled(member.name)
        if (group, aspect) != (member.group, member.aspect):
            member = msgspec.structs.replace(member, group=group, aspect=aspect)
        if group or not owner:
            self._place(member, owner)
            return
        drawn, line = self.sweep.drawn(member), self.sweep.lines.get(owner)
        if line is None and drawn is None:
            self._stay(member, owner)
            return
        if drawn and self.sweep.still_fits(owner, member, drawn):
            self._join(member, owner, drawn.reason, owner)
            return
        began, own = self.sweep.own(owner, member)
        if drawn and (began or (own and no_less(drawn, own))):
            self._join(member, drawn.known.event, drawn.reason, owner)
        elif line is None and (began or own):
            self._stay(member, owner)
        elif line and began and line.known is None:
            self._join(member, owner, ALONE, owner)
        else:
            self._place(member, owner)

    def _stay(self, member: Member, owner: str) -> None:
        """Leave a statement in an untouched event, unless it shows that this is one with a touched one."""
        lines = [line.known for line in self.sweep.lines.values()]
        if member.stated.type not in MEETINGS or not any(known and is_exact(known) for known in lines):
            return
        before = self.sweep.as_of(owner, member.place)
        after = self.sweep.as_of(owner, (*member.place, ""))
        if after and any(known and twins(after, known) for known in lines) and not _as_told(before, after):
            self._join(member, owner, "", owner)

    def _place(self, member: Member, owner: str) -> None:
        """Put a statement where it belongs."""
        group = member.group
        if group and (event := self._group_event(group, member)):
            self._join(member, event, RULED, owner)
            return
        candidates = self.sweep.candidates(member)
        if group:
            candidates = [known for known in candidates if not (known.group or group.endswith(APART))]
        match = best(member.stated, member.origin, candidates)
        if match:
            self._join(member, match.known.event, match.reason, owner)
            return
        event = self._free(member)
        self.created.append(event)
        self.sweep.opened(event)
        self._join(member, event, RULED if group else ALONE, owner)

    def _group_event(self, group: str, member: Member) -> str:
        for event, line in self.sweep.lines.items():
            if (known := line.known) and known.group == group:
                return event
        event = self.memory.group_event(group)
        if not event or event in self.sweep.lines:
            return ""
        known = self.sweep.line(event, member.place).known
        return event if known and known.group == group else ""

    def _join(self, member: Member, event: str, reason: str, owner: str) -> None:
        """Put a statement into an event, and that event into another one where they show to be one."""
        if owner:
            self.sweep.line(owner, member.place)
        line = self.sweep.line(event, member.place)
        before = line.known
        line.now.take(member)
        after = line.known
        if not owner or owner != event:
            self.placed[member.name] = Placed(member, event, reason, owner)
        if after is None:
            raise KeyError(event)
        self.sweep.watch(line)
        if before and not _as_told(before, after) and is_exact(after) and after.type in MEETINGS:
            self._join_twin(after, member)

    def _join_twin(self, after: Known, member: Member) -> None:
        """Join an event with another one where one more report shows that they are one."""
        for other in self.sweep.candidates(member):
            if other.event == after.event or not twins(after, other):
                continue
            first, second = sorted((after, other), key=lambda known: known.founded)
            into, line = (self.sweep.line(known.event, member.place) for known in (first, second))
            for moved in line.members:
                earlier = self.placed.get(moved.name)
                former = earlier.former if earlier else "" if second.event in self.created else second.event
                self.placed[moved.name] = Placed(moved, first.event, "found to be one event", former)
            into.replace([*into.now.members, *line.now.members], [*into.rest, *line.rest])
            line.replace([], [])
            self.sweep.watch(into)
            if self.memory.before(second.event):
                self.into[second.event] = first.event
            return

    def _settle(self) -> None:
        """Keep what the touched events are now."""
        out: dict[str, set[str]] = {}
        for event, line in self.sweep.lines.items():
            members = in_order(line.members)
            if frozenset(m.name for m in members) == line.before and self.memory.members(event) == members:
                continue
            out[event] = set(line.before)
            self.memory.put(event, members, line.known)
        self._keep_names(out, [event for event in self.created if event in out])
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
        """Let a new ruling hold for all that earlier ones made one with the statements that it names.

        Yield what of it has come, with its events.
        """
        for old in dict.fromkeys(self.memory.ruled(name)[0] for name in names):
            if old in {"", group}:
                continue
            self.memory.widen(old, group)
            event = self.memory.group_event(old)
            yield from ((event, m) for m in self.memory.members(event) if event and m.group == old)

    def _free(self, member: Member) -> str:
        """Return an id for an event that begins with a statement."""
        event, count = digest("event", self.dyad, member.source, str(member.number)), 0
        while event in self.sweep.lines or not self.memory.is_free(event):
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


def _as_told(before: Known | None, after: Known) -> bool:
    """Tell whether a report changed nothing by which two events are found to be one."""
    return before is not None and (
        (before.start, before.end, before.place, before.participants)
        == (after.start, after.end, after.place, after.participants)
    )
