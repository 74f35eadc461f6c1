"""How far the stages are, asked from beside the log, on both drivers."""

import itertools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.envelope import encode
from sommet.errors import StorageError
from sommet.runtime.embedded import Embedded
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster
from sommet.runtime.kafka_standing import of_cluster
from sommet.runtime.standing import Standing, of_file
from tests.runtime.pipeline import END, NUMBERS, STAGES, START, TOPICS, numbers

SOURCES = {stage.name: stage.source.name for stage in STAGES}
_numbers = itertools.count()
Both = tuple[Callable[[], Any], Callable[[], list[Standing]]]


@pytest.fixture(params=["embedded", "kafka"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Both:
    """Open a driver over an empty log; ask how far its stages are."""
    if request.param == "embedded":
        path = tmp_path / "log.db"
        return lambda: Embedded(path, STAGES, topics=TOPICS), lambda: of_file(path, SOURCES)
    bootstrap: str = request.getfixturevalue("kafka")
    cluster = Cluster((bootstrap,), f"standing-{os.getpid()}-{next(_numbers)}.", wait=10)
    return (
        lambda: Kafka(cluster, STAGES, topics=TOPICS, member="m"),
        lambda: of_cluster(cluster, SOURCES),
    )


def test_what_waits_is_counted_while_a_driver_is_open(both: Both) -> None:
    """Before the first run, after it, and with more to come; the driver says the same."""
    driver, standings = both
    with driver() as log:
        log.append(numbers(5))
        assert [(one.stage, one.position, one.lag) for one in standings()] == [
            ("double", 0, 5), ("tally", 0, 0), ("link", 0, 0),
        ]  # fmt: skip
        log.run_until_idle(START)
        log.append(numbers(7))
        found = {one.stage: one for one in standings()}
        assert (
            {name: one.lag for name, one in found.items()}
            == log.lag()
            == {"double": 2, "tally": 0, "link": 0}
        )
        assert (found["double"].position, found["double"].end) == (5, 7)
        assert found["link"].topic == "totals.v1"
        log.run_until_idle(END)
        assert {one.lag for one in standings()} == {0}


def test_each_partition_has_its_own_position(kafka: str) -> None:
    """What waits in one says nothing of another; beyond a number, offsets count for messages."""
    cluster = Cluster((kafka,), f"standing-{os.getpid()}-{next(_numbers)}.", wait=10)
    with Kafka(cluster, STAGES[:1], topics=TOPICS, partitions=2) as log, cluster.producer() as producer:
        for number, count in enumerate((1, 3)):
            for message in numbers(count):
                header = [("id", f"{number}/{message.id}".encode())]
                name = cluster.name(NUMBERS.name)
                producer.send(name, encode(message), b"", header, partition=number).get()
        (first, second) = of_cluster(cluster, {"double": NUMBERS.name})
        assert [(one.partition, one.position, one.end, one.lag) for one in (first, second)] == [
            (0, 0, 1, 1), (1, 0, 3, 3),
        ]  # fmt: skip
        log.run_until_idle(START)
        assert [one.lag for one in of_cluster(cluster, {"double": NUMBERS.name})] == [0, 0]


def test_a_log_that_is_not_there_is_told(kafka: str, tmp_path: Path) -> None:
    """A file, and topics of a cluster."""
    with pytest.raises(StorageError, match="does not exist"):
        of_file(tmp_path / "log.db", SOURCES)
    with pytest.raises(StorageError, match=r"no topic numbers\.v1: create it with `sommet topics apply`"):
        of_cluster(Cluster((kafka,), "nowhere."), {"double": NUMBERS.name})
