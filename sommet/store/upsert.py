"""Insert or replace, in the words of each database."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

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
    connection.execute(_statement(connection.dialect.name, table, newest, keep), list(rows))


@cache
def _statement(dialect: str, table: Table, newest: str, keep: bool) -> Any:
    """Build each statement once: that takes ten times as long as running it."""
    statement: Any = _INSERTS[dialect](table)
    key = [column.name for column in table.primary_key]
    if keep:
        return statement.on_conflict_do_nothing(index_elements=key)
    values = {
        column.name: statement.excluded[column.name] for column in table.columns if column.name not in key
    }
    where = statement.excluded[newest] >= table.c[newest] if newest else None
    return statement.on_conflict_do_update(index_elements=key, set_=values, where=where)
