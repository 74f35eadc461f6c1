"""The replay driver: a stored topic once more through the stages, into a fresh file.

Same inputs, same stages, same versions: byte-identical outputs. The source is only read, and may be in
use by a running instance. No clock is read: where the wall clock once moved an idle partition, the
source says so, and the replay repeats it; `until` adds a last one at the end.

With `since`, what the stages remember begins empty at that date: an event known before is not known.
"""

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from schemas.topics import TOPICS, Topic
from sommet.errors import StorageError
from sommet.runtime import tables
from sommet.runtime.database import Database, Reader
from sommet.runtime.dead_letters import Brake
from sommet.runtime.embedded import Embedded
from sommet.runtime.log import RETRIED, Entry, Poison, Writer, opened, page
from sommet.runtime.turn import Ticks
from sommet.stage import Observer, Stage

PAGE = 1000


@contextlib.contextmanager
def replay(
    source: Path,
    topic: Topic[Any],
    stages: Sequence[Stage[Any]],
    *,
    since: datetime | None = None,
    before: datetime | None = None,
    until: datetime | None = None,
    into: Path | None = None,
    workers: int = 0,
    observer: Observer | None = None,
    batch: int = 100,
    versions: tuple[str, str] = ("", ""),
    brake: Brake | None = Brake(),  # noqa: B008 - frozen
    topics: Sequence[Topic[Any]] = tuple(TOPICS.values()),
    begun: Callable[[int], object] | None = None,
    ahead: tuple[Topic[Any], Callable[[Any], bool]] | None = None,
) -> Iterator[Embedded]:
    """Run `stages` over the messages of `topic` in the file `source`, and hand over what came of it.

    `since` leaves out messages whose `at` is earlier, `before` those whose `at` is no earlier. `into` is
    where the new file goes; without it, it is gone after the block. `begun` is told how many messages
    there are before the first goes through. `ahead` names a topic and which of its messages people wrote:
    no stage makes them again, so they are copied ahead of all others. Raises `StorageError` when
    `source` cannot be read or `into` exists.
    """
    with contextlib.ExitStack() as stack:
        if into is None:
            into = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "replay.sqlite"
        elif into.exists():
            raise StorageError(f"{into} exists: a replay needs a new file, choose another path")
        with Reader(source) as reader, Database(into) as database:
            reader.hold()
            if ahead and ahead[0].name != topic.name:
                copy(reader, database, ahead[0], wanted=ahead[1])
            messages = copy(reader, database, topic, since, before)
            ticks = _ticks(reader, before)
        if begun:
            begun(messages)
        embedded = Embedded(
            into, stages, workers=workers, observer=observer, batch=batch, versions=versions,
            brake=brake, topics=topics, ticks=ticks,
        )  # fmt: skip
        stack.enter_context(embedded)
        embedded.run_until_idle(until) if until else embedded.drain()
        yield embedded


def copy(
    reader: Reader,
    database: Database,
    topic: Topic[Any],
    since: datetime | None = None,
    before: datetime | None = None,
    *,
    wanted: Callable[[Any], bool] | None = None,
) -> int:
    """Copy the messages of `topic`, as they stand, in their order; return how many.

    What was put back for a stage stands there twice and is copied where it stood first.
    """
    after = copied = 0
    while True:
        with reader.reading() as connection:
            entries = page(connection, topic.name, after, PAGE)
        if not entries:
            return copied
        after = entries[-1].offset
        with database.transaction() as connection:
            writer = Writer(connection)
            for entry in entries:
                if entry.id.startswith(RETRIED):
                    continue
                within = _is_within(entry, topic, since, before)
                if within and (wanted is None or _is(entry, topic, wanted)):
                    copied += writer.write(topic.name, entry.id, entry.payload)


def _is_within(entry: Entry, topic: Topic[Any], since: datetime | None, before: datetime | None) -> bool:
    """Say whether a message is of that time; poison has no date and is kept, to be rejected again."""
    if since is None and before is None:
        return True
    try:
        at: datetime = opened(entry, topic.type).at
    except Poison:
        return True
    return (since is None or at >= since) and (before is None or at < before)


def _is(entry: Entry, topic: Topic[Any], wanted: Callable[[Any], bool]) -> bool:
    try:
        return wanted(opened(entry, topic.type))
    except Poison:
        return False


def _ticks(reader: Reader, before: datetime | None) -> Ticks:
    """Return what the wall clock did, as long as it was earlier than `before`."""
    return {
        behind: [tick for tick in ticks if before is None or tick.at < before]
        for behind, ticks in tables.ticks(reader).items()
    }
