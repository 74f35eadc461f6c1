"""The one place that knows every part: one configuration, joined and running."""

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from producers import catalogue, files
from producers.fetch import Fetcher
from producers.poll import Poller
from producers.receive import received
from schemas.articles import RawArticle
from sommet import clock, config_file
from sommet.background import Background
from sommet.board import Board
from sommet.config import Config
from sommet.feed_memory import FeedMemory
from sommet.metrics import Metrics
from sommet.outbox.build import build_receivers
from sommet.outbox.outbox import Outbox
from sommet.outbox.receiver import Receiver
from sommet.runtime.embedded import Embedded
from sommet.stage import Stage
from sommet.store import Store
from sommet.store.outage import Outage, Patient
from sommet.watch import Halt, Halted, Polled, Watcher, Watchers
from sommet.web.metrics import MetricsServer

if TYPE_CHECKING:
    from sommet.runtime.kafka import Kafka

KNOWLEDGE = Path(__file__).parent / "knowledge"
BEAT = 0.5
"""Seconds that the main loop waits before it looks again."""
STILL = 120.0
"""Seconds after which a main loop that does not go round is unwell."""
NO_ANSWER = "no source answers{then}; `sommet demo` shows a week of news without a network"
_SHOWN = 5
"""Files that could not be read and are named one by one."""
_PATIENCE = 3
"""Turns without a delivery after which a last round leaves what is owed to the next."""
_AWAY = 30
"""Seconds that the last round waits for a database server that is away."""
_SOON, _LATER = timedelta(seconds=1), timedelta(minutes=1)


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


def sources(config: Config) -> tuple[catalogue.Source, ...]:
    """Return the feeds to poll. Raises `KnowledgeError` where the catalogue is wrong."""
    return catalogue.sources(catalogue.load() if config.catalogue else {}, config.sources)


def shown(source: catalogue.Source) -> str:
    """Return the name of a source for people; an address is shown without what may be secret in it."""
    if "://" not in source.id:
        return source.id
    return source.outlet or config_file.without_password(source.url)


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
        self.told = Watchers((self.metrics, self.board, *watchers, self._halt))
        self._beaten = clock.monotonic()
        self._counted = -1
        self._idle = 0
        self._silent = False
        self._outage = Outage(self.told.note)
        with ExitStack() as opened:
            self.log = open_log(log, config, stages, observer=self.told, now=now, versions=versions())
            opened.callback(self.log.close)
            self._patient = Patient(self.log, self._outage, self._ending)
            self.store = Store(store_url(config))
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
        now = self.now()
        new = self._patient.append(received(raw, now, self.config.history_after) for raw in raws)
        self.board.counts["articles"] += new
        return new

    def read(self, paths: Iterable[str], stdin: BinaryIO | None = None) -> int:
        """Read files, folders and `-`; return how many articles were new. What cannot be read is noted."""
        new = 0
        for path in paths:
            reading = files.read(path, stdin)
            for failure in reading.failures[:_SHOWN]:
                self.told.note(f"not read: {failure}")
            if reading.failed > _SHOWN:
                self.told.note(f"not read: {reading.failed - _SHOWN} more under {path}")
            new += self.take(reading.articles)
        return new

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
        with nullcontext() if once else self._serving():
            self.read((*self.config.files, *paths), stdin)
            feeds = Background("feeds", self._polling(stop, once=once))
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
        still = clock.monotonic() - self._beaten
        return (True, "ok") if still < STILL else (False, f"the main loop has stood still for {still:.0f} s")

    def _ending(self) -> bool:
        return self._halt.event is None or self._halt.event.is_set()

    def _turn(self, stop: threading.Event, feeds: Background, alerts: Background) -> None:
        if self._outage.bear("store", self.work):
            alerts.wake()
        for thread in (feeds, alerts):
            thread.check()
        stop.wait(BEAT)

    def _went_round(self) -> None:
        self._beaten = clock.monotonic()
        self.metrics.beat()
        if self._counted != self.board.counts["rejected"]:
            self._counted = self.board.counts["rejected"]
            self.metrics.dead_letters(Counter(letter.stage for letter in self.log.dead_letters()))

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

    def _serving(self) -> AbstractContextManager[object]:
        where = self.config.metrics
        if not where.port:
            return nullcontext()
        return MetricsServer(where.host, where.port, self.metrics.registry, self.health)

    def _sending(self, last: threading.Event) -> timedelta | None:
        """Send once; return when to send again. While the database is away, soon."""
        done = last.is_set()
        pause = self._outage.bear("alerts", lambda: self._sent(done=done))
        if not self._outage.of("alerts"):
            return pause
        self._idle += 1
        return None if done and self._idle > _AWAY else _SOON

    def _sent(self, *, done: bool) -> timedelta | None:
        """Send once; return when to send again: after the last turn only while the pace holds some back."""
        self.outbox.follow(self.log)
        owed = self.outbox.pending()
        self.send()
        left = self.outbox.pending()
        moved = any(left.get(name, 0) < count for name, count in owed.items())
        self._idle = 0 if moved else self._idle + 1
        return _SOON if not done or (any(left.values()) and self._idle < _PATIENCE) else None

    def _polling(self, stop: threading.Event, *, once: bool) -> Callable[[], timedelta | None]:
        """Return the step that polls what is due."""
        known = sources(self.config)
        memory = FeedMemory.load(self.config.data / "feeds.json")
        poller = Poller(
            known,
            fetcher=Fetcher(self.config.feeds),
            log=self._patient,
            state=memory,
            config=self.config.feeds,
            history_after=self.config.history_after,
        )
        names = {source.id: shown(source) for source in known}
        unnamed = {source.id for source in known if "://" in source.id and not source.outlet}
        standing = poller.standing()
        self.metrics.watched({names[one.source]: one.answered for one in standing})
        for one in standing:
            if one.gone:
                title = one.title if one.source in unnamed else ""
                self.told.polled(Polled(names[one.source], 0, "gone", one.detail, title, asked=False))

        def step() -> timedelta | None:
            for row in poller.polling(self.now()):
                failure = "" if row.status in {"ok", "unchanged"} else "gone" if row.gone else row.status
                title = row.title if row.source in unnamed else ""
                self.told.polled(Polled(names[row.source], row.new, failure, row.detail, title))
                if stop.is_set():
                    break
            memory.save()
            self.told.rested()
            silent = bool(self.board.sources) and not self.board.answering
            if silent and not self._silent:
                self.told.note(NO_ANSWER.format(then="" if once else ", trying again"))
            self._silent = silent
            due = None if once else poller.next_due()
            return None if due is None else min(max(due - self.now(), _SOON), _LATER)

        return step
