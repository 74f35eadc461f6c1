"""The bytes of a feed become articles. Pure: fetches nothing, reads no clock, cleans no HTML."""

import codecs
import re
from dataclasses import dataclass

import msgspec

from producers import wire
from producers.articles import is_home, language, raw_article, sane, shown, web_url
from schemas.articles import RawArticle
from sommet import ids
from sommet.errors import SommetError

MAX_ENTRIES = 50_000
"""More items than that are an attack on memory, not a feed."""

_ATTRIBUTES = re.compile(
    rb"<[^\s<>/!?]{1,200}+(?:\s++[^\s=<>\"'/]{1,200}+\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+')){200}",
)
_DECLARED = re.compile(rb"^[^<]{0,10}<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"'>]{1,60})[\"']")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s\"';]{1,60})", re.IGNORECASE)
_ITEM = re.compile(rb"<(?:[a-zA-Z]\w{0,20}:)?(?:item|entry)\b")
_PAGE = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*|<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_REFERENCE = re.compile(rb"&#([xX][0-9a-fA-F]{1,500}|[0-9]{1,500});")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32le"),
    (codecs.BOM_UTF32_BE, "utf-32be"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)
_UNDECLARED = {"ru": "windows-1251", "zh": "gb18030"}
_PROBE = b"<!ENTITY +ADw- \\x3c \\u003c \\N{LESS-THAN SIGN} & xn--a"


class FeedError(SommetError):
    """Bytes that are no feed; `reason` is one short word for the metrics."""

    def __init__(self, reason: str, url: str, detail: str) -> None:
        super().__init__(f"{shown(url) if url else 'the input'} is no feed that can be read: {detail}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's items, in its own order; `blank` counts those that had neither title nor text."""

    format: str
    title: str
    lang: str
    items: tuple[RawArticle, ...]
    pace: wire.Pace
    blank: int = 0


def parse(
    body: bytes, *, url: str = "", content_type: str = "", source: str = "", outlet: str = "", lang: str = ""
) -> Feed:
    """Return the feed in `body`, which was found at `url`.

    Items get `source` (the feed's URL when empty), `outlet` (the feed's title) and `lang` (what the item or
    the feed claims). Raises `FeedError` with the reason `empty`, `html_page`, `entity`, `encoding`,
    `attributes`, `too_many_items`, `json`, `not_a_feed` or `broken`; nothing else.
    """
    found = _read(body, url, content_type, lang)
    title = sane(found.title, 200)
    articles = [
        _article(
            entry,
            feed_url=url,
            source=source or url,
            outlet=outlet or title,
            lang=lang or language(entry.lang) or language(found.lang),
        )
        for entry in found.entries
    ]
    items = tuple(a for a in articles if a.title or a.text)
    return Feed(found.format, title, language(found.lang), items, found.pace, len(articles) - len(items))


def _article(entry: wire.Entry, *, feed_url: str, source: str, outlet: str, lang: str) -> RawArticle:
    link = url = web_url(entry.link, feed_url)
    if not link or is_home(link):
        guid = web_url(entry.guid)
        url = guid if guid and not is_home(guid) else ""
    part = "" if url else ids.digest(entry.guid or f"{entry.title}\x1f{entry.published}")
    return raw_article(
        url=url or link or (shown(feed_url) if web_url(feed_url) else feed_url),
        part=part,
        title=entry.title,
        text=entry.text,
        published=entry.published,
        lang=lang,
        source=source,
        outlet=outlet,
    )


def _read(body: bytes, url: str, content_type: str, lang: str) -> wire.Wire:
    plain = body.replace(b"\0", b"") if b"\0" in body else body  # UTF-16 and UTF-32 hide nothing then
    _refuse(plain, url, content_type)
    if plain.lstrip(codecs.BOM_UTF8 + b" \t\r\n")[:1] == b"{":
        return _json(body, url)
    found = _xml(body, url, _media_type(body, content_type, lang))
    if not found.format and not found.entries:
        if _PAGE.search(plain[:10_000]):
            raise FeedError("html_page", url, "it is a web page; look there for the feed's own address.")
        raise FeedError("not_a_feed", url, "it is neither RSS, Atom nor JSON Feed.")
    return found


def _xml(body: bytes, url: str, media_type: str) -> wire.Wire:
    try:
        return wire.from_xml(body, media_type)
    except Exception as error:  # feedparser raises what its many parsers raise; this is its boundary
        repaired = _REFERENCE.sub(_sound, body)
        if repaired != body:
            return _xml(repaired, url, media_type)
        raise FeedError("broken", url, f"feedparser gave up with {type(error).__name__}.") from error


def _sound(reference: re.Match[bytes]) -> bytes:
    """Return a character reference, or nothing if no character has that number."""
    digits = reference[1]
    number = int(digits[1:], 16) if digits[:1] in {b"x", b"X"} else int(digits)
    return reference[0] if 0 < number < 0xD800 or 0xDFFF < number < 0x110000 else b""


def _media_type(body: bytes, content_type: str, lang: str) -> str:
    """Return the media type with the charset that the bytes speak for.

    Guards against servers that name a wrong charset (what decodes as UTF-8 is UTF-8) and against feeds
    that name none (then the usual one of their language). The rest is left to feedparser.
    """
    for mark, charset in _MARKS:
        if body.startswith(mark):
            return f"application/xml; charset={charset}"
    if b"\0" in body or b"\x1b" in body:
        return content_type
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        if _DECLARED.match(body) or _CHARSET.search(content_type):
            return content_type
        return f"application/xml; charset={_UNDECLARED.get(lang, 'windows-1252')}"
    return "application/xml; charset=utf-8"


def _json(body: bytes, url: str) -> wire.Wire:
    try:
        return wire.from_json(body.removeprefix(codecs.BOM_UTF8))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise FeedError("json", url, "it is JSON, but no JSON Feed.") from error


def _refuse(body: bytes, url: str, content_type: str) -> None:
    """Stop what would cost much or reach further than its text, before any parser sees it."""
    if not body.strip():
        raise FeedError("empty", url, "it is empty.")
    if b"<!ENTITY" in body:  # entities expand to any size
        raise FeedError("entity", url, "it declares entities, which are refused.")
    if _hides(body, content_type):
        raise FeedError("encoding", url, "its encoding could hide what the other checks look for.")
    if _ATTRIBUTES.search(body):  # their number is squared by the SAX reader
        raise FeedError("attributes", url, "an element has 200 attributes or more.")
    if sum(1 for _ in _ITEM.finditer(body)) > MAX_ENTRIES:
        raise FeedError("too_many_items", url, f"it has more than {MAX_ENTRIES:,} items.")


def _hides(body: bytes, content_type: str) -> bool:
    """Whether a declared encoding (EBCDIC, UTF-7, escapes) reads ASCII bytes as something else."""
    names = [m.decode("ascii", "replace") for m in _DECLARED.findall(body[:400])]
    names += _CHARSET.findall(content_type)
    return body.startswith(b"\x4c\x6f\xa7\x94") or any(not _transparent(name) for name in names)


def _transparent(name: str) -> bool:
    try:
        codec = codecs.lookup(name).name
        if codec.startswith(("utf-16", "utf-32")):
            return True
        return _PROBE.decode(codec) == _PROBE.decode("ascii")
    except LookupError:
        return True  # unknown to Python, so feedparser guesses another one
    except (ValueError, TypeError):
        return False
