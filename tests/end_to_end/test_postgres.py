"""The bundled week through the command line, with its store on PostgreSQL and in a file."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.cases import LATER, ROOT
from tests.outbox.fakes import FakeSlack, slack_server
from tests.postgres import cleared

WEEK = ROOT / "sommet" / "demo" / "articles.jsonl"
ENVIRONMENT = os.environ | {"SOMMET_LOG_LEVEL": "warning", "COLUMNS": "200"}


@dataclass
class Desk:
    """A folder, and a Slack that hears of everything."""

    folder: Path
    slack: FakeSlack

    def sommet(self, *arguments: str | Path, data: str, store: str) -> str:
        """Run a command with a folder of data and a store; return its output."""
        config = {
            "catalogue": False,
            "data": str(self.folder / data),
            "store": store,
            "metrics": {"port": 0},
            "alerts": {"max_age": None, "rules": [{"name": "summits", "receivers": ["chat"]}]},
            "receivers": {"chat": {"kind": "slack", "url": self.slack.url}},
        }
        path = self.folder / "sommet.json"
        path.write_text(json.dumps(config), "utf-8")
        name, *rest = map(str, arguments)
        command = [sys.executable, "-m", "tests.end_to_end.at", LATER, name, "-c", str(path), *rest]
        done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def known(self, data: str, store: str) -> list[dict[str, Any]]:
        """Return all that the store knows, as the commands give it."""
        events = self.sommet("events", "--json", "--limit", "1000", data=data, store=store).splitlines()
        return [json.loads(line) for line in events]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Run a Slack."""
    with slack_server() as slack:
        yield Desk(tmp_path, slack)


def timeless(value: Any) -> Any:
    """Return JSON without the instants at which articles were read, which differ between two runs."""
    return json.loads(re.sub(rf'"{LATER[:10]}T[^"]+"', '"when it was read"', json.dumps(value)))


def test_the_week_on_postgresql_is_the_week_on_sqlite(desk: Desk, postgres_url: str) -> None:
    """The same events; a store that is lost is built anew from the log, and nothing is sent again."""
    desk.sommet("run", "--once", WEEK, data="one", store="")
    in_file = desk.known("one", "")
    sent = len(desk.slack.keys)
    assert len(in_file) >= 10
    assert sent > 3
    desk.sommet("run", "--once", WEEK, data="two", store=postgres_url)
    on_server = desk.known("two", postgres_url)
    assert timeless(on_server) == timeless(in_file)
    assert len(desk.slack.keys) == 2 * sent
    cleared(postgres_url)
    desk.sommet("run", "--once", data="two", store=postgres_url)
    assert desk.known("two", postgres_url) == on_server
    desk.sommet("run", "--once", data="two", store=f"sqlite:///{desk.folder / 'other.db'}")
    assert desk.known("two", f"sqlite:///{desk.folder / 'other.db'}") == on_server
    assert len(desk.slack.keys) == 2 * sent
