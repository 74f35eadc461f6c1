"""What services have in common: they go round until a signal comes, tell what happens, and are watched."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from sommet import clock
from sommet.app import versions
from sommet.board import Board
from sommet.commands.ending import on_signals
from sommet.config import Metrics as Where
from sommet.metrics import Metrics
from sommet.pulse import Pulse
from sommet.store.outage import Outage
from sommet.view import LineView
from sommet.watch import Halt, Halted, Watcher, Watchers

WORK = "service"


@dataclass(frozen=True, slots=True)
class Service:
    """One process of the pipeline: who is told what, and when it is to end."""

    stop: threading.Event
    metrics: Metrics
    board: Board
    pulse: Pulse
    told: Watchers
    outage: Outage = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "outage", Outage(self.told.note))

    def rounds(self, step: Callable[[], object], pause: float) -> None:
        """Repeat `step` until the service is to end; bear that a database server is away for a while."""
        with suppress(Halted):
            while not self.stop.is_set():
                self.outage.bear(WORK, step)
                self.pulse.beat()
                self.stop.wait(pause)

    def ask(self, unready: Callable[[], str]) -> None:
        """Be ready when `unready` says nothing and no database server is away."""
        self.pulse.unready = lambda: "a database server is away" if self.outage.of(WORK) else unready()


@contextmanager
def service(where: Where, pulse: Pulse, *watchers: Watcher, code: int = 0) -> Iterator[Service]:
    """Run the block as a service; metrics and health are served where `where` says so.

    A second signal, or work that takes too long after the first, ends the process with `code`.
    """
    stop, halt, board = threading.Event(), Halt(), Board()
    halt.event = stop
    told = Watchers((pulse.metrics, board, *watchers, LineView(sys.stdout), pulse, halt))
    with on_signals(stop, code), pulse.serving(where):
        yield Service(stop, pulse.metrics, board, pulse, told)


def metered() -> Metrics:
    """Return the metrics of this process."""
    return Metrics(*versions(), now=clock.now)
