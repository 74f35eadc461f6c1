"""What happens with files that are no usable database."""

import gc
import hashlib
import sqlite3
import threading
import warnings
from pathlib import Path

import pytest
from sqlalchemy import select

from sommet.errors import StorageError
from sommet.store import Store
from sommet.store.database import Database
from sommet.store.positions import move, position
from sommet.store.tables import SCHEMA_VERSION, positions
from tests.outbox.fakes import MemoryLog, an_event


def _foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (id)")
    connection.commit()
    connection.close()


def _newer(path: Path) -> None:
    Store(f"sqlite:///{path}").close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()


def _junk(path: Path) -> None:
    path.write_bytes(b"no database at all " * 500)


def _damaged(path: Path) -> None:
    Store(f"sqlite:///{path}").close()
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_foreign, "belongs to another program"),
        (_newer, "newer release"),
        (_junk, "no SQLite database"),
        (_damaged, "damaged"),
    ],
)
def test_what_is_not_ours_is_refused_and_left_as_it_is(tmp_path: Path, spoil: object, says: str) -> None:
    """The message says which file and why, and not a byte of the file changes."""
    path = tmp_path / "store.db"
    spoil(path)  # type: ignore[operator]
    before = hashlib.sha256(path.read_bytes()).digest()
    with pytest.raises(StorageError, match=says) as caught:
        Store(f"sqlite:///{path}")
    assert str(path) in str(caught.value)
    assert hashlib.sha256(path.read_bytes()).digest() == before


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("no url", "expected sqlite"),
        ("sqlite://", "must be a file"),
        ("oracle17://u:canary-of-store@h/x", "not installed"),
        ("postgresql+psycopg://u:canary-of-store@h/x", "not installed"),
    ],
)
def test_a_wrong_url_is_explained_without_its_password(url: str, says: str) -> None:
    """The URL of a database may hold a password; the message does not."""
    with pytest.raises(StorageError, match=says) as caught:
        Store(url)
    assert "canary" not in str(caught.value)


def test_a_directory_that_cannot_be_made_into_a_database(tmp_path: Path) -> None:
    """A directory in place of a file is an error with a sentence."""
    with pytest.raises(StorageError, match="cannot be opened"):
        Store(f"sqlite:///{tmp_path}")


def test_a_missing_directory_is_made(tmp_path: Path) -> None:
    """The first start needs no preparation."""
    Store(f"sqlite:///{tmp_path / 'a' / 'b' / 'store.db'}").close()
    assert (tmp_path / "a" / "b" / "store.db").exists()


def test_a_locked_database_is_named_as_such_and_works_again(tmp_path: Path) -> None:
    """After the lock is gone, nothing is lost."""
    path = tmp_path / "store.db"
    store = Store(f"sqlite:///{path}", patience=0.05)
    log = MemoryLog()
    log.append([an_event()])
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked by another program"):
        store.follow(log)
    assert store.counts().events == 0
    other.execute("ROLLBACK")
    other.close()
    assert store.follow(log) == 1
    store.close()


def _fill_up(database: Database) -> None:
    """Write until SQLite finds no room in as many pages as there are now."""
    with database.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        for number in range(500):
            move(connection, "x" * 900, str(number), number)


def test_a_full_disk_is_named_as_such(tmp_path: Path) -> None:
    """What was written before stays readable."""
    store = Store(f"sqlite:///{tmp_path / 'store.db'}")
    log = MemoryLog()
    log.append([an_event()])
    store.follow(log)
    with pytest.raises(StorageError, match="disk is full"):
        _fill_up(store.database)
    assert store.counts().events == 1
    store.close()


def test_readers_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    """A query during a write sees the state before it."""
    database = Database(f"sqlite:///{tmp_path / 'store.db'}", patience=0.05)
    with database.writing() as writer:
        move(writer, "test", "topic", 7)
        with database.reading() as reader:
            assert position(reader, "test", "topic") == -1
    with database.reading() as reader:
        assert position(reader, "test", "topic") == 7
    database.close()


def test_writers_wait_for_each_other(tmp_path: Path) -> None:
    """Read, add one, write, in four threads: no step is lost, for the lock comes before the read."""
    database = Database(f"sqlite:///{tmp_path / 'store.db'}")

    def work() -> None:
        for _ in range(25):
            with database.writing() as connection:
                move(connection, "test", "topic", position(connection, "test", "topic") + 1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert connection.execute(select(positions.c.position)).scalar_one() == 99
    database.close()


def _half(database: Database) -> None:
    with database.writing() as connection:
        move(connection, "test", "topic", 7)
        raise RuntimeError


def test_an_exception_undoes_the_transaction(tmp_path: Path) -> None:
    """All or nothing."""
    database = Database(f"sqlite:///{tmp_path / 'store.db'}")
    with pytest.raises(RuntimeError):
        _half(database)
    with database.reading() as connection:
        assert position(connection, "test", "topic") == -1
    database.close()


def test_closing_leaves_nothing_open(tmp_path: Path) -> None:
    """No connection is left to the garbage collector, also not after a refusal."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        store = Store(f"sqlite:///{tmp_path / 'store.db'}")
        store.counts()
        store.close()
        _newer(tmp_path / "newer.db")
        with pytest.raises(StorageError):
            Store(f"sqlite:///{tmp_path / 'newer.db'}")
        del store
        gc.collect()
    assert not list(tmp_path.glob("*-wal"))
