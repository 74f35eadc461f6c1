"""The outbox: follows the alerts, sends what is owed, notes what became of it."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from schemas.events import Delivery
from schemas.topics import ALERTS, DELIVERIES
from sommet.outbox import plan, rows
from sommet.outbox.receiver import Outcome, Receiver
from sommet.outbox.render import render, render_digest
from sommet.stage import Log
from sommet.store.database import Database
from sommet.store.following import begin
from sommet.store.positions import move, position
from sommet.watch import Owed

_BATCH = 500
READER = "outbox"
FOLLOWED = ALERTS.name
_log = structlog.get_logger()


def _no_checkpoint(name: str) -> None:
    """Go on."""


class Outbox:
    """Brings alerts to their receivers; a `Follower` of the topic of alerts.

    Several outboxes may work on one database at once: a message is claimed before it is sent, and the
    claim runs out after `lease`, which must be longer than any receiver takes. `now` gives the time at
    which alerts are entered. `checkpoint` is called with the name of each step that was just reached, `tell`
    with what a person should know of the log.
    """

    def __init__(
        self,
        database: Database,
        receivers: Mapping[str, Receiver],
        *,
        log: Log,
        now: Callable[[], datetime],
        language: str = "en",
        lease: timedelta = timedelta(seconds=60),
        checkpoint: Callable[[str], None] = _no_checkpoint,
        tell: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._database = database
        self._receivers = dict(receivers)
        self._log = log
        self._now = now
        self._language = language
        self._lease = lease
        self._checkpoint = checkpoint
        self._tell = tell
        self._begun: str | None = None
        self._caught_up: str | None = None
        self._answered: dict[str, tuple[plan.Send, Outcome, datetime]] = {}

    def follow(self, log: Log) -> int:
        """Enter what is owed for new alerts, with the position in one transaction; return how many alerts.

        The first time in a log, what its topic of deliveries says comes before: where the database is new,
        or an old copy, nothing is owed that was delivered already. And what failed is tried again soon. A
        log that does not know what was sent of its alerts is told.
        """
        if self._caught_up != log.identity():
            self._begin(log)
            while self._recall(log):
                pass
            with self._database.writing() as connection:
                rows.hasten(connection)
            self._caught_up = log.identity()
        taken = 0
        while batch := self._enter(log):
            taken += batch
        return taken

    def pending(self) -> dict[str, int]:
        """Return how much is owed to each receiver."""
        with self._database.reading() as connection:
            return rows.pending(connection)

    def owed(self, now: datetime) -> dict[str, Owed]:
        """Return what is owed to each receiver, why it waits, and until when."""
        found: dict[str, Owed] = {}
        with self._database.reading() as connection:
            for name, count in rows.pending(connection).items():
                open_rows, last = rows.load(connection, name)
                pace = self._receivers[name].pace if name in self._receivers else timedelta(0)
                found[name] = plan.owed(count, plan.next_step(open_rows, last, pace, now), last)
        return found

    def send_due(self, now: datetime) -> list[Delivery]:
        """Send what is due; return what is finished, sent or failed, once the log knows it.

        Receivers work side by side: one that hangs delays no other.
        """
        with self._database.reading() as connection:
            names = rows.waiting(connection)
        self._fail_unknown(names, now)
        known = [name for name in names if name in self._receivers]
        finished: list[Delivery] = []
        if len(known) == 1:
            self._drain(known[0], now)
        elif known:
            with ThreadPoolExecutor(len(known), thread_name_prefix="outbox") as pool:
                for done in as_completed([pool.submit(self._drain, name, now) for name in known]):
                    done.result()
                    finished += self._note()
        return finished + self._note()

    def _begin(self, log: Log) -> None:
        """Find out where to go on in a log, and tell what a person should know: once, whatever fails then."""
        if self._begun != log.identity():
            if said := begin(self._database, log, READER):
                self._tell(said)
            self._begun = log.identity()

    def _enter(self, log: Log) -> int:
        name, known = log.identity(), 0
        with self._database.reading() as connection:
            after = position(connection, name, READER, ALERTS.name)
        alerts = log.read(ALERTS, after, _BATCH)
        if not alerts:
            return 0
        with self._database.writing() as connection:
            already = position(connection, name, READER, ALERTS.name)
            fresh = [(offset, alert) for offset, alert in alerts if offset > already]
            for offset, alert in fresh:
                known += rows.enter(connection, offset, alert, self._now())
            if fresh:
                move(connection, name, READER, ALERTS.name, alerts[-1][0], last=alerts[-1][1].id)
        self._checkpoint("outbox:entered")
        if known:
            self._note()
        return len(fresh)

    def _recall(self, log: Log) -> bool:
        """Enter one batch of what was delivered as finished; false if there is no more."""
        name = log.identity()
        with self._database.reading() as connection:
            after = position(connection, name, READER, DELIVERIES.name)
        found = log.read(DELIVERIES, after, _BATCH)
        if not found:
            return False
        with self._database.writing() as connection:
            rows.recall(connection, [delivery for _, delivery in found])
            if found[-1][0] > position(connection, name, READER, DELIVERIES.name):
                move(connection, name, READER, DELIVERIES.name, found[-1][0], last=found[-1][1].id)
        return True

    def _fail_unknown(self, names: tuple[str, ...], now: datetime) -> None:
        known = ", ".join(sorted(self._receivers)) or "none"
        for name in names:
            if name not in self._receivers:
                detail = f"no receiver is called “{name}”; the configuration has: {known}"
                with self._database.writing() as connection:
                    rows.fail(connection, name, detail, now)
                _log.error("delivery_failed", receiver=name, detail=detail)

    def _drain(self, name: str, now: datetime) -> None:
        """Send to one receiver until nothing more is due, or it does not take more."""
        self._settle(name)
        while (send := self._claim(name, now)) is not None:
            self._checkpoint("outbox:claimed")
            outcome = self._send(name, send)
            self._checkpoint("outbox:accepted")
            self._answered[name] = send, outcome, now
            _tell(name, send, outcome)
            self._settle(name)
            self._checkpoint("outbox:marked")

    def _settle(self, name: str) -> None:
        """Write what a receiver answered; kept until the database takes it, else it would be sent again."""
        if (answered := self._answered.get(name)) is None:
            return
        send, outcome, now = answered
        with self._database.writing() as connection:
            for row in send.rows:
                rows.settle(connection, row, plan.settle(row, send.key, outcome, now), now)
        del self._answered[name]

    def _claim(self, name: str, now: datetime) -> plan.Send | None:
        """Return the next message for a receiver with its attempt begun, or nothing.

        Looks before it locks: while nothing is due, nothing is written.
        """
        with self._database.reading() as connection:
            if not self._next(connection, name, now):
                return None
        with self._database.writing() as connection:
            step = self._next(connection, name, now)
            if step is None or not rows.claim(connection, step, now, now + self._lease):
                return None
            return plan.begun(step)

    def _next(self, connection: Connection, name: str, now: datetime) -> plan.Send | None:
        pending, last = rows.load(connection, name)
        step = plan.next_step(pending, last, self._receivers[name].pace, now)
        return step if isinstance(step, plan.Send) else None

    def _send(self, name: str, send: plan.Send) -> Outcome:
        """Send one message; a receiver that breaks is tried again like one that refuses."""
        receiver = self._receivers[name]
        language = receiver.language or self._language
        with self._database.reading() as connection:
            alerts = rows.alerts_of(connection, send.rows)
        try:
            single = len(alerts) == 1 and send.key == send.rows[0].key
            message = render(alerts[0], language) if single else render_digest(alerts, language)
            return receiver.send(message, send.key)
        except Exception as error:  # noqa: BLE001 - whatever one receiver does, the others go on
            return Outcome("retry", f"broke with {type(error).__name__}", uncertain=True)

    def _note(self) -> list[Delivery]:
        """Tell the log all that is finished; killed in between, the same messages are told again."""
        told: list[Delivery] = []
        while found := self._unnoted():
            self._log.append([delivery for _, delivery in found])
            self._checkpoint("outbox:appended")
            with self._database.writing() as connection:
                rows.note(connection, [key for key, _ in found])
            self._checkpoint("outbox:noted")
            told += [delivery for _, delivery in found]
        return told

    def _unnoted(self) -> list[tuple[str, Delivery]]:
        with self._database.reading() as connection:
            return rows.unnoted(connection)


def _tell(name: str, send: plan.Send, outcome: Outcome) -> None:
    """Write an attempt to the log: an error where somebody must act, a warning where it may mend itself."""
    level = {"sent": "warning" if outcome.detail else "info", "retry": "warning"}.get(outcome.result, "error")
    getattr(_log, level)(
        "delivery_attempted",
        receiver=name,
        key=send.key,
        alerts=len(send.rows),
        attempts=send.rows[0].attempts,
        result=outcome.result,
        detail=outcome.detail,
    )
