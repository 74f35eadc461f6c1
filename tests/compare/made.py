"""Runs made by hand, so that the comparison is tested and not the reading."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from schemas.events import Alert, Event, Mentioned, Origin, Report
from sommet.compare.run import Run, collected

NOW = datetime(2026, 10, 12, 12, tzinfo=UTC)
Told = tuple[str, str]
"""An article and the sentence in which it tells of an event."""


def event(ident: str, told: Told, **facts: Any) -> Event:
    """Return an event after one report; a summit planned in Beijing unless said otherwise."""
    article, sentence = told
    origin = Origin(
        article=article, url=f"https://news.example.org/{article}", source="example", outlet="Le Courrier",
        title=f"News {article}", lang="fr", published="2026-10-12", received=NOW,
    )  # fmt: skip
    known: dict[str, Any] = {
        "type": "summit", "status": "planned", "start": "2026-10-15", "end": "2026-10-15", "place": "Beijing",
        "participants": ("Vladimir Putin", "Xi Jinping"), "first_seen": NOW, **facts,
    }  # fmt: skip
    stated = Mentioned(
        type=known["type"], status=known["status"], salience="news", sentence=sentence, evidence=sentence
    )
    return Event(
        id=f"resolve/{ident}/{article}/{sentence}", at=NOW, event=ident, dyad="RUS-CHN", salience="news",
        change="new", report=Report(origin=origin, stated=stated), code="1", knowledge="2", **known,
    )  # fmt: skip


def reports(ident: str, told: Sequence[Told], **facts: Any) -> list[Event]:
    """Return the messages that a run wrote of one event, one for each report."""
    return [event(ident, each, **facts) for each in told]


def alert(of: Event, rule: str = "summits", reason: str = "new") -> Alert:
    """Return an alert of an event."""
    kept: Any = reason
    return Alert(id=f"alert/{rule}/{of.event}/{reason}", at=NOW, rule=rule, reason=kept, event=of)


def run(
    *events: Iterable[Event], alerts: Sequence[Alert] = (), read: Iterable[str] = (), name: str = "var"
) -> Run:
    """Return a run; it read the articles that its events are made of, and those named."""
    messages = [message for each in events for message in each]
    articles = {message.report.origin.article for message in messages} | set(read)
    return collected(Path(name), articles, messages, alerts)


def renamed(events: Iterable[Event], ident: str) -> list[Event]:
    """Return the same reports of an event that another run calls otherwise."""
    return [msgspec.structs.replace(event, event=ident) for event in events]
