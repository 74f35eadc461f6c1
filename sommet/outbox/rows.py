"""The outbox's table: rows entered, claimed, settled, noted; each in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, select, update

from schemas.envelope import EPOCH, decode, encode
from schemas.events import Alert, Delivery
from sommet.ids import digest
from sommet.outbox.plan import Row, Send, Settled, after_start
from sommet.store.tables import outbox
from sommet.store.upsert import upsert
from sommet.store.writes import without_sketch_alert

_PLANNED = tuple(outbox.c[field.name] for field in fields(Row))
_LOADED = 500
_NEW: dict[str, Any] = {
    "state": "pending",
    "attempts": 0,
    "due": EPOCH,
    "tried": None,
    "lease": None,
    "sent_as": "",
    "detail": "",
    "finished": None,
    "noted": False,
}


def enter(connection: Connection, position: int, alert: Alert, now: datetime) -> int:
    """Enter one row for each receiver of `alert`; what is owed or sent already stays so.

    Returns for how many an alert of this id had been entered and finished: its log may be another one, and
    is to be told. A row that was only recalled gets its alert.
    """
    data = encode(without_sketch_alert(alert)).decode()
    rows = [
        _NEW
        | {
            "key": digest(alert.id, receiver),
            "position": position,
            "alert": alert.id,
            "receiver": receiver,
            "at": alert.at,
            "entered": now,
            "data": data,
        }
        for receiver in dict.fromkeys(alert.receivers)
    ]
    upsert(connection, outbox, rows, keep=True)
    done = outbox.c.key.in_([row["key"] for row in rows]) & (outbox.c.state != "pending")
    query = select(outbox.c.key, outbox.c.data).where(done)
    known = {row.key: row.data for row in connection.execute(query)}
    told = [key for key, data in known.items() if data]
    if known:
        connection.execute(update(outbox).where(outbox.c.key.in_([*known])).values(data=data))
        connection.execute(update(outbox).where(outbox.c.key.in_(told)).values(noted=False))
    return len(told)


def recall(connection: Connection, deliveries: Sequence[Delivery]) -> None:
    """Enter what was delivered, or failed for good, as finished and noted; also what is pending here."""
    rows = [_NEW | _finished(delivery) for delivery in deliveries]
    upsert(connection, outbox, rows, keep=True)
    own = (outbox.c.key == bindparam("known")) & (outbox.c.state == "pending")
    names = ("state", "attempts", "sent_as", "detail", "finished", "noted", "lease")
    finish = update(outbox).where(own).values({name: bindparam(f"new_{name}") for name in names})
    values = [{"known": row["key"]} | {f"new_{name}": row[name] for name in names} for row in rows]
    connection.execute(finish, values)


def waiting(connection: Connection) -> tuple[str, ...]:
    """Return the receivers to whom something is owed."""
    query = select(outbox.c.receiver).where(outbox.c.state == "pending").distinct()
    return tuple(sorted(connection.execute(query).scalars()))


def load(connection: Connection, receiver: str) -> tuple[list[Row], Row | None]:
    """Return the open rows of `receiver`, oldest first, and the row of it that was tried last."""
    mine = select(*_PLANNED).where(outbox.c.receiver == receiver)
    pending = mine.where(outbox.c.state == "pending").order_by(outbox.c.position, outbox.c.key).limit(_LOADED)
    rows = [Row(**row) for row in connection.execute(pending).mappings()]
    tried = mine.where(outbox.c.tried.is_not(None)).order_by(outbox.c.tried.desc(), outbox.c.key).limit(1)
    last = connection.execute(tried).mappings().first()
    return rows, Row(**last) if last else None


def claim(connection: Connection, send: Send, now: datetime, lease: datetime) -> bool:
    """Begin one more attempt of the rows of `send`; false if another sender was faster.

    The number of the attempt fences: only who began it may settle it with less than success.
    """
    for row in send.rows:
        own = (outbox.c.key == row.key) & (outbox.c.attempts == row.attempts) & (outbox.c.state == "pending")
        values = {
            "attempts": row.attempts + 1,
            "tried": now,
            "lease": lease,
            "sent_as": send.key,
        }
        if connection.execute(update(outbox).where(own).values(**values)).rowcount != 1:
            connection.rollback()
            return False
    return True


def alerts_of(connection: Connection, rows: Sequence[Row]) -> list[Alert]:
    """Return the alerts of `rows`, in their order."""
    keys = [row.key for row in rows]
    query = select(outbox.c.key, outbox.c.data).where(outbox.c.key.in_(keys))
    found = {row.key: row.data for row in connection.execute(query)}
    return [decode(found[key].encode(), Alert) for key in keys]


def settle(connection: Connection, row: Row, settled: Settled, now: datetime) -> None:
    """Write what `row` became; a success counts even if the lease had run out meanwhile."""
    own = (outbox.c.key == row.key) & (outbox.c.state == "pending")
    if settled.state != "sent":
        own &= outbox.c.attempts == row.attempts
    values: dict[str, Any] = {
        "state": settled.state,
        "due": settled.due,
        "sent_as": settled.sent_as,
        "detail": settled.detail,
        "lease": None,
        "finished": None if settled.state == "pending" else now,
    }
    connection.execute(update(outbox).where(own).values(**values))


def fail(connection: Connection, receiver: str, detail: str, now: datetime) -> None:
    """Fail everything that is owed to `receiver`."""
    own = (outbox.c.receiver == receiver) & (outbox.c.state == "pending")
    connection.execute(
        update(outbox).where(own).values(state="failed", detail=detail, finished=now, lease=None)
    )


def unnoted(connection: Connection) -> list[tuple[str, Delivery]]:
    """Return finished rows that the topic of deliveries may not know yet, as its messages."""
    done = (outbox.c.noted.is_(False)) & (outbox.c.state != "pending")
    query = (
        select(outbox).where(done).order_by(outbox.c.finished, outbox.c.position, outbox.c.key).limit(_LOADED)
    )
    return [(row["key"], _delivery(row)) for row in connection.execute(query).mappings()]


def note(connection: Connection, keys: Sequence[str]) -> None:
    """Remember that the topic of deliveries knows these rows."""
    connection.execute(update(outbox).where(outbox.c.key.in_(list(keys))).values(noted=True))


def hasten(connection: Connection) -> None:
    """Let what failed before this start be tried again soon (`plan.after_start`)."""
    tried = select(*_PLANNED).where((outbox.c.state == "pending") & outbox.c.tried.is_not(None))
    for row in [Row(**row) for row in connection.execute(tried).mappings()]:
        if (due := after_start(row)) < row.due:
            connection.execute(update(outbox).where(outbox.c.key == row.key).values(due=due))


def pending(connection: Connection) -> dict[str, int]:
    """Return how much is owed to each receiver."""
    query = select(outbox.c.receiver, func.count().label("owed")).where(outbox.c.state == "pending")
    rows = connection.execute(query.group_by(outbox.c.receiver))
    return {row.receiver: row.owed for row in rows}


def _finished(delivery: Delivery) -> dict[str, Any]:
    """Return the columns of a row that nothing is owed for any more; its alert is not needed."""
    return {
        "key": digest(delivery.alert, delivery.receiver),
        "position": 0,
        "alert": delivery.alert,
        "receiver": delivery.receiver,
        "at": delivery.at,
        "entered": delivery.finished,
        "data": "",
        "state": delivery.result,
        "attempts": delivery.attempts,
        "sent_as": delivery.key,
        "detail": delivery.detail,
        "finished": delivery.finished,
        "noted": True,
    }


def _delivery(row: RowMapping) -> Delivery:
    return Delivery(
        id=digest("delivery", row["key"]),
        at=row["at"],
        cause=row["alert"],
        alert=row["alert"],
        receiver=row["receiver"],
        key=row["sent_as"] or row["key"],
        result=row["state"],
        attempts=row["attempts"],
        detail=row["detail"],
        finished=row["finished"],
        rule=decode(row["data"].encode(), Alert).rule,
    )
