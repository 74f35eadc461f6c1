"""Event mentions, events, alerts, deliveries."""

from datetime import datetime
from typing import Literal

import msgspec

from schemas.envelope import EPOCH, Message

EventType = Literal[
    "summit", "consultation", "multilateral", "agreement", "energy", "trade", "military",
    "statement", "alignment", "cooperation", "friction", "mediation", "third_party",
]  # fmt: skip
Status = Literal["planned", "occurred", "cancelled", "denied", "alleged"]
Salience = Literal["news", "background"]
Format = Literal["in_person", "video", "phone", ""]
Change = Literal["new", "status", "date", "place", "more"]


class Origin(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a statement was read: the article and what is known of its text."""

    article: str
    url: str
    source: str
    outlet: str = ""
    title: str = ""
    lang: str = ""
    published: str = ""
    received: datetime = EPOCH
    version: int = 1
    machine_translated: bool = False
    agency: str = ""
    doc_id: str = ""
    sketch: str = ""
    cites: tuple[str, ...] = ()


Basis = Literal["", "text", "report"]
"""Where a date comes from: the text states it, or it lies in the week before the report of a fresh event."""


class Mentioned(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One typed relation event as one article states it.

    `start` and `end` are ISO dates of the precision the text gives, empty when unknown; `place` is a
    plain English name, `country` the ISO 3166 alpha-3 code of its state; `evidence` is an
    exact substring of the article, `sentence` the one it stands in. With `basis` "report" the text gives
    no date: the event took place some time from `start` to `end`, the day of publication.
    `reason` names the rule behind it; `confidence` is between 0 and 1.
    """

    type: EventType
    status: Status
    salience: Salience
    format: Format = ""
    start: str = ""
    end: str = ""
    basis: Basis = ""
    place: str = ""
    country: str = ""
    participants: tuple[str, ...] = ()
    quantities: tuple[str, ...] = ()
    evidence: str = ""
    sentence: str = ""
    confidence: float = 1.0
    reason: str = ""


class EventMentions(Message, frozen=True, kw_only=True, omit_defaults=True):
    """All relation events that one version of one article states; it replaces earlier versions."""

    dyad: str
    origin: Origin
    mentions: tuple[Mentioned, ...] = ()


class Report(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One article's statement of an event, as the event remembers it."""

    origin: Origin
    stated: Mentioned


class Event(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The thing in the world, as known after one more report of it.

    `id` is the message's; `event` is the event's own, the same through its life. `change` says what
    the last report did to it, `reason` why it was joined to this event; `before` is the value that
    changed. `lineages` counts independent origins, not articles.
    """

    event: str
    dyad: str
    type: EventType
    status: Status
    salience: Salience
    change: Change
    report: Report
    reason: str = ""
    before: str = ""
    format: Format = ""
    start: str = ""
    end: str = ""
    basis: Basis = ""
    place: str = ""
    participants: tuple[str, ...] = ()
    quantities: tuple[str, ...] = ()
    confidence: float = 1.0
    articles: int = 1
    lineages: int = 1
    langs: tuple[str, ...] = ()
    first_seen: datetime = EPOCH


class Alert(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What a rule decided to tell somebody about an event, and the reason why now."""

    rule: str
    reason: Change
    event: Event
    receivers: tuple[str, ...] = ()


class Delivery(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one alert for one receiver; `key` is the same at every attempt."""

    alert: str
    receiver: str
    key: str
    result: Literal["sent", "failed"]
    attempts: int = 1
    detail: str = ""
    finished: datetime = EPOCH
