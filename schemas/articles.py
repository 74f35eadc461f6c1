"""Articles on their way from a source to the frames that an analyser reads in them.

All character offsets of one article count in its `content`: the title, a line feed, the text.
"""

from datetime import datetime
from typing import Literal

import msgspec

from schemas.envelope import EPOCH, Message
from schemas.events import EventType

BlockKind = Literal["title", "body", "caption", "credit", "related", "form", "notice", "repeat"]
MentionKind = Literal["state", "person", "body", "company", "place", "demonym", "office", "anaphor"]


class Span(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A stretch of an article's content: characters from `start` up to, not including, `end`."""

    start: int
    end: int


class RawArticle(Message, frozen=True, kw_only=True, omit_defaults=True):
    """One article as a source gave it: nothing cleaned, nothing believed.

    `article` identifies the article by its canonical URL; `published` is the date as it was found.
    `doc_id` is the identifier that a file gave the document, if it did.
    """

    article: str
    url: str
    source: str
    received: datetime = EPOCH
    outlet: str = ""
    title: str = ""
    text: str = ""
    html: bool = False
    published: str = ""
    lang: str = ""
    doc_id: str = ""


class Block(Span, frozen=True, kw_only=True, omit_defaults=True):
    """A paragraph or line of an article, and what it is; only title, body and caption are news."""

    kind: BlockKind = "body"


class Article(Message, frozen=True, kw_only=True, omit_defaults=True):
    """One version of a cleaned article.

    `published` is an ISO date or date-time, empty when unknown; `published_basis` says where it comes
    from. `agency` is the agency credited in the text.
    """

    article: str
    url: str
    source: str
    received: datetime = EPOCH
    outlet: str = ""
    title: str = ""
    text: str = ""
    blocks: tuple[Block, ...] = ()
    lang: str = ""
    published: str = ""
    published_basis: Literal["source", "text", "none"] = "none"
    version: int = 1
    machine_translated: bool = False
    agency: str = ""
    doc_id: str = ""

    @property
    def content(self) -> str:
        """The text in which all offsets count."""
        return f"{self.title}\n{self.text}"


class Mention(Span, frozen=True, kw_only=True, omit_defaults=True):
    """A stretch of text that names an actor or a place.

    `actor` is an id of the knowledge base; `side` is the ISO 3166 alpha-3 code of the state it belongs
    to, empty where it belongs to none.
    """

    kind: MentionKind
    actor: str
    side: str = ""


class Time(Span, frozen=True, kw_only=True, omit_defaults=True):
    """A time expression, resolved: first and last day as ISO dates of its own precision."""

    first: str = ""
    last: str = ""


class Quantity(Span, frozen=True, kw_only=True, omit_defaults=True):
    """An amount as written, and its value in the base unit (`USD`, `m3`, `t`, `%`, …)."""

    value: float
    unit: str


class Quote(Span, frozen=True, kw_only=True, omit_defaults=True):
    """A quotation with its marks; `speaker` is the index of a mention or -1, `cue` the word of saying."""

    speaker: int = -1
    cue: str = ""


class Frame(Span, frozen=True, kw_only=True, omit_defaults=True):
    """One statement, free of language: who did what to whom, when, where, and how firmly.

    The span is that of the clause; `trigger` is where its trigger begins, `sentence` the index of its
    sentence. `actors`, `times`, `places` and `quantities` are indexes into the article's lists.
    `leaders` names the sides (R, C) that a head of state or government speaks for, `persons` those that any
    person does; `listed` says that
    third parties stand in one list with ours, `moved` that the sentence speaks of putting off; `topic` is
    what else the clause is about. `rule` names what found it, `weight` how far to trust it.
    """

    concept: str
    sentence: int
    actors: tuple[int, ...] = ()
    times: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    quantities: tuple[int, ...] = ()
    status: Literal["planned", "occurred", "cancelled", "denied", "alleged"] = "occurred"
    format: Literal["in_person", "video", "phone", ""] = ""
    recalled: bool = False
    tense: str = ""
    leaders: str = ""
    persons: str = ""
    listed: bool = False
    moved: bool = False
    topic: str = ""
    trigger: int = 0
    rule: str = ""
    weight: float = 1.0


class Sentence(Span, frozen=True, kw_only=True, omit_defaults=True):
    """A sentence, and the kind of block it stands in."""

    kind: BlockKind = "body"


class AnnotatedArticle(Article, frozen=True, kw_only=True, omit_defaults=True):
    """An article that names both sides, with what its analyser read in it.

    `sketch` is a MinHash of title and text in base64: two copies of one text agree in most of its values.
    `cites` names the agencies that the text refers to as those who told something. `abstained` are the
    likeliest types of the sentences that the classifier was asked about, where no rule read anything in the
    article, and was not sure enough of.
    """

    sentences: tuple[Sentence, ...] = ()
    mentions: tuple[Mention, ...] = ()
    times: tuple[Time, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    quotes: tuple[Quote, ...] = ()
    frames: tuple[Frame, ...] = ()
    sketch: str = ""
    cites: tuple[str, ...] = ()
    abstained: tuple[EventType, ...] = ()
