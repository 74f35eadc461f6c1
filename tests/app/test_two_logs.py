"""One folder, and a log that is not the one that its store knows."""

import os
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sommet.app import App
from sommet.config import Config
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster
from sommet.runtime.kafka_standing import identity
from sommet.stage import Stage
from sommet.store.following import AGAIN, ANOTHER
from sommet.watch import Watcher
from tests.app.small import NOW, Inbox


class Heard(Watcher):
    """Keeps the notes."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        """Keep one."""
        self.notes.append(text)


class Folder:
    """Rounds over files of articles in one folder; what came of them."""

    def __init__(self, config: Config, stages: Sequence[Stage[Any]], folder: Path) -> None:
        self.config, self.stages, self.folder = config, stages, folder
        self.inbox, self.events = Inbox(), 0

    def round(self, *names: str, log: str = "") -> list[str]:
        """Take in articles of these names; return what a person is told."""
        heard, file = Heard(), self.folder / "in.jsonl"
        rows = [
            {"id": name, "date": "2026-10-12T11:00:00Z", "source": "Example", "title": "News"}
            | {"text": f"They plan a summit, says {name}."}
            for name in names
        ]
        file.write_bytes(b"\n".join(map(msgspec.json.encode, rows)))
        with App(
            self.config,
            watchers=[heard],
            stages=self.stages,
            receiving={"console": self.inbox},
            now=lambda: NOW,
            log=log,
        ) as app:
            app.run([str(file)], once=True)
            self.events = app.store.counts().events
        return [note for note in heard.notes if note in {ANOTHER, AGAIN}]


@pytest.fixture
def folder(config: Config, stages: tuple[Stage[Any], ...], tmp_path: Path) -> Folder:
    """An empty folder."""
    return Folder(config, stages, tmp_path)


def test_a_log_on_kafka_after_one_in_a_file(folder: Folder, kafka: str) -> None:
    """Nothing of the second log is lost, nothing of both is sent twice, and each goes on afterwards."""
    log = f"kafka://{kafka}/two-logs-{os.getpid()}"
    assert folder.round("a", "b", "c") == []
    assert (folder.events, len(folder.inbox.taken)) == (3, 3)
    assert folder.round("c", "d", log=log) == [ANOTHER]
    assert (folder.events, len(folder.inbox.taken)) == (4, 4)
    assert folder.round("e") == []
    assert folder.round("f", log=log) == []
    assert (folder.events, len(folder.inbox.taken)) == (6, 6)


def test_a_log_that_was_deleted(folder: Folder) -> None:
    """The store stays, the log begins anew."""
    folder.round("a", "b", "c")
    for file in folder.config.data.glob("log.db*"):
        file.unlink()
    assert folder.round("d") == [ANOTHER]
    assert (folder.events, len(folder.inbox.taken)) == (4, 4)


def test_an_old_copy_that_was_put_back(folder: Folder) -> None:
    """It has the id of the log, but not what the store has read."""
    folder.round("a")
    path, copy = folder.config.data / "log.db", folder.folder / "copy.db"
    shutil.copy(path, copy)
    folder.round("b", "c")
    for file in folder.config.data.glob("log.db*"):
        file.unlink()
    shutil.copy(copy, path)
    assert folder.round("d", "e", "f") == [AGAIN]
    assert (folder.events, len(folder.inbox.taken)) == (6, 6)


def test_who_opens_a_log_first_at_once_agrees_on_its_id(kafka: str) -> None:
    """It lasts, another prefix has another one, and there is none before the log is made."""
    cluster = Cluster((kafka,), f"who-{os.getpid()}.", wait=10)
    assert identity(cluster) == ""
    together, found = threading.Barrier(3), []

    def opens() -> None:
        together.wait()
        with Kafka(cluster, (), partitions=1) as log:
            found.append(log.identity())

    threads = [threading.Thread(target=opens) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert {*found, identity(cluster)} == {found[0]}
    with Kafka(Cluster((kafka,), f"who-else-{os.getpid()}.", wait=10), (), partitions=1) as other:
        assert other.identity() not in {found[0], ""}


def test_a_log_made_anew_on_kafka_is_another(kafka: str) -> None:
    """Its topics were deleted; the same names have another id."""
    cluster = Cluster((kafka,), f"anew-{os.getpid()}.", wait=10)
    found = []
    for _ in range(2):
        with Kafka(cluster, (), partitions=1) as log:
            found.append(log.identity())
        with cluster.admin() as admin:
            admin.delete_topics([name for name in admin.list_topics() if name.startswith(cluster.prefix)])
        pause = threading.Event()
        for _ in range(200):
            if not identity(cluster):
                break
            pause.wait(0.05)
    assert found[0] != found[1]
