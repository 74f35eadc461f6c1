"""Fetches what is due, parses it, and writes it to the log. One broken feed disturbs no other."""

from collections.abc import Iterator, MutableMapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

import msgspec

from producers import feeds, schedule
from producers.catalogue import Source
from producers.fetch import Fetched, Fetcher, FetchError, Validators
from producers.receive import in_order, received
from schemas.articles import RawArticle
from schemas.complete import complete
from sommet import clock
from sommet.config import Feeds
from sommet.stage import Log

MAX_ITEMS = 2_000
"""Items of one feed that one poll takes, from its beginning; the rest is counted and left."""
GONE = "the server answered 410: the feed is gone; asked once a day"
AGREEING_MOVES = 3
"""Polls in a row that must be redirected to the same place before it becomes the feed's address."""


@complete
class Remembered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is kept of one source from poll to poll."""

    plan: schedule.Plan = schedule.Plan()
    etag: str = ""
    modified: str = ""
    body: str = ""
    title: str = ""
    moved: str = ""
    moves: int = 0


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll of one source came to.

    `status` is `ok`, `unchanged`, or the reason of the failure: that of a `FetchError` or `FeedError`, or
    `internal` for a fault of ours, of which `detail` tells the type.
    """

    source: str
    status: str
    detail: str
    items: int
    new: int
    over: int
    seconds: float
    due: datetime
    title: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a source before it is asked; `answered` is `EPOCH` where it never did.

    `gone` says that the server called the feed gone for good, and `detail` says so in words.
    """

    source: str
    title: str
    answered: datetime
    gone: bool

    @property
    def detail(self) -> str:
        """What is to be said of a source that is gone."""
        return GONE if self.gone else ""


@dataclass(frozen=True, slots=True)
class _Got:
    """What a thread brings back: an answer, perhaps a feed, or an error."""

    seconds: float
    answer: Fetched | None = None
    feed: feeds.Feed | None = None
    body: str = ""
    error: FetchError | feeds.FeedError | None = None


class Poller:
    """Polls sources when they are due. `state` keeps bytes by source id; the caller persists it."""

    def __init__(
        self,
        sources: Sequence[Source],
        *,
        fetcher: Fetcher,
        log: Log,
        state: MutableMapping[str, bytes],
        config: Feeds,
        history_after: timedelta,
    ) -> None:
        self._sources = {source.id: source for source in sources}
        self._fetcher = fetcher
        self._log = log
        self._state = state
        self._config = config
        self._history_after = history_after

    def next_due(self) -> datetime | None:
        """Return when the next source is due, None when there is none."""
        return min((self._remembered(key).plan.due for key in self._sources), default=None)

    def standing(self) -> list[Standing]:
        """Return what is known of each source."""
        known = ((key, self._remembered(key)) for key in self._sources)
        return [Standing(key, one.title, one.plan.polled, one.plan.is_gone) for key, one in known]

    def poll(self, now: datetime) -> list[Polled]:
        """Poll every source that is due at `now`; return what became of each, in the sources' order."""
        rows = {row.source: row for row in self.polling(now)}
        return [rows[key] for key in self._sources if key in rows]

    def polling(self, now: datetime) -> Iterator[Polled]:
        """Do the same, and yield each as soon as its articles are in the log."""
        due = [key for key in self._sources if schedule.is_due(self._remembered(key).plan, now)]
        if not due:
            return
        with ThreadPoolExecutor(min(self._config.parallel, len(due)), "feeds") as pool:
            running: dict[Future[_Got], str] = {}
            for key in due:
                running[pool.submit(self._get, self._sources[key], self._remembered(key), now)] = key
            for done in as_completed(running):
                yield self._settle(self._sources[running[done]], done.result(), now)

    def _remembered(self, key: str) -> Remembered:
        try:
            return msgspec.json.decode(self._state.get(key, b"{}"), type=Remembered)
        except msgspec.DecodeError:
            return Remembered()  # of an older release, or damaged: it is only a memory

    def _get(self, source: Source, memory: Remembered, now: datetime) -> _Got:
        """Fetch and parse, in a thread; touches nothing that is shared."""
        start = clock.monotonic()
        url = memory.moved if memory.moves >= AGREEING_MOVES else source.url
        try:
            answer = self._fetcher.fetch(url, now, Validators(memory.etag, memory.modified))
            body = blake2b(answer.body, digest_size=16).hexdigest()
            if answer.unchanged or body == memory.body:
                return _Got(clock.monotonic() - start, answer, body=memory.body)
            feed = feeds.parse(
                answer.body,
                url=answer.url,
                content_type=answer.content_type,
                source=source.id,
                outlet=source.outlet,
                lang=source.lang,
            )
        except (FetchError, feeds.FeedError) as error:
            return _Got(clock.monotonic() - start, error=error)
        except Exception as error:  # noqa: BLE001 - a fault with one feed must not end all the others
            fault = FetchError("internal", url, type(error).__name__)
            return _Got(clock.monotonic() - start, error=fault)
        return _Got(clock.monotonic() - start, answer, feed, body)

    def _settle(self, source: Source, got: _Got, now: datetime) -> Polled:
        memory = self._remembered(source.id)
        items = got.feed.items if got.feed else ()
        new = self._log.append(self._received(items[:MAX_ITEMS], now)) if items else 0
        if got.error:
            memory = self._failed(source, memory, got.error, now)
        else:
            memory = self._done(source, memory, got, new, now)
        self._state[source.id] = msgspec.json.encode(memory)
        return Polled(
            source=source.id,
            status=got.error.reason if got.error else "ok" if got.feed else "unchanged",
            detail=GONE if memory.plan.is_gone else _detail(got.error),
            items=min(len(items), MAX_ITEMS),
            new=new,
            over=max(0, len(items) - MAX_ITEMS),
            seconds=got.seconds,
            due=memory.plan.due,
            title=memory.title,
            gone=memory.plan.is_gone,
        )

    def _received(self, items: Sequence[RawArticle], now: datetime) -> list[RawArticle]:
        """Feeds begin with the newest; the log begins with the oldest."""
        return [received(raw, now, self._history_after) for raw in in_order(reversed(items))]

    def _done(self, source: Source, memory: Remembered, got: _Got, new: int, now: datetime) -> Remembered:
        answer = got.answer or Fetched(source.url)
        pace = {"pace": got.feed.pace} if got.feed else {}
        plan = schedule.succeeded(
            memory.plan, now, source=source.id, new=new, limits=self._config, max_age=answer.max_age, **pace
        )
        ours = memory.moves >= AGREEING_MOVES and not answer.moved
        return Remembered(
            plan=plan,
            etag=memory.etag if answer.unchanged else answer.validators.etag,
            modified=memory.modified if answer.unchanged else answer.validators.modified,
            body=got.body,
            title=got.feed.title if got.feed else memory.title,
            moved=memory.moved if ours else answer.moved,
            moves=memory.moves if ours else _moves(memory, answer),
        )

    def _failed(
        self, source: Source, memory: Remembered, error: FetchError | feeds.FeedError, now: datetime
    ) -> Remembered:
        status, wait = (error.status, error.retry_after) if isinstance(error, FetchError) else (0, None)
        plan = schedule.failed(
            memory.plan, now, source=source.id, limits=self._config, status=status, retry_after=wait
        )
        moves = memory.moves if plan.failures < AGREEING_MOVES else 0  # back to the address we were given
        return msgspec.structs.replace(memory, plan=plan, moves=moves)


def _detail(error: FetchError | feeds.FeedError | None) -> str:
    """Return what went wrong, without the address: it stands beside the source's name."""
    if isinstance(error, FetchError):
        return error.detail
    _, is_, what = str(error or "").partition(" is no feed that can be read: ")
    return f"no feed that can be read: {what}" if is_ else what


def _moves(memory: Remembered, answer: Fetched) -> int:
    if not answer.moved:
        return 0
    return memory.moves + 1 if answer.moved == memory.moved else 1
