"""What happens with files that are no usable database."""

import gc
import hashlib
import sqlite3
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from sommet.errors import StorageError
from sommet.store import Store, sqlite_file
from sommet.store.database import Database
from sommet.store.positions import move, position
from sommet.store.tables import SCHEMA_VERSION, positions
from tests.nobody import as_nobody
from tests.outbox.fakes import NOW, MemoryLog, an_event


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


def _full(path: Path, events: int = 200) -> None:
    """Fill a store with events."""
    store, log = Store(f"sqlite:///{path}"), MemoryLog()
    log.append([an_event(number) for number in range(events)])
    store.follow(log)
    store.close()


def _every_fourth_page(path: Path) -> None:
    _full(path)
    data = bytearray(path.read_bytes())
    for start in range(8 * 4096, len(data), 4 * 4096):
        data[start : start + 4096] = b"\x5a" * 4096
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_foreign, "belongs to another program"),
        (_newer, "newer release"),
        (_junk, "no SQLite database"),
        (_damaged, "damaged"),
        (_every_fourth_page, "damaged"),
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


def test_a_bad_page_of_a_file_too_large_to_check_is_told_when_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first query that meets the damage ends with an error."""
    path = tmp_path / "store.db"
    _every_fourth_page(path)
    monkeypatch.setattr(sqlite_file, "CHECKED_AT_OPEN", 0)
    with (
        pytest.raises(StorageError, match="damaged"),  # by what is read at the start, or by the first query
        closing(Store(f"sqlite:///{path}")) as store,
    ):
        store.events(limit=1000)


def test_what_cannot_be_decoded_is_damage(tmp_path: Path) -> None:
    """Whole pages with wrong words in them are an error with a sentence, too."""
    path = tmp_path / "store.db"
    _full(path, 1)
    connection = sqlite3.connect(path)
    for wrong in ("data = '{'", "data = CAST(x'ff' AS TEXT)"):
        connection.execute(f"UPDATE events SET {wrong}")
        connection.commit()
        store = Store(f"sqlite:///{path}")
        with pytest.raises(StorageError, match="damaged"):
            store.events()
        store.close()
    connection.close()


@pytest.fixture
def public() -> Iterator[Path]:
    """A directory that every user can reach; pytest's own are private."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize("held", [False, True], ids=["alone", "while another program has it open"])
@pytest.mark.parametrize("what", ["file", "directory"])
def test_a_store_that_may_not_be_written_can_be_read(public: Path, what: str, held: bool) -> None:
    """Queries answer, also with what is not yet in the file itself; a write says what it needs."""
    path = public / "store.db"
    _full(path, 3)
    writer = Store(f"sqlite:///{path}") if held else None
    log = MemoryLog()
    log.append([an_event(number) for number in range(4)])
    if writer:
        writer.follow(log)
    for file in path.parent.iterdir():
        file.chmod(0o444)
    path.parent.chmod(0o555 if what == "directory" else 0o777)
    before = path.read_bytes()

    def work() -> None:
        store = Store(f"sqlite:///{path}")
        assert len(store.events()) == 3 + held
        log.append([an_event(9)])
        with pytest.raises(StorageError, match="may only be read"):
            store.follow(log)
        store.close()

    try:
        assert as_nobody(work) == 0
        assert path.read_bytes() == before
    finally:
        path.parent.chmod(0o755)
        if writer:
            writer.close()


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({}, "events_last_seen"),
        ({"since": NOW}, "events_last_seen"),
        ({"type": "summit"}, "events_of_type"),
        ({"type": "summit", "since": NOW}, "events_of_type"),
        ({"status": "held"}, "events_of_status"),
        ({"type": "summit", "status": "held"}, "events_of_type_and_status"),
    ],
)
def test_queries_for_events_go_by_an_index_in_their_order(
    tmp_path: Path, query: dict[str, Any], index: str
) -> None:
    """No query reads all events, or sorts all that it finds; a store of an older release gets the index."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    Store(url).close()
    connection = sqlite3.connect(tmp_path / "store.db")
    connection.execute(f"DROP INDEX {index}")
    connection.close()
    store = Store(url)
    asked: list[tuple[str, Any]] = []

    def ask(_: object, __: object, statement: str, values: Any, *___: object) -> None:
        asked.append((statement, values))

    with store.database.reading() as connected:
        event.listen(connected.engine, "before_cursor_execute", ask)
    store.events(**query)
    statement, values = next(one for one in asked if one[0].startswith("SELECT"))
    with store.database.reading() as connected:
        plan = [row[3] for row in connected.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    store.close()
    assert f"USING INDEX {index}" in plan[0].split(" (")[0]
    assert not any(line.endswith("FOR ORDER BY") for line in plan)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("no url", "expected sqlite"),
        ("sqlite://", "must be a file"),
        ("oracle17://u:canary-of-store@h/x", "knows SQLite and PostgreSQL, not oracle17"),
        ("postgresql://u:canary-of-store@h:many/x", "expected sqlite"),
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
            move(connection, "log", "x" * 900, str(number), number)


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


def test_readers_do_not_wait_for_a_writer(store_url: str) -> None:
    """A query during a write sees the state before it."""
    database = Database(store_url, patience=0.05)
    with database.writing() as writer:
        move(writer, "log", "test", "topic", 7)
        with database.reading() as reader:
            assert position(reader, "log", "test", "topic") == -1
    with database.reading() as reader:
        assert position(reader, "log", "test", "topic") == 7
    database.close()


def test_writers_wait_for_each_other(store_url: str) -> None:
    """Read, add one, write, in four threads: no step is lost, for the lock comes before the read."""
    database = Database(store_url)

    def work() -> None:
        for _ in range(25):
            with database.writing() as connection:
                move(connection, "log", "test", "topic", position(connection, "log", "test", "topic") + 1)

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
        move(connection, "log", "test", "topic", 7)
        raise RuntimeError


def test_an_exception_undoes_the_transaction(store_url: str) -> None:
    """All or nothing."""
    database = Database(store_url)
    with pytest.raises(RuntimeError):
        _half(database)
    with database.reading() as connection:
        assert position(connection, "log", "test", "topic") == -1
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
