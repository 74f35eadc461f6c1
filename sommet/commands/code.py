"""`sommet code`: documents in, the events that each states out, one JSON line for each document."""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TextIO, TypeVar

import msgspec

from producers.documents import document
from producers.receive import in_order, moment, received
from schemas.articles import RawArticle
from schemas.complete import complete
from schemas.envelope import EPOCH, Message
from schemas.events import Event, Mentioned
from schemas.topics import EVENTS, MENTIONS, Topic
from sommet import app, ids
from sommet.commands.progress import Progress
from sommet.config import Config
from sommet.dates import published_at
from sommet.errors import SommetError
from sommet.knowledge.actors import LANGUAGES
from sommet.language.markup import as_written
from sommet.runtime.embedded import Embedded

M = TypeVar("M", bound=Message)
BATCH = 50
"""Documents between two reports of progress."""


@complete
class _Id(msgspec.Struct):
    id: str | int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the input: its number, its document's id, and the article or why there is none."""

    number: int
    id: str | int | None
    raw: RawArticle | None = None
    error: str = ""


def code(path: str, config: Config, out: TextIO, progress: Progress) -> None:
    """Write one line for each document of `path` (`-`: standard input), in the order of the input.

    The documents go through the pipeline by date, each as received when it was published, so that the
    result depends on nothing but the documents. Raises `SommetError` where the file cannot be read.
    """
    lines = list(read(path))
    for line in lines:
        for warning in _warnings(line):
            progress.warn(f"{path}:{line.number}: {warning}")
    with (
        tempfile.TemporaryDirectory(prefix="sommet-") as folder,
        Embedded(
            Path(folder) / "log.db", app.understanding(config), workers=config.workers, brake=None
        ) as log,
    ):
        _pass(log, [line.raw for line in lines if line.raw], progress)
        mentions = _by_document(log, MENTIONS, lambda found: found.origin.doc_id)
        events = _by_document(log, EVENTS, lambda found: found.report.origin.doc_id)
    for line in lines:
        found = mentions.get(str(line.number), [])
        row = coded(line, found[-1].mentions if found else (), events.get(str(line.number), []))
        out.write(msgspec.json.encode(row).decode() + "\n")
    out.flush()


def _warnings(line: Line) -> Iterator[str]:
    """Give what a person should know of one line of the input."""
    if line.error:
        yield f"{line.error}; coded as not relevant"
    if line.raw and line.raw.published and published_at(line.raw.published) is None:
        yield f"no date that can be read in “{line.raw.published[:40]}”; coded as undated"
    if line.raw and line.raw.lang and line.raw.lang not in LANGUAGES:
        yield f"lang “{line.raw.lang[:20]}” is none of {', '.join(LANGUAGES)}; found from the text"


def read(path: str) -> Iterator[Line]:
    """Yield the documents of a JSON Lines file; empty lines are passed over.

    Raises `SommetError` where the file cannot be read.
    """
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise SommetError(f"{path}: cannot be read: {error.strerror}") from error
    yield from documents(data)


def documents(data: bytes) -> Iterator[Line]:
    """Yield the documents in the bytes of a JSON Lines file."""
    for number, text in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if text.strip():
            yield _line(number, text)


def _line(number: int, text: bytes) -> Line:
    """Each document is an article of its own, also where two share a URL or an id."""
    try:
        ident = msgspec.json.decode(text, type=_Id).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        ident = None
    try:
        raw = document(text, "documents")
    except ValueError as error:
        return Line(number, ident, error=str(error))
    article = ids.digest("document", str(number))
    raw = msgspec.structs.replace(raw, id=f"raw/{article}", article=article, doc_id=str(number))
    return Line(number, ident, raw)


def _pass(log: Embedded, raws: list[RawArticle], progress: Progress) -> None:
    """Put the articles through the pipeline in the order of their dates; undated ones come last."""
    ordered, last = in_order(raws), EPOCH
    for start in range(0, len(ordered), BATCH):
        batch = []
        for raw in ordered[start : start + BATCH]:
            last = _published(raw) or last
            batch.append(received(raw, last, timedelta(days=1)))
        log.append(batch)
        log.drain()
        progress.done(start + len(batch), len(ordered))


def _published(raw: RawArticle) -> datetime | None:
    published = published_at(raw.published) if raw.published else None
    return moment(published) if published else None


def _by_document(log: Embedded, topic: Topic[M], document_of: Callable[[M], str]) -> dict[str, list[M]]:
    """Return all messages of a topic by the document that they follow from."""
    found: dict[str, list[M]] = {}
    after = 0
    while batch := log.read(topic, after):
        for _, message in batch:
            found.setdefault(document_of(message), []).append(message)
        after = batch[-1][0]
    return found


def coded(line: Line, stated: Sequence[Mentioned], events: Sequence[Event]) -> dict[str, Any]:
    """Return the line of one document: what it states, and which event each statement belongs to."""
    return {
        "id": line.id,
        "relevant": bool(stated),
        "summit_news": any(
            m.type == "summit" and m.salience == "news" and m.status in {"planned", "occurred"}
            for m in stated
        ),
        "events": [
            _event(mention, _event_of(mention, events), _evidence(mention, line)) for mention in stated
        ],
    }


def _event_of(mention: Mentioned, events: Sequence[Event]) -> str | None:
    return next((event.event for event in events if event.report.stated == mention), None)


def _evidence(mention: Mentioned, line: Line) -> str:
    """Return the evidence as the document writes it, with its markup."""
    sources = (line.raw.title, line.raw.text) if line.raw else ()
    return next(
        (found for source in sources if (found := as_written(mention.evidence, source))), mention.evidence
    )


def _event(mention: Mentioned, event: str | None, evidence: str) -> dict[str, Any]:
    return {
        "type": mention.type,
        "status": mention.status,
        "salience": mention.salience,
        "format": mention.format or None,
        "start": mention.start or None,
        "end": mention.end or None,
        "place": mention.place or None,
        "participants": mention.participants,
        "quantities": mention.quantities,
        "evidence": evidence,
        "event_id": event,
    }
