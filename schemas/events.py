"""Event mentions, events, alerts, deliveries."""

from datetime import datetime
from typing import Literal

import msgspec

from schemas.complete import complete
from schemas.envelope import EPOCH, Message

EventType = Literal[
    "summit", "consultation", "multilateral", "agreement", "energy", "trade", "military",
    "statement", "alignment", "cooperation", "friction", "mediation", "third_party",
]  # fmt: skip
Status = Literal["planned", "occurred", "cancelled", "denied", "alleged"]
Salience = Literal["news", "background"]
Format = Literal["in_person", "video", "phone", ""]
Turned = Literal["new", "status", "date", "place", "more", "unreported", "withdrawn"]
"""What one more report, a day that passed, or a report taken back did to an event."""
Change = Literal[
    "new", "status", "date", "place", "more", "unreported", "withdrawn", "moved", "merged", "restated"
]  # fmt: skip
"""The same, or what a late report or a person's ruling did to the identity of events."""


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


WITHOUT_REPORT: frozenset[Change] = frozenset({"unreported", "withdrawn", "merged", "restated"})
"""What happens to an event without a new report of it."""
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


class Ruling(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person decided on the identity of events; it holds from then on.

    `groups` are lists of statements (`article/type/number of that type in the article`): with "merge"
    all of them speak of one event, with "split" each list speaks of an event of its own.
    """

    kind: Literal["merge", "split"]
    groups: tuple[tuple[str, ...], ...]
    by: str = ""
    note: str = ""


class EventMentions(Message, frozen=True, kw_only=True, omit_defaults=True):
    """All relation events that one version of one article states; it replaces earlier versions.

    With a `ruling` it is a person's word on what was stated before, and states nothing itself.
    """

    dyad: str
    origin: Origin
    mentions: tuple[Mentioned, ...] = ()
    ruling: Ruling | None = None


@complete
class Report(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One article's statement of an event, as the event remembers it."""

    origin: Origin
    stated: Mentioned


class Event(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The thing in the world, as known after one more report of it.

    `id` is the message's; `event` is the event's own, the same through its life. `change` says what
    the last report did to it, `reason` why it was joined to this event; `before` is the value that
    changed. `lineages` counts independent origins, not articles. Each report is told once as it comes;
    "moved" says that it belonged to the event `former` until now, "merged" that `event` is from now on
    the event `into`, "withdrawn" that its article no longer states it, "restated" that the event lost a
    report to another one. `statement` names the report as `article/type/number of that type in it`.
    `unreported` is a plan whose day passed without a report.
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
    statement: str = ""
    unreported: bool = False
    former: str = ""
    into: str = ""


class Alert(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What a rule decided to tell somebody about an event, and the reason why now."""

    rule: str
    reason: Turned
    event: Event
    receivers: tuple[str, ...] = ()


class Delivery(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one alert for one receiver; `key` is the same at every attempt.

    `rule` is the rule that raised the alert, empty in deliveries of before it was noted.
    """

    alert: str
    receiver: str
    key: str
    result: Literal["sent", "failed"]
    attempts: int = 1
    detail: str = ""
    finished: datetime = EPOCH
    rule: str = ""
