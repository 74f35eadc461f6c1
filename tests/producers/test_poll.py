"""Polling: fetch what is due, write it to the log once, remember, and let no feed disturb another."""

import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from producers.catalogue import Source
from producers.fetch import Fetched, Fetcher, Validators
from producers.poll import MAX_ITEMS, Polled, Poller
from schemas.articles import RawArticle
from schemas.envelope import Message
from schemas.topics import RAW, Topic
from sommet.config import Feeds
from tests.producers.odd_feeds import rss
from tests.producers.web import Answer, Web, serving

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CONFIG = Feeds(private_addresses=True, deadline=timedelta(seconds=1), max_bytes=1_000_000)
DAY = timedelta(days=1)


class MemoryLog:
    """The topics in memory: what comes twice is recognised by its id."""

    def __init__(self) -> None:
        self.messages: dict[str, RawArticle] = {}

    def append(self, messages: Iterable[Message]) -> int:
        before = len(self.messages)
        for message in messages:
            assert isinstance(message, RawArticle)
            self.messages.setdefault(message.id, message)
        return len(self.messages) - before

    def read(self, topic: Topic[RawArticle], after: int, limit: int = 1000) -> list[tuple[int, RawArticle]]:
        assert topic is RAW
        return list(enumerate(self.messages.values()))[after : after + limit]

    def identity(self) -> str:
        return "memory"


def item(title: str, date: str = "") -> str:
    """Return an RSS item."""
    return f"<item><title>{title}</title><link>https://essai.example/{title}</link><pubDate>{date}</pubDate></item>"


def void(_: object) -> None:
    """Return nothing, whatever was done."""


@pytest.fixture
def web() -> Iterator[Web]:
    """A server on loopback."""
    with serving() as running:
        yield running


class Desk:
    """A poller with all that it needs, on which time is passed by hand."""

    def __init__(self, web: Web, *paths: str, fetcher: Fetcher | None = None) -> None:
        self.log = MemoryLog()
        self.state: dict[str, bytes] = {}
        self.sources = [Source(path, web.url + path, "L'Essai", "fr") for path in paths]
        self.fetcher = fetcher or Fetcher(CONFIG)
        self.poller = self.restarted()

    def restarted(self) -> Poller:
        self.poller = Poller(
            self.sources,
            fetcher=self.fetcher,
            log=self.log,  # type: ignore[arg-type]
            state=self.state,
            config=CONFIG,
            history_after=timedelta(days=3),
        )
        return self.poller

    def poll(self, now: datetime = NOW) -> Polled:
        """Poll the only source that is due."""
        (row,) = self.poller.poll(now)
        return row


def test_articles_reach_the_log(web: Web) -> None:
    """Stamped with the time of receipt; the oldest first, history at its own time."""
    items = item("neuf", "Mon, 02 Mar 2026 11:00:00 GMT") + item("vieux", "Mon, 02 Feb 2026 11:00:00 GMT")
    web.answers["/feed"] = Answer(body=rss(items))
    desk = Desk(web, "/feed")
    row = desk.poll()
    assert (row.source, row.status, row.items, row.new, row.over) == ("/feed", "ok", 2, 2, 0)
    old, new = desk.log.messages.values()
    assert (old.title, old.history, old.at) == ("vieux", True, datetime(2026, 2, 2, 11, tzinfo=UTC))
    assert (new.title, new.history, new.at) == ("neuf", False, NOW)
    assert {(raw.received, raw.source, raw.outlet, raw.lang) for raw in (old, new)} == {
        (NOW, "/feed", "L'Essai", "fr")
    }


def test_what_is_not_due_is_not_polled(web: Web) -> None:
    """The next time is told."""
    web.answers["/feed"] = Answer(body=rss(item("a")))
    desk = Desk(web, "/feed")
    row = desk.poll()
    assert desk.poller.next_due() == row.due > NOW
    assert desk.poller.poll(row.due - timedelta(seconds=1)) == []
    assert desk.poll(row.due).status == "unchanged"


def test_only_what_is_new_is_counted(web: Web) -> None:
    """The same items again are recognised."""
    web.answers["/feed"] = Answer(body=rss(item("a")))
    desk = Desk(web, "/feed")
    desk.poll()
    web.answers["/feed"] = Answer(body=rss(item("b") + item("a")))
    row = desk.poll(NOW + DAY)
    assert (row.items, row.new, len(desk.log.messages)) == (2, 1, 2)


def test_memory_survives_a_restart(web: Web) -> None:
    """Validators are sent by the next process; a damaged memory is forgotten."""
    web.answers["/feed"] = Answer(body=rss(item("a")), headers={"ETag": '"one"'})
    desk = Desk(web, "/feed")
    desk.poll()
    web.answers["/feed"] = Answer(304, headers={"Content-Length": "0"})
    assert desk.restarted().poll(NOW + DAY)[0].status == "unchanged"
    assert desk.poll(NOW + 2 * DAY).status == "unchanged"
    assert [headers.get("if-none-match") for _, headers in web.asked] == [None, '"one"', '"one"']
    desk.state["/feed"] = b"{damaged"
    desk.restarted().poll(NOW)
    assert "if-none-match" not in web.asked[-1][1]


def test_a_lying_validator_hides_nothing(web: Web) -> None:
    """Another body under the same ETag is read, the same body under another ETag is not."""
    web.answers["/feed"] = Answer(body=rss(item("a")), headers={"ETag": '"same"'})
    desk = Desk(web, "/feed")
    desk.poll()
    web.answers["/feed"] = Answer(body=rss(item("b")), headers={"ETag": '"same"'})
    assert desk.poll(NOW + DAY).new == 1
    web.answers["/feed"] = Answer(body=rss(item("b")), headers={"ETag": '"other"'})
    assert desk.poll(NOW + 2 * DAY).status == "unchanged"


def test_one_broken_feed_disturbs_no_other(web: Web) -> None:
    """Each has its own end; the good ones are in the log."""
    release = threading.Event()
    web.answers |= {
        "/good": Answer(body=rss(item("a"))),
        "/slow": Answer(raw=lambda _: void(release.wait(5))),
        "/page": Answer(body=b"<html>"),
        "/bomb": Answer(body=b"<!DOCTYPE r [<!ENTITY a 'b'>]>" + rss(item("b"))),
        "/big": Answer(body=bytes(1_000_001)),
        "/error": Answer(500),
        "/fine": Answer(body=rss(item("c"))),
    }
    desk = Desk(web, "/slow", "/good", "/page", "/bomb", "/big", "/error", "/none", "/fine")
    rows = desk.poller.poll(NOW)
    release.set()
    assert {row.source: row.status for row in rows} == {
        "/slow": "timeout",
        "/good": "ok",
        "/page": "html_page",
        "/bomb": "entity",
        "/big": "too_large",
        "/error": "status_500",
        "/none": "status_404",
        "/fine": "ok",
    }
    assert [row.source for row in rows] == [source.id for source in desk.sources]
    assert {raw.title for raw in desk.log.messages.values()} == {"a", "c"}
    assert all(row.detail for row in rows if row.status != "ok")


NONE = Validators()


class Faulty(Fetcher):
    """A fetcher with a fault of its own."""

    def fetch(self, url: str, now: datetime, validators: Validators = NONE) -> Fetched:
        if url.endswith("/odd"):
            raise ZeroDivisionError("CANARY")
        return super().fetch(url, now, validators)


def test_a_fault_of_ours_disturbs_no_other_feed(web: Web) -> None:
    """Any exception is a failed row that names its type only, and the source is tried again later."""
    web.answers["/good"] = Answer(body=rss(item("a")))
    desk = Desk(web, "/odd", "/good", fetcher=Faulty(CONFIG))
    odd, good = desk.poller.poll(NOW)
    assert (odd.status, odd.detail, good.status) == ("internal", "ZeroDivisionError", "ok")
    assert odd.due > NOW
    assert not odd.gone


def test_what_is_told_of_a_failure_has_no_address(web: Web) -> None:
    """The name of the source stands beside it already; numbers of the system are put into words."""
    web.answers |= {"/empty": Answer(body=b""), "/page": Answer(body=b"<html>")}
    desk = Desk(web, "/empty", "/page", "/none")
    desk.sources.append(Source("/nobody", "http://127.0.0.1:9/x", "", "fr"))
    details = [row.detail for row in desk.restarted().poll(NOW)]
    assert details == [
        "no feed that can be read: it is empty.",
        "no feed that can be read: it is a web page; look there for the feed's own address.",
        "the server answered 404",
        "it refuses the connection",
    ]


def test_failures_are_remembered(web: Web) -> None:
    """Waits grow from process to process, and Retry-After is honoured."""
    web.answers["/feed"] = Answer(503)
    desk = Desk(web, "/feed")
    first = desk.poll()
    second = desk.restarted().poll(first.due)[0]
    assert second.due - first.due > 1.2 * (first.due - NOW)
    web.answers["/feed"] = Answer(429, headers={"Retry-After": "72000"})
    assert desk.poll(second.due).due == second.due + timedelta(hours=20)


def test_a_feed_that_is_gone_is_asked_once_a_day(web: Web) -> None:
    """After a second 410; the poller says so after a restart too, and one answer makes it a feed again."""
    web.answers["/feed"] = Answer(410)
    desk = Desk(web, "/feed")
    assert not desk.poll().gone
    row = desk.poll(NOW + DAY)
    assert (row.gone, row.detail) == (True, "the server answered 410: the feed is gone; asked once a day")
    [standing] = desk.restarted().standing()
    assert (standing.source, standing.gone, standing.detail) == ("/feed", True, row.detail)
    assert desk.poller.next_due() == NOW + 2 * DAY
    assert desk.poller.poll(NOW + 2 * DAY - timedelta(minutes=1)) == []
    web.answers["/feed"] = Answer(body=rss(item("a")))
    assert desk.poll(NOW + 2 * DAY).new == 1
    [standing] = desk.poller.standing()
    assert (standing.gone, standing.detail, standing.answered) == (False, "", NOW + 2 * DAY)


def test_a_feeds_own_title_is_remembered(web: Web) -> None:
    """Also where nothing changed, and after a restart."""
    web.answers["/feed"] = Answer(body=rss(item("a")))
    desk = Desk(web, "/feed")
    assert [desk.poll().title, desk.poll(NOW + DAY).title] == ["Essai", "Essai"]
    assert desk.restarted().standing()[0].title == "Essai"


def test_a_giant_feed_is_cut_and_counted(web: Web) -> None:
    """2,000 items of one poll, from the feed's beginning."""
    web.answers["/feed"] = Answer(body=rss("".join(item(f"n{n}") for n in range(MAX_ITEMS + 7))))
    desk = Desk(web, "/feed")
    row = desk.poll()
    assert (row.items, row.new, row.over) == (MAX_ITEMS, MAX_ITEMS, 7)
    assert "n0" in {raw.title for raw in desk.log.messages.values()}


def test_a_permanent_move_is_believed_after_three_polls(web: Web) -> None:
    """And forgotten when the new place fails."""
    web.answers["/old"] = Answer(301, headers={"Location": "/new", "Content-Length": "0"})
    web.answers["/new"] = Answer(body=rss(item("a")))
    desk = Desk(web, "/old")
    for day in range(5):
        desk.poll(NOW + day * DAY)
    assert web.paths() == ["/old", "/new"] * 3 + ["/new"] * 2
    web.answers = {"/old": Answer(body=rss(item("b")))}
    for day in range(5, 11):
        desk.poll(NOW + day * DAY)
    assert web.paths()[-1] == "/old"
    assert len(desk.log.messages) == 2


def test_links_are_resolved_where_the_feed_was_found(web: Web) -> None:
    """Against the address behind the redirects."""
    web.answers["/feed"] = Answer(302, headers={"Location": "/deep/feed.xml", "Content-Length": "0"})
    web.answers["/deep/feed.xml"] = Answer(body=rss("<item><title>a</title><link>a.html</link></item>"))
    desk = Desk(web, "/feed")
    desk.poll()
    assert [raw.url for raw in desk.log.messages.values()] == [f"{web.url}/deep/a.html"]


def test_a_day_of_polls_on_a_transport(web: Web) -> None:
    """Two sources with an item every half hour: all items arrive, each soon and once."""

    def answer(request: httpx.Request) -> httpx.Response:
        there = int((now - NOW) / timedelta(minutes=30))
        newest = range(there, max(there - 20, -1), -1)
        titles = "".join(item(f"{request.url.path[1:]}{n}") for n in newest)
        return httpx.Response(200, content=rss(titles))

    desk = Desk(web, "/a", "/b", fetcher=Fetcher(CONFIG, transport=httpx.MockTransport(answer)))
    now, polls = NOW, 0
    while now < NOW + DAY:
        polls += len(desk.poller.poll(now))
        due = desk.poller.next_due()
        assert due is not None
        now = due
    late = [
        raw.received - NOW - timedelta(minutes=30) * int(raw.title[1:]) for raw in desk.log.messages.values()
    ]
    assert {raw.title for raw in desk.log.messages.values()} >= {f"{s}{n}" for s in "ab" for n in range(47)}
    assert max(late) <= timedelta(minutes=20)
    assert 150 < polls < 500
