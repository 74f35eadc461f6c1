"""Several workers over one log on Kafka, each with all stages, as several processes would be."""

import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from schemas.envelope import EPOCH
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster
from sommet.stage import Stage

PATIENCE = 120.0


class Crew:
    """Runs `count` drivers in threads until it is dismissed; what they share is only the log."""

    def __init__(self, cluster: Cluster, stages: Sequence[Stage[Any]], count: int) -> None:
        self._cluster, self._stages = cluster, stages
        self._now = EPOCH
        self._rounds = [0] * count
        self._turned = threading.Condition()
        self._end = threading.Event()
        self.had: list[set[Any]] = [set() for _ in range(count)]
        self._threads = [threading.Thread(target=self._work, args=(which,)) for which in range(count)]
        for thread in self._threads:
            thread.start()

    def settle(self, log: Kafka, now: datetime) -> None:
        """Wait until nothing is left at the time `now`, for timers neither."""
        self._now = now
        while True:
            self._turn(log)
            if not any(log.lag().values()):
                self._turn(log)  # for timers, which wait for this
                if not any(log.lag().values()):
                    return

    def dismiss(self) -> None:
        """Let the workers end."""
        self._end.set()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _turn(self, log: Kafka) -> None:
        """Wait until each worker has begun and ended a round."""
        before = [*self._rounds]

        def done() -> bool:
            return all(now > then + 1 for now, then in zip(self._rounds, before, strict=True))

        with self._turned:
            turned = self._turned.wait_for(done, PATIENCE)
        if not turned:
            pytest.fail(f"nothing moves: {log.lag()}, {before}, {self._rounds}")

    def _work(self, which: int) -> None:
        with Kafka(self._cluster, self._stages) as driver:
            while not self._end.wait(0.01):
                driver.run_until_idle(self._now)
                self.had[which] |= {one for member in driver._members.values() for one in member.partitions}
                with self._turned:
                    self._rounds[which] += 1
                    self._turned.notify_all()
