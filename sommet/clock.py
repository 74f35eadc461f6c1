"""The only module that reads the clock."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Return the wall clock's time, in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Return seconds that never go backwards, from an arbitrary start."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)
