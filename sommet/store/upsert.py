"""Insert or replace, in the words of each database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from sommet.errors import StorageError

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[dict[str, Any]],
    *,
    newest: str = "",
    keep: bool = False,
) -> None:
    """Insert `rows`; one with the same primary key replaces what is there.

    With `newest`, only if its value in that column is not smaller; with `keep`, never.
    """
    if not rows:
        return
    make = _INSERTS.get(connection.dialect.name)
    if make is None:
        raise StorageError(f"The store knows SQLite and PostgreSQL, not {connection.dialect.name}.")
    statement: Any = make(table)
    key = [column.name for column in table.primary_key]
    if keep:
        statement = statement.on_conflict_do_nothing(index_elements=key)
    else:
        values = {
            column.name: statement.excluded[column.name] for column in table.columns if column.name not in key
        }
        where = statement.excluded[newest] >= table.c[newest] if newest else None
        statement = statement.on_conflict_do_update(index_elements=key, set_=values, where=where)
    connection.execute(statement, list(rows))
