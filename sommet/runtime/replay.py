"""The replay driver: a stored topic once more through the stages, into a fresh file.

Same inputs, same stages, same versions: byte-identical outputs. The source is only read, and may be in
use by a running instance. No clock is read: where the wall clock once moved an idle partition, the
source says so, and the replay repeats it; `until` adds a last one at the end.
"""

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from schemas.topics import TOPICS, Topic
from sommet.errors import StorageError
from sommet.runtime import tables
from sommet.runtime.database import Database, Reader
from sommet.runtime.dead_letters import Brake
from sommet.runtime.embedded import Embedded
from sommet.runtime.log import Entry, Poison, Writer, opened, page
from sommet.stage import Observer, Stage

PAGE = 1000


@contextlib.contextmanager
def replay(
    source: Path,
    topic: Topic[Any],
    stages: Sequence[Stage[Any]],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    into: Path | None = None,
    workers: int = 0,
    observer: Observer | None = None,
    batch: int = 100,
    versions: tuple[str, str] = ("", ""),
    brake: Brake | None = Brake(),  # noqa: B008 - frozen
    topics: Sequence[Topic[Any]] = tuple(TOPICS.values()),
) -> Iterator[Embedded]:
    """Run `stages` over the messages of `topic` in the file `source`, and hand over what came of it.

    `since` leaves out messages whose `at` is earlier. `into` is where the new file goes; without it, it
    is gone after the block. Raises `StorageError` when `source` cannot be read or `into` exists.
    """
    with contextlib.ExitStack() as stack:
        if into is None:
            into = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "replay.sqlite"
        elif into.exists():
            raise StorageError(f"{into} exists: a replay needs a new file, choose another path")
        reader = stack.enter_context(Reader(source))
        with Database(into) as database:
            copy(reader, database, topic, since)
        embedded = Embedded(
            into, stages, workers=workers, observer=observer, batch=batch, versions=versions,
            brake=brake, topics=topics, ticks=tables.ticks(reader),
        )  # fmt: skip
        stack.enter_context(embedded)
        embedded.run_until_idle(until) if until else embedded.drain()
        yield embedded


def copy(reader: Reader, database: Database, topic: Topic[Any], since: datetime | None) -> None:
    """Copy the messages of `topic`, as they stand, in their order."""
    after = 0
    while True:
        with reader.reading() as connection:
            entries = page(connection, topic.name, after, PAGE)
        if not entries:
            return
        after = entries[-1].offset
        with database.transaction() as connection:
            writer = Writer(connection)
            for entry in entries:
                if since is None or _is_since(entry, topic, since):
                    writer.write(topic.name, entry.id, entry.payload)


def _is_since(entry: Entry, topic: Topic[Any], since: datetime) -> bool:
    """Say whether a message is of `since` or later; poison has no date and is kept, to be rejected again."""
    try:
        return bool(opened(entry, topic.type).at >= since)
    except Poison:
        return True
