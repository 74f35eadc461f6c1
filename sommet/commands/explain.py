"""`sommet explain`: one text with all that is read in it, and why; on the terminal, as a page, as JSON."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
from rich.console import Console

from sommet.commands.explain_input import Fetch, Given, articles, fetching, keeping
from sommet.commands.given import words
from sommet.config import Config
from sommet.errors import ConfigError
from sommet.explain.build import explain
from sommet.explain.model import Explanation
from sommet.explain.page import page as written
from sommet.explain.terminal import show
from sommet.explain.words import Speaker
from sommet.stage import Reject
from sommet.terminal import safe


def speaker(language: str) -> Speaker:
    """Return who speaks `language`. Raises `ConfigError` for one without words."""
    return Speaker(words(language))


def explained(
    given: Given, config: Config, stdin: BinaryIO, *, fetch: Fetch | None = None
) -> Iterator[Explanation]:
    """Yield what is read in each article that was named. Raises `ConfigError` for whatever is wrong."""
    for raw in articles(given, fetch or fetching(config), keeping(config), stdin):
        try:
            yield explain(raw, config.dyad)
        except Reject as error:
            raise ConfigError(f"{safe(given.path, 200)}: {error}") from error


def write(found: Iterable[Explanation], speaker: Speaker, *, page: Path | None, as_json: bool) -> None:
    """Write explanations: as a page, as one JSON object a line, or for people.

    Raises `ConfigError` where the page cannot be written or both are asked for.
    """
    if page is not None and as_json:
        raise ConfigError("--html and --json: expected one of them")
    if page is not None:
        _write_page(list(found), speaker, page)
    elif as_json:
        for each in found:
            print(msgspec.json.encode(each).decode())  # noqa: T201 - the output asked for
    else:
        console = Console(highlight=False)
        for each in found:
            show(each, console, speaker)


def _write_page(found: list[Explanation], speaker: Speaker, path: Path) -> None:
    text = written(found, speaker)
    if str(path) == "-":
        sys.stdout.write(text)
        return
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise ConfigError(f"--html {safe(str(path), 200)}: cannot be written: {error.strerror}") from error
