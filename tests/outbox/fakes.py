"""Stand-ins with state: a log, receivers, a Slack, and messages to send."""

import json
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

from schemas.envelope import Message, decode, encode
from schemas.events import Alert, Event, Mentioned, Origin, Report, Turned
from schemas.topics import TOPICS, Topic
from sommet.outbox.message import Rendered
from sommet.outbox.receiver import SENT, Outcome

NOW = datetime(2023, 3, 17, 9, 30, tzinfo=UTC)


class MemoryLog:
    """A log in memory, idempotent by id, with offsets from 1; those of one `name` are taken for one log."""

    def __init__(self, name: str = "memory") -> None:
        self.name = name
        self.topics: dict[str, list[Any]] = {name: [] for name in TOPICS}

    def append(self, messages: Iterable[Message]) -> int:
        new = 0
        for message in messages:
            topic = self.topics[next(name for name, topic in TOPICS.items() if topic.type is type(message))]
            if all(known.id != message.id for known in topic):
                topic.append(message)
                new += 1
        return new

    def read(self, topic: Topic[Any], after: int, limit: int = 1000) -> list[tuple[int, Any]]:
        numbered = enumerate(self.topics[topic.name], start=1)
        return [(offset, message) for offset, message in numbered if offset > after][:limit]

    def identity(self) -> str:
        return self.name


class FileLog(MemoryLog):
    """The same in a file, for several processes one after the other."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        for line in path.read_text().splitlines() if path.exists() else ():
            name, data = line.split(" ", 1)
            super().append([decode(data.encode(), TOPICS[name].type)])

    def append(self, messages: Iterable[Message]) -> int:
        new = 0
        for message in messages:
            if super().append([message]):
                new += 1
                name = next(name for name, topic in TOPICS.items() if topic.type is type(message))
                with self._path.open("a") as file:
                    file.write(f"{name} {encode(message).decode()}\n")
        return new


@dataclass
class MemoryReceiver:
    """Keeps what it was sent; answers with `answers` in turn, then with success."""

    pace: timedelta = timedelta(0)
    language: str = ""
    answers: list[Outcome | Exception] = field(default_factory=list)
    sent: list[tuple[str, Rendered]] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)

    def send(self, message: Rendered, key: str) -> Outcome:
        self.tried.append(key)
        answer = self.answers.pop(0) if self.answers else SENT
        if isinstance(answer, Exception):
            raise answer
        if answer.result == "sent":
            self.sent.append((key, message))
        return answer


def an_event(number: int = 1, *, origin: dict[str, Any] | None = None, **fields: Any) -> Event:
    """Return one report of a planned summit, changed by `fields`; `origin` changes its article."""
    stated = Mentioned(
        type=fields.get("type", "summit"),
        status=fields.get("status", "planned"),
        salience="news",
        start="2023-03-20",
        end="2023-03-22",
        place="Moscow",
        evidence=fields.pop("evidence", "se rendra à Moscou du 20 au 22 mars"),
        sentence=fields.pop("sentence", "Le président chinois se rendra à Moscou du 20 au 22 mars, dit-on."),
        confidence=0.9,
    )
    article: dict[str, Any] = {
        "article": f"article-{number}",
        "url": f"https://exemple.test/monde/{number}",
        "source": "exemple",
        "outlet": "Le Courrier",
        "title": "Visite annoncée",
        "lang": "fr",
        "published": "2023-03-17",
        "received": NOW,
        "sketch": "AQID",
    } | (origin or {})
    known: dict[str, Any] = {
        "id": f"resolve/{number}",
        "at": NOW + timedelta(seconds=number),
        "event": f"event-{number}",
        "dyad": "RUS-CHN",
        "type": "summit",
        "status": "planned",
        "salience": "news",
        "change": "new",
        "format": "in_person",
        "start": "2023-03-20",
        "end": "2023-03-22",
        "place": "Moscow",
        "participants": ("Vladimir Putin", "Xi Jinping"),
        "confidence": 0.9,
        "langs": ("fr",),
        "first_seen": NOW,
    }
    return Event(**(known | {"report": Report(origin=Origin(**article), stated=stated)} | fields))


def an_alert(number: int = 1, receivers: tuple[str, ...] = ("desk",), event: Event | None = None) -> Alert:
    """Return an alert of its own event, for `receivers`."""
    event = event or an_event(number)
    return Alert(
        id=f"alert-{number}",
        at=event.at,
        cause=event.id,
        rule="summits",
        reason=cast("Turned", event.change),
        event=event,
        receivers=receivers,
    )


@dataclass
class FakeSlack:
    """What a webhook accepted, and how it answers next: a status, `hang`, or `cut` after accepting."""

    url: str = ""
    answers: list[int | str] = field(default_factory=list)
    retry_after: str = "30"
    accepted: list[dict[str, Any]] = field(default_factory=list)
    requests: int = 0
    let_go: threading.Event = field(default_factory=threading.Event)

    @property
    def keys(self) -> list[str]:
        """The keys of the messages that were accepted."""
        return [body["blocks"][0]["block_id"].removeprefix("sommet-") for body in self.accepted]


@contextmanager
def slack_server() -> Iterator[FakeSlack]:
    """Run a fake Slack on loopback."""
    slack = FakeSlack()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            slack.requests += 1
            answer = slack.answers.pop(0) if slack.answers else 200
            self.close_connection = True
            if answer == "hang":
                slack.let_go.wait(30)
                return
            if answer in (200, "cut"):
                slack.accepted.append(body)
            if answer == "cut":
                return
            self.send_response(int(answer))
            if answer == 429:
                self.send_header("Retry-After", slack.retry_after)
            if answer == 302:
                self.send_header("Location", slack.url + "/elsewhere")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the base class
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    slack.url = f"http://127.0.0.1:{server.server_port}/services/T0/B0/canary-of-slack"
    try:
        yield slack
    finally:
        slack.let_go.set()
        server.shutdown()
        thread.join()
        server.server_close()


def wait_for(condition: Any, seconds: float = 10.0) -> None:
    """Wait until `condition()` holds; fail after `seconds`."""
    for _ in range(int(seconds / 0.01)):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it never happened")
