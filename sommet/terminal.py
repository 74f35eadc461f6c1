"""Text from outside, made harmless for a terminal, a log line or an error message."""

import io
import re
import sys
from typing import TextIO

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""C0 and C1 (escape sequences, backspaces, line breaks), separators of lines, lone surrogates."""

_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
"""What is not seen but changes what is: direction, zero width, variation, tags."""


def safe(text: str, limit: int = 0) -> str:
    """Return `text` on one line, without anything that a terminal acts on.

    White space becomes a space, a control character or lone surrogate its code point (`<1B>`), and
    invisible characters vanish. Rich markup is *not* escaped: give rich `Text`, never a marked-up
    string. A `limit` above zero cuts to that many characters, the last one an ellipsis.
    """
    cleaned = _CONTROL.sub(_replacement, _HIDDEN.sub("", text))
    return f"{cleaned[: limit - 1].rstrip()}…" if 0 < limit < len(cleaned) else cleaned


def _replacement(match: re.Match[str]) -> str:
    character = match[0]
    return " " if character.isspace() else f"<{ord(character):02X}>"


def forgiving(stream: TextIO | None) -> None:
    """Let `stream` write a question mark or an escape for what its encoding cannot: nothing stops for it."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace" if stream is sys.stdout else "backslashreplace")


def in_utf8(stream: TextIO) -> TextIO:
    """Return `stream`, which writes UTF-8 from now on whatever the locale: JSON is nothing else."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return stream
