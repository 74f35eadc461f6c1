"""What the index of `resolve` lets go of once no report can ask for it, so that it does not grow for ever.

Each entry that is only of use for a time is noted under the day on which it is due. The events and their
statements stay: their days find them when they are recalled. Used by `memory` alone.
"""

from collections.abc import Iterator
from datetime import datetime

from sommet import intervals
from sommet.stage import State

CHUNK = 16  # entries that are noted together
TODAY = "today"


class Forgetting:
    """The days to come, and what is due on them. Days pass with the messages, and never backwards."""

    def __init__(self, state: State) -> None:
        self._state = state

    @property
    def today(self) -> str:
        """The last day that any message came on."""
        return self._state.get(TODAY, b"").decode()

    def note(self, entry: str, days: int) -> None:
        """Let an entry be due so many days from now."""
        day = intervals.shifted(self.today, days)
        if not day:
            return
        count = int(self._state.get(f"due/{day}", b"0"))
        key = f"due/{day}/{count // CHUNK}"
        known = self._state.get(key)
        self._state[key] = b"\n".join([known, entry.encode()]) if known else entry.encode()
        self._state[f"due/{day}"] = str(count + 1).encode()

    def passed(self, now: datetime) -> Iterator[str]:
        """Let the days pass up to `now`, and yield what is due."""
        before, today = self.today, now.date().isoformat()
        if before >= today:
            return
        self._state[TODAY] = today.encode()
        day = before
        while day and day < today:
            day = intervals.shifted(day, 1)
            yield from self._due(day)

    def _due(self, day: str) -> Iterator[str]:
        if f"due/{day}" not in self._state:
            return
        count = int(self._state.pop(f"due/{day}"))
        for number in range(-(-count // CHUNK)):
            yield from self._state.pop(f"due/{day}/{number}").decode().split("\n")
