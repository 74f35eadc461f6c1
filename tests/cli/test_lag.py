"""`sommet lag`, as a person or a script meets it."""

import contextlib
import json
import os
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

import schemas
from schemas.articles import RawArticle
from schemas.envelope import decode
from schemas.events import Alert
from sommet.cli import app
from sommet.commands.log_file import ELSEWHERE
from sommet.runtime.embedded import Embedded
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster
from sommet.store import Store

EXAMPLES = Path(schemas.__file__).parent / "examples"
STAGES = ["clean", "extract", "classify", "resolve", "alert"]


def call(*args: str) -> tuple[int, str, str]:
    """Run the command in this process; return its exit code, output and errors."""
    result = CliRunner().invoke(app, ["lag", *args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder without a configuration."""
    monkeypatch.chdir(tmp_path)


def test_a_running_instance_is_asked(kafka: str) -> None:
    """A line for each stage and partition, in the order of the data, while the log is in use."""
    raw = RawArticle(id="raw/a", article="a", url="https://example.org/a", source="example")
    name = f"kafka://{kafka}/lag-{os.getpid()}"
    with Embedded(Path("var") / "log.db", ()) as file, Kafka(Cluster.named(name), (), partitions=1) as log:
        for driver in (file, log):
            driver.append([raw])
        for where in ((), ("--log", name)):
            code, out, _ = call(*where)
            assert code == 0
            rows = [line.split() for line in out.splitlines()]
            assert rows[0] == ["stage", "topic", "partition", "position", "end", "lag"]
            assert [row[0] for row in rows[1:]] == STAGES
            assert rows[1][1:] == ["articles.raw.v1", "0", "0", "1", "1"]
            found = [json.loads(line) for line in call(*where, "--json")[1].splitlines()]
            numbers = {"partition": 0, "position": 0, "end": 1, "lag": 1}
            assert found[0] == {"stage": "clean", "topic": "articles.raw.v1", **numbers}


def test_followers_are_shown(kafka: str) -> None:
    """The store and the outbox, by topic, in the log that is asked for; what they have not taken in waits."""
    name = f"kafka://{kafka}/lag-followers-{os.getpid()}"
    alert = decode((EXAMPLES / "alerts.v1.json").read_bytes(), Alert)
    alerts = [msgspec.structs.replace(alert, id=f"a{number}") for number in range(5)]
    with (
        Embedded(Path("var") / "log.db", ()) as file,
        Kafka(Cluster.named(name), (), partitions=3) as log,
        contextlib.closing(Store("sqlite:///var/store.db")) as store,
    ):
        for driver, where in ((file, ()), (log, ("--log", name))):
            driver.append(alerts[:3])
            store.follow(driver)
            driver.append(alerts[3:])
            rows = [line.split() for line in call(*where)[1].splitlines()]
            assert [row for row in rows if row[0] in {"store", "outbox"}] == [
                ["store", "articles.v1", "all", "0", "0", "0"],
                ["store", "events.v1", "all", "0", "0", "0"],
                ["store", "alerts.v1", "all", "3", "5", "2"],
                ["store", "deliveries.v1", "all", "0", "0", "0"],
                ["outbox", "alerts.v1", "all", "0", "5", "5"],
            ]
            found = [json.loads(line) for line in call(*where, "--json")[1].splitlines()]
            assert found[-1] == {
                "stage": "outbox", "topic": "alerts.v1", "partition": None, "position": 0, "end": 5, "lag": 5
            }  # fmt: skip


def test_a_store_that_does_not_answer_hides_no_stage() -> None:
    """Only the followers are left out, and it says why."""
    with Embedded(Path("var") / "log.db", ()):
        (Path("var") / "store.db").write_text("no database")
        code, out, err = call()
    assert (code, len(out.splitlines())) == (0, 1 + len(STAGES))
    assert err.startswith("the store and the outbox are left out: ")


def test_a_log_that_is_not_there_is_one_line() -> None:
    """With the exit code of a database that cannot be used."""
    assert call() == (3, "", f"var/log.db does not exist: check the path; {ELSEWHERE}\n")
