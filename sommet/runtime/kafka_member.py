"""One member of a stage's consumer group: takes batches, commits each as one transaction.

Outputs, changes of the state and timers (to the changelog), dead letters, ticks and the position go into
the transaction together. Whatever goes wrong on the way to its end, the transaction is given up, all that
is remembered of the partitions is dropped, and they are taken up again from what is committed.
"""

import contextlib
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

import kafka
import structlog
from kafka.errors import CommitFailedError, FencedInstanceIdError, KafkaError
from kafka.structs import OffsetAndMetadata

from sommet.errors import StorageError
from sommet.runtime.crash import crash_point
from sommet.runtime.dead_letters import Brake
from sommet.runtime.failures import StageFailed
from sommet.runtime.kafka_changelog import Memory, restored
from sommet.runtime.kafka_client import FAREWELL, Cluster, away, explained
from sommet.runtime.kafka_group import COMING, Group
from sommet.runtime.kafka_producer import ABORTING, arrived, ended, in_time
from sommet.runtime.kafka_reader import ID, Reader, entry, headers
from sommet.runtime.log import BATCH_BYTES, Entry
from sommet.runtime.state import Overlay
from sommet.runtime.turn import Output, Turn, tell
from sommet.runtime.workers import Workers, elsewhere
from sommet.stage import Observer, Stage

DEAD_LETTERS = "dead-letters.v1"
TICKS = "ticks.v1"
CHANGELOG = "{stage}.changelog.v1"
SETBACKS = 5
"""So many batches in a row may be given up before the member does."""

STARVED = 45_000 // COMING
"""So many polls in a row may bring nothing where something is: for longer than a transaction may last."""

_log = structlog.get_logger()
_numbers = count()


@dataclass(frozen=True, slots=True)
class Terms:
    """What the members of a driver have in common. `member` makes them static members of that name."""

    batch: int = 100
    versions: tuple[str, str] = ("", "")
    brake: Brake | None = None
    observer: Observer | None = None
    member: str = ""


class Member:
    """Runs one stage on those partitions that its group gives it. For one thread."""

    def __init__(
        self, stage: Stage[Any], cluster: Cluster, reader: Reader, terms: Terms, workers: Workers | None
    ) -> None:
        self.stage = stage
        self._cluster, self._reader, self._terms, self._workers = cluster, reader, terms, workers
        self._source = cluster.name(stage.source.name)
        self._changelog = cluster.name(CHANGELOG.format(stage=stage.name))
        self._memories: dict[Any, Memory] = {}
        self._setbacks = 0
        name = terms.member or f"{socket.gethostname()}-{os.getpid()}-{next(_numbers)}"
        self._transactional_id = cluster.name(f"{stage.name}.{name}")
        self._producer: Any = None
        self._astray = True
        self._empty = 0
        self._group = self._grouped()

    @property
    def partitions(self) -> list[Any]:
        """The partitions of the source that this member has."""
        return [] if self._astray else self._group.partitions

    def unready(self) -> str:
        """Return why this member cannot work yet; without a partition it stands by, ready to take over."""
        if not self._group.joined:
            return f"{self.stage.name} has not heard from its group"
        held = self.partitions
        missing = sum(partition not in self._memories for partition in held)
        return f"{self.stage.name} has {missing} of {len(held)} partitions to restore" if missing else ""

    def start(self) -> None:
        """Ask to join the group."""
        self._group.start()

    def ready(self) -> bool:
        """Be in place; say whether the group has spoken, be it that there is nothing to do here.

        Raises `StorageError` where another process has taken this member's name.
        """
        with explained(self._cluster):
            try:
                if not self._group.joined:
                    self._connect()  # what a dead member of its name left open is ended, and held by nobody
                heard = self._group.heard()
                if not self._group.moving:
                    self._find_back()
            except FencedInstanceIdError as exc:
                raise StorageError(
                    f"stage {self.stage.name}: another process is member {self._terms.member!r}; "
                    "give each a name of its own"
                ) from exc
        return heard

    def behind(self, partition: Any) -> int:
        """Return the offset behind all that was taken and all marks of transactions after it."""
        return self._group.position(partition)

    def memory(self, partition: Any) -> Memory:
        """Return what is remembered of a partition, restored where it is not at hand."""
        if partition not in self._memories:
            changelog = kafka.TopicPartition(self._changelog, partition.partition)
            self._memories[partition] = restored(self.stage, self._reader.all(changelog), self._terms.brake)
        return self._memories[partition]

    def take(self) -> int:
        """Take what has come, at most a batch, after a wait where nothing has; return how many messages.

        Raises `StageFailed` where the stage stops; what was finished before is committed.
        """
        polled = self._group.poll(self._terms.batch)
        self._empty = 0 if polled else self._empty + 1
        if self._empty > STARVED:
            self._begin_anew()
        taken = 0
        while polled and not self._astray:  # of a batch that was given up, all partitions begin again
            partition, records = polled.popitem()
            records = self._cut(partition, records)
            try:
                taken += self._batch(partition, records)
            except StageFailed:
                self._group.back(polled)
                raise
            except BaseException:
                self._give_up()
                raise
        return taken

    def tick(self, partition: Any, wall: datetime, *, release: bool) -> bool:
        """Let the wall clock pass on an idle partition; say whether to look again."""
        limit = self._terms.batch
        turn = self._turn(partition, lambda turn: turn.tick(wall, release=release, limit=limit))
        return bool(turn.ticked) or self._astray

    def close(self) -> None:
        """Leave the group and disconnect."""
        self._group.close()
        if self._producer is not None:
            ended(self._producer, FAREWELL / 1000)

    def _cut(self, partition: Any, records: list[Any]) -> list[Any]:
        """Return as many records as a batch may have bytes; the others come again."""
        room = BATCH_BYTES
        for number, record in enumerate(records):
            if room <= 0:
                self._group.consumer.seek(partition, record.offset)
                return records[:number]
            room -= len(record.value or b"")
        return records

    def _batch(self, partition: Any, records: list[Any]) -> int:
        taken = self.memory(partition).taken
        entries: dict[str, Entry] = {}
        for one in map(entry, records):
            if one.id not in taken:  # the log may have it twice, the stage takes it once
                entries.setdefault(one.id, one)
        found = [*entries.values()]

        def act(turn: Turn) -> None:
            if found:
                turn.consume(found, elsewhere(self._workers, self.stage, found))

        return self._turn(partition, act, found, skipped=len(found) < len(records)).messages

    def _turn(
        self,
        partition: Any,
        act: Callable[[Turn], None],
        entries: Sequence[Entry] = (),
        *,
        skipped: bool = False,
    ) -> Turn:
        """Make a turn over `entries` and commit it; of one that fails, what was finished before."""
        memory = self.memory(partition)
        position = self.behind(partition)
        turn = Turn(memory.partition, Overlay(memory.state.get, memory.state.keys), self._terms.versions)
        try:
            try:
                act(turn)
            except StageFailed:
                if turn.messages < len(entries):
                    position = entries[turn.messages].offset - 1
                    self._group.consumer.seek(partition, position)
                self._finish(partition, memory, turn, entries[: turn.messages], position)
                raise
            self._finish(partition, memory, turn, entries, position, skipped=skipped)
        except StageFailed:
            raise
        except BaseException:
            self._give_up()
            raise
        return turn

    def _finish(
        self,
        partition: Any,
        memory: Memory,
        turn: Turn,
        entries: Sequence[Entry],
        position: int,
        *,
        skipped: bool = False,
    ) -> None:
        """Commit what a turn has done, and tell it; a transaction that is given up is made again later."""
        if not turn.changed and not skipped:
            return
        for one in entries:
            memory.taken.add(one.id)
        fresh = memory.fresh(turn)
        try:
            self._commit(partition, memory, turn, fresh, position)
        except KafkaError as exc:
            self._give_up()
            if away(exc):
                with explained(self._cluster):
                    raise
            self._setbacks += 1
            _log.warning("batch_given_up", stage=self.stage.name, reason=f"{type(exc).__name__}: {exc}")
            if self._setbacks >= SETBACKS:
                raise StorageError(
                    f"stage {self.stage.name}: {SETBACKS} batches in a row could not be committed ({exc})"
                ) from exc
            turn.ticked.clear()
            turn.messages = 0
            return
        self._setbacks = 0
        memory.committed(turn)
        tell(self._terms.observer, turn, {id(output) for output in fresh})

    def _commit(
        self, partition: Any, memory: Memory, turn: Turn, fresh: Sequence[Output], position: int
    ) -> None:
        name, producer, number = self.stage.name, self._producer, partition.partition
        if self._group.metadata.generation_id < 0:  # the cluster would take it from anybody
            raise CommitFailedError(f"the member of {name} is in no group")
        named = self._cluster.name
        crash_point(name, "begin")
        producer.begin_transaction()
        crash_point(name, "outputs")
        sent = []
        for output in fresh:
            topic = memory.partition.sinks.find(output.message)
            key = topic.key(output.message).encode()
            sent.append(producer.send(named(output.topic), output.payload, key, _id(output.message.id)))
        crash_point(name, "state")
        for key, value in memory.changes(turn):
            sent.append(producer.send(self._changelog, value, key, partition=number))
        crash_point(name, "letters")
        for x in turn.letters:
            origin = headers(stage=x.stage, topic=x.topic, partition=number, offset=x.offset, reason=x.reason)
            sent.append(producer.send(named(DEAD_LETTERS), x.payload, headers=[*_id(x.id), *origin]))
        for tick in turn.ticked:
            moved = headers(stage=name, partition=number, at=tick.at.isoformat(), release=int(tick.release))
            sent.append(producer.send(named(TICKS), b"", headers=[*_id(tick.id), *moved]))
        crash_point(name, "position")
        offsets = {partition: OffsetAndMetadata(position, "", -1)}

        def end() -> None:
            producer.send_offsets_to_transaction(offsets, self._group.metadata)
            arrived(producer, sent)
            crash_point(name, "commit")
            producer.commit_transaction()

        in_time(end)
        crash_point(name, "committed")

    def _give_up(self) -> None:
        """Drop what is remembered and the transaction, whatever became of it."""
        self._memories.clear()
        self._astray = True
        if self._producer is not None:
            with contextlib.suppress(KafkaError):  # an open one would hold back what is committed
                in_time(self._producer.abort_transaction, ABORTING)
            ended(self._producer)
            self._producer = None

    def _grouped(self) -> Group:
        name = self._cluster.name(self.stage.name)
        return Group(self._cluster, name, self._source, self._terms.member, self._memories)

    def _begin_anew(self) -> None:
        """Connect and join anew: a client that has lost a node may never fetch from its heir."""
        self._empty = 0
        before, self._group = self._group, self._grouped()
        self._give_up()
        before.close()
        self._group.start()

    def _find_back(self) -> None:
        """Have a producer, and go on in every partition where the last transaction ended."""
        if self._astray or self._group.lost:
            if self._producer is None:
                if self._terms.member:
                    self._group.ask_whether_replaced()
                self._connect()
            self._group.back_to_committed()
            self._astray = False

    def _connect(self) -> None:
        """Have a producer; that ends what this member, or a dead one of its name, left open."""
        if self._producer is None:
            producer = self._cluster.transactional(self._transactional_id)
            try:
                producer.init_transactions()
            except BaseException:
                ended(producer)
                raise
            self._producer = producer


def _id(ident: str) -> list[tuple[str, bytes]]:
    return [(ID, ident.encode())]
