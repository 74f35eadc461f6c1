"""One instance for one file: a lock that ends with the process that holds it, however it ends."""

import contextlib
import errno
import fcntl
import os
from pathlib import Path

from sommet.errors import StorageError


class FileLock:
    """Holds `<path>.lock` until `close`; the file stays, its lock does not.

    Raises `StorageError` when another process holds it or the directory cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._file = -1
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as exc:
            raise StorageError(
                f"{path} cannot be opened, {exc.strerror}: check that its directory exists and may be written"
            ) from exc
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            holder = os.read(self._file, 20).decode("ascii", "replace").strip()
            self.close()
            if exc.errno not in {errno.EACCES, errno.EAGAIN}:
                raise StorageError(f"{path} cannot be locked, {exc.strerror}: use a local disk") from exc
            raise StorageError(
                f"{path} is in use by another instance (process {holder or 'unknown'}): "
                "end that one or choose another path"
            ) from exc
        with contextlib.suppress(OSError):  # the number is a courtesy; a full disk must not forbid the lock
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, str(os.getpid()).encode(), 0)

    def close(self) -> None:
        """Let go."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
