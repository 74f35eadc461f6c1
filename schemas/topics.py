"""The topics: a name, a type, and the key that stays in order and shares state."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from schemas.articles import AnnotatedArticle, Article, RawArticle
from schemas.complete import complete
from schemas.envelope import Message
from schemas.events import Alert, Delivery, Event, EventMentions
from schemas.letters import Settled

M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Topic(Generic[M]):
    """A named, ordered log of messages of one type."""

    name: str
    type: type[M]
    key: Callable[[M], str]


RAW = Topic("articles.raw.v1", RawArticle, lambda m: m.article)
ARTICLES = Topic("articles.v1", Article, lambda m: m.article)
ANNOTATED = Topic("articles.annotated.v1", AnnotatedArticle, lambda m: m.article)
MENTIONS = Topic("event-mentions.v1", EventMentions, lambda m: m.dyad)
EVENTS = Topic("events.v1", Event, lambda m: m.dyad)
ALERTS = Topic("alerts.v1", Alert, lambda m: m.rule)
DELIVERIES = Topic("deliveries.v1", Delivery, lambda m: m.receiver)
SETTLED = Topic("dead-letters.settled.v1", Settled, lambda m: str(m.letter))

TOPICS: dict[str, Topic[Any]] = {
    topic.name: topic for topic in (RAW, ARTICLES, ANNOTATED, MENTIONS, EVENTS, ALERTS, DELIVERIES, SETTLED)
}

for _topic in TOPICS.values():
    complete(_topic.type)
