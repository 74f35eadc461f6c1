"""The one place that knows every part: one configuration, joined and running."""

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from datetime import datetime, timedelta
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from schemas.articles import RawArticle
from sommet import clock
from sommet.background import Background
from sommet.board import Board
from sommet.config import Config
from sommet.intake import SOON, Intake
from sommet.metrics import Metrics
from sommet.outbox.build import build_receivers
from sommet.outbox.outbox import Outbox
from sommet.outbox.receiver import Receiver
from sommet.pulse import Pulse
from sommet.runtime.desk import ALL, Open
from sommet.runtime.embedded import Embedded
from sommet.stage import Stage
from sommet.store import Store
from sommet.store.outage import Outage, Patient
from sommet.watch import Halt, Halted, Watcher, Watchers

if TYPE_CHECKING:
    from sommet.runtime.kafka import Kafka

KNOWLEDGE = Path(__file__).parent / "knowledge"
BEAT = 0.5
"""Seconds that the main loop waits before it looks again."""
_PATIENCE = 3
"""Turns without a delivery after which a last round leaves what is owed to the next."""
_AWAY = 30
"""Seconds that the last round waits for a database server that is away."""


@cache
def versions() -> tuple[str, str]:
    """Return the versions of code and knowledge that messages are stamped with."""
    knowledge = hashlib.blake2b(digest_size=8)
    for path in sorted(KNOWLEDGE.rglob("*.yaml")):
        knowledge.update(path.read_bytes())
    return version("sommet"), knowledge.hexdigest()


def understanding(config: Config) -> tuple[Stage[Any], ...]:
    """Return the pipeline as far as events. Raises `KnowledgeError` where the knowledge is wrong."""
    from consumers import classify, clean, extract, resolve  # noqa: PLC0415 - language models are heavy
    from sommet.knowledge import actors  # noqa: PLC0415

    return (
        clean.stage(),
        extract.stage(config.dyad),
        classify.stage(actors.load(), config.dyad),
        resolve.stage(),
    )


def pipeline(config: Config) -> tuple[Stage[Any], ...]:
    """Return all stages that a configuration asks for, in the order of the data."""
    from consumers import alert  # noqa: PLC0415 - with the others

    return (*understanding(config), alert.stage(config.alerts))


def store_url(config: Config) -> str:
    """Return the URL of the store: the configured one, else a file in the data folder."""
    return config.store or f"sqlite:///{config.data / 'store.db'}"


def open_log(url: str, config: Config, stages: Sequence[Stage[Any]], **options: Any) -> "Embedded | Kafka":
    """Return the driver over the log that `url` or the configuration names, by default a file."""
    url = url or config.log.url
    if not url:
        return Embedded(config.data / "log.db", stages, workers=config.workers, **options)
    from sommet.runtime.kafka import Kafka  # noqa: PLC0415 - only who asks for it waits for the client
    from sommet.runtime.kafka_client import Cluster  # noqa: PLC0415

    options["partitions"] = config.log.partitions
    return Kafka(Cluster.named(url, config.log), stages, workers=config.workers, **options)


class App:
    """The parts of one configuration, joined; a context manager.

    Opens the log (`log` names a cluster, as in `open_log`) and the store under `config.data` and nothing
    else: the network is used by `run` and `send`. `stages` and `receiving` replace those that the
    configuration asks for. Raises `StorageError` where a database or the cluster cannot be used.
    """

    def __init__(
        self,
        config: Config,
        *,
        watchers: Iterable[Watcher] = (),
        board: Board | None = None,
        stages: Sequence[Stage[Any]] | None = None,
        receiving: Mapping[str, Receiver] | None = None,
        now: Callable[[], datetime] = clock.now,
        log: str = "",
    ) -> None:
        self.config, self.now = config, now
        self.board = board or Board(now)
        stages = pipeline(config) if stages is None else stages
        receiving = build_receivers(config.receivers) if receiving is None else receiving
        self.metrics = Metrics(*versions(), now=now)
        self.metrics.expect(
            (stage.name for stage in stages), (rule.name for rule in config.alerts.rules), receiving
        )
        self._halt = Halt()
        self.pulse = Pulse(self.metrics)
        self.told = Watchers((self.metrics, self.board, *watchers, self.pulse, self._halt))
        self._open = Open()
        self._idle = 0
        self._outage = Outage(self.told.note)
        with ExitStack() as opened:
            self.log = open_log(log, config, stages, observer=self.told, now=now, versions=versions())
            opened.callback(self.log.close)
            self.pulse.unready = self.log.unready
            patient = Patient(self.log, self._outage, self._ending)
            self.intake = Intake(config, patient, self.told, board=self.board, metrics=self.metrics, now=now)
            self.store = Store(store_url(config), tell=self.told.note)
            opened.callback(self.store.close)
            self.outbox = Outbox(
                self.store.database,
                receiving,
                log=self.log,
                now=now,
                language=config.language,
            )
            self._opened = opened.pop_all()

    def close(self) -> None:
        """Close the log and the store."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def take(self, raws: Iterable[RawArticle]) -> int:
        """Put articles on the log, as received now; return how many were new."""
        return self.intake.take(raws)

    def read(self, paths: Iterable[str], stdin: BinaryIO | None = None) -> int:
        """Read files, folders and `-`; return how many articles were new. What cannot be read is noted."""
        return self.intake.read(paths, stdin)

    def work(self) -> int:
        """Run the stages until nothing is left and let the store follow; return how many messages went."""
        done = 0
        try:
            done = self.log.run_until_idle(self.now())
            self._went_round()
        except Halted:
            return done
        finally:
            self.store.follow(self.log)
        return done

    def send(self) -> None:
        """Send what is owed and due, once."""
        self.outbox.follow(self.log)
        for delivery in self.outbox.send_due(self.now()):
            self.told.delivered(delivery)
        self.told.owed(self.outbox.owed(self.now()))

    def run(
        self,
        paths: Sequence[str] = (),
        stop: threading.Event | None = None,
        stdin: BinaryIO | None = None,
        *,
        once: bool = False,
    ) -> bool:
        """Read the files, poll the feeds and work until `stop` is set; with `once`, for one round.

        Returns False where a fetch or a delivery still hangs at the end: the process should then leave
        without waiting for it. Raises `SommetError` where a stage stops or the metrics' port is taken.
        """
        stop = self._halt.event = stop or threading.Event()
        last = threading.Event()
        serving = not once and self.config.metrics.port
        with (
            self.pulse.serving(self.config.metrics) if serving else nullcontext(),
            self.pulse.measuring(self.log.standings) if serving else nullcontext(),
        ):
            self.read((*self.config.files, *paths), stdin)
            feeds = Background("feeds", self.intake.polling(stop, once=once))
            alerts = Background("alerts", lambda: self._sending(last))
            with feeds, alerts:
                while not stop.is_set() and not (once and feeds.rested):
                    self._turn(stop, feeds, alerts)
                self._finish(stop)
                last.set()
                alerts.wake()
                while once and not stop.is_set() and not alerts.rested:
                    stop.wait(BEAT / 10)
        for thread in (feeds, alerts):
            thread.check()
        self.store.follow(self.log)
        return feeds.rested and alerts.rested

    def health(self) -> tuple[bool, str]:
        """Say whether the main loop goes round."""
        return self.pulse.live()

    def _ending(self) -> bool:
        return self._halt.event is None or self._halt.event.is_set()

    def _turn(self, stop: threading.Event, feeds: Background, alerts: Background) -> None:
        if self._outage.bear("store", self.work):
            alerts.wake()
        for thread in (feeds, alerts):
            thread.check()
        stop.wait(BEAT)

    def _went_round(self) -> None:
        self.pulse.beat()
        letters = partial(self.log.dead_letters, limit=ALL)
        if self._open.look(self.log, letters, self.board.counts["rejected"]):
            self.metrics.dead_letters(self._open.counts)

    def _finish(self, stop: threading.Event) -> None:
        """Do the last round; a server that is away is waited for, unless the process is to stop."""
        self._outage.bear("store", self.work)
        for _ in range(_AWAY):
            if stop.is_set() or not self._outage.of("store"):
                break
            stop.wait(1)
            self._outage.bear("store", self.work)
        if self._outage.of("store"):
            self.work()

    def _sending(self, last: threading.Event) -> timedelta | None:
        """Send once; return when to send again. While the database is away, soon."""
        done = last.is_set()
        pause = self._outage.bear("alerts", lambda: self._sent(done=done))
        if not self._outage.of("alerts"):
            return pause
        self._idle += 1
        return None if done and self._idle > _AWAY else SOON

    def _sent(self, *, done: bool) -> timedelta | None:
        """Send once; return when to send again: after the last turn only while the pace holds some back."""
        self.outbox.follow(self.log)
        owed = self.outbox.pending()
        self.send()
        left = self.outbox.pending()
        moved = any(left.get(name, 0) < count for name, count in owed.items())
        self._idle = 0 if moved else self._idle + 1
        return SOON if not done or (any(left.values()) and self._idle < _PATIENCE) else None
