"""How a long command ends: on a signal, within ten seconds, and nothing is lost."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_SILENCE = 2.0
"""Seconds after a signal until a word is said."""
GRACE = 8.0
"""Seconds after the first signal until the process leaves with what is under way undone."""


@contextmanager
def on_signals(stop: threading.Event, code: int) -> Iterator[None]:
    """Let SIGTERM and SIGINT set `stop` during the block.

    At a second signal, or `GRACE` after the first, the process leaves at once with `code`. That is safe
    at any instant: every batch is one transaction, and what was not committed is done again at the next
    start.
    """
    timers = (
        threading.Timer(GRACE, _leave_undone, (code,)),
        threading.Timer(_SILENCE, _say, ("ending with what is under way; a second signal ends at once",)),
    )

    def handle(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            _leave_undone(code)
        stop.set()
        for timer in timers:
            timer.daemon = True
            timer.start()

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for timer in timers:
            timer.cancel()
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def as_interrupt() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does, so that it may clean up behind itself."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave_undone(code: int) -> None:
    _say("ended; what was not finished is done at the next start")
    leave(code)


def _say(text: str) -> None:
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def leave(code: int) -> None:
    """End the process without waiting for threads that hang in a fetch or a delivery."""
    if sys.stdout.isatty():
        sys.stdout.write("\x1b[?25h")  # the cursor, which a live view hides
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(code)
