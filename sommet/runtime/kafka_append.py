"""Writes what producers bring to the topics of a cluster, each id once."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from schemas.envelope import Message
from schemas.topics import Topic
from sommet.runtime.crash import crash_point
from sommet.runtime.kafka_changelog import REMEMBERED, Recent
from sommet.runtime.kafka_client import FAREWELL, Cluster, explained
from sommet.runtime.kafka_reader import ID, Reader, ident
from sommet.runtime.log import Routes, checked

IN_FLIGHT = 2_000
"""So many messages are sent before their acknowledgement is awaited: the client itself sets no bound."""


class Appender:
    """Knows the last ids of a topic by reading its end before it writes. Usable from several threads."""

    def __init__(
        self,
        cluster: Cluster,
        reader: Reader,
        routes: Routes,
        versions: tuple[str, str],
        partitions: Mapping[str, Sequence[Any]],
    ) -> None:
        self._cluster, self._reader, self._routes, self._versions = cluster, reader, routes, versions
        self._partitions = partitions
        self._mutex = threading.Lock()
        self._recent: dict[Any, Recent] = {}
        self._read: dict[Any, int] = {}
        self._producer: Any = None

    def append(self, messages: Iterable[Message]) -> int:
        """Write messages; return how many were new by their id."""
        ready: dict[str, dict[str, tuple[bytes, bytes]]] = {}
        for message in messages:
            topic, name, payload = checked(message, self._routes, self._versions)
            rows = ready.setdefault(topic.name, {})
            rows.setdefault(name, (_key(topic, message), payload))
        if not ready:
            return 0
        with self._mutex:
            crash_point("append", "begin")
            return sum(self._write(topic, rows) for topic, rows in ready.items())

    def close(self) -> None:
        """Disconnect."""
        if self._producer is not None:
            self._producer.close(FAREWELL / 1000)

    def _write(self, topic: str, rows: Mapping[str, tuple[bytes, bytes]]) -> int:
        for partition in self._partitions[topic]:
            self._catch_up(partition)
        known = [self._recent[partition] for partition in self._partitions[topic]]
        new = [name for name in rows if not any(name in recent for recent in known)]
        for start in range(0, len(new), IN_FLIGHT):
            self._send(topic, [(name, *rows[name]) for name in new[start : start + IN_FLIGHT]])
        return len(new)

    def _send(self, topic: str, rows: Sequence[tuple[str, bytes, bytes]]) -> None:
        with explained(self._cluster):
            if self._producer is None:
                self._producer = self._cluster.producer()
            crash_point("append", "write")
            sent = [
                self._producer.send(self._cluster.name(topic), payload, key, [(ID, name.encode())])
                for name, key, payload in rows
            ]
            self._producer.flush()
            crash_point("append", "committed")
            places: dict[int, list[int]] = {}
            for one, (name, _, _) in zip(sent, rows, strict=True):
                done = one.get()
                places.setdefault(done.partition, []).append(done.offset)
                self._recent[self._partitions[topic][done.partition]].add(name)
        for number, offsets in places.items():
            partition = self._partitions[topic][number]
            if self._read[partition] == offsets[0] and offsets[-1] - offsets[0] == len(offsets) - 1:
                self._read[partition] = offsets[-1] + 1  # nobody else wrote between: no need to read it

    def _catch_up(self, partition: Any) -> None:
        """Learn the ids that others have written."""
        recent = self._recent.setdefault(partition, Recent())
        start = self._read.get(partition)
        if start is None:
            start = max(0, self._reader.heads([partition])[partition] - REMEMBERED)
        for record in (records := self._reader.all(partition, start)):
            recent.add(ident(record))
        recent.stored()
        self._read[partition] = max(start, records[-1].offset + 1 if records else 0)


def _key(topic: Topic[Any], message: Message) -> bytes:
    return topic.key(message).encode()
