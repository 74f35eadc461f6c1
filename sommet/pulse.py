"""The signs of life of a main loop: when it last moved, and how much waits before each stage."""

from collections.abc import Callable, Mapping, Sequence

from schemas.envelope import Message
from sommet import clock
from sommet.metrics import Metrics
from sommet.watch import Watcher

EVERY = 15.0
"""Seconds between two looks at what waits: about as often as Prometheus asks."""
SHARE = 20
"""A look that takes long is repeated after this many times as long."""


class Pulse(Watcher):
    """Beats with every message and every round, so that a long batch is not taken for a standstill.

    `lag` says how many messages wait, by stage; it is asked in the thread that beats. `tick` gives seconds
    that never go backwards.
    """

    def __init__(
        self,
        metrics: Metrics,
        lag: Callable[[], Mapping[str, int]],
        tick: Callable[[], float] = clock.monotonic,
    ) -> None:
        self._metrics, self._lag, self._tick = metrics, lag, tick
        self._beaten = self._next = tick()

    @property
    def still(self) -> float:
        """Seconds since the last beat."""
        return self._tick() - self._beaten

    def stepped(self, stage: str, message: Message, outputs: Sequence[Message], seconds: float) -> None:  # noqa: ARG002 - the observer's signature
        """One message went through a stage."""
        self.beat()

    def rejected(self, stage: str, message: Message, reason: str) -> None:  # noqa: ARG002 - the observer's signature
        """One message went to the dead letters."""
        self.beat()

    def beat(self) -> None:
        """The loop moved; now and then look at what waits."""
        self._beaten = self._tick()
        self._metrics.beat()
        if self._beaten < self._next:
            return
        self._metrics.lag(self._lag())
        now = self._tick()
        self._next = now + max(EVERY, SHARE * (now - self._beaten))
