"""`sommet dead-letters`, as a person meets it, on a log in a file and on Kafka."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from consumers import clean
from schemas.topics import RAW
from sommet.cli import app
from sommet.commands.log_file import ELSEWHERE
from sommet.runtime.beside import writing_beside
from sommet.runtime.embedded import Embedded
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster

NOW = datetime(2026, 10, 12, 9, tzinfo=UTC)
POISON = b'{"id": "raw/5b21/0e4f", "at": "2026-10-12T08:30:00Z", "title": "Un titre\\u001b[31m"}'
WHY = "no RawArticle: Object missing required field `article`"
Call = Callable[..., tuple[int, str, str]]


class Line:
    """A log with one wrong message, and the command line over it."""

    def __init__(self, name: str) -> None:
        self.name = name
        with self.open():
            pass
        self.plant("raw/5b21/0e4f", POISON)
        self.run()

    def open(self) -> Any:
        stages = [clean.stage()]
        if self.name:
            return Kafka(Cluster.named(self.name), stages, member="m", brake=None)
        return Embedded(Path("var") / "log.db", stages, brake=None)

    def plant(self, ident: str, payload: bytes) -> None:
        if not self.name:
            with writing_beside(Path("var") / "log.db") as writer:
                writer.write(RAW.name, ident, payload)
            return
        cluster = Cluster.named(self.name)
        with cluster.producer() as producer:
            producer.send(cluster.name(RAW.name), payload, b"", [("id", ident.encode())]).get()

    def run(self) -> None:
        with self.open() as driver:
            driver.run_until_idle(NOW)

    def __call__(self, *args: str) -> tuple[int, str, str]:
        where = ["--log", self.name] if self.name else []
        result = CliRunner().invoke(app, ["dead-letters", *args, *where])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout, result.stderr

    def rows(self, *args: str) -> list[Any]:
        return [json.loads(line) for line in self("list", "--json", *args)[1].splitlines()]


@pytest.fixture(params=["embedded", "kafka"])
def line(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    """Give a log of each kind with one dead letter."""
    monkeypatch.chdir(tmp_path)
    if request.param == "embedded":
        return Line("")
    return Line(f"kafka://{request.getfixturevalue('kafka')}/letters-{os.getpid()}-{tmp_path.name}")


def test_the_life_of_a_dead_letter(line: Line) -> None:
    """It is listed and shown, put back, rejected again, dropped; and what was, is told."""
    code, out, _ = line("list")
    assert code == 0
    head, row = out.splitlines()
    assert head.startswith("clean: 1 open, 0 retried, 0 dropped; the oldest ")
    assert row.endswith(f"raw/5b21/0e4f: {WHY}")
    (first,) = line.rows()
    number = str(first["number"])
    code, out, _ = line("show", number)
    assert code == 0
    assert out.splitlines()[:6] == [
        f"dead letter  {number}, open",
        "stage        clean",
        "origin       articles.raw.v1, partition 0, offset 1",
        "message      raw/5b21/0e4f",
        "received     2026-10-12 08:30:00 UTC",
        f"reason       {WHY}",
    ]
    assert ' "title": "Un titre\\u001b[31m"' in out.splitlines()
    assert line("retry", number, "--by", "Marie") == (0, f"{number}: put back for clean\n", "")
    assert line.rows() == []
    line.run()
    (second,) = line.rows()
    assert (second["before"], second["id"], second["status"]) == (int(number), "raw/5b21/0e4f", "open")
    assert f"before       dead letter {number}, put back" in line("show", str(second["number"]))[1]
    assert line("drop", str(second["number"]), "--note", "never an article")[0] == 0
    assert line("list")[1] == "clean: 0 open, 1 retried, 1 dropped\n"
    assert [(one["status"], one["by"], one["note"]) for one in line.rows("--all")] == [
        ("retried", "Marie", ""), ("dropped", "", "never an article"),
    ]  # fmt: skip
    message = json.loads(line("show", number, "--json")[1])["message"]
    assert message.encode() == POISON


def test_what_cannot_be_done_is_one_line(line: Line) -> None:
    """A number that is none, a stage that is none, a letter that is dealt with; then nothing is done."""
    (row,) = line.rows()
    number = str(row["number"])
    unknown = "999: no dead letter of that number; `sommet dead-letters list` shows them\n"
    assert line("show", "999") == (2, "", unknown)
    assert line("retry", number, "999") == (2, "", unknown)
    assert [one["status"] for one in line.rows("--all")] == ["open"]
    code, _, err = line("list", "--stage", "clen")
    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith("--stage clen: no stage of that name; there are clean, extract")
    assert line("list", "--stage", "alert") == (0, "no dead letters of alert\n", "")
    assert line("drop", number)[0] == 0
    code, _, err = line("retry", number)
    assert (code, err.startswith(f"{number}: was dropped at 20")) == (2, True)


def test_a_log_that_is_not_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the exit code of a database that cannot be used."""
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["dead-letters", "list"])
    assert (result.exit_code, result.stderr) == (
        3,
        f"var/log.db does not exist: check the path; {ELSEWHERE}\n",
    )
