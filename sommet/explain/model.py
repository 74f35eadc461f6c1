"""What an explanation holds. Offsets count in the article's content: title, line feed, text.

Sentences, quotations, frames and events are numbered from 1, as people see them.
"""

import msgspec

from schemas.articles import BlockKind, Span
from schemas.events import Mentioned
from sommet.trace import Reason


class Why(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reason; `values` fill its words, `frames` are the numbers of others that it points to."""

    reason: Reason
    values: dict[str, str] = {}
    frames: tuple[int, ...] = ()


class Who(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An actor or place that a stretch of text names."""

    actor: str
    name: str
    kind: str
    side: str = ""


class Marked(Span, frozen=True, kw_only=True, omit_defaults=True):
    """A stretch of text and what it names: actors, a time with its days, or an amount with its unit.

    Times that no frame uses have the days that they mean without a verb's direction, if any.
    """

    text: str
    who: tuple[Who, ...] = ()
    first: str = ""
    last: str = ""
    time: bool = False
    value: float | None = None
    unit: str = ""


class Refused(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A trigger or pattern that gave no frame; `text` is the trigger, or the pattern's name."""

    rule: str
    text: str
    why: Why


class Line(Span, frozen=True, kw_only=True, omit_defaults=True):
    """A sentence; `guess` is what the classifier said where it was asked."""

    number: int
    kind: BlockKind
    text: str
    marked: tuple[Marked, ...] = ()
    frames: tuple[int, ...] = ()
    refused: tuple[Refused, ...] = ()
    guess: Why | None = None


class Statement(Span, frozen=True, kw_only=True, omit_defaults=True):
    """A frame. `rule` names what found it, `source` is that rule's pattern as the lexicon writes it.

    `event` is the number of the event that it became part of, 0 where it became none; then `dropped`
    says why. `leaders` and `persons` are the sides (ISO codes) that a leader, or any person, speaks for.
    """

    number: int
    sentence: int
    concept: str
    rule: str
    weight: float
    trigger: str = ""
    source: str = ""
    who: tuple[Marked, ...] = ()
    times: tuple[Marked, ...] = ()
    places: tuple[Marked, ...] = ()
    quantities: tuple[Marked, ...] = ()
    status: str = "occurred"
    tense: str = ""
    format: str = ""
    topic: str = ""
    leaders: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    recalled: bool = False
    listed: bool = False
    moved: bool = False
    event: int = 0
    why: tuple[Why, ...] = ()
    dropped: tuple[Why, ...] = ()


class Quotation(Span, frozen=True, kw_only=True, omit_defaults=True):
    """A quotation with its marks; `speaker` is the name of who says it, `cue` the word of saying.

    Both are missing where the text does not tell.
    """

    number: int
    text: str
    speaker: Marked | None = None
    cue: str = ""


class Happening(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event mention; the first of `frames` is the one that dates it."""

    number: int
    mention: Mentioned
    frames: tuple[int, ...]
    why: tuple[Why, ...] = ()


class LeftOut(Span, frozen=True, kw_only=True, omit_defaults=True):
    """A line that is no news, and what it is."""

    kind: BlockKind
    text: str


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the text is analysed: it must name both sides, in a language that has an analyser."""

    passes: bool
    analysed: bool
    sides: dict[str, tuple[str, ...]]


class Explanation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One text, explained."""

    id: str
    url: str
    source: str
    outlet: str
    title: str
    content: str
    dyad: str
    lang: str
    lang_why: Why | None
    claimed: str
    published: str
    published_basis: str
    agency: str
    machine_translated: bool
    gate: Gate
    left_out: tuple[LeftOut, ...] = ()
    blocks: tuple[Span, ...] = ()
    marked: tuple[Marked, ...] = ()
    sentences: tuple[Line, ...] = ()
    quotes: tuple[Quotation, ...] = ()
    frames: tuple[Statement, ...] = ()
    events: tuple[Happening, ...] = ()
    classifier: Why | None = None
