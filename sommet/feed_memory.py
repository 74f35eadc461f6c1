"""What the poller remembers of each feed, kept in one small JSON file from start to start.

It holds schedules and validators only: without it every feed is asked anew, and nothing is lost.
"""

from pathlib import Path
from typing import Self

import msgspec
import structlog

from sommet.errors import StorageError

_log = structlog.get_logger()


class FeedMemory(dict[str, bytes]):
    """A dictionary with a file; `save` writes it whole or not at all."""

    path: Path

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return what `path` holds; nothing where it is missing or damaged."""
        memory = cls()
        memory.path = path
        try:
            kept = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
        except FileNotFoundError:
            return memory
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            _log.warning("feed_memory_dropped", path=str(path), error=type(error).__name__)
            return memory
        memory.update((source, text.encode()) for source, text in kept.items())
        return memory

    def save(self) -> None:
        """Write the file. Raises `StorageError` when the disk does not take it."""
        new = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(msgspec.json.encode({source: data.decode() for source, data in self.items()}))
            new.replace(self.path)
        except OSError as error:
            raise StorageError(
                f"{self.path} cannot be written, {error.strerror}: check the disk and its space"
            ) from error
