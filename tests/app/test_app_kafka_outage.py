"""A Kafka node that dies while everything runs, and comes back; and one that is not there at all."""

import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sommet.app import App
from sommet.config import Config, Log
from sommet.errors import Unreachable
from sommet.stage import Stage
from tests import brokers
from tests.app.small import NOW, Inbox
from tests.app.test_app import Heard
from tests.app.test_outage import plan
from tests.outbox.fakes import wait_for

AWAY, BACK = "does not answer", "Kafka answers again"


def test_a_node_that_dies_loses_nothing(
    config: Config, stages: tuple[Stage[Any], ...], inbox: Inbox, tmp_path: Path
) -> None:
    """People are told once of the outage and once of its end; who brings articles waits."""
    heard, stop = Heard(), threading.Event()
    with brokers.nodes(tmp_path / "kafka") as node:
        log = f"kafka://{node.start()}"
        with App(
            config, watchers=[heard], stages=stages, receiving={"console": inbox}, now=lambda: NOW, log=log
        ) as app:
            running = threading.Thread(target=app.run, args=((), stop))
            running.start()
            try:
                app.take([plan(1)])
                wait_for(lambda: len(inbox.taken) == 1, 60)
                node.kill()
                bringing = threading.Thread(target=app.take, args=([plan(2)],))
                bringing.start()
                wait_for(lambda: AWAY in "".join(heard.notes), 60)
                assert bringing.is_alive()
                node.start()
                wait_for(lambda: len(inbox.taken) == 2, 60)
                wait_for(lambda: heard.notes[-1:] == [BACK], 60)
                bringing.join(30)
                assert not bringing.is_alive()
                assert app.health()[0]
            finally:
                stop.set()
                running.join()
        assert len({key for _, key in inbox.taken}) == len(inbox.taken) == 2
        assert app.store.counts().events == 2
    assert [AWAY in note for note in heard.notes] == [True, False]


def test_who_is_to_end_waits_no_longer(
    config: Config, stages: tuple[Stage[Any], ...], inbox: Inbox, tmp_path: Path
) -> None:
    """While the node is away, an end is an end: what was not taken is said not to be."""
    heard, stop = Heard(), threading.Event()
    with brokers.nodes(tmp_path / "kafka") as node:
        log = f"kafka://{node.start()}"
        patient = msgspec.structs.replace(config, log=Log(patience=timedelta(seconds=2)))
        with App(patient, watchers=[heard], stages=stages, receiving={"console": inbox}, log=log) as app:
            app.take([plan(1)])
            node.kill()
            stop.set()
            with pytest.raises(Unreachable, match=AWAY):
                app.run((), stop)


def test_a_node_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """A start without Kafka ends with 3 after the time that it waits, and says where it looked."""
    (tmp_path / "sommet.yaml").write_text("catalogue: false\nmetrics: {port: 0}\nlog: {patience: 1s}\n")
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    for arguments in (["run", "--once"], ["stage", "clean"]):
        command = [sys.executable, "-m", "sommet", *arguments, "--log", "kafka://127.0.0.1:9"]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 3
        (line,) = done.stderr.splitlines()
        assert "Kafka at 127.0.0.1:9 does not answer" in line
