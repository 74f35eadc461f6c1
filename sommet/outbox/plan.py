"""What to send next, when to try again, when to give up: decided from rows alone.

One receiver at a time: its messages go out in order and one by one, so that a receiver that is down
costs one request a backoff, however much is owed to it, and what comes after an outage comes in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from sommet.ids import digest
from sommet.outbox.receiver import Outcome
from sommet.watch import Owed

FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=10)
AFTER_START = timedelta(seconds=15)
"""After a start nothing waits longer since its last try, unless the provider asked for it."""
LONGEST_RETRY_AFTER = timedelta(hours=24)
GIVE_UP = timedelta(days=3)
FOLD_ABOVE = 20
FOLD_AT_MOST = 100
STUBBORN = 12
"""After so many attempts of one message another is tried: it may be the message, not the receiver."""
SKEW = timedelta(minutes=1)
"""An attempt further in the future than this was noted before the clock went back; it holds up nothing."""

State = Literal["pending", "sent", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One alert owed to one receiver.

    `attempts` counts attempts begun; until `lease` one of them is under way. `sent_as` is the key of the
    message in which it went out, as long as that may have arrived: its own, or a digest's. `detail` is
    what the last attempt came to.
    """

    key: str
    position: int
    receiver: str
    entered: datetime
    due: datetime
    state: State = "pending"
    attempts: int = 0
    tried: datetime | None = None
    lease: datetime | None = None
    sent_as: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Send:
    """One message to send now: the rows that it settles, and its key."""

    rows: tuple[Row, ...]
    key: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to send now: why, and until when if that is known."""

    reason: Literal["nothing owed", "being sent", "backing off", "pace"]
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What a row becomes after an attempt."""

    state: State
    due: datetime
    sent_as: str
    detail: str


def next_step(pending: Sequence[Row], last: Row | None, pace: timedelta, now: datetime) -> Send | Wait:
    """Return what to do for one receiver.

    `pending` are its open rows, `last` is the row of it that was tried last, open or not.
    """
    if not pending:
        return Wait("nothing owed")
    leases = [row.lease for row in pending if row.lease is not None and _holds(row, row.lease, now)]
    if leases:
        return Wait("being sent", max(leases))
    if last is not None and last.tried is not None:
        if last.state == "pending" and _holds(last, last.due, now):
            return Wait("backing off", last.due)
        if _holds(last, last.tried + pace, now):
            return Wait("pace", last.tried + pace)
    ready = [row for row in pending if not _holds(row, row.due, now)]
    if not ready:
        return Wait("backing off", min(row.due for row in pending))
    works = last is not None and last.state == "sent"
    return _message(sorted(ready, key=_in_order if works else _in_turn))


def begun(send: Send) -> Send:
    """Return `send` with its rows as they are once the attempt is begun."""
    rows = tuple(replace(row, attempts=row.attempts + 1, sent_as=send.key) for row in send.rows)
    return replace(send, rows=rows)


def settle(row: Row, key: str, outcome: Outcome, now: datetime) -> Settled:
    """Return what `row` becomes once the message `key` that it was sent with had `outcome`.

    A message that may have arrived keeps its key and its rows; one that did not may be folded anew.
    """
    if outcome.result in {"sent", "failed"}:
        return Settled("sent" if outcome.result == "sent" else "failed", now, key, outcome.detail)
    if now - row.entered > GIVE_UP:
        detail = f"given up after {row.attempts} attempts in {GIVE_UP.days} days; last: {outcome.detail}"
        return Settled("failed", now, key, detail)
    due = now + delay(key, row.attempts, outcome.after)
    return Settled("pending", due, key if outcome.uncertain else "", outcome.detail)


def owed(count: int, step: Send | Wait, last: Row | None) -> Owed:
    """Return what people should know of `count` open rows, of which `step` is what to do next."""
    failing = last is not None and last.state == "pending"
    return Owed(
        count,
        last.detail if last is not None and failing else "",
        step.until if isinstance(step, Wait) and failing else None,
    )


def after_start(row: Row) -> datetime:
    """Return when to try `row` again after a start: somebody may just have mended what was wrong."""
    if row.tried is None or row.due - row.tried > LONGEST_DELAY:
        return row.due
    return min(row.due, row.tried + AFTER_START)


def delay(key: str, attempts: int, after: timedelta | None = None) -> timedelta:
    """Return how long to wait after the given number of attempts: 5 s doubled up to 10 min.

    Between half and all of it, by the key, so that many senders do not come back at once; never less
    than the provider's own `after`, of which at most a day is believed.
    """
    doubled: timedelta = min(FIRST_DELAY * 2 ** min(max(attempts - 1, 0), 20), LONGEST_DELAY)
    share = int(digest("jitter", key, str(attempts))[:4], 16) / 0xFFFF
    wanted = min(after or timedelta(0), LONGEST_RETRY_AFTER)
    return max(doubled * (0.5 + share / 2), wanted)


def _holds(row: Row, until: datetime, now: datetime) -> bool:
    """Say whether `until`, noted at the last attempt of `row`, still lies ahead."""
    return until > now and (row.tried is None or row.tried <= now + SKEW)


def _in_order(row: Row) -> tuple[int, str]:
    return row.position, row.key


def _in_turn(row: Row) -> tuple[int, int, str]:
    return row.attempts // STUBBORN, row.position, row.key


def _message(ready: Sequence[Row]) -> Send:
    """Return the first row alone, the message it went out in, or a digest where too much is owed."""
    first = ready[0]
    if first.sent_as:
        return Send(tuple(row for row in ready if row.sent_as == first.sent_as), first.sent_as)
    free = sorted((row for row in ready if not row.sent_as), key=_in_order)
    if len(free) <= FOLD_ABOVE:
        return Send((first,), first.key)
    folded = tuple(free[:FOLD_AT_MOST])
    return Send(folded, digest("digest", *sorted(row.key for row in folded)))
