"""Worker processes change how fast a stateless stage is, and nothing else; that they may die, too."""

import multiprocessing
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from sommet.errors import SommetError
from sommet.runtime.embedded import Embedded
from sommet.runtime.failures import StageFailed
from sommet.stage import Stage, State
from tests.runtime.driver import said, snapshot, stage
from tests.runtime.pipeline import DOUBLES, NUMBERS, STAGES, START, TOPICS, Doubled, Number, numbers


def whoami(state: State, message: Number, now: datetime) -> list[Doubled]:
    """Say which process this is."""
    return [Doubled(number=os.getpid())]


def fail(state: State, message: Number, now: datetime) -> list[Doubled]:
    """Fail at the sixth message, with an exception that does not travel."""
    if message.number == 5:

        class OwnError(Exception):
            pass

        raise OwnError("at five")
    return [Doubled(number=message.number)]


def die(state: State, message: Number, now: datetime) -> Iterator[Doubled]:
    """Die as if for want of memory, as often as the file in `key` says."""
    lives = Path(message.key)
    left = int(lives.read_text())
    if left and message.number == 5:
        lives.write_text(str(left - 1))
        os.kill(os.getpid(), signal.SIGKILL)
    yield Doubled(number=message.number)


def unpicklable(state: State, message: Number, now: datetime) -> list[Doubled]:
    """Return what cannot leave the process."""
    return [lambda: None]  # type: ignore[list-item]


def opened(path: Path, step: object, workers: int = 2) -> Embedded:
    """Open a driver over one stateless stage."""
    return Embedded(path, [stage(step, stateless=True)], workers=workers, topics=TOPICS, batch=20)


def mortals(tmp_path: Path, deaths: int) -> list[Number]:
    """Return messages over which `deaths` workers will die."""
    lives = tmp_path / "lives"
    lives.write_text(str(deaths))
    return [Number(id=f"n{i}", number=i, key=str(lives), at=START) for i in range(30)]


def test_steps_are_made_elsewhere(tmp_path: Path) -> None:
    """With workers, no step of a stateless stage is made in this process; those of others are."""
    stages = [stage(whoami, stateless=True), Stage("own", NUMBERS, (DOUBLES,), whoami)]
    with Embedded(tmp_path / "log", stages, workers=2, topics=TOPICS) as driver:
        driver.append(numbers(40))
        driver.run_until_idle(START)
        pids = {m.id.split("/")[0]: {n.number for n in said(driver, DOUBLES) if n.id[0] == m.id[0]}
                for m in said(driver, DOUBLES)}  # fmt: skip
        assert os.getpid() not in pids["under-test"]
        assert pids["own"] == {os.getpid()}
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("workers", [0, 2])
def test_a_failure_elsewhere_reads_as_one_here(tmp_path: Path, workers: int) -> None:
    """The stage stops at the same message with the same sentence, and the cause says where it was."""
    with opened(tmp_path / "log", fail, workers) as driver:
        driver.append(numbers(30))
        with pytest.raises(
            StageFailed, match="under-test stopped at message 'n5': OwnError: at five;"
        ) as caught:
            driver.run_until_idle(START)
        assert [m.number for m in said(driver, DOUBLES)] == [0, 1, 2, 3, 4]
        assert driver.lag() == {"under-test": 25}
    if workers:
        assert "line" in str(caught.value.__cause__)
        assert "in fail" in str(caught.value.__cause__)


def test_workers_that_die_are_replaced_once(tmp_path: Path) -> None:
    """A worker's sudden death costs a second attempt at its batch, and doubles nothing."""
    with opened(tmp_path / "log", die) as driver:
        driver.append(mortals(tmp_path, 1))
        assert driver.run_until_idle(START) == 30
        assert [m.number for m in said(driver, DOUBLES)] == list(range(30))


def test_workers_that_keep_dying_stop_the_stage(tmp_path: Path) -> None:
    """The second death over the same batch stops the stage, with nothing of the batch committed."""
    with opened(tmp_path / "log", die) as driver:
        driver.append(mortals(tmp_path, 2))
        with pytest.raises(StageFailed, match="'n0': its worker processes died twice over the same batch"):
            driver.run_until_idle(START)
        assert said(driver, DOUBLES) == []
        assert driver.run_until_idle(START) == 30
        assert len(said(driver, DOUBLES)) == 30


def test_what_cannot_come_back_stops_the_stage(tmp_path: Path) -> None:
    """Outputs that cannot be sent from a worker are an error of the program."""
    with opened(tmp_path / "log", unpicklable) as driver:
        driver.append(numbers(3))
        with pytest.raises(StageFailed, match="stage under-test stopped at message 'n0'"):
            driver.run_until_idle(START)


def test_a_step_that_cannot_be_sent_is_refused_at_once(tmp_path: Path) -> None:
    """A function inside a function cannot reach a worker, and says so before anything runs."""
    with pytest.raises(SommetError, match="step of stage under-test cannot be sent to worker processes"):
        opened(tmp_path / "log", lambda state, message, now: [])
    assert list(tmp_path.iterdir()) == []


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    """A kill -9 of the driver leaves no worker behind, and the next driver finds the file free."""
    code = (
        "import sys, os, time; from pathlib import Path\n"
        "from tests.runtime import test_workers as t\n"
        "if __name__ == '__main__':\n"
        "    driver = t.opened(Path(sys.argv[1]), t.whoami)\n"
        "    driver.append(t.numbers(20)); driver.run_until_idle(t.START)\n"
        "    print(*{m.number for m in t.said(driver, t.DOUBLES)}, flush=True)\n"
        "    sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "log")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as parent:
        assert parent.stdout is not None
        workers = [int(pid) for pid in parent.stdout.readline().split()]
        assert workers
        parent.kill()
        ended, _, _ = select.select([parent.stdout], [], [], 30)  # readable once all writers are gone
        left = [pid for pid in workers if running(pid)]
        for pid in left:
            os.kill(pid, signal.SIGKILL)
    assert ended
    assert left == []
    with opened(tmp_path / "log", whoami, 0) as driver:
        assert len(said(driver, DOUBLES)) == 20


def running(pid: int) -> bool:
    """Say whether a process still runs; one that only waits to be reaped does not."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_poison_alone_needs_no_workers(tmp_path: Path) -> None:
    """A batch in which no message can be read is rejected without a worker."""
    from tests.runtime.test_embedded import Files  # noqa: PLC0415 - only here

    files = Files(tmp_path / "log")
    for i in range(3):
        files.plant(NUMBERS, f"p{i}", b"?")
    with files.open(STAGES, workers=1, brake=None) as driver:
        driver.run_until_idle(START)
        assert len(driver.dead_letters()) == 3
        assert len(snapshot(driver)[0]) == 0
