"""`sommet lag`, as a person or a script meets it."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from schemas.articles import RawArticle
from sommet.cli import app
from sommet.runtime.embedded import Embedded
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster

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


def test_a_log_that_is_not_there_is_one_line() -> None:
    """With the exit code of a database that cannot be used."""
    assert call() == (3, "", "var/log.db does not exist: check the path\n")
