"""Topics of several partitions are followed in one order that lasts."""

import os
import threading
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from kafka import TopicPartition

from schemas.envelope import encode
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster
from sommet.runtime.kafka_order import Course
from tests.runtime.pipeline import NUMBERS, START, TOPICS, Number

STEPS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 30)), max_size=30)


def places(course: Course) -> list[tuple[int, int]]:
    """Return partition and offset of each place, from the first."""
    return [(run.partition, offset) for run in course.runs for offset in range(run.start, run.end)]


@given(STEPS)
def test_every_offset_has_one_place(steps: Sequence[tuple[int, int]]) -> None:
    """However records of the order overlap, each offset comes once, after those before it."""
    course = Course()
    course.extend(steps)
    found = places(course)
    assert len(found) == course.length
    for partition in range(4):
        mine = [offset for number, offset in found if number == partition]
        assert mine == [*range(max((end for one, end in steps if one == partition), default=0))]


@given(STEPS, STEPS)
def test_what_is_written_later_moves_nothing(
    before: list[tuple[int, int]], after: list[tuple[int, int]]
) -> None:
    """A place that was read once stays what it was."""
    course = Course()
    course.extend(before)
    known = places(course)
    course.extend(after)
    assert places(course)[: len(known)] == known


@given(STEPS, st.integers(0, 100), st.integers(1, 20))
def test_a_page_begins_behind_its_place(steps: Sequence[tuple[int, int]], after: int, limit: int) -> None:
    """A page has what comes next, as many as asked for where there are as many."""
    course = Course()
    course.extend(steps)
    found = [(r.partition, offset) for r in course.page(after, limit) for offset in range(r.start, r.end)]
    wanted = places(course)[after:]
    assert found == wanted[: len(found)]
    assert len(found) >= min(limit, len(wanted))


@given(STEPS, st.integers(0, 100))
def test_what_is_behind_a_place_is_known_by_partition(steps: Sequence[tuple[int, int]], after: int) -> None:
    """Everything from the offsets given on is behind the place, and nothing before them."""
    course = Course()
    course.extend(steps)
    partitions = [TopicPartition("t", number) for number in range(4)]
    starts = course.starts(partitions, after)
    wanted = places(course)[after:]
    assert {one: [*range(starts[one], course.ends.get(one.partition, 0))] for one in partitions} == {
        one: [offset for number, offset in wanted if number == one.partition] for one in partitions
    }


def test_who_follows_reads_the_same(kafka: str) -> None:
    """Two who follow a topic while others write to it read the same order, which a third finds again.

    Between the messages stand marks of transactions, messages that were given up, and one that is poison.
    """
    cluster = Cluster((kafka,), f"order-{os.getpid()}.", wait=10)
    name = cluster.name(NUMBERS.name)
    messages = [Number(id=f"n{i}", number=i, key=f"k{i % 7}", at=START) for i in range(120)]
    written = threading.Event()
    followed: list[list[tuple[int, Number]]] = [[], []]

    def follow(which: int, limit: int) -> None:
        with Kafka(cluster, (), topics=TOPICS) as log:
            after = 0
            while True:
                last = written.is_set()
                if page := log.read(NUMBERS, after, limit):
                    assert len(page) <= limit
                    followed[which] += page
                    after = page[-1][0]
                elif last:
                    return

    with Kafka(cluster, (), topics=TOPICS, partitions=4) as log:
        threads = [
            threading.Thread(target=follow, args=(which, limit)) for which, limit in enumerate((3, 50))
        ]
        for thread in threads:
            thread.start()
        producer = cluster.producer(transactional_id=cluster.name("writer"))
        producer.init_transactions()
        for number, start in enumerate(range(0, len(messages), 8)):
            portion = messages[start : start + 8]
            producer.begin_transaction()
            for message in portion:
                producer.send(name, encode(message), message.key.encode(), [("id", message.id.encode())])
            if number % 3 == 0:
                producer.abort_transaction()
                log.append(portion)
            else:
                producer.send(name, b"poison", b"k1")
                producer.commit_transaction()
        producer.close()
        written.set()
        for thread in threads:
            thread.join(60)
        assert followed[0] == followed[1]
    with Kafka(cluster, (), topics=TOPICS) as log:
        again = log.read(NUMBERS, 0, 1000)
        assert again == followed[0]
        middle = again[len(again) // 2][0]
        page = log.read(NUMBERS, middle, 5)
        assert page
        assert page == [one for one in again if one[0] > middle][: len(page)]
        assert log.read(NUMBERS, again[-1][0]) == []
    assert len(again) == 120
    for key in {message.key for message in messages}:
        assert [m for _, m in again if m.key == key] == [m for m in messages if m.key == key]
