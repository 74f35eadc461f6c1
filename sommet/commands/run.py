"""`sommet run`: watch, with a live view on a terminal and plain lines in a pipe."""

import sys
import threading
from contextlib import AbstractContextManager, nullcontext

from rich.console import Console

from sommet.app import App, versions
from sommet.board import Board
from sommet.commands.ending import leave, on_signals
from sommet.config import Config
from sommet.view import LineView, LiveView
from sommet.watch import Watcher

INTERRUPTED = 130


def run(config: Config, paths: list[str], *, once: bool) -> int:
    """Watch until a signal comes, or for one round; return the exit code."""
    stop = threading.Event()
    code = INTERRUPTED if once else 0
    console = Console(highlight=False)
    board = Board()
    live = console.is_terminal and sys.stderr.isatty()
    watchers: list[Watcher] = [] if live else [LineView(sys.stdout)]
    with on_signals(stop, code), App(config, watchers=watchers, board=board) as app:
        title = f"sommet {versions()[0]}  {config.dyad}"
        view: AbstractContextManager[object] = LiveView(board, console, title) if live else nullcontext()
        with view:
            rested = app.run(paths, stop, sys.stdin.buffer, once=once)
        owed = sum(app.outbox.pending().values())
    console.print(summary(board, owed), style="bold", markup=False, soft_wrap=True)
    if not rested:
        leave(code if stop.is_set() else 0)
    return code if stop.is_set() else 0


def summary(board: Board, owed: int) -> str:
    """Return what happened since the start, on one line."""
    counts = board.counts
    parts = [
        f"{counts['articles'] + counts['items']} new articles",
        f"{board.answering} of {len(board.sources)} sources answered" if board.sources else "",
        f"{counts['events']} new events",
        f"{counts['alerts']} alerts",
        f"{counts['sent']} sent",
        f"{counts['failed']} failed" if counts["failed"] else "",
        f"{owed} still owed" if owed else "",
        f"{counts['rejected']} rejected" if counts["rejected"] else "",
    ]
    return ", ".join(part for part in parts if part)
