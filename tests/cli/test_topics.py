"""`sommet topics`, as a person meets it."""

import json
import os
import shutil
from pathlib import Path

from typer.testing import CliRunner

from sommet.cli import app

FILES = Path(__file__).parents[2] / "schemas" / "topics"


def call(*args: str) -> tuple[int, str, str]:
    """Run a command in this process; return its exit code, output and errors."""
    result = CliRunner().invoke(app, ["topics", *args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_the_list_says_who_writes_and_reads() -> None:
    """Three lines a topic, or one object."""
    code, out, _ = call("list")
    assert code == 0
    assert "articles.v1  4 partitions, kept forever\n" in out
    assert "clean → extract, store; key: The article" in out
    assert "resolve.changelog.v1  1 partition, compacted\n" in out
    assert "extract.changelog.v1  4 partitions, compacted\n" in out
    rows = [json.loads(line) for line in call("list", "--json")[1].splitlines()]
    assert {row["name"]: row["partitions"] for row in rows}["alert.changelog.v1"] == 1


def test_check_and_apply(kafka: str, tmp_path: Path) -> None:
    """Check ends with 1 where something differs, apply where something has to stay."""
    log = f"kafka://{kafka}/cli-{os.getpid()}"
    assert call("check", "--log", log)[:1] == (1,)
    code, out, _ = call("apply", "--log", log)
    assert code == 0
    assert "created          events.v1\n" in out
    assert call("check", "--log", log) == (0, f"all topics of {log} are as their files say\n", "")
    assert call("apply", "--log", log) == (0, f"all topics of {log} are as their files say\n", "")
    mine = shutil.copytree(FILES, tmp_path / "mine") / "events.v1.yaml"
    text = mine.read_text("utf-8")
    mine.write_text(text.replace("partitions: 1", "partitions: 2").replace("forever", "90d"))
    code, out, _ = call("apply", "--log", log, "--files", str(mine.parent))
    assert code == 1
    why = "with more, keys would part from what is remembered of them"
    assert out.splitlines() == [
        f"stays            events.v1: partitions: 1, not 2; {why}",
        "altered          events.v1: retention.ms: -1, not 7776000000",
    ]
    assert call("check", "--log", log)[1] == "events.v1: retention.ms: 7776000000, not -1\n"


def test_what_is_wrong_is_one_line(tmp_path: Path) -> None:
    """A log that is none, a folder that is none."""
    assert call("check", "--log", "kafka")[::2] == (
        2, "kafka: expected kafka://host:port, hosts separated by commas\n"
    )  # fmt: skip
    code, _, err = call("list", "--files", str(tmp_path / "nowhere"))
    assert (code, err) == (
        1,
        f"{tmp_path}/nowhere: no folder; expected one with a YAML file for each topic\n",
    )
