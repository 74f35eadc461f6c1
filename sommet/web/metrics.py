"""`/metrics` for Prometheus; `/live` and `/ready` for whoever restarts processes, on one small server.

`/live` answers 200 while the work goes on and 503 when it stands still; `/healthz` is its other name.
`/ready` answers 503 until the process has all that it needs to work.
"""

import errno
import socket
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from sommet.errors import SommetError

Health = Callable[[], tuple[bool, str]]
"""Whether all is well, and a line that says so."""

_TIMEOUT = 10
"""Seconds after which a client that says nothing is dropped."""


class MetricsServer:
    """Serves a registry from a thread until it is closed."""

    def __init__(
        self, host: str, port: int, registry: CollectorRegistry, live: Health, ready: Health | None = None
    ) -> None:
        paths = {"/live": live, "/healthz": live, "/ready": ready or live}
        handler = type("Handler", (_Handler,), {"registry": registry, "paths": paths})
        try:
            self._server = _Server((host, port), handler)
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                raise SommetError(
                    f"metrics: {host} is no address of this machine; expected 127.0.0.1 or 0.0.0.0"
                ) from error
            raise SommetError(
                f"metrics: {host}:{port} cannot be opened ({error.strerror or error}); "
                "set another `metrics: {port: …}`, or `metrics: {port: 0}` to go without"
            ) from error
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.2,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that was opened."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Stop serving and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 32

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no event."""


class _Handler(BaseHTTPRequestHandler):
    registry: CollectorRegistry
    paths: Mapping[str, Health]
    timeout = _TIMEOUT
    server_version = "sommet"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer the paths there are, with or without a slash at the end."""
        path = self.path.split("?", 1)[0].rstrip("/")
        if path == "/metrics":
            self._answer(200, CONTENT_TYPE_LATEST, generate_latest(self.registry))
        elif path in self.paths:
            well, line = self.paths[path]()
            self._answer(200 if well else 503, "text/plain; charset=utf-8", f"{line}\n".encode())
        else:
            self._answer(404, "text/plain; charset=utf-8", b"/metrics, /live or /ready\n")

    do_HEAD = do_GET  # noqa: N815 - the base class's name

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Requests of a scraper are not worth a line."""
