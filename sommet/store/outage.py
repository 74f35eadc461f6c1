"""A database server that is away for a while: what uses it goes on later, and a person is told."""

import threading
from collections.abc import Callable
from typing import TypeVar

from sommet.errors import Unreachable

R = TypeVar("R")


class Outage:
    """Bears that a server is away: tells it once, however many parts notice it, and once that it is back.

    May be used from several threads.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._without: set[str] = set()

    def bear(self, who: str, step: Callable[[], R]) -> R | None:
        """Return what `step` returns, None where the server is away; `who` is the part that needs it."""
        try:
            result = step()
        except Unreachable as error:
            self._noticed(who, f"{str(error).rstrip('.')}; trying again, nothing is lost")
            return None
        self._over(who)
        return result

    def of(self, who: str) -> bool:
        """Say whether the last step of a part failed because the server is away."""
        with self._lock:
            return who in self._without

    def _noticed(self, who: str, text: str) -> None:
        with self._lock:
            first = not self._without
            self._without.add(who)
        if first:
            self._tell(text)

    def _over(self, who: str) -> None:
        with self._lock:
            last = self._without == {who}
            self._without.discard(who)
        if last:
            self._tell("the database answers again")
