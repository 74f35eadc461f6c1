"""What a start says, as a person or a script reads it."""

import re
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from sommet.cli import app
from sommet.commands.opening import nothing_to_read, opening
from sommet.config import Config, Source


def lines(*args: str) -> list[str]:
    """Run a command in this process; return the lines of its output."""
    result = CliRunner().invoke(app, list(args))
    assert result.exit_code == 0
    return result.stdout.splitlines()


def test_a_run_in_a_pipe_begins_with_what_it_watches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Version, sources and files, rules, receivers and metrics on one line."""
    monkeypatch.chdir(tmp_path)
    Path("sommet.yaml").write_text("catalogue: false\nmetrics: {port: 0}\n")
    Path("a.txt").write_text("Il pleut.")
    first = (
        r"sommet \d\S+ watches RUS-CHN: 0 sources, 1 file; rules: summits; receivers: console; metrics: off"
    )
    told = lines("run", "--once", "a.txt")
    assert re.fullmatch(first, told[0])
    assert not any("nothing to read" in line for line in told)
    told = lines("run", "--once")
    assert "note        there is nothing to read: add `sources` or `files` to the configuration" in told[1]


def test_the_place_of_the_metrics_is_said_where_they_are_served() -> None:
    """A round serves none."""
    assert opening(Config(), [], serving=True).endswith("; metrics: http://127.0.0.1:9464/metrics")
    assert opening(Config(), [], serving=False).endswith("; metrics: off")
    assert re.search(r": [1-9]\d+ sources, 0 files;", opening(Config(), [], serving=True))


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"catalogue": True}, []),
        ({"sources": (Source(feed="https://x.org/a"),)}, []),
        ({"files": ("a",)}, []),
        ({}, ["a"]),
    ],
)
def test_one_source_or_file_is_something_to_read(changes: dict[str, object], paths: list[str]) -> None:
    """Wherever it is named; without any there is nothing."""
    empty = Config(catalogue=False)
    assert nothing_to_read(empty, [])
    assert not nothing_to_read(msgspec.structs.replace(empty, **changes), paths)
