"""The tables of a PostgreSQL database, brought to those of this release."""

from pathlib import Path

from sqlalchemy import Connection, Engine, text

from sommet.errors import StorageError
from sommet.store.tables import SCHEMA_VERSION, metadata

MIGRATIONS = Path(__file__).with_name("migrations")
VERSION_TABLE = "sommet_schema"
"""Says that the tables are ours, and of which release."""


def migrate(reader: Engine, writer: Engine, name: str) -> None:
    """Make the tables, or change them as this release wants them; one process does it, others wait.

    All is done or nothing. Raises `StorageError` for tables of another program or of a newer release. A
    database that is as it should be is not written to.
    """
    with reader.connect() as connection:
        if _exists(connection, VERSION_TABLE) and _version(connection, name) == SCHEMA_VERSION:
            return  # without it another process may be making the tables: look again under the lock
    with writer.begin() as connection:
        if _version(connection, name) != SCHEMA_VERSION:
            _upgrade(connection)


def revision(version: int) -> str:
    """Return the name of the migration that leads to a version of the tables."""
    return f"{version:04}"


def _version(connection: Connection, name: str) -> int:
    """Return the version of the tables, 0 if there are none."""
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise StorageError(
            f"The database {name} holds {encoding}, no Unicode; create one with ENCODING 'UTF8'"
            " TEMPLATE template0."
        )
    if not _exists(connection, VERSION_TABLE):
        theirs = [table.name for table in metadata.sorted_tables if _exists(connection, table.name)]
        if theirs:
            raise StorageError(
                f"The database {name} has tables of another program ({', '.join(theirs)});"
                " name an empty one in `store`."
            )
        return 0
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar() or ""  # noqa: S608 - our own name
    if not found.isdecimal() or int(found) > SCHEMA_VERSION:
        raise StorageError(
            f"The database {name} was written by a newer release (schema {found.lstrip('0')}, this one knows"
            f" {SCHEMA_VERSION}); install that release, or name another database."
        )
    return int(found)


def _exists(connection: Connection, table: str) -> bool:
    """Tell whether a table is there; `to_regclass` may answer from before a lock was waited for."""
    query = "SELECT 1 FROM pg_tables WHERE tablename = :table AND schemaname = ANY (current_schemas(false))"
    return connection.execute(text(query), {"table": table}).scalar() is not None


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - takes long to load and is seldom needed
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision(SCHEMA_VERSION))
