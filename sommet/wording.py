"""An event in words, for a terminal: one line, or a small coloured block."""

from datetime import UTC, datetime

from rich.text import Text

from schemas.events import Event
from sommet.terminal import safe
from sommet.watch import Owed

CHANGES = {
    "new": "new",
    "status": "new status",
    "date": "new date",
    "place": "new place",
    "more": "another report",
    "unreported": "day passed, not reported",
    "withdrawn": "withdrawn",
    "moved": "moved here",
    "merged": "merged",
    "restated": "lost a report",
}
COLOURS = {"planned": "cyan", "occurred": "green", "cancelled": "red", "denied": "red", "alleged": "yellow"}


def dates(event: Event) -> str:
    """Return the dates of an event for people, as exact as they are known."""
    if not event.start:
        return "undated"
    if event.basis == "report":
        return f"by {event.end}"
    if event.end in {"", event.start}:
        return event.start
    same_month = event.start[:8] == event.end[:8] and len(event.end) == len("2026-01-31")
    return f"{event.start}…{event.end[8:] if same_month else event.end}"


def coverage(event: Event) -> str:
    """Return how many articles and independent origins report an event."""
    articles = f"{event.articles} article{'s' * (event.articles != 1)}"
    return f"{articles}, {event.lineages} origin{'s' * (event.lineages != 1)}"


def event_line(event: Event) -> str:
    """Return an event on one line: when, what, where, who, and the sentence that proves it."""
    parts = (dates(event), f"{event.type} {event.status}", event.place, ", ".join(event.participants))
    line = " · ".join(safe(part) for part in parts if part)
    return f"{line}: “{safe(sentence(event))}”"


def sentence(event: Event) -> str:
    """Return the sentence of an event's last report."""
    return event.report.stated.sentence or event.report.stated.evidence


def event_text(event: Event, *, head: str = "", lines: int = 2) -> Text:
    """Return an event as a coloured block: a line of facts, its sentence, its source."""
    text = Text(safe(head), style="bold")
    text.append(dates(event), style="bold")
    text.append(f"  {event.type} ", style="bold")
    text.append(event.status, style=COLOURS[event.status])
    for part in (event.place, ", ".join(event.participants)):
        if part:
            text.append(f"  {safe(part)}")
    if lines > 1:
        text.append(f"\n  “{safe(sentence(event))}”", style="italic")
    if lines > 2:
        origin = event.report.origin
        source = " · ".join(
            part for part in (origin.outlet or origin.source, origin.published, coverage(event)) if part
        )
        text.append(f"\n  {safe(source)}", style="dim")
    return text


def owing(name: str, owed: Owed, now: datetime | None = None) -> str:
    """Return what a receiver is owed and why; the next try counted from `now`, or by the clock."""
    parts = [f"{name}: {owed.count} owed", owed.reason]
    if owed.again and now:
        parts.append(f"again in {lasting(owed.again, now)}")
    elif owed.again:
        parts.append(f"again at {owed.again.astimezone(UTC):%H:%M:%S} UTC")
    return ", ".join(part for part in parts if part)


def waiting(sources: int, due: datetime) -> str:
    """Return how many sources there are of which none was asked yet, and when one will be."""
    return f"{sources:,} source{'s' * (sources != 1)}, the next at {due.astimezone(UTC):%H:%M} UTC"


def lasting(now: datetime, since: datetime) -> str:
    """Return how long ago `since` was, in its two largest units."""
    seconds = max(0, int((now - since).total_seconds()))
    days, hours, minutes = seconds // 86_400, seconds // 3_600 % 24, seconds // 60 % 60
    if days:
        return f"{days}d {hours}h"
    if hours:
        return f"{hours}h {minutes}m"
    return f"{minutes}m {seconds % 60}s" if minutes else f"{seconds}s"
