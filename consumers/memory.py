"""The events that `resolve` knows, in its state. Used by `resolve` alone.

Changes are made in memory and written by `save`, once a message.
"""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from consumers import shelves
from consumers.identity import Known
from consumers.life import Member, in_order, life
from schemas.events import Mentioned, Origin
from sommet.stage import State

LISTED = 200  # events in one entry of the index: of more, those listed last
MAX_MEMBERS = 400  # statements of one event that are kept: of more, the first and the latest


class Memory:
    """Events with their statements, found by an index (`consumers.shelves`)."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._stored: dict[str, Known | None] = {}
        self._known: dict[str, Known | None] = {}
        self._members: dict[str, list[Member]] = {}
        self._changed: dict[str, None] = {}

    def before(self, event: str) -> Known | None:
        """Return an event as it was before this message."""
        if event not in self._stored:
            data = self._state.get(f"event/{event}")
            self._stored[event] = msgspec.json.decode(data, type=Known) if data else None
        return self._stored[event]

    def known(self, event: str) -> Known | None:
        """Return an event, None where it is not known or has no statement left."""
        return self._known[event] if event in self._known else self.before(event)

    def members(self, event: str) -> list[Member]:
        """Return the statements of an event in the order of their publication."""
        if event not in self._members:
            data = self._state.get(f"members/{event}")
            self._members[event] = msgspec.json.decode(data, type=list[Member]) if data else []
        return self._members[event]

    @property
    def changed(self) -> list[str]:
        """The events that this message has changed so far."""
        return list(self._changed)

    def put(self, event: str, members: Iterable[Member]) -> Known | None:
        """Make an event consist of `members`; return what it is then, None where there are none."""
        ordered = in_order(members)
        if len(ordered) > MAX_MEMBERS:
            ordered = [*ordered[: MAX_MEMBERS // 2], *ordered[-MAX_MEMBERS // 2 :]]
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

    def candidates(self, mention: Mentioned, origin: Origin) -> list[Known]:
        """Return the events that a mention may speak of."""
        keys = shelves.where_to_look(mention, origin)
        return [known for event in self._listed(keys) if (known := self.known(event))]

    def later(self, kind: str, first: tuple[str, ...], days: Iterable[str]) -> list[tuple[str, Member]]:
        """Return what was told of a type on certain days and stands behind `first`, with its events."""
        return [
            (event, member)
            for event in self._listed(shelves.told_on(kind, day) for day in days)
            if (known := self.known(event)) and known.told > first
            for member in self.members(event)
            if member.place > first
        ]

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
        """Return the group and the aspect that a person gave a statement; empty where none did."""
        group, _, aspect = self._state.get(f"ruled/{name}", b"").decode().partition(" ")
        return group, aspect

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

    def save(self) -> None:
        """Write what has changed."""
        for event in self._changed:
            before, known = self.before(event), self._known[event]
            old, new = set(before.articles if before else ()), set(known.articles if known else ())
            for article in sorted(new ^ old):
                number, events = self._article(article)
                events = [e for e in events if e != event] + ([event] if article in new else [])
                self._write_article(article, number, events)
            days = {m.day for m in self.members(event) if m.origin.article not in old}
            self._index(event, before, known, days)
            self._write(event, known)

    def _write(self, event: str, known: Known | None) -> None:
        if known is None:
            self._state.pop(f"event/{event}", None)
            self._state.pop(f"members/{event}", None)
            return
        self._state[f"event/{event}"] = msgspec.json.encode(known)
        self._state[f"members/{event}"] = msgspec.json.encode(self.members(event))
        if known.group:
            self._state[f"group/{known.group}"] = event.encode()

    def _article(self, article: str) -> tuple[int, list[str]]:
        number, *events = self._state.get(f"article/{article}", b"0").decode().split()
        return int(number), events

    def _write_article(self, article: str, number: int, events: list[str]) -> None:
        self._state[f"article/{article}"] = " ".join([str(number), *events]).encode()

    def _index(self, event: str, before: Known | None, known: Known | None, days: set[str]) -> None:
        old = set(shelves.by_date(before)) if before else set()
        new = set(shelves.by_date(known)) | set(shelves.by_day_told(known, days)) if known else set()
        for key in sorted(new):
            listed = self._state.get(key, b"").decode().split()
            if event not in listed:
                self._state[key] = " ".join([*listed, event][-LISTED:]).encode()
        for key in sorted(old - new):
            listed = [other for other in self._state.get(key, b"").decode().split() if other != event]
            if listed:
                self._state[key] = " ".join(listed).encode()
            else:
                self._state.pop(key, None)

    def _listed(self, keys: Iterable[str]) -> list[str]:
        ids: dict[str, None] = {}
        for key in keys:
            ids.update(dict.fromkeys(self._state.get(key, b"").decode().split()))
        return list(ids)


def _same_plan(before: Known, known: Known) -> bool:
    return known.status == "planned" and (known.start, known.end) == (before.start, before.end)
