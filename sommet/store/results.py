"""What queries return."""

from dataclasses import dataclass, field
from datetime import datetime

from schemas.events import Event


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """The last version of an article, without its text."""

    id: str
    url: str
    title: str
    source: str
    outlet: str
    lang: str
    published: str
    received: datetime
    version: int
    machine_translated: bool
    agency: str


@dataclass(frozen=True, slots=True)
class StoredReport:
    """What one article states of one event.

    `change` is what it did to the event and `before` the value that changed; `lineages` is how many
    independent origins the event had once this report was known.
    """

    event: str
    statement: str
    article: str
    at: datetime
    change: str
    before: str
    status: str
    salience: str
    start: str
    end: str
    basis: str
    place: str
    evidence: str
    sentence: str
    confidence: float
    url: str
    title: str
    source: str
    outlet: str
    agency: str
    lang: str
    published: str
    received: datetime
    version: int
    machine_translated: bool
    lineages: int
    reason: str
    data: str


@dataclass(frozen=True, slots=True)
class EventHistory:
    """The last state of an event, all its reports, oldest first, and the ids of those that became it."""

    event: Event
    reports: tuple[StoredReport, ...]
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the store holds; `pending`, `sent` and `failed` count alerts × receivers."""

    articles: int = 0
    events: int = 0
    reports: int = 0
    alerts: int = 0
    pending: int = 0
    sent: int = 0
    failed: int = 0
    events_by_type: dict[str, int] = field(default_factory=dict)
    articles_by_lang: dict[str, int] = field(default_factory=dict)
