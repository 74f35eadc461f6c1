"""Messages as rows. Each write may come again and changes nothing then."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, delete

from schemas.articles import Article
from schemas.envelope import M, encode
from schemas.events import WITHOUT_REPORT, Alert, Delivery, Event
from sommet.store.tables import alerts, articles, deliveries, events, reports
from sommet.store.upsert import upsert

_replace = msgspec.structs.replace


def write_articles(connection: Connection, messages: Sequence[Article]) -> None:
    """Keep articles, each unless a later version is there; they are many, so they go in one call."""
    upsert(connection, articles, [_article_row(message) for message in messages], newest="version")


def each(write: Callable[[Connection, M], None]) -> Callable[[Connection, Sequence[M]], None]:
    """Return what writes several messages, one by one."""

    def write_all(connection: Connection, messages: Sequence[M]) -> None:
        for message in messages:
            write(connection, message)

    return write_all


def _article_row(message: Article) -> dict[str, Any]:
    return {
        "id": message.article,
        "url": message.url,
        "title": message.title,
        "source": message.source,
        "outlet": message.outlet,
        "lang": message.lang,
        "published": message.published,
        "received": message.received,
        "version": message.version,
        "machine_translated": message.machine_translated,
        "agency": message.agency,
    }


def write_event(connection: Connection, message: Event) -> None:
    """Keep the new state of an event, and the report that led to it.

    A report that moved leaves the event that it belonged to; one that was withdrawn is gone.
    """
    upsert(connection, events, [_event_row(message)])
    left = {"moved": message.former, "withdrawn": message.event}.get(message.change, "")
    if left:
        here = (reports.c.event == left) & (reports.c.statement == _statement(message))
        connection.execute(delete(reports).where(here))
    if message.change not in WITHOUT_REPORT:
        upsert(connection, reports, [_report_row(message)], newest="version")


def write_alert(connection: Connection, message: Alert) -> None:
    """Keep an alert."""
    row = {
        "id": message.id,
        "event": message.event.event,
        "rule": message.rule,
        "reason": message.reason,
        "at": message.at,
        "data": encode(without_sketch_alert(message)).decode(),
    }
    upsert(connection, alerts, [row])


def write_delivery(connection: Connection, message: Delivery) -> None:
    """Keep what became of an alert for one receiver."""
    row = {
        "id": message.id,
        "alert": message.alert,
        "receiver": message.receiver,
        "key": message.key,
        "result": message.result,
        "finished": message.finished,
        "data": encode(message).decode(),
    }
    upsert(connection, deliveries, [row])


def without_sketch(event: Event) -> Event:
    """Return `event` without the sketch of its report's text, which only comparisons need."""
    origin = _replace(event.report.origin, sketch="")
    return _replace(event, report=_replace(event.report, origin=origin))


def without_sketch_alert(alert: Alert) -> Alert:
    """Return `alert` without the sketch of its event's report."""
    return _replace(alert, event=without_sketch(alert.event))


def _event_row(message: Event) -> dict[str, Any]:
    return {
        "id": message.event,
        "dyad": message.dyad,
        "type": message.type,
        "status": message.status,
        "salience": message.salience,
        "start": message.start,
        "end": message.end,
        "place": message.place,
        "confidence": message.confidence,
        "articles": message.articles,
        "lineages": message.lineages,
        "unreported": message.unreported,
        "into": message.into,
        "first_seen": message.first_seen,
        "last_seen": message.at,
        "data": encode(without_sketch(message)).decode(),
    }


def _report_row(message: Event) -> dict[str, Any]:
    origin, stated = message.report.origin, message.report.stated
    return {
        "event": message.event,
        "statement": _statement(message),
        "article": origin.article,
        "at": message.at,
        "change": message.change,
        "before": message.before,
        "status": stated.status,
        "salience": stated.salience,
        "start": stated.start,
        "end": stated.end,
        "basis": stated.basis,
        "place": stated.place,
        "evidence": stated.evidence,
        "sentence": stated.sentence,
        "confidence": stated.confidence,
        "url": origin.url,
        "title": origin.title,
        "source": origin.source,
        "outlet": origin.outlet,
        "agency": origin.agency,
        "lang": origin.lang,
        "published": origin.published,
        "received": origin.received,
        "version": origin.version,
        "machine_translated": origin.machine_translated,
        "lineages": message.lineages,
        "reason": message.reason,
        "data": msgspec.json.encode(message.report).decode(),
    }


def _statement(message: Event) -> str:
    return message.statement or message.report.origin.article
