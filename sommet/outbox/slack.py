"""Messages in a Slack channel, by an incoming webhook.

Source: Slack's manuals of incoming webhooks, Block Kit and message formatting: `&`, `<`, `>` are
escaped, links and mentions exist in angle brackets only, a webhook takes one message a second.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from sommet.errors import ConfigError
from sommet.outbox.lines import headline
from sommet.outbox.message import Link, Quote, Rendered
from sommet.outbox.receiver import SENT, Outcome
from sommet.outbox.text import safe_url

# Slack's own limits, and shares of the 3000 characters of a section.
_HEADER, _FALLBACK = 150, 1000
_LINK, _ITEM_LINK, _LINK_TEXT = 2400, 400, 400
_ITEMS_PER_SECTION = 3
_TIMEOUT = {"connect": 5.0, "read": 10.0, "write": 10.0, "pool": 5.0}
_MESSAGE = (400, 413, 422)
"""What Slack answers to a message it cannot take; every other 4xx is about the webhook."""
_TABLE = str.maketrans({"*": "∗", "_": "＿", "~": "∼", "`": "ˋ", "|": "∣"})


@dataclass(frozen=True, slots=True)
class SlackReceiver:
    """Posts to the incoming webhook `url`, which is a secret: it stands in no text that leaves here.

    `transport` replaces the network. Redirects are not followed; proxies are those of the environment.
    """

    url: str = field(repr=False)
    language: str = ""
    pace: timedelta = timedelta(seconds=1)
    transport: httpx.BaseTransport | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Raise `ConfigError` for what is no http(s) URL."""
        if not safe_url(self.url):
            raise ConfigError("The URL of a Slack receiver is no http(s) address of an incoming webhook.")

    def send(self, message: Rendered, key: str) -> Outcome:
        """Post `message`; the key stands in the first block's id."""
        request = httpx.Request(
            "POST",
            self.url,
            json=payload(message, key),
            headers={"User-Agent": "sommet"},
            extensions={"timeout": dict(_TIMEOUT)},
        )
        try:
            return self._post(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            return Outcome("retry", f"Slack cannot be reached ({type(error).__name__})")
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            return Outcome("retry", f"Slack did not answer ({type(error).__name__})", uncertain=True)

    def _post(self, request: httpx.Request) -> Outcome:
        """Send by the transport itself: a client would write the URL to its log."""
        if self.transport is not None:
            return _judged(self.transport.handle_request(request))
        with httpx.HTTPTransport(proxy=_proxy(self.url)) as transport:
            return _judged(transport.handle_request(request))


def payload(message: Rendered, key: str) -> dict[str, Any]:
    """Return the JSON of one Slack message; raises what slack_sdk raises for what Slack would refuse."""
    blocks = _blocks(message, key)
    for block in blocks:
        block.validate_json()
    return {
        "text": escaped(message.title, _FALLBACK),
        "blocks": [block.to_dict() for block in blocks],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def escaped(text: str, limit: int) -> str:
    """Return `text` so that Slack shows it letter for letter, in at most `limit` characters.

    Nothing escapes `*`, `_`, `~`, `|` and backticks; look-alikes stand for them.
    """
    parts: list[str] = []
    room = limit
    for char in text.translate(_TABLE):
        safe = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(char, char)
        if len(safe) > room - 1:
            return "".join(parts).rstrip() + "…"
        parts.append(safe)
        room -= len(safe)
    return "".join(parts)


def _blocks(message: Rendered, key: str) -> list[Block]:
    title = PlainTextObject(text=escaped(message.title, _HEADER), emoji=False)
    blocks: list[Block] = [HeaderBlock(text=title, block_id=f"sommet-{key}")]
    if message.facts:
        blocks.append(_section("\n".join(_facts(message))))
    if message.quote:
        blocks.append(_section(_quote(message.quote)))
    if message.link:
        blocks.append(_section(_linked(message.link)))
    lines = [f"• {_linked_title(item)}" for item in message.items]
    blocks += [_section("\n".join(some)) for some in _chunks(lines, _ITEMS_PER_SECTION)]
    if context := [escaped(note, 300) for note in (*message.notes, message.footer) if note]:
        blocks.append(ContextBlock(elements=[_text(" · ".join(context))]))
    return blocks


def _facts(message: Rendered) -> list[str]:
    return [f"*{escaped(fact.label, 60)}*{message.colon}{escaped(fact.value, 240)}" for fact in message.facts]


def _chunks(lines: list[str], size: int) -> list[list[str]]:
    return [lines[start : start + size] for start in range(0, len(lines), size)]


def _quote(quote: Quote) -> str:
    before, after = escaped(quote.before, 1000), escaped(quote.after, 1000)
    marked = escaped(quote.marked, 900)
    return f"> {quote.open}{before}{_marked(before, marked, after)}{after}{quote.close}"


def _marked(before: str, marked: str, after: str) -> str:
    """Return `marked` in bold; in brackets where letters touch it, as in Chinese: no bold there."""
    if not marked:
        return ""
    touched = before[-1:].isalnum() or after[:1].isalnum()
    return f"〔{marked}〕" if touched else f"*{marked}*"


def _linked_title(item: Rendered) -> str:
    return _anchor(escaped(item.title, _LINK_TEXT), item.link.url if item.link else "", _ITEM_LINK)


def _linked(link: Link) -> str:
    text = escaped(headline(link), _LINK_TEXT) or escaped(link.url, _LINK_TEXT)
    anchor = _anchor(text, link.target, _LINK)
    return anchor if anchor != text else _anchor(text, link.url, _LINK)


def _anchor(text: str, url: str, limit: int) -> str:
    address = _address(url)
    return f"<{address}|{text}>" if safe_url(url) and len(address) <= limit else text


def _address(url: str) -> str:
    return url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")


def _section(text: str) -> SectionBlock:
    return SectionBlock(text=_text(text))


def _text(text: str) -> MarkdownTextObject:
    """Return formatted text in which Slack looks for no names, channels or addresses of its own accord."""
    return MarkdownTextObject(text=text, verbatim=True)


def _judged(response: httpx.Response) -> Outcome:
    """Return what the status means; of the body only its presence counts."""
    try:
        status = response.status_code
        if 200 <= status < 300:
            return SENT
        detail = f"Slack answered {status}"
        if status in _MESSAGE:
            return Outcome("failed", detail)
        if status in (408, 425, 429) or status >= 500 or 300 <= status < 400:
            return Outcome("retry", detail, _retry_after(response.headers.get("Retry-After", "")))
        return Outcome("held", f"{detail}: the webhook's address is wrong or switched off")
    finally:
        response.close()


def _retry_after(value: str) -> timedelta | None:
    """Return the seconds that Slack asks for; Slack sends no dates."""
    return timedelta(seconds=int(value)) if value.isascii() and value.isdigit() and len(value) < 7 else None


def _proxy(url: str) -> str | None:
    parts = urlsplit(url)
    if not parts.hostname or proxy_bypass(parts.hostname):
        return None
    proxies = getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")
