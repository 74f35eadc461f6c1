"""What one run came to: its events with the statements they are made of, and its alerts. Only reads."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.envelope import M, Message
from schemas.events import WITHOUT_REPORT, Alert, Event, EventMentions, Report
from schemas.topics import ALERTS, ANNOTATED, ARTICLES, EVENTS, MENTIONS, RAW, Topic
from sommet.errors import StorageError
from sommet.runtime.database import Reader
from sommet.runtime.log import page, readable
from sommet.store.writes import without_sketch, without_sketch_alert

Statement = tuple[str, str]
"""An article's id and the sentence in which it tells of an event."""
_PAGE = 1000


class _Article(Message, frozen=True, kw_only=True):
    """As much of an article of any topic as tells which one it is; its text is passed over."""

    article: str


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
        return collected(
            path, _read(reader), _messages(reader, EVENTS, Event), _messages(reader, ALERTS, Alert)
        )


def collected(path: Path, read: Iterable[str], events: Iterable[Event], alerts: Iterable[Alert]) -> Run:
    """Return a run made of the messages of its topics, in their order."""
    last: dict[str, Event] = {}
    articles: dict[str, dict[str, Report]] = {}
    statements: dict[str, set[Statement]] = {}
    event = None
    for event in map(without_sketch, events):
        report = event.report
        last[event.event] = event
        left = {"moved": event.former, "withdrawn": event.event}.get(event.change, "")
        articles.get(left, {}).pop(report.origin.article, None)
        statements.get(left, set()).discard(statement(report))
        if event.change not in WITHOUT_REPORT:
            articles.setdefault(event.event, {})[report.origin.article] = report
            statements.setdefault(event.event, set()).add(statement(report))
    known = {
        key: Known(last[key], articles[key], frozenset(statements[key]))
        for key in last
        if articles.get(key) and not last[key].into
    }
    versions = (event.code, event.knowledge) if event else ("", "")
    return Run(path, frozenset(read), known, tuple(map(without_sketch_alert, alerts)), *versions)


def _read(reader: Reader) -> frozenset[str]:
    """Return the articles of the first topic that has any: a replay may begin at a later one."""
    for topic in (RAW, ARTICLES, ANNOTATED):
        if found := frozenset(message.article for message in _messages(reader, topic, _Article)):
            return found
    return frozenset(message.origin.article for message in _messages(reader, MENTIONS, EventMentions))


def _messages(reader: Reader, topic: Topic[Any], kind: type[M]) -> Iterator[M]:
    """Yield the messages of a topic, read as of type `kind`."""
    after = 0
    while True:
        with reader.reading() as connection:
            entries = page(connection, topic.name, after, _PAGE)
        if not entries:
            return
        yield from (message for _, message in readable(entries, kind))
        after = entries[-1].offset
