"""How a reader begins to follow a log: where it stopped in this one, or at the beginning."""

from collections.abc import Mapping
from typing import Any

from schemas.topics import TOPICS
from sommet.errors import StorageError, Unreachable
from sommet.stage import Log
from sommet.store.database import Database
from sommet.store.positions import Place, claim, forget, places
from sommet.store.tables import storable

ANOTHER = (
    "this log is another than the store knows: it is read from its beginning into the same store,"
    " and what was sent is not sent again"
)
AGAIN = (
    "this log is not as the store left it, as with an old copy put back: it is read again from its beginning"
    " into the same store, and what was sent is not sent again"
)


def begin(database: Database, log: Log, reader: str) -> str:
    """Make the positions of `reader` ready for `log`; return what a person should know, mostly nothing.

    What is read a second time changes nothing in the store. Nothing is written where all is as it was left.
    """
    name = log.identity()
    with database.reading() as connection:
        known = places(connection, reader)
    if name in known:
        if _stands(log, known[name]):
            return ""
        with database.writing() as connection:
            if places(connection, reader).get(name) == known[name]:  # nobody else has begun anew
                forget(connection, name, reader)
        return AGAIN
    if "" in known and _stands(log, known[""]):
        with database.writing() as connection:
            if name not in places(connection, reader):
                claim(connection, name, reader)
        return ""
    return ANOTHER if known else ""


def _stands(log: Log, reached: Mapping[str, Place]) -> bool:
    """Say whether the log has, in each topic, the message that was taken in last."""
    return all(_has(log, topic, place) for topic, place in reached.items())


def _has(log: Log, topic: str, place: Place) -> bool:
    if place.position <= 0:
        return True
    try:
        found: list[tuple[int, Any]] = log.read(TOPICS[topic], place.position - 1, 1)
    except Unreachable:
        raise
    except StorageError:  # the topic no longer keeps what is so old; what follows may still be read
        return True
    return any(
        offset == place.position and place.last in {"", storable(message.id)} for offset, message in found
    )
