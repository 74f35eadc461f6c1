"""A real Alertmanager with the project's routes tells a mail server, a Slack and a dead man's service."""

import json
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiosmtpd.controller import Controller

from tests.brokers import free_ports
from tests.ops.rules import OPS, alerts, program
from tests.ops.scene import ready, waited

CONFIG = OPS / "alertmanager/alertmanager.yml"
ALERTS = alerts()


@dataclass
class World:
    """What arrived: mails, and requests by their path with what authorised them."""

    mails: list[str] = field(default_factory=list)
    requests: list[tuple[str, str, Any]] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        """Take a mail in."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(str(mail["Subject"]))
        return "250 OK"

    def told(self, path: str) -> list[Any]:
        """Return what was posted to a path."""
        return [body for where, _, body in self.requests if where == path]


@pytest.fixture
def world() -> Iterator[tuple[World, str, str]]:
    """Run a mail server and a web server; yield what they heard, and their addresses."""
    found = World()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found.requests.append((self.path, self.headers.get("Authorization", ""), body))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    (port,) = free_ports(1)
    mail = Controller(found, hostname="127.0.0.1", port=port)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        mail.start()
        try:
            yield found, f"127.0.0.1:{port}", f"http://127.0.0.1:{server.server_port}"
        finally:
            mail.stop()
            server.shutdown()
            thread.join()


def here(folder: Path, mail: str, web: str) -> Path:
    """Return the project's configuration with addresses of this machine, and without its waits."""
    config = yaml.safe_load(CONFIG.read_text("utf-8").replace("/run/secrets", str(folder)))
    config["global"] |= {"smtp_smarthost": mail, "smtp_require_tls": False}
    del config["global"]["smtp_auth_username"], config["global"]["smtp_auth_password_file"]
    for route in (config["route"], *config["route"]["routes"]):
        route["group_wait"] = "0s"
    (dead_man,) = (one for one in config["receivers"] if one["name"] == "dead-man")
    dead_man["webhook_configs"][0]["url"] = f"{web}/dead-man"
    (folder / "dead_man_token").write_text("canary", "utf-8")
    (folder / "slack_operations_url").write_text(f"{web}/slack", "utf-8")
    path = folder / "alertmanager.yml"
    path.write_text(yaml.safe_dump(config), "utf-8")
    return path


def raised(name: str, **labels: str) -> dict[str, Any]:
    """Return an alert as Prometheus sends it."""
    rule = ALERTS[name]
    return {"labels": {"alertname": name, **rule["labels"], **labels}, "annotations": rule["annotations"]}


@pytest.fixture
def manager(tmp_path: Path, world: tuple[World, str, str]) -> Iterator[str]:
    """Run Alertmanager; yield its address."""
    _, mail, web = world
    (port,) = free_ports(1)
    command = [
        program("prometheus-alertmanager"),
        f"--config.file={here(tmp_path, mail, web)}",
        f"--storage.path={tmp_path / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
        "--log.level=error",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            waited(lambda: ready(address), "Alertmanager")
            yield address
        finally:
            process.terminate()
            process.wait(20)


def send(manager: str, *several: dict[str, Any]) -> None:
    """Give alerts to Alertmanager."""
    body = json.dumps(several).encode()
    request = urllib.request.Request(f"{manager}/api/v2/alerts", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200


def test_people_are_told_and_the_dead_man_is_called(manager: str, world: tuple[World, str, str]) -> None:
    """The Watchdog goes to the service alone, with its token; others by mail and to Slack, in their words."""
    found = world[0]
    send(manager, raised("Watchdog"), raised("DeliveryFailed", receiver="newsroom"))
    waited(lambda: found.told("/dead-man") and found.told("/slack") and found.mails, "the messages")
    assert [auth for path, auth, _ in found.requests if path == "/dead-man"] == ["Bearer canary"]
    (call,) = found.told("/dead-man")
    assert [one["labels"]["alertname"] for one in call["alerts"]] == ["Watchdog"]
    (posted,) = found.told("/slack")
    (attachment,) = posted["attachments"]
    assert attachment["title"] == "FIRING DeliveryFailed"
    assert "docs/operations-alerts.md#deliveryfailed" in attachment["text"]
    assert ["DeliveryFailed" in subject for subject in found.mails] == [True]


def test_what_follows_from_an_alert_is_not_told(manager: str, world: tuple[World, str, str]) -> None:
    """No source answers: one message, and none for each of them."""
    found = world[0]
    send(manager, raised("AllSourcesSilent"))
    waited(lambda: len(found.told("/slack")) == 1, "the first message")
    several = [raised("SourceSilent", source=f"source {number}") for number in range(3)]
    send(manager, *several, raised("DeadLetters", stage="clean"))
    waited(lambda: len(found.told("/slack")) == 2, "the second message")
    with urllib.request.urlopen(f"{manager}/api/v2/alerts?inhibited=true", timeout=10) as answer:
        states = {(one["labels"]["alertname"], one["status"]["state"]) for one in json.load(answer)}
    assert states == {
        ("AllSourcesSilent", "active"),
        ("DeadLetters", "active"),
        ("SourceSilent", "suppressed"),
    }
    titles = [posted["attachments"][0]["title"] for posted in found.told("/slack")]
    assert titles == ["FIRING AllSourcesSilent", "FIRING DeadLetters"]
