"""A store that meets another log than the one it knows."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import insert, select, text, update

from sommet.errors import StorageError
from sommet.outbox.outbox import Outbox
from sommet.store import Database, Store
from sommet.store.following import AGAIN, ANOTHER
from sommet.store.migrate import MIGRATIONS, VERSION_TABLE, revision
from sommet.store.positions import positions_of
from sommet.store.tables import SCHEMA_VERSION, positions
from tests.nobody import as_nobody
from tests.outbox.fakes import NOW, MemoryLog, MemoryReceiver, an_alert, an_event


@pytest.fixture
def said() -> list[str]:
    """What a person was told."""
    return []


@pytest.fixture
def store(store_url: str, said: list[str]) -> Iterator[Store]:
    """A store in a database of its own."""
    store = Store(store_url, tell=said.append)
    yield store
    store.close()


def named(name: str, *numbers: int) -> MemoryLog:
    """Return a log with events and alerts of these numbers."""
    log = MemoryLog(name)
    log.append([an_event(number) for number in numbers])
    log.append([an_alert(number) for number in numbers])
    return log


def test_each_log_has_its_own_positions(store: Store, said: list[str]) -> None:
    """Another log is read from its beginning, the first one goes on where it stopped; it is said once."""
    first, second = named("first", 1, 2, 3), named("second", 3, 4)
    assert (store.follow(first), said) == (6, [])
    assert (store.follow(second), said) == (4, [ANOTHER])
    assert {event.event for event in store.events()} == {f"event-{number}" for number in (1, 2, 3, 4)}
    assert len(store.alerts()) == 4
    first.append([an_event(5)])
    assert (store.follow(first), store.follow(second), said) == (1, 0, [ANOTHER])


def test_a_log_that_is_known_is_no_news(store: Store, store_url: str, said: list[str]) -> None:
    """The next start with either log reads only what is new, and says nothing."""
    logs = named("first", 1), named("second", 2)
    for log in logs:
        store.follow(log)
    later = Store(store_url, tell=said.append)
    assert [later.follow(log) for log in logs] == [0, 0]
    assert said == [ANOTHER]
    later.close()


@pytest.mark.parametrize("numbers", [(1,), (1, 7, 8), (1, 7, 8, 9)], ids=["shorter", "as long", "longer"])
def test_an_old_copy_of_a_log_is_read_again(
    store: Store, store_url: str, said: list[str], numbers: tuple[int, ...]
) -> None:
    """Where the message taken in last is no longer in its place, all of the log is read, and it is said."""
    store.follow(named("log", 1, 2, 3))
    copy = named("log", *numbers)
    later = Store(store_url, tell=said.append)
    assert later.follow(copy) == 2 * len(numbers)
    assert said == [AGAIN]
    assert {event.event for event in later.events()} == {f"event-{n}" for n in {1, 2, 3, *numbers}}
    copy.append([an_event(10)])
    assert (later.follow(copy), said) == (1, [AGAIN])
    later.close()


def outbox(database: Database, log: MemoryLog, desk: MemoryReceiver, said: list[str]) -> Outbox:
    """Return an outbox of one receiver."""
    return Outbox(database, {"desk": desk}, log=log, now=lambda: NOW, tell=said.append)


def test_what_was_sent_is_not_sent_again(store: Store, said: list[str]) -> None:
    """An alert that both logs have goes out once; the others of the second log go out, too."""
    desk = MemoryReceiver()
    for log, shown in ((named("first", 1, 2), [1, 2]), (named("second", 2, 3), [3])):
        one = outbox(store.database, log, desk, said)
        desk.sent.clear()
        one.follow(log)
        assert [finished.alert for finished in one.send_due(NOW)] == [f"alert-{number}" for number in shown]
        assert len(desk.sent) == len(shown)
    assert said == [ANOTHER]


@pytest.mark.parametrize("rebuilt", [False, True], ids=["", "after the store was rebuilt from the first log"])
def test_the_second_log_knows_what_was_sent_of_its_alerts(
    store: Store, tmp_path: Path, said: list[str], rebuilt: bool
) -> None:
    """A store that is lost later and built anew from the second log sends nothing twice."""
    desk = MemoryReceiver()
    first, second = named("first", 1, 2), named("second", 2, 3)
    databases = [store.database, *(Database(f"sqlite:///{tmp_path / name}.db") for name in "ab")]
    before, after, last = databases[0], databases[1 if rebuilt else 0], databases[2]
    for database, log in ((before, first), (after, first), (after, second), (last, second)):
        one = outbox(database, log, desk, said)
        one.follow(log)
        one.send_due(NOW)
    assert len(desk.sent) == 3
    assert {one.alert for one in second.topics["deliveries.v1"]} == {"alert-2", "alert-3"}
    for database in databases[1:]:
        database.close()


def unnamed(database: Database) -> None:
    """Make positions such as the release before wrote them."""
    with database.writing() as connection:
        connection.execute(update(positions).values(log="", last=""))


def test_positions_of_before_belong_to_the_log_they_fit(
    store: Store, store_url: str, said: list[str]
) -> None:
    """The first log that has a message where they say takes them over; one that has none does not."""
    store.follow(named("first", 1, 2, 3))
    unnamed(store.database)
    for log, taken, told in (("second", 2, [ANOTHER]), ("first", 0, [ANOTHER])):
        later = Store(store_url, tell=said.append)
        assert later.follow(named(log, 1) if log == "second" else named(log, 1, 2, 3)) == taken
        assert said == told
        later.close()
    with store.database.reading() as connection:
        assert positions_of(connection, "first")["store", "alerts.v1"] == 3
        assert positions_of(connection, "second")["store", "alerts.v1"] == 1
        assert not connection.execute(select(positions).where(positions.c.log == "")).all()


def test_positions_of_before_are_shown_until_a_log_takes_them(store: Store) -> None:
    """Whoever asks before the followers have started sees them."""
    store.follow(named("first", 1, 2))
    unnamed(store.database)
    with store.database.reading() as connection:
        assert positions_of(connection, "first")["store", "events.v1"] == 2
    store.follow(named("second", 1))
    store.close()


OLD = """
CREATE TABLE positions (reader VARCHAR(40) NOT NULL, topic VARCHAR(80) NOT NULL, position BIGINT NOT NULL,
PRIMARY KEY (reader, topic));
INSERT INTO positions VALUES ('store', 'events.v1', 2);
"""


def an_old_file(path: Path) -> None:
    """Make a store with the tables of version 3."""
    Store(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as connection:
        connection.executescript(f"DROP TABLE positions;{OLD}PRAGMA user_version = 3;")
    connection.close()


def kept(url: str) -> list[tuple[str, str, str, int, str]]:
    """Return the positions in a store that is opened by this release, twice."""
    Store(url).close()
    database = Database(url)
    with database.reading() as connection:
        found = connection.execute(
            select(*(positions.c[name] for name in ("log", "reader", "topic", "position", "last")))
        ).all()
    database.close()
    return [tuple(row) for row in found]


def test_a_file_of_the_release_before_is_changed_in_place(tmp_path: Path) -> None:
    """Its positions stay, without a log; its tables are those of a new file."""
    path = tmp_path / "store.db"
    an_old_file(path)
    assert kept(f"sqlite:///{path}") == [("", "store", "events.v1", 2, "")]
    Store(f"sqlite:///{tmp_path / 'new.db'}").close()
    columns = []
    for name in ("store.db", "new.db"):
        with sqlite3.connect(tmp_path / name) as connection:
            columns.append(connection.execute("PRAGMA table_info(positions)").fetchall())
            assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        connection.close()
    assert columns[0] == columns[1]


def test_an_older_file_that_may_only_be_read_is_named_as_such(tmp_path: Path) -> None:
    """It cannot be changed; the message says what to do."""
    path = tmp_path / "store.db"
    an_old_file(path)

    def work() -> None:
        with pytest.raises(StorageError, match="may only be read; start this one once"):
            Store(f"sqlite:///{path}")

    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    path.chmod(0o444)
    assert as_nobody(work) == 0


def test_a_file_of_a_release_long_ago_is_refused(tmp_path: Path) -> None:
    """It is built anew from the log."""
    path = tmp_path / "store.db"
    an_old_file(path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    with pytest.raises(StorageError, match="delete it: it is built anew"):
        Store(f"sqlite:///{path}")


def test_tables_of_the_release_before_are_migrated(postgres_url: str) -> None:
    """On PostgreSQL positions stay, too, without a log."""
    database = Database(postgres_url)
    with database.writing() as connection:
        for table in connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")):
            connection.execute(text(f'DROP TABLE "{table.tablename}"'))
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, revision(3))
        connection.execute(text("INSERT INTO positions VALUES ('store', 'events.v1', 2)"))
    database.close()
    assert kept(postgres_url) == [("", "store", "events.v1", 2, "")]
    database = Database(postgres_url)
    with database.writing() as connection:
        assert connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar() == "0004"
        row = {"log": "a", "reader": "store", "topic": "events.v1", "position": 5, "last": "x"}
        connection.execute(insert(positions).values(row))
    database.close()
