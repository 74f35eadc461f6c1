"""Named points at which a test kills the process, to prove that nothing is lost there.

`SOMMET_CRASHPOINT=clean:commit:3` kills the process (SIGKILL) when it passes `clean:commit` for the
third time. Unset, a point costs one comparison.
"""

import os
import signal
from collections import Counter

passes: Counter[str] = Counter()
"""How often each point was passed, counted only while armed."""

_armed: tuple[str, int] | None = None


def crash_point(*name: str) -> None:
    """Die here if this is the armed point and the armed pass; `name` parts are joined by colons."""
    if _armed is not None:
        _pass(":".join(name))


def arm(spec: str | None) -> None:
    """Arm the point in `spec`, `name:N`; an empty one only counts the passes, None disarms."""
    global _armed  # noqa: PLW0603 - the process has one life to lose
    passes.clear()
    name, _, count = (spec or "").rpartition(":")
    _armed = None if spec is None else (name, int(count or 0))


def _pass(name: str) -> None:
    passes[name] += 1
    if _armed == (name, passes[name]):
        os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get("SOMMET_CRASHPOINT"))
