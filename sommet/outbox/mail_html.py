"""A message as the HTML of a mail: built as a tree, so that text can never become markup.

Styles are inline, nothing is loaded from elsewhere, colours follow the reader's light or dark mode,
and one column of at most 600 pixels fits a telephone.
"""

from xml.etree.ElementTree import Element, SubElement

from sommet.elements import add, document
from sommet.outbox.lines import headline
from sommet.outbox.message import Fact, Link, Quote, Rendered

_FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_BODY = f"margin:0;padding:0;background-color:#f4f5f7;color:#1c2430;{_FONT}"
_CARD = (
    "max-width:600px;margin:0 auto;background-color:#ffffff;border-radius:8px;border-top:4px solid #2f6fb3"
)
_PADDING = "padding:24px"
_TITLE = "margin:0 0 16px;font-size:20px;line-height:1.35;font-weight:600;overflow-wrap:break-word"
_LABEL = (
    "padding:4px 16px 4px 0;font-size:14px;line-height:1.45;color:#5d6876;vertical-align:top;text-align:left"
)
_LABEL += ";font-weight:400;white-space:nowrap"
_VALUE = "padding:4px 0;font-size:14px;line-height:1.45;vertical-align:top;overflow-wrap:anywhere"
_QUOTE = (
    "margin:20px 0 16px;padding:4px 0 4px 16px;border-left:3px solid #9aa8b8;font-size:16px;line-height:1.55"
)
_QUOTE += ";overflow-wrap:break-word"
_MARK = "background-color:#ffe9a8;color:#1c2430;padding:1px 2px;border-radius:2px"
_SOURCE = "margin:0 0 8px;font-size:14px;line-height:1.5;overflow-wrap:anywhere"
_LINK = "color:#1f5fa8;text-decoration:underline"
_ITEM = "margin:0 0 14px;font-size:15px;line-height:1.45;overflow-wrap:anywhere"
_NOTE = "margin:12px 0 0;font-size:13px;line-height:1.5;color:#5d6876"
_FOOTER = "margin:20px 0 0;padding-top:12px;border-top:1px solid #dde2e8;font-size:12px;line-height:1.5"
_FOOTER += ";color:#5d6876"
_DARK = (
    ":root{color-scheme:light dark;supported-color-schemes:light dark}"
    "@media (prefers-color-scheme:dark){"
    ".page{background-color:#14181d!important;color:#e6eaef!important}"
    ".card{background-color:#1e242b!important}"
    ".soft{color:#a4b0bd!important;border-color:#39424d!important}"
    ".link{color:#8ebcf0!important}}"
)


def html(message: Rendered) -> str:
    """Return `message` as a whole HTML document."""
    root = Element("html", {"lang": message.language})
    head = SubElement(root, "head")
    SubElement(head, "meta", {"charset": "utf-8"})
    SubElement(head, "meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    SubElement(head, "meta", {"name": "color-scheme", "content": "light dark"})
    SubElement(head, "meta", {"name": "supported-color-schemes", "content": "light dark"})
    add(head, "title", message.title)
    add(head, "style", _DARK)
    body = SubElement(root, "body", {"class": "page", "style": _BODY})
    outer = SubElement(body, "div", {"class": "page", "style": "padding:16px 8px;background-color:#f4f5f7"})
    card = SubElement(outer, "div", {"class": "card", "style": _CARD})
    _fill(SubElement(card, "div", {"style": _PADDING}), message)
    return document(root)


def _fill(card: Element, message: Rendered) -> None:
    add(card, "h1", message.title, style=_TITLE)
    if message.facts:
        _add_facts(card, message.facts)
    if message.quote:
        _add_quote(card, message.quote)
    if message.link:
        _add_source(card, message.link, message.read)
    for item in message.items:
        _add_item(card, item)
    if message.notes:
        add(card, "p", " · ".join(message.notes), css="soft", style=_NOTE)
    if message.footer:
        add(card, "p", message.footer, css="soft", style=_FOOTER)


def _add_facts(card: Element, facts: tuple[Fact, ...]) -> None:
    table = SubElement(card, "table", {"style": "border-collapse:collapse;width:100%", "cellpadding": "0"})
    for fact in facts:
        row = SubElement(table, "tr")
        add(row, "th", fact.label, css="soft", style=_LABEL, scope="row")
        add(row, "td", fact.value, style=_VALUE + ";width:100%")


def _add_quote(card: Element, quote: Quote) -> None:
    block = SubElement(card, "blockquote", {"class": "quote", "style": _QUOTE})
    block.text = quote.open + quote.before
    if quote.marked:
        mark = add(block, "mark", quote.marked, style=_MARK)
        mark.tail = quote.after + quote.close
    else:
        block.text += quote.after + quote.close


def _add_source(card: Element, link: Link, read: str) -> None:
    line = add(card, "p", headline(link), style=_SOURCE)
    if link.target:
        SubElement(line, "br")
        add(line, "a", read, css="link", style=_LINK, href=link.target)


def _add_item(card: Element, item: Rendered) -> None:
    line = SubElement(card, "p", {"style": _ITEM})
    if item.link and item.link.target:
        anchor = add(line, "a", item.title, css="link", style=_LINK, href=item.link.target)
        anchor.tail = f" ({item.link.outlet})" if item.link.outlet else ""
    else:
        line.text = item.title
