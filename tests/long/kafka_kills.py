"""A cluster of three nodes and two workers a stage, while everything is killed: `make test-kafka-long`.

Ten thousand messages flow meanwhile. In the end topics, states and dead letters are those of a calm run.
"""

import contextlib
import itertools
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sommet import clock
from sommet.errors import Unreachable
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster
from tests import brokers
from tests.runtime.driver import snapshot
from tests.runtime.pipeline import END, LINKS, STAGES, START, TOPICS, Number

MESSAGES = int(os.environ.get("SOMMET_KAFKA_MESSAGES", "10000"))
EACH = int(os.environ.get("SOMMET_KAFKA_EACH", "4"))
"""So many kills at every step of every stage."""
STEPS = ("begin", "outputs", "state", "letters", "position", "commit", "committed", "step", "stepped")
WORKERS = 2
NAMES = tuple(stage.name for stage in STAGES)
BLOWS = 6 + (WORKERS + 1 + len(STEPS) * EACH) * len(NAMES)
PORTION = 10
PAUSED = 20.0
"""Seconds that a worker is stopped: longer than the cluster waits for a sign of life."""
ROOT = Path(__file__).parents[2]


def messages() -> list[Number]:
    """Return messages of forty keys, four seconds apart."""
    return [
        Number(id=f"n{i}", number=i, key=f"k{i % 40}", at=START + timedelta(seconds=4 * i))
        for i in range(MESSAGES)
    ]


class Scene:
    """The workers, what befell them, and how long it took to go on."""

    def __init__(self, nodes: brokers.Nodes, folder: Path) -> None:
        self.nodes, self.hosts = nodes, nodes.start()
        self.prefix = "long."
        self.log = Kafka(self.cluster("long."), STAGES, topics=TOPICS, partitions=4, work=(), brake=None)
        self._errors = (folder / "errors").open("w+")
        self._workers: dict[tuple[str, int], subprocess.Popen[bytes]] = {}
        self.kills: dict[str, int] = {}
        self.waits: dict[str, list[float]] = {}
        self.wrong: list[str] = []
        self._random = random.Random(7)
        self.flow = threading.Semaphore(0)

    def cluster(self, prefix: str) -> Cluster:
        """Return the cluster with a log of its own."""
        return Cluster(tuple(self.hosts.split(",")), prefix, wait=20, patience=120)

    def start(self, stage: str, which: int, kill: str = "") -> subprocess.Popen[bytes]:
        """Start a worker; the second of each stage has no name of its own."""
        name = f"{stage}-{which}" if which == 0 else ""
        command = [sys.executable, "-m", "tests.long.worker", self.hosts, self.prefix, stage, name, kill]
        found = subprocess.Popen(command, cwd=ROOT, stderr=self._errors)
        self._workers[stage, which] = found
        return found

    def start_all(self) -> None:
        """Start all workers."""
        for stage, which in itertools.product(NAMES, range(WORKERS)):
            self.start(stage, which)

    def let_flow(self) -> None:
        """Let as many messages come as one blow has to itself."""
        self.flow.release(max(1, MESSAGES // BLOWS // PORTION))

    def befell(self, what: str, wait: float) -> None:
        """Note a kill and how long it took until more came out at the end."""
        self.kills[what] = self.kills.get(what, 0) + 1
        self.waits.setdefault(what, []).append(wait)

    def said(self) -> int:
        """Return how far the last topic has come."""
        while True:
            try:
                partitions = self.log._reader.partitions([LINKS.name])[LINKS.name]
                return sum(self.log._reader.heads(partitions).values())
            except Unreachable:
                clock.sleep(0.2)

    def goes_on(self, longest: float = 180.0) -> float:
        """Wait until more has come out at the end, or nothing waits; return how many seconds that took."""
        begun, before = clock.monotonic(), self.said()
        while self.said() == before:
            waited = clock.monotonic() - begun
            assert waited < longest, f"nothing moves for {waited:.0f} s: {self.log.lag()}, {self.errors()}"
            if waited > 5 and not any(self.lag().values()):
                break
            clock.sleep(0.1)
        return clock.monotonic() - begun

    def lag(self) -> dict[str, int]:
        """Return what waits."""
        while True:
            try:
                return self.log.lag()
            except Unreachable:
                clock.sleep(0.2)

    def errors(self) -> str:
        """Return what workers have said on their way out."""
        self._errors.flush()
        return Path(self._errors.name).read_text()[-2000:]

    def kill_at(self, stage: str, step: str, number: int) -> None:
        """Have a worker kill itself at a step, and start it again."""
        which = number % WORKERS
        self.end(stage, which)
        worker = self.start(stage, which, f"{stage}:{step}:{self._random.randrange(1, 3)}")
        for _ in range(60):
            self.flow.release()  # until the group has given it a partition, others take all
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.wait(1)
                break
        assert worker.returncode == -signal.SIGKILL, (stage, step, worker.returncode, self.errors())
        self.start(stage, which)
        self.flow.release()
        self.befell("worker", self.goes_on())

    def end(self, stage: str, which: int) -> None:
        """End a worker as an operator does."""
        worker = self._workers[stage, which]
        worker.terminate()
        if (code := worker.wait(60)) != 0:
            self.wrong.append(f"{stage} {which} ended with {code}")

    def pause(self, stage: str) -> None:
        """Stop a worker for longer than the cluster waits; what it does then counts no more."""
        worker = self._workers[stage, 1]
        worker.send_signal(signal.SIGSTOP)
        self.let_flow()
        clock.sleep(PAUSED)
        worker.send_signal(signal.SIGCONT)
        self.befell("zombie", self.goes_on())

    def kill_node(self, number: int, what: str) -> None:
        """Kill a node, see that all goes on without it, and start it again."""
        self.nodes.kill(number)
        self.let_flow()
        self.befell(what, self.goes_on())
        self.nodes.start()
        clock.sleep(5)  # until it has caught up: two of three must be there

    def leader(self) -> int:
        """Return the node that leads most of the partitions."""
        consumer = self.log._reader._heads
        leaders = [consumer._client.cluster.leader_for_partition(one) for one in consumer.assignment()]
        return max(range(1, 4), key=leaders.count)

    def restart_all(self) -> None:
        """End and start one worker after the other, while messages flow."""
        for stage, which in itertools.product(NAMES, range(WORKERS)):
            self.end(stage, which)
            self.let_flow()
            self.start(stage, which)
            self.befell("restart", self.goes_on())

    def close(self) -> None:
        """End all."""
        for worker in self._workers.values():
            worker.kill()
            worker.wait()
        self.log.close()
        self._errors.close()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Three nodes; replication 3, two of them enough."""
    with brokers.nodes(tmp_path / "kafka", 3) as nodes:
        found = Scene(nodes, tmp_path)
        try:
            yield found
        finally:
            found.close()


def bring(scene: Scene, stop: threading.Event) -> None:
    """Append messages, slowly enough that some are always to come."""
    ready = messages()
    while ready:
        if not stop.is_set() and not scene.flow.acquire(timeout=0.2):
            continue
        while True:
            try:
                scene.log.append(ready[:PORTION])
                break
            except Unreachable:
                continue  # the same again: each id stands there once
        del ready[:PORTION]


def say(line: str) -> None:
    """Report."""
    sys.stdout.write(f"{line}\n")


def calm(scene: Scene) -> Any:
    """Return what comes of the messages where nothing happens."""
    options: dict[str, Any] = {"topics": TOPICS, "partitions": 4, "brake": None}
    with Kafka(scene.cluster("calm."), STAGES, **options) as driver:
        driver.append(messages())
        driver.run_until_idle(START)
        driver.run_until_idle(END)
        return snapshot(driver)


def test_everything_is_killed(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is lost and nothing doubled, whatever is killed, and all goes on by itself."""
    stop = threading.Event()
    bringing = threading.Thread(target=bring, args=(scene, stop))
    scene.start_all()
    bringing.start()
    begun = clock.monotonic()
    try:
        for number in range(3):
            scene.kill_node(scene.leader(), "leading node")
            scene.kill_node(number + 1, "node")
        scene.restart_all()
        for stage in NAMES:
            scene.pause(stage)
        for number, step, stage in itertools.product(range(EACH), STEPS, NAMES):
            scene.kill_at(stage, step, number)
    finally:
        stop.set()
        bringing.join()
    flowing = clock.monotonic() - begun
    while any(scene.lag().values()):
        clock.sleep(0.2)
    caught_up = clock.monotonic() - begun - flowing
    for stage, which in itertools.product(NAMES, range(WORKERS)):
        scene.end(stage, which)
    with Kafka(scene.cluster("long."), STAGES, topics=TOPICS, brake=None) as driver:
        driver.run_until_idle(END)
        found = snapshot(driver)
    with capsys.disabled():
        say(f"\n{sum(scene.kills.values())} blows in {flowing:.0f} s: {scene.kills}")
        for what, waits in scene.waits.items():
            ordered = sorted(waits)
            say(f"  {what}: goes on after {ordered[len(ordered) // 2]:.1f} s, at most {ordered[-1]:.1f} s")
        say(f"  {MESSAGES} messages; caught up {caught_up:.1f} s after the last one")
    assert scene.wrong == []
    assert found == calm(scene)
