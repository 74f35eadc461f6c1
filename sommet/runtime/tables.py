"""What the driver reads and writes in its tables, each call inside a transaction of its caller."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sommet.runtime.database import Database, Reader
from sommet.runtime.dead_letters import Brake, DeadLetter, Window
from sommet.runtime.log import Routes
from sommet.runtime.state import Overlay
from sommet.runtime.timers import Timer, Timers
from sommet.runtime.turn import Partition, Tick, Turn
from sommet.stage import Stage

POSITION = "SELECT offset, id, recent FROM positions WHERE stage = ? AND topic = ?"
LETTERS = "SELECT stage, topic, offset, id, reason, payload, number FROM dead_letters"


def partition(database: Database, stage: Stage[Any], brake: Brake | None) -> Partition:
    """Return where `stage` stands."""
    rows = database.rows(POSITION, stage.name, stage.source.name)
    offset, last, recent = rows[0] if rows else (0, "", "")
    timers = database.rows("SELECT key, due, cause, history, held FROM timers WHERE stage = ?", stage.name)
    return Partition(
        stage=stage,
        sinks=Routes(stage.sinks, f"stage {stage.name}"),
        timers=Timers(
            Timer(key, datetime.fromisoformat(due), cause, bool(history), bool(held))
            for key, due, cause, history, held in timers
        ),
        window=Window(brake, recent),
        offset=offset,
        last=last,
    )


def overlay(database: Database, stage: str) -> Overlay:
    """Return the state of `stage`, ready to be changed."""

    def fetch(key: str) -> bytes | None:
        value: bytes | None = database.value(
            "SELECT value FROM state WHERE stage = ? AND key = ?", stage, key
        )
        return value

    def keys() -> Iterable[str]:
        return [row[0] for row in database.rows("SELECT key FROM state WHERE stage = ?", stage)]

    return Overlay(fetch, keys)


def save_state(connection: sqlite3.Connection, stage: str, changes: dict[str, bytes | None]) -> None:
    """Store what changed in a stage's state."""
    gone = [(stage, key) for key, value in changes.items() if value is None]
    kept = [(stage, key, value) for key, value in changes.items() if value is not None]
    connection.executemany("DELETE FROM state WHERE stage = ? AND key = ?", gone)
    connection.executemany("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", kept)


def save_timers(connection: sqlite3.Connection, stage: str, changes: dict[str, Timer | None]) -> None:
    """Store what changed among a stage's timers."""
    gone = [(stage, key) for key, timer in changes.items() if timer is None]
    kept = [
        (stage, key, timer.due.isoformat(), timer.cause, timer.history, timer.held)
        for key, timer in changes.items()
        if timer is not None
    ]
    connection.executemany("DELETE FROM timers WHERE stage = ? AND key = ?", gone)
    connection.executemany("INSERT OR REPLACE INTO timers VALUES (?, ?, ?, ?, ?, ?)", kept)


def save_letters(connection: sqlite3.Connection, letters: Sequence[DeadLetter]) -> None:
    """Add rejected messages."""
    connection.executemany(
        "INSERT INTO dead_letters (stage, topic, offset, id, reason, payload) VALUES (?, ?, ?, ?, ?, ?)",
        [(x.stage, x.topic, x.offset, x.id, x.reason, x.payload) for x in letters],
    )


def save_position(connection: sqlite3.Connection, turn: Turn) -> None:
    """Store how far a stage has come, and the ticks on the way."""
    stage = turn.partition.stage
    connection.execute(
        "INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?, ?)",
        (stage.name, stage.source.name, turn.offset, turn.last, str(turn.partition.window)),
    )
    connection.executemany(
        "INSERT INTO ticks (stage, id, at, release) VALUES (?, ?, ?, ?)",
        [(tick.stage, tick.id, tick.at.isoformat(), tick.release) for tick in turn.ticked],
    )


def letters(database: Database | Reader, stage: str, after: int, limit: int) -> list[DeadLetter]:
    """Return dead letters in the order of their rejection; of all stages where `stage` is empty."""
    rows = database.rows(
        f"{LETTERS} WHERE number > ? AND ? IN (stage, '') ORDER BY number LIMIT ?",
        after, stage, limit,
    )  # fmt: skip
    return [DeadLetter(*row) for row in rows]


def ticks(database: Database | Reader) -> dict[tuple[str, str], list[Tick]]:
    """Return all ticks by stage and the message they stand behind."""
    found: dict[tuple[str, str], list[Tick]] = {}
    for stage, ident, at, release in database.rows(
        "SELECT stage, id, at, release FROM ticks ORDER BY number"
    ):
        tick = Tick(stage, ident, datetime.fromisoformat(at), bool(release))
        found.setdefault((stage, ident), []).append(tick)
    return found
