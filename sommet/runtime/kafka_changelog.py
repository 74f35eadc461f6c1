"""What a stage remembers of one partition, as records of its compacted changelog topic.

Keys: `s` and a key of the state, `t` and the key of a timer, `p` the position, `i` and `o` with a slot
pages of the ids of messages taken last and given last. A record without value takes away.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from sommet.runtime.dead_letters import Brake, Window
from sommet.runtime.log import Routes
from sommet.runtime.timers import Timer, Timers
from sommet.runtime.turn import Output, Partition, Turn
from sommet.stage import Stage

REMEMBERED = 50_000
"""So many ids of a partition are known again; what comes twice comes soon after."""

Change = tuple[bytes, bytes | None]


class Recent:
    """The last ids of a partition: a ring of pages that are overwritten, so that compaction bounds it.

    A page is one record, as a record for each id would cost more than the message that has it.
    """

    def __init__(self, size: int = REMEMBERED, page: int = 32) -> None:
        self._page, self._pages = page, -(-size // page)
        self._known: set[str] = set()
        self._ids: dict[int, list[str]] = {}
        self._numbers: dict[int, int] = {}
        self._next = 0
        self._changed: set[int] = set()

    def __contains__(self, ident: str) -> bool:
        return ident in self._known

    def add(self, ident: str) -> None:
        """Remember an id, and forget the oldest where there is no room."""
        number, self._next = self._next // self._page, self._next + 1
        slot = number % self._pages
        if self._numbers.get(slot) != number:
            self._known.difference_update(self._ids.get(slot, ()))
            self._numbers[slot], self._ids[slot] = number, []
        self._ids[slot].append(ident)
        self._known.add(ident)
        self._changed.add(slot)

    def changes(self) -> Iterator[tuple[int, bytes]]:
        """Return the pages that are not stored yet, with their slots."""
        for slot in sorted(self._changed):
            yield slot, msgspec.json.encode([self._numbers[slot], *self._ids[slot]])

    def stored(self) -> None:
        """Take note that all is stored."""
        self._changed.clear()

    def restore(self, value: bytes) -> None:
        """Take back a page as it was stored."""
        number, *ids = msgspec.json.decode(value)
        slot = number % self._pages
        self._numbers[slot], self._ids[slot] = number, ids
        self._known.update(ids)
        self._next = max(self._next, number * self._page + len(ids))


@dataclass(slots=True)
class Memory:
    """All that a stage has of one partition; dropped whole where a batch did not come through."""

    partition: Partition
    state: dict[str, bytes]
    taken: Recent = field(default_factory=Recent)
    given: Recent = field(default_factory=Recent)

    def fresh(self, turn: Turn) -> list[Output]:
        """Return the outputs that were not given before; those with ids of the runtime's own never were."""
        found: list[Output] = []
        for report in turn.reports:
            for number, output in enumerate(report.outputs):
                ident = output.message.id
                if ident != f"{turn.partition.stage.name}/{report.message.id}/{number}":
                    name = f"{output.topic} {ident}"
                    if name in self.given:
                        continue
                    self.given.add(name)
                found.append(output)
        return found

    def changes(self, turn: Turn) -> Iterator[Change]:
        """Return the records that bring the changelog to where `turn` has come."""
        for key, value in turn.state.changes.items():
            yield b"s" + key.encode(), value
        for key, timer in self.partition.timers.changes.items():
            yield b"t" + key.encode(), None if timer is None else _packed(timer)
        for mark, recent in ((b"i", self.taken), (b"o", self.given)):
            for slot, value in recent.changes():
                yield mark + str(slot).encode(), value
        yield b"p", msgspec.json.encode([turn.last, str(self.partition.window)])

    def committed(self, turn: Turn) -> None:
        """Take over what is now in the changelog."""
        for key, value in turn.state.changes.items():
            if value is None:
                self.state.pop(key, None)
            else:
                self.state[key] = value
        self.partition.timers.changes.clear()
        for recent in (self.taken, self.given):
            recent.stored()
        self.partition.offset, self.partition.last = turn.offset, turn.last


def restored(stage: Stage[Any], records: Iterable[Any], brake: Brake | None) -> Memory:
    """Return what the records of a changelog say, the later ones over the earlier."""
    latest = {record.key: record.value for record in records}
    state: dict[str, bytes] = {}
    timers: list[Timer] = []
    taken, given = Recent(), Recent()
    last = recent = ""
    for key, value in latest.items():
        if value is None:
            continue
        match key[:1]:
            case b"s":
                state[key[1:].decode()] = value
            case b"t":
                timers.append(_unpacked(key[1:].decode(), value))
            case b"i":
                taken.restore(value)
            case b"o":
                given.restore(value)
            case _:
                last, recent = msgspec.json.decode(value)
    partition = Partition(
        stage=stage,
        sinks=Routes(stage.sinks, f"stage {stage.name}"),
        timers=Timers(timers),
        window=Window(brake, recent),
        last=last,
    )
    return Memory(partition, state, taken, given)


def _packed(timer: Timer) -> bytes:
    return msgspec.json.encode([timer.due.isoformat(), timer.cause, timer.history, timer.held])


def _unpacked(key: str, value: bytes) -> Timer:
    due, cause, history, held = msgspec.json.decode(value)
    return Timer(key, datetime.fromisoformat(due), cause, history, held)
