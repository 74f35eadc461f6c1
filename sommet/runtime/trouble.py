"""What SQLite's errors mean for the person who runs the program."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sommet.errors import StorageError

_ADVICE = {
    sqlite3.SQLITE_BUSY: "is locked by another process: end that process and start again",
    sqlite3.SQLITE_LOCKED: "is locked by another process: end that process and start again",
    sqlite3.SQLITE_FULL: "cannot grow, the disk is full: free some space and start again",
    sqlite3.SQLITE_READONLY: "cannot be written: allow this user to write the file and its directory",
    sqlite3.SQLITE_PERM: "cannot be written: allow this user to write the file and its directory",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: check that its directory exists and may be written",
    sqlite3.SQLITE_NOTADB: "is not a database: choose another path or move that file away",
    sqlite3.SQLITE_IOERR: "cannot be read or written, the disk reports an error: check it and its space",
}


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn every `sqlite3.Error` of the block into a `StorageError` about `path`."""
    try:
        yield
    except sqlite3.Error as exc:
        raise explain(path, exc) from exc


def explain(path: Path, exc: sqlite3.Error) -> StorageError:
    """Return the `StorageError` for an error of SQLite: which file, why, what to do."""
    code = _code(exc)
    if code == sqlite3.SQLITE_CORRUPT:
        return damaged(path, str(exc))
    advice = _ADVICE.get(code, "cannot be used: see the reason and start again")
    return StorageError(f"{path} {advice} ({exc})")


def damaged(path: Path, detail: str) -> StorageError:
    """Return the error for a file whose pages are not what they should be."""
    return StorageError(
        f"{path} is damaged and was left as it is: restore a backup, "
        f"or save what can be saved with `sqlite3 {path.name} .recover` ({detail.splitlines()[0]})"
    )


def busy(exc: sqlite3.Error) -> bool:
    """Say whether waiting may help."""
    return _code(exc) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _code(exc: sqlite3.Error) -> int:
    return getattr(exc, "sqlite_errorcode", 0) & 0xFF  # the primary code of an extended one
