"""Messages on the terminal: a panel for people, plain lines in a pipe."""

import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import TextIO

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from sommet.outbox.lines import headline, lines
from sommet.outbox.message import Link, Quote, Rendered
from sommet.outbox.receiver import SENT, Outcome


@dataclass(frozen=True, slots=True)
class ConsoleReceiver:
    """Writes to `stream`, standard output if none is given; on a terminal through `console`, if one is given.

    Whoever paints a terminal in place gives the console that paints: what goes past it is painted over.
    Text of articles comes as text, never as rich's markup; control characters were taken out before.
    """

    language: str = ""
    stream: TextIO | None = None
    console: Console | None = None
    pace: timedelta = timedelta(0)

    def send(self, message: Rendered, key: str) -> Outcome:  # noqa: ARG002 - a terminal recognises nothing
        """Write `message`; a closed pipe holds what is owed for the next start."""
        stream = self.stream or sys.stdout
        console = self.console or Console(file=stream, markup=False, emoji=False, highlight=False)
        try:
            if console.is_terminal:
                console.print(_panel(message))
            else:
                stream.write(_encodable("\n".join([*lines(message), "", ""]), stream))
            stream.flush()
        except (OSError, ValueError) as error:
            return Outcome("held", f"the output cannot be written ({type(error).__name__})")
        return SENT


def _encodable(text: str, stream: TextIO) -> str:
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def _panel(message: Rendered) -> Panel:
    body = Text()
    for fact in message.facts:
        body.append(f"{fact.label}{message.colon}", "bold")
        body.append(f"{fact.value}\n")
    if message.quote:
        body.append("\n")
        _add_quote(body, message.quote)
    if message.link:
        _add_link(body, message.link)
    for item in message.items:
        body.append(f"• {item.title}\n", "bold")
        if item.link:
            _add_link(body, item.link)
    for note in message.notes:
        body.append(f"{note}\n", "dim")
    body.rstrip()
    return Panel(
        body, title=Text(message.title, "bold"), title_align="left", border_style="cyan", padding=(1, 2)
    )


def _add_quote(body: Text, quote: Quote) -> None:
    body.append(quote.open + quote.before, "italic")
    body.append(quote.marked, "italic bold yellow")
    body.append(quote.after + quote.close + "\n", "italic")


def _add_link(body: Text, link: Link) -> None:
    body.append(headline(link) + "\n", "cyan")
    if link.url:
        body.append(f"{link.url}\n", f"underline link {link.target}")
