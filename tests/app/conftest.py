"""What the tests of the joined parts share."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest

from consumers import alert, clean
from schemas.topics import ARTICLES, EVENTS
from sommet.app import App
from sommet.config import Alerts, Config, Feeds, Metrics
from sommet.stage import Stage
from sommet.watch import Watcher
from tests.app.small import NOW, Inbox, Opened, Web, read_events


@pytest.fixture
def stages() -> tuple[Stage[Any], ...]:
    """The real cleaning and the real alerts; between them, events where a text says “summit”."""
    return (clean.stage(), Stage("read", ARTICLES, (EVENTS,), read_events), alert.stage(Alerts()))


@pytest.fixture
def inbox() -> Inbox:
    """Where alerts arrive."""
    return Inbox()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Nothing but a folder: no catalogue, no metrics, feeds of this machine allowed."""
    return Config(
        data=tmp_path / "var",
        catalogue=False,
        metrics=Metrics(port=0),
        feeds=Feeds(private_addresses=True, deadline=timedelta(seconds=5)),
    )


@pytest.fixture
def web() -> Iterator[Web]:
    """A running server; its gate is open."""
    site = Web({}, threading.Event())
    site.gate.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.gate.wait(30)
            body = site.pages.get(self.path.split("?")[0])
            self.send_response(200 if body else site.statuses.get(self.path, 404))
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        block_on_close = False

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that went away is no error."""

    with Server(("127.0.0.1", 0), Handler) as server:
        site.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield site
        site.gate.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def opened(config: Config, stages: tuple[Stage[Any], ...], inbox: Inbox) -> Opened:
    """Open an application with the small pipeline and the inbox."""

    def make(heard: Watcher | None = None, now: Callable[[], datetime] = lambda: NOW, **changes: Any) -> App:
        watchers = [heard] if heard else []
        changed = msgspec.structs.replace(config, **changes)
        return App(changed, watchers=watchers, stages=stages, receiving={"console": inbox}, now=now)

    return make
