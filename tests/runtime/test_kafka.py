"""The Kafka driver keeps the contract, on a real node."""

import itertools
import os
from typing import Any

import pytest

from schemas.topics import Topic
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster
from tests.runtime.contract import Contract
from tests.runtime.contract_laws import check_copies, check_cuts
from tests.runtime.driver import Fresh
from tests.runtime.pipeline import STAGES, TOPICS, numbers

_numbers = itertools.count()


class Logs:
    """A log on a cluster that drivers are opened on, one after the other."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    def open(self, stages: Any, **options: Any) -> Kafka:
        return Kafka(self.cluster, stages, **{"topics": TOPICS, "member": "m", **options})

    def plant(self, topic: Topic[Any], ident: str, payload: bytes) -> None:
        with self.open(STAGES[:0]), self.cluster.producer() as producer:
            producer.send(self.cluster.name(topic.name), payload, b"", [("id", ident.encode())]).get()


class TestContract(Contract):
    @pytest.fixture
    def fresh(self, kafka: str) -> Fresh:
        return lambda: Logs(Cluster((kafka,), f"contract-{os.getpid()}-{next(_numbers)}.", wait=10))

    @pytest.mark.parametrize(
        ("count", "history", "copies", "batch"), [(45, False, [9, 30, 44], 7), (20, True, [20, 1, 20], 50)]
    )
    def test_batches_and_copies_change_nothing(
        self, fresh: Fresh, count: int, history: bool, copies: list[int], batch: int
    ) -> None:
        """The law on two cases: a log on a cluster costs a second."""
        check_copies(fresh, numbers(count, history=history), copies, batch)

    @pytest.mark.parametrize(("cuts", "batch"), [([14, 41], 5), ([0, 60, 60], 30)])
    def test_cuts_change_nothing(self, fresh: Fresh, cuts: list[int], batch: int) -> None:
        """The law on two cases."""
        check_cuts(fresh, cuts, batch)
