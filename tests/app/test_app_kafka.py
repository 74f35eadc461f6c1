"""All parts joined, with the log on Kafka."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from schemas.articles import RawArticle
from schemas.topics import ARTICLES, RAW
from sommet.app import App
from sommet.config import Config
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster
from sommet.stage import Stage
from tests.app.small import NOW, Inbox


def named(kafka: str, test: str) -> str:
    """Return the name of an empty log."""
    return f"kafka://{kafka}/{test}-{os.getpid()}"


def test_one_round_and_a_second_one(
    kafka: str, config: Config, stages: tuple[Stage[Any], ...], inbox: Inbox, tmp_path: Path
) -> None:
    """A document becomes an event in the store and one alert, also where the store is lost between."""
    row = {"id": "a", "date": "2026-10-12T11:00:00Z", "source": "Example", "title": "News"}
    file = tmp_path / "a.jsonl"
    file.write_bytes(msgspec.json.encode({**row, "text": "They plan a summit."}))
    for place in ("one", "two"):
        changed = msgspec.structs.replace(config, data=tmp_path / place)
        receiving = {"console": inbox}
        log = named(kafka, "round")
        with App(changed, stages=stages, receiving=receiving, now=lambda: NOW, log=log) as app:
            app.run([str(file)], once=True)
            assert [event.place for event in app.store.events()] == ["Beijing"]
    assert len(inbox.taken) == 1


@contextmanager
def worker(log: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run `sommet stage clean` beside the test."""
    (folder / "sommet.yaml").write_text("catalogue: false\nmetrics: {port: 0}\n")
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUNBUFFERED": "1"}
    code = "from sommet.cli import main; main()"
    command = [sys.executable, "-c", code, "stage", "clean", "--log", log, "--member", "one"]
    with subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_stage_runs_alone_until_it_is_told_to_end(kafka: str, tmp_path: Path) -> None:
    """`sommet stage` takes what others append, and ends with 0 at SIGTERM; a kill -9 loses nothing."""
    log = named(kafka, "stage")
    raws = [
        RawArticle(
            id=f"raw/{i}", at=NOW, article=f"https://example.org/{i}", url=f"https://example.org/{i}",
            source="example", received=NOW, title="News", text=f"They met on day {i} in Moscow.",
        )
        for i in range(4)
    ]  # fmt: skip
    with Kafka(Cluster.named(log), ()) as driver:
        for number, (sign, status) in enumerate([(signal.SIGKILL, -9), (signal.SIGTERM, 0)]):
            driver.append(raws[: 2 * number + 2])
            with worker(log, tmp_path) as process:
                assert process.stdout
                assert process.stdout.readline() == f"clean runs over {log}\n"
                wait_for(driver, 2 * number + 2)
                process.send_signal(sign)
                assert process.wait(10) == status
        assert len(driver.read(RAW, 0)) == 4
        cleaned = [article.article for _, article in driver.read(ARTICLES, 0)]
        assert sorted(cleaned) == [raw.article for raw in raws]


def wait_for(driver: Kafka, count: int) -> None:
    """Wait until so many articles are clean."""
    pause = threading.Event()
    for _ in range(250):
        if len(driver.read(ARTICLES, 0)) >= count:
            return
        pause.wait(0.1)
    pytest.fail(f"there are no {count} articles after 25 s")


def test_an_unknown_stage_is_refused(tmp_path: Path, kafka: str) -> None:
    """A name that is no stage's is a wrong usage, and the stages are named."""
    command = [sys.executable, "-m", "sommet", "stage", "cleen", "--log", named(kafka, "none")]
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "cleen: no stage of that name; there are clean, extract" in done.stderr
