"""When the stages of a process can work: their group has spoken, and what they remember is there."""

import itertools
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster
from tests.runtime.pipeline import STAGES, START, TOPICS, numbers

_numbers = itertools.count()


@pytest.fixture
def cluster(kafka: str) -> Cluster:
    """Give an empty log."""
    return Cluster((kafka,), f"ready-{os.getpid()}-{next(_numbers)}.", wait=10)


def test_a_process_is_ready_after_its_first_round(cluster: Cluster) -> None:
    """Before that each of its stages says what it lacks."""
    with Kafka(cluster, STAGES, topics=TOPICS, work=["double", "tally"]) as driver:
        assert driver.unready() == "double has not heard from its group; tally has not heard from its group"
        driver.run_until_idle(START)
        assert driver.unready() == ""
        driver._members["tally"]._memories.clear()  # as after a rebalance
        assert driver.unready() == "tally has 1 of 1 partitions to restore"
        driver.run_until_idle(START)
        assert driver.unready() == ""


def test_a_process_without_a_partition_stands_by(cluster: Cluster) -> None:
    """It is ready: it has the partition as soon as the other one goes."""
    with Kafka(cluster, STAGES[:1], topics=TOPICS) as first:
        first.run_until_idle(START)
        with Kafka(cluster, STAGES[:1], topics=TOPICS) as second, ThreadPoolExecutor() as pool:
            joined = pool.submit(second.run_until_idle, START)
            while not joined.done():
                first.run_until_idle(START)
            assert joined.result() == 0
            assert second.unready() == ""
            held = [[*one._members["double"].partitions] for one in (first, second)]
            assert sorted(map(len, held)) == [0, 1]
            first.append(numbers(3))
            assert sum(one.run_until_idle(START) for one in (first, second)) == 3


def test_what_waits_is_told_for_the_stages_of_the_process(cluster: Cluster) -> None:
    """Not for those that others run."""
    with Kafka(cluster, STAGES, topics=TOPICS, work=["double"]) as driver:
        driver.append(numbers(4))
        assert [(one.stage, one.lag) for one in driver.standings()] == [("double", 4)]
        driver.run_until_idle(START)
        assert [(one.stage, one.lag) for one in driver.standings()] == [("double", 0)]
