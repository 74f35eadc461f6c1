"""A sender process killed at each step, with a Slack that outlives it."""

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.topics import DELIVERIES
from sommet.outbox.outbox import Outbox
from sommet.outbox.slack import SlackReceiver
from sommet.store import Database
from tests.outbox.fakes import NOW, FileLog, an_alert, slack_server

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("step", ["entered", "claimed", "accepted", "marked", "appended", "noted"])
def test_kill_minus_nine(tmp_path: Path, store_url: str, step: str) -> None:
    """Nothing is lost; a double exists only between acceptance and mark, letter for letter the same."""
    path = tmp_path / "log"
    FileLog(path).append([an_alert(number, ("chat",)) for number in (1, 2)])
    with slack_server() as slack:
        command = [sys.executable, "-m", "tests.outbox.doomed", store_url, str(path), slack.url, step]
        assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
        log = FileLog(path)
        database = Database(store_url)
        outbox = Outbox(database, {"chat": SlackReceiver(slack.url)}, log=log, now=lambda: NOW)
        outbox.follow(log)
        for second in range(61, 70):
            outbox.send_due(NOW + timedelta(seconds=second))
        database.close()
    doubles = 1 if step == "accepted" else 0
    assert len(slack.accepted) == 2 + doubles
    assert len(set(slack.keys)) == 2
    assert len({str(body) for body in slack.accepted}) == 2
    assert [delivery.alert for _, delivery in log.read(DELIVERIES, 0)] == ["alert-1", "alert-2"]
