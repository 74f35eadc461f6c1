"""The outbox between a log, a database and its receivers."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
import structlog

from schemas.events import Delivery
from schemas.topics import DELIVERIES
from sommet.ids import digest
from sommet.outbox.message import Rendered
from sommet.outbox.outbox import Outbox
from sommet.outbox.receiver import SENT, Outcome, Receiver
from sommet.store import Database, Store
from sommet.watch import Owed
from tests.databases import emptied, restored, saved
from tests.outbox.fakes import NOW, MemoryLog, MemoryReceiver, an_alert, wait_for

REFUSED = Outcome("retry", "answered 500")
HELD = Outcome("held", "answered 404")


class Killed(BaseException):
    """Stands for the end of the process."""


@dataclass
class Rig:
    """A log, a database, and outboxes over them."""

    url: str
    log: MemoryLog = field(default_factory=MemoryLog)
    databases: list[Database] = field(default_factory=list)

    def outbox(self, checkpoint: Callable[[str], None] = lambda name: None, **receivers: Receiver) -> Outbox:
        database = Database(self.url)
        self.databases.append(database)
        return Outbox(
            database, receivers, log=self.log, now=lambda: NOW, language="fr", checkpoint=checkpoint
        )


@pytest.fixture
def rig(store_url: str) -> Iterator[Rig]:
    """An empty rig."""
    rig = Rig(store_url)
    yield rig
    for database in rig.databases:
        database.close()


def drained(outbox: Outbox, since: datetime = NOW, every: int = 1) -> list[Delivery]:
    """Return all deliveries of two hours, one look in `every` seconds, until nothing is owed."""
    found: list[Delivery] = []
    for second in range(0, 7200, every):
        found += outbox.send_due(since + timedelta(seconds=second))
        if not outbox.pending():
            break
    return found


def test_each_receiver_gets_each_alert_once(rig: Rig) -> None:
    """Two alerts for two receivers are four messages, four deliveries, and nothing more afterwards."""
    desk, chat = MemoryReceiver(), MemoryReceiver(language="en")
    outbox = rig.outbox(desk=desk, chat=chat)
    rig.log.append([an_alert(1, ("desk", "chat")), an_alert(2, ("desk", "chat", "desk"))])
    assert outbox.follow(rig.log) == 2
    deliveries = outbox.send_due(NOW)
    assert len(deliveries) == 4
    assert {delivery.result for delivery in deliveries} == {"sent"}
    assert [key for key, _ in desk.sent] == [digest("alert-1", "desk"), digest("alert-2", "desk")]
    assert {message.language for _, message in desk.sent} == {"fr"}
    assert {message.language for _, message in chat.sent} == {"en"}
    assert outbox.follow(rig.log) == 0
    assert outbox.send_due(NOW + timedelta(days=1)) == []
    assert len(desk.sent) == 2


def test_deliveries_go_to_their_topic(rig: Rig) -> None:
    """A delivery says which alert of which rule, which receiver, which key, how often, and when."""
    outbox = rig.outbox(desk=MemoryReceiver(answers=[REFUSED]))
    rig.log.append([an_alert()])
    outbox.follow(rig.log)
    drained(outbox)
    [(_, delivery)] = rig.log.read(DELIVERIES, 0)
    key = digest("alert-1", "desk")
    assert delivery.id == digest("delivery", key)
    assert (delivery.alert, delivery.receiver, delivery.key, delivery.cause) == (
        "alert-1",
        "desk",
        key,
        "alert-1",
    )
    assert (delivery.result, delivery.attempts, delivery.rule) == ("sent", 2, an_alert().rule)
    assert delivery.finished > NOW


def test_a_replay_of_the_topic_sends_nothing_again(rig: Rig) -> None:
    """The same alerts at new offsets are the same rows."""
    desk = MemoryReceiver()
    outbox = rig.outbox(desk=desk)
    rig.log.append([an_alert()])
    outbox.follow(rig.log)
    outbox.send_due(NOW)
    rig.log.topics["alerts.v1"] *= 4
    assert outbox.follow(rig.log) == 3
    assert outbox.send_due(NOW) == []
    assert len(desk.sent) == 1


def lost(rig: Rig) -> None:
    """Take the store away, as the message about a damaged one advises."""
    for database in rig.databases:
        database.close()
    emptied(rig.url)


@pytest.mark.parametrize("alerts", [1, 3, 30, 1200])
def test_a_store_begun_anew_sends_nothing_again(rig: Rig, alerts: int) -> None:
    """What the log says was delivered stays delivered, also in a digest; what was owed still goes out."""
    desk, broken = MemoryReceiver(), MemoryReceiver(answers=[Outcome("failed", "answered 400")])
    rig.log.append([an_alert(0, ("broken",))])
    rig.log.append([an_alert(number, ("desk",)) for number in range(1, alerts + 1)])
    before = rig.outbox(desk=desk, broken=broken)
    before.follow(rig.log)
    drained(before)
    rig.log.append([an_alert(number, ("desk", "broken")) for number in (2001, 2002)])
    before.follow(rig.log)
    known = rig.log.read(DELIVERIES, 0, 2000)
    assert len(known) == alerts + 1
    lost(rig)
    desk.sent.clear()
    broken.tried.clear()
    after = rig.outbox(desk=desk, broken=broken)
    assert after.follow(rig.log) == alerts + 3
    assert after.pending() == {"desk": 2, "broken": 2}
    deliveries = drained(after)
    assert [key for key, _ in desk.sent] == [digest(f"alert-{number}", "desk") for number in (2001, 2002)]
    assert broken.tried == [digest(f"alert-{number}", "broken") for number in (2001, 2002)]
    assert len(deliveries) == 4
    assert len(rig.log.read(DELIVERIES, 0, 2000)) == alerts + 5


def test_a_store_begun_anew_after_everything_was_delivered_says_nothing(rig: Rig) -> None:
    """The second run over the same log sends no message and notes no delivery."""
    desk = MemoryReceiver()
    rig.log.append([an_alert(1), an_alert(2)])
    for _ in range(2):
        outbox = rig.outbox(desk=desk)
        outbox.follow(rig.log)
        drained(outbox)
        lost(rig)
    assert len(desk.sent) == 2
    assert len(rig.log.read(DELIVERIES, 0)) == 2


def test_an_old_copy_of_the_store_sends_nothing_again(rig: Rig) -> None:
    """What the copy still owes was delivered since: the log knows it."""
    desk = MemoryReceiver()
    rig.log.append([an_alert(1), an_alert(2)])
    outbox = rig.outbox(desk=desk)
    outbox.follow(rig.log)
    rig.databases[0].close()
    copy = saved(rig.url)
    drained(rig.outbox(desk=desk))
    lost(rig)
    restored(rig.url, copy)
    after = rig.outbox(desk=desk)
    assert after.pending() == {"desk": 2}
    after.follow(rig.log)
    assert after.pending() == {}
    assert drained(after) == []
    assert len(desk.sent) == 2


def test_an_unknown_receiver_is_a_failure_that_names_the_known(rig: Rig) -> None:
    """The others get theirs."""
    desk = MemoryReceiver()
    outbox = rig.outbox(desk=desk)
    rig.log.append([an_alert(1, ("desl", "desk"))])
    outbox.follow(rig.log)
    failed = [delivery for delivery in outbox.send_due(NOW) if delivery.result == "failed"]
    assert [delivery.receiver for delivery in failed] == ["desl"]
    assert "“desl”" in failed[0].detail
    assert "desk" in failed[0].detail
    assert len(desk.sent) == 1


def test_a_failure_for_good_is_not_tried_again(rig: Rig) -> None:
    """It becomes a failed delivery, and the next message goes out."""
    desk = MemoryReceiver(answers=[Outcome("failed", "answered 400")])
    outbox = rig.outbox(desk=desk)
    rig.log.append([an_alert(1), an_alert(2)])
    outbox.follow(rig.log)
    assert [(one.result, one.detail) for one in outbox.send_due(NOW)] == [
        ("failed", "answered 400"),
        ("sent", ""),
    ]
    assert desk.tried == [digest("alert-1", "desk"), digest("alert-2", "desk")]


def test_a_receiver_that_refuses_everything_loses_nothing(rig: Rig) -> None:
    """A wrong password or address holds the queue like an outage; once it is right, all of it goes out."""
    desk = MemoryReceiver(answers=[HELD, HELD, HELD, HELD])
    outbox = rig.outbox(desk=desk)
    rig.log.append([an_alert(1), an_alert(2)])
    outbox.follow(rig.log)
    assert outbox.send_due(NOW) == []
    assert len(desk.tried) == 1
    assert outbox.owed(NOW + timedelta(seconds=1))["desk"].count == 2
    assert [delivery.result for delivery in drained(outbox)] == ["sent", "sent"]
    assert [key for key, _ in desk.sent] == [digest(f"alert-{number}", "desk") for number in (1, 2)]


def test_what_is_owed_says_why_and_when(rig: Rig) -> None:
    """Number, reason of the last try and time of the next one, for each receiver that is owed anything."""
    chat, desk = MemoryReceiver(answers=[REFUSED]), MemoryReceiver()
    outbox = rig.outbox(chat=chat, desk=desk)
    rig.log.append([an_alert(number, ("chat", "desk")) for number in (1, 2, 3)])
    outbox.follow(rig.log)
    assert outbox.owed(NOW) == {"chat": Owed(3), "desk": Owed(3)}
    outbox.send_due(NOW)
    [(name, owed)] = outbox.owed(NOW + timedelta(seconds=1)).items()
    assert (name, owed.count, owed.reason) == ("chat", 3, "answered 500")
    assert owed.again is not None
    assert timedelta(seconds=2) < owed.again - NOW <= timedelta(seconds=5)
    outbox.send_due(NOW + timedelta(minutes=1))
    assert outbox.owed(NOW + timedelta(minutes=1)) == {}


def test_the_log_says_how_grave_an_attempt_was(rig: Rig) -> None:
    """Sent is told, a failed attempt is a warning, a refusal an error."""
    broken, partly = Outcome("failed", "answered 400"), Outcome("sent", "refused 1 of 2")
    outbox = rig.outbox(desk=MemoryReceiver(answers=[REFUSED, HELD, broken, partly, SENT]))
    rig.log.append([an_alert(number) for number in (1, 2, 3)])
    outbox.follow(rig.log)
    structlog.reset_defaults()  # a command that ran before may have set a level
    with structlog.testing.capture_logs() as lines:
        drained(outbox)
    levels = [line["log_level"] for line in lines if line["event"] == "delivery_attempted"]
    assert levels == ["warning", "error", "error", "warning", "info"]


@pytest.mark.parametrize(
    ("outcome", "waits"), [(HELD, 15), (Outcome("retry", "429", timedelta(hours=1)), 3600)]
)
def test_a_start_tries_again_soon(rig: Rig, outcome: Outcome, waits: int) -> None:
    """After a restart nobody waits for the end of a backoff; what the provider asked for is kept."""
    desk = MemoryReceiver(answers=[*[REFUSED] * 9, outcome])
    outbox = rig.outbox(desk=desk)
    rig.log.append([an_alert(1)])
    outbox.follow(rig.log)
    now = NOW
    while desk.answers:
        now = outbox.owed(now)["desk"].again or now
        outbox.send_due(now)
    again = outbox.owed(now)["desk"].again
    assert again is not None
    assert again - now >= timedelta(minutes=5)
    after = rig.outbox(desk=desk)
    after.follow(rig.log)
    assert after.send_due(now + timedelta(seconds=waits - 2)) == []
    assert len(after.send_due(now + timedelta(seconds=waits + 1))) == 1


@pytest.mark.parametrize("trouble", [REFUSED, HELD, RuntimeError("canary-of-receiver")])
def test_one_bad_receiver_holds_up_no_other(rig: Rig, trouble: Outcome | Exception) -> None:
    """While one refuses or breaks, the other has everything; what an exception says goes nowhere."""
    desk, chat = MemoryReceiver(answers=[trouble] * 5), MemoryReceiver()
    outbox = rig.outbox(desk=desk, chat=chat)
    rig.log.append([an_alert(number, ("desk", "chat")) for number in range(1, 4)])
    outbox.follow(rig.log)
    assert len(outbox.send_due(NOW)) == 3
    assert len(chat.sent) == 3
    deliveries = drained(outbox)
    assert [key for key, _ in desk.sent] == [digest(f"alert-{number}", "desk") for number in range(1, 4)]
    assert "canary" not in repr(deliveries)


def test_a_receiver_that_hangs_holds_up_no_other(rig: Rig) -> None:
    """The other has its message while the first still waits."""
    released = threading.Event()

    class Hanging(MemoryReceiver):
        def send(self, message: Rendered, key: str) -> Outcome:
            released.wait(30)
            return super().send(message, key)

    desk, chat = Hanging(), MemoryReceiver()
    outbox = rig.outbox(desk=desk, chat=chat)
    rig.log.append([an_alert(number, ("desk", "chat")) for number in range(1, 4)])
    outbox.follow(rig.log)
    thread = threading.Thread(target=outbox.send_due, args=(NOW,))
    thread.start()
    wait_for(lambda: len(chat.sent) == 3)
    assert desk.sent == []
    released.set()
    thread.join()
    assert len(desk.sent) == 3


def test_an_hour_of_outage_ends_in_one_digest(rig: Rig) -> None:
    """40 alerts came meanwhile: one message lists them, each is delivered under its key, nothing is lost."""
    desk = MemoryReceiver(answers=[REFUSED] * 12)
    outbox = rig.outbox(desk=desk)
    rig.log.append([an_alert(1)])
    outbox.follow(rig.log)
    outbox.send_due(NOW)
    rig.log.append([an_alert(number) for number in range(2, 41)])
    outbox.follow(rig.log)
    deliveries = drained(outbox, every=20)
    [(key, message)] = desk.sent
    assert len(message.items) == 40
    assert message.title.startswith("40")
    assert {delivery.key for delivery in deliveries} == {key}
    assert len({delivery.id for delivery in deliveries}) == 40
    assert len(desk.tried) == 13


def test_after_an_outage_messages_come_in_order_one_a_second(rig: Rig) -> None:
    """Up to twenty come one by one."""
    desk = MemoryReceiver(pace=timedelta(seconds=1), answers=[REFUSED] * 3)
    outbox = rig.outbox(desk=desk)
    rig.log.append([an_alert(number) for number in range(1, 11)])
    outbox.follow(rig.log)
    deliveries = drained(outbox)
    assert [delivery.alert for delivery in deliveries] == [f"alert-{number}" for number in range(1, 11)]
    times = [delivery.finished for delivery in deliveries]
    assert all(later - earlier >= timedelta(seconds=1) for earlier, later in pairwise(times))


def test_the_providers_wait_is_kept(rig: Rig) -> None:
    """Within Retry-After nothing is sent to this receiver, also no other message."""
    desk = MemoryReceiver(answers=[Outcome("retry", "answered 429", timedelta(seconds=90))])
    outbox = rig.outbox(desk=desk)
    rig.log.append([an_alert(1), an_alert(2)])
    outbox.follow(rig.log)
    for second in (0, 1, 60, 89):
        outbox.send_due(NOW + timedelta(seconds=second))
    assert len(desk.tried) == 1
    outbox.send_due(NOW + timedelta(seconds=90))
    assert len(desk.sent) == 2


STEPS = ("entered", "claimed", "accepted", "marked", "appended", "noted")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("alerts", [1, 3, 30])
def test_killed_at_any_step_nothing_is_lost_and_a_double_has_the_same_key(
    rig: Rig, step: str, alerts: int
) -> None:
    """Only between acceptance and mark a message comes twice, and then as the same message."""
    desk = MemoryReceiver()
    reached: list[str] = []

    def kill(name: str) -> None:
        reached.append(name)
        if name == f"outbox:{step}":
            raise Killed

    rig.log.append([an_alert(number) for number in range(1, alerts + 1)])
    doomed = rig.outbox(kill, desk=desk)
    with pytest.raises(Killed):
        doomed.follow(rig.log) and doomed.send_due(NOW)
    assert reached[-1] == f"outbox:{step}"
    rig.log.append([an_alert(number) for number in range(100, 130)])
    after = rig.outbox(desk=desk)
    after.follow(rig.log)
    drained(after, every=10)
    keys = [key for key, _ in desk.sent]
    doubles = len(keys) - len(set(keys))
    assert doubles == (1 if step == "accepted" else 0)
    told = [item for _, message in dict(desk.sent).items() for item in (message.items or (message,))]
    assert len(told) == alerts + 30
    assert len(rig.log.read(DELIVERIES, 0)) == alerts + 30
    assert after.send_due(NOW + timedelta(days=2)) == []


def test_500_races_of_two_senders(rig: Rig) -> None:
    """Two senders look at the same alert at the same time: one of them sends it."""
    desk = MemoryReceiver()
    outboxes = [rig.outbox(desk=desk), rig.outbox(desk=desk)]
    start = threading.Barrier(3)
    end = threading.Barrier(3)
    races = 500

    def work(outbox: Outbox) -> None:
        for race in range(races):
            start.wait()
            outbox.send_due(NOW + timedelta(seconds=race))
            end.wait()

    threads = [threading.Thread(target=work, args=(outbox,)) for outbox in outboxes]
    for thread in threads:
        thread.start()
    for race in range(races):
        rig.log.topics["alerts.v1"].append(an_alert(race))
        outboxes[0].follow(rig.log)
        start.wait()
        end.wait()
    for thread in threads:
        thread.join()
    keys = [key for key, _ in desk.sent]
    assert len(keys) == len(set(keys)) == races


def test_a_sender_that_was_too_slow_does_not_undo_the_other(rig: Rig) -> None:
    """Its lease ran out, another sent the message; its own late failure changes nothing."""
    desk = MemoryReceiver()

    class Late(MemoryReceiver):
        def send(self, message: Rendered, key: str) -> Outcome:
            rig.outbox(desk=desk).send_due(NOW + timedelta(minutes=5))
            return Outcome("failed", "too late")

    outbox = rig.outbox(desk=Late())
    rig.log.append([an_alert()])
    outbox.follow(rig.log)
    outbox.send_due(NOW)
    [(_, delivery)] = rig.log.read(DELIVERIES, 0)
    assert (delivery.result, len(desk.sent)) == ("sent", 1)


def test_the_store_counts_what_the_outbox_owes(rig: Rig) -> None:
    """Pending, sent and failed add up."""
    desk = MemoryReceiver(answers=[SENT, Outcome("failed"), REFUSED])
    outbox = rig.outbox(desk=desk)
    rig.log.append([an_alert(number) for number in range(1, 4)])
    outbox.follow(rig.log)
    outbox.send_due(NOW)
    store = Store(rig.url)
    store.follow(rig.log)
    counts = store.counts()
    assert (counts.sent, counts.failed, counts.pending) == (1, 1, 1)
    assert outbox.pending() == {"desk": 1}
    store.close()
