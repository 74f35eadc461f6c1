"""All parts joined: what comes in at one end is told at the other, once."""

import socket
import threading
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from schemas.letters import Settled
from sommet import intake
from sommet.config import Config, Feeds, Metrics, Source
from sommet.errors import SommetError, StorageError
from sommet.intake import NO_ANSWER
from sommet.outbox.receiver import Outcome
from sommet.runtime.desk import FileDesk
from sommet.watch import Polled, Watcher
from tests.app.small import NOW, Inbox, Opened, Web, rss


class Heard(Watcher):
    """Remembers polls and notes, and tells when something was delivered."""

    def __init__(self) -> None:
        self.polls: list[Polled] = []
        self.notes: list[str] = []
        self.told = threading.Event()

    def polled(self, poll: Polled) -> None:
        """Remember a poll."""
        self.polls.append(poll)

    def note(self, text: str) -> None:
        """Remember a note."""
        self.notes.append(text)
        self.told.set()

    def delivered(self, delivery: object) -> None:
        """Something arrived."""
        self.told.set()


def when(first: threading.Event, then: threading.Event) -> None:
    """Set the second event once the first one is set."""

    def wait() -> None:
        first.wait(20)
        then.set()

    threading.Thread(target=wait, daemon=True).start()


def document(path: Path, name: str, text: str) -> str:
    """Write one document and return the file's name."""
    file = path / name
    row = {"id": name, "date": "2026-10-12T11:00:00Z", "source": "Example", "title": "News", "text": text}
    file.write_bytes(msgspec.json.encode(row))
    return str(file)


def test_one_round_over_a_file(opened: Opened, inbox: Inbox, tmp_path: Path) -> None:
    """A document becomes an event in the store and an alert at its receiver."""
    with opened() as app:
        assert app.run([document(tmp_path, "a.jsonl", "They plan a summit.")], once=True)
        assert [event.place for event in app.store.events()] == ["Beijing"]
        assert app.store.counts().sent == len(inbox.taken) == 1
        assert app.board.counts["articles"] == 1
        assert app.metrics.registry.get_sample_value(
            "sommet_alerts_total", {"rule": "summits", "receiver": "console", "result": "sent"}
        )


def test_a_second_start_tells_nothing_again(opened: Opened, inbox: Inbox, tmp_path: Path) -> None:
    """The same file read again is known, and its alert stays sent."""
    file = document(tmp_path, "a.jsonl", "They plan a summit.")
    for _ in range(2):
        with opened() as app:
            app.run([file], once=True)
    assert len(inbox.taken) == 1


def test_what_is_owed_is_told(opened: Opened, inbox: Inbox, tmp_path: Path) -> None:
    """A receiver that refuses: the alert stays owed with its reason, on the board and in the metrics."""
    inbox.answers = [Outcome("held", "answered 535")] * 9
    heard = Heard()
    with opened(heard) as app:
        app.run([document(tmp_path, "a.jsonl", "They plan a summit.")], once=True)
        assert [(name, owed.count, owed.reason) for name, owed in app.board.pending.items()] == [
            ("console", 1, "answered 535")
        ]
        gauge = {"receiver": "console"}
        assert app.metrics.registry.get_sample_value("sommet_alerts_pending", gauge) == 1
    inbox.answers = []
    with opened(now=lambda: NOW + timedelta(minutes=1)) as app:
        assert app.metrics.registry.get_sample_value("sommet_alerts_pending", gauge) == 0
        app.run(once=True)
        assert app.metrics.registry.get_sample_value("sommet_alerts_pending", gauge) == 0
    assert len(inbox.taken) == 1


def test_feeds_are_polled_and_failures_are_rows(opened: Opened, inbox: Inbox, web: Web) -> None:
    """A feed that answers gives articles; one that does not is a row with its reason; the others go on."""
    web.pages["/good"] = rss(("a", "They plan a summit."), ("b", "It rains."))
    web.pages["/junk"] = b"\x00\x01 no feed"
    own = tuple(Source(feed=web.url(path), name=path) for path in ("/good", "/junk", "/missing"))
    heard = Heard()
    with opened(heard, sources=own) as app:
        app.run(once=True)
    rows = {poll.source: (poll.items, bool(poll.failure)) for poll in heard.polls}
    assert rows == {"/good": (2, False), "/junk": (0, True), "/missing": (0, True)}
    assert len(inbox.taken) == 1
    assert heard.notes == []


def test_where_no_source_answers_it_says_so(opened: Opened, web: Web) -> None:
    """A person without a network is told what still works."""
    heard = Heard()
    with opened(heard, sources=(Source(feed=web.url("/missing")),)) as app:
        app.run(once=True)
    assert heard.notes == [NO_ANSWER.format(then="")]
    assert "trying again" not in heard.notes[0]


def test_a_private_feed_is_refused_with_the_key_that_allows_it(opened: Opened, web: Web) -> None:
    """It is we who do not ask it: that is no lack of a network."""
    heard = Heard()
    closed = (Source(feed=web.url("/a")), Source(feed=web.url("/b")))
    with opened(heard, sources=closed, feeds=Feeds(private_addresses=False)) as app:
        app.run(once=True)
    assert [poll.failure for poll in heard.polls] == ["refused_address"] * 2
    assert all("`feeds.private_addresses: true` allows it" in poll.detail for poll in heard.polls)
    assert heard.notes == []


def test_how_many_sources_there_are_is_known_before_any_is_asked(opened: Opened, web: Web) -> None:
    """And where none is due, when the next one will be."""
    web.pages["/good"] = rss(("a", "It rains."))
    for asked in (True, False):
        with opened(sources=(Source(feed=web.url("/good")), Source(feed=web.url("/missing")))) as app:
            app.run(once=True)
            board = app.board
        assert (board.asked, board.watched, board.configured) == (asked, 2, 2)
        assert board.due is not None
        assert board.due > NOW


def test_a_silence_is_said_once(opened: Opened, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not at every round of a long outage."""
    monkeypatch.setattr(intake, "_LATER", intake.SOON)
    heard, stop, times = Heard(), threading.Event(), [NOW]

    def later() -> datetime:
        times.append(times[-1] + timedelta(minutes=10))
        if len(heard.polls) > 2:
            stop.set()
        return times[-1]

    with opened(heard, now=later, sources=(Source(feed=web.url("/missing")),)) as app:
        app.run(stop=stop)
    assert heard.notes == [NO_ANSWER.format(then=", trying again")]


def test_a_secret_in_an_address_is_not_shown(opened: Opened, web: Web) -> None:
    """Neither metrics nor rows carry what stands in the query of a feed's address."""
    web.pages["/good"] = rss(("a", "It rains."))
    heard = Heard()
    with opened(heard, sources=(Source(feed=web.url("/good?token=CANARY")),)) as app:
        app.run(once=True)
        samples = [sample for family in app.metrics.registry.collect() for sample in family.samples]
    assert [poll.items for poll in heard.polls] == [1]
    assert "CANARY" not in f"{heard.polls}{samples}"


def test_what_feeds_said_is_remembered(opened: Opened, web: Web) -> None:
    """A feed that was asked is not asked again at the next start before it is due."""
    web.pages["/good"] = rss(("a", "It rains."))
    heard = Heard()
    for _ in range(2):
        with opened(heard, sources=(Source(feed=web.url("/good")),)) as app:
            app.run(once=True)
    assert len(heard.polls) == 1


def test_a_feed_that_is_gone_is_said_at_every_start(opened: Opened, web: Web) -> None:
    """After a second 410 it stays a source that does not answer, with its reason, and is left in peace."""
    web.statuses["/feed"] = 410
    heard = Heard()
    for hours in (0, 7, 8, 9):
        with opened(
            heard,
            now=lambda hours=hours: NOW + timedelta(hours=hours),
            sources=(Source(feed=web.url("/feed")),),
        ) as app:
            app.run(once=True)
            assert (app.board.answering, len(app.board.sources)) == (0, 1)
    assert [(poll.failure, poll.asked) for poll in heard.polls] == [
        ("status_410", True), ("gone", True), ("gone", False), ("gone", False),
    ]  # fmt: skip
    assert "asked once a day" in heard.polls[-1].detail


def test_a_damaged_memory_of_feeds_is_dropped(opened: Opened, web: Web, config: Config) -> None:
    """Without it every feed is asked anew."""
    config.data.mkdir()
    (config.data / "feeds.json").write_bytes(b"{")
    heard = Heard()
    with opened(heard, sources=(Source(feed=web.url("/missing")),)) as app:
        app.run(once=True)
    assert len(heard.polls) == 1


def test_it_runs_until_it_is_stopped(opened: Opened, inbox: Inbox, web: Web, tmp_path: Path) -> None:
    """Watching goes on until somebody says stop; then everything comes to rest."""
    heard, stop = Heard(), threading.Event()
    when(heard.told, stop)
    with opened(heard) as app:
        assert app.run([document(tmp_path, "a.jsonl", "They plan a summit.")], stop)
        assert app.health() == (True, "ok")
    assert len(inbox.taken) == 1


def test_a_hanging_delivery_does_not_keep_it(opened: Opened, inbox: Inbox, tmp_path: Path) -> None:
    """Where a receiver hangs, the end comes all the same, and the caller is told to leave."""
    inbox.gate, stop = threading.Event(), threading.Event()
    when(inbox.entered, stop)
    app = opened()
    assert not app.run([document(tmp_path, "a.jsonl", "They plan a summit.")], stop)
    inbox.gate.set()
    next(thread for thread in threading.enumerate() if thread.name == "alerts").join(20)
    app.close()
    assert len(inbox.taken) == 1


def test_a_stop_ends_a_long_run_between_two_batches(opened: Opened, tmp_path: Path) -> None:
    """A backlog does not keep the process: what is not done yet is done at the next start."""
    stop = threading.Event()
    stop.set()
    rows = [{"id": n, "date": "2026-10-12", "title": f"News {n}", "text": "It rains."} for n in range(300)]
    file = tmp_path / "many.jsonl"
    file.write_bytes(b"\n".join(map(msgspec.json.encode, rows)))
    with opened() as app:
        app.run([str(file)], stop)
        assert app.log.lag()["clean"] > 0
        app.run([], once=True)
        assert app.log.lag()["clean"] == 0
        assert app.store.counts().articles == 300


def test_a_rejected_message_is_counted(opened: Opened, tmp_path: Path) -> None:
    """It lies in the dead letters, and the number says so."""
    with opened() as app:
        app.run([document(tmp_path, "a.jsonl", "This is unreadable.")], once=True)
        assert app.metrics.registry.get_sample_value("sommet_dead_letters", {"stage": "read"}) == 1
        assert app.board.counts["rejected"] == 1


def test_a_stage_that_breaks_ends_the_run(opened: Opened, tmp_path: Path) -> None:
    """The error names the stage; what came before is in the store."""
    good, bad = (
        document(tmp_path, "a.jsonl", "They plan a summit."),
        document(tmp_path, "b.jsonl", "This is broken."),
    )
    with opened() as app:
        with pytest.raises(SommetError, match="stage read stopped"):
            app.run([good, bad], once=True)
        assert len(app.store.events()) == 1


def test_files_that_cannot_be_read_are_noted(opened: Opened, tmp_path: Path) -> None:
    """A missing file is a note; the run goes on."""
    heard = Heard()
    with opened(heard) as app:
        app.run([str(tmp_path / "none.jsonl")], once=True)
    assert len(heard.notes) == 1
    assert "none.jsonl" in heard.notes[0]


def test_a_taken_port_is_an_error_before_anything_is_read(opened: Opened, tmp_path: Path) -> None:
    """The error says which port and how to go without."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            opened(metrics=Metrics(port=port)) as app,
            pytest.raises(SommetError, match=rf"metrics: 127.0.0.1:{port} .*port: 0"),
        ):
            app.run([document(tmp_path, "a.jsonl", "They plan a summit.")])
        assert app.board.counts["articles"] == 0


def test_two_instances_do_not_share_a_folder(opened: Opened) -> None:
    """The second one is told who has it."""
    with opened(), pytest.raises(StorageError, match="in use by another instance"):
        opened()


def test_a_dead_letter_that_is_dealt_with_is_not_counted(opened: Opened, tmp_path: Path) -> None:
    """The number of open ones falls with the next round."""
    with opened() as app:
        app.run([document(tmp_path, "a.jsonl", "This is unreadable.")], once=True)
        desk = FileDesk(app.config.data / "log.db")
        (letter,) = desk.letters()
        ruling = Settled(id="dead-letter/1", at=NOW, letter=letter.number, stage="read", outcome="dropped")
        assert desk.settle(letter, ruling)
        app.work()
        assert app.metrics.registry.get_sample_value("sommet_dead_letters", {"stage": "read"}) == 0
