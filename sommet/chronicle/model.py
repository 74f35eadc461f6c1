"""What a person is shown of one event, built from its reports."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import msgspec

from consumers.facts import facts
from consumers.life import Member, in_order, life
from consumers.lineage import Descent, Lineages, descents
from schemas.events import Event, Report
from sommet import intervals
from sommet.knowledge import phrases
from sommet.store import EventHistory, StoredReport
from sommet.store.precedents import Precedents


@dataclass(frozen=True, slots=True)
class Step:
    """One turn: what was before and after, and the report that says so."""

    kind: phrases.Step
    before: str
    after: str
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One value of a fact: how many independent origins state it, and in which reports."""

    value: str
    origins: int
    reports: tuple[Report, ...]
    shown: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A report and its copies: those that took its text, each with theirs.

    `kind` says what makes it a copy (`consumers.lineage.Kind`), empty for an original; `reason` why it
    belongs to the event.
    """

    report: Report
    reason: str
    kind: str = ""
    copies: tuple["Line", ...] = ()


@dataclass(frozen=True, slots=True)
class Chronicle:
    """All that is known of one event. `merged` are the ids of events that became this one."""

    event: Event
    steps: tuple[Step, ...]
    facts: dict[str, tuple[Said, ...]]
    lines: tuple[Line, ...]
    precedents: Precedents
    merged: tuple[str, ...] = ()


def chronicle(history: EventHistory, precedents: Precedents) -> Chronicle:
    """Return what a person is shown of an event."""
    event = history.event
    members = in_order(_member(event, report) for report in history.reports)
    if not members:
        return Chronicle(event, (), {}, (), precedents, history.merged)
    known, turns = life(event.event, members)
    lineages = Lineages()
    roots = [lineages.of(member.origin) for member in members]
    steps = [Step(_kind(t.change, t.before, t.after), t.before, t.after, _report(t.member)) for t in turns]
    if event.unreported:
        steps.append(Step("unreported", known.status, event.end or event.start))
    shown: dict[str, Hashable] = {
        "status": known.status,
        "date": (known.start, known.end),
        "place": known.place,
        "format": known.format,
        "participants": known.participants,
    }
    stated = {
        name: tuple(Said(v.text, v.origins, tuple(map(_report, v.statements)), v.shown) for v in values)  # type: ignore[arg-type]
        for name, values in facts(list(zip(members, roots, strict=True)), shown).items()
    }
    reasons = {report.statement: report.reason for report in history.reports}
    lines = _lines(members, reasons)
    return Chronicle(event, tuple(steps), stated, lines, precedents, history.merged)


def _member(event: Event, stored: StoredReport) -> Member:
    report = msgspec.json.decode(stored.data, type=Report)
    number = stored.statement.rpartition("/")[2]
    return Member(
        source="",
        number=int(number) if number.isdigit() else 0,
        name=stored.statement,
        dyad=event.dyad,
        at=stored.at,
        origin=report.origin,
        stated=report.stated,
    )


def _report(member: Member) -> Report:
    return Report(origin=member.origin, stated=member.stated)


def _kind(change: str, before: str, after: str) -> phrases.Step:
    if change != "date":
        return change  # type: ignore[return-value]
    if not before or after.startswith(before):
        return "dated"
    old, new = intervals.first_day(before), intervals.first_day(after)
    if not old or not new:
        return "date"
    return "postponed" if new > old else "advanced"


def _lines(members: Sequence[Member], reasons: dict[str, str]) -> tuple[Line, ...]:
    """Return the reports as trees: below each one those that copied it."""
    by_article = {member.origin.article: member for member in members}
    below: dict[str, list[Descent]] = {}
    for descent in descents(member.origin for member in members):
        below.setdefault(descent.parent, []).append(descent)

    def lines(parent: str) -> tuple[Line, ...]:
        return tuple(
            Line(_report(member), reasons.get(member.name, ""), descent.kind, lines(descent.article))
            for descent in below.get(parent, ())
            if (member := by_article[descent.article])
        )

    return lines("")
