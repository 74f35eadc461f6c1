"""Articles, mentions and events that the tests of the stages are made of."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from consumers import classify, clean, extract, resolve
from schemas.articles import AnnotatedArticle, Article, RawArticle
from schemas.events import Event, EventMentions, Mentioned, Origin, Report
from sommet.knowledge.actors import load
from sommet.stage import State

DYAD = "RUS-CHN"
NOW = datetime(2030, 1, 1, tzinfo=UTC)
LEADERS = ("Vladimir Putin", "Xi Jinping")


def raw(**fields: Any) -> RawArticle:
    """Return a raw article."""
    known = {"article": "a", "url": "https://example.org/a", "source": "example", "received": NOW}
    return RawArticle(**{**known, **fields})


def cleaned(state: State | None = None, **fields: Any) -> list[Article]:
    """Return what the first stage makes of a raw article."""
    return list(clean.stage().step({} if state is None else state, raw(**fields), NOW))  # type: ignore[arg-type]


def annotated(**fields: Any) -> list[AnnotatedArticle]:
    """Return what the first two stages make of a raw article."""
    (article,) = cleaned(**fields)
    return list(extract.stage(DYAD).step({}, article, NOW))  # type: ignore[arg-type]


@cache
def classifier() -> Any:
    """Return the step of the third stage, built once."""
    return classify.stage(load(), DYAD).step


def classified(**fields: Any) -> tuple[Mentioned, ...]:
    """Return the typed events that the first three stages read in a raw article."""
    articles = annotated(**fields)
    if not articles:
        return ()
    (found,) = classifier()({}, articles[0], NOW)
    assert isinstance(found, EventMentions)
    return found.mentions


def mention(**fields: Any) -> Mentioned:
    """Return a mention: unless said otherwise, a summit that was held on 20 March 2023."""
    days = {"start": "2023-03-20"} if "start" not in fields else {}
    known: dict[str, Any] = {
        "type": "summit", "status": "occurred", "salience": "news", "participants": LEADERS, **days, **fields
    }  # fmt: skip
    if known["type"] == "summit" and "format" not in fields:
        known["format"] = "in_person"
    known["participants"] = tuple(known["participants"])
    return Mentioned(**{"end": known["start"], **known})


def origin(article: str = "a", **fields: Any) -> Origin:
    """Return the origin of a report, published on 20 March 2023 unless said otherwise."""
    known = {"url": f"https://example.org/{article}", "source": "example", "lang": "fr", "received": NOW}
    return Origin(article=article, **{"published": "2023-03-20", **known, **fields})


def reported(article: str, mentions: Iterable[Mentioned], **fields: Any) -> EventMentions:
    """Return what one article states."""
    return EventMentions(
        id=f"classify/{article}/1",
        dyad=DYAD,
        origin=origin(article, **fields),
        mentions=tuple(mentions),
    )


def resolved(reports: Iterable[EventMentions], state: State | None = None) -> list[Event]:
    """Return the events that the fourth stage makes of some reports, one after the other."""
    kept: State = {} if state is None else state
    told = (message for report in reports for message in resolve.stage().step(kept, report, NOW))
    return [message for message in told if isinstance(message, Event)]


def event(
    stated: Mapping[str, Any] | None = None, told: Mapping[str, Any] | None = None, **fields: Any
) -> Event:
    """Return an event as one fresh report leaves it."""
    said = mention(**(stated or {}))
    known: dict[str, Any] = {
        "id": "resolve/x/0", "event": "e", "dyad": DYAD, "type": said.type, "status": said.status,
        "salience": said.salience, "change": "new", "start": said.start, "end": said.end, "place": said.place,
        "confidence": said.confidence, **fields,
    }  # fmt: skip
    fresh = {"received": datetime(2023, 3, 20, 18, tzinfo=UTC), **(told or {})}
    return Event(**known, report=Report(origin=origin(**fresh), stated=said))
