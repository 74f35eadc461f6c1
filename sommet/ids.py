"""Derived ids: the same input always has the same id, so that what comes twice is recognised."""

import hashlib
from functools import lru_cache
from urllib.parse import urlsplit

from courlan import clean_url


def digest(*parts: str) -> str:
    """Return 16 hexadecimal digits that stand for `parts`."""
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=8).hexdigest()


@lru_cache(maxsize=4096)
def canonical_url(url: str) -> str:
    """Return `url` without tracking parameters, fragment, scheme and `www.`, for comparison only."""
    cleaned = clean_url(url) or url
    parts = urlsplit(cleaned)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    path = parts.path.rstrip("/") or "/"
    return f"{host}{path}" + (f"?{parts.query}" if parts.query else "")


def article_id(url: str) -> str:
    """Return the id of the article published at `url`."""
    return digest("article", canonical_url(url))
