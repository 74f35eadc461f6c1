"""How far each stage is in each partition of its source; asked from beside the log, which may be in use."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from sommet.runtime.database import Database, Reader

_POSITION = "SELECT coalesce(max(offset), 0) FROM positions WHERE stage = ? AND topic = ?"
_END = "SELECT coalesce(max(offset), 0) FROM log WHERE topic = ?"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a stage stands in one partition: it has taken all before `position`, `lag` messages wait.

    On Kafka the marks of transactions have offsets, too, so that `lag` may be less than `end` - `position`.
    """

    stage: str
    topic: str
    partition: int
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


def of_file(path: Path, sources: Mapping[str, str]) -> list[Standing]:
    """Return the same of the file `path`. Raises `StorageError` where it cannot be read."""
    with Reader(path) as reader:
        return standings(reader, sources)
