"""kill -9 at every point of the embedded driver: nothing lost, nothing doubled, not a byte different."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sommet.runtime import crash
from sommet.runtime.embedded import Embedded
from tests.runtime.kill import ordeal
from tests.runtime.pipeline import END, STAGES, TOPICS, numbers


def work(directory: Path) -> None:
    """Append history, then live messages in two portions, and run to the end of time."""
    past, present = numbers(9, history=True), numbers(45)[9:]
    portions = [past, present[:14], present[14:]]
    with Embedded(directory / "log", STAGES, batch=5, topics=TOPICS, brake=None) as driver:
        for portion in portions:
            driver.append(portion)
            driver.run_until_idle(portion[-1].at)
        driver.run_until_idle(END)


ROWS = {
    "log": "SELECT * FROM log ORDER BY topic, offset",
    "state": "SELECT * FROM state ORDER BY stage, key",
    "timers": "SELECT * FROM timers ORDER BY stage, key",
    "positions": "SELECT * FROM positions ORDER BY stage",
    "identity": "SELECT count(*), length(id) FROM identity",
    "ticks": "SELECT stage, id, at, release FROM ticks ORDER BY stage, number",
    "dead_letters": "SELECT stage, topic, offset, id, reason, payload FROM dead_letters ORDER BY 1, number",
}


def tables(directory: Path) -> dict[str, list[Any]]:
    """Return every row of every table; how the stages took turns is left out, as nothing depends on it."""
    with contextlib.closing(sqlite3.connect(directory / "log")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        assert {name for (name,) in names} == set(ROWS)
        return {name: connection.execute(sql).fetchall() for name, sql in ROWS.items()}


def test_a_kill_at_any_point_changes_nothing(tmp_path: Path) -> None:
    """After at least 150 kills the log, the state, the timers and the positions are those of a calm run."""
    kills, names = ordeal(work, tables, tmp_path, each=6)
    assert kills >= 150, kills
    steps = (
        "begin",
        "outputs",
        "state",
        "timers",
        "letters",
        "position",
        "commit",
        "committed",
        "step",
        "stepped",
    )
    assert names == {
        *(f"append:{step}" for step in ("begin", "write", "commit", "committed")),
        *(f"database:{step}" for step in ("create", "commit", "created")),
        *(f"{stage.name}:{step}" for stage in STAGES for step in steps),
        *("tally:wake", "tally:woken", "double:rejected", "tally:rejected"),
    }
    calm = tables(tmp_path / "calm")
    assert [len(calm[name]) for name in ("dead_letters", "positions", "timers")] == [2, 3, 0]
    assert calm["ticks"]
    assert calm["state"]


@pytest.mark.parametrize(("spec", "status"), [("here:3", -signal.SIGKILL), ("here:4", 0), ("there:1", 0)])
def test_the_environment_arms_a_point(spec: str, status: int) -> None:
    """`SOMMET_CRASHPOINT=name:N` kills at the N-th pass and nowhere else."""
    code = "from sommet.runtime.crash import crash_point\nfor _ in range(3): crash_point('he' 're')"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "SOMMET_CRASHPOINT": spec}, check=False
    )
    assert done.returncode == status


def test_without_it_nothing_is_counted() -> None:
    """A point that is not armed leaves no trace."""
    crash.crash_point("anywhere")
    assert crash.passes == {}
