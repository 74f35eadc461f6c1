"""Builds the `RawArticle` of whatever was read: sane sizes, valid text, ids that stay the same."""

import re
from urllib.parse import quote, urljoin, urlsplit

from schemas.articles import RawArticle
from sommet import ids

MAX_TITLE = 1_000
MAX_TEXT = 1_000_000
MAX_URL = 2_000

_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]*>|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_UNSAFE = re.compile(r"[\s<>\"\\^`{|}]")
_LANG = re.compile(r"^[a-z]{2,3}$")


def sane(text: str, limit: int) -> str:
    """Return at most `limit` characters of `text`, without control characters and lone surrogates."""
    return _UNFIT.sub("", text[:limit]).strip()


def is_html(text: str) -> bool:
    """Whether `text` contains tags or entities."""
    return _MARKUP.search(text) is not None


def language(tag: str) -> str:
    """Return the language of a tag like `fr-FR`, empty when it is none."""
    base = tag.strip().lower().replace("_", "-").partition("-")[0]
    return base if _LANG.match(base) else ""


def web_url(href: str, base: str = "") -> str:
    """Return `href` as an absolute http or https URL, empty when it is none."""
    href = _UNFIT.sub("", href.strip())
    if not href or len(href) > MAX_URL:
        return ""
    try:
        url = _UNSAFE.sub(lambda m: quote(m[0]), urljoin(base, href) if base else href)
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        ids.article_id(url)
    except ValueError:
        return ""
    return url if usable else ""


def shown(url: str) -> str:
    """Return `url` without user, password and query, which may hold secrets: for people and messages."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "the URL"
    if not host:
        return "the URL"
    return sane(f"{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path}", 200)


def is_home(url: str) -> bool:
    """Whether `url` is a site's front page, which is no article's own address."""
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def raw_article(
    *,
    url: str,
    title: str,
    text: str,
    source: str,
    outlet: str = "",
    published: str = "",
    lang: str = "",
    doc_id: str = "",
    part: str = "",
) -> RawArticle:
    """Return one article as it was found, without its time of receipt.

    `part` tells apart articles that have no URL of their own and share `url`.
    """
    title, text = sane(title, MAX_TITLE), sane(text, MAX_TEXT)
    article = ids.digest("article", url, part) if part else ids.article_id(url)
    return RawArticle(
        id=f"raw/{article}/{ids.digest(title, text)}",
        article=article,
        url=f"{url}#{part}" if part else url,
        source=source,
        outlet=sane(outlet, MAX_TITLE),
        title=title,
        text=text,
        html=is_html(text),
        published=sane(published, 200),
        lang=language(lang),
        doc_id=sane(doc_id, MAX_TITLE),
    )
