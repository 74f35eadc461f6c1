"""The stages over a log on Kafka: messages a second, CPU beside the bare client, time to an alert.

    python benchmarks/speed/kafka_log.py [--bootstrap HOST:PORT] [--messages N] [--articles N] [--json]

Without an address, a node of its own is started on this machine (Java, Maven). The bare client consumes and
produces the same messages in transactions of the same size, with and without a record of state for each, as a
stage writes it that remembers something of every message. The articles are those of the bundled week,
under addresses of their own each time. Figures with two workers mean something on a machine with cores to
spare for them and for the node.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from producers import files
from schemas.articles import RawArticle
from schemas.envelope import Message
from schemas.events import Alert
from schemas.topics import Topic
from sommet import app
from sommet.config import Alerts, Config, Rule
from sommet.config_checks import EVENT_TYPES
from sommet.ids import article_id
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster
from sommet.stage import Stage, State
from sommet.watch import Watcher

ROOT = Path(__file__).parents[2]
BATCH = 100
BODY = "x" * 1_000
GOAL_CPU, GOAL_LATENCY = 10.0, 1.0
"""Microseconds a message above the bare client; seconds from an article to its alert, 95 in 100 of them."""
START = datetime(2030, 1, 1, tzinfo=UTC)


class Item(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What the stage that does nothing takes."""

    key: str
    body: str


class Clocked(Watcher):
    """Notes how long after its article each alert was in the log."""

    def __init__(self) -> None:
        self.brought: dict[str, float] = {}
        self.waits: list[float] = []

    def stepped(self, stage: str, message: Message, outputs: Sequence[Message], seconds: float) -> None:  # noqa: ARG002 - the observer's signature
        """Look at the clock."""
        for output in outputs:
            if isinstance(output, Alert):
                self.waits.append(time.monotonic() - self.brought[output.event.report.origin.article])


class Copy(Item, frozen=True, kw_only=True, omit_defaults=True):
    """What it gives."""


ITEMS, COPIES = Topic("items.v1", Item, lambda m: m.key), Topic("copies.v1", Copy, lambda m: m.key)


def copy(_state: State, message: Item, _now: datetime) -> Iterable[Copy]:
    """Give what was taken."""
    return (Copy(key=message.key, body=message.body),)


def count(state: State, message: Item, _now: datetime) -> Iterable[Copy]:
    """Give what was taken, and count it."""
    state[message.key] = str(int(state.get(message.key, b"0")) + 1).encode()
    return (Copy(key=message.key, body=message.body),)


def main() -> int:
    """Measure and print."""
    options = _options()
    with _node(options.bootstrap) as bootstrap:
        if options.child:
            _child(bootstrap, options.child)
            return 0
        found = _measured(bootstrap, options.messages, options.articles)
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        for name, value in found.items():
            print(f"{name:<44}{value:>10,.3f}" if value < 10 else f"{name:<44}{value:>10,.0f}")
    return 0


def _measured(bootstrap: str, messages: int, articles: int) -> dict[str, float]:
    found: dict[str, float] = {}
    filled = _filled(bootstrap, "items.", messages)
    for step in (copy, count):
        raw_cpu = _bare(filled, messages, found, remembers=step is count)
        cluster = _cluster(bootstrap, f"{step.__name__}.")
        _filled(bootstrap, cluster.prefix, messages)
        stage = Stage("same", ITEMS, (COPIES,), step, stateless=step is copy)
        with Kafka(cluster, [stage], topics=[ITEMS, COPIES], batch=BATCH, member="m") as driver:
            seconds, cpu = _timed(driver.run_until_idle)
        found[f"{step.__name__}: messages a second"] = messages / seconds
        found[f"{step.__name__}: CPU above the bare client, µs (goal {GOAL_CPU:.0f})"] = (
            1e6 * (cpu - raw_cpu) / messages
        )
    return found | _stages(bootstrap, articles) | _latency(bootstrap, articles) | _scaled(bootstrap, articles)


def _bare(cluster: Cluster, messages: int, found: dict[str, float], *, remembers: bool) -> float:
    """Copy all messages with the client alone; return the CPU seconds."""
    name = f"bare client{', with state' if remembers else ''}"
    state = cluster.name("states.v1")
    cluster.create({"states.v1": (1, {"cleanup.policy": "compact"})})
    import kafka  # noqa: PLC0415 - beside the driver, the only use
    from kafka.structs import OffsetAndMetadata  # noqa: PLC0415

    consumer = cluster.consumer(group_id=cluster.name(name[-5:]), isolation_level="read_committed")
    producer = cluster.producer(transactional_id=cluster.name(name[-5:]))
    consumer.subscribe([cluster.name(ITEMS.name)])
    producer.init_transactions()

    def work() -> None:
        left = messages
        while left:
            for partition, records in consumer.poll(500, max_records=BATCH).items():
                producer.begin_transaction()
                for record in records:
                    producer.send(cluster.name(COPIES.name), record.value, record.key, record.headers)
                    if remembers:
                        producer.send(state, record.value[:3], record.key, partition=0)
                end = kafka.TopicPartition(partition.topic, partition.partition)
                offsets = {end: OffsetAndMetadata(records[-1].offset + 1, "", -1)}
                producer.send_offsets_to_transaction(offsets, consumer.group_metadata())
                producer.commit_transaction()
                left -= len(records)

    while not consumer.assignment():
        consumer.poll(100)  # with less, a rebalance that is begun never comes through
    consumer.seek_to_beginning()
    seconds, cpu = _timed(work)
    consumer.close()
    producer.close()
    found[f"{name}: messages a second"] = messages / seconds
    found[f"{name}: CPU a message, µs"] = 1e6 * cpu / messages
    return cpu


def _stages(bootstrap: str, articles: int) -> dict[str, float]:
    """Run one stage after the other over the same articles."""
    cluster = _cluster(bootstrap, "stages.")
    stages = app.pipeline(_config())
    with Kafka(cluster, stages, work=()) as log:
        log.append(_articles(articles))
    found = {}
    for stage in stages:
        with Kafka(cluster, stages, work=[stage.name], member="m") as driver:
            waiting = driver.lag()[stage.name]
            seconds, _ = _timed(driver.run_until_idle)
        found[f"{stage.name}: messages a second, of {waiting}"] = waiting / seconds
    return found


def _latency(bootstrap: str, articles: int) -> dict[str, float]:
    """Bring articles at half of what one process can take; return how long their alerts took."""
    found: dict[str, float] = {}
    stages = app.pipeline(_config())
    with Kafka(_cluster(bootstrap, "warm."), stages) as driver:
        driver.append(_articles(articles))
        seconds, _ = _timed(driver.run_until_idle)
    rate = articles / seconds
    found["pipeline: articles a second, one process"] = rate
    clocked = Clocked()
    with Kafka(_cluster(bootstrap, "latency."), stages, observer=clocked) as driver:
        driver.run_until_idle()
        begun, ready = time.monotonic(), _articles(articles)
        while ready:
            now = time.monotonic()
            due = ready[: max(0, int((now - begun) * rate / 2) - len(clocked.brought))]
            clocked.brought |= {raw.article: now for raw in due}
            del ready[: len(due)]
            driver.append(due)
            driver.run_until_idle()
            time.sleep(0.002)
    waits = clocked.waits
    found["alerts measured"] = len(waits)
    found["article to alert at half load, s, p50"] = statistics.median(waits)
    found[f"article to alert at half load, s, p95 (goal {GOAL_LATENCY:.0f})"] = statistics.quantiles(
        waits, n=20
    )[-1]
    return found


def _scaled(bootstrap: str, articles: int) -> dict[str, float]:
    """Let one process, then two, extract the same articles."""
    rates = []
    for workers in (1, 2):
        cluster = _cluster(bootstrap, f"scaled{workers}.")
        stages = app.pipeline(_config())
        with Kafka(cluster, stages, partitions=4, work=()) as log:
            log.append(_articles(2 * articles))
            with Kafka(cluster, stages, work=["clean"], member="m") as driver:
                driver.run_until_idle()
            command = [sys.executable, __file__, "--bootstrap", bootstrap, "--child", cluster.prefix]
            crew = [
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                for _ in range(workers)
            ]
            for one in crew:
                assert one.stdout
                one.stdout.readline()  # it has its models, and its partitions
            begun, waiting = time.monotonic(), log.lag()["extract"]
            for one in crew:
                assert one.stdin
                one.stdin.close()
            while log.lag()["extract"]:
                time.sleep(0.05)
            rates.append(waiting / (time.monotonic() - begun))
            for one in crew:
                one.kill()
                one.wait()
    return {
        "extract: articles a second, one worker": rates[0],
        "extract: articles a second, two workers": rates[1],
        "extract: two workers to one": rates[1] / rates[0],
    }


def _child(bootstrap: str, prefix: str) -> None:
    """Extract until the end, from the word on."""
    stages = app.pipeline(_config())
    warm = _articles(46)
    clean, extract = stages[:2]
    for raw in warm:
        for article in clean.step({}, raw, raw.at):
            list(extract.step({}, article, raw.at))
    with Kafka(_cluster(bootstrap, prefix), stages, work=["extract"]) as driver:
        driver._members["extract"].start()  # noqa: SLF001 - in the group before the clock runs
        give_up = time.monotonic() + 10
        while time.monotonic() < give_up:
            driver._members["extract"].ready()  # noqa: SLF001
        print("ready", flush=True)
        sys.stdin.read()
        while True:
            driver.run_until_idle()
            time.sleep(0.01)


def _articles(number: int) -> list[RawArticle]:
    """Return articles of the bundled week, again and again, each time under addresses of their own."""
    week = files.read(ROOT / "sommet" / "demo" / "articles.jsonl").articles
    found = []
    for index in range(number):
        raw, turn = week[index % len(week)], index // len(week)
        url = f"{raw.url}?turn={turn}"
        at = START + timedelta(seconds=index)
        fresh = msgspec.structs.replace(raw, id=f"raw/{index}", article=article_id(url), url=url)
        found.append(msgspec.structs.replace(fresh, at=at, received=at))
    return found


def _config() -> Config:
    rule = Rule(
        name="all", types=EVENT_TYPES, changes=("new", "status", "date", "place", "more"), news_only=False
    )
    return Config(data=Path(), alerts=Alerts(max_age=None, rules=(rule,)))


def _filled(bootstrap: str, prefix: str, messages: int) -> Cluster:
    cluster = _cluster(bootstrap, prefix)
    with Kafka(cluster, (), topics=[ITEMS, COPIES]) as log:
        log.append(Item(id=f"i{i}", at=START, key=f"k{i % 100}", body=BODY) for i in range(messages))
    return cluster


def _cluster(bootstrap: str, prefix: str) -> Cluster:
    return Cluster((bootstrap,), prefix if "-" in prefix else f"bench-{os.getpid()}-{prefix}", wait=50)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that some work took, and those of CPU in this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


@contextmanager
def _node(bootstrap: str) -> Iterator[str]:
    if bootstrap:
        yield bootstrap
        return
    script = ROOT / "ops" / "kafka" / "node.sh"
    with tempfile.TemporaryDirectory(prefix="sommet-kafka-") as folder:
        env = os.environ | {"DATA": folder, "PORT": "29392", "CONTROLLER": "29492", "NODES": "1"}
        try:
            started = subprocess.run([script, "start"], env=env, capture_output=True, text=True, check=True)
            yield started.stdout.strip()
        finally:
            subprocess.run([script, "stop"], env=env, check=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bootstrap", default="", help="a node that runs; else one is started")
    parser.add_argument("--messages", type=int, default=20_000, help="for the stage that does nothing")
    parser.add_argument("--articles", type=int, default=460, help="for the stages of the pipeline")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
