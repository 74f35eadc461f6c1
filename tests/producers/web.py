"""A web server on loopback that answers what a test tells it, and remembers what it was asked."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    """What the server says: a status, headers, a body; or `raw`, which writes to the socket itself."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    raw: Callable[[socket.socket], None] | None = None


@dataclass
class Web:
    """The running server: set `answers`, read `asked`."""

    url: str
    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    web: Web

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        web = self.server.web  # type: ignore[attr-defined]
        web.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        answer = web.answers.get(self.path, Answer(404))
        if answer.raw:
            with suppress(OSError):
                answer.raw(self.connection)
            return
        self.send_response(answer.status)
        for name, value in ({"Content-Length": str(len(answer.body))} | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@contextmanager
def serving(host: str = "127.0.0.1", port: int = 0) -> Iterator[Web]:
    """Run a server until the end of the block."""
    with _Server((host, port), _Handler) as server:
        server.web = Web(f"http://{host}:{server.server_address[1]}", server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.web
        finally:
            server.shutdown()
            thread.join()
