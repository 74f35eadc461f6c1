"""A database server that crashes while everything runs, and comes back."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from schemas.articles import RawArticle
from schemas.topics import DELIVERIES
from sommet.errors import Unreachable
from sommet.outbox.message import Rendered
from sommet.outbox.outbox import Outbox
from sommet.outbox.receiver import Outcome
from sommet.store import Database
from tests.app.small import NOW, Inbox, Opened
from tests.app.test_app import Heard, document
from tests.outbox.fakes import MemoryLog, MemoryReceiver, an_alert, wait_for
from tests.postgres import PASSWORD, Server, server_of_its_own

AWAY, TRYING, BACK = "does not answer", "trying again", "answers again"


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that a test may stop and start."""
    server = server_of_its_own()
    yield server
    server.close()


def plan(number: int) -> RawArticle:
    """Return an article from which the small pipeline reads one event."""
    url = f"https://news.example.org/{number}"
    return RawArticle(
        id=f"raw/{number}", article=f"a{number}", url=url, source="Example", title=f"News {number}",
        text=f"They plan summit number {number}.", published="2026-10-12T11:00:00Z",
    )  # fmt: skip


def latest(heard: Heard) -> str:
    """Return what was told of the database last."""
    return (about_the_database(heard) or [""])[-1]


def about_the_database(heard: Heard) -> list[str]:
    """Return what was told of the database."""
    return [note for note in heard.notes if "database" in note]


def test_a_crash_in_mid_run_loses_nothing_and_sends_nothing_twice(
    opened: Opened, inbox: Inbox, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """What comes in meanwhile waits in the log; people are told once of the outage and once of its end."""
    heard, stop = Heard(), threading.Event()
    with opened(heard, store=server.new_database()) as app:
        running = threading.Thread(target=app.run, args=((), stop))
        running.start()
        try:
            app.take([plan(1)])
            wait_for(lambda: len(inbox.taken) == 1, 30)
            for number in (2, 3):
                server.stop()
                app.take([plan(number)])
                wait_for(lambda: TRYING in latest(heard), 30)
                server.start()
                wait_for(lambda number=number: len(inbox.taken) == number, 30)
                wait_for(lambda: BACK in latest(heard), 30)
            assert app.health()[0]
        finally:
            stop.set()
            running.join()
        assert len({key for _, key in inbox.taken}) == len(inbox.taken) == 3
        assert app.store.counts().events == app.store.counts().sent == 3
    assert len(about_the_database(heard)) == 4
    assert [record.getMessage() for record in caplog.records] == []
    assert PASSWORD not in "".join(heard.notes)


def test_the_last_round_waits_for_a_server_that_is_away(
    opened: Opened, inbox: Inbox, server: Server, tmp_path: Path
) -> None:
    """A run of one round ends as if nothing had been."""
    heard = Heard()
    with opened(heard, store=server.new_database()) as app:
        server.stop()
        back = threading.Timer(2, server.start)
        back.start()
        assert app.run([document(tmp_path, "a.jsonl", "They plan a summit.")], once=True)
        back.join()
        assert (app.store.counts().sent, len(inbox.taken)) == (1, 1)
    assert len(about_the_database(heard)) == 2


def test_a_server_that_stays_away_ends_one_round(
    opened: Opened, inbox: Inbox, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next start takes in what the log holds."""
    monkeypatch.setattr("sommet.app._AWAY", 1)
    url, file = server.new_database(), document(tmp_path, "a.jsonl", "They plan a summit.")
    with opened(store=url) as app:
        server.stop()
        with pytest.raises(Unreachable, match=AWAY):
            app.run([file], once=True)
    server.start()
    with opened(store=url) as app:
        app.run(once=True)
        assert (app.store.counts().events, len(inbox.taken)) == (1, 1)


def test_what_a_receiver_took_while_the_server_crashed_is_not_sent_again(server: Server) -> None:
    """The answer is kept until it can be written, also beyond the lease of the attempt."""

    class Crashing(MemoryReceiver):
        def send(self, message: Rendered, key: str) -> Outcome:
            if not self.sent:
                server.stop()
            return super().send(message, key)

    log, desk = MemoryLog(), Crashing()
    database = Database(server.new_database())
    outbox = Outbox(database, {"desk": desk}, log=log, now=lambda: NOW)
    log.append([an_alert(1), an_alert(2)])
    outbox.follow(log)
    for _ in range(2):
        with pytest.raises(Unreachable):
            outbox.send_due(NOW)
    server.start()
    for minutes in count():
        outbox.send_due(NOW + timedelta(minutes=minutes))
        if not outbox.pending():
            break
    assert len(desk.tried) == len(set(desk.tried)) == 2
    assert len(log.read(DELIVERIES, 0)) == 2
    database.close()
