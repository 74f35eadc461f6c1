"""The words of messages, one YAML file a language, in `phrases/`."""

from functools import cache
from pathlib import Path
from typing import Literal, get_args

import msgspec
import yaml
from babel import Locale

from schemas.articles import BlockKind, MentionKind
from schemas.complete import complete
from schemas.events import EventType, Format, Salience, Status, Turned
from sommet.errors import KnowledgeError
from sommet.knowledge.phrase_words import (
    ChronicleWords,
    CompareWords,
    DemoWords,
    ExplainLabels,
    Plural,
    ReplayWords,
    Tenses,
    Words,
)
from sommet.trace import Reason

LANGUAGES = ("fr", "en")
Call = Literal["phone", "video"]
Step = Literal["new", "status", "dated", "postponed", "advanced", "date", "place", "unreported"]
"""A turn in the life of an event: a date may be given, moved on, moved up, or otherwise changed."""
Copy = Literal["exact", "edited", "cut", "agency", "publisher", "title", "translation"]
"""Why an article is a copy of another one."""
Attribute = Literal["status", "date", "place", "format", "participants", "quantities"]
_DIRECTORY = Path(__file__).with_name("phrases")
_EXPLAINED = {
    "types": EventType,
    "statuses": Status,
    "salience": Salience,
    "blocks": BlockKind,
    "mentions": MentionKind,
    "reasons": Reason,
}


class TypeWords(Words, frozen=True):
    """How an event type reads in each status: alone as a title, and after “status:”."""

    titles: dict[Status, str]
    words: dict[Status, str]


class Labels(Words, frozen=True):
    """What stands before each fact."""

    why: str
    who: str
    when: str
    where: str
    format: str
    status: str
    figures: str
    source: str
    sources: str
    confidence: str


class Dates(Words, frozen=True):
    """Patterns of dates: `{d}` is a day, `{month}` a month's name, `{y}` a year, 1 the first, 2 the last."""

    undated: str
    first_of_month: str
    day: str
    days_of_month: str
    days_of_year: str
    days: str
    months_of_year: str
    other: str
    reported: str
    until: str


class Confidence(Words, frozen=True):
    """How sure the system is."""

    high: str
    medium: str
    low: str


class Notes(Words, frozen=True):
    """What the reader should know of the source."""

    language: str
    machine_translated: str
    sources: Plural
    articles: Plural


class Marks(Words, frozen=True):
    """Quotation marks, colon and semicolon with their spaces, the words of a link."""

    open: str
    close: str
    colon: str
    semicolon: str
    read: str


class Scales(Words, frozen=True):
    """Words for 10⁶, 10⁹ and 10¹²."""

    million: Plural
    milliard: Plural
    billion: Plural


class UnitWords(Words, frozen=True):
    """An amount in a unit: one, several, and behind a word such as million; `{n}` is the number."""

    one: str
    other: str
    of: str


class DigestWords(Words, frozen=True):
    """The title and the note of many alerts in one message."""

    title: Plural
    note: str


class Explain(Words, frozen=True):
    """The words of `sommet explain`; those of a reason hold its values in braces."""

    labels: ExplainLabels
    types: dict[EventType, str]
    statuses: dict[Status, str]
    salience: dict[Salience, str]
    blocks: dict[BlockKind, str]
    mentions: dict[MentionKind, str]
    tenses: Tenses
    reasons: dict[Reason, str]


@complete
class Phrases(Words, frozen=True):
    """All words of one language; `places` and `names` translate the canonical English names.

    `calls` are the titles of talks that are no meeting in person.
    """

    language: str
    types: dict[EventType, TypeWords]
    calls: dict[Format, dict[Status, str]]
    labels: Labels
    changes: dict[Turned, str]
    formats: dict[Format, str]
    dates: Dates
    confidence: Confidence
    notes: Notes
    marks: Marks
    digest: DigestWords
    scales: Scales
    units: dict[str, UnitWords]
    footer: str
    explain: Explain
    chronicle: ChronicleWords
    demo: DemoWords
    replay: ReplayWords
    compare: CompareWords
    places: dict[str, str]
    names: dict[str, str]


@cache
def phrases(language: str) -> Phrases:
    """Return the words of `language`, one of `LANGUAGES`.

    Raises `KnowledgeError` for a language without words, and for a file in which a key is missing.
    """
    if language not in LANGUAGES:
        raise KnowledgeError(
            f"No messages can be written in “{language}”; expected one of {', '.join(LANGUAGES)}."
        )
    return load(_DIRECTORY / f"{language}.yaml")


def counted(noun: Plural, number: int, language: str) -> str:
    """Return a number with its noun."""
    one = Locale(language).plural_form(number) == "one"
    return (noun.one if one else noun.other).format(n=number)


def load(path: Path) -> Phrases:
    """Return the words in the file `path`; raises `KnowledgeError` for what is missing or wrong in it."""
    try:
        found = msgspec.convert(yaml.safe_load(path.read_text("utf-8")), Phrases)
    except (msgspec.ValidationError, yaml.YAMLError) as error:
        raise KnowledgeError(f"The words of messages in {path.name} are wrong: {error}") from error
    _check(path, "types", set(found.types), EventType)
    _check(path, "changes", set(found.changes), Turned)
    _check(path, "formats", set(found.formats) | {""}, Format)
    _check(path, "calls", set(found.calls), Call)
    for call, titles in found.calls.items():
        _check(path, f"calls.{call}", set(titles), Status)
    for entry, kind in _EXPLAINED.items():
        _check(path, f"explain.{entry}", set(getattr(found.explain, entry)), kind)
    for entry, kind in {"steps": Step, "attributes": Attribute, "copies": Copy}.items():
        _check(path, f"chronicle.{entry}", set(getattr(found.chronicle, entry)), kind)
    for name, words in found.types.items():
        _check(path, f"types.{name}.titles", set(words.titles), Status)
        _check(path, f"types.{name}.words", set(words.words), Status)
    return found


def _check(path: Path, entry: str, have: set[str], wanted: object) -> None:
    missing = sorted(set(get_args(wanted)) - have)
    if missing:
        raise KnowledgeError(f"The words of messages in {path.name} lack {entry}: {', '.join(missing)}.")
