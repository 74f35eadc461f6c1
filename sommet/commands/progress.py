"""How far a long command is."""

from typing import TextIO

from sommet import clock
from sommet.terminal import safe


class Progress:
    """Says on standard error how far it is: in place on a terminal, else a line now and then."""

    EVERY = 10.0

    def __init__(self, stream: TextIO, noun: str) -> None:
        self._stream, self._noun = stream, noun
        self._start = self._said = clock.monotonic()

    def done(self, done: int, total: int) -> None:
        """So many of all are done."""
        now = clock.monotonic()
        text = f"{done:,} of {total:,} {self._noun}, {done / max(now - self._start, 1e-6):,.1f} a second"
        if self._stream.isatty():
            self._stream.write(f"\r{text}\x1b[K" + "\n" * (done == total))
        elif done == total or now - self._said >= self.EVERY:
            self._said = now
            self._stream.write(f"{text}\n")
        self._stream.flush()

    def warn(self, text: str) -> None:
        """Something about one of them."""
        self._stream.write(f"{safe(text)}\n")
