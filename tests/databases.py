"""What becomes of a store's database behind its back: emptied, saved, restored."""

from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from sommet.store import Database
from sommet.store.tables import metadata
from tests.postgres import cleared

Saved = bytes | dict[str, list[dict[str, Any]]]


def emptied(url: str) -> None:
    """Take the store away, as the message about a damaged one advises."""
    if path := _path(url):
        path.unlink()
    else:
        cleared(url)


def saved(url: str) -> Saved:
    """Return all that a closed database holds."""
    if path := _path(url):
        return path.read_bytes()
    database = Database(url)
    with database.reading() as connection:
        rows = {
            table.name: [dict(row) for row in connection.execute(table.select()).mappings()]
            for table in metadata.sorted_tables
        }
    database.close()
    return rows


def restored(url: str, copy: Saved) -> None:
    """Bring back what was `saved` into an emptied database."""
    if path := _path(url):
        assert isinstance(copy, bytes)
        path.write_bytes(copy)
        return
    assert isinstance(copy, dict)
    database = Database(url)
    with database.writing() as connection:
        for table in metadata.sorted_tables:
            if copy[table.name]:
                connection.execute(table.insert(), copy[table.name])
    database.close()


def _path(url: str) -> Path | None:
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None
