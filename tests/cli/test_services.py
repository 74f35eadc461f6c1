"""The commands of a pipeline in several processes, each a process, over a real node."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from msgspec import structs
from typer.testing import CliRunner

from schemas.articles import RawArticle
from schemas.events import Alert, Event, Mentioned, Origin, Report, Ruling
from schemas.topics import ARTICLES, DELIVERIES, EVENTS, MENTIONS, RAW
from sommet import clock
from sommet.cli import app
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster
from sommet.store import Store

COMMAND = [sys.executable, "-c", "from sommet.cli import main; main()"]
SETTINGS = """
catalogue: false
alerts: {max_age: null}
metrics: {port: 0}
"""


@pytest.fixture
def log(kafka: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Work in a folder of its own, with the name of an empty log."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sommet.yaml").write_text(SETTINGS)
    return f"kafka://{kafka}/{tmp_path.name}-{os.getpid()}"


@contextmanager
def started(*args: str) -> Iterator[tuple[subprocess.Popen[str], "Site"]]:
    """Run a service beside the test, with metrics on a free port, until its first word."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUNBUFFERED": "1"}
    command = [*COMMAND, *args, "--metrics", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            process.stdout.readline()
            yield process, Site(port)
        finally:
            process.kill()


class Site:
    """What a service says of itself."""

    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, path: str) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def sample(self, name: str) -> float:
        """Return a sample by its whole name, -1 where there is none."""
        lines = self.get("/metrics")[1].splitlines()
        return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} ")), -1)


def until(seen: Callable[[], object]) -> None:
    """Wait until something is seen."""
    pause = threading.Event()
    for _ in range(600):
        if seen():
            return
        pause.wait(0.05)
    raise AssertionError("it never came")


def raws(count: int) -> list[RawArticle]:
    """Return short articles."""
    now = clock.now()
    return [
        RawArticle(
            id=f"raw/{i}", at=now, article=f"https://example.org/{i}", url=f"https://example.org/{i}",
            source="example", received=now, title="News", text=f"They met on day {i} in Moscow.",
        )
        for i in range(count)
    ]  # fmt: skip


def test_a_stage_is_watched_and_ends_in_mid_work(log: str) -> None:
    """It is ready once its partition is restored, counts what it does, and ends with 0 at SIGTERM.

    What was under way is done by the next process of its name, and nothing twice.
    """
    count = 6000
    with Kafka(Cluster.named(log), (), partitions=1) as driver:
        driver.append(raws(count))
        with started("stage", "clean", "--log", log, "--member", "one") as (process, site):
            until(lambda: site.get("/ready") == (200, "ok\n"))
            assert site.get("/live") == (200, "ok\n")
            until(lambda: site.sample('sommet_stage_in_total{stage="clean"}') > 0)
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        assert 0 < len(driver.read(ARTICLES, 0, count)) < count
        with started("stage", "clean", "--log", log, "--member", "one") as (process, other):
            until(lambda: len(driver.read(ARTICLES, 0, count)) == count)
            until(lambda: other.sample('sommet_stage_lag{partition="0",stage="clean"}') >= 0)
            assert other.sample('sommet_dead_letters{stage="clean"}') == 0
            assert other.sample('sommet_stage_seconds_count{stage="clean"}') > 0
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        found = [article.article for _, article in driver.read(ARTICLES, 0, count + 1)]
        assert found == [f"https://example.org/{i}" for i in range(count)]


def test_producers_feed_the_log_alone(log: str, tmp_path: Path) -> None:
    """Files are read onto the topic of raw articles; no stage runs, no store is made."""
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"id": "a", "title": "Nouvelles", "text": "Il pleut à Lyon."}) + "\n")
    result = CliRunner().invoke(app, ["produce", str(file), "--once", "--log", log])
    assert (result.exit_code, result.stdout) == (0, f"articles go to {log}\n1 new article\n")
    wrong = CliRunner().invoke(app, ["produce", "nowhere.jsonl", "--once", "--log", log])
    assert wrong.exit_code == 1
    empty = CliRunner().invoke(app, ["produce", "--once", "--log", log])
    assert (empty.exit_code, "note        there is nothing to read: add" in empty.stdout) == (0, True)
    with Kafka(Cluster.named(log), ()) as driver:
        assert [raw.title for _, raw in driver.read(RAW, 0)] == ["Nouvelles"]
    assert not (tmp_path / "var" / "store.db").exists()


def test_producers_poll_until_they_are_told_to_end(log: str, tmp_path: Path) -> None:
    """They are live and ready while a feed does not answer, and count its failures."""
    feed = "http://127.0.0.1:9/feed"
    (tmp_path / "sommet.yaml").write_text(
        f"{SETTINGS}sources: [{{feed: '{feed}'}}]\nfeeds: {{private_addresses: true}}\n"
    )
    with started("produce", "--log", log) as (process, site):
        until(lambda: site.get("/ready") == (200, "ok\n"))
        until(lambda: "sommet_source_failures_total{" in site.get("/metrics")[1])
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


EVENT = Event(
    id="resolve/1", at=clock.now(), event="e1", dyad="RUS-CHN", type="summit", status="planned",
    salience="news", change="new", place="Beijing",
    report=Report(
        origin=Origin(article="a", url="https://example.org/a", source="example", lang="fr"),
        stated=Mentioned(type="summit", status="planned", salience="news", sentence="Ils se verront."),
    ),
)  # fmt: skip


def test_followers_run_alone(log: str, tmp_path: Path) -> None:
    """The store takes in what is new, the outbox sends it; both are ready once they have caught up."""
    alert = Alert(
        id="alert/1", at=clock.now(), rule="summits", reason="new", event=EVENT, receivers=("console",)
    )
    with Kafka(Cluster.named(log), ()) as driver:
        driver.append([EVENT])
        with started("follow", "store", "--log", log) as (store, site):
            until(lambda: site.get("/ready") == (200, "ok\n"))
            with started("follow", "outbox", "--log", log) as (outbox, other):
                driver.append([alert])
                until(lambda: driver.read(DELIVERIES, 0))
                until(lambda: other.get("/ready") == (200, "ok\n"))
                until(lambda: other.sample('sommet_alerts_pending{receiver="console"}') == 0)
                for process in (store, outbox):
                    process.send_signal(signal.SIGTERM)
                    assert process.wait(20) == 0
        assert len(driver.read(DELIVERIES, 0)) == len(driver.read(EVENTS, 0)) == 1
    kept = Store(f"sqlite:///{tmp_path / 'var' / 'store.db'}")
    assert [event.place for event in kept.events()] == ["Beijing"]
    kept.close()


def test_a_ruling_reaches_a_log_on_kafka(log: str, tmp_path: Path) -> None:
    """It is written to the topic that `resolve` reads; the store is asked which events are meant."""
    store = Store(f"sqlite:///{tmp_path / 'var' / 'store.db'}")
    other = structs.replace(EVENT, id="resolve/2", event="f2", statement="b/summit/0")
    with Kafka(Cluster.named(log), ()) as driver:
        driver.append([structs.replace(EVENT, statement="a/summit/0"), other])
        store.follow(driver)
        store.close()
        result = CliRunner().invoke(app, ["events", "merge", "e1", "f2", "--by", "Marie", "--log", log])
        assert result.exit_code == 0, result.stderr
        assert result.stdout.splitlines()[0] == "the stages take this in with their next round"
        ((_, message),) = driver.read(MENTIONS, 0)
    assert message.ruling == Ruling(kind="merge", groups=(("a/summit/0",), ("b/summit/0",)), by="Marie")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["stage", "clen"], "clen: no stage of that name; there are clean, extract, classify"),
        (["follow", "shop"], "shop: no follower of that name; there are store, outbox"),
        (["stage", "clean", "--metrics", "9464"], "--metrics 9464: expected HOST:PORT such as"),
        (["follow", "store", "--metrics", "here:0"], "--metrics here:0: expected HOST:PORT"),
        (["produce", " "], "PATH: empty; expected a file, a folder or -"),
    ],
)
def test_what_is_wrong_is_one_line(args: list[str], said: str) -> None:
    """With the exit code of a wrong usage, before a cluster is asked."""
    result = CliRunner().invoke(app, [*args, "--log", "kafka://127.0.0.1:9"])
    assert result.exit_code == 2
    assert result.stderr.startswith(said)
    assert result.stderr.count("\n") == 1
