"""The timers of one stage: which is due, which waits for the rest of the history."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Timer:
    """A call of `wake` that a stage asked for.

    `cause` is the id of the message that set it, `history` whether that message was history; `held`
    while it waits for the stage's source to run dry.
    """

    key: str
    due: datetime
    cause: str
    history: bool = False
    held: bool = False

    @property
    def id(self) -> str:
        """What the ids of its outputs are derived from; different for every firing."""
        return f"{self.cause}/{self.key}@{self.due.isoformat()}"


class Timers:
    """Timers by key, fired in the order of (due, key). `changes` holds what is not stored yet."""

    def __init__(self, timers: Iterable[Timer] = ()) -> None:
        self.changes: dict[str, Timer | None] = {}
        self._timers = {timer.key: timer for timer in timers}
        self._live = [(timer.due, timer.key) for timer in self._timers.values() if not timer.held]
        heapq.heapify(self._live)

    def set(self, timer: Timer) -> None:
        """Set a timer in place of an earlier one of the same key."""
        self._timers[timer.key] = self.changes[timer.key] = timer
        if not timer.held:
            heapq.heappush(self._live, (timer.due, timer.key))

    def remove(self, key: str) -> None:
        """Forget the timer `key`."""
        del self._timers[key]
        self.changes[key] = None

    def first(self, until: datetime) -> Timer | None:
        """Return the earliest timer that is due at or before `until` and not held."""
        while self._live and self._live[0][0] <= until:
            due, key = self._live[0]
            timer = self._timers.get(key)
            if timer is not None and timer.due == due and not timer.held:
                return timer
            heapq.heappop(self._live)
        return None

    def release(self) -> bool:
        """Let go of the timers that were held; say whether there were any."""
        held = [timer for timer in self._timers.values() if timer.held]
        for timer in held:
            self.set(replace(timer, held=False))
        return bool(held)

    def __len__(self) -> int:
        return len(self._timers)
