"""In what two runs differ: events and alerts that one of them has alone, and events that changed."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from schemas.events import Alert, Event, Report
from sommet.compare.matching import Pairs, facts, matched
from sommet.compare.run import Known, Run, Statement, statement

Side = Literal["A", "B"]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """An article that tells of an event in `run`.

    `read` says whether the other run has it too, `elsewhere` which event it tells of there, if any.
    """

    run: Side
    article: str
    url: str
    outlet: str
    lang: str
    published: str
    title: str
    sentence: str
    read: bool
    elsewhere: str


class EventDifference(msgspec.Struct, frozen=True, kw_only=True):
    """An event that only one run has, or that both have and one otherwise.

    `a` and `b` are its last states. `facts` are those that differ, each in A and in B. `articles` are all
    that make an event of one run, and those that make an event of both runs only in one of them.
    """

    run: Literal["A", "B", "both"]
    a: Event | None = None
    b: Event | None = None
    facts: dict[str, tuple[Any, Any]] = {}
    articles: tuple[Part, ...] = ()

    @property
    def event(self) -> Event:
        """The event as A knows it, else as B does."""
        found = self.a or self.b
        assert found is not None
        return found


class AlertDifference(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that only one run has."""

    run: Side
    alert: Alert


class Differences(msgspec.Struct, frozen=True, kw_only=True):
    """All differences: events by their dates, alerts in the order in which they were raised."""

    events: tuple[EventDifference, ...]
    alerts: tuple[AlertDifference, ...]

    @property
    def equal(self) -> bool:
        """Whether there is none."""
        return not self.events and not self.alerts


def differences(a: Run, b: Run) -> Differences:
    """Compare two runs.

    An alert is the same where it says the same: rule, reason, facts, article and sentence.
    """
    pairs = matched(a.events, b.events)
    events = sorted(_events(a, b, pairs), key=lambda found: _when(found.event))
    return Differences(events=tuple(events), alerts=(*_alerts("A", a, b), *_alerts("B", b, a)))


def _events(a: Run, b: Run, pairs: Pairs) -> Iterator[EventDifference]:
    in_a = _Holders(a, {key: b.events[pairs[key]] for key in pairs})
    in_b = _Holders(b, {pairs[key]: a.events[key] for key in pairs})
    for key, known in a.events.items():
        if key not in pairs:
            yield EventDifference(run="A", a=known.event, articles=_parts("A", known, in_b))
        elif found := _changed(known, b.events[pairs[key]], in_a, in_b):
            yield found
    counterparts = set(pairs.values())
    for key, known in b.events.items():
        if key not in counterparts:
            yield EventDifference(run="B", b=known.event, articles=_parts("B", known, in_a))


class _Holders:
    """Finds the event of a run that a report of the other run belongs to.

    `counterparts` are the events of the other run by their counterparts here.
    """

    def __init__(self, run: Run, counterparts: Mapping[str, Known]) -> None:
        self.read = run.articles
        self._events, self._counterparts = run.events, counterparts
        self._by_statement: dict[Statement, list[str]] = {}
        self._by_article: dict[str, list[str]] = {}
        for key, known in run.events.items():
            for each in known.statements:
                self._by_statement.setdefault(each, []).append(key)
            for article in known.articles:
                self._by_article.setdefault(article, []).append(key)

    def holder(self, report: Report, kind: str) -> str:
        """Return the event made of that statement, else the one of type `kind` that has its article anew."""
        article = report.origin.article
        stated = self._by_statement.get(statement(report), [])
        of_type = [key for key in stated if self._events[key].event.type == kind]
        anew = [
            key
            for key in self._by_article.get(article, [])
            if self._events[key].event.type == kind
            and (key not in self._counterparts or article not in self._counterparts[key].articles)
        ]
        return next(iter((*of_type, *stated, *anew)), "")


def _changed(a: Known, b: Known, in_a: _Holders, in_b: _Holders) -> EventDifference | None:
    one, two = facts(a.event), facts(b.event)
    if a.articles.keys() == b.articles.keys():
        one["lineages"], two["lineages"] = a.event.lineages, b.event.lineages
    differing = {name: (one[name], two[name]) for name in one if one[name] != two[name]}
    lost = _parts("A", a, in_b, without=b)
    gained = _parts("B", b, in_a, without=a)
    if not differing and not lost and not gained:
        return None
    return EventDifference(run="both", a=a.event, b=b.event, facts=differing, articles=lost + gained)


def _parts(run: Side, known: Known, other: _Holders, without: Known | None = None) -> tuple[Part, ...]:
    """Return the articles of an event in their order, less those of `without`."""
    left = [
        report
        for article, report in known.articles.items()
        if without is None or article not in without.articles
    ]
    return tuple(_part(run, report, known.event.type, other) for report in left)


def _part(run: Side, report: Report, kind: str, other: _Holders) -> Part:
    origin = report.origin
    return Part(
        run=run,
        article=origin.article,
        url=origin.url,
        outlet=origin.outlet or origin.source,
        lang=origin.lang,
        published=origin.published,
        title=origin.title,
        sentence=statement(report)[1],
        read=origin.article in other.read,
        elsewhere=other.holder(report, kind),
    )


def _alerts(run: Side, own: Run, other: Run) -> Iterator[AlertDifference]:
    """Yield the alerts of `own` that `other` has not, or has less often."""
    there = Counter(_said(alert) for alert in other.alerts)
    for alert in own.alerts:
        said = _said(alert)
        if there[said]:
            there[said] -= 1
        else:
            yield AlertDifference(run=run, alert=alert)


def _said(alert: Alert) -> tuple[object, ...]:
    return (alert.rule, alert.reason, *facts(alert.event).values(), *statement(alert.event.report))


def _when(event: Event) -> tuple[str, str, str]:
    """An undated event stands where it was first seen."""
    seen = event.first_seen.isoformat()
    return event.start or event.end or seen, seen, event.event
