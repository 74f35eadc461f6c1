"""A step that is repeated in a thread of its own, so that what waits on the network delays nobody else."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Self

LONGEST = 60.0
"""Seconds of the longest pause, so that a clock that was set is noticed."""


class Background:
    """Calls `step` until it returns None or the block ends; a context manager.

    `step` returns how long to wait before the next call. An exception ends the repetition and is raised
    by `check`, in the thread that asks. `patience` is how many seconds the end of the block waits for a
    step under way; the thread is a daemon's and `rested` says whether it came to its end.
    """

    def __init__(self, name: str, step: Callable[[], timedelta | None], *, patience: float = 3.0) -> None:
        self._step, self._patience = step, patience
        self._stop, self._awake = threading.Event(), threading.Event()
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._repeat, name=name, daemon=True)

    @property
    def rested(self) -> bool:
        """Whether the thread has come to its end."""
        return not self._thread.is_alive()

    def wake(self) -> None:
        """Call `step` now rather than after its pause."""
        self._awake.set()

    def check(self) -> None:
        """Raise what ended the repetition, if anything did."""
        if self._error is not None:
            raise self._error

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._awake.set()
        self._thread.join(self._patience)

    def _repeat(self) -> None:
        try:
            while not self._stop.is_set():
                pause = self._step()
                if pause is None:
                    return
                self._awake.wait(min(pause.total_seconds(), LONGEST))
                self._awake.clear()
        except Exception as error:  # noqa: BLE001 - raised again where somebody can act on it
            self._error = error
