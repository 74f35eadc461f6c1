"""What a person sees while sommet works: a live board on a terminal, plain lines in a pipe."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Self, TextIO

from rich.console import Console, RenderableType
from rich.control import Control
from rich.live import Live

from schemas.envelope import Message
from schemas.events import Alert, Delivery, Event
from sommet.board import Board, render
from sommet.terminal import safe
from sommet.watch import Owed, Polled, Watcher
from sommet.wording import event_line, owing, waiting

_NAMED = 5
"""Sources that fail for the same reason in one round and are named one by one."""
_REPAINT = 4
"""Times a second that a live board is painted."""


class LiveView:
    """Paints a board in place, and once more when it ends."""

    def __init__(self, board: Board, console: Console, title: str) -> None:
        self._board, self._console, self._title = board, console, title
        self._size = console.size
        self._live = Live(
            console=console, get_renderable=self._paint, refresh_per_second=_REPAINT, transient=True
        )

    def _paint(self) -> RenderableType:
        """Return the next picture; on a terminal of another size nothing of the last one stays."""
        if self._console.size != self._size:
            self._size = self._console.size
            self._console.control(Control.clear(), Control.home())
        return render(self._board, self._title, self._console.height)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()
        self._console.print(self._paint())


class LineView(Watcher):
    """One line for each event, alert, failure and note; for pipes, files and service managers."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._failing: dict[str, str] = {}
        self._alike: Counter[str] = Counter()
        self._owing: dict[str, str] = {}
        self._awaited = True

    def stepped(
        self,
        stage: str,  # noqa: ARG002 - the observer's signature
        message: Message,  # noqa: ARG002 - the observer's signature
        outputs: Sequence[Message],
        seconds: float,  # noqa: ARG002 - the observer's signature
    ) -> None:
        """One message went through a stage; events and alerts are shown."""
        for output in outputs:
            if isinstance(output, Event) and output.change != "more":
                self._line("event", event_line(output))
            elif isinstance(output, Alert):
                self._line(
                    "alert", f"{output.rule} → {', '.join(output.receivers)}: {event_line(output.event)}"
                )

    def rejected(self, stage: str, message: Message, reason: str) -> None:
        """One message went to the dead letters of a stage."""
        self._line("dead letter", f"{stage}: {message.id}: {reason}")

    def watching(self, sources: int, due: datetime | None = None) -> None:
        """A round is done; where it was the first and asked nobody, it is said when somebody is asked."""
        if due and sources and self._awaited:
            self._line("source", waiting(sources, due))
            self._awaited = False

    def polled(self, poll: Polled) -> None:
        """A source was asked; what changed about it is shown."""
        self._awaited = self._awaited and not poll.asked
        if poll.failure and poll.failure != self._failing.get(poll.source, ""):
            self._alike[poll.detail or poll.failure] += 1
            if self._alike[poll.detail or poll.failure] <= _NAMED:
                self._line("source", f"{poll.name}: {poll.detail or poll.failure}")
        elif poll.failure != self._failing.get(poll.source, ""):
            self._line("source", f"{poll.name}: answers again")
        elif poll.items and not poll.failure:
            self._line("source", f"{poll.name}: {poll.items} new")
        self._failing[poll.source] = poll.failure

    def rested(self) -> None:
        """A round over the sources is done; of those that failed alike the rest is counted."""
        for detail, count in self._alike.items():
            if count > _NAMED:
                self._line("source", f"{count - _NAMED} more: {detail}")
        self._alike.clear()

    def delivered(self, delivery: Delivery) -> None:
        """An alert came to its end at a receiver."""
        tail = f" ({delivery.detail})" if delivery.detail else ""
        self._line("delivery", f"{delivery.result} to {delivery.receiver}{tail}")

    def owed(self, owed: Mapping[str, Owed]) -> None:
        """What receivers are owed; said when a reason is new, and when nothing is owed any more."""
        for name, one in owed.items():
            if one.reason and one.reason != self._owing.get(name):
                self._line("owed", owing(name, one))
                self._owing[name] = one.reason
        for name in [name for name in self._owing if name not in owed]:
            self._line("owed", f"{name}: nothing any more")
            del self._owing[name]

    def note(self, text: str) -> None:
        """Something a person should know."""
        self._line("note", text)

    def _line(self, kind: str, text: str) -> None:
        self._out.write(f"{kind:11} {safe(text)}\n")
        self._out.flush()
