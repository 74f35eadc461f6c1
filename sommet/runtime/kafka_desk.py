"""The dead letters of a log on Kafka, and what people do with them."""

import contextlib
from typing import Any

import msgspec
from kafka.errors import InvalidProducerEpochError, KafkaError, ProducerFencedError

from schemas.envelope import decode, encode
from schemas.letters import Settled
from schemas.topics import SETTLED, TOPICS
from sommet.errors import SommetError
from sommet.runtime.dead_letters import DeadLetter
from sommet.runtime.desk import again, by_number
from sommet.runtime.kafka_client import FAREWELL, Cluster, explained
from sommet.runtime.kafka_member import DEAD_LETTERS
from sommet.runtime.kafka_producer import arrived, ended, in_time
from sommet.runtime.kafka_reader import ID, Reader, entry, letter
from sommet.runtime.kafka_topics import creation
from sommet.runtime.log import readable

FENCED = (ProducerFencedError, InvalidProducerEpochError)
"""What a producer is told whose transactional id another one has taken."""


class KafkaDesk:
    """The desk of a log on a cluster. Two who settle at once have one transactional id: one is refused."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def letters(self) -> list[DeadLetter]:
        """Return all dead letters. Raises `StorageError` where the log is not there."""
        with contextlib.closing(Reader(self._cluster)) as reader:
            (partition,) = reader.partitions([DEAD_LETTERS])[DEAD_LETTERS]
            return [letter(record) for record in reader.all(partition)]

    def settled(self) -> dict[int, Settled]:
        """Return what was decided."""
        if not self._cluster.partitions([SETTLED.name]):  # a log of an older release
            return {}
        with contextlib.closing(Reader(self._cluster)) as reader:
            partitions = reader.partitions([SETTLED.name])[SETTLED.name]
            records = [record for partition in partitions for record in reader.all(partition)]
        return by_number(ruling for _, ruling in readable(map(entry, records), Settled))

    def settle(self, letter: DeadLetter, ruling: Settled) -> bool:
        """Note what was decided and do it in one transaction.

        Raises `SommetError` where somebody else settles a letter at the same moment.
        """
        self._cluster.create(creation([SETTLED.name], 1))
        try:
            return self._settle(letter, ruling)
        except KafkaError as exc:
            if any(isinstance(one, FENCED) for one in (exc, *exc.args)):  # the client wraps it at times
                raise SommetError("somebody else deals with dead letters at this moment; try again") from exc
            with explained(self._cluster):
                raise

    def _settle(self, letter: DeadLetter, ruling: Settled) -> bool:
        named = self._cluster.name
        producer = self._cluster.transactional(named("dead-letters"))
        try:
            producer.init_transactions()  # from here on nobody else who settles can commit
            if letter.number in self.settled():
                return False
            producer.begin_transaction()
            header = [(ID, ruling.id.encode())]
            sent = [producer.send(named(SETTLED.name), encode(ruling), SETTLED.key(ruling).encode(), header)]
            if ruling.outcome == "retried":
                header = [(ID, again(letter).encode())]
                where = {"partition": letter.partition}
                sent.append(producer.send(named(letter.topic), letter.payload, _key(letter), header, **where))

            def end() -> None:
                arrived(producer, sent)
                producer.commit_transaction()

            in_time(end)
        finally:
            ended(producer, FAREWELL / 1000)
        return True


def _key(letter: DeadLetter) -> bytes:
    """Return the key that the message had, empty where it is none."""
    topic: Any = TOPICS.get(letter.topic)
    try:
        return topic.key(decode(letter.payload, topic.type)).encode() if topic else b""
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return b""
