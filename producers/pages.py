"""A page's HTML becomes an article. Pure: trafilatura gets the text, never an address to fetch."""

import logging
import re

import trafilatura

from producers.articles import raw_article
from schemas.articles import RawArticle
from sommet.errors import SommetError

MAX_BYTES = 10_000_000
MAX_ELEMENTS = 100_000
_DATES = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
"""Metadata only, and a fixed limit: htmldate's own default reads the clock."""

_LANG = re.compile(rb"<html\b[^>]{0,500}?\blang\s*=\s*[\"']?([a-zA-Z_-]{2,12})", re.IGNORECASE)

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it reports every odd page as an error
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


class PageError(SommetError):
    """HTML that holds no article; `reason` is one short word for the metrics."""

    def __init__(self, reason: str, url: str, detail: str) -> None:
        super().__init__(f"{url or 'the page'} holds no article: {detail}.")
        self.reason = reason


def parse(html: bytes, *, url: str, source: str = "", outlet: str = "", doc_id: str = "") -> RawArticle:
    """Return the main text of a page with its title, date and language, as far as it states them.

    Raises `PageError` with the reason `too_large`, `broken` or `no_text`; nothing else.
    """
    if len(html) > MAX_BYTES or html.count(b"<") > 2 * MAX_ELEMENTS:
        raise PageError("too_large", url, "it is larger than any article")
    try:
        found = trafilatura.bare_extraction(
            html, url=url, with_metadata=True, include_comments=False, date_extraction_params=_DATES
        )
    except Exception as error:  # lxml and trafilatura raise many kinds on hostile pages
        raise PageError("broken", url, f"trafilatura gave up with {type(error).__name__}") from error
    if found is None or isinstance(found, dict) or not found.text:
        raise PageError("no_text", url, "no text was found in it")
    return raw_article(
        url=url,
        title=found.title or "",
        text=found.text,
        published=found.date or "",
        lang=_language(html),
        source=source or url,
        outlet=outlet or found.sitename or "",
        doc_id=doc_id,
    )


def _language(html: bytes) -> str:
    """Return what the page's root claims; trafilatura would guess, and that is done later for all texts."""
    found = _LANG.search(html[:10_000])
    return found[1].decode("ascii") if found else ""
