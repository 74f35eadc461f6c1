"""What has happened so far, and a picture of it that fits a terminal.

Everything that comes from feeds goes through `safe` and into rich `Text`, never into markup.
"""

import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from schemas.envelope import Message
from schemas.events import Alert, Delivery, Event
from sommet import clock
from sommet.terminal import safe
from sommet.watch import Owed, Polled, Watcher
from sommet.wording import CHANGES, event_text, lasting, owing, waiting

_QUEUES = 3
"""Receivers whose queues are shown."""
_KEPT = 40
"""Events and alerts that are remembered for the board."""


@dataclass(slots=True)
class Tally:
    """What became of the polls of one source."""

    last: datetime | None = None
    items: int = 0
    failures: int = 0
    reason: str = ""
    title: str = ""


@dataclass(slots=True)
class Flow:
    """What went through one stage."""

    taken: int = 0
    given: int = 0
    rejected: int = 0


class Board(Watcher):
    """Everything that has happened since the start, as far as people want to see it."""

    def __init__(self, now: Callable[[], datetime] = clock.now) -> None:
        self.lock = threading.RLock()
        self.now = now
        self.started = now()
        self.configured = 0
        self.due: datetime | None = None
        self.sources: dict[str, Tally] = {}
        self.stages: dict[str, Flow] = {}
        self.events: dict[str, Event] = {}
        """Each event once, as it was told last; what came last stands last."""
        self.alerts: deque[Alert] = deque(maxlen=_KEPT)
        self.notes: deque[str] = deque(maxlen=3)
        self.counts: Counter[str] = Counter()
        self.pending: dict[str, Owed] = {}

    def stepped(self, stage: str, message: Message, outputs: Sequence[Message], seconds: float) -> None:  # noqa: ARG002 - the observer's signature
        """Count a step; remember events and alerts."""
        with self.lock:
            flow = self.stages.setdefault(stage, Flow())
            flow.taken += 1
            flow.given += len(outputs)
            for output in outputs:
                if isinstance(output, Event):
                    self.events.pop(output.event, None)
                    self.events[output.event] = output
                    if len(self.events) > _KEPT:
                        self.events.pop(next(iter(self.events)))
                    self.counts["events"] += output.change == "new"
                    self.counts["reports"] += 1
                elif isinstance(output, Alert):
                    self.alerts.append(output)
                    self.counts["alerts"] += 1

    def rejected(self, stage: str, message: Message, reason: str) -> None:  # noqa: ARG002 - the observer's signature
        """Count a dead letter."""
        with self.lock:
            flow = self.stages.setdefault(stage, Flow())
            flow.taken += 1
            flow.rejected += 1
            self.counts["rejected"] += 1

    def watching(self, sources: int, due: datetime | None = None) -> None:
        """Remember how many sources there are, and when the next one is due."""
        with self.lock:
            self.configured, self.due = sources, due

    def polled(self, poll: Polled) -> None:
        """Remember what became of a poll."""
        with self.lock:
            tally = self.sources.setdefault(poll.source, Tally())
            tally.reason = poll.detail or poll.failure if poll.failure else ""
            tally.failures += bool(poll.failure and poll.asked)
            tally.title = poll.name
            if not poll.failure:
                tally.last = self.now()
                tally.items += poll.items
                self.counts["items"] += poll.items

    def delivered(self, delivery: Delivery) -> None:
        """Count a delivery."""
        with self.lock:
            self.counts[delivery.result] += 1

    def owed(self, owed: Mapping[str, Owed]) -> None:
        """Remember what is owed to whom."""
        with self.lock:
            self.pending = dict(owed)

    def note(self, text: str) -> None:
        """Remember what a person should know."""
        with self.lock:
            if text not in self.notes:
                self.notes.append(text)

    @property
    def answering(self) -> int:
        """How many sources answered when they were asked last."""
        return sum(1 for tally in self.sources.values() if not tally.reason)

    @property
    def watched(self) -> int:
        """How many sources there are, asked or not."""
        return max(self.configured, len(self.sources))

    @property
    def asked(self) -> bool:
        """Whether any source was asked since the start."""
        return any(tally.last or tally.failures for tally in self.sources.values())


def render(board: Board, title: str, height: int) -> RenderableType:
    """Return the board as something rich can print, at most `height` lines high."""
    with board.lock:
        return _rendered(board, title, height)


def _rendered(board: Board, title: str, height: int) -> RenderableType:
    now = board.now()
    stages = _stages(board, now)
    owed = _owed(board, now)
    left = max(6, height - stages.row_count - len(board.notes) - len(owed) - 7)
    alerts = min(max(1, len(board.alerts)), max(1, left // 5))
    events = min(max(1, len(board.events)), max(1, left // 5))
    sources = _sources(board, now, max(2, left - alerts - 2 * events - 1))
    parts: list[RenderableType] = [Text(f"{title}  running {lasting(now, board.started)}", style="bold")]
    parts += [
        sources,
        stages,
        _ruled("Events"),
        *_blocks([event_text(e) for e in board.events.values()], events),
    ]
    parts += [_ruled(_told(board)), *owed, *_blocks([_alert_text(a) for a in board.alerts], alerts)]
    parts += [Text(safe(note), style="yellow", no_wrap=True, overflow="ellipsis") for note in board.notes]
    return Group(*parts)


def _told(board: Board) -> str:
    """Return how many alerts there were, and what became of their deliveries."""
    counts, owed = board.counts, sum(one.count for one in board.pending.values())
    told = f"Alerts: {counts['alerts']}, deliveries: {counts['sent']} sent, {counts['failed']} failed"
    return f"{told}, {owed} owed" if owed else told


def _owed(board: Board, now: datetime) -> list[RenderableType]:
    """Return a line for each receiver that is owed something, the longest queues first."""
    ordered = sorted(board.pending.items(), key=lambda item: (-item[1].count, item[0]))
    lines = [safe(owing(name, owed, now)) for name, owed in ordered[:_QUEUES]]
    if len(ordered) > _QUEUES:
        lines.append(f"… and {len(ordered) - _QUEUES} more")
    return [Text(line, style="red", no_wrap=True, overflow="ellipsis") for line in lines]


def _alert_text(alert: Alert) -> Text:
    return event_text(alert.event, head=f"{CHANGES[alert.reason]} → {', '.join(alert.receivers)}  ", lines=1)


def _blocks(blocks: list[Text], limit: int) -> list[RenderableType]:
    if not blocks:
        return [Text("none yet", style="dim")]
    for block in blocks:
        block.no_wrap, block.overflow = True, "ellipsis"
    return list(reversed(blocks[-limit:]))


def _ruled(title: str) -> Rule:
    return Rule(Text(title, style="bold"), align="left", style="dim")


def _sources(board: Board, now: datetime, limit: int) -> Table:
    """The sources that fail first, then those that answered last."""
    table = Table(box=None, expand=True, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(
        _standing(board),
        ratio=3,
        no_wrap=True,
        overflow="ellipsis",
    )
    table.add_column("answered", no_wrap=True)
    table.add_column("items", justify="right")
    table.add_column("failures", ratio=2, no_wrap=True, overflow="ellipsis")
    ordered = sorted(
        board.sources.items(), key=lambda item: (not item[1].reason, -_stamp(item[1].last), item[0])
    )
    for name, tally in ordered[:limit]:
        last = f"{lasting(now, tally.last)} ago" if tally.last else "never"
        failures = Text(
            f"{tally.failures} · {safe(tally.reason)}" if tally.reason else str(tally.failures or "")
        )
        failures.stylize("red" if tally.reason else "dim")
        table.add_row(Text(safe(tally.title or name)), last, f"{tally.items:,}", failures)
    if len(ordered) > limit:
        table.add_row(Text(f"… and {len(ordered) - limit} more", style="dim"))
    return table


def _standing(board: Board) -> str:
    """Return how many sources answer, or when the first of them will be asked."""
    if not board.watched:
        return "Sources: none"
    if board.due and not board.asked:
        return waiting(board.watched, board.due)
    return f"Sources: {board.answering} of {board.watched} answer"


def _stamp(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def _stages(board: Board, now: datetime) -> Table:
    minutes = max((now - board.started).total_seconds() / 60, 1)
    table = Table(box=None, expand=True, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Stages", ratio=1)
    for name in ("in", "out", "rejected", "in a minute"):
        table.add_column(name, justify="right")
    for stage, flow in board.stages.items():
        rejected = Text(f"{flow.rejected:,}", style="red" if flow.rejected else "dim")
        table.add_row(stage, f"{flow.taken:,}", f"{flow.given:,}", rejected, f"{flow.taken / minutes:,.0f}")
    return table
