"""What a person sees: it fits the terminal, and text of feeds does nothing there."""

import io
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from schemas.articles import Article
from schemas.events import Alert, Delivery, Event, Mentioned, Origin, Report
from sommet.board import Board, render
from sommet.commands.run import answered
from sommet.config import Console as Desk
from sommet.outbox.build import build_receivers
from sommet.outbox.receiver import SENT
from sommet.outbox.render import render as outbox_render
from sommet.terminal import safe
from sommet.view import LineView, LiveView
from sommet.watch import Owed, Polled, Watcher
from sommet.wording import dates, event_line, event_text
from tests.app.small import NOW
from tests.screen import screen

ARTICLE = Article(article="a", url="https://news.example.org/a", source="example")
SAID = "Ils se verront à Pékin."
LINE = f"2026-10-15 · summit planned · Beijing · Vladimir Putin, Xi Jinping: “{SAID}”"
EVENT = Event(
    event="0123456789abcdef", dyad="RUS-CHN", type="summit", status="planned", salience="news", change="new",
    start="2026-10-15", end="2026-10-15", place="Beijing", participants=("Vladimir Putin", "Xi Jinping"),
    report=Report(
        origin=Origin(article="a", url="https://news.example.org/a", source="example", outlet="Exemple"),
        stated=Mentioned(type="summit", status="planned", salience="news", sentence=SAID),
    ),
)  # fmt: skip


def fill(watcher: Watcher, event: Event = EVENT, sources: int = 3) -> None:
    """Let everything happen that a view can show."""
    for number in range(sources):
        failure, detail = ("timeout", "no answer") if number % 2 else ("", "")
        watcher.polled(Polled(f"fra/source-{number}", items=number, failure=failure, detail=detail))
    alert = Alert(rule="summits", reason="new", event=event, receivers=("desk",))
    watcher.stepped("resolve", ARTICLE, (event,), 0.1)
    watcher.stepped("alert", event, (alert,), 0.1)
    watcher.rejected("clean", ARTICLE, "no title and no text")
    watcher.delivered(Delivery(alert="a", receiver="desk", key="k", result="failed", detail="refused"))
    watcher.note("something to know")


def painted(board: Board, width: int, height: int) -> list[str]:
    """Return the lines of the board on a terminal of that size."""
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=False)
    console.print(render(board, "sommet", height))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 50), (40, 24), (200, 60)])
@pytest.mark.parametrize("sources", [0, 3, 60])
def test_the_board_fits_the_terminal(width: int, height: int, sources: int) -> None:
    """No line is too long and the last one is still on the screen, however much there is."""
    board = Board(lambda: NOW)
    for _ in range(30):
        fill(board, sources=sources)
    board.owed({f"desk-{number}": Owed(3, "it said no " * 20, NOW) for number in range(sources)})
    lines = painted(board, width, height)
    assert len(lines) <= height
    assert all(len(line) <= width for line in lines)


def test_the_board_shows_what_matters() -> None:
    """Failing sources with their reason first, stages, events with their sentence, alerts, notes."""
    board = Board(lambda: NOW)
    fill(board)
    text = "\n".join(painted(board, 100, 40))
    assert "Sources: 2 of 3 answer" in text
    assert text.index("fra/source-1") < text.index("fra/source-0")
    for shown in ("1 · no answer", "resolve", "2026-10-15", f"“{SAID}”", "→ desk", "1 failed", "to know"):
        assert shown in text


OWED = {"desk": Owed(33, "Slack answered 500", NOW + timedelta(minutes=4)), "mail": Owed(2)}


def test_the_board_shows_an_event_once() -> None:
    """As it was told last, however many reports there are; the oldest ones make room."""
    board = Board(lambda: NOW)
    fill(board)
    later = msgspec.structs.replace(EVENT, change="more", start="2031-02-03")
    board.stepped("resolve", later, (later,), 0.1)
    assert [*board.events.values()] == [later]
    for number in range(100):
        other = msgspec.structs.replace(EVENT, event=f"e{number}")
        board.stepped("resolve", other, (other,), 0.1)
    assert len(board.events) == 40
    assert [*board.events][-1] == "e99"


def test_the_board_says_what_is_owed() -> None:
    """How much to whom, why the last try failed, when the next one comes; nothing once all is sent."""
    board = Board(lambda: NOW)
    fill(board)
    board.owed(OWED)
    text = "\n".join(painted(board, 100, 40))
    assert "35 owed" in text
    assert "desk: 33 owed, Slack answered 500, again in 4m" in text
    assert "mail: 2 owed" in text
    board.owed({})
    assert "owed" not in "\n".join(painted(board, 100, 40))


def test_alerts_and_deliveries_are_counted_apart() -> None:
    """One alert for two receivers is one alert and two deliveries."""
    board = Board(lambda: NOW)
    fill(board)
    board.delivered(Delivery(alert="a", receiver="chat", key="k", result="sent"))
    assert "Alerts: 1, deliveries: 1 sent, 1 failed" in "\n".join(painted(board, 100, 40))


def test_the_first_minute_is_no_guess() -> None:
    """Twenty messages in the first twenty seconds are twenty in a minute so far, not sixty."""
    times = [NOW]
    board = Board(lambda: times[-1])
    for _ in range(20):
        board.stepped("clean", ARTICLE, (), 0.1)
    times.append(NOW + timedelta(seconds=20))
    row = next(line for line in painted(board, 100, 40) if line.startswith("clean"))
    assert row.split()[-1] == "20"


def test_a_pipe_says_what_is_owed_once_for_each_reason() -> None:
    """Not with every try, but when the reason changes and when all is sent."""
    out = io.StringIO()
    view = LineView(out)
    view.owed({"mail": Owed(2)})
    for count in (33, 34):
        view.owed({"desk": Owed(count, "Slack answered 500", NOW)})
    view.owed({"desk": Owed(34, "Slack answered 404", NOW)})
    view.owed({})
    assert out.getvalue().splitlines() == [
        "owed        desk: 33 owed, Slack answered 500, again at 12:00:00 UTC",
        "owed        desk: 34 owed, Slack answered 404, again at 12:00:00 UTC",
        "owed        desk: nothing any more",
    ]


def test_lines_in_a_pipe() -> None:
    """One line each for events, alerts, dead letters, deliveries and what changed about a source."""
    out = io.StringIO()
    view = LineView(out)
    fill(view)
    fill(view, msgspec.structs.replace(EVENT, change="more"))
    lines = out.getvalue().splitlines()
    assert lines[:7] == [
        "source      fra/source-1: no answer",
        "source      fra/source-2: 2 new",
        f"event       {LINE}",
        f"alert       summits → desk: {LINE}",
        "dead letter clean: : no title and no text",
        "delivery    failed to desk (refused)",
        "note        something to know",
    ]
    assert sum(line.startswith("event") for line in lines) == 1
    assert sum("source-1" in line for line in lines) == 1


def test_a_live_view_ends_with_its_last_picture() -> None:
    """What was seen last stays on the terminal."""
    console = Console(file=io.StringIO(), width=80, height=24, force_terminal=True)
    board = Board(lambda: NOW)
    with LiveView(board, console, "sommet"):
        fill(board)
    assert isinstance(console.file, io.StringIO)
    assert "something to know" in console.file.getvalue()


def test_a_terminal_of_another_size_is_painted_anew() -> None:
    """Lines of the old picture would stand between those of the new one."""
    console = Console(file=io.StringIO(), width=80, height=24, force_terminal=True)
    assert isinstance(console.file, io.StringIO)
    with LiveView(Board(lambda: NOW), console, "sommet"):
        assert "\x1b[2J" not in console.file.getvalue()
        console.width = 60
    assert "\x1b[2J\x1b[H" in console.file.getvalue()


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 40)])
def test_alerts_stand_whole_above_the_board(width: int, height: int) -> None:
    """The board is painted below what the console receiver writes, and wipes none of it."""
    written = io.StringIO()
    console = Console(file=written, width=width, height=height, force_terminal=True, highlight=False)
    receiver = build_receivers({"console": Desk()}, console)["console"]
    board = Board(lambda: NOW)
    with LiveView(board, console, "sommet"):
        for place in ("Pékin", "Moscou", "Kazan"):
            fill(board)
            alert = Alert(rule="summits", reason="new", event=EVENT, receivers=("console",))
            place_told = msgspec.structs.replace(alert, event=msgspec.structs.replace(EVENT, place=place))
            assert receiver.send(outbox_render(place_told, "fr"), place) == SENT
    lines = screen(written.getvalue(), height)
    tops = [number for number, line in enumerate(lines) if line.startswith("╭")]
    ends = [number for number, line in enumerate(lines) if line.startswith("╰")]
    board_at = next(number for number, line in enumerate(lines) if line.startswith("sommet"))
    assert len(tops) == len(ends) == 3
    assert ends[-1] < board_at
    for top, end, place in zip(tops, ends, ("Pékin", "Moscou", "Kazan"), strict=True):
        assert place in lines[top]
        assert all(line.startswith("│") for line in lines[top + 1 : end])
        assert any(SAID in line for line in lines[top:end])


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("", "", "undated"),
        ("2026-10-15", "2026-10-15", "2026-10-15"),
        ("2026-10-15", "", "2026-10-15"),
        ("2026-10-15", "2026-10-18", "2026-10-15…18"),
        ("2026-10-30", "2026-11-02", "2026-10-30…2026-11-02"),
        ("2026-01", "2026-09", "2026-01…2026-09"),
        ("2026", "2026", "2026"),
    ],
)
def test_dates(start: str, end: str, expected: str) -> None:
    """As exact as they are known, no more."""
    assert dates(msgspec.structs.replace(EVENT, start=start, end=end)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain é 中文", "plain é 中文"),
        ("\x1b[31mred", "<1B>[31mred"),
        ("a\r\nb\tc", "a  b c"),
        ("title\x9b31m\x07", "title<9B>31m<07>"),
        ("\u202eabc\u200b\ufeff", "abc"),
        ("so\u00adft", "soft"),
        ("narrow\u202fspace", "narrow\u202fspace"),
        ("\ud800", "<D800>"),
        ("[bold]x[/bold]", "[bold]x[/bold]"),
    ],
)
def test_safe(text: str, expected: str) -> None:
    """Nothing that a terminal acts on or hides remains; what is readable stays."""
    assert safe(text) == expected


@given(st.text(max_size=40))
def test_no_text_reaches_a_terminal_unescaped(text: str) -> None:
    """Whatever an article says, only printable characters and our own line breaks come out."""
    stated = msgspec.structs.replace(EVENT.report.stated, sentence=text)
    report = msgspec.structs.replace(EVENT.report, stated=stated)
    event = msgspec.structs.replace(EVENT, place=text, participants=(text,), report=report)
    shown = event_line(event) + event_text(event, head=text, lines=3).plain.replace("\n", "")
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000 for c in shown)
    assert event_text(event, lines=3).plain.count("\n") == 2


def test_a_long_text_is_cut() -> None:
    """A limit cuts with an ellipsis."""
    assert safe("one two three", 8) == "one two…"
    assert safe("one", 8) == "one"


def test_many_sources_that_fail_alike_are_a_few_lines() -> None:
    """The first ones by name, the others by number, once the round is over."""
    out = io.StringIO()
    view = LineView(out)
    for number in range(108):
        view.polled(Polled(f"s-{number}", failure="dns", detail="its name does not resolve"))
    view.rested()
    lines = out.getvalue().splitlines()
    assert len(lines) == 6
    assert lines[-1] == "source      103 more: its name does not resolve"
    view.polled(Polled("s-7", items=0))
    assert out.getvalue().splitlines()[-1] == "source      s-7: answers again"


def test_sources_are_counted_as_configured() -> None:
    """Also while some are not asked yet; where none is due, the board says when one will be."""
    board = Board(lambda: NOW)
    assert "Sources: none" in "\n".join(painted(board, 100, 40))
    board.watching(108)
    assert "Sources: 0 of 108 answer" in "\n".join(painted(board, 100, 40))
    board.watching(108, NOW)
    assert f"108 sources, the next at {NOW:%H:%M} UTC" in "\n".join(painted(board, 100, 40))
    board.polled(Polled("a", items=2))
    assert "Sources: 1 of 108 answer" in "\n".join(painted(board, 100, 40))
    assert answered(board) == "1 of 108 sources answered"


def test_lines_say_once_when_the_next_source_is_due() -> None:
    """Only where the first round asked nobody."""
    quiet, busy = io.StringIO(), io.StringIO()
    view, other = LineView(quiet), LineView(busy)
    other.polled(Polled("a", items=1))
    for each in (view, other):
        for due in (None, NOW, NOW):
            each.watching(108, due)
    assert quiet.getvalue() == f"source      108 sources, the next at {NOW:%H:%M} UTC\n"
    assert busy.getvalue() == "source      a: 1 new\n"


def test_a_source_is_shown_by_its_title() -> None:
    """The feed's own name where it has no other; its address stays out of sight."""
    board, out = Board(lambda: NOW), io.StringIO()
    for watcher in (board, LineView(out)):
        watcher.polled(Polled("http://127.0.0.1:8080/a", items=2, title="L'Essai"))
    assert "L'Essai" in "\n".join(painted(board, 100, 40))
    assert out.getvalue() == "source      L'Essai: 2 new\n"


def test_what_is_only_remembered_is_no_failure_of_today() -> None:
    """A feed that is gone has its row; nobody asked it."""
    board = Board(lambda: NOW)
    board.polled(Polled("a", failure="gone", detail="the feed is gone", asked=False))
    assert (board.sources["a"].failures, board.answering, len(board.sources)) == (0, 0, 1)
    assert "the feed is gone" in "\n".join(painted(board, 100, 40))


def test_a_source_that_comes_back_has_no_reason() -> None:
    """The board forgets the reason, not the number of failures."""
    times = [NOW, NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)]
    board = Board(lambda: times[0])
    board.polled(Polled("a", failure="dns"))
    board.polled(Polled("a", items=2))
    tally = board.sources["a"]
    assert (tally.reason, tally.failures, tally.items, board.answering) == ("", 1, 2, 1)
