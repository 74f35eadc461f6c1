"""Stamps what was read with the time of its receipt, and tells news from history."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from schemas.articles import RawArticle
from sommet.dates import published_at

NOON = time(12, tzinfo=UTC)


def moment(published: datetime | date) -> datetime:
    """Return a publication date as a time; a bare day counts as 12:00 UTC of that day."""
    return published if isinstance(published, datetime) else datetime.combine(published, NOON)


def received(raw: RawArticle, now: datetime, history_after: timedelta) -> RawArticle:
    """Return `raw` as received at `now`.

    What was published more than `history_after` earlier is history: its `at` is its publication time.
    """
    published = published_at(raw.published, now) if raw.published else None
    if published is not None and moment(published) < now - history_after:
        return msgspec.structs.replace(raw, received=now, at=moment(published), history=True)
    return msgspec.structs.replace(raw, received=now, at=now, history=False)


def in_order(raws: Iterable[RawArticle]) -> list[RawArticle]:
    """Return articles by publication date, as far as they state one; undated ones stay last, in order."""

    def key(raw: RawArticle) -> tuple[bool, datetime]:
        published = published_at(raw.published) if raw.published else None
        return (True, datetime.min.replace(tzinfo=UTC)) if published is None else (False, moment(published))

    return sorted(raws, key=key)
