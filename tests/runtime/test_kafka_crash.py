"""kill -9 at the points of the Kafka driver, on a real node: nothing lost, nothing doubled."""

import os
from pathlib import Path
from typing import Any

from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster
from tests.runtime.driver import snapshot
from tests.runtime.kill import ordeal
from tests.runtime.pipeline import END, STAGES, TOPICS, numbers

KILLS = int(os.environ.get("SOMMET_KAFKA_KILLS", "12"))
"""One kill at every point there is are some 35; that takes minutes."""


def test_a_kill_changes_nothing(kafka: str, tmp_path: Path) -> None:
    """After kills at points of every stage, topics, states and dead letters are those of a calm run."""
    parent = os.getpid()

    def opened(directory: Path) -> Kafka:
        cluster = Cluster((kafka,), f"crash-{parent}-{directory.name}.", wait=10)
        return Kafka(cluster, STAGES, topics=TOPICS, batch=5, brake=None, member="m")

    def work(directory: Path) -> None:
        """Append history, then live messages, and run to the end of time."""
        past, present = numbers(5, history=True), numbers(16)[5:]
        with opened(directory) as driver:
            for portion in (past, present):
                driver.append(portion)
                driver.run_until_idle(portion[-1].at)
            driver.run_until_idle(END)

    def result(directory: Path) -> Any:
        with opened(directory) as driver:
            return snapshot(driver), driver.lag()

    kills, names = ordeal(work, result, tmp_path, each=1, only=KILLS)
    assert kills >= min(KILLS, 10)
    steps = ("begin", "outputs", "state", "letters", "position", "commit", "committed", "step", "stepped")
    assert names == {
        *(f"append:{step}" for step in ("begin", "write", "committed")),
        *(f"{stage.name}:{step}" for stage in STAGES for step in steps),
        *("tally:wake", "tally:woken"),
    }
