"""A SQLite file looked at before it is used: is it ours, is it whole, may it be written."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sommet.errors import StorageError
from sommet.store.tables import APPLICATION_ID, SCHEMA_VERSION

CHECKED_AT_OPEN = 64 * 2**20
"""Files up to this many bytes are checked page by page when they are opened; larger ones take too long
and show their damage when a bad page is read."""
OLDEST = 3
"""The first version of the tables that is changed in place."""
CHANGES = {
    4: (
        "ALTER TABLE positions RENAME TO positions_before",
        """CREATE TABLE positions (
          log VARCHAR(40) NOT NULL, reader VARCHAR(40) NOT NULL, topic VARCHAR(80) NOT NULL,
          position BIGINT NOT NULL, last TEXT NOT NULL, PRIMARY KEY (log, reader, topic)
        )""",
        "INSERT INTO positions SELECT '', reader, topic, position, '' FROM positions_before",
        "DROP TABLE positions_before",
    ),
}
"""What leads to each later version; the same as the migrations of PostgreSQL."""
DAMAGED = (
    "is damaged; move it away and start again: what the topics hold is read in anew, nothing is sent twice"
)

_ADVICE = {
    "SQLITE_BUSY": "is locked by another program; stop that program or wait for it",
    "SQLITE_LOCKED": "is locked by another program; stop that program or wait for it",
    "SQLITE_NOTADB": "is no SQLite database; name another file, or move this one away",
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_FULL": "cannot grow, the disk is full; free some space and start again",
    "SQLITE_IOERR": "cannot be read or written, the disk reports an error; check the disk",
    "SQLITE_READONLY": "may only be read; give the user of this program the right to write it",
    "SQLITE_CANTOPEN": "cannot be opened; check that its directory exists and may be written",
    "SQLITE_PERM": "may not be opened; give the user of this program the right to read and write it",
}


def advice(error: BaseException | None) -> str:
    """Return what an error of a database means for the person who runs the program."""
    name = getattr(error, "sqlite_errorname", "")
    for code, text in _ADVICE.items():
        if name.startswith(code):
            return text
    if isinstance(error, sqlite3.Error) and "decode to UTF-8" in str(error):
        return DAMAGED
    return f"cannot be used ({name or type(error).__name__}); see whether it runs and may be reached"


def usable(path: Path, patience: float) -> bool:
    """Say whether `path` may be written; a missing or empty file may, as far as this can be seen.

    Raises `StorageError` or `sqlite3.Error` for a file that is damaged, foreign or newer than this
    release; never writes. `patience` is how many seconds to wait for a lock.
    """
    if path.exists() and not path.is_file():
        raise StorageError(f"The database {path} cannot be opened, it is no file; name another one.")
    if not path.exists() or path.stat().st_size == 0:
        return True
    with closing(connected(path, patience)) as connection:
        _check(path, connection)
    return _writable(path)


def changes(version: int) -> list[str]:
    """Return what brings the tables of a version to those of this release; of none, nothing."""
    return [one for to, several in sorted(CHANGES.items()) if OLDEST <= version < to for one in several]


def connected(path: Path, patience: float) -> sqlite3.Connection:
    """Return a connection that only reads `path`, for any thread."""
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?{_how(path)}",
        uri=True,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA query_only = ON")
    return connection


def _check(path: Path, connection: sqlite3.Connection) -> None:
    mark, version, tables = (
        connection.execute(query).fetchone()[0]
        for query in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
    )
    if mark != APPLICATION_ID and tables:
        raise StorageError(f"The database {path} belongs to another program; name another file.")
    if version > SCHEMA_VERSION:
        raise StorageError(
            f"The database {path} was written by a newer release (schema {version}, this one knows"
            f" {SCHEMA_VERSION}); install that release, or name another file."
        )
    if mark == APPLICATION_ID and version < SCHEMA_VERSION and not _writable(path):
        raise StorageError(
            f"The database {path} was written by an older release and may only be read; start this one once"
            " where it may write it."
        )
    if mark == APPLICATION_ID and version < OLDEST:
        raise StorageError(
            f"The database {path} was written by an older release (schema {version}, this one writes"
            f" {SCHEMA_VERSION}); delete it: it is built anew from the log."
        )
    if path.stat().st_size > CHECKED_AT_OPEN:
        return
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise StorageError(f"The database {path} {DAMAGED}.")


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _how(path: Path) -> str:
    """Return the way to open `path` for reading.

    With the right to write, so that a write that was cut short is undone and no files stay beside it;
    but not where SQLite would bring a write-ahead log into the file at the end. Where the directory
    cannot be written and no other program has the file open, SQLite is told that it does not change: it
    would want to put its own files there.
    """
    logged = _size(path, "-wal") > 0
    if _writable(path) and not logged:
        return "mode=rw"
    if os.access(path.parent, os.W_OK) or logged or Path(f"{path}-shm").exists():
        return "mode=ro"
    return "mode=ro&immutable=1"


def _size(path: Path, suffix: str) -> int:
    beside = Path(f"{path}{suffix}")
    return beside.stat().st_size if beside.exists() else 0
