"""How far stages and followers are in their topics; asked from beside the log, which may be in use."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from sommet.runtime.database import Database, Reader

_POSITION = "SELECT coalesce(max(offset), 0) FROM positions WHERE stage = ? AND topic = ?"
_END = "SELECT coalesce(max(offset), 0) FROM log WHERE topic = ?"


class Place(NamedTuple):
    """The place of the last message of a topic that a follower has taken in."""

    follower: str
    topic: str
    place: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a stage stands in one partition: it has taken all before `position`, `lag` messages wait.

    A follower takes all partitions in their one order: `partition` is None, `stage` the follower. On Kafka
    the marks of transactions have offsets, too, so that `lag` may be less than `end` - `position`.
    """

    stage: str
    topic: str
    partition: int | None
    position: int
    end: int
    lag: int


def standings(database: Database | Reader, sources: Mapping[str, str]) -> list[Standing]:
    """Return where the stages stand in a log of the embedded driver; `sources` are their topics."""
    found = []
    for stage, topic in sources.items():
        ((position,),) = database.rows(_POSITION, stage, topic)
        ((end,),) = database.rows(_END, topic)
        found.append(
            Standing(stage=stage, topic=topic, partition=0, position=position, end=end, lag=end - position)
        )
    return found


def identity(path: Path) -> str:
    """Return the id of the log in the file `path`. Raises `StorageError` where it cannot be read."""
    with Reader(path) as reader:
        return reader.identity()


def of_file(path: Path, sources: Mapping[str, str], places: Iterable[Place] = ()) -> list[Standing]:
    """Return the same of the file `path`, and of followers. Raises `StorageError` where it cannot be read."""
    with Reader(path) as reader:
        found = standings(reader, sources)
        for follower, topic, place in places:
            ((end,),) = reader.rows(_END, topic)
            lag = max(0, end - place)
            found.append(
                Standing(stage=follower, topic=topic, partition=None, position=place, end=end, lag=lag)
            )
        return found
