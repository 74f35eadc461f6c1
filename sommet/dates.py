"""Reads a publication date as sources write it. Not for dates in running text.

Knows ISO 8601, RFC 822 and all-number dates by itself; dateparser is the last resort for a date written
in words, and sees only strings that hold a year. Relative dates ("hier") are no dates here.
"""

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

FIRST_YEAR = 1990
LAST_YEAR = 2100
AHEAD = timedelta(hours=24)
"""How far in the future a publication date may lie: time zones and wrong clocks."""

_LONGEST = 80
_ZONES = {
    "BST": "+0100", "CET": "+0100", "CEST": "+0200", "EET": "+0200", "EEST": "+0300", "MSK": "+0300",
    "МСК": "+0300", "HKT": "+0800", "SGT": "+0800", "JST": "+0900", "UTC": "+0000", "GMT": "+0000",
}  # fmt: skip
_ZONE = re.compile(rf"\s*\(?\b({'|'.join(_ZONES)})\)?$", re.IGNORECASE)
_DAY = re.compile(r"^\d{4}-\d\d-\d\d$|^\d{8}$")
_SPACED_OFFSET = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)")
_NUMBERS = re.compile(
    r"^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})"  # the day
    r"(?:(?:\s*,?\s*|\s+à\s+|T)(\d{1,2})[:h](\d\d).*)?$"  # the time
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CLOCK = re.compile(r"\d\s?(?::|h|时|点|[ap]\.?m)", re.IGNORECASE)
_WORDS = {
    "PARSERS": ["absolute-time"],
    "REQUIRE_PARTS": ["day", "month", "year"],
    "RETURN_AS_TIMEZONE_AWARE": True,
    "TIMEZONE": "UTC",
}


def published_at(text: str, now: datetime | None = None) -> datetime | date | None:
    """Return the UTC time or the bare day that `text` states, None when it states none.

    What lies before 1990, or more than 24 hours after `now`, is no publication date. A time without a
    zone is taken as UTC.
    """
    found = _read(text.strip()) if len(text) <= 2 * _LONGEST else None
    if found is None or not FIRST_YEAR <= found.year < LAST_YEAR:
        return None
    when = found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC) if isinstance(found, datetime) else found
    if now is not None and not _plausible(when, now + AHEAD):
        return None
    return when


def _plausible(when: datetime | date, limit: datetime) -> bool:
    if isinstance(when, datetime):
        return when <= limit
    return when <= limit.astimezone(UTC).date()


@lru_cache(maxsize=4096)
def _read(text: str) -> datetime | date | None:
    if not text or len(text) > _LONGEST or not any(c.isdigit() for c in text):
        return None
    text = _ZONE.sub(lambda m: " " + _ZONES[m[1].upper()], text)
    for form in (_iso, _rfc, _numbers):
        try:
            found = form(text)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
        if found is not None:
            return found
    return None if _NUMBERS.match(text) else _words(text)


def _iso(text: str) -> datetime | date | None:
    if _DAY.match(text):
        return date.fromisoformat(text)
    if not text[:4].isdigit() or len(text) < 12:
        return None
    return datetime.fromisoformat(_SPACED_OFFSET.sub("", text))


def _rfc(text: str) -> datetime | date | None:
    found = parsedate_to_datetime(text)
    return found if ":" in text else found.date()


def _numbers(text: str) -> datetime | date | None:
    """`2023/3/17`, `17.03.2023 12:30`, `17/03/2023`; None where day and month could be swapped."""
    if not (m := _NUMBERS.match(text)):
        return None
    first, middle, last = int(m[1]), int(m[3]), int(m[4])
    if len(m[1]) == 4:
        day = date(first, middle, last)
    elif len(m[4]) != 4:
        return None
    elif m[2] == "." or first > 12 or first == middle:
        day = date(last, middle, first)
    elif middle > 12:
        day = date(last, first, middle)
    else:
        return None
    return datetime(day.year, day.month, day.day, int(m[5]), int(m[6]), tzinfo=UTC) if m[5] else day


def _words(text: str) -> datetime | date | None:
    """`jeudi 13 février 2025 à 10h02`, `17 марта 2023 г.`, `2023年3月17日`."""
    if not _YEAR.search(text):
        return None
    import dateparser  # noqa: PLC0415 - a third of a second that most runs never need

    try:
        found: datetime | None = dateparser.parse(text, languages=["fr", "en", "ru", "zh"], settings=_WORDS)
    except Exception:  # noqa: BLE001 - dateparser raises many kinds on odd strings; none of them is a date
        return None
    return found if found is None or _CLOCK.search(text) else found.date()
