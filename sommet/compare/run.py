"""What one run came to: its events with the statements they are made of, and its alerts. Only reads."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from schemas.events import Alert, Event, Report
from schemas.topics import ALERTS, ANNOTATED, ARTICLES, EVENTS, MENTIONS, RAW, Topic
from sommet.errors import StorageError
from sommet.runtime.database import Reader
from sommet.runtime.log import page, readable

Statement = tuple[str, str]
"""An article's id and the sentence in which it tells of an event."""
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Known:
    """An event as known at the end: the last report of each article, and all statements it was made of."""

    event: Event
    articles: dict[str, Report]
    statements: frozenset[Statement]


@dataclass(frozen=True, slots=True)
class Run:
    """All that a run came to; `code` and `knowledge` are the versions that made its last event.

    `articles` are those that it read, also where they state nothing.
    """

    path: Path
    articles: frozenset[str]
    events: dict[str, Known]
    alerts: tuple[Alert, ...]
    code: str = ""
    knowledge: str = ""


def statement(report: Report) -> Statement:
    """Return the article and the sentence of a report."""
    return report.origin.article, report.stated.sentence or report.stated.evidence


def read(path: Path) -> Run:
    """Return what stands in the log `path`, or in that of the folder `path`; it may be in use.

    Raises `StorageError` for what is no log of ours.
    """
    if path.name == "store.db":
        raise StorageError(f"{path} is a store, which has no history: name the folder it lies in")
    with Reader(path / "log.db" if path.is_dir() else path) as reader:
        reader.hold()
        return collected(path, _read(reader), _messages(reader, EVENTS), _messages(reader, ALERTS))


def collected(path: Path, read: Iterable[str], events: Iterable[Event], alerts: Iterable[Alert]) -> Run:
    """Return a run made of the messages of its topics, in their order."""
    last: dict[str, Event] = {}
    articles: dict[str, dict[str, Report]] = {}
    statements: dict[str, set[Statement]] = {}
    event = None
    for event in events:
        report = _small(event.report)
        last[event.event] = msgspec.structs.replace(event, report=report)
        articles.setdefault(event.event, {})[report.origin.article] = report
        statements.setdefault(event.event, set()).add(statement(report))
    known = {key: Known(last[key], articles[key], frozenset(statements[key])) for key in last}
    small = (
        msgspec.structs.replace(
            alert, event=msgspec.structs.replace(alert.event, report=_small(alert.event.report))
        )
        for alert in alerts
    )
    versions = (event.code, event.knowledge) if event else ("", "")
    return Run(path, frozenset(read), known, tuple(small), *versions)


def _small(report: Report) -> Report:
    """Return a report without the sketch of its text, the largest part of it."""
    return msgspec.structs.replace(report, origin=msgspec.structs.replace(report.origin, sketch=()))


def _read(reader: Reader) -> frozenset[str]:
    """Return the articles of the first topic that has any: a replay may begin at a later one."""
    for topic in (RAW, ARTICLES, ANNOTATED):
        if found := frozenset(message.article for message in _messages(reader, topic)):
            return found
    return frozenset(message.origin.article for message in _messages(reader, MENTIONS))


def _messages(reader: Reader, topic: Topic[Any]) -> Iterator[Any]:
    after = 0
    while True:
        with reader.reading() as connection:
            entries = page(connection, topic.name, after, _PAGE)
        if not entries:
            return
        yield from (message for _, message in readable(entries, topic.type))
        after = entries[-1].offset
