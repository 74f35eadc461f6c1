"""Kills a piece of work at every point it passes, resumes it, and compares what came of it.

The work is given as a function of a directory: it opens what it needs there, does everything, and may be
called again after any kill. Children are forked, so that what the parent has imported costs them nothing;
work that has threads of its own must start them in the child.
"""

import json
import os
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sommet.runtime import crash

Work = Callable[[Path], object]

CHAIN = 6
"""So many kills fall on one directory before it is compared."""


def points(work: Work, directory: Path) -> dict[str, int]:
    """Do the work undisturbed; return how often it passes each crash point."""
    reading, writing = os.pipe()

    def count() -> None:
        work(directory)
        os.write(writing, json.dumps(crash.passes).encode())

    try:
        assert not _child(count, "")
        os.close(writing)
        with os.fdopen(reading, "rb", closefd=False) as pipe:
            counted: dict[str, int] = json.loads(pipe.read())
            return counted
    finally:
        os.close(reading)


def schedule(passed: Mapping[str, int], each: int) -> Iterator[str]:
    """Return up to `each` kills at every point, from its first pass to its last."""
    for name, count in passed.items():
        for n in sorted({1 + round(i * (count - 1) / max(1, each - 1)) for i in range(each)}):
            yield f"{name}:{n}"


def ordeal(
    work: Work, result: Callable[[Path], Any], root: Path, *, each: int = 4, only: int | None = None
) -> tuple[int, set[str]]:
    """Kill `work` at all its points; return the number of kills and the names of the points.

    With `only`, so many of the kills are taken, evenly from the whole schedule.

    What `result` reads from a directory after the last resumption must equal what it reads after
    undisturbed work. Every scheduled kill does happen: one that a chain does not reach starts the next.
    """
    calm = root / "calm"
    calm.mkdir()
    passed = points(work, calm)
    expected = result(calm)
    planned = [*schedule(passed, each)]
    waiting = deque(planned[:: -(-len(planned) // only)] if only else planned)
    kills = 0
    while waiting:
        directory = root / f"kills-from-{kills}"
        directory.mkdir()
        history: list[str] = []
        for _ in range(min(CHAIN, len(waiting))):
            spec = waiting.popleft()
            if not _child(lambda: work(directory), spec):  # noqa: B023 - called at once
                assert history, f"{spec} was counted but not passed again"
                waiting.append(spec)
                break
            history.append(spec)
        kills += len(history)
        assert not _child(lambda: work(directory), None)  # noqa: B023 - called at once
        assert result(directory) == expected, f"killed at {history}"
    return kills, set(passed)


def _child(work: Callable[[], object], spec: str | None) -> bool:
    """Do `work` in a forked process with `spec` armed; say whether it was killed. Any other end fails."""
    child = os.fork()
    if child == 0:
        try:
            crash.arm(spec)
            work()
        except BaseException:  # noqa: BLE001 - nothing may return from this process into the test
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert killed or status == 0, f"the child ended with status {status}"
    return killed
