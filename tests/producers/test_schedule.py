"""When a source is asked again."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from producers import schedule
from producers.schedule import Plan
from producers.wire import Pace
from sommet.config import Feeds

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
LIMITS = Feeds(every=timedelta(minutes=5), at_most=timedelta(hours=6))
SOURCE = "fra/essai/world"
SEEN = Plan(polled=NOW - timedelta(minutes=5))


def wait(plan: Plan, now: datetime = NOW) -> timedelta:
    """Return the time until the source is due."""
    return plan.due - now


def polls_in_a_day(new_an_hour: float, days: int = 6) -> int:
    """Return the polls of the last of some days through which items appeared evenly."""
    plan, now, seen, polls = Plan(), NOW, 0, 0
    end = NOW + timedelta(days=days)
    while now < end:
        there = int(new_an_hour * ((now - NOW) / timedelta(hours=1)))
        plan = schedule.succeeded(plan, now, source=SOURCE, new=there - seen, limits=LIMITS)
        polls += end - now <= timedelta(days=1)
        seen, now = there, plan.due
    return polls


def test_a_new_source_is_due_at_once() -> None:
    """Nobody waits for a first look."""
    assert schedule.is_due(Plan(), NOW)


def test_a_busy_source_is_asked_as_often_as_allowed() -> None:
    """Twenty items an hour: the lower bound."""
    plan = SEEN
    for _ in range(50):
        plan = schedule.succeeded(plan, max(NOW, plan.due), source=SOURCE, new=2, limits=LIMITS)
    assert timedelta(minutes=5) <= plan.due - plan.polled < timedelta(minutes=5.3)


def test_a_silent_source_is_asked_rarely_in_the_end() -> None:
    """The interval only grows, up to the upper bound, and not within the first hours."""
    plan, now, waits = Plan(), NOW, []
    for _ in range(400):
        plan = schedule.succeeded(plan, now, source=SOURCE, new=0, limits=LIMITS)
        waits.append(wait(plan, now))
        now = plan.due
    assert waits == sorted(waits)
    assert waits[12] < timedelta(minutes=6)
    assert waits[-1] == LIMITS.at_most


def test_items_after_a_silence_shorten_the_interval() -> None:
    """A source that wakes up is followed more closely."""
    sleepy = Plan(polled=NOW - timedelta(hours=6), rate=0.05)
    quiet = schedule.succeeded(sleepy, NOW, source=SOURCE, new=0, limits=LIMITS)
    woken = schedule.succeeded(sleepy, NOW, source=SOURCE, new=40, limits=LIMITS)
    assert woken.due < quiet.due


def test_what_is_there_at_first_is_not_new() -> None:
    """The hundred items of a first poll say nothing of the pace."""
    assert schedule.succeeded(Plan(), NOW, source=SOURCE, new=100, limits=LIMITS).rate == schedule.FIRST_RATE


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ({}, 5, 5.3),
        ({"pace": Pace(ttl=timedelta(minutes=60))}, 60, 63),
        ({"max_age": timedelta(minutes=30)}, 30, 31.5),
        ({"pace": Pace(ttl=timedelta(minutes=60)), "max_age": timedelta(minutes=90)}, 90, 94.5),
        ({"pace": Pace(ttl=timedelta(days=7))}, 360, 360),
        ({"pace": Pace(ttl=timedelta(0))}, 5, 5.3),
        ({"max_age": timedelta(seconds=99_999_999)}, 360, 360),
        ({"pace": Pace(skip_hours=frozenset({12, 13}))}, 120, 120),
        ({"pace": Pace(skip_hours=frozenset(range(24)))}, 360, 360),
        ({"pace": Pace(skip_days=frozenset({0}))}, 360, 360),
        ({"pace": Pace(skip_days=frozenset({5, 6}))}, 5, 5.3),
    ],
)
def test_wishes_are_honoured_within_the_bounds(asked: dict[str, object], least: float, most: float) -> None:
    """In minutes: never under `every`, never over `at_most`."""
    plan = schedule.succeeded(SEEN, NOW, source=SOURCE, new=5, limits=LIMITS, **asked)  # type: ignore[arg-type]
    assert timedelta(minutes=least) <= wait(plan) <= timedelta(minutes=most)


@pytest.mark.parametrize(
    ("new_an_hour", "least", "most"), [(30, 273, 288), (2, 80, 100), (0.5, 20, 28), (0, 4, 5)]
)
def test_polls_of_a_day(new_an_hour: float, least: int, most: int) -> None:
    """About two polls for an item, once the pace is known."""
    assert least <= polls_in_a_day(new_an_hour) <= most


def test_failures_back_off() -> None:
    """Each wait is about twice the one before, up to the upper bound; a success forgets them."""
    plan, waits = SEEN, []
    for _ in range(12):
        plan = schedule.failed(plan, NOW, source=SOURCE, limits=LIMITS, status=503)
        waits.append(wait(plan))
    for step, waited in enumerate(waits):
        assert min(LIMITS.every * 2**step * 0.75, LIMITS.at_most) <= waited
        assert waited <= min(LIMITS.every * 2**step * 1.25, LIMITS.at_most)
    assert waits[-1] == LIMITS.at_most
    assert schedule.succeeded(plan, NOW, source=SOURCE, new=0, limits=LIMITS).failures == 0


def test_jitter_is_the_same_every_time_and_differs_between_sources() -> None:
    """A crowd of sources that failed together does not come back together."""
    ids = [f"source/{n}" for n in range(100)]
    first, second = ([schedule.failed(SEEN, NOW, source=s, limits=LIMITS).due for s in ids] for _ in range(2))
    assert first == second
    assert len(set(first)) == 100


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        (timedelta(hours=2), timedelta(hours=2)),
        (timedelta(hours=20), timedelta(hours=20)),
        (timedelta(days=9), timedelta(hours=24)),
    ],
)
def test_retry_after_is_waited_for(asked: timedelta, waited: timedelta) -> None:
    """Also beyond the upper bound, up to a day."""
    assert (
        wait(schedule.failed(SEEN, NOW, source=SOURCE, limits=LIMITS, status=429, retry_after=asked))
        == waited
    )


def test_a_short_retry_after_does_not_shorten_the_backoff() -> None:
    """Zero seconds are no leave to hammer."""
    plan = schedule.failed(SEEN, NOW, source=SOURCE, limits=LIMITS, status=429, retry_after=timedelta(0))
    assert wait(plan) >= LIMITS.every * 0.75


def test_gone_twice_is_asked_once_a_day() -> None:
    """One 410 may be a mistake; another answer in between counts anew."""
    once = schedule.failed(SEEN, NOW, source=SOURCE, limits=LIMITS, status=410)
    other = schedule.failed(once, NOW, source=SOURCE, limits=LIMITS, status=500)
    twice = schedule.failed(once, NOW, source=SOURCE, limits=LIMITS, status=410)
    assert not once.is_gone
    assert not schedule.failed(other, NOW, source=SOURCE, limits=LIMITS, status=410).is_gone
    assert twice.is_gone
    assert not schedule.is_due(twice, NOW + timedelta(hours=23))
    assert schedule.is_due(twice, NOW + timedelta(hours=24))


def test_a_plan_survives_its_storage() -> None:
    """What is written is what is read."""
    plan = schedule.failed(SEEN, NOW, source=SOURCE, limits=LIMITS, status=410)
    assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan
