"""One document of a JSON Lines file or JSON array, or one plain text, becomes an article."""

import msgspec

from producers.articles import MAX_TITLE, raw_article, sane, web_url
from schemas.articles import RawArticle
from schemas.complete import complete
from sommet import ids

Loose = str | int | float | None


@complete
class _Document(msgspec.Struct):
    """The wire shape; unknown keys are ignored."""

    id: Loose = None
    date: Loose = None
    source: Loose = None
    title: Loose = None
    text: Loose = None
    lang: Loose = None
    url: Loose = None


_decoder = msgspec.json.Decoder(_Document)


def document(data: bytes | msgspec.Raw, source: str) -> RawArticle:
    """Return the article in one JSON object; `source` is used where it names none.

    A document without URL gets one derived from its source and id, or its words when it has no id, so that
    the same document always has the same ids. Raises `ValueError` with the reason for what is none.
    """
    try:
        found = _decoder.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ValueError(_short(error)) from error
    title, text = _string(found.title), _string(found.text)
    if not title.strip() and not text.strip():
        raise ValueError("neither title nor text")
    named = sane(_string(found.source), MAX_TITLE) or source
    doc_id = _string(found.id)
    return raw_article(
        url=web_url(_string(found.url)) or own_url(named, doc_id or f"{title}\x1f{text}"),
        title=title,
        text=text,
        published=_string(found.date),
        lang=_string(found.lang),
        source=named,
        outlet=named,
        doc_id=doc_id,
    )


def plain(data: bytes, source: str, url: str) -> RawArticle:
    """Return the article in a plain text: the first line is the title if an empty line follows it.

    Raises `ValueError` when it is empty.
    """
    lines = decoded(data).strip().splitlines()
    if not lines:
        raise ValueError("empty")
    title, body = "", lines
    if len(lines) == 1 or not lines[1].strip():
        title, body = lines[0].lstrip("#").strip(), lines[1:]
    return raw_article(url=url, title=title, text="\n".join(body), source=source)


def own_url(source: str, key: str) -> str:
    """Return the address of a document that has none on the web."""
    return f"sommet:doc/{ids.digest('document', source, key)}"


def decoded(data: bytes) -> str:
    """Return bytes of an unknown encoding as text: UTF-8, UTF-16 with its mark, else Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("windows-1252", "replace")


def _string(value: Loose) -> str:
    return "" if value is None else str(value)


def _short(error: Exception) -> str:
    return "too deep" if isinstance(error, RecursionError) else f"no JSON document ({error})"[:200]
