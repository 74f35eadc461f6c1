"""One database: opened, marked as ours, read and written in transactions, closed."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from sommet.errors import StorageError
from sommet.store.tables import APPLICATION_ID, SCHEMA_VERSION, metadata

_ADVICE = {
    "SQLITE_BUSY": "is locked by another program; stop that program or wait for it",
    "SQLITE_LOCKED": "is locked by another program; stop that program or wait for it",
    "SQLITE_NOTADB": "is no SQLite database; name another file, or move this one away",
    "SQLITE_CORRUPT": "is damaged; move it away and start again: what the topics hold is read in anew",
    "SQLITE_FULL": "cannot grow, the disk is full; free some space and start again",
    "SQLITE_IOERR": "cannot be read or written, the disk reports an error; check the disk",
    "SQLITE_READONLY": "may only be read; give the user of this program the right to write it",
    "SQLITE_CANTOPEN": "cannot be opened; check that its directory exists and may be written",
    "SQLITE_PERM": "may not be opened; give the user of this program the right to read and write it",
}


class Database:
    """A SQLite file or a PostgreSQL database with the tables of `sommet.store.tables`.

    `url` is a SQLAlchemy URL; `patience` is how many seconds a transaction waits for a lock. Raises
    `StorageError` for what is locked, damaged, no database, another program's or a newer release's.
    May be used from several threads.
    """

    def __init__(self, url: str, *, patience: float = 30.0) -> None:
        self._url = _parsed(url)
        self.name = self._url.render_as_string(hide_password=True)
        self._sqlite = self._url.get_backend_name() == "sqlite"
        arguments: dict[str, Any] = {}
        if self._sqlite:
            self.name = self._prepared_path()
            arguments["connect_args"] = {"timeout": patience}
        try:
            self._engine = create_engine(self._url, **arguments)
        except (ImportError, NoSuchModuleError) as error:
            raise StorageError(f"The driver of the database {self.name} is not installed.") from error
        self._reader = self._engine.execution_options(reads=True)
        if self._sqlite:
            event.listen(self._engine, "connect", _connected)
            event.listen(self._engine, "begin", _began)
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database throughout."""
        with self._explained(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in one transaction: all of what is done with it, or nothing."""
        with self._explained(), self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _prepared_path(self) -> str:
        path = self._url.database or ""
        if not path or path == ":memory:":
            raise StorageError("The store must be a file: several connections share it.")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return path

    def _open(self) -> None:
        if self._sqlite:
            with self.reading() as connection:
                self._refuse_foreign(connection)
        with self.writing() as connection:
            metadata.create_all(connection)
            if self._sqlite:
                connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
        if self._sqlite:
            self._switch_to_wal()

    def _refuse_foreign(self, connection: Connection) -> None:
        """Raise before anything is written to a file that is not, or not yet, for this release."""
        mark = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if mark != APPLICATION_ID and inspect(connection).get_table_names():
            raise StorageError(f"The database {self.name} belongs to another program; name another file.")
        if version > SCHEMA_VERSION:
            raise StorageError(
                f"The database {self.name} was written by a newer release (schema {version}, this one knows"
                f" {SCHEMA_VERSION}); install that release, or name another file."
            )

    def _switch_to_wal(self) -> None:
        with self._explained(), self._engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            if raw is not None:
                raw.execute("PRAGMA journal_mode = WAL")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise StorageError(f"The database {self.name} {_advice(error.orig)}.") from error
        except sqlite3.Error as error:
            raise StorageError(f"The database {self.name} {_advice(error)}.") from error
        except SQLAlchemyError as error:
            raise StorageError(f"The database {self.name} cannot be used: {type(error).__name__}.") from error


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        raise StorageError(
            "The store's URL cannot be read; expected sqlite:///var/store.db or postgresql+psycopg://…"
        ) from None


def _advice(error: BaseException | None) -> str:
    name = getattr(error, "sqlite_errorname", "")
    for code, advice in _ADVICE.items():
        if name.startswith(code):
            return advice
    return f"cannot be used ({name or type(error).__name__}); see whether it runs and may be reached"


def _connected(connection: sqlite3.Connection, record: object) -> None:  # noqa: ARG001 - the event's signature
    """Leave transactions to us; each commit reaches the disk, for a sent message must stay sent."""
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _began(connection: Connection) -> None:
    """Take the write lock first: a read that turns into a write fails at once, whatever the timeout."""
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN DEFERRED" if reads else "BEGIN IMMEDIATE")
