"""A pipeline that runs: the bundled week, its store on PostgreSQL, scraped by a real Prometheus."""

import json
import shutil
import subprocess
import threading
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
import yaml
from sqlalchemy.engine import make_url

from producers import files
from schemas.articles import RawArticle
from sommet import clock
from sommet.app import App
from sommet.config import Alerts, Config, Feeds, Metrics, Rule, Source
from sommet.config_checks import EVENT_TYPES
from sommet.outbox.receiver import Outcome
from tests.app.small import Inbox
from tests.brokers import free_ports
from tests.ops.rules import OPS, ROOT, RULES

WEEK = ROOT / "sommet/demo/articles.jsonl"
NOW = datetime(2026, 10, 20, 12, tzinfo=UTC)
AHEAD = RawArticle(
    id="raw/ahead",
    article="ahead",
    url="https://example.org/ahead",
    source="Example",
    published="2026-10-20T08:00:00Z",
    lang="fr",
    title="Xi Jinping attendu à Moscou",
    text=(
        "Le président chinois Xi Jinping se rendra le 3 décembre 2026 à Moscou pour un sommet avec Vladimir "
        "Poutine, a annoncé mardi le Kremlin."
    ),
)
"""A summit that is still to come at the end of the week."""


@dataclass
class Scene:
    """What runs, and how to ask it."""

    store: str
    prometheus: str = ""
    failures: list[BaseException] = field(default_factory=list)

    def ask(self, query: str) -> list[Any]:
        """Return the series that Prometheus finds."""
        address = f"{self.prometheus}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
        with urllib.request.urlopen(address, timeout=10) as answer:
            result: list[Any] = json.load(answer)["data"]["result"]
        return result


@contextmanager
def as_grafana(url: str) -> Iterator[str]:
    """Make a role such as Grafana reads the store with; yield the address with which it does."""
    name = "sommet_test_grafana"
    statements = (OPS / "postgres/grafana.sql").read_text("utf-8")
    statements = statements.replace(":'password'", "'canary'").replace("grafana", name)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP ROLE IF EXISTS {name}")
        connection.execute(statements.encode())
        yield make_url(url).set(username=name, password="canary").render_as_string(hide_password=False)
        connection.execute(f"DROP ROLE {name}")


def waited(look: Callable[[], Any], what: str, seconds: float = 120) -> None:
    """Wait until something holds."""
    give_up = clock.monotonic() + seconds
    while not look():
        assert clock.monotonic() < give_up, f"{what} did not come"
        clock.sleep(0.1)


@contextmanager
def running(folder: Path, store: str, feeds: tuple[str, ...]) -> Iterator[Scene]:
    """Run the pipeline over the week; Prometheus too where it is installed."""
    port, asked = free_ports(2)
    config = Config(
        data=folder / "var",
        store=store,
        catalogue=False,
        history_after=timedelta(days=60),
        sources=tuple(Source(feed=feed) for feed in feeds),
        feeds=Feeds(private_addresses=True, deadline=timedelta(seconds=5)),
        alerts=Alerts(max_age=None, rules=(Rule(types=EVENT_TYPES, receivers=("console", "desk")),)),
        metrics=Metrics(port=port),
    )
    desk = Inbox(answers=[Outcome("retry", "answers 500")] * 1000)
    scene, stop = Scene(store), threading.Event()
    receiving = {"console": Inbox(), "desk": desk}
    with App(config, receiving=receiving, now=lambda: NOW) as app, prometheus(folder, port, asked, scene):

        def work() -> None:
            try:
                app.run((), stop)
            except BaseException as exc:  # noqa: BLE001 - told below
                scene.failures.append(exc)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            _play(app, scene)
            yield scene
        finally:
            stop.set()
            thread.join(30)
    assert not scene.failures


def _play(app: App, scene: Scene) -> None:
    """Let the week through once Prometheus has seen the state before it."""
    if scene.prometheus:
        waited(lambda: scene.ask('sum(up{job="sommet"}) == 1'), "the first look of Prometheus")
    app.take([*files.read(WEEK).articles, AHEAD])
    counts = app.board.counts
    waited(lambda: scene.failures or 10 <= counts["alerts"] <= counts["sent"], "the deliveries")
    if scene.prometheus:
        waited(
            lambda: scene.ask("sum(sommet_alerts_total{result='sent'}) > 0"), "the second look of Prometheus"
        )
        waited(lambda: scene.ask("rate(sommet_alerts_total{result='sent'}[1m]) > 0"), "a rate")


@contextmanager
def serving(pages: Mapping[str, bytes]) -> Iterator[str]:
    """Serve pages by their paths, 404 for others; yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def prometheus(folder: Path, target: int, port: int, scene: Scene) -> Iterator[None]:
    """Run Prometheus with the project's rules, every second; nothing where it is not installed."""
    found = shutil.which("prometheus")
    if not found:
        yield
        return
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(RULES / "*.yml")],
        "scrape_configs": [{"job_name": "sommet", "static_configs": [{"targets": [f"127.0.0.1:{target}"]}]}],
    }
    path = folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(config), "utf-8")
    command = [
        found,
        f"--config.file={path}",
        f"--storage.tsdb.path={folder / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=error",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        scene.prometheus = f"http://127.0.0.1:{port}"
        try:
            waited(lambda: ready(scene.prometheus), "Prometheus")
            yield
        finally:
            process.terminate()
            process.wait(20)


def ready(address: str) -> bool:
    """Say whether a program of Prometheus answers."""
    try:
        with urllib.request.urlopen(f"{address}/-/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
