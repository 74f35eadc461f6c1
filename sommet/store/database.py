"""One database: opened, marked as ours, read and written in transactions, closed."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import MsgspecError
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.schema import CreateIndex

from sommet.errors import StorageError
from sommet.store import postgres, sqlite_file
from sommet.store.migrate import migrate
from sommet.store.sqlite_file import DAMAGED, advice
from sommet.store.tables import APPLICATION_ID, SCHEMA_VERSION, metadata


class Database:
    """A SQLite file or a PostgreSQL database with the tables of `sommet.store.tables`.

    `url` is a SQLAlchemy URL; `patience` is how many seconds a transaction waits for a lock. Raises
    `StorageError` for what is locked, damaged, no database, another program's or a newer release's.
    A file that may not be written is opened for reading alone. May be used from several threads.
    """

    def __init__(self, url: str, *, patience: float = 30.0) -> None:
        self._url = _parsed(url)
        self._sqlite = self._url.get_backend_name() == "sqlite"
        self._writable = True
        reads: dict[str, Any] = {"reads": True}
        if self._sqlite:
            self.name = self._prepared_path()
            arguments = self._inspected(Path(self.name), patience)
        else:
            self.name = postgres.shown(self._url)
            arguments = postgres.arguments(self._url, patience)
            reads |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._engine = create_engine(self._url, **arguments)
        self._reader = self._engine.execution_options(**reads)
        if self._sqlite:
            event.listen(self._engine, "connect", _connected)
            event.listen(self._engine, "begin", _began)
        else:
            event.listen(self._engine, "connect", lambda raw, _: postgres.connected(raw, patience))
            event.listen(self._engine, "begin", postgres.began)
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database throughout.

        What cannot be decoded was not written by us so: `StorageError` says that the database is damaged.
        """
        with self._explained(), self._reader.connect() as connection:
            try:
                yield connection
            except UnicodeEncodeError:
                raise
            except (ValueError, MsgspecError) as error:
                raise StorageError(f"The database {self.name} {DAMAGED}.") from error

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
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"The database {path} cannot be made: its directory cannot be created ({error.strerror})."
            ) from error
        return path

    def _inspected(self, path: Path, patience: float) -> dict[str, Any]:
        """Return how to connect to a file that was looked at before anything is written to it."""
        with self._explained():
            self._writable = sqlite_file.usable(path, patience)
        if self._writable:
            return {"connect_args": {"timeout": patience}}
        return {"creator": partial(sqlite_file.connected, path, patience)}

    def _open(self) -> None:
        if not self._sqlite:
            with self._explained():
                migrate(self._reader, self._engine, self.name)
            return
        if not self._writable:
            return
        with self.writing() as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            for change in sqlite_file.changes(version):
                connection.exec_driver_sql(change)
            metadata.create_all(connection)
            for index in (index for table in metadata.sorted_tables for index in table.indexes):
                connection.execute(CreateIndex(index, if_not_exists=True))
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
        self._switch_to_wal()

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
            if not self._sqlite:
                raise postgres.explained(self.name, error) from error
            raise StorageError(f"The database {self.name} {advice(error.orig)}.") from error
        except sqlite3.Error as error:
            raise StorageError(f"The database {self.name} {advice(error)}.") from error
        except SQLAlchemyError as error:
            raise StorageError(f"The database {self.name} cannot be used: {type(error).__name__}.") from error


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StorageError(
            "The store's URL cannot be read; expected sqlite:///var/store.db or postgresql://…"
        ) from None
    kind = parsed.get_backend_name()
    if kind not in {"sqlite", "postgresql"}:
        raise StorageError(f"The store knows SQLite and PostgreSQL, not {kind}.")
    return parsed.set(drivername="postgresql+psycopg") if kind == "postgresql" else parsed


def _connected(connection: sqlite3.Connection, record: object) -> None:  # noqa: ARG001 - the event's signature
    """Leave transactions to us; each commit reaches the disk, for a sent message must stay sent."""
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cell_size_check = ON")


def _began(connection: Connection) -> None:
    """Take the write lock first: a read that turns into a write fails at once, whatever the timeout."""
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN DEFERRED" if reads else "BEGIN IMMEDIATE")
