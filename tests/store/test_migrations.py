"""The tables of a PostgreSQL database, brought from one release to the next."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from sommet.errors import StorageError
from sommet.store import Database, Store, migrate
from sommet.store.migrate import MIGRATIONS, VERSION_TABLE, revision
from sommet.store.tables import SCHEMA_VERSION, metadata
from tests.outbox.fakes import an_alert, an_event
from tests.store.test_store import an_article, filled

NEXT = SCHEMA_VERSION + 1
LATER = f'''"""A change of a release to come."""

import sqlalchemy as sa
from alembic import op

revision = "{revision(NEXT)}"
down_revision = "{revision(SCHEMA_VERSION)}"


def upgrade() -> None:
    """Give articles a note."""
    op.add_column("articles", sa.Column("note", sa.Text(), nullable=False, server_default="none yet"))
    op.execute("UPDATE articles SET note = 'old'")
'''


def asked(url: str, query: str) -> list[tuple[object, ...]]:
    """Return the rows of a query."""
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


@pytest.fixture
def release_to_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The code as it will be after one more change of the tables."""
    folder = tmp_path / "100% new"
    shutil.copytree(MIGRATIONS, folder)
    (folder / "versions" / f"v{revision(NEXT)}.py").write_text(LATER)
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "MIGRATIONS", folder)
        patched.setattr(migrate, "SCHEMA_VERSION", NEXT)
        yield


def test_the_migrations_lead_to_the_tables_of_the_code(postgres_url: str) -> None:
    """From empty to the last revision, which is the version of the tables, nothing differs."""
    Store(postgres_url).close()
    script = ScriptDirectory(str(MIGRATIONS))
    assert script.get_current_head() == revision(SCHEMA_VERSION)
    database = Database(postgres_url)
    with database.reading() as connection:
        options = {
            "version_table": VERSION_TABLE,
            "compare_server_default": True,
            "compare_type": lambda _, __, ___, there, here: (
                there.compile(connection.dialect) != here.compile(connection.dialect)
            ),
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == revision(SCHEMA_VERSION)
    database.close()


def test_a_second_start_writes_nothing(postgres_url: str) -> None:
    """Tables that are as they should be are left alone: a transaction would leave its number."""
    Store(postgres_url).close()
    before = asked(postgres_url, "SELECT relname, xmin, ctid FROM pg_class ORDER BY oid")
    Store(postgres_url).close()
    assert asked(postgres_url, "SELECT relname, xmin, ctid FROM pg_class ORDER BY oid") == before


@pytest.mark.usefixtures("release_to_come")
def test_an_empty_database_gets_all_changes(postgres_url: str) -> None:
    """The first start of a later release runs every migration."""
    Store(postgres_url).close()
    assert asked(postgres_url, f"SELECT version_num FROM {VERSION_TABLE}") == [(revision(NEXT),)]
    assert asked(postgres_url, "SELECT note FROM articles") == []


def test_an_older_store_is_changed_and_keeps_what_it_holds(
    postgres_url: str, request: pytest.FixtureRequest
) -> None:
    """What was written before is there after the migration, and is changed as that says."""
    store = Store(postgres_url)
    log = filled(an_article(), an_event(), an_alert())
    store.follow(log)
    before = (store.events(), store.alerts(), store.articles(), store.counts())
    store.close()
    request.getfixturevalue("release_to_come")
    for _ in range(2):
        later = Store(postgres_url)
        assert (later.events(), later.alerts(), later.articles(), later.counts()) == before
        assert later.follow(log) == 0
        later.close()
    assert asked(postgres_url, "SELECT note FROM articles") == [("old",)]


@pytest.mark.parametrize("older", [False, True], ids=["from empty", "from the release before"])
def test_four_that_start_at_once(postgres_url: str, request: pytest.FixtureRequest, older: bool) -> None:
    """One changes the tables, the others wait for it, and all of them work."""
    if older:
        Store(postgres_url).close()
        request.getfixturevalue("release_to_come")
    together = threading.Barrier(4)
    worked: list[int] = []

    def start() -> None:
        together.wait()
        store = Store(postgres_url)
        worked.append(store.counts().articles)
        store.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert worked == [0] * 4


def test_a_migration_that_fails_leaves_everything_as_it_was(
    postgres_url: str, request: pytest.FixtureRequest
) -> None:
    """All of it or nothing: the release before still works."""
    Store(postgres_url).close()
    with pytest.MonkeyPatch.context() as later:
        request.getfixturevalue("release_to_come")
        file = migrate.MIGRATIONS / "versions" / f"v{revision(NEXT)}.py"
        file.write_text(f'{LATER}    op.execute("SELECT 1 / 0")\n')
        with pytest.raises(StorageError, match="cannot be used"):
            Store(postgres_url)
        later.setattr(migrate, "SCHEMA_VERSION", SCHEMA_VERSION)
        store = Store(postgres_url)
    assert store.counts().articles == 0
    store.close()


@pytest.mark.parametrize("found", [revision(NEXT), "0999", "f00d"])
def test_a_store_of_a_newer_release_is_refused(postgres_url: str, found: str) -> None:
    """The message says so; nothing is changed."""
    Store(postgres_url).close()
    with psycopg.connect(postgres_url) as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '{found}'".encode())
    with pytest.raises(StorageError, match="newer release") as caught:
        Store(postgres_url)
    assert found.lstrip("0") in str(caught.value)
    assert asked(postgres_url, f"SELECT version_num FROM {VERSION_TABLE}") == [(found,)]


def test_tables_of_another_program_are_left_alone(postgres_url: str) -> None:
    """A name that both have is a reason to refuse; a table that is only theirs may stay."""
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE theirs (id int)")
    Store(postgres_url).close()
    with psycopg.connect(postgres_url) as connection:
        connection.execute(f"DROP TABLE {VERSION_TABLE}".encode())
    with pytest.raises(StorageError, match=r"tables of another program \(alerts, articles, "):
        Store(postgres_url)
