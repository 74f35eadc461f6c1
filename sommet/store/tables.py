"""The tables, and the column types that make them the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    TEXT,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.types import TypeEngine

from sommet.ids import digest

SCHEMA_VERSION = 4
APPLICATION_ID = 0x534F4D54
"""`SOMT`: the mark of our SQLite files, so that no other program's database is written to."""


LONGEST_KEY = 500
"""Bytes of the longest key kept whole: of two, with a time, PostgreSQL makes an entry of an index (2,704)."""


def storable(value: str) -> str:
    """Return `value` as any database can hold it: NUL and lone surrogates become U+FFFD."""
    if value.isascii() and "\0" not in value:
        return value
    return value.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Words(TypeDecorator[str]):
    """Text from outside, made `storable`; ordered by code point on every database."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that a database knows; a server's own order depends on where it was installed."""
        return TEXT(collation="C") if dialect.name == "postgresql" else dialect.type_descriptor(Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the signature
        """Return what any database can hold."""
        return None if value is None else storable(value)


class Key(Words):
    """Words that an index holds: what is longer than `LONGEST_KEY` is cut and ends with its digest.

    A key that was read can be asked for again.
    """

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the signature
        """Return what any index can hold."""
        if value is None:
            return None
        kept = storable(value)
        whole = kept.encode()
        if len(whole) <= LONGEST_KEY:
            return kept
        return f"{whole[: LONGEST_KEY - 20].decode('utf-8', 'ignore')}…{digest(kept)}"


class Instant(TypeDecorator[datetime]):
    """A point in time, always UTC; SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Return the time in UTC, without its zone where the database keeps none."""
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature
        """Return the time with its zone."""
        if value is None:
            return None
        stored: datetime = value
        return stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC)


metadata = MetaData()

# How far each reader has come in each topic of each log, and the id of the message there. Rows without a log
# are of a release that knew of one only.
positions = Table(
    "positions",
    metadata,
    Column("log", String(40), primary_key=True),
    Column("reader", String(40), primary_key=True),
    Column("topic", String(80), primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("last", Words, nullable=False),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Key, primary_key=True),
    Column("url", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("outlet", Words, nullable=False),
    Column("lang", Words, nullable=False),
    Column("published", Words, nullable=False),
    Column("received", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("machine_translated", Boolean, nullable=False),
    Column("agency", Words, nullable=False),
    Index("articles_received", "received"),
)

# The last state of each event; `data` is its last message as JSON, without the sketch of the text. An
# event that became another one stays, with that one's id in `into`.
events = Table(
    "events",
    metadata,
    Column("id", Key, primary_key=True),
    Column("dyad", Words, nullable=False),
    Column("type", Key, nullable=False),
    Column("status", Key, nullable=False),
    Column("salience", Words, nullable=False),
    Column("start", Words, nullable=False),
    Column("end", Words, nullable=False),
    Column("place", Words, nullable=False),
    Column("confidence", Double, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("lineages", Integer, nullable=False),
    Column("unreported", Boolean, nullable=False),
    Column("into", Key, nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("data", Words, nullable=False),
    Index("events_last_seen", "last_seen"),
    Index("events_of_type", "type", "last_seen"),
    Index("events_of_status", "status", "last_seen"),
    Index("events_of_type_and_status", "type", "status", "last_seen"),
)

# What one article states of one event; `lineages` is how many the event had once this was known, `data`
# the whole report as JSON.
reports = Table(
    "reports",
    metadata,
    Column("event", Key, primary_key=True),
    Column("statement", Key, primary_key=True),
    Column("article", Key, nullable=False),
    Column("at", Instant, nullable=False),
    Column("change", Words, nullable=False),
    Column("before", Words, nullable=False),
    Column("status", Words, nullable=False),
    Column("salience", Words, nullable=False),
    Column("start", Words, nullable=False),
    Column("end", Words, nullable=False),
    Column("basis", Words, nullable=False),
    Column("place", Words, nullable=False),
    Column("evidence", Words, nullable=False),
    Column("sentence", Words, nullable=False),
    Column("confidence", Double, nullable=False),
    Column("url", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("outlet", Words, nullable=False),
    Column("agency", Words, nullable=False),
    Column("lang", Key, nullable=False),
    Column("published", Words, nullable=False),
    Column("received", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("machine_translated", Boolean, nullable=False),
    Column("lineages", Integer, nullable=False),
    Column("reason", Words, nullable=False),
    Column("data", Words, nullable=False),
    Index("reports_lang", "lang", "event"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("event", Key, nullable=False),
    Column("rule", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Column("data", Words, nullable=False),
    Index("alerts_at", "at"),
    Index("alerts_event", "event"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Key, primary_key=True),
    Column("alert", Key, nullable=False),
    Column("receiver", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("result", Words, nullable=False),
    Column("finished", Instant, nullable=False),
    Column("data", Words, nullable=False),
    Index("deliveries_finished", "finished"),
    Index("deliveries_alert", "alert"),
)

# What is owed to whom; `sommet.outbox` alone writes here.
outbox = Table(
    "outbox",
    metadata,
    Column("key", Key, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("alert", Words, nullable=False),
    Column("receiver", Key, nullable=False),
    Column("at", Instant, nullable=False),
    Column("entered", Instant, nullable=False),
    Column("data", Words, nullable=False),
    Column("state", Key, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", Instant, nullable=False),
    Column("tried", Instant),
    Column("lease", Instant),
    Column("sent_as", Words, nullable=False),
    Column("detail", Words, nullable=False),
    Column("finished", Instant),
    Column("noted", Boolean, nullable=False),
    Index("outbox_pending", "state", "receiver", "position"),
    Index("outbox_tried", "receiver", "tried"),
    Index("outbox_noted", "noted", "state"),
)
