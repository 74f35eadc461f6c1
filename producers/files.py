"""Files, directories and standard input become articles; what cannot be read becomes a counted failure."""

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from producers import feeds, pages, walk
from producers.documents import decoded, document, own_url, plain
from producers.receive import in_order
from schemas.articles import RawArticle
from sommet.errors import SommetError

STDIN = "-"
STDIN_NAME = "standard input"
MAX_FILE = 2_000_000_000
"""Decoded bytes of one JSON Lines file."""
MAX_DOCUMENT = 10_000_000
"""Bytes of one document or line."""
MAX_ARRAY = 200_000_000
"""Bytes of one JSON array, which has to be held as a whole."""
KEPT_FAILURES = 1_000

Read = Iterator["RawArticle | Failure"]


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be read: `where` is a file, or a file and line."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What an input held: articles by publication date, and what failed (the first 1,000 of `failed`)."""

    articles: tuple[RawArticle, ...]
    failures: tuple[Failure, ...]
    failed: int


def read(path: str | Path, stdin: BinaryIO | None = None) -> Reading:
    """Read a file, a directory with all below it, or `-` for `stdin`. Raises nothing on bad input.

    Kinds, by suffix: `.jsonl` and `.ndjson` (also `.gz`), `.json` (an array, or a JSON Feed), `.txt`, `.md`,
    `.html`, `.htm`, `.xml`, `.rss`, `.atom`. Other files below a directory are passed over.
    """
    articles: list[RawArticle] = []
    failures: list[Failure] = []
    failed = 0
    for found in _all(str(path), stdin):
        if isinstance(found, RawArticle):
            articles.append(found)
            continue
        failed += 1
        if failed <= KEPT_FAILURES:
            failures.append(found)
    return Reading(tuple(in_order(articles)), tuple(failures), failed)


def _all(path: str, stdin: BinaryIO | None) -> Read:
    if path == STDIN:
        if stdin is None:
            yield Failure(STDIN_NAME, "not available")
        else:
            yield from _guarded(lambda _, file: _sniffed(file), STDIN_NAME, stdin)
        return
    for name, file in walk.files(Path(path)):
        if isinstance(file, str):
            yield Failure(name, file)
        elif (reader := _reader(name)) is not None:
            yield from _guarded(reader, name, file)
        elif name == str(Path(path)):
            yield Failure(name, "a kind of file that is not known; rename it to .jsonl, .txt, .html or .xml")


def _guarded(reader: Callable[[str, BinaryIO], Read], name: str, file: BinaryIO) -> Read:
    try:
        yield from reader(name, file)
    except feeds.FeedError as error:
        yield Failure(name, str(error).removeprefix("the URL is "))  # a file has no address
    except (SommetError, ValueError) as error:
        yield Failure(name, str(error))
    except (OSError, EOFError, zlib.error) as error:
        words = getattr(error, "strerror", None)
        yield Failure(name, f"damaged or not readable{f': {words.lower()}' if words else ''}")


def _reader(name: str) -> Callable[[str, BinaryIO], Read] | None:
    name = name.lower()
    return next((reader for suffix, reader in _READERS.items() if name.endswith(suffix)), None)


def _lines(name: str, file: BinaryIO) -> Read:
    number, total = 0, 0
    while line := file.readline(MAX_DOCUMENT + 1):
        number, total = number + 1, total + len(line)
        if total > MAX_FILE:
            yield Failure(
                f"{name}:{number}", f"the file is larger than {MAX_FILE:,} bytes; the rest is not read"
            )
            return
        if len(line) > MAX_DOCUMENT:
            yield Failure(f"{name}:{number}", f"the line is longer than {MAX_DOCUMENT:,} bytes")
            total += _skip_line(file)
        elif line.strip():
            yield _document(f"{name}:{number}", line.removeprefix(b"\xef\xbb\xbf"), name)


def _skip_line(file: BinaryIO) -> int:
    skipped = 0
    while (rest := file.readline(MAX_DOCUMENT)) and skipped <= MAX_FILE:
        skipped += len(rest)
        if rest.endswith(b"\n"):
            break
    return skipped


def _zipped_lines(name: str, file: BinaryIO) -> Read:
    with gzip.GzipFile(fileobj=file) as unzipped:
        yield from _lines(name, unzipped)  # type: ignore[arg-type]


def _document(where: str, data: bytes | msgspec.Raw, name: str) -> RawArticle | Failure:
    try:
        return document(data, _source(name))
    except ValueError as error:
        return Failure(where, str(error))


def _json(name: str, file: BinaryIO) -> Read:
    data = _whole(file, MAX_ARRAY).removeprefix(b"\xef\xbb\xbf")
    if data.lstrip()[:1] == b"{":
        yield from _feed(name, io.BytesIO(data))
    else:
        yield from _array(name, data)


def _array(name: str, data: bytes) -> Read:
    try:
        items = msgspec.json.decode(data, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError) as error:
        yield Failure(name, f"no JSON array ({error})"[:200])
        return
    for number, item in enumerate(items, 1):
        yield _document(f"{name}#{number}", item, name)


def _text(name: str, file: BinaryIO) -> Read:
    yield plain(_whole(file, MAX_DOCUMENT), _source(name), _url(name))


def _page(name: str, file: BinaryIO) -> Read:
    yield pages.parse(_whole(file, MAX_DOCUMENT), url=_url(name), source=_source(name))


def _feed(name: str, file: BinaryIO) -> Read:
    yield from feeds.parse(_whole(file, MAX_DOCUMENT), url=_url(name), source=_source(name)).items


def _sniffed(file: BinaryIO) -> Read:
    """Standard input has no suffix: JSON Lines (also zipped), a JSON array, a feed, a page, or one text."""
    data = _whole(file, MAX_ARRAY).removeprefix(b"\xef\xbb\xbf")
    start = data.lstrip()[:1]
    if data[:2] == b"\x1f\x8b":
        yield from _zipped_lines(STDIN_NAME, io.BytesIO(data))
    elif start == b"{":
        yield from _lines(STDIN_NAME, io.BytesIO(data))
    elif start == b"[":
        yield from _array(STDIN_NAME, data)
    elif start == b"<":
        yield from _marked_up(data)
    else:
        yield plain(data, STDIN_NAME, own_url(STDIN_NAME, decoded(data)))


def _marked_up(data: bytes) -> Read:
    url = own_url(STDIN_NAME, decoded(data))
    try:
        yield from feeds.parse(data, url=url, source=STDIN_NAME).items
    except feeds.FeedError as error:
        if error.reason != "html_page":
            raise
        yield pages.parse(data, url=url, source=STDIN_NAME)


def _whole(file: BinaryIO, limit: int) -> bytes:
    data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"larger than {limit:,} bytes")
    return data


def _source(name: str) -> str:
    return Path(name).name


def _url(name: str) -> str:
    """Return the address of what a file holds: it is the same as long as the file stays where it is."""
    return own_url("file", str(Path(name).absolute()))


_READERS: dict[str, Callable[[str, BinaryIO], Read]] = {
    ".jsonl": _lines,
    ".ndjson": _lines,
    ".jsonl.gz": _zipped_lines,
    ".ndjson.gz": _zipped_lines,
    ".json": _json,
    ".txt": _text,
    ".md": _text,
    ".html": _page,
    ".htm": _page,
    ".xml": _feed,
    ".rss": _feed,
    ".atom": _feed,
}
