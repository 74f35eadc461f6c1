"""The store: follows the topics and answers questions about what they said."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, exists, func, select

from schemas.envelope import M, decode
from schemas.events import Alert, Delivery, Event
from schemas.topics import ALERTS, ARTICLES, DELIVERIES, EVENTS, Topic
from sommet.errors import SommetError
from sommet.stage import Log
from sommet.store import tables as t
from sommet.store import writes
from sommet.store.database import Database
from sommet.store.following import begin
from sommet.store.positions import move, position
from sommet.store.results import Counts, EventHistory, StoredArticle, StoredReport

_BATCH = 500
READER = "store"
_LONGEST_TRAIL = 100  # events that became others one after the other
_ALIVE = (t.events.c.into == "", t.events.c.articles > 0)
"""Not what became another event, nor what nothing states any more."""
_Write = Callable[[Connection, Sequence[Any]], None]
_WRITES: tuple[tuple[Topic[Any], _Write], ...] = (
    (ARTICLES, writes.write_articles),
    (EVENTS, writes.each(writes.write_event)),
    (ALERTS, writes.each(writes.write_alert)),
    (DELIVERIES, writes.each(writes.write_delivery)),
)
FOLLOWED = tuple(topic.name for topic, _ in _WRITES)


class AmbiguousId(SommetError):  # noqa: N818 - names what is wrong
    """Several events begin with the given letters; the text names them."""


class Store:
    """Keeps articles, events, alerts and deliveries; a `Follower` of their topics.

    `url` is `sqlite:///path` or `postgresql://…`. All lists are newest first. `tell` is called with what a
    person should know of the log.
    """

    def __init__(
        self, url: str, *, patience: float = 30.0, tell: Callable[[str], object] = lambda _: None
    ) -> None:
        self.database = Database(url, patience=patience)
        self._tell = tell
        self._begun: str | None = None

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def follow(self, log: Log) -> int:
        """Take in what is new in the topics; return how many messages that was.

        In a log that the store does not know that is everything.
        """
        if log.identity() != self._begun:
            if said := begin(self.database, log, READER):
                self._tell(said)
            self._begun = log.identity()
        return sum(self._follow_topic(log, topic, write) for topic, write in _WRITES)

    def articles(self, *, limit: int = 50, lang: str = "") -> tuple[StoredArticle, ...]:
        """Return the articles received last."""
        query = select(t.articles).order_by(t.articles.c.received.desc(), t.articles.c.id).limit(limit)
        if lang:
            query = query.where(t.articles.c.lang == lang)
        with self.database.reading() as connection:
            return tuple(StoredArticle(**row) for row in connection.execute(query).mappings())

    def events(
        self,
        *,
        limit: int = 50,
        type: str = "",  # noqa: A002 - the field's name
        status: str = "",
        since: datetime | None = None,
        dyad: str = "",
        lang: str = "",
    ) -> tuple[Event, ...]:
        """Return the events reported last: of a type, a status, a dyad, with a report in `lang`."""
        wanted = {"type": type, "status": status, "dyad": dyad}
        query = select(t.events.c.data).where(
            *_ALIVE, *(t.events.c[name] == value for name, value in wanted.items() if value)
        )
        if since is not None:
            query = query.where(t.events.c.last_seen >= since)
        if lang:
            query = query.where(exists().where(t.reports.c.event == t.events.c.id, t.reports.c.lang == lang))
        return self._decoded(query.order_by(t.events.c.last_seen.desc(), t.events.c.id).limit(limit), Event)

    def event(self, prefix: str) -> EventHistory | None:
        """Return the event whose id is `prefix`, or alone begins with it; None if there is none.

        Of an event that became another one, that other is returned. Raises `AmbiguousId` where several
        begin with it.
        """
        column, prefix = t.events.c.id, t.storable(prefix)
        begins = func.substr(column, 1, len(prefix)) == prefix
        query = select(column, t.events.c.data).where(begins).order_by(column != prefix, column).limit(6)
        with self.database.reading() as connection:
            found = connection.execute(query).all()
            if not prefix or not found:
                return None
            if len(found) > 1 and found[0].id != prefix:
                names = ", ".join(row.id for row in found)
                raise AmbiguousId(f"Several events begin with {prefix}: {names}; give more letters.")
            event = _heir(connection, decode(found[0].data.encode(), Event))
            reports = select(t.reports).where(t.reports.c.event == event.event)
            rows = connection.execute(reports.order_by(t.reports.c.at, t.reports.c.article)).mappings()
            merged = select(column).where(t.events.c.into == event.event).order_by(column)
            return EventHistory(
                event,
                tuple(StoredReport(**row) for row in rows),
                tuple(connection.execute(merged).scalars()),
            )

    def event_of(self, statement: str) -> str:
        """Return the id of the event that a statement belongs to; empty where it is not known."""
        query = select(t.reports.c.event).where(t.reports.c.statement == statement)
        with self.database.reading() as connection:
            return connection.execute(query).scalar() or ""

    def alerts(self, *, limit: int = 50, event: str = "") -> tuple[Alert, ...]:
        """Return the alerts raised last, of one event if named."""
        query = select(t.alerts.c.data).order_by(t.alerts.c.at.desc(), t.alerts.c.id).limit(limit)
        return self._decoded(query.where(t.alerts.c.event == event) if event else query, Alert)

    def deliveries(self, *, limit: int = 50, alert: str = "") -> tuple[Delivery, ...]:
        """Return what was finished last for the receivers, of one alert if named."""
        query = (
            select(t.deliveries.c.data)
            .order_by(t.deliveries.c.finished.desc(), t.deliveries.c.id)
            .limit(limit)
        )
        return self._decoded(query.where(t.deliveries.c.alert == alert) if alert else query, Delivery)

    def counts(self) -> Counts:
        """Return how much of everything there is."""
        with self.database.reading() as connection:
            results = _grouped(connection, t.deliveries, "result")
            states = _grouped(connection, t.outbox, "state")
            types = _grouped(connection, t.events, "type", *_ALIVE)
            langs = _grouped(connection, t.articles, "lang")
            return Counts(
                articles=sum(langs.values()),
                events=sum(types.values()),
                reports=_count(connection, t.reports),
                alerts=_count(connection, t.alerts),
                pending=states.get("pending", 0),
                sent=results.get("sent", 0),
                failed=results.get("failed", 0),
                events_by_type=types,
                articles_by_lang=langs,
            )

    def _decoded(self, query: Select[str], kind: type[M]) -> tuple[M, ...]:
        with self.database.reading() as connection:
            return tuple(decode(data.encode(), kind) for data in connection.execute(query).scalars())

    def _follow_topic(self, log: Log, topic: Topic[Any], write: _Write) -> int:
        taken = 0
        while batch := self._take(log, topic, write):
            taken += batch
        return taken

    def _take(self, log: Log, topic: Topic[Any], write: _Write) -> int:
        """Take in one batch; nothing is written, and nothing locked, where nothing is new."""
        name = log.identity()
        with self.database.reading() as connection:
            after = position(connection, name, READER, topic.name)
        messages = log.read(topic, after, _BATCH)
        if not messages:
            return 0
        with self.database.writing() as connection:
            already = position(connection, name, READER, topic.name)
            new = [message for offset, message in messages if offset > already]
            write(connection, new)
            if new:
                move(connection, name, READER, topic.name, messages[-1][0], last=messages[-1][1].id)
        return len(new)


def _heir(connection: Connection, event: Event) -> Event:
    """Follow an event to the one that it became."""
    for _ in range(_LONGEST_TRAIL):
        query = select(t.events.c.data).where(t.events.c.id == event.into)
        data = connection.execute(query).scalar() if event.into else None
        if data is None:
            return event
        event = decode(data.encode(), Event)
    return event


def _grouped(
    connection: Connection, table: Table, column: str, *where: ColumnElement[bool]
) -> dict[str, int]:
    query = select(table.c[column], func.count()).where(*where)
    query = query.group_by(table.c[column]).order_by(table.c[column])
    return {str(value): int(number) for value, number in connection.execute(query)}


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
