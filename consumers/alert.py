"""Events become alerts where a rule says so; the reason is what is new since the last alert.

Not every turn of an event alerts: a rule compares the event with what it said of it last. So the first
fresh report of an event alerts as new, also where an old article had named it before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.events import Alert, Change, Event
from schemas.topics import ALERTS, EVENTS
from sommet import intervals
from sommet.config import Alerts, Rule
from sommet.ids import digest
from sommet.stage import Stage, State

STATES = frozenset({"Russia", "China"})


def stage(config: Alerts) -> Stage[Event]:
    """Return the stage that decides on alerts."""
    return Stage("alert", EVENTS, (ALERTS,), Step(config))


@dataclass(frozen=True, slots=True)
class Step:
    """Applies the rules."""

    config: Alerts

    def __call__(self, state: State, event: Event, now: datetime) -> Iterable[Alert]:
        """Return the alerts that one report of an event makes."""
        for rule in self.config.rules:
            reason = decide(
                rule, self.config.max_age, state.get(f"{rule.name}/{event.event}", b"").decode(), event
            )
            if isinstance(reason, Silent):
                continue
            snapshot = _snapshot(event)
            state[f"{rule.name}/{event.event}"] = snapshot.encode()
            yield Alert(
                id=f"alert/{rule.name}/{event.event}/{digest(snapshot)}",
                rule=rule.name,
                reason=reason.change,
                event=event,
                receivers=rule.receivers,
            )


@dataclass(frozen=True, slots=True)
class Now:
    """Alert, and why now."""

    change: Change


@dataclass(frozen=True, slots=True)
class Silent:
    """No alert, and why not."""

    reason: str


def decide(rule: Rule, max_age: timedelta | None, last: str, event: Event) -> Now | Silent:
    """Decide whether one report of an event alerts, given what the rule said of it last."""
    stated, origin = event.report.stated, event.report.origin
    if event.type not in rule.types:
        return Silent("another type of event")
    if rule.news_only and stated.salience != "news":
        return Silent("recalled, not news")
    if event.confidence < rule.min_confidence:
        return Silent("not sure enough")
    if max_age is not None and (silent := _stale(origin.published, origin.received, max_age)):
        return silent
    change = _change(last, event)
    if change not in rule.changes:
        return Silent("nothing new" if change == "more" else f"the rule leaves out: {change}")
    return Now(change)


def _stale(published: str, received: datetime, max_age: timedelta) -> Silent | None:
    day = intervals.last_day(published)
    if day is None:
        return Silent("undated")
    if intervals.days_between(day, received.date()) > max_age / timedelta(days=1):
        return Silent("too old when received")
    return None


def _snapshot(event: Event) -> str:
    return f"{event.status}|{event.start}|{event.end}|{event.place}"


def _change(last: str, event: Event) -> Change:
    if not last:
        return "new"
    status, start, end, place = last.split("|")
    if status != event.status:
        return "status"
    if event.status == "planned" and event.start and _dates_differ((start, end), (event.start, event.end)):
        return "date"
    if place and event.place and place != event.place and not {place, event.place} & STATES:
        return "place"
    return "more"


def _dates_differ(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return (
        not one[0]
        or not intervals.overlap(one, other)
        or intervals.precision(other[0]) > intervals.precision(one[0])
    )
