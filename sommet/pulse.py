"""Whether a process does its work, for whoever restarts it or waits for it: live and ready, over HTTP."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import timedelta

from schemas.envelope import Message
from schemas.topics import M, Topic
from sommet import clock, config
from sommet.background import Background
from sommet.errors import StorageError
from sommet.metrics import Metrics
from sommet.runtime.standing import Standing
from sommet.stage import Log
from sommet.watch import Polled, Watcher
from sommet.web.metrics import MetricsServer

STILL = 120.0
"""Seconds after which work that does not go on is unwell."""
EVERY = timedelta(seconds=15)
"""How often what waits before the stages is counted."""


class Pulse(Watcher):
    """Beats with each round of the work and each message that goes through; with `polls` also with each poll.

    `unready` is asked at each beat, by the thread that works, why the process is not yet ready for work.
    """

    def __init__(self, metrics: Metrics, *, still: float = STILL, polls: bool = False) -> None:
        self.metrics, self._still, self._polls = metrics, still, polls
        self._beaten = clock.monotonic()
        self._unready = "starting"
        self.unready: Callable[[], str] = str

    def beat(self) -> None:
        """The work went on."""
        self._beaten = clock.monotonic()
        self._unready = self.unready()
        self.metrics.beat()

    def stepped(self, stage: str, message: Message, outputs: Sequence[Message], seconds: float) -> None:  # noqa: ARG002 - the observer's signature
        """One message went through."""
        self.beat()

    def rejected(self, stage: str, message: Message, reason: str) -> None:  # noqa: ARG002 - the observer's signature
        """One message went to the dead letters."""
        self.beat()

    def polled(self, poll: Polled) -> None:  # noqa: ARG002 - the watcher's signature
        """A source was asked."""
        if self._polls:
            self.beat()

    def rested(self) -> None:
        """Every source that was due has been asked."""
        if self._polls:
            self.beat()

    def live(self) -> tuple[bool, str]:
        """Say whether the work goes on."""
        still = clock.monotonic() - self._beaten
        return (True, "ok") if still < self._still else (False, f"the work has stood still for {still:.0f} s")

    def ready(self) -> tuple[bool, str]:
        """Say whether the process has all that it needs to work."""
        live = self.live()
        return live if not live[0] or not self._unready else (False, self._unready)

    def serving(self, where: config.Metrics) -> AbstractContextManager[object]:
        """Serve metrics and health during a block; nothing where the port is 0."""
        if not where.port:
            return nullcontext()
        return MetricsServer(where.host, where.port, self.metrics.registry, self.live, self.ready)

    def measuring(self, standings: Callable[[], Iterable[Standing]]) -> Background:
        """Count every now and then, during a block, what waits before the stages."""

        def step() -> timedelta:
            with suppress(StorageError):  # the work meets it too, and tells it
                self.metrics.waiting(standings())
            return EVERY

        return Background("lag", step)


class Beating:
    """A log whose every answer is a beat: a follower that has much to read is well."""

    def __init__(self, log: Log, pulse: Pulse) -> None:
        self._log, self._pulse = log, pulse

    def append(self, messages: Iterable[Message]) -> int:
        """Write messages."""
        new = self._log.append(messages)
        self._pulse.beat()
        return new

    def read(self, topic: Topic[M], after: int, limit: int = 1000) -> list[tuple[int, M]]:
        """Return messages."""
        found = self._log.read(topic, after, limit)
        self._pulse.beat()
        return found

    def identity(self) -> str:
        """Return the id of the log."""
        return self._log.identity()
