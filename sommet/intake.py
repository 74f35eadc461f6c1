"""Brings articles to a log: files at once, feeds when they are due."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import BinaryIO

from producers import catalogue, files
from producers.fetch import Fetcher
from producers.poll import Poller
from producers.receive import received
from schemas.articles import RawArticle
from sommet import config_file
from sommet.board import Board
from sommet.config import Config
from sommet.feed_memory import FeedMemory
from sommet.metrics import Metrics
from sommet.stage import Log
from sommet.watch import Polled, Watcher

NO_ANSWER = "no source answers{then}; `sommet demo` shows a week of news without a network"
REFUSED = "refused_address"
"""Why a feed in a private network is not asked."""
_SHOWN = 5
"""Files that could not be read and are named one by one."""
SOON, _LATER = timedelta(seconds=1), timedelta(minutes=1)


def sources(config: Config) -> tuple[catalogue.Source, ...]:
    """Return the feeds to poll. Raises `KnowledgeError` where the catalogue is wrong."""
    return catalogue.sources(catalogue.load() if config.catalogue else {}, config.sources)


def shown(source: catalogue.Source) -> str:
    """Return the name of a source for people; an address is shown without what may be secret in it."""
    if "://" not in source.id:
        return source.id
    return source.outlet or config_file.without_password(source.url)


class Intake:
    """Reads what a configuration names, writes it to `log`, and tells `told`; `board` counts."""

    def __init__(
        self,
        config: Config,
        log: Log,
        told: Watcher,
        *,
        board: Board,
        metrics: Metrics,
        now: Callable[[], datetime],
    ) -> None:
        self._config, self._log, self._told = config, log, told
        self._board, self._metrics, self._now = board, metrics, now
        self._silent = False
        self._private: set[str] = set()

    def take(self, raws: Iterable[RawArticle]) -> int:
        """Put articles on the log, as received now; return how many were new."""
        now = self._now()
        new = self._log.append(received(raw, now, self._config.history_after) for raw in raws)
        self._board.counts["articles"] += new
        return new

    def read(self, paths: Iterable[str], stdin: BinaryIO | None = None) -> int:
        """Read files, folders and `-`; return how many articles were new. What cannot be read is noted."""
        new = 0
        for path in paths:
            reading = files.read(path, stdin)
            for failure in reading.failures[:_SHOWN]:
                self._told.note(f"not read: {failure}")
            if reading.failed > _SHOWN:
                self._told.note(f"not read: {reading.failed - _SHOWN} more under {path}")
            new += self.take(reading.articles)
        return new

    def polling(self, stop: threading.Event, *, once: bool) -> Callable[[], timedelta | None]:
        """Return the step that polls what is due, and says when to poll again; None: not at all."""
        known = sources(self._config)
        memory = FeedMemory.load(self._config.data / "feeds.json")
        poller = Poller(
            known,
            fetcher=Fetcher(self._config.feeds),
            log=self._log,
            state=memory,
            config=self._config.feeds,
            history_after=self._config.history_after,
        )
        names = {source.id: shown(source) for source in known}
        unnamed = {source.id for source in known if "://" in source.id and not source.outlet}
        standing = poller.standing()
        self._told.watching(len(known))
        self._metrics.watched({names[one.source]: one.answered for one in standing})
        for one in standing:
            if one.gone:
                title = one.title if one.source in unnamed else ""
                self._told.polled(Polled(names[one.source], 0, "gone", one.detail, title, asked=False))

        def step() -> timedelta | None:
            for row in poller.polling(self._now()):
                failure = "" if row.status in {"ok", "unchanged"} else "gone" if row.gone else row.status
                title = row.title if row.source in unnamed else ""
                self._told.polled(Polled(names[row.source], row.new, failure, row.detail, title))
                (self._private.add if failure == REFUSED else self._private.discard)(names[row.source])
                if stop.is_set():
                    break
            memory.save()
            self._told.rested()
            self._note_silence(once=once)
            due = poller.next_due()
            self._told.watching(len(known), due)
            return None if once or due is None else min(max(due - self._now(), SOON), _LATER)

        return step

    def _note_silence(self, *, once: bool) -> None:
        """Say that no source answers, once until one does; not where it is we who ask none of them."""
        silent = bool(self._board.sources) and not self._board.answering
        silent = silent and not self._private.issuperset(self._board.sources)
        if silent and not self._silent:
            self._told.note(NO_ANSWER.format(then="" if once else ", trying again"))
        self._silent = silent
