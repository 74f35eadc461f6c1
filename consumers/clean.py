"""Raw articles become clean ones: plain text, blocks, language, date with its basis, version.

Does not change a character of what is news: all later evidence is an exact stretch of this text.
"""

from collections.abc import Iterable
from datetime import datetime

from schemas.articles import Article, RawArticle
from schemas.envelope import EPOCH
from schemas.topics import ARTICLES, RAW
from sommet.dates import published_at
from sommet.ids import digest
from sommet.language import blocks, bylines, detect, markup
from sommet.stage import Reject, Stage, State

MAX_TITLE = 1_000
MAX_TEXT = 200_000


def stage() -> Stage[RawArticle]:
    """Return the stage that cleans."""
    return Stage("clean", RAW, (ARTICLES,), step)


def step(state: State, raw: RawArticle, now: datetime) -> Iterable[Article]:
    """Clean one raw article; a version seen before says nothing new."""
    title = " ".join(_plain(raw.title, markup_too=True).split())[:MAX_TITLE]
    text = _plain(raw.text, markup_too=raw.html).strip()[:MAX_TEXT]
    if not title and not text:
        raise Reject("no title and no text")
    version = _version(state, raw.article, digest(title, text))
    if version == 0:
        return ()
    return (_article(raw, title, text, version),)


def _plain(source: str, *, markup_too: bool) -> str:
    return markup.plain(markup.canonical(source), markup=markup_too or markup.has_markup(source))


def _version(state: State, article: str, content: str) -> int:
    """Return the number of this version of the article, 0 where it is the one seen last."""
    number, _, seen = state.get(article, b"0:").decode().partition(":")
    if seen == content:
        return 0
    state[article] = f"{int(number) + 1}:{content}".encode()
    return int(number) + 1


def _article(raw: RawArticle, title: str, text: str, version: int) -> Article:
    published = published_at(raw.published, raw.received if raw.received > EPOCH else None)
    found = blocks.split(title, text)
    return Article(
        id=f"clean/{raw.article}/{version}",
        article=raw.article,
        url=raw.url,
        source=raw.source,
        received=raw.received,
        outlet=raw.outlet,
        title=title,
        text=text,
        blocks=found,
        lang=detect.language(title, text, claimed=raw.lang),
        published=published.isoformat() if published else "",
        published_basis="source" if published else "none",
        version=version,
        machine_translated=blocks.is_machine_translated(title, text),
        agency=bylines.agency(text),
        doc_id=raw.doc_id,
    )
