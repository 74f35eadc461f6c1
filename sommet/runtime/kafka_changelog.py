"""What a stage remembers of one partition, as records of its compacted changelog topic.

Keys: `s` and a key of the state, `t` and the key of a timer, `p` the position, `i` and `o` with a slot the
ids of messages taken last and given last. A record without value takes away.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from sommet.runtime.dead_letters import Brake, Window
from sommet.runtime.log import Routes
from sommet.runtime.timers import Timer, Timers
from sommet.runtime.turn import Partition, Turn
from sommet.stage import Stage

REMEMBERED = 50_000
"""So many ids of a partition are known again; what comes twice comes soon after."""

Change = tuple[bytes, bytes | None]


class Recent:
    """The last ids of a partition: a ring whose slots are overwritten, so that compaction bounds it."""

    def __init__(self, size: int = REMEMBERED) -> None:
        self._size = size
        self._ids: dict[str, int] = {}
        self._slots: dict[int, str] = {}
        self._next = 0
        self.changes: dict[int, bytes] = {}

    def __contains__(self, ident: str) -> bool:
        return ident in self._ids

    def add(self, ident: str) -> None:
        """Remember an id, and forget the oldest where there is no room."""
        self._put(self._next, ident)
        self.changes[self._next % self._size] = f"{self._next} {ident}".encode()
        self._next += 1

    def restore(self, value: bytes) -> None:
        """Take back a slot as it was stored."""
        number, _, ident = value.decode().partition(" ")
        self._put(int(number), ident)
        self._next = max(self._next, int(number) + 1)

    def _put(self, number: int, ident: str) -> None:
        slot = number % self._size
        old = self._slots.get(slot)
        if old is not None and self._ids.get(old) == slot:
            del self._ids[old]
        self._slots[slot] = ident
        self._ids[ident] = slot


@dataclass(slots=True)
class Memory:
    """All that a stage has of one partition; dropped whole where a batch did not come through."""

    partition: Partition
    state: dict[str, bytes]
    taken: Recent = field(default_factory=Recent)
    given: Recent = field(default_factory=Recent)

    def changes(self, turn: Turn) -> Iterator[Change]:
        """Return the records that bring the changelog to where `turn` has come."""
        for key, value in turn.state.changes.items():
            yield b"s" + key.encode(), value
        for key, timer in self.partition.timers.changes.items():
            yield b"t" + key.encode(), None if timer is None else _packed(timer)
        for mark, recent in ((b"i", self.taken), (b"o", self.given)):
            for slot, value in recent.changes.items():
                yield mark + str(slot).encode(), value
        yield b"p", msgspec.json.encode([turn.last, str(self.partition.window)])

    def committed(self, turn: Turn) -> None:
        """Take over what is now in the changelog."""
        for key, value in turn.state.changes.items():
            if value is None:
                self.state.pop(key, None)
            else:
                self.state[key] = value
        for changes in (self.partition.timers.changes, self.taken.changes, self.given.changes):
            changes.clear()
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
