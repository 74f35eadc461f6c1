"""The one SQLite file of the embedded driver: opened with care, written in whole transactions.

Write-ahead logging with `synchronous=FULL`: a follower such as the outbox keeps its position in
another file, so what it has read must not vanish from this one in a power cut. A commit costs one
fsync, shared by a whole batch.

A file is looked at read-only before anything is written to it, so that one which is damaged, foreign
or newer than this release stays as it is.
"""

import contextlib
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from sommet import clock
from sommet.errors import StorageError
from sommet.runtime import trouble
from sommet.runtime.crash import crash_point
from sommet.runtime.lock import FileLock

APPLICATION = 0x534F4D54
"""`PRAGMA application_id` of our files: "SOMT"."""
SCHEMA = 2
"""`PRAGMA user_version`: raised by every change of the tables."""
CHECKED_AT_OPEN = 64 * 2**20
"""Files up to this many bytes are checked page by page when they are opened; larger ones take too long
and show their damage when a bad page is read."""

TABLES = """
CREATE TABLE log (
  topic TEXT NOT NULL, offset INTEGER NOT NULL, id TEXT NOT NULL, payload BLOB NOT NULL,
  PRIMARY KEY (topic, offset), UNIQUE (topic, id)
) STRICT;
CREATE TABLE state (
  stage TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (stage, key)
) STRICT;
CREATE TABLE timers (
  stage TEXT NOT NULL, key TEXT NOT NULL, due TEXT NOT NULL, cause TEXT NOT NULL,
  history INTEGER NOT NULL, held INTEGER NOT NULL, PRIMARY KEY (stage, key)
) STRICT;
CREATE TABLE positions (
  stage TEXT NOT NULL, topic TEXT NOT NULL, offset INTEGER NOT NULL, id TEXT NOT NULL,
  recent TEXT NOT NULL, PRIMARY KEY (stage, topic)
) STRICT;
CREATE TABLE ticks (
  number INTEGER PRIMARY KEY, stage TEXT NOT NULL, id TEXT NOT NULL, at TEXT NOT NULL,
  release INTEGER NOT NULL
) STRICT;
CREATE TABLE dead_letters (
  number INTEGER PRIMARY KEY, stage TEXT NOT NULL, topic TEXT NOT NULL, offset INTEGER NOT NULL,
  id TEXT NOT NULL, reason TEXT NOT NULL, payload BLOB NOT NULL
) STRICT;
"""
IDENTITY = "CREATE TABLE identity (id TEXT NOT NULL) STRICT"

_HAS_LOG = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'log'"
_IDENTITY = "SELECT id FROM identity"
_HAS_IDENTITY = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'identity'"


class Database:
    """A file that this process alone writes; usable from several threads.

    `patience` is how many seconds to wait for a lock that another program holds on it. Every
    `sqlite3.Error` becomes a `StorageError` that says which file, why, and what to do.
    """

    def __init__(self, path: Path, *, patience: float = 30.0) -> None:
        self.path = path
        self._patience = patience
        self._mutex = threading.RLock()
        self._lock = FileLock(path)
        try:
            with trouble.explained(path):
                inspect(path, patience)
                self._connection = sqlite3.connect(
                    path, timeout=min(patience, 1.0), isolation_level=None, check_same_thread=False
                )
                self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        mode = self._connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        if mode != "wal":
            raise StorageError(
                f"{self.path} cannot use write-ahead logging: put it on a local disk, not a network one"
            )
        for pragma in ("synchronous=FULL", "trusted_schema=OFF", "cell_size_check=ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        crash_point("database", "create")
        with self.transaction() as connection:  # also shows at once that the file may be written
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version == SCHEMA:
                return
            connection.execute(f"PRAGMA application_id={APPLICATION}")
            connection.execute(f"PRAGMA user_version={SCHEMA}")
            if version == 0:
                for statement in TABLES.split(";\n"):
                    connection.execute(statement)
            connection.execute(IDENTITY)
            made = uuid.uuid4().hex  # noqa: TID251 - of this file alone, whatever is in it
            connection.execute("INSERT INTO identity VALUES (?)", (made,))
            crash_point("database", "commit")
        crash_point("database", "created")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run the block as one `BEGIN IMMEDIATE` transaction, all or nothing."""
        with self._mutex, trouble.explained(self.path):
            self._begin()
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    with contextlib.suppress(sqlite3.Error):
                        self._connection.execute("ROLLBACK")
                raise

    def _begin(self) -> None:
        give_up = clock.monotonic() + self._patience
        pause = 0.01
        while True:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as exc:
                if not trouble.busy(exc) or clock.monotonic() >= give_up:
                    raise
                clock.sleep(pause)
                pause = min(2 * pause, 1.0)
            else:
                return

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Run the block on what is committed."""
        with self._mutex, trouble.explained(self.path):
            yield self._connection

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Return all rows of a query."""
        try:
            with self._mutex:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as exc:
            raise trouble.explain(self.path, exc) from exc

    def value(self, sql: str, *values: Any) -> Any:
        """Return the first column of the first row of a query, or None."""
        rows = self.rows(sql, *values)
        return rows[0][0] if rows else None

    def identity(self) -> str:
        """Return the id that was made with the file."""
        return str(self.value(_IDENTITY))

    def close(self) -> None:
        """Close the file and let go of it; closing twice is fine."""
        if hasattr(self, "_connection"):
            with trouble.explained(self.path):
                self._connection.close()
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Reader:
    """A database that is read and never written, also while another process writes it."""

    def __init__(self, path: Path, *, patience: float = 30.0) -> None:
        self.path = path
        with trouble.explained(path):
            if not path.exists():
                raise StorageError(f"{path} does not exist: check the path")
            inspect(path, patience)
            self._connection = _read_only(path, patience)
            if not self._connection.execute(_HAS_LOG).fetchone():
                self._connection.close()
                raise StorageError(f"{path} is empty: check the path")

    def hold(self) -> None:
        """See one state of the file from the next query until the end, whatever is written meanwhile."""
        self.rows("BEGIN")

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Run the block on what is committed."""
        with trouble.explained(self.path):
            yield self._connection

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Return all rows of a query."""
        with self.reading() as connection:
            return connection.execute(sql, values).fetchall()

    def identity(self) -> str:
        """Return the id that was made with the file; empty where an older release alone has written it."""
        return str(self.rows(_IDENTITY)[0][0]) if self.rows(_HAS_IDENTITY) else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def inspect(path: Path, patience: float) -> None:
    """Refuse a file that is damaged, foreign or newer; a missing or empty one is fine.

    Raises `StorageError` or `sqlite3.Error`; never writes.
    """
    if path.exists() and not path.is_file():
        raise StorageError(f"{path} cannot be opened, it is no file: choose another path")
    if not path.exists() or path.stat().st_size == 0:
        return
    with contextlib.closing(_read_only(path, patience)) as connection:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if application != APPLICATION and (application or version or tables):
            raise StorageError(
                f"{path} is a database of another program: choose another path or move that file away"
            )
        if version > SCHEMA:
            raise StorageError(
                f"{path} has schema {version}, this release knows {SCHEMA}: "
                "use the release that wrote it or a newer one"
            )
        if path.stat().st_size <= CHECKED_AT_OPEN:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if verdict != "ok":
                raise trouble.damaged(path, verdict)


def _read_only(path: Path, patience: float) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=patience, isolation_level=None
    )
