"""A step that is repeated in a thread of its own, so that what waits on the network delays nobody else."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Self

from sommet import clock


class Background:
    """Calls `step` until it returns None or the block ends; a context manager.

    `step` returns how long to wait before the next call. An exception ends the repetition and is raised
    by `check`, in the thread that asks. `patience` is how many seconds the end of the block waits for a
    step under way; the thread is a daemon's and `rested` says whether it came to its end.
    """

    def __init__(self, name: str, step: Callable[[], timedelta | None], *, patience: float = 3.0) -> None:
        self._step, self._patience = step, patience
        self._stop = threading.Event()
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._repeat, name=name, daemon=True)

    @property
    def rested(self) -> bool:
        """Whether the thread has come to its end."""
        return not self._thread.is_alive()

    @property
    def stopping(self) -> bool:
        """Whether the block has ended; a long step may look and end early."""
        return self._stop.is_set()

    def check(self) -> None:
        """Raise what ended the repetition, if anything did."""
        if self._error is not None:
            raise self._error

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(self._patience)

    def _repeat(self) -> None:
        try:
            while not self._stop.is_set():
                pause = self._step()
                if pause is None:
                    return
                self._wait(pause.total_seconds())
        except Exception as error:  # noqa: BLE001 - raised again where somebody can act on it
            self._error = error

    def _wait(self, seconds: float) -> None:
        """Wait at most a minute at a time, so that a clock that was set is noticed."""
        until = clock.monotonic() + seconds
        while (left := until - clock.monotonic()) > 0 and not self._stop.wait(min(left, 60.0)):
            pass
