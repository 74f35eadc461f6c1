"""The topics in the database: offsets count from 1 in each topic, an id stands in a topic once."""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeVar

import msgspec

from schemas.envelope import Message, decode, encode
from schemas.topics import Topic
from sommet.errors import SommetError

M = TypeVar("M", bound=Message)

BATCH_BYTES = 16 * 2**20
"""A page of messages ends behind this many bytes, so that large ones do not fill the memory."""


RETRIED = "retry/"
"""What the id of a message begins with that was put back for the stage which had rejected it."""


class Poison(SommetError):  # noqa: N818 - the field's word
    """Bytes in a topic that are no message of its type."""


class Entry(NamedTuple):
    """One message as it stands in a topic."""

    offset: int
    id: str
    payload: bytes


class Writer:
    """Appends to topics inside one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._heads: dict[str, int] = {}

    def write(self, topic: str, ident: str, payload: bytes) -> bool:
        """Append unless the topic has a message of that id; say whether it was new."""
        head = self._heads.get(topic)
        if head is None:
            head = self._heads[topic] = self._connection.execute(HEAD, (topic,)).fetchone()[0]
        new = self._connection.execute(APPEND, (topic, head + 1, ident, payload)).rowcount == 1
        self._heads[topic] += new
        return new


APPEND = "INSERT INTO log (topic, offset, id, payload) VALUES (?, ?, ?, ?) ON CONFLICT (topic, id) DO NOTHING"
HEAD = "SELECT coalesce(max(offset), 0) FROM log WHERE topic = ?"
PAGE = "SELECT offset, id, payload FROM log WHERE topic = ? AND offset > ? ORDER BY offset LIMIT ?"


def page(connection: sqlite3.Connection, topic: str, after: int, limit: int) -> list[Entry]:
    """Return up to `limit` messages behind offset `after`, at least one if there is any."""
    entries: list[Entry] = []
    room = BATCH_BYTES
    with contextlib.closing(connection.execute(PAGE, (topic, after, limit))) as rows:
        for row in rows:
            entry = Entry(*row)
            entries.append(entry)
            room -= len(entry.payload)
            if room <= 0:
                break
    return entries


def opened(entry: Entry, kind: type[M]) -> M:
    """Return the message in `entry`; raises `Poison` for bytes that are none of type `kind`."""
    try:
        message = decode(entry.payload, kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        raise Poison(f"no {kind.__name__}: {exc}") from exc
    if message.at.tzinfo is None:
        raise Poison(f"no {kind.__name__}: its `at` has no time zone")
    return message


def readable(entries: Iterable[Entry], kind: type[M]) -> Iterator[tuple[int, M]]:
    """Return the messages among `entries` with their offsets.

    Poison is left out, and what was put back for a stage: whoever else reads the topic had it before.
    """
    for entry in entries:
        if entry.id.startswith(RETRIED):
            continue
        try:
            yield entry.offset, opened(entry, kind)
        except Poison:
            continue


class Routes:
    """Which topic a message belongs to: that of its exact type."""

    def __init__(self, topics: Iterable[Topic[Any]], whose: str) -> None:
        self._whose = whose
        self._topics: dict[type[Message], Topic[Any]] = {}
        for topic in topics:
            known = self._topics.setdefault(topic.type, topic)
            if known.name != topic.name:
                raise SommetError(
                    f"{whose} has two topics for {topic.type.__name__}, {known.name} and {topic.name}: "
                    "give each topic a type of its own"
                )

    def find(self, message: Message) -> Topic[Any]:
        """Return the topic of `message`; raises `SommetError` where there is none."""
        topic = self._topics.get(type(message))
        if topic is None:
            raise SommetError(
                f"{self._whose} has no topic for a {type(message).__name__}: return messages of its topics"
            )
        return topic


def checked(message: Message, routes: Routes, versions: tuple[str, str]) -> tuple[Topic[Any], str, bytes]:
    """Return topic, id and bytes of a message that a producer brings; `versions` where it has none.

    Raises `SommetError` where it has no topic, no id or no time zone, or cannot be written.
    """
    topic = routes.find(message)
    if not message.id:
        raise SommetError(f"a message for {topic.name} has no id: derive one, so that it is known again")
    if message.at.tzinfo is None:
        raise SommetError(f"message {message.id!r} for {topic.name} has an `at` without time zone: give UTC")
    if not message.code:
        code, knowledge = versions
        message = message.stamped(code=code, knowledge=knowledge)
    try:
        return topic, message.id, encode(message)
    except ValueError as exc:
        raise SommetError(f"message {message.id!r} for {topic.name} cannot be written: {exc}") from exc
