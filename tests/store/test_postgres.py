"""What only a server can do: refuse, vanish and come back, and hold what another one wrote."""

import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.util import immutabledict
from typer.testing import CliRunner

from schemas.envelope import Message
from schemas.events import Alert
from sommet.cli import app
from sommet.errors import StorageError, Unreachable
from sommet.store import Database, Store
from sommet.store.positions import move, position
from sommet.store.postgres import explained
from sommet.store.tables import LONGEST_KEY
from tests.outbox.fakes import NOW, MemoryLog, an_event
from tests.postgres import PASSWORD, Server, server_of_its_own
from tests.store.test_store import a_delivery, an_article, filled

LONG = "https://exemple.test/" + "китай-" * 10_000


def changed(url: str, **changes: Any) -> str:
    """Return an address with some of its parts replaced."""
    parts = make_url(url)._replace(**changes)
    return parts.render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    """A server that wants a password and may be stopped."""
    server = server_of_its_own()
    yield server
    server.close()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"password": "canary-that-is-wrong"}, "check user and password"),
        ({"username": "nobody-here"}, "check user and password"),
        ({"password": None}, "check user and password"),
        ({"database": "not_there"}, "not there; create it"),
        ({"port": 1}, "does not answer"),
        ({"host": "no.such.host.invalid"}, "host that is not known"),
        ({"query": immutabledict({"sslmode": "require"})}, "no connection that can be trusted"),
        ({"query": immutabledict({"canary": "canary-1"})}, "options after the"),
    ],
)
def test_what_a_server_refuses_is_one_line_without_the_password(
    own: Server, changes: dict[str, Any], says: str
) -> None:
    """Why, in words for a person; neither the message nor what led to it shows the password."""
    with pytest.raises(StorageError, match=says) as caught:
        Store(changed(own.url(), **changes))
    assert "\n" not in str(caught.value)
    assert "canary-" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ('FATAL:  password authentication failed for user "u"', "check user and password"),
        (
            "FATAL:  authentification par mot de passe échouée pour l'utilisateur « u »",
            "check user and password",
        ),
        ('致命错误:  用户 "u" Password 认证失败', "check user and password"),
        ('FATAL:  permission denied for database "x"', "check user and password"),
        ("FATAL:  sorry, too many clients already", "no connection free"),
        ("FATAL:  the database system is starting up", "being stopped or started"),
        ("Connection refused\n\tIs the server running on that host?", "does not answer"),
        ("timeout expired", "does not answer"),
    ],
)
def test_a_refusal_in_any_language_of_the_server_is_told_from_silence(words: str, says: str) -> None:
    """Where the server answered at all, the network is not to blame; its words are not repeated."""
    prefix = 'connection failed: connection to server at "192.0.2.1", port 5432 failed: '
    refused = OperationalError("", None, psycopg.OperationalError(prefix + words))
    told = explained("postgresql://u@h/x", refused)
    assert isinstance(told, Unreachable)
    assert says in str(told)


def test_a_command_ends_with_3_where_the_server_refuses(
    own: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line on standard error, exit code 3, no password."""
    monkeypatch.setenv("STORE", changed(own.url(), password="canary-that-is-wrong"))
    config = tmp_path / "sommet.yaml"
    config.write_text("store: ${STORE}\n")
    result = CliRunner().invoke(app, ["events", "--config", str(config)])
    assert result.exit_code == 3
    assert len(result.stderr.splitlines()) == 1
    assert "check user and password" in result.stderr
    assert "canary" not in result.output


def test_a_database_that_is_not_in_unicode_is_refused(postgres_url: str) -> None:
    """The message says how to make one that is."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS sommet_latin")
        connection.execute("CREATE DATABASE sommet_latin ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'")
    with pytest.raises(StorageError, match="LATIN1, no Unicode"):
        Store(changed(postgres_url, database="sommet_latin"))
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP DATABASE sommet_latin")


def test_a_user_who_may_only_read_can_ask(postgres_url: str) -> None:
    """Queries answer; a write says what it needs."""
    store = Store(postgres_url)
    store.follow(filled(an_event()))
    store.close()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS sommet_guest")
        connection.execute("CREATE ROLE sommet_guest LOGIN PASSWORD 'guest'")
        connection.execute("GRANT USAGE ON SCHEMA public TO sommet_guest")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO sommet_guest")
    guest = Store(changed(postgres_url, username="sommet_guest", password="guest"))
    assert len(guest.events()) == 1
    with pytest.raises(StorageError, match="make the user the owner"):
        guest.follow(filled(an_event(), an_event(2)))
    guest.close()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP OWNED BY sommet_guest")
        connection.execute("DROP ROLE sommet_guest")


def test_times_keep_their_instant_whatever_the_zone_of_the_server(postgres_url: str) -> None:
    """Asia/Kathmandu lies 5:45 before UTC; the first and the last instant fit, too."""
    store = Store(postgres_url)
    moments = [
        datetime.min.replace(tzinfo=UTC),
        datetime(2023, 3, 26, 2, 30, tzinfo=timezone(timedelta(hours=1))),
        datetime.max.replace(tzinfo=UTC),
    ]
    store.follow(filled(*(an_article(n, received=moment) for n, moment in enumerate(moments))))
    assert [article.received for article in reversed(store.articles())] == moments
    store.close()


@pytest.mark.parametrize("key", [LONG, "京" * 50_000, "a\0" * 5_000, "x" * LONGEST_KEY])
def test_keys_of_any_length_and_kind_are_kept_apart(store_url: str, key: str) -> None:
    """An index of PostgreSQL takes 2,704 bytes; long keys that differ at their end stay different."""
    store = Store(store_url)
    messages: list[Message] = []
    for end in ("1", "2"):
        name = key + end
        origin = {"article": name, "url": name, "lang": name}
        event = an_event(event=name, id=name, origin=origin)
        messages += [an_article(article=name, id=name, url=name), event]
        messages.append(Alert(id=name, at=NOW, rule="r", reason="new", event=event, receivers=(name,)))
        messages.append(a_delivery(id=name, alert=name, receiver=name))
    for _ in range(2):
        store.follow(filled(*messages))
        assert (store.counts().articles, store.counts().events, store.counts().reports) == (2, 2, 2)
    for end in ("1", "2"):
        assert len(store.alerts(event=key + end)) == len(store.deliveries(alert=key + end)) == 1
        assert len(store.events(lang=key + end)) == 1
        assert len(store.event_of(key + end).encode()) <= LONGEST_KEY
    assert len(store.event_of(key + "1")) > 0
    store.close()


def test_a_prefix_from_outside_is_text(store_url: str) -> None:
    """What no database can hold is not found, and is no error."""
    store = Store(store_url)
    store.follow(filled(an_event()))
    assert [store.event(prefix) for prefix in ("\0", "\ud800", "event\0")] == [None] * 3
    store.close()


def test_order_is_by_code_point(store_url: str) -> None:
    """Ids of the same time come in one order, whatever language the server was installed in."""
    store = Store(store_url)
    names = ["B", "a", "Z", "ä", "É", "_", "京"]
    store.follow(filled(*(an_article(article=name, id=name, received=NOW) for name in names)))
    assert [article.id for article in store.articles()] == sorted(names)
    store.close()


def test_a_query_sees_one_state_throughout(store_url: str) -> None:
    """What is committed between two questions of one reader is not seen by the second."""
    database = Database(store_url)
    with database.reading() as reader:
        assert position(reader, "log", "test", "topic") == -1
        with database.writing() as writer:
            move(writer, "log", "test", "topic", 7)
        assert position(reader, "log", "test", "topic") == -1
    database.close()


def test_a_lock_that_is_held_too_long_is_named_as_such(postgres_url: str) -> None:
    """After the lock is gone, nothing is lost."""
    store, other = Store(postgres_url, patience=0.05), Database(postgres_url)
    log = filled(an_event())
    with other.writing(), pytest.raises(Unreachable, match="locked by another program"):
        store.follow(log)
    assert store.follow(log) == 1
    store.close()
    other.close()


def test_a_statement_that_takes_too_long_is_named_as_such(postgres_url: str) -> None:
    """Where the server has a limit, the message says which."""
    database = Database(postgres_url)

    def sleep() -> None:
        with database.writing() as connection:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 5")
            connection.exec_driver_sql("SELECT pg_sleep(10)")

    with pytest.raises(StorageError, match="statement_timeout") as caught:
        sleep()
    assert not isinstance(caught.value, Unreachable)
    database.close()


def test_two_that_follow_at_once_take_each_message_once(postgres_url: str) -> None:
    """Four threads with stores of their own: together they take in what there is, and positions only grow."""
    log = MemoryLog()
    log.topics["articles.v1"] = [an_article(number) for number in range(2_500)]
    log.topics["events.v1"] = [an_event(number % 7, id=f"e{number}") for number in range(700)]
    taken: list[int] = []

    def work() -> None:
        store = Store(postgres_url)
        taken.append(store.follow(log))
        store.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 3_200
    store = Store(postgres_url)
    assert (store.counts().articles, store.counts().events) == (2_500, 7)
    store.close()


def test_a_server_that_crashes_and_comes_back(own: Server) -> None:
    """Whoever asks meanwhile hears that it is away; the same store goes on afterwards, and lost nothing."""
    store = Store(own.new_database())
    store.follow(filled(an_event(1)))
    log = filled(an_event(1), an_event(2))
    own.stop()
    for _ in range(2):
        with pytest.raises(Unreachable, match="does not answer") as caught:
            store.follow(log)
        assert PASSWORD not in str(caught.value)
    with pytest.raises(Unreachable):
        store.events()
    own.start()
    assert store.follow(log) == 1
    assert len(store.events()) == 2
    store.close()


def test_a_crash_in_the_middle_of_a_transaction_undoes_it(
    own: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """All or nothing, also where the server dies; the next transaction works, and no library grumbles."""
    database = Database(own.new_database())

    def half() -> None:
        with database.writing() as connection:
            move(connection, "log", "test", "topic", 7)
            own.stop()
            move(connection, "log", "test", "topic", 8)

    with pytest.raises(Unreachable):
        half()
    own.start()
    with database.writing() as connection:
        assert position(connection, "log", "test", "topic") == -1
        move(connection, "log", "test", "topic", 9)
    database.close()
    assert [record.getMessage() for record in caplog.records] == []


def test_what_is_read_while_the_server_crashes(own: Server, caplog: pytest.LogCaptureFixture) -> None:
    """A reader in the middle of its questions hears that the server is away."""
    database = Database(own.new_database())

    def read() -> None:
        with database.reading() as connection:
            position(connection, "log", "test", "topic")
            own.stop()
            position(connection, "log", "test", "topic")

    with pytest.raises(Unreachable):
        read()
    own.start()
    with database.reading() as connection:
        assert position(connection, "log", "test", "topic") == -1
    database.close()
    assert [record.getMessage() for record in caplog.records] == []
