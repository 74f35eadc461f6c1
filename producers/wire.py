"""What feeds look like on the wire: RSS and Atom as feedparser reads them, and JSON Feed.

Both adapters give one shape, `Wire`; what it means is decided in `producers.feeds`.
"""

import calendar
import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import msgspec

from schemas.complete import complete

_HOURS = re.compile(rb"<skipHours>(.{0,2000}?)</skipHours>", re.DOTALL)
_DAYS = re.compile(rb"<skipDays>(.{0,2000}?)</skipDays>", re.DOTALL)
_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>")
_WEEKDAY = re.compile(rb"<day>\s*([A-Za-z]{3})")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BARE_DAY = re.compile(r"^\s*\d{4}-\d\d-\d\d\s*$")
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}


@dataclass(frozen=True, slots=True)
class Entry:
    """One item, as its feed states it; nothing is checked yet."""

    link: str = ""
    guid: str = ""
    title: str = ""
    text: str = ""
    published: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a feed asks to be read; hours are UTC, days count from Monday = 0."""

    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Wire:
    """A feed of any format; `format` is empty when nothing said which one it is."""

    format: str
    title: str
    lang: str
    entries: tuple[Entry, ...]
    pace: Pace


@complete
class _Content(msgspec.Struct):
    id: str | int | float | None = None
    url: str | None = None
    external_url: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    date_published: str | None = None
    date_modified: str | None = None
    language: str | None = None


@complete
class _JsonFeed(msgspec.Struct):
    version: str
    items: list[msgspec.Raw]
    title: str | None = None
    language: str | None = None


def from_json(body: bytes) -> Wire:
    """Read a JSON Feed (jsonfeed.org, versions 1 and 1.1); items of a wrong shape are left out.

    Raises `msgspec.DecodeError` for what is none, `RecursionError` for a too deep one.
    """
    feed = msgspec.json.decode(body, type=_JsonFeed)
    if "jsonfeed.org" not in feed.version:
        raise msgspec.DecodeError("its version names no JSON Feed")
    entries = (_json_entry(item) for item in feed.items)
    return Wire("json", feed.title or "", feed.language or "", tuple(e for e in entries if e), Pace())


def _json_entry(raw: msgspec.Raw) -> Entry | None:
    try:
        item = msgspec.json.decode(raw, type=_Content)
    except msgspec.DecodeError:
        return None
    return Entry(
        link=item.url or item.external_url or "",
        guid="" if item.id is None else str(item.id),
        title=item.title or "",
        text=max(item.content_html or "", item.content_text or "", item.summary or "", key=len),
        published=item.date_published or item.date_modified or "",
        lang=item.language or "",
    )


def from_xml(body: bytes, content_type: str) -> Wire:
    """Read RSS, Atom or RDF. feedparser gets bytes in a stream, never a URL or a string."""
    parsed = feedparser.parse(  # type: ignore[attr-defined, no-untyped-call]
        io.BytesIO(body),
        response_headers={"content-type": content_type or "application/xml"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    feed = parsed.feed
    return Wire(
        format=parsed.get("version") or "",
        title=_text(feed, "title"),
        lang=_text(feed, "language"),
        entries=tuple(_xml_entry(entry) for entry in parsed.entries),
        pace=_pace(feed, body),
    )


def _xml_entry(entry: Any) -> Entry:
    texts = [_text(content, "value") for content in entry.get("content") or ()]
    return Entry(
        link=_text(entry, "feedburner_origlink") or _text(entry, "link"),
        guid=_text(entry, "id"),
        title=_text(entry, "title"),
        text=max((*texts, _text(entry, "summary")), key=len),
        published=_date(entry),
        lang=_text(entry.get("title_detail") or {}, "language"),
    )


def _text(mapping: Any, key: str) -> str:
    value = dict.get(mapping, key)  # feedparser's own `get` follows renamed keys, slowly and with warnings
    return value if isinstance(value, str) else ""


def _date(entry: Any) -> str:
    """Return the date as an ISO date-time if feedparser could read it, else as it was written."""
    for key in ("published", "updated", "created"):
        if raw := _text(entry, key):
            parsed = dict.get(entry, f"{key}_parsed")
            return raw if parsed is None or _BARE_DAY.match(raw) else _iso(parsed, raw)
    return ""


def _iso(parsed: Any, raw: str) -> str:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat()
    except (ValueError, TypeError, OverflowError, OSError):
        return raw


def _pace(feed: Any, body: bytes) -> Pace:
    head = body[:20_000]  # feedparser keeps only the last <hour> of a list
    hours = {int(h) % 24 for block in _HOURS.findall(head) for h in _HOUR.findall(block)}
    days = {d.decode().lower() for block in _DAYS.findall(head) for d in _WEEKDAY.findall(block)}
    return Pace(
        ttl=_ttl(feed),
        skip_hours=frozenset(hours),
        skip_days=frozenset(i for i, day in enumerate(_WEEKDAYS) if day in days),
    )


def _ttl(feed: Any) -> timedelta | None:
    """`<ttl>` in minutes, or `sy:updatePeriod` divided by `sy:updateFrequency`."""
    ttl = _text(feed, "ttl").strip()
    if ttl.isascii() and ttl.isdigit() and len(ttl) < 7:
        return timedelta(minutes=int(ttl))
    hours = _PERIODS.get(_text(feed, "sy_updateperiod").strip().lower())
    often = _text(feed, "sy_updatefrequency").strip() or "1"
    if hours is None or not (often.isascii() and often.isdigit() and 0 < len(often) < 5) or int(often) == 0:
        return None
    return timedelta(hours=hours) / int(often)
