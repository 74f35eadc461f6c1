"""A server that is away for a while: what uses it goes on later, and a person is told."""

import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

from schemas.envelope import Message
from sommet.errors import Unreachable
from sommet.stage import Log

R = TypeVar("R")
AGAIN = 1.0
"""Seconds between two tries of what waits."""


class Outage:
    """Bears that a server is away: tells it once, however many parts notice it, and once that it is back.

    May be used from several threads.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._without: dict[str, str] = {}

    def bear(self, who: str, step: Callable[[], R]) -> R | None:
        """Return what `step` returns, None where the server is away; `who` is the part that needs it."""
        try:
            result = step()
        except Unreachable as error:
            self._noticed(who, error)
            return None
        self._over(who)
        return result

    def of(self, who: str) -> bool:
        """Say whether the last step of a part failed because the server is away."""
        with self._lock:
            return who in self._without

    def _noticed(self, who: str, error: Unreachable) -> None:
        with self._lock:
            first = error.server not in self._without.values()
            self._without[who] = error.server
        if first:
            self._tell(f"{str(error).rstrip('.')}; trying again, nothing is lost")

    def _over(self, who: str) -> None:
        with self._lock:
            server = self._without.pop(who, "")
            last = bool(server) and server not in self._without.values()
        if last:
            self._tell(f"{server} answers again")


class Patient:
    """A log to write to that may be away: who writes waits, so that nobody brings what nobody takes."""

    def __init__(self, log: Log, outage: Outage, ended: Callable[[], bool]) -> None:
        self._log, self._outage, self._ended = log, outage, ended
        self._pause = threading.Event()
        self.read, self.identity = log.read, log.identity

    def append(self, messages: Iterable[Message]) -> int:
        """Write messages, at last; return how many were new by their id.

        Raises `Unreachable` where the log is still away and all is to end.
        """
        kept = [*messages]
        who = f"log {threading.get_ident()}"
        while True:
            new = self._outage.bear(who, lambda: self._log.append(kept))
            if new is not None:
                return new
            if self._ended():
                return self._log.append(kept)
            self._pause.wait(AGAIN)
