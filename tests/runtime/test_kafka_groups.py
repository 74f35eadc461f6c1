"""What only the Kafka driver promises: groups, fences, and ids that a topic has twice."""

import itertools
import os
import threading
from datetime import datetime
from typing import Any

import pytest
from kafka.errors import KafkaTimeoutError

from schemas.envelope import encode
from sommet.errors import ConfigError, StorageError, Unreachable
from sommet.runtime import kafka_group, kafka_member
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_changelog import Recent
from sommet.runtime.kafka_client import Cluster
from sommet.runtime.kafka_reader import ident
from sommet.stage import State
from tests.runtime.driver import said, stage
from tests.runtime.pipeline import DOUBLES, NUMBERS, START, TOPICS, Doubled, Number, numbers

_numbers = itertools.count()


@pytest.fixture
def cluster(kafka: str) -> Cluster:
    """Give an empty log."""
    return Cluster((kafka,), f"groups-{os.getpid()}-{next(_numbers)}.", wait=10)


def count(state: State, message: Number, now: datetime) -> list[Doubled]:
    """Say how many messages of its key came before."""
    before = int(state.get(message.key, b"0"))
    state[message.key] = str(before + 1).encode()
    return [Doubled(number=before, key=message.key)]


def test_members_share_partitions_and_take_over(cluster: Cluster) -> None:
    """While members come and go, each message is taken once, in the order of its key, with its state."""
    options: dict[str, Any] = {"topics": TOPICS, "batch": 5}
    messages = [Number(id=f"n{i}", number=i, key=f"k{i % 8}", at=START) for i in range(160)]
    ends = [threading.Event(), threading.Event()]
    had: list[set[Any]] = [set(), set()]

    def work(which: int) -> None:
        with Kafka(cluster, [stage(count)], **options) as driver:
            while not ends[which].wait(0.02):
                driver.run_until_idle(START)
                had[which] |= set(driver._members["under-test"].partitions)

    with Kafka(cluster, [stage(count)], partitions=4, work=(), **options) as log:
        threads = [threading.Thread(target=work, args=(which,)) for which in range(2)]
        threads[0].start()
        log.append(messages[:40])
        threads[1].start()
        for start in range(40, 120, 20):
            log.append(messages[start : start + 20])
            ends[0].wait(0.5)
        ends[0].set()
        threads[0].join(30)
        log.append(messages[120:])
        patience = 300
        while log.lag() != {"under-test": 0} and (patience := patience - 1):
            ends[1].wait(0.1)
        assert patience, (log.lag(), had)
        ends[1].set()
        threads[1].join(30)
        found: dict[str, list[str]] = {}
        for partition in log._partitions[DOUBLES.name]:
            for record in log._reader.all(partition):
                found.setdefault(record.key.decode(), []).append(ident(record))
        state = log.state("under-test")
        followed = said(log, DOUBLES)
    assert found == {f"k{k}": [f"under-test/n{i}/0" for i in range(k, 160, 8)] for k in range(8)}
    assert {key: [m.id for m in followed if m.key == key] for key in found} == found
    assert len(followed) == 160
    assert state == {f"k{k}": b"20" for k in range(8)}
    assert had[0]
    assert had[1]


def test_a_member_that_was_replaced_commits_nothing(cluster: Cluster) -> None:
    """A second process of one name goes on where the first has committed; the first one ends."""
    second: list[Kafka] = []

    def step(state: State, message: Number, now: datetime) -> list[Doubled]:
        if not second:
            second.append(opened())
            second[0].run_until_idle(START)
        return count(state, message, now)

    def opened() -> Kafka:
        return Kafka(cluster, [stage(step)], topics=TOPICS, member="m")

    with opened() as first:
        first.append(numbers(6))
        with pytest.raises(StorageError, match="another process is member 'm'"):
            first.run_until_idle(START)
        with second[0]:
            second[0].run_until_idle(START)
            assert second[0].lag() == {"under-test": 0}
            assert [m.cause for m in said(second[0], DOUBLES)] == [f"n{i}" for i in range(6)]
            assert second[0].state("under-test") == {"a": b"4", "b": b"2"}


@pytest.mark.parametrize("name", ["", "m"])
def test_a_member_that_is_stuck_commits_nothing(cluster: Cluster, monkeypatch: Any, name: str) -> None:
    """A step that takes longer than a member may stay away: another goes on, and what it did is dropped."""
    monkeypatch.setattr(kafka_group, "POLL", 2_000)
    stuck, free = threading.Event(), threading.Event()

    def step(state: State, message: Number, now: datetime) -> list[Doubled]:
        if message.id == "n3" and not stuck.is_set():
            stuck.set()
            assert free.wait(60)
        return count(state, message, now)

    def opened(member: str) -> Kafka:
        return Kafka(cluster, [stage(step)], topics=TOPICS, member=member)

    with opened(name) as first, opened("") as second:
        first.append(numbers(6))
        thread = threading.Thread(target=first.run_until_idle, args=(START,))
        thread.start()
        assert stuck.wait(30)
        patience = 300
        while second.lag() != {"under-test": 0} and (patience := patience - 1):
            second.run_until_idle(START)
        assert patience
        free.set()
        thread.join(60)
        first.append(numbers(9))
        while first.lag() != {"under-test": 0} and (patience := patience - 1):
            first.run_until_idle(START)
            second.run_until_idle(START)
        assert patience
        assert [m.cause for m in said(first, DOUBLES)] == [f"n{i}" for i in range(9)]
        assert first.state("under-test") == {"a": b"6", "b": b"3"}


def test_a_client_that_finds_nothing_any_more_is_replaced(cluster: Cluster, monkeypatch: Any) -> None:
    """One that reads for the stage, and one that asks how much there is."""
    monkeypatch.setattr(kafka_member, "STARVED", 3)
    with Kafka(cluster, [stage(count)], topics=TOPICS) as driver:
        driver.run_until_idle(START)
        driver.append(numbers(3))
        consumer = driver._members["under-test"]._group.consumer
        monkeypatch.setattr(consumer, "poll", lambda *_, **__: {})
        assert driver.run_until_idle(START) == 3
        driver.append(numbers(5))

        def no_answer(*_: Any) -> dict[Any, int]:
            raise KafkaTimeoutError

        monkeypatch.setattr(driver._reader._heads, "end_offsets", no_answer)
        with pytest.raises(Unreachable):
            driver.run_until_idle(START)
        assert driver.run_until_idle(START) == 2
        assert [m.cause for m in said(driver, DOUBLES)] == [f"n{i}" for i in range(5)]


def test_a_transaction_that_times_out_is_made_again(cluster: Cluster, monkeypatch: Any) -> None:
    """A batch whose transaction the cluster refuses is taken once more, from what is committed."""
    with Kafka(cluster, [stage(count)], topics=TOPICS, member="m") as driver:
        member = driver._members["under-test"]
        other = cluster.producer(transactional_id=member._transactional_id)
        driver.append(numbers(3))
        driver.run_until_idle(START)
        other.init_transactions()  # the cluster knows a newer producer of that name
        driver.append(numbers(6))
        assert driver.run_until_idle(START) == 3
        assert driver.state("under-test") == {"a": b"4", "b": b"2"}
        assert [m.cause for m in said(driver, DOUBLES)] == [f"n{i}" for i in range(6)]
        other.close()


def test_what_a_topic_has_twice_is_taken_once(cluster: Cluster) -> None:
    """Where two producers wrote one id, the stage takes the first, also after a restart."""
    for _ in range(3):
        with Kafka(cluster, [stage(count)], topics=TOPICS, member="m") as driver:
            with cluster.producer() as other:
                for m in numbers(2):
                    other.send(cluster.name(NUMBERS.name), encode(m), b"a", [("id", m.id.encode())])
            driver.run_until_idle(START)
            assert driver.state("under-test") == {"a": b"1", "b": b"1"}
            assert driver.lag() == {"under-test": 0}


def test_a_cluster_that_is_not_there_is_said() -> None:
    """An address that nobody answers at is an error that names it."""
    with pytest.raises(StorageError, match=r"Kafka at 127\.0\.0\.1:9 does not answer"):
        Cluster(("127.0.0.1:9",), patience=0.3).consumer()


@pytest.mark.parametrize("url", ["", "kafka://", "kafka://host", "kafka://:9092", "http://host:9092"])
def test_a_wrong_name_is_refused(url: str) -> None:
    """What is no name of a log is refused with what was expected."""
    with pytest.raises(ConfigError, match="expected kafka://host:port"):
        Cluster.named(url)


def test_a_name_says_where_a_log_lies() -> None:
    """Hosts are separated by commas; the prefix begins all names."""
    found = Cluster.named("kafka://one:9092,two:9093/trial")
    assert (found.bootstrap, found.name("x")) == (("one:9092", "two:9093"), "trial.x")


def test_the_oldest_ids_are_forgotten() -> None:
    """The ring knows as many ids as it has room for, by whole pages, also when it is restored."""
    ring = Recent(4, page=2)
    stored: dict[int, bytes] = {}
    for name in "abcde":
        ring.add(name)
        stored |= dict(ring.changes())
        ring.stored()
    again = Recent(4, page=2)
    for value in stored.values():
        again.restore(value)
    assert [[name in one for name in "abcde"] for one in (ring, again)] == [
        [False, False, True, True, True]
    ] * 2
    again.add("f")
    assert [name in again for name in "cdef"] == [True] * 4
    again.add("g")
    assert "c" not in again
    assert "e" in again
