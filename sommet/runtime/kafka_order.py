"""One lasting order for the messages of a topic with several partitions, for whoever follows it.

A follower keeps its place as one number, and partitions have no common one. So the order is written down:
`order.v1` is a topic of one partition whose records say, by topic, how far each partition goes next. Who
reads and finds messages without a place appends such a record, by time of writing, partition, offset. Two
who do so at once do not disturb each other: how far a partition goes only grows, so that the later record
adds what the earlier left, and all readers derive the same order. A place counts offsets, from 1.
"""

import heapq
import threading
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any

import msgspec

from sommet.errors import StorageError
from sommet.runtime.kafka_client import ANSWER, FAREWELL, Away, Cluster, explained
from sommet.runtime.kafka_reader import LONG_ENOUGH, Reader, ident
from sommet.runtime.log import Entry

ORDER = "order.v1"
AT_ONCE = 1_000
"""So many messages are put in order together."""


@dataclass(frozen=True, slots=True)
class Run:
    """Messages of one partition from offset `start` to before `end`, behind the place `before`."""

    before: int
    partition: int
    start: int
    end: int


@dataclass(slots=True)
class Course:
    """The order of one topic, as far as it is known."""

    runs: list[Run] = field(default_factory=list)
    ends: dict[int, int] = field(default_factory=dict)
    length: int = 0

    def extend(self, steps: Iterable[tuple[int, int]]) -> None:
        """Take in how far partitions go next; what does not go on from the known end adds nothing."""
        for partition, end in steps:
            start = self.ends.get(partition, 0)
            if end <= start:
                continue
            self.ends[partition] = end
            last = self.runs[-1] if self.runs else None
            if last is not None and last.partition == partition:
                self.runs[-1] = Run(last.before, partition, last.start, end)
            else:
                self.runs.append(Run(self.length, partition, start, end))
            self.length += end - start

    def page(self, after: int, limit: int) -> list[Run]:
        """Return runs behind a place, of at least `limit` offsets where there are as many."""
        found: list[Run] = []
        first = max(0, bisect_right(self.runs, after, key=lambda run: run.before) - 1)
        for run in self.runs[first:]:
            if limit <= 0:
                break
            skipped = max(0, after - run.before)
            if run.start + skipped < run.end:
                found.append(Run(run.before + skipped, run.partition, run.start + skipped, run.end))
                limit -= run.end - run.start - skipped
        return found

    def starts(self, partitions: Sequence[Any], after: int) -> dict[Any, int]:
        """Return the offset of the first message of each partition behind a place."""
        behind = {run.partition: run.start for run in reversed(self.page(after, max(0, self.length - after)))}
        return {one: behind.get(one.partition, self.ends.get(one.partition, 0)) for one in partitions}


class Order:
    """Reads topics of several partitions in their order, and writes it. Usable from several threads."""

    def __init__(self, cluster: Cluster, reader: Reader) -> None:
        self._cluster, self._reader = cluster, reader
        self._mutex = threading.Lock()
        self._courses: dict[str, Course] = {}
        self._next = 0
        self._producer: Any = None

    def read(self, topic: str, partitions: Sequence[Any], after: int, limit: int) -> list[Entry]:
        """Return up to `limit` messages behind a place, none where there are no more."""
        with self._mutex:
            course = self._courses.setdefault(topic, Course())
            if course.length - after < limit:
                self._catch_up()
            if course.length - after < limit and (
                steps := self._new(course, partitions, max(limit, AT_ONCE))
            ):
                self._append(topic, steps)
                self._catch_up()
            runs = course.page(after, limit)
        return [*islice(self._entries(partitions, runs, limit), limit)]

    def starts(self, topic: str, partitions: Sequence[Any], after: int) -> dict[Any, int]:
        """Return from which offset on the messages of each partition are behind a place; write nothing."""
        if len(partitions) == 1:
            return dict.fromkeys(partitions, after)
        with self._mutex:
            self._catch_up()
            return self._courses.setdefault(topic, Course()).starts(partitions, after)

    def close(self) -> None:
        """Disconnect."""
        if self._producer is not None:
            self._producer.close(FAREWELL / 1000)

    def _catch_up(self) -> None:
        """Learn what is written of the order."""
        (partition,) = self._reader.partitions([ORDER])[ORDER]
        for record in self._reader.all(partition, self._next):
            course = self._courses.setdefault(record.key.decode(), Course())
            course.extend(msgspec.json.decode(record.value, type=list[tuple[int, int]]))
            self._next = record.offset + 1

    def _new(self, course: Course, partitions: Sequence[Any], limit: int) -> list[tuple[int, int]]:
        """Return the order of messages that have no place yet."""
        heads = self._reader.heads(partitions)
        starts = {one: course.ends.get(one.partition, 0) for one in partitions}
        found = [
            self._reader.records(one, start, limit) for one, start in starts.items() if start < heads[one]
        ]
        merged = [*heapq.merge(*found, key=lambda r: (r.timestamp, r.partition, r.offset))][:limit]
        return [
            (partition, [*records][-1].offset + 1)
            for partition, records in groupby(merged, lambda record: record.partition)
        ]

    def _append(self, topic: str, steps: list[tuple[int, int]]) -> None:
        with explained(self._cluster):
            if self._producer is None:
                self._producer = self._cluster.producer()
            name = self._cluster.name(ORDER)
            self._producer.send(name, msgspec.json.encode(steps), topic.encode()).get(2 * ANSWER / 1000)

    def _entries(self, partitions: Sequence[Any], runs: Sequence[Run], limit: int) -> Iterable[Entry]:
        """Yield the messages of runs, up to the first that a page has no room for."""
        found: dict[int, Mapping[int, Any]] = {}
        ends: dict[int, int] = {}
        for number in {run.partition for run in runs}:
            mine = [run for run in runs if run.partition == number]
            records = self._between(partitions[number], mine[0].start, mine[-1].end, limit)
            found[number] = {record.offset: record for record in records}
            ends[number] = records[-1].offset + 1
        for run in runs:
            for offset in range(run.start, run.end):
                record = found[run.partition].get(offset)
                if record is not None:
                    yield Entry(run.before + 1 + offset - run.start, ident(record), record.value or b"")
            if run.end > ends[run.partition]:
                return

    def _between(self, partition: Any, start: int, end: int, limit: int) -> list[Any]:
        """Return up to `limit` records from `start`, at least one, fewer where they are large."""
        records = self._reader.records(partition, start, limit, LONG_ENOUGH)
        records = [record for record in records if record.offset < end]
        if not records:
            if self._reader.first(partition) < end <= self._reader.heads([partition])[partition]:
                raise Away(f"{partition.topic} gives no answer: is the cluster whole?")
            raise StorageError(f"{partition.topic} no longer has what stood there: it was cut or made anew")
        return records
