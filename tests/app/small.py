"""A small pipeline and a small web, so that the joining is tested and not the languages."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from schemas.articles import Article
from schemas.events import Event, Mentioned, Origin, Report
from sommet.app import App
from sommet.outbox.message import Rendered
from sommet.outbox.receiver import SENT, Outcome
from sommet.stage import Reject, State

Opened = Callable[..., App]
"""Opens an application; takes a watcher and changes of the configuration."""
NOW = datetime(2026, 10, 12, 12, tzinfo=UTC)


def read_events(_state: State, article: Article, _now: datetime) -> Iterable[Event]:
    """Find one planned summit wherever a text says so; reject or break where it says so."""
    if "unreadable" in article.text:
        raise Reject("says it is unreadable")
    if "broken" in article.text:
        raise ZeroDivisionError
    if "summit" in article.text:
        origin = Origin(
            article=article.article, url=article.url, source=article.source, lang="en",
            received=article.received, published=article.published,
        )  # fmt: skip
        stated = Mentioned(
            type="summit", status="planned", salience="news", start="2026-10-15", end="2026-10-15",
            evidence="summit", sentence=article.text,
        )  # fmt: skip
        yield Event(
            id=f"read/{article.id}", event=article.article, dyad="RUS-CHN", type="summit", status="planned",
            salience="news", change="new", start="2026-10-15", end="2026-10-15", place="Beijing",
            participants=("Vladimir Putin", "Xi Jinping"), report=Report(origin=origin, stated=stated),
            first_seen=article.at, langs=("en",),
        )  # fmt: skip


@dataclass
class Inbox:
    """A receiver that gives its `answers`, then keeps what it was sent; it hangs while `gate` is closed."""

    language: str = ""
    pace: timedelta = timedelta(0)
    taken: list[tuple[str, str]] = field(default_factory=list)
    gate: threading.Event | None = None
    entered: threading.Event = field(default_factory=threading.Event)
    answers: list[Outcome] = field(default_factory=list)

    def send(self, message: Rendered, key: str) -> Outcome:
        """Keep a message."""
        self.entered.set()
        if self.gate is not None:
            self.gate.wait(30)
        if self.answers:
            return self.answers.pop(0)
        self.taken.append((message.title, key))
        return SENT


def rss(*items: tuple[str, str]) -> bytes:
    """Return a feed with items of a path and a text, published at `NOW`."""
    body = "".join(
        f"<item><title>News</title><link>https://news.example.org/{path}</link>"
        f"<pubDate>Mon, 12 Oct 2026 11:30:00 GMT</pubDate><description>{text}</description></item>"
        for path, text in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{body}</channel></rss>'.encode()


@dataclass
class Web:
    """What a small server answers: bytes by path, else its status or 404; `gate` makes it hang."""

    pages: dict[str, bytes]
    gate: threading.Event
    port: int = 0
    statuses: dict[str, int] = field(default_factory=dict)

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"
