"""How far a reader has come in a topic of a log, moved in the same transaction as the effects."""

from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update

from sommet.store.tables import positions
from sommet.store.upsert import upsert

BEFORE_ALL = -1
"""Before the first offset, whether a log counts from 0 or from 1."""


class Place(NamedTuple):
    """The offset of the last message that was taken in, and its id; empty where it was not noted."""

    position: int
    last: str


def position(connection: Connection, log: str, reader: str, topic: str) -> int:
    """Return the offset of the last message that `reader` took in, `BEFORE_ALL` if none."""
    statement = select(positions.c.position).where(
        positions.c.log == log, positions.c.reader == reader, positions.c.topic == topic
    )
    found = connection.execute(statement).scalar_one_or_none()
    return BEFORE_ALL if found is None else int(found)


def positions_of(connection: Connection, log: str) -> dict[tuple[str, str], int]:
    """Return how far all readers have come in a log, by reader and topic.

    Of a reader who has not followed since positions name their log, those of before.
    """
    found: dict[tuple[str, str], int] = {}
    known: set[str] = set()
    for name in (log, ""):
        rows = connection.execute(select(positions).where(positions.c.log == name)).all()
        found |= {(row.reader, row.topic): int(row.position) for row in rows if row.reader not in known}
        known |= {row.reader for row in rows}
    return found


def places(connection: Connection, reader: str) -> dict[str, dict[str, Place]]:
    """Return where a reader is in all logs that it knows, by log and topic."""
    found: dict[str, dict[str, Place]] = {}
    for row in connection.execute(select(positions).where(positions.c.reader == reader)):
        found.setdefault(row.log, {})[row.topic] = Place(int(row.position), row.last)
    return found


def move(connection: Connection, log: str, reader: str, topic: str, to: int, *, last: str = "") -> None:
    """Note that `reader` took in everything up to offset `to`; `last` is the id of the message there."""
    row = {"log": log, "reader": reader, "topic": topic, "position": to, "last": last}
    upsert(connection, positions, [row])


def claim(connection: Connection, log: str, reader: str) -> None:
    """Let the positions of a reader that name no log be those in `log`."""
    mine = (positions.c.log == "") & (positions.c.reader == reader)
    connection.execute(update(positions).where(mine).values(log=log))


def forget(connection: Connection, log: str, reader: str) -> None:
    """Let a reader begin a log anew."""
    mine = (positions.c.log == log) & (positions.c.reader == reader)
    connection.execute(delete(positions).where(mine))
