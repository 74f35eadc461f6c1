"""HTML as a tree of elements, so that text can never become markup: for the page and for mails."""

from xml.etree.ElementTree import Element, SubElement, tostring


def add(parent: Element, tag: str, text: str, *, css: str = "", **attributes: str) -> Element:
    """Add an element that holds `text` to `parent`; `css` is its class."""
    if css:
        attributes["class"] = css
    element = SubElement(parent, tag, attributes)
    element.text = text
    return element


def append(parent: Element, text: str) -> None:
    """Add text behind all that `parent` holds already."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def document(root: Element) -> str:
    """Return `root`, which is `html`, as a whole document."""
    return "<!DOCTYPE html>\n" + tostring(root, encoding="unicode", method="html")
