"""Hostile text made harmless: characters, lengths, URLs, text fragments."""

import re
import unicodedata
from urllib.parse import quote, urlsplit

_ANSI = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # control sequences: colours, cursor
    r"|\x1b[\]PX^_].*?(?:\x1b\\|\x07|$)"  # strings to the terminal: titles, hyperlinks
    r"|\x9b[0-?]*[ -/]*[@-~]"  # the same with one byte
    r"|\x1b.",
    re.DOTALL,
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"  # zero width, directional overrides, annotations, tags
)
_SPACE = re.compile(r"[\t-\r \x85\u2028\u2029]+")
_MAX_URL = 2000
_FRAGMENT_WORDS = 5
_FRAGMENT_LONG = 12
_FRAGMENT_CHARS = 12
_EDGES = "«»“”„\"'‘’()[]…,;:!?.–—- \u00a0\u202f"


def clean(text: str, limit: int = 0) -> str:
    """Return `text` on one line, without control, escape, override and invisible characters.

    `limit` is the number of characters kept, the last of them an ellipsis; 0 keeps all.
    """
    text = _SPACE.sub(" ", _ANSI.sub("", text))
    text = _INVISIBLE.sub("", text)
    text = "".join(_harmless(char) for char in text)
    text = _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()
    return shorten(text, limit) if limit else text


def shorten(text: str, limit: int) -> str:
    """Return at most `limit` characters of `text`, an ellipsis for the rest."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def safe_url(url: str) -> str:
    """Return `url` if it is http or https, with a host, without a user, control characters or blanks.

    Anything else gives nothing: no link is better than one that leads elsewhere. Characters with a
    meaning in markup come back percent-encoded.
    """
    if not url or len(url) > _MAX_URL or any(_blank(char) for char in url) or "\\" in url:
        return ""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port
    except (ValueError, UnicodeError):
        return ""
    if (
        parts.scheme not in ("http", "https")
        or not re.fullmatch(r"[a-z0-9.:\[\]_-]+", host)
        or "@" in parts.netloc
    ):
        return ""
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    tail = parts._replace(scheme="", netloc="").geturl()
    encoded = quote(tail, safe="/?#:@!$&()*+,;=%~-._")
    return f"{parts.scheme}://{netloc}{encoded}" if encoded.startswith(("/", "?", "#")) or not encoded else ""


def host_of(url: str) -> str:
    """Return the host of a safe URL, without `www.`."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def with_text_fragment(url: str, sentence: str) -> str:
    """Return `url` with a fragment that makes a browser scroll to `sentence` and mark it.

    Source: WICG, URL Fragment Text Directives: `#:~:text=start,end`, where a long text is given by its
    first and last words; `-`, `&` and `,` have a meaning there and are percent-encoded.
    """
    text = sentence.strip(_EDGES)
    if not url or not text:
        return url
    page, _, anchor = url.partition("#")
    anchor = anchor.partition(":~:")[0]
    start, end = _edges(text)
    directive = _directive(start) + (f",{_directive(end)}" if end else "")
    return f"{page}#{anchor}:~:text={directive}"


def _edges(text: str) -> tuple[str, str]:
    """Return the text, or its first and last words where it is long; whole clauses in Chinese."""
    words = text.split()
    if len(words) > _FRAGMENT_LONG:
        first, last = " ".join(words[:_FRAGMENT_WORDS]), " ".join(words[-_FRAGMENT_WORDS:])
        return first.strip(_EDGES), last.strip(_EDGES)
    clauses = [clause for clause in re.split(r"[，。；：！？、“”《》]", text) if clause.strip()]
    if len(text) > _FRAGMENT_CHARS * 2 and len(clauses) > 1 and len(words) < len(text) / 10:
        return clauses[0].strip(), clauses[-1].strip()
    return text, ""


def _directive(text: str) -> str:
    return quote(text, safe="").replace("-", "%2D")


def _harmless(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cs":
        return "\ufffd"
    return "" if category == "Cc" else char


def _blank(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Cc", "Cf", "Cs")
