"""What `sommet explain` is given becomes articles: an address, a text, a page, documents.

Whatever is wrong with it is one `ConfigError`: the user named it.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from producers import feeds, files, pages
from producers.articles import raw_article, sane, shown, web_url
from producers.documents import own_url
from producers.fetch import Fetched, Fetcher, FetchError
from producers.receive import in_order
from schemas.articles import RawArticle
from schemas.topics import RAW
from sommet import clock
from sommet.commands import code
from sommet.config import Config
from sommet.config_values import nearest
from sommet.dates import published_at
from sommet.errors import ConfigError, SommetError
from sommet.ids import article_id
from sommet.language.detect import ANALYSED
from sommet.runtime.lookup import last
from sommet.terminal import safe

MAX_TITLE = 1_000
Fetch = Callable[[str], Fetched]
Kept = Callable[[str], RawArticle | None]
"""Returns what sommet keeps of the article at a URL, if it does."""


@dataclass(frozen=True, slots=True)
class Given:
    """What was named on the command line; empty options leave the input as it is."""

    path: str
    id: str = ""
    date: str = ""
    lang: str = ""
    title: str = ""


def fetching(config: Config) -> Fetch:
    """Return the project's own fetching, with the limits of a configuration."""
    fetcher = Fetcher(config.feeds)
    return lambda url: fetcher.fetch(url, clock.now())


def keeping(config: Config) -> Kept:
    """Return the way to what a configuration's log keeps."""
    path = config.data / "log.db"

    def kept(url: str) -> RawArticle | None:
        return last(path, RAW, f"raw/{article_id(url)}/") if path.is_file() else None

    return kept


def articles(given: Given, fetch: Fetch, kept: Kept, stdin: BinaryIO) -> Iterator[RawArticle]:
    """Yield the articles that were named; of an address that does not answer, what sommet keeps.

    Raises `ConfigError` for whatever is wrong.
    """
    _check(given)
    for raw in _named(_read(given, fetch, kept, stdin), given):
        yield msgspec.structs.replace(
            raw,
            published=given.date or raw.published,
            lang=given.lang or raw.lang,
            title=given.title or raw.title,
        )


def _check(given: Given) -> None:
    if not given.path.strip():
        raise ConfigError("URL|FILE|-: empty; expected an address, a file or -")
    if given.date and published_at(given.date) is None:
        raise ConfigError(f"--date {safe(given.date, 40)}: no date; expected a day such as 2026-10-12")
    if given.lang and given.lang not in ANALYSED:
        raise ConfigError(f"--lang {safe(given.lang, 20)}: expected one of {', '.join(ANALYSED)}")


def _named(found: list[RawArticle], given: Given) -> list[RawArticle]:
    """Return the articles with the id that was asked for, or all."""
    if not given.id:
        return found
    named = [raw for raw in found if raw.doc_id == given.id]
    if not named:
        near = nearest(given.id, tuple(raw.doc_id for raw in found))
        hint = f"; did you mean {safe(near, 60)}?" if near else ""
        raise ConfigError(f"--id {safe(given.id, 60)}: no such document in {safe(given.path, 200)}{hint}")
    return named


def _read(given: Given, fetch: Fetch, kept: Kept, stdin: BinaryIO) -> list[RawArticle]:
    if given.path.startswith(("http://", "https://")):
        return _fetched(given, fetch, kept)
    data = _bytes(given.path, stdin)
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    name = safe(files.STDIN_NAME if given.path == files.STDIN else given.path, 200)
    if not data.strip():
        raise ConfigError(f"{name}: empty; expected a text")
    if start == b"{":
        return _documents(name, data, given.id)
    if start in {b"[", b"<"} or data[:2] == b"\x1f\x8b":
        return _others(name, data)
    return [_text(name, data, given.title)]


def _fetched(given: Given, fetch: Fetch, kept: Kept) -> list[RawArticle]:
    try:
        try:
            answer = fetch(given.path)
        except FetchError:
            if (raw := kept(given.path)) is None:
                raise
            return [raw]
        marked_up = answer.body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
        if answer.content_type.lower().startswith("text/plain") and not marked_up:
            return [_text(given.path, answer.body, given.title)]
        return _served(answer)
    except SommetError as error:
        raise ConfigError(str(error)) from error


def _served(answer: Fetched) -> list[RawArticle]:
    """Return the articles of a feed, or that of a page; servers give feeds the type of a page, too."""
    url = web_url(answer.url) or answer.url
    try:
        found = feeds.parse(answer.body, url=url, content_type=answer.content_type).items
    except feeds.FeedError as error:
        kind = answer.content_type.lower()
        named = any(word in kind for word in ("xml", "rss", "atom", "json")) and "html" not in kind
        if named and error.reason not in {"html_page", "empty"}:
            raise
        return [pages.parse(answer.body, url=url)]
    if not found:
        raise ConfigError(f"{shown(url)}: no article is in it")
    return in_order(found)


def _bytes(path: str, stdin: BinaryIO) -> bytes:
    """Return what the file holds, or standard input."""
    try:
        if path == files.STDIN:
            data = stdin.read(files.MAX_ARRAY + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(files.MAX_ARRAY + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no path"
        raise ConfigError(f"{safe(path, 200)}: cannot be read: {reason}") from error
    if len(data) > files.MAX_ARRAY:
        raise ConfigError(f"{safe(path, 200)}: larger than {files.MAX_ARRAY:,} bytes")
    return data


def _documents(name: str, data: bytes, ident: str) -> list[RawArticle]:
    """Return the documents of JSON Lines; a wrong line matters where it may be the one asked for."""
    found = []
    for line in code.documents(data):
        named = "" if line.id is None else str(line.id)
        if line.raw:
            found.append(msgspec.structs.replace(line.raw, doc_id=named or str(line.number)))
        elif not ident or named == ident:
            raise ConfigError(f"{name}:{line.number}: {safe(line.error, 200)}")
    return found


def _others(name: str, data: bytes) -> list[RawArticle]:
    """Return what is in a page, a feed, a JSON array, or zipped JSON Lines."""
    reading = files.read(files.STDIN, io.BytesIO(data))
    if reading.failures or not reading.articles:
        reason = reading.failures[0].reason if reading.failures else "no article is in it"
        raise ConfigError(f"{name}: {safe(reason, 200)}")
    return list(reading.articles)


def _text(name: str, data: bytes, title: str) -> RawArticle:
    """Return a plain text as an article: its first line is the title, if no other was given."""
    try:
        lines = data.decode("utf-8-sig").strip().splitlines()
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{name}:{line}: not UTF-8; expected a text saved as UTF-8") from error
    if not title and lines:
        title, lines = lines[0].lstrip("#").strip(), lines[1:]
    if not title and not lines:
        raise ConfigError(f"{name}: empty; expected a text")
    url = web_url(name) or own_url(name, "\n".join([title, *lines]))
    return raw_article(url=url, title=sane(title, MAX_TITLE), text="\n".join(lines), source=name)
