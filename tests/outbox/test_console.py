"""The terminal and the pipe."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sommet.outbox.console import ConsoleReceiver
from sommet.outbox.receiver import SENT
from sommet.outbox.render import render, render_digest
from tests.outbox.fakes import an_alert, an_event


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def written(stream: io.StringIO, **fields: Any) -> str:
    """Return what a message leaves on `stream`."""
    assert ConsoleReceiver(stream=stream).send(render(an_alert(event=an_event(**fields)), "fr"), "k") == SENT
    return stream.getvalue()


def test_plain_lines_in_a_pipe() -> None:
    """Title, facts, sentence, source and link, each on its line, no decoration."""
    lines = written(io.StringIO()).replace("\u00a0", " ").splitlines()
    assert lines[0] == "Sommet prévu : Vladimir Poutine et Xi Jinping, Moscou, du 20 au 22 mars 2023"
    assert "Quand : du 20 au 22 mars 2023" in lines
    assert "« Le président chinois se rendra à Moscou du 20 au 22 mars, dit-on. »" in lines
    assert lines[-2].startswith("https://exemple.test/monde/1#:~:text=")
    assert lines[-1] == ""


def test_a_panel_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The title in the frame, the link to click."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    text = written(Terminal())
    assert "╭" in text
    assert "Sommet prévu" in text
    assert "\x1b]8;" in text


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
@given(
    text=st.text(st.characters(), max_size=40)
    | st.sampled_from(["[red]x[/red]", "[/]", "\x1b[2J", "\x1b]0;t\x07"])
)
def test_an_article_cannot_steer_the_terminal(stream: type[io.StringIO], text: str) -> None:
    """Of escapes only rich's own colours and links are there; markup of rich is text."""
    found = written(
        stream(),
        evidence=text,
        sentence=text,
        place=text,
        participants=(text,),
        origin={"title": text, "url": text},
    )
    assert "\x1b[2J" not in found
    assert "\x1b]0;" not in found
    assert not any(char in found for char in "\x07\x08\x9b\u202e\u200b")
    if stream is io.StringIO:
        assert "\x1b" not in found
        assert "\r" not in found


def test_a_digest_is_listed() -> None:
    """A line and an address for each alert, in a pipe and on a terminal."""
    for stream in (io.StringIO(), Terminal()):
        ConsoleReceiver(stream=stream).send(render_digest([an_alert(1), an_alert(2)], "fr"), "k")
        assert stream.getvalue().count("• ") == 2
        assert stream.getvalue().count("https://exemple.test/monde/2") >= 1


def test_an_output_with_few_characters() -> None:
    """What it cannot write becomes question marks."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    assert ConsoleReceiver(stream=stream).send(render(an_alert(), "fr"), "k") == SENT
    assert b"Sommet pr?vu" in raw.getvalue()
    stream.close()


def test_a_closed_output_holds_what_is_owed() -> None:
    """It is the terminal's fault and not the alert's: the next start tells it."""
    stream = io.StringIO()
    stream.close()
    assert ConsoleReceiver(stream=stream).send(render(an_alert(), "fr"), "k").result == "held"
