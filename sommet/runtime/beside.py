"""Writes to the log of the embedded driver from beside it, also while an instance runs."""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from schemas.envelope import Message, encode
from schemas.topics import Topic
from sommet.errors import StorageError
from sommet.runtime import trouble
from sommet.runtime.database import inspect
from sommet.runtime.log import Writer


def append_beside(path: Path, topic: Topic[Any], messages: Iterable[Message], patience: float = 30.0) -> int:
    """Append messages to a topic in the file `path`; return how many were new by their id.

    An instance that runs takes them in with its next pass: offsets are given inside a transaction, and
    nothing in the file depends on who wrote. Raises `StorageError` where the file is not there or cannot
    be written.
    """
    with writing_beside(path, patience) as writer:
        return sum(writer.write(topic.name, message.id, encode(message)) for message in messages)


@contextlib.contextmanager
def writing_beside(path: Path, patience: float = 30.0) -> Iterator[Writer]:
    """Run the block as one transaction, all or nothing."""
    with trouble.explained(path):
        if not path.exists():
            raise StorageError(f"{path} does not exist: check the path")
        inspect(path, patience)
        connection = sqlite3.connect(path, timeout=patience, isolation_level=None)
        with contextlib.closing(connection):
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("BEGIN IMMEDIATE")
            yield Writer(connection)
            connection.execute("COMMIT")
