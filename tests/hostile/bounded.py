"""Work in a process of its own that may use only so much of the processor.

The bound is on the work, not on the clock: a busy machine makes it no tighter.
"""

import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(module: str, *arguments: str, seconds: int) -> list[str]:
    """Run a module of this folder with at most `seconds` of the processor; return the lines it wrote.

    Where the bound is met the last line names what was being worked on, and `AssertionError` says it.
    """
    done = subprocess.run(
        [sys.executable, "-m", f"tests.hostile.{module}", *arguments],
        cwd=ROOT,
        capture_output=True,
        check=False,
        encoding="utf-8",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds)),
    )
    lines = done.stdout.splitlines()
    last = lines[-1] if lines else "the start"
    assert done.returncode == 0, f"ended with {done.returncode} at {last}\n{done.stderr[-2_000:]}"
    return lines
