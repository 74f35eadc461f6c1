"""The events that `resolve` knows, in its state. Used by `resolve` alone.

Changes are made in memory and written by `save`, once a message.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from consumers import shelves
from consumers.forgetting import Forgetting
from consumers.identity import PLAN_DAYS, Known
from consumers.life import Member, in_order, life
from schemas.events import Mentioned, Origin
from sommet import intervals
from sommet.stage import State

LISTED = 200  # events in one entry of the index: of more, those listed last
CHUNK = 16  # statements of one event that are written together
TOLD_DAYS = 60  # for which the days on which an event was told stand in the index
MAX_MEMBERS = 400  # statements of one event that are kept: of more, the first and the latest


class Memory:
    """Events with their statements, found by an index (`consumers.shelves`)."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._forgetting = Forgetting(state)
        self._stored: dict[str, Known | None] = {}
        self._known: dict[str, Known | None] = {}
        self._members: dict[str, list[Member]] = {}
        self._arrived: dict[str, list[Member]] = {}
        self._changed: dict[str, None] = {}

    def before(self, event: str) -> Known | None:
        """Return an event as it was before this message."""
        if event not in self._stored:
            data = self._state.get(f"event/{event}")
            self._stored[event] = _known(data) if data else None
        return self._stored[event]

    def known(self, event: str) -> Known | None:
        """Return an event, None where it is not known or has no statement left."""
        return self._known[event] if event in self._known else self.before(event)

    def members(self, event: str) -> list[Member]:
        """Return the statements of an event in the order of their publication."""
        if event not in self._members:
            self._arrived[event] = self._read(event)
            self._members[event] = in_order(self._arrived[event])
        return self._members[event]

    def _read(self, event: str) -> list[Member]:
        """Return the statements of an event in the order of their arrival."""
        found: list[Member] = []
        while len(found) % CHUNK == 0 and (data := self._state.get(_chunk(event, len(found) // CHUNK))):
            found += _decoded(data)
        return found

    @property
    def changed(self) -> list[str]:
        """The events that this message has changed so far."""
        return list(self._changed)

    def put(self, event: str, members: Iterable[Member], known: Known | None = None) -> Known | None:
        """Make an event consist of `members`; return what it is then, None where there are none.

        `known` is what they say together where that is known already.
        """
        ordered = in_order(members)
        if len(ordered) > MAX_MEMBERS:
            ordered, known = [*ordered[: MAX_MEMBERS // 2], *ordered[-MAX_MEMBERS // 4 :]], None
        if known is None or known.event != event:
            known = life(event, ordered).known if ordered else None
        before = self.before(event)
        if known and before and before.unreported and _same_plan(before, known):
            known = replace(known, unreported=True)
        self.members(event)
        self._members[event], self._known[event] = ordered, known
        self._changed[event] = None
        return known

    def mark_unreported(self, known: Known) -> Known:
        """Note that the day of a plan has passed without a report."""
        marked = replace(known, unreported=True)
        self._known[known.event] = marked
        self._changed[known.event] = None
        return marked

    def is_free(self, event: str) -> bool:
        """Tell whether no event has, or ever had, this id."""
        return (
            event not in self._changed and self.before(event) is None and f"into/{event}" not in self._state
        )

    def bury(self, event: str, into: str) -> None:
        """Note that an event is another one from now on; `into` is empty where nothing states it any more."""
        self._state[f"into/{event}"] = into.encode()

    def candidates(self, mention: Mentioned, origin: Origin) -> list[str]:
        """Return the events that a mention may speak of."""
        return self._listed(shelves.where_to_look(mention, origin, self._last(mention.type)))

    def told_behind(self, kind: str, parties: Iterable[str], first: tuple[str, ...], days: int) -> list[str]:
        """Return the events of some parties that were told behind `first`, up to so many days."""
        last = self._last(kind)
        if not first or last < first[0]:
            return []
        around = [day for day in shelves.around(first[0], 0, days) if day <= last]
        listed = self._listed(shelves.told_on(kind, party, day) for party in parties for day in around)
        return [event for event in listed if (known := self.known(event)) and known.told > first]

    def stated(self, article: str) -> tuple[int, list[tuple[str, Member]]]:
        """Return the version of an article that was taken in, and its statements, each with its event."""
        number, events = self._article(article)
        said = [(e, m) for e in events for m in self.members(e) if m.origin.article == article]
        return number, said

    def group_event(self, group: str) -> str:
        """Return the event that a person's ruling made of a group of statements; empty if there is none."""
        for event in self._changed:
            known = self._known[event]
            if known and known.group == group:
                return event
        event = self._state.get(f"group/{group}", b"").decode()
        known = self.known(event) if event else None
        return event if known and known.group == group else ""

    def rule(self, name: str, group: str, aspect: str) -> None:
        """Keep a person's ruling on one statement."""
        self._state[f"ruled/{name}"] = f"{group} {aspect}".encode()

    def ruled(self, name: str) -> tuple[str, str]:
        """Return the group and the aspect that a person gave a statement; empty where none did.

        A group that a later ruling widened is a part of that one's, and an aspect of it.
        """
        data = self._state.get(f"ruled/{name}")
        if data is None:
            return "", ""
        group, _, aspect = data.decode().partition(" ")
        while group and (wider := self._state.get(f"widened/{group}", b"").decode()):
            group, aspect = wider, f"{group}.{aspect}"
        return group, aspect

    def widen(self, group: str, wider: str) -> None:
        """Let all that a ruling made one, also what is yet to come, be part of a later ruling."""
        self._state.pop(f"widened/{wider}", None)
        self._state[f"widened/{group}"] = wider.encode()

    def rename(self, event: str, name: str) -> None:
        """Give an event that this message made another id."""
        members, known = self._members.pop(event), self._known.pop(event)
        self._changed.pop(event)
        self._members[event] = []
        self.put(name, members)
        if known is None:
            raise KeyError(event)

    def version(self, article: str, number: int) -> None:
        """Note which version of an article was taken in."""
        self._write_article(article, number, self._article(article)[1])

    def save(self, now: datetime) -> None:
        """Write what has changed, and let go of what is of no use any more."""
        for entry in list(self._forgetting.passed(now)):
            self._forget(*entry.split("\t"))
        for event in self._changed:
            before, known = self.before(event), self._known[event]
            old, new = set(before.articles if before else ()), set(known.articles if known else ())
            for article in sorted(new ^ old):
                number, events = self._article(article)
                events = [e for e in events if e != event] + ([event] if article in new else [])
                self._write_article(article, number, events)
            fresh = [m for m in self.members(event) if m.origin.article not in old]
            self._index(event, before, known, fresh)
            self._write(event, known)

    def _write(self, event: str, known: Known | None) -> None:
        self._write_members(event, self.members(event) if known else [])
        if known is None:
            self._state.pop(f"event/{event}", None)
            return
        self._state[f"event/{event}"] = msgspec.json.encode(known)
        if known.group:
            self._state[f"group/{known.group}"] = event.encode()

    def _write_members(self, event: str, members: list[Member]) -> None:
        """Write the chunks that are others now: what is new stands behind what is known."""
        old = self._arrived.get(event) or self._read(event)
        now = {member.name: member for member in members}
        kept = [now.pop(member.name) for member in old if member.name in now]
        arrived = [*kept, *now.values()]
        for number, start in enumerate(range(0, max(len(old), len(arrived)), CHUNK)):
            before, after = old[start : start + CHUNK], arrived[start : start + CHUNK]
            if not after:
                self._state.pop(_chunk(event, number), None)
            elif before != after:
                self._state[_chunk(event, number)] = msgspec.msgpack.encode(after)
        self._arrived[event] = arrived

    def _article(self, article: str) -> tuple[int, list[str]]:
        number, *events = self._state.get(f"article/{article}", b"0").decode().split()
        return int(number), events

    def _write_article(self, article: str, number: int, events: list[str]) -> None:
        self._state[f"article/{article}"] = " ".join([str(number), *events]).encode()

    def _index(self, event: str, before: Known | None, known: Known | None, fresh: list[Member]) -> None:
        old = set(shelves.by_date(before)) if before else set()
        new = set(shelves.by_date(known)) if known else set()
        parties = known.participants if known else ()
        for member in fresh:
            kind, day = member.stated.type, member.day
            for named in (parties, member.stated.participants):
                new.update(shelves.by_day_told(kind, named, day))
            if self._state.get(f"last/{kind}", b"") < (last := member.place[0].encode()):
                self._state[f"last/{kind}"] = last
        again = {key for key in new if fresh and shelves.is_passing(key)}
        for key in sorted((new - old) | again):
            self._enter(key, event)
        for key in sorted(old - new):
            self._leave(key, event)

    def _enter(self, key: str, event: str) -> None:
        listed = self._state.get(key, b"").decode().split()
        if event in listed:
            return
        self._state[key] = " ".join([*listed, event][-LISTED:]).encode()
        if shelves.is_passing(key):
            self._forgetting.note(f"{key}\t{event}", PLAN_DAYS)
        elif shelves.is_told(key) and not listed:
            self._forgetting.note(key, TOLD_DAYS)

    def _forget(self, key: str, event: str = "") -> None:
        """Take an entry out of the index, or one event out of an entry unless it was told since."""
        known = self.known(event) if event else None
        today = self._forgetting.today
        if not event:
            self._state.pop(key, None)
        elif known and intervals.shifted(known.last_published, PLAN_DAYS) > today:
            self._forgetting.note(f"{key}\t{event}", PLAN_DAYS)
        else:
            self._leave(key, event)

    def _leave(self, key: str, event: str) -> None:
        listed = [other for other in self._state.get(key, b"").decode().split() if other != event]
        if listed:
            self._state[key] = " ".join(listed).encode()
        else:
            self._state.pop(key, None)

    def _last(self, kind: str) -> str:
        """Return when a statement of a type was published last."""
        return self._state.get(f"last/{kind}", b"").decode()

    def _listed(self, keys: Iterable[str]) -> list[str]:
        ids: dict[str, None] = {}
        for key in keys:
            ids.update(dict.fromkeys(self._state.get(key, b"").decode().split()))
        return list(ids)


def _chunk(event: str, number: int) -> str:
    return f"members/{event}/{number}" if number else f"members/{event}"


@lru_cache(maxsize=4096)
def _known(data: bytes) -> Known:
    return msgspec.json.decode(data, type=Known)


@lru_cache(maxsize=256)
def _decoded(data: bytes) -> tuple[Member, ...]:
    return msgspec.msgpack.decode(data, type=tuple[Member, ...])


def _same_plan(before: Known, known: Known) -> bool:
    return known.status == "planned" and (known.start, known.end) == (before.start, before.end)
