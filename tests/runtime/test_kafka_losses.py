"""What goes wrong between a poll and a commit on Kafka loses nothing: the batch is made again, whole."""

import itertools
import os
from collections.abc import Iterator
from typing import Any

import pytest
from kafka.errors import KafkaTimeoutError, NotEnoughReplicasError
from kafka.producer.future import FutureProduceResult, FutureRecordMetadata

from sommet.errors import Unreachable
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Away, Cluster
from tests.runtime.driver import said, stage
from tests.runtime.pipeline import DOUBLES, START, TOPICS, numbers
from tests.runtime.test_kafka_groups import count

_numbers = itertools.count()


@pytest.fixture
def driver(kafka: str) -> Iterator[Kafka]:
    """Give a driver that has taken three messages, and has three more to take."""
    cluster = Cluster((kafka,), f"losses-{os.getpid()}-{next(_numbers)}.", wait=10)
    with Kafka(cluster, [stage(count)], topics=TOPICS) as found:
        found.append(numbers(3))
        assert found.run_until_idle(START) == 3
        found.append(numbers(6))
        yield found


def whole(driver: Kafka) -> bool:
    """Take what is left; say whether each message was taken once."""
    driver.run_until_idle(START)
    outputs = [message.cause for message in said(driver, DOUBLES)]
    return outputs == [f"n{i}" for i in range(6)] and driver.state("under-test") == {"a": b"4", "b": b"2"}


def once(monkeypatch: pytest.MonkeyPatch, where: Any, name: str, instead: Any) -> None:
    """Have a call end otherwise the next time, and as ever from then on."""
    before = getattr(where, name)

    def call(*args: Any, **options: Any) -> Any:
        monkeypatch.setattr(where, name, before)
        return instead()

    monkeypatch.setattr(where, name, call)


def fail(error: Exception) -> Any:
    """Raise an error."""
    raise error


def test_what_was_not_written_is_not_committed(driver: Kafka, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client would commit a transaction of which a record did not arrive."""
    lost = FutureRecordMetadata(FutureProduceResult(None), 0, 0, None, 0, 0, 0)
    lost.failure(NotEnoughReplicasError())
    once(monkeypatch, driver._members["under-test"]._producer, "send", lambda: lost)
    with pytest.raises(Unreachable):
        driver.run_until_idle(START)
    assert whole(driver)


def test_a_state_that_cannot_be_restored_skips_nothing(
    driver: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The changelog does not answer at the moment when messages have come."""
    driver._members["under-test"]._memories.clear()
    once(monkeypatch, driver._reader, "all", lambda: fail(Away("no answer")))
    with pytest.raises(Unreachable):
        driver.run_until_idle(START)
    assert whole(driver)


def test_who_comes_back_as_somebody_else_skips_nothing(
    driver: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The position is one that was never committed, and what is committed cannot be asked at once."""
    group = driver._members["under-test"]._group
    (partition,) = group.partitions
    group.consumer.seek(partition, 5)
    group.metadata = group.metadata._replace(member_id="who it was")
    once(monkeypatch, group, "back_to_committed", lambda: fail(KafkaTimeoutError()))
    with pytest.raises(Unreachable):
        driver.run_until_idle(START)
    assert whole(driver)


def test_a_producer_that_is_given_up_leaves_no_thread(driver: Kafka, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it has something under way that does not arrive, so that the client's own close fails."""
    member = driver._members["under-test"]
    producer = member._producer
    producer.begin_transaction()
    producer.send(driver._cluster.name(DOUBLES.name), b"x", b"k")
    monkeypatch.setattr(producer, "flush", lambda *_, **__: fail(KafkaTimeoutError()))
    member._give_up()
    producer._sender.join(10)
    assert not producer._sender.is_alive()
    assert whole(driver)
