"""What is sent next, when it is tried again, when it is given up."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sommet.outbox.plan import (
    FOLD_ABOVE,
    FOLD_AT_MOST,
    GIVE_UP,
    LONGEST_DELAY,
    STUBBORN,
    Row,
    Send,
    Wait,
    begun,
    delay,
    next_step,
    settle,
)
from sommet.outbox.receiver import SENT, Outcome
from tests.outbox.fakes import NOW

SECOND = timedelta(seconds=1)
NO_PACE = timedelta(0)
PAST = NOW - timedelta(hours=1)


def a_row(number: int = 1, **fields: object) -> Row:
    """Return one open row that is due."""
    known = {"key": f"key-{number:03}", "position": number, "receiver": "desk", "entered": PAST, "due": PAST}
    return Row(**(known | fields))  # type: ignore[arg-type]


def sent_row(seconds: float) -> Row:
    """Return a row that was sent so many seconds ago."""
    return a_row(0, state="sent", attempts=1, tried=NOW - timedelta(seconds=seconds))


def failing(number: int = 1, *, attempts: int = 1, due: timedelta = SECOND, **fields: object) -> Row:
    """Return a row whose last attempt failed, to be tried again after `due`."""
    return a_row(number, attempts=attempts, tried=NOW - SECOND, due=NOW + due, **fields)


@pytest.mark.parametrize(
    ("pending", "last", "pace", "expected"),
    [
        ([], None, NO_PACE, "nothing owed"),
        ([a_row()], None, SECOND, ("key-001",)),
        ([a_row(2), a_row(1)], None, SECOND, ("key-001",)),
        ([a_row()], sent_row(0.4), SECOND, "pace"),
        ([a_row()], sent_row(1.0), SECOND, ("key-001",)),
        ([a_row()], sent_row(0), NO_PACE, ("key-001",)),
        ([a_row()], sent_row(-3600), SECOND, ("key-001",)),
        ([failing(), a_row(2)], failing(), NO_PACE, "backing off"),
        ([failing(due=-SECOND), a_row(2)], failing(due=-SECOND), NO_PACE, ("key-001",)),
        (
            [a_row(lease=NOW + SECOND, tried=NOW), a_row(2)],
            a_row(lease=NOW + SECOND, tried=NOW),
            NO_PACE,
            "being sent",
        ),
        ([a_row(lease=NOW - SECOND, tried=PAST)], None, NO_PACE, ("key-001",)),
        (
            [a_row(lease=NOW + timedelta(hours=9), tried=NOW + timedelta(hours=9))],
            None,
            NO_PACE,
            ("key-001",),
        ),
    ],
    ids=[
        "nothing",
        "the first is sent at once",
        "in order",
        "not two a second",
        "one a second",
        "no pace",
        "the clock went back",
        "a receiver that is down is left alone, whatever is owed",
        "after the backoff the oldest goes first",
        "one at a time",
        "a lease that ran out holds nothing",
        "a lease from before the clock went back holds nothing",
    ],
)
def test_next_step(pending: list[Row], last: Row | None, pace: timedelta, expected: object) -> None:
    """The oldest message that is due goes next, one at a time, at the receiver's pace."""
    step = next_step(pending, last, pace, NOW)
    assert (step.reason if isinstance(step, Wait) else tuple(row.key for row in step.rows)) == expected


def test_a_message_goes_out_under_its_own_key() -> None:
    """A single message has the key of its row."""
    step = next_step([a_row(1), a_row(2)], None, NO_PACE, NOW)
    assert isinstance(step, Send)
    assert step.key == "key-001"


def test_too_much_at_once_is_folded() -> None:
    """Up to 20 go one by one; more become one message, of at most 100, with one key whatever their order."""
    few = next_step([a_row(number) for number in range(FOLD_ABOVE)], None, NO_PACE, NOW)
    rows = [a_row(number) for number in range(FOLD_ABOVE + 1)]
    many, turned = next_step(rows, None, NO_PACE, NOW), next_step(rows[::-1], None, NO_PACE, NOW)
    full = next_step([a_row(number) for number in range(FOLD_AT_MOST + 50)], None, NO_PACE, NOW)
    assert isinstance(few, Send)
    assert isinstance(many, Send)
    assert isinstance(full, Send)
    assert len(few.rows) == 1
    assert many.rows == tuple(rows)
    assert many == turned
    assert many.key not in {row.key for row in rows}
    assert len(full.rows) == FOLD_AT_MOST


def test_a_message_that_may_have_arrived_goes_out_as_it_was() -> None:
    """After a lost reply, key and rows are the same, also if more is owed by now."""
    first = next_step([a_row(number) for number in range(25)], None, NO_PACE, NOW)
    assert isinstance(first, Send)
    lost = begun(first)
    later = [*lost.rows, *(a_row(number) for number in range(25, 60))]
    again = next_step(later, None, NO_PACE, NOW)
    assert isinstance(again, Send)
    assert (again.key, again.rows) == (first.key, lost.rows)


def test_a_single_message_that_may_have_arrived_is_not_folded() -> None:
    """Its key was out once: in a digest it could come twice unrecognised."""
    lost = a_row(0, attempts=1, tried=PAST, sent_as="key-000")
    step = next_step([lost, *(a_row(number) for number in range(1, 40))], None, NO_PACE, NOW)
    assert step == Send((lost,), "key-000")


def test_a_refused_digest_may_be_folded_anew() -> None:
    """What certainly did not arrive is folded with what came since."""
    row = a_row(attempts=1, sent_as="digest")
    assert settle(row, "digest", Outcome("retry"), NOW).sent_as == ""
    assert settle(row, "digest", Outcome("retry", uncertain=True), NOW).sent_as == "digest"


def test_one_stubborn_message_lets_the_others_pass() -> None:
    """After enough attempts another is tried; once that worked, order rules again."""
    stubborn = failing(1, attempts=STUBBORN, due=-SECOND)
    step = next_step([stubborn, a_row(2)], stubborn, NO_PACE, NOW)
    assert isinstance(step, Send)
    assert step.key == "key-002"
    after = next_step([stubborn, a_row(3)], sent_row(5), NO_PACE, NOW)
    assert isinstance(after, Send)
    assert after.key == "key-001"


@pytest.mark.parametrize(
    ("outcome", "state", "detail"),
    [
        (SENT, "sent", ""),
        (Outcome("failed", "answered 400"), "failed", "answered 400"),
        (Outcome("held", "answered 404"), "pending", "answered 404"),
        (Outcome("retry", "answered 500"), "pending", "answered 500"),
    ],
)
def test_settle(outcome: Outcome, state: str, detail: str) -> None:
    """Success and a message refused for good are final; anything else comes back."""
    settled = settle(a_row(attempts=1), "key-001", outcome, NOW)
    assert (settled.state, settled.detail) == (state, detail)
    assert (settled.due > NOW) == (state == "pending")


def test_given_up_after_three_days() -> None:
    """What could not be sent for three days is failed, with the last reason; it was tried at least once."""
    old = a_row(attempts=9, entered=NOW - GIVE_UP - SECOND)
    settled = settle(old, "key-001", Outcome("retry", "answered 500"), NOW)
    assert settled.state == "failed"
    assert "9 attempts" in settled.detail
    assert "answered 500" in settled.detail
    assert isinstance(next_step([a_row(entered=NOW - GIVE_UP * 2)], None, NO_PACE, NOW), Send)


@given(st.text(max_size=8), st.integers(1, 500), st.none() | st.integers(0, 200_000))
def test_delays_double_between_bounds(key: str, attempts: int, seconds: int | None) -> None:
    """Never less than the provider asks for within a day, never more than ten minutes more, no chance."""
    after = None if seconds is None else timedelta(seconds=seconds)
    waits = delay(key, attempts, after)
    asked = min(after or NO_PACE, timedelta(hours=24))
    doubled = min(timedelta(seconds=5) * 2 ** min(attempts - 1, 20), LONGEST_DELAY)
    assert asked <= waits <= max(asked, LONGEST_DELAY)
    assert waits >= doubled / 2
    assert waits == delay(key, attempts, after)


def test_delays_differ_by_key() -> None:
    """Many that failed together do not all come back together."""
    assert len({delay(f"key-{number}", 5) for number in range(50)}) > 40


def test_an_outage_of_an_hour_costs_few_requests() -> None:
    """At most 60 requests in an hour, however many messages are owed."""
    rows = [a_row(number) for number in range(15)]
    last: Row | None = None
    now, requests = NOW, 0
    while now < NOW + timedelta(hours=1):
        step = next_step(rows, last, SECOND, now)
        if isinstance(step, Wait):
            assert step.until is not None
            now = step.until
            continue
        requests += 1
        row = begun(step).rows[0]
        settled = settle(row, step.key, Outcome("retry"), now)
        last = a_row(row.position, attempts=row.attempts, tried=now, due=settled.due)
        rows = [last if one.key == last.key else one for one in rows]
    assert 10 <= requests <= 60
