"""How far a reader has come in a topic, moved in the same transaction as the effects."""

from sqlalchemy import Connection, select

from sommet.store.tables import positions
from sommet.store.upsert import upsert

BEFORE_ALL = -1
"""Before the first offset, whether a log counts from 0 or from 1."""


def position(connection: Connection, reader: str, topic: str) -> int:
    """Return the offset of the last message that `reader` took in, `BEFORE_ALL` if none."""
    statement = select(positions.c.position).where(positions.c.reader == reader, positions.c.topic == topic)
    found = connection.execute(statement).scalar_one_or_none()
    return BEFORE_ALL if found is None else int(found)


def positions_of(connection: Connection) -> dict[tuple[str, str], int]:
    """Return how far all readers have come, by reader and topic."""
    rows = connection.execute(select(positions.c.reader, positions.c.topic, positions.c.position))
    return {(row.reader, row.topic): int(row.position) for row in rows}


def move(connection: Connection, reader: str, topic: str, to: int) -> None:
    """Note that `reader` took in everything up to offset `to`."""
    upsert(connection, positions, [{"reader": reader, "topic": topic, "position": to}])
