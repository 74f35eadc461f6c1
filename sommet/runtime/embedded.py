"""The embedded driver: one process, one SQLite file, one transaction per batch.

The log, the state, the timers, the positions and the dead letters live in the same file, so that a
batch's outputs, what it changed and how far it came are written together or not at all. Each topic is
one partition. A topic that two stages write has no fixed order between them; the pipeline has none.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from schemas.envelope import Message
from schemas.topics import TOPICS, Topic
from sommet import clock
from sommet.errors import SommetError
from sommet.runtime import tables
from sommet.runtime.crash import crash_point
from sommet.runtime.database import Database
from sommet.runtime.dead_letters import Brake, DeadLetter
from sommet.runtime.failures import StageFailed, raise_first
from sommet.runtime.log import HEAD, Routes, Writer, checked, page, readable
from sommet.runtime.standing import Standing, standings
from sommet.runtime.turn import Partition, Ticks, Turn, tell
from sommet.runtime.workers import Workers, elsewhere
from sommet.stage import Observer, Stage

M = TypeVar("M", bound=Message)


class Embedded:
    """Runs `stages`, in this order, over the log in the file `path`; a context manager.

    `workers` processes make the steps of stateless stages (0: none, all in this process). `batch` is
    how many messages share a transaction, `versions` are those of code and knowledge that outputs are
    stamped with. `brake` None lets a stage reject without limit. `patience` is in seconds. `topics` are
    those that `append` may write beside the stages' own. `ticks` are given by a replay. The observer is
    told of a timer as of a message that is nothing but an envelope, with the timer's id and cause.

    Raises `StorageError` when the file cannot be used or another instance uses it.
    """

    def __init__(
        self,
        path: Path,
        stages: Sequence[Stage[Any]],
        *,
        workers: int = 0,
        observer: Observer | None = None,
        now: Callable[[], datetime] = clock.now,
        batch: int = 100,
        versions: tuple[str, str] = ("", ""),
        brake: Brake | None = Brake(),  # noqa: B008 - frozen
        patience: float = 30.0,
        topics: Iterable[Topic[Any]] = tuple(TOPICS.values()),
        ticks: Ticks | None = None,
    ) -> None:
        self._stages = {stage.name: stage for stage in stages}
        if len(self._stages) != len(stages):
            raise SommetError("two stages have the same name: give each its own")
        every = [*topics, *(topic for stage in stages for topic in (stage.source, *stage.sinks))]
        self._routes = Routes(every, "the log")
        self._observer, self._now, self._batch = observer, now, batch
        self._versions, self._brake, self._ticks = versions, brake, ticks or {}
        self._workers = Workers(stages, workers) if workers else None
        self._partitions: dict[str, Partition] = {}
        self._database = Database(path, patience=patience)

    def append(self, messages: Iterable[Message]) -> int:
        """Write messages to the topics of their types, all or none; return how many were new by their id.

        A message must have an id and an `at` with a time zone; `SommetError` otherwise.
        """
        ready = [checked(message, self._routes, self._versions) for message in messages]
        if not ready:
            return 0
        crash_point("append", "begin")
        with self._database.transaction() as connection:
            writer = Writer(connection)
            crash_point("append", "write")
            new = sum(writer.write(topic.name, ident, payload) for topic, ident, payload in ready)
            crash_point("append", "commit")
        crash_point("append", "committed")
        return new

    def read(self, topic: Topic[M], after: int, limit: int = 1000) -> list[tuple[int, M]]:
        """Return up to `limit` messages of `topic` behind offset `after`, with their offsets.

        Large messages come in smaller numbers; only an empty answer is the end of the topic. Bytes that
        are no message of its type are passed over.
        """
        found: list[tuple[int, M]] = []
        while not found:
            with self._database.reading() as connection:
                entries = page(connection, topic.name, after, limit)
            if not entries:
                break
            found = list(readable(entries, topic.type))
            after = entries[-1].offset
        return found

    def identity(self) -> str:
        """Return the id that was made with the file."""
        return self._database.identity()

    def run_until_idle(self, now: datetime | None = None) -> int:
        """Run all stages until nothing is left; return how many messages were taken.

        Then timers that the wall clock `now` has passed are fired, and what follows from them is run.
        A stage that fails stops, the others go on; its `StageFailed` is raised at the end.
        """
        wall = now or self._now()
        failures: dict[str, StageFailed] = {}
        taken = 0
        while (moved := self._pass(failures)) or self._ring(wall, failures):
            taken += moved
        raise_first(failures)
        return taken

    def drain(self) -> int:
        """Run all stages until no message is left, as `run_until_idle`, but with no regard to any clock."""
        failures: dict[str, StageFailed] = {}
        taken = 0
        while moved := self._pass(failures):
            taken += moved
        raise_first(failures)
        return taken

    def lag(self) -> dict[str, int]:
        """Return for each stage how many messages wait in its source."""
        return {name: self._waiting(self._partition(stage)) for name, stage in self._stages.items()}

    def standings(self) -> list[Standing]:
        """Return where each stage stands. May be called from another thread."""
        return standings(self._database, {name: stage.source.name for name, stage in self._stages.items()})

    def unready(self) -> str:
        """Return why the stages cannot work yet: never, once the file is open."""
        return ""

    def state(self, stage: str) -> Mapping[str, bytes]:
        """Return a copy of a stage's committed state, ordered by key."""
        return dict(self._database.rows("SELECT key, value FROM state WHERE stage = ? ORDER BY key", stage))

    def dead_letters(self, stage: str = "", after: int = 0, limit: int = 1000) -> list[DeadLetter]:
        """Return dead letters of `stage`, or of all, whose number is greater than `after`."""
        return tables.letters(self._database, stage, after, limit)

    def dead_letter(self, number: int) -> DeadLetter | None:
        """Return one dead letter."""
        found = tables.letters(self._database, "", number - 1, 1)
        return found[0] if found and found[0].number == number else None

    def close(self) -> None:
        """End the workers and close the file."""
        if self._workers:
            self._workers.close()
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _pass(self, failures: dict[str, StageFailed]) -> int:
        """Give each stage that has not failed one batch; return how many messages were taken."""
        return sum(
            self._advance(stage, failures) for name, stage in self._stages.items() if name not in failures
        )

    def _advance(self, stage: Stage[Any], failures: dict[str, StageFailed]) -> int:
        partition = self._partition(stage)
        with self._database.reading() as connection:
            entries = page(connection, stage.source.name, partition.offset, self._batch)
        if not entries:
            return 0
        return self._take(
            partition, failures, lambda turn: turn.consume(entries, elsewhere(self._workers, stage, entries))
        ).messages

    def _ring(self, wall: datetime, failures: dict[str, StageFailed]) -> bool:
        """Let the wall clock pass on idle partitions, in order, until one has done something.

        Where a stage has failed, history may be stuck before it: what is held for it stays held.
        """
        for name, stage in self._stages.items():
            partition = self._partition(stage)
            if name in failures or not partition.timers:
                continue
            if self._waiting(partition):
                return True
            turn = self._take(
                partition, failures, lambda turn: turn.tick(wall, release=not failures, limit=self._batch)
            )
            if turn.ticked:
                return True
        return False

    def _take(
        self, partition: Partition, failures: dict[str, StageFailed], act: Callable[[Turn], None]
    ) -> Turn:
        """Make a turn and commit it; of one that fails, what was finished before the failure."""
        name = partition.stage.name
        turn = Turn(partition, tables.overlay(self._database, name), self._versions, self._ticks)
        try:
            try:
                act(turn)
            except StageFailed as exc:
                failures[name] = exc
            if turn.changed:
                self._commit(turn)
        except BaseException:
            del self._partitions[name]  # it is ahead of the file: read it again
            raise
        return turn

    def _commit(self, turn: Turn) -> None:
        partition = turn.partition
        name = partition.stage.name
        crash_point(name, "begin")
        with self._database.transaction() as connection:
            crash_point(name, "outputs")
            writer = Writer(connection)
            fresh = {
                id(output)
                for output in turn.outputs
                if writer.write(output.topic, output.message.id, output.payload)
            }
            crash_point(name, "state")
            tables.save_state(connection, name, turn.state.changes)
            crash_point(name, "timers")
            tables.save_timers(connection, name, partition.timers.changes)
            crash_point(name, "letters")
            tables.save_letters(connection, turn.letters)
            crash_point(name, "position")
            tables.save_position(connection, turn)
            crash_point(name, "commit")
        crash_point(name, "committed")
        partition.timers.changes.clear()
        partition.offset, partition.last = turn.offset, turn.last
        tell(self._observer, turn, fresh)

    def _partition(self, stage: Stage[Any]) -> Partition:
        if stage.name not in self._partitions:
            self._partitions[stage.name] = tables.partition(self._database, stage, self._brake)
        return self._partitions[stage.name]

    def _waiting(self, partition: Partition) -> int:
        head: int = self._database.value(HEAD, partition.stage.source.name)
        return head - partition.offset
