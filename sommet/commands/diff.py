"""`sommet diff`: in what two runs differ, for people or as JSON."""

import sys
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from sommet.commands.events import whole
from sommet.compare.differences import Differences, differences
from sommet.compare.run import Run, read
from sommet.compare.terminal import shown
from sommet.errors import ConfigError, StorageError
from sommet.knowledge.phrases import Phrases
from sommet.terminal import in_utf8


def compared(a: Path, b: Path) -> tuple[tuple[Run, Run], Differences]:
    """Return two runs and in what they differ.

    Raises `ConfigError` for what cannot be compared, so that no failure looks like a difference.
    """
    try:
        runs = read(a), read(b)
    except StorageError as error:
        raise ConfigError(str(error)) from error
    return runs, differences(*runs)


def write(
    found: Differences, runs: tuple[Run, Run], console: Console, words: Phrases, *, as_json: bool
) -> None:
    """Print differences: for people, or as one JSON object a line."""
    if as_json:
        out = in_utf8(sys.stdout)
        out.writelines(f"{line}\n" for line in coded(found))
        out.flush()
        return
    for line in shown(found, runs, words):
        console.print(line, soft_wrap=not console.is_terminal)


def coded(found: Differences) -> list[str]:
    """Return each difference as one line of JSON, with every key."""
    events: list[dict[str, Any]] = [{"kind": "event"} | whole(each) for each in found.events]
    alerts = [{"kind": "alert"} | whole(each) for each in found.alerts]
    return [msgspec.json.encode(line).decode() for line in (*events, *alerts)]
