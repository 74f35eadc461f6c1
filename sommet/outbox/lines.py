"""A message as plain lines: for pipes, for the text of a mail."""

from collections.abc import Iterator

from sommet.outbox.message import Link, Rendered


def lines(message: Rendered) -> Iterator[str]:
    """Give `message` line by line, the title first."""
    yield message.title
    for fact in message.facts:
        yield f"{fact.label}{message.colon}{fact.value}"
    if message.quote:
        yield message.quote.text
    if message.link:
        yield from _link(message.link)
    for item in message.items:
        yield f"• {item.title}"
        if item.link and item.link.url:
            yield f"  {item.link.url}"
    yield from message.notes


def headline(link: Link) -> str:
    """Return outlet and headline on one line."""
    return " – ".join(part for part in (link.outlet, link.headline) if part)


def _link(link: Link) -> Iterator[str]:
    if text := headline(link):
        yield text
    if link.target:
        yield link.target
