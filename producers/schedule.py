"""When is a source due? Pure: a plan and what happened go in, the next plan comes out.

The interval is half the expected time between two new items, as observed with a memory of a day, kept
between `feeds.every` and `feeds.at_most`; a feed's own wish (TTL, max-age, skipHours) can only lengthen
it within these bounds. Failures back off exponentially. All jitter derives from the source's id.
"""

import math
from datetime import datetime, timedelta

import msgspec

from producers.wire import Pace
from schemas.envelope import EPOCH
from sommet import ids
from sommet.config import Feeds

FIRST_RATE = 6.0
"""New items an hour that a source is expected to have before anything is known of it."""
MEMORY = timedelta(hours=24)
MAX_RETRY_AFTER = timedelta(hours=24)
GONE = 410
GONE_TIMES = 2
GONE_WAIT = timedelta(days=1)
"""Between two looks whether a feed that was gone is back."""
_HOUR = timedelta(hours=1)


class Plan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the schedule remembers of one source; `rate` is in new items an hour."""

    due: datetime = EPOCH
    polled: datetime = EPOCH
    rate: float = FIRST_RATE
    failures: int = 0
    gone: int = 0

    @property
    def is_gone(self) -> bool:
        """Whether the server says that the feed is no more, and said so before."""
        return self.gone >= GONE_TIMES


def is_due(plan: Plan, now: datetime) -> bool:
    """Whether the source is to be polled at `now`."""
    return plan.due <= now


def fraction(source: str, turn: int = 0) -> float:
    """Return a number from 0 up to 1 that is always the same for a source and turn."""
    return int(ids.digest("jitter", source, str(turn)), 16) / 2**64


def succeeded(
    plan: Plan,
    now: datetime,
    *,
    source: str,
    new: int,
    limits: Feeds,
    pace: Pace = Pace(),  # noqa: B008 - frozen
    max_age: timedelta | None = None,
) -> Plan:
    """Return the plan after a poll that brought `new` new items, a 304 included."""
    rate = _observed(plan, now, new)
    wish = max(pace.ttl or timedelta(0), max_age or timedelta(0))
    interval = _HOUR / (2 * rate) if rate > 0.01 else limits.at_most
    interval = _between(max(interval, wish), limits) * (1 + fraction(source) / 20)
    due = _awake(now + _between(interval, limits), pace, now + limits.at_most)
    return Plan(due=due, polled=now, rate=rate)


def failed(
    plan: Plan,
    now: datetime,
    *,
    source: str,
    limits: Feeds,
    status: int = 0,
    retry_after: timedelta | None = None,
) -> Plan:
    """Return the plan after a failure; from a second 410 (gone) in a row on, a day is waited.

    The wait doubles from `feeds.every` up to `feeds.at_most`, give or take a quarter; a Retry-After is
    waited for in full, up to 24 hours.
    """
    gone = plan.gone + 1 if status == GONE else 0
    jitter = 0.75 + fraction(source, plan.failures) / 2
    wait = min(limits.every * 2 ** min(plan.failures, 20) * jitter, limits.at_most)
    if retry_after is not None:
        wait = max(wait, min(retry_after, MAX_RETRY_AFTER))
    if gone >= GONE_TIMES:
        wait = max(wait, GONE_WAIT)
    return msgspec.structs.replace(plan, due=now + wait, failures=plan.failures + 1, gone=gone)


def _observed(plan: Plan, now: datetime, new: int) -> float:
    if plan.polled == EPOCH:
        return plan.rate  # everything is new at first and says nothing
    elapsed = max(now - plan.polled, timedelta(minutes=1))
    old = math.exp(-elapsed / MEMORY)
    return plan.rate * old + (1 - old) * new / (elapsed / _HOUR)


def _between(interval: timedelta, limits: Feeds) -> timedelta:
    return min(max(interval, limits.every), limits.at_most)


def _awake(due: datetime, pace: Pace, latest: datetime) -> datetime:
    """Move `due` out of the hours and days that the feed asks to skip, never behind `latest`."""
    while due < latest and (due.hour in pace.skip_hours or due.weekday() in pace.skip_days):
        due = due.replace(minute=0, second=0, microsecond=0) + _HOUR
    return min(due, latest)
