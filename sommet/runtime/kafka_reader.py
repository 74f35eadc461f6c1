"""Reads what is committed in the topics of a cluster, outside any consumer group.

A commit is acknowledged before its records can be seen: whoever reads up to the end waits for the
transactions that were open when it began.
"""

import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sommet import clock
from sommet.errors import StorageError
from sommet.runtime.dead_letters import DeadLetter
from sommet.runtime.kafka_client import ANSWER, FAREWELL, TRANSACTION, Away, Cluster, explained
from sommet.runtime.log import BATCH_BYTES, Entry

ID = "id"
"""The header that carries a message's id, so that it is known without decoding."""
SHORTLY = 2_000
"""Milliseconds to wait for an answer of a cluster that has given none."""
LONG_ENOUGH = 2 * TRANSACTION / 1000
"""Seconds after which no transaction of a dead member can be open."""


EVERYTHING = 2**31
"""More records than a page may have."""


class Reader:
    """Usable from several threads."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._mutex = threading.RLock()
        self._committed = cluster.consumer(isolation_level="read_committed")
        self._heads = cluster.consumer()
        self._known: dict[str, list[Any]] = {}
        self._groups: dict[str, Any] = {}
        self._gaps: dict[Any, tuple[int, int]] = {}  # marks of transactions between two offsets
        self._answered = True
        self._ahead: tuple[Any, list[Any]] = (None, 0), []  # what was fetched and not asked for, and whence

    def heads(self, wanted: Iterable[Any]) -> dict[Any, int]:
        """Return the offset behind the last record of each partition, finished or not.

        A client that gave no answer is replaced: after the loss of a node one may never find back.
        """
        wanted = sorted(wanted)
        give_up = clock.monotonic() + ANSWER / 1000
        with self._mutex, explained(self._cluster):
            if not self._answered:
                self._renew()
            if not self._heads.assignment().issuperset(wanted):
                self._heads.assign(sorted({*self._heads.assignment(), *wanted}))
            while True:
                wait, self._answered = ANSWER if self._answered else SHORTLY, False
                try:
                    found: dict[Any, int] = self._heads.end_offsets(wanted, wait)
                    self._answered = True
                except KeyError:  # the client has not yet heard of a new topic
                    if clock.monotonic() > give_up:
                        raise Away(f"Kafka has no answer about {wanted}: is the cluster whole?") from None
                    clock.sleep(0.02)
                else:
                    return found

    def records(self, partition: Any, start: int, limit: int, patience: float = 1.0) -> list[Any]:
        """Return up to `limit` committed records from offset `start`, fewer where they are large.

        An empty answer means that there are none before the end, or that an open transaction held them
        back for more than `patience` seconds.
        """
        return self._read(partition, start, limit, patience)[0]

    def all(self, partition: Any, start: int = 0) -> list[Any]:
        """Return all committed records from `start` to the present end.

        Raises `Away` where an open transaction holds them back for longer than one may last.
        """
        found: list[Any] = []
        end = self.heads([partition])[partition]
        while start < end:
            records, start = self._read(partition, start, 10_000, LONG_ENOUGH)
            found += [record for record in records if record.offset < end]
            if not records and start < end:
                self._answered = False
                raise Away(f"{partition.topic} is held back by a transaction that does not end")
        return found

    def first(self, partition: Any) -> int:
        """Return the offset of the first record that is still there."""
        with self._mutex, explained(self._cluster):
            found: dict[Any, int] = self._heads.beginning_offsets([partition], ANSWER)
            return found[partition]

    def partitions(self, topics: Iterable[str]) -> dict[str, list[Any]]:
        """Return the partitions of topics; raises `StorageError` where one does not exist."""
        wanted = set(topics)
        with self._mutex, explained(self._cluster):
            if wanted - self._known.keys():
                self._known |= self._cluster.partitions(wanted - self._known.keys())
            if missing := wanted - self._known.keys():
                raise StorageError(
                    f"the cluster has no topic {', '.join(sorted(missing))}: "
                    "create it with `sommet topics apply`, or check the prefix of the log"
                )
            known = {one for several in self._known.values() for one in several}
            for consumer in (self._heads, self._committed):
                if not known <= consumer.assignment():
                    consumer.assign(sorted(known | consumer.assignment()))
        return {name: self._known[name] for name in wanted}

    def committed(self, group: str, partition: Any) -> int:
        """Return the offset at which a group goes on in a partition."""
        with self._mutex, explained(self._cluster):
            if group not in self._groups:
                self._groups[group] = self._cluster.consumer(group_id=group)
            return self._groups[group].committed(partition, timeout_ms=ANSWER) or 0

    def close(self) -> None:
        """Disconnect."""
        with self._mutex:
            for consumer in (self._committed, self._heads, *self._groups.values()):
                consumer.close(timeout_ms=FAREWELL if self._answered else 0)

    def _renew(self) -> None:
        """Connect anew, in place of clients that gave no answer."""
        for consumer in (self._heads, self._committed):
            consumer.close(timeout_ms=0)
        cluster = replace(self._cluster, patience=SHORTLY / 1000)
        self._heads = cluster.consumer()
        self._committed = cluster.consumer(isolation_level="read_committed")
        self._ahead = (None, 0), []

    def _turn_to(self, partition: Any, start: int) -> None:
        """Fetch from here; the other partitions stay assigned, as a new assignment costs 0.1 s."""
        assigned = self._committed.assignment()
        if partition not in assigned:
            assigned = {*assigned, partition}
            self._committed.assign(sorted(assigned))
        self._committed.pause(*(assigned - {partition}))
        self._committed.resume(partition)
        self._committed.seek(partition, start)

    def _poll(self, partition: Any) -> list[Any]:
        """Return all that has come: of records left in the client, a partition paused by then never gets rid.

        It parks them, and takes them up again only where it has drained no other partition since.
        """
        polled = self._committed.poll(self._cluster.wait, max_records=EVERYTHING)
        found: list[Any] = polled.get(partition, [])
        return found

    def _read(self, partition: Any, start: int, limit: int, patience: float) -> tuple[list[Any], int]:
        """Return records and the offset behind them, and behind the marks of transactions after them."""
        with self._mutex, explained(self._cluster):
            if start == self._gaps.get(partition, (-1, 0))[0]:
                start = self._gaps[partition][1]
            whence, found = self._ahead
            if whence != (partition, start):
                found = []
            position = found[-1].offset + 1 if found else start
            if len(found) < limit and (end := self.heads([partition])[partition]) > position:
                self._turn_to(partition, position)
                give_up = clock.monotonic() + patience
                while position < end and len(found) < limit and _fits(found):
                    polled = self._poll(partition)
                    found += polled
                    position = self._committed.position(partition, timeout_ms=ANSWER) or position
                    if not polled and clock.monotonic() > give_up:
                        break
            taken = _cut(found, limit)
            behind = position if len(taken) == len(found) else taken[-1].offset + 1
            self._ahead = (partition, behind), found[len(taken) :]
            self._gaps[partition] = (taken[-1].offset + 1 if taken else start, behind)
        return taken, behind


def _fits(records: list[Any]) -> bool:
    return sum(len(record.value or b"") for record in records) < BATCH_BYTES


def _cut(records: list[Any], limit: int) -> list[Any]:
    """Return as many of the first records as a page has room for."""
    room = BATCH_BYTES
    for number, record in enumerate(records[:limit]):
        if room <= 0:
            return records[:number]
        room -= len(record.value or b"")
    return records[:limit]


def entry(record: Any) -> Entry:
    """Return a record as the stages know it; offsets count from 1, as in the embedded log."""
    return Entry(record.offset + 1, ident(record), record.value or b"")


def ident(record: Any) -> str:
    """Return a message's id; one that another program wrote is named by its place."""
    for name, value in record.headers:
        if name == ID:
            text: str = value.decode("utf-8", "backslashreplace")
            return text
    return f"{record.topic}/{record.partition}/{record.offset}"


def letter(record: Any) -> DeadLetter:
    """Return a record of the topic of dead letters as such; its number is its offset, counted from 1."""
    said = {name: value.decode("utf-8", "backslashreplace") for name, value in record.headers}
    return DeadLetter(
        stage=said["stage"],
        topic=said["topic"],
        offset=int(said["offset"]),
        id=said["id"],
        reason=said["reason"],
        payload=record.value or b"",
        number=record.offset + 1,
        partition=int(said["partition"]),
    )


def headers(**values: str | int) -> list[tuple[str, bytes]]:
    """Return headers of a record."""
    return [(name, str(value).encode()) for name, value in values.items()]
