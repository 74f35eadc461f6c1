"""Events become alerts where a rule says so; the reason is what is new since the last alert.

Not every turn of an event alerts: a rule compares the event with what it said of it last. So the first
fresh report of an event alerts as new, also where an old article had named it before.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from schemas.events import WITHOUT_REPORT, Alert, Event, Turned
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
            key = f"{rule.name}/{event.event}"
            if event.change in {"merged", "moved"}:
                _inherit(state, rule, event)
                continue
            number, _, last = state.get(key, b"0:").decode().partition(":")
            decision = decide(rule, self.config.max_age, last, event)
            if isinstance(decision, Silent) and not decision.heard:
                continue
            count = int(number) + 1
            state[key] = f"{count}:{_snapshot(event)}".encode()
            if isinstance(decision, Now):
                yield Alert(
                    id=f"alert/{key}/{digest(str(count), _snapshot(event))}",
                    rule=rule.name,
                    reason=decision.change,
                    event=event,
                    receivers=rule.receivers,
                )


def _inherit(state: State, rule: Rule, event: Event) -> None:
    """What was told of an event is not told again of the one that it became, or that was cut out of it."""
    if event.change == "merged":
        old, heir = f"{rule.name}/{event.event}", f"{rule.name}/{event.into}"
        if old in state and heir not in state:
            state[heir] = state[old]
        return
    old, heir = f"{rule.name}/{event.former}", f"{rule.name}/{event.event}"
    if old in state and heir not in state:
        state[heir] = f"1:{_snapshot(event)}".encode()


@dataclass(frozen=True, slots=True)
class Now:
    """Alert, and why now."""

    change: Turned


@dataclass(frozen=True, slots=True)
class Silent:
    """No alert, and why not; `heard` where the rule takes note of the turn all the same."""

    reason: str
    heard: bool = field(default=False, compare=False)


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
    if change in rule.changes:
        return Now(change)
    return Silent("nothing new") if change == "more" else Silent(f"the rule leaves out: {change}", heard=True)


def _stale(published: str, received: datetime, max_age: timedelta) -> Silent | None:
    day = intervals.last_day(published)
    if day is None:
        return Silent("undated")
    if intervals.days_between(day, received.date()) > max_age / timedelta(days=1):
        return Silent("too old when received")
    return None


def _snapshot(event: Event) -> str:
    return f"{event.status}|{event.start}|{event.end}|{event.place}"


def _change(last: str, event: Event) -> Turned:
    over = event.change == "unreported" or (event.change == "withdrawn" and not event.articles)
    if over and last:
        return cast("Turned", event.change)
    if not last:
        return "more" if event.change in WITHOUT_REPORT else "new"
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
