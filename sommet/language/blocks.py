"""The lines of an article and what they are: news, captions, credits, forms, links elsewhere.

Caught: sign-up and comment forms, cookie and subscription notices, share bars, links to other
articles, photo credits, captions printed twice. Guard against false hits: a long line (over 300
characters) is news unless it is a notice; the title is always news.
"""

import re
from functools import cache
from typing import Any, cast

from rapidfuzz import fuzz

from schemas.articles import Block, BlockKind
from sommet.knowledge.lexicons import load
from sommet.language.markup import folded

NEWS: tuple[BlockKind, ...] = ("title", "body", "caption")
_LONG = 300
BROKEN = 2  # quotation marks the wrong way round, before a text counts as machine translated
_BROKEN_QUOTES = re.compile(r"» ?\w[^«»]{0,40}\w ?«|\bqu' ?»|\w»\w")


def split(title: str, text: str) -> tuple[Block, ...]:
    """Return the lines of the content (title, line feed, text) that are not empty, with their kinds."""
    content = f"{title}\n{text}"
    found: list[Block] = []
    seen: list[str] = []
    for match in re.finditer(r"[^\n]+", content):
        line = match[0].strip()
        if not line:
            continue
        kind = "title" if match.end() <= len(title) else kind_of(line)
        if kind == "body" and _repeated(line, seen):
            kind = "repeat"
        seen.append(folded(line))
        found.append(Block(start=match.start(), end=match.end(), kind=kind))
    return tuple(_captions(found))


def kind_of(line: str) -> BlockKind:
    """Return what one line is, by its words alone."""
    plain = folded(line)
    for kind, pattern in _patterns():
        if (len(plain) <= _LONG or kind == "notice") and pattern.match(plain):
            return kind
    return "caption" if len(plain) <= _LONG and _captioned().search(plain) else "body"


def is_machine_translated(title: str, text: str) -> bool:
    """Tell whether an article says, or shows by its quotation marks, that a machine translated it."""
    whole = f"{title}\n{text}"
    if "»" in whole and len(_BROKEN_QUOTES.findall(whole)) >= BROKEN:
        return True
    small = whole.lower()
    return any(hint in small for hint in _hints("machine_translation")) and bool(_translated().search(whole))


def _repeated(line: str, seen: list[str]) -> bool:
    plain = folded(line)
    return len(plain) > 30 and any(fuzz.ratio(plain, other, score_cutoff=92) for other in seen[-40:])


def _captions(found: list[Block]) -> list[Block]:
    """A line of news right before a photo credit is a caption."""
    after = [*(block.kind for block in found[1:]), "body"][: len(found)]
    return [
        Block(start=block.start, end=block.end, kind="caption")
        if block.kind == "body" and following == "credit" and block.end - block.start < _LONG
        else block
        for block, following in zip(found, after, strict=True)
    ]


@cache
def _patterns() -> list[tuple[BlockKind, re.Pattern[str]]]:
    lists: dict[str, Any] = load("boilerplate")
    kinds = {"form": "form", "notice": "notice", "related": "related", "credit": "credit", "share": "notice"}
    return [
        (
            cast("BlockKind", kind),
            re.compile("|".join(f"(?:{entry})" for entry in lists[name]), re.IGNORECASE),
        )
        for name, kind in kinds.items()
    ]


@cache
def _captioned() -> re.Pattern[str]:
    return re.compile("|".join(load("boilerplate")["captioned"]), re.IGNORECASE)


@cache
def _translated() -> re.Pattern[str]:
    return re.compile("|".join(load("boilerplate")["machine_translation"]), re.IGNORECASE)


@cache
def _hints(name: str) -> tuple[str, ...]:
    return tuple(load("boilerplate")[f"{name}_words"])
