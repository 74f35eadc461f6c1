"""A late report passes through what was published behind it, and places anew only what it touches.

An event that a change touches has a `Line`: what it is now and what it was, both as of the place that
the sweep has reached. A statement behind that place stays where it is unless its event has such a
line, or an event with one fits it. It follows the line that fits it best, as long as that one fits no
less than its own event did, because then no other event can fit better. Used by `refold` alone.
"""

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from consumers import shelves
from consumers.identity import Known, Match, best, highest, weight
from consumers.life import Growing, Member, in_order, life
from consumers.memory import Memory
from sommet import intervals

LATE_DAYS = 7


@dataclass(slots=True)
class Line:
    """One touched event. `later` stood behind the sweep's beginning, `rest` more than a week behind it."""

    event: str
    now: Growing
    was: Growing
    later: list[Member] = field(default_factory=list)
    rest: list[Member] = field(default_factory=list)
    passed: int = 0
    before: frozenset[str] = frozenset()
    watched: set[str] = field(default_factory=set)
    watching: tuple[str, ...] = ()

    @property
    def known(self) -> Known | None:
        """What it is by now."""
        return _known(self.now, self.rest)

    def known_before(self, place: tuple[str, ...]) -> Known | None:
        """What it was before `place`."""
        while self.passed < len(self.later) and self.later[self.passed].place < place:
            self.was.take(self.later[self.passed])
            self.passed += 1
        return _known(self.was, self.rest)

    def count_before(self, place: tuple[str, ...]) -> int:
        """Return how many statements it had before `place`."""
        begun = len(self.was.members) - self.passed
        return begun + bisect_left(self.later, place, key=lambda m: m.place) + len(self.rest)

    @property
    def members(self) -> list[Member]:
        """Its statements by now."""
        return [*self.now.members, *self.rest]

    def replace(self, members: Iterable[Member], rest: Iterable[Member]) -> None:
        """Let it consist of other statements."""
        self.now = grown(self.event, in_order(members))
        self.rest = in_order(rest)


def grown(event: str, members: Sequence[Member]) -> Growing:
    """Return an event that has taken some reports."""
    growing = _READ.up_to(event, members) or Growing(event)
    for member in members[len(growing.members) :]:
        growing.take(member)
        if len(growing.members) % STEP == 0:
            _READ.keep(growing.copy())
    return growing


STEP = 32
REMEMBERED = 64  # beginnings of events: five events of 400 reports


class _Read:
    """Remembers how big events begin, as each late report reads its own again."""

    def __init__(self) -> None:
        self._begun: dict[tuple[str, int], Growing] = {}

    def up_to(self, event: str, members: Sequence[Member]) -> Growing | None:
        """Return the longest known beginning of an event that begins with `members`."""
        for count in range(len(members) // STEP * STEP, 0, -STEP):
            known = self._begun.get((event, count))
            if known and known.members == members[:count]:
                return known.copy()
        return None

    def keep(self, growing: Growing) -> None:
        """Remember a beginning, and forget the one that was learned first."""
        key = growing.event, len(growing.members)
        self._begun.pop(key, None)
        self._begun[key] = growing
        if len(self._begun) > REMEMBERED:
            del self._begun[next(iter(self._begun))]


_READ = _Read()


def _known(growing: Growing, rest: Sequence[Member]) -> Known | None:
    if rest:
        return life(growing.event, in_order([*growing.members, *rest])).known
    return growing.known if growing.members else None


class Sweep:
    """The statements behind a change, in their order, and the events that it touches."""

    def __init__(self, memory: Memory, gone: Iterable[str] = ()) -> None:
        self.memory = memory
        self.lines: dict[str, Line] = {}
        self.limits: dict[str, str] = {}
        """The day behind the last one of each type that is placed anew."""
        self._gone = set(gone)
        self._heap: list[tuple[tuple[str, ...], str, str, Member]] = []
        self._seen: set[str] = set()
        self._partly: dict[str, tuple[Growing, list[Member], list[Member]]] = {}
        self._place: tuple[str, ...] = ()

    def start(self, members: Iterable[Member]) -> None:
        """Note from where to where statements of the types of `members` are placed anew."""
        ordered = in_order(members)
        self._place = ordered[0].place if ordered else ()
        for member in reversed(ordered):
            day = intervals.shifted(member.place[0][: intervals.DAY], LATE_DAYS + 1)
            self.limits[member.stated.type] = day

    def push(self, member: Member, owner: str = "") -> None:
        """Let a statement come up in its turn; `owner` is the event that it belongs to."""
        if member.name not in self._seen and not (owner and member.name in self._gone):
            self._seen.add(member.name)
            heapq.heappush(self._heap, (member.place, member.name, owner, member))

    def turns(self) -> Iterator[tuple[str, Member]]:
        """Yield what comes up, with its event."""
        while self._heap:
            self._place, _, owner, member = heapq.heappop(self._heap)
            yield owner, member

    def line(self, event: str, place: tuple[str, ...]) -> Line:
        """Return the line of an event, from `place` on where it has none yet."""
        if event in self.lines:
            return self.lines[event]
        members = self.memory.members(event)
        earlier = [m for m in members if m.place < place]
        later, rest = self._behind(members[len(earlier) :])
        partly = self._partly.get(event)
        was = partly[0] if partly and partly[0].members == earlier else grown(event, earlier)
        kept = [m for m in earlier if m.name not in self._gone]
        now = was.copy() if len(kept) == len(earlier) else grown(event, kept)
        line = Line(
            event, now, was, later,
            [m for m in rest if m.name not in self._gone], before=frozenset(m.name for m in members),
        )  # fmt: skip
        self.lines[event] = line
        for member in later:
            self.push(member, event)
        self.watch(line)
        return line

    def opened(self, event: str) -> Line:
        """Return the line of an event that did not exist before."""
        self.lines[event] = Line(event, Growing(event), Growing(event))
        return self.lines[event]

    def watch(self, line: Line) -> None:
        """Let the statements come up that the event of a line may draw to itself."""
        known = line.known
        if known is None:
            return
        if line.watched and known.participants == line.watching:
            return
        line.watching = known.participants
        keys = set(shelves.may_meet(known.participants)) - line.watched
        if not keys:
            return
        line.watched |= keys
        first = self._place
        for event in self.memory.told_behind(known.type, sorted(keys), first, LATE_DAYS):
            if event not in self.lines:
                for member in self._behind([m for m in self.memory.members(event) if m.place > first])[0]:
                    self.push(member, event)

    def _behind(self, members: Iterable[Member]) -> tuple[list[Member], list[Member]]:
        """Part statements into those that are placed anew and those that lie too far behind."""
        later: list[Member] = []
        rest: list[Member] = []
        for member in members:
            (later if member.place[0] < self.limits.get(member.stated.type, "") else rest).append(member)
        return later, rest

    def as_of(self, event: str, place: tuple[str, ...]) -> Known | None:
        """Return an event as the statements before `place` and those far behind tell it."""
        if event in self.lines:
            return self.lines[event].known
        known = self.memory.known(event)
        if known is None or known.told < place:
            return known
        if event not in self._partly:
            later, rest = self._behind(self.memory.members(event))
            begun = grown(event, [member for member in later if member.place < place])
            self._partly[event] = begun, later, rest
        growing, later, rest = self._partly[event]
        while len(growing.members) < len(later) and later[len(growing.members)].place < place:
            growing.take(later[len(growing.members)])
        return _known(growing, rest)

    def drawn(self, member: Member) -> Match | None:
        """Return the line that fits a statement best."""
        lines = [k for line in self.lines.values() if _kind(line) == member.stated.type and (k := line.known)]
        return best(member.stated, member.origin, lines)

    def candidates(self, member: Member) -> list[Known]:
        """Return the events that a statement may speak of, as of its place."""
        ids = dict.fromkeys(self.memory.candidates(member.stated, member.origin))
        ids.update(dict.fromkeys(self.lines))
        found = (self.as_of(event, member.place) for event in ids)
        return [known for known in found if known and known.type == member.stated.type]

    def still_fits(self, owner: str, member: Member, drawn: Match) -> bool:
        """Tell whether an event fits its statement as well as can be, and has grown: no other fits better."""
        if drawn.known.event != owner or drawn.known.basis != "text" or drawn.score < highest(member.stated):
            return False
        return len(drawn.known.articles) > self.lines[owner].count_before(member.place)

    def own(self, owner: str, member: Member) -> tuple[bool, Match | None]:
        """Tell whether a statement began its event, and how well that event fitted it."""
        line = self.lines.get(owner)
        known = line.known_before(member.place) if line else self.as_of(owner, member.place)
        return known is None, best(member.stated, member.origin, [known]) if known else None


def _kind(line: Line) -> str:
    members = line.now.members or line.rest
    return members[0].stated.type if members else ""


def no_less(one: Match, other: Match) -> bool:
    """Tell whether one event fits a statement at least as well as another one does."""
    return weight(one) >= weight(other)
