"""`sommet run`: watch, with a live view on a terminal and plain lines in a pipe."""

import sys
import threading
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from rich.console import Console

from sommet import clock
from sommet.app import App, versions
from sommet.board import Board
from sommet.commands.ending import leave, on_signals
from sommet.commands.opening import NOTHING, nothing_to_read, opening
from sommet.config import Config
from sommet.config_file import counted
from sommet.errors import ConfigError
from sommet.outbox.build import build_receivers
from sommet.terminal import safe
from sommet.view import LineView, LiveView
from sommet.watch import Owed, Watcher
from sommet.wording import owing

INTERRUPTED = 130
FAILED = 1
MISSED = 4


class Unread(Watcher):
    """Notes whether a file or folder that was named could not be read; a line of one may be wrong."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._marks = tuple(f"not read: {Path(path)}: " for path in paths)
        self.seen = False

    def note(self, text: str) -> None:
        """Look whether it is about a path as a whole."""
        self.seen = self.seen or text.startswith(self._marks)


def run(config: Config, paths: list[str], *, once: bool) -> int:
    """Watch until a signal comes, or for one round; return the exit code.

    Raises `ConfigError` for an empty path, which would mean the working directory.
    """
    if not all(path.strip() for path in paths):
        raise ConfigError("PATH: empty; expected a file, a folder or -")
    stop = threading.Event()
    code = INTERRUPTED if once else 0
    console = Console(highlight=False)
    board = Board()
    live = console.is_terminal and sys.stderr.isatty()
    unread = Unread((*config.files, *paths))
    watchers: list[Watcher] = [unread] if live else [unread, LineView(sys.stdout)]
    if not live:
        print(safe(opening(config, paths, serving=not once)), flush=True)  # noqa: T201 - its first word
    receiving = build_receivers(config.receivers, console if live else None)
    with (
        on_signals(stop, code),
        App(config, watchers=watchers, board=board, receiving=receiving) as app,
    ):
        if nothing_to_read(config, paths):
            app.told.note(NOTHING)
        title = f"sommet {versions()[0]}  {config.dyad}"
        view: AbstractContextManager[object] = LiveView(board, console, title) if live else nullcontext()
        with view:
            rested = app.run(paths, stop, sys.stdin.buffer, once=once)
        owed = app.outbox.owed(clock.now())
    console.print(summary(board, owed), style="bold", markup=False, soft_wrap=True)
    for name, one in owed.items():
        console.print(f"  {safe(owing(name, one))}", markup=False, soft_wrap=True)
    missed = bool(owed) or board.counts["failed"] > 0
    ended = code if stop.is_set() else 0 if not once else FAILED if unread.seen else MISSED if missed else 0
    if once and stop.is_set():
        print("interrupted", file=sys.stderr)  # noqa: T201 - as the other commands do
    if not rested:
        leave(ended)
    return ended


def answered(board: Board) -> str:
    """Return how many sources answered; that none was due, where none was asked; nothing without any."""
    if board.sources:
        return f"{board.answering} of {counted(board.watched, 'source')} answered"
    return f"{counted(board.watched, 'source')}, none due" if board.watched else ""


def summary(board: Board, pending: Mapping[str, Owed]) -> str:
    """Return what happened since the start, on one line."""
    counts, owed = board.counts, sum(one.count for one in pending.values())
    parts = [
        counted(counts["articles"] + counts["items"], "new article"),
        answered(board),
        counted(counts["events"], "new event"),
        counted(counts["alerts"], "alert"),
        f"{counts['sent']} sent",
        f"{counts['failed']} failed" if counts["failed"] else "",
        f"{owed} still owed" if owed else "",
        f"{counts['rejected']} rejected" if counts["rejected"] else "",
    ]
    return ", ".join(part for part in parts if part)
