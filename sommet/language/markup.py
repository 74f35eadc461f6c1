"""From the markup of feeds to plain text, with the way back.

Does not look for the main text of a whole page; that is done where pages come in.
"""

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from sommet.knowledge.lexicons import load

_TOKEN = re.compile(
    r"<(?P<tag>/?[a-zA-Z][a-zA-Z0-9]{0,30}+|!--)(?P<rest>[^<>]{0,4000})>|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});"
)
_OPENS = re.compile(r"<!--|<(?P<tag>script|style|iframe|svg)\b[^<>]{0,4000}>", re.IGNORECASE)
_CLOSES = {
    "!--": re.compile("-->"),
    **{
        name: re.compile(rf"</{name}[^<>]{{0,100}}>?", re.IGNORECASE)
        for name in ("script", "style", "iframe", "svg")
    },
}
_BREAKS = frozenset(
    {"p", "br", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"blockquote", "figure", "figcaption", "section", "article"}
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Aligned:
    """A plain text, and for each of its characters the place in the source where it begins."""

    text: str
    source: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, start: int, end: int) -> str:
        """Return the stretch of the source behind characters `start` to `end` of the text."""
        return self.source[self.starts[start] : self.ends[end - 1]] if start < end else ""


def plain(source: str, *, markup: bool) -> str:
    """Return `source` as plain text: no tags (if `markup`), no invisible or control characters."""
    if not markup and _clean_already(source):
        return source
    pieces = (piece for *_, piece in _pieces(source)) if markup else (source,)
    return _INVISIBLE.sub("", "".join(pieces)).replace("\r", "\n")


def has_markup(text: str) -> bool:
    """Tell whether a text that claims to be plain carries tags or character references all the same."""
    return bool(
        re.search(
            r"</?(?:p|br|div|a|li|ul|b|i|em|strong|img|span|h\d)\b[^<>]{0,4000}>|&#?\w{2,7};", text[:20000]
        )
    )


def aligned(source: str, *, markup: bool) -> Aligned:
    """Return `source` as plain text together with the way back."""
    pieces = list(_pieces(source)) if markup else [(0, len(source), source)]
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, piece in pieces:
        same = end - start == len(piece)
        for offset, char in enumerate(piece):
            if _INVISIBLE.match(char):
                continue
            text.append("\n" if char == "\r" else char)
            starts.append(start + offset if same else start)
            ends.append(start + offset + 1 if same else end)
    return Aligned("".join(text), source, tuple(starts), tuple(ends))


def _pieces(source: str) -> list[tuple[int, int, str]]:
    pieces: list[tuple[int, int, str]] = []
    for start, end in _kept(source):
        at = start
        for match in _TOKEN.finditer(source, start, end):
            if at < match.start():
                pieces.append((at, match.start(), source[at : match.start()]))
            pieces.append((match.start(), match.end(), _meaning(match)))
            at = match.end()
        if at < end:
            pieces.append((at, end, source[at:end]))
    return pieces


def _kept(source: str) -> list[tuple[int, int]]:
    """Return the stretches outside comments, scripts and the like; one that is never closed drops nothing.

    Looks for each kind of end only forwards, and no more once there is none: linear in the source.
    """
    at, kept, unclosed = 0, [], set()
    for match in _OPENS.finditer(source):
        name = (match["tag"] or "!--").lower()
        if match.start() < at or name in unclosed:
            continue
        close = _CLOSES[name].search(source, match.end())
        if close is None:
            unclosed.add(name)
            continue
        kept.append((at, match.start()))
        at = close.end()
    return [*kept, (at, len(source))]


def _meaning(match: re.Match[str]) -> str:
    tag = match["tag"]
    if tag is None:
        return html.unescape(match[0])
    return "\n" if tag.lstrip("/").lower() in _BREAKS else ""


def _clean_already(source: str) -> bool:
    return not _INVISIBLE.search(source) and "\r" not in source


def as_written(stretch: str, source: str) -> str:
    """Return the stretch of `source`, markup and all, that reads as `stretch`; or nothing."""
    if stretch in source:
        return stretch
    found = aligned(canonical(source), markup=True)
    at = found.text.find(stretch)
    return found.original(at, at + len(stretch)) if at >= 0 else ""


def folded(text: str) -> str:
    """Return `text` of the same length with typographic quotes and spaces made plain."""
    for marks, plain in _PLAIN:
        for mark in marks:
            if mark in text:
                text = text.replace(mark, plain)
    return text


def simplified(text: str) -> str:
    """Return a Chinese text of the same length in simplified characters."""
    return text.translate(_simplified())


@cache
def _simplified() -> dict[int, str]:
    pairs = load("traditional")["pairs"]
    return {ord(a): b for a, b in zip(pairs[::2], pairs[1::2], strict=True)}


_PLAIN = (("’‘ʼ`´", "'"), ("‐‑–—", "-"), ("\u00a0\u202f\u2009\t", " "))


def canonical(text: str) -> str:
    """Return `text` in Unicode normal form C; behind 30 combining marks in a row the rest goes (UAX 15)."""
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", _MARKS.sub(r"\1", text))


_COMBINING = "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u20d0-\u20f0]"
_MARKS = re.compile(f"({_COMBINING}{{30}}){_COMBINING}+")
