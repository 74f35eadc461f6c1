"""An explanation as one HTML page: the text with its entities marked, events and frames beneath.

Built as a tree, so that text can never become markup. No script, nothing from elsewhere, and a policy
that lets a browser take in no more than the one style sheet.
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from xml.etree.ElementTree import Element, SubElement

from schemas.articles import Span
from sommet.elements import add, append, document
from sommet.explain.model import Explanation, Happening, Line, Marked, Quotation, Statement, Why
from sommet.explain.words import Fact, Speaker
from sommet.outbox.text import safe_url
from sommet.terminal import safe

SIDES = ("first", "second")


def page(found: Sequence[Explanation], speaker: Speaker) -> str:
    """Return all explanations as one HTML document."""
    root = Element("html", {"lang": speaker.phrases.language})
    head = SubElement(root, "head")
    SubElement(head, "meta", {"charset": "utf-8"})
    policy = f"default-src 'none'; style-src 'sha256-{_digest()}'; base-uri 'none'; form-action 'none'"
    SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": policy})
    SubElement(head, "meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    SubElement(head, "meta", {"name": "color-scheme", "content": "light dark"})
    SubElement(head, "meta", {"name": "referrer", "content": "no-referrer"})
    titles = [safe(each.title, 100) for each in found if each.title]
    add(head, "title", f"{titles[0]} – sommet" if len(titles) == 1 else speaker.labels.title)
    add(head, "style", _style())
    main = SubElement(SubElement(root, "body"), "main")
    for number, each in enumerate(found, 1):
        _Article(SubElement(main, "article"), each, speaker, number).fill()
    return document(root) + "\n"


@cache
def _style() -> str:
    return (files("sommet.explain") / "page.css").read_text("utf-8")


def _digest() -> str:
    return base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()


class _Article:
    """One text on the page; `number` keeps the anchors of several apart."""

    def __init__(self, parent: Element, found: Explanation, speaker: Speaker, number: int) -> None:
        self.parent, self.found, self.speaker, self.number = parent, found, speaker, number
        self.labels = speaker.labels
        self.sides = found.dyad.split("-")

    def fill(self) -> None:
        """Write everything, the most asked for first."""
        found = self.found
        header = SubElement(self.parent, "header")
        add(header, "h1", safe(found.title) or safe(found.id))
        origin = add(header, "p", safe(found.outlet or found.source), css="soft")
        link = safe_url(found.url)
        if link:
            line = add(header, "p", "", css="soft")
            add(line, "a", safe(link, 100), href=link, rel="noreferrer noopener")
        elif not (origin.text or "").strip():
            header.remove(origin)
        _facts(header, [*self.speaker.cleaned(found), *self.speaker.gate(found)])
        self._running_text()
        if found.gate.passes and found.gate.analysed:
            self._events()
            self._frames()
            self._quotations()
        self._classifier()

    def _section(self, title: str, count: int | None = None) -> Element:
        section = SubElement(self.parent, "section")
        heading = add(section, "h2", title)
        if count is not None:
            add(heading, "span", str(count), css="count").tail = ""
            heading.text = f"{title} "
        return section

    def _running_text(self) -> None:
        """The text line by line; what was left out is there too, and says what it is."""
        section = self._section(self.labels.text)
        self._legend(section)
        body = SubElement(section, "div", {"class": "text", "lang": safe(self.found.lang, 3)})
        out = {line.start: line for line in self.found.left_out}
        title = len(self.found.title)
        for span in sorted((*self.found.blocks, *self.found.left_out), key=lambda span: span.start):
            if span.start in out:
                line = add(body, "p", "", css="out")
                add(
                    line, "span", self.speaker.words.blocks[out[span.start].kind], css="tag"
                ).tail = f" {safe(out[span.start].text)}"
            else:
                self._block(add(body, "p", "", css="title" if span.end <= title else ""), span)

    def _legend(self, parent: Element) -> None:
        legend = SubElement(parent, "p", {"class": "legend"})
        for kind, label in (
            *zip(SIDES, self.sides, strict=True),
            ("both", "–".join(self.sides)),
            ("third", self.labels.third),
            ("other", self.labels.place),
            ("time", self.labels.time),
            ("amount", self.labels.amount),
        ):
            add(legend, "mark", safe(label), css=kind).tail = " "
        if self.found.quotes:
            add(legend, "span", self.labels.quotation, css="said")

    def _block(self, parent: Element, span: Span) -> None:
        """One paragraph; behind a sentence with frames stand their numbers."""
        ends = [s for s in self.found.sentences if span.start <= s.start and s.end <= span.end]
        if not ends:
            self._run(parent, span.start, span.end)
            return
        at = span.start
        for line in ends:
            self._run(parent, at, line.start)
            inner = SubElement(parent, "span", {"class": "sentence has" if line.frames else "sentence"})
            self._run(inner, line.start, line.end)
            for number in line.frames:
                self._jump(parent, "f", number, css="lost" if not self.found.frames[number - 1].event else "")
            at = line.end
        self._run(parent, at, span.end)

    def _run(self, parent: Element, start: int, end: int, *, linked: bool = True) -> None:
        """Write a stretch of the content; what is quoted in it is set off, and `linked` to who says it."""
        at = start
        for quote in self.found.quotes:
            first, last = max(at, quote.start), min(end, quote.end)
            if first < last:
                self._plain(parent, at, first)
                self._plain(add(parent, "span", "", css="said"), first, last)
                if linked and last == quote.end:
                    self._jump(parent, "q", quote.number, css="quote", text=f"❝\u202f{quote.number}")
                at = last
        self._plain(parent, at, end)

    def _plain(self, parent: Element, start: int, end: int) -> None:
        """Write a stretch of the content with its marks."""
        content, at = self.found.content, start
        for mark in self.found.marked:
            if start <= mark.start and mark.end <= end:
                append(parent, safe(content[at : mark.start]))
                element = add(parent, "mark", safe(mark.text), css=self._kind(mark))
                element.set("title", self.speaker.meaning(mark))
                add(element, "small", self.speaker.tag(mark))
                at = mark.end
        append(parent, safe(content[at:end]))

    def _kind(self, mark: Marked) -> str:
        if mark.time:
            return "time"
        if mark.value is not None:
            return "amount"
        own = {who.side for who in mark.who} - {""}
        if set(self.sides) <= own:
            return "both"
        named = next((kind for kind, side in zip(SIDES, self.sides, strict=True) if side in own), "")
        return named or ("third" if own else "other")

    def _jump(self, parent: Element, kind: str, number: int, css: str = "", text: str = "") -> None:
        target = f"#{kind}{self.number}-{number}"
        add(parent, "a", text or str(number), css=f"jump {css}".strip(), href=target)

    def _events(self) -> None:
        section = self._section(self.labels.events, len(self.found.events))
        if not self.found.events:
            add(section, "p", self.labels.nothing, css="soft")
        for event in self.found.events:
            self._event(section, event)

    def _event(self, parent: Element, event: Happening) -> None:
        said = event.mention
        card = SubElement(parent, "div", {"class": "card event", "id": f"e{self.number}-{event.number}"})
        heading = add(card, "h3", "")
        add(heading, "span", str(event.number), css="number")
        add(heading, "span", self.speaker.words.types[said.type], css="name")
        add(heading, "span", self.speaker.words.statuses[said.status], css=f"pill {said.status}")
        add(heading, "span", self.speaker.words.salience[said.salience], css=f"pill {said.salience}")
        add(card, "blockquote", self.speaker.quoted(said.evidence), lang=safe(self.found.lang, 3))
        rows = _facts(card, [f for f in self.speaker.event(event) if f.label != self.labels.frames])
        add(rows, "dt", self.labels.frames)
        links = add(rows, "dd", "")
        for number in sorted(event.frames):
            self._jump(links, "f", number)
        self._reasons(card, event.why)

    def _frames(self) -> None:
        section = self._section(self.labels.frames, len(self.found.frames))
        for line in self.found.sentences:
            if not line.frames and not line.refused:
                continue
            group = SubElement(section, "div", {"class": "group"})
            quote = SubElement(group, "p", {"class": "text", "lang": safe(self.found.lang, 3)})
            self._run(quote, line.start, line.end, linked=False)
            for number in line.frames:
                self._frame(group, self.found.frames[number - 1])
            self._refused(group, line)

    def _frame(self, parent: Element, frame: Statement) -> None:
        css = "card frame" if frame.event else "card frame lost"
        card = SubElement(parent, "div", {"class": css, "id": f"f{self.number}-{frame.number}"})
        heading = add(card, "h3", "")
        add(heading, "span", str(frame.number), css="number")
        add(heading, "span", frame.concept, css="name")
        for flag in self.speaker.flags(frame):
            add(heading, "span", flag, css="pill flag")
        meter = add(heading, "span", self.speaker.share(frame.weight), css="weight", title=self.labels.weight)
        SubElement(
            meter, "meter", {"min": "0", "max": "1", "low": "0.5", "value": str(frame.weight)}
        ).text = self.speaker.share(frame.weight)
        if frame.event:
            self._jump(heading, "e", frame.event, text=f"→ {self.labels.event} {frame.event}")
        else:
            add(heading, "span", self.labels.no_event, css="pill denied")
        for why in frame.dropped:
            add(card, "p", self.speaker.why(why), css="dropped")
        _facts(card, self.speaker.facts(frame))
        self._reasons(card, frame.why)

    def _reasons(self, parent: Element, reasons: Iterable[Why]) -> None:
        said = [self.speaker.why(why) for why in reasons]
        if said:
            listed = SubElement(parent, "ul", {"class": "why", "aria-label": self.labels.why})
            for text in said:
                add(listed, "li", text)

    def _refused(self, parent: Element, line: Line) -> None:
        refused = list(dict.fromkeys(self.speaker.refused(each) for each in line.refused))
        if refused:
            details = SubElement(parent, "details")
            add(details, "summary", f"{self.labels.not_read} ({len(refused)})")
            listed = SubElement(details, "ul")
            for text in refused:
                add(listed, "li", text)

    def _quotations(self) -> None:
        if self.found.quotes:
            section = self._section(self.labels.quotations, len(self.found.quotes))
            for quote in self.found.quotes:
                self._quotation(section, quote)

    def _quotation(self, parent: Element, quote: Quotation) -> None:
        card = SubElement(parent, "div", {"class": "card quotation", "id": f"q{self.number}-{quote.number}"})
        line = SubElement(card, "div", {"class": "numbered"})
        add(line, "span", str(quote.number), css="number")
        text = SubElement(line, "blockquote", {"lang": safe(self.found.lang, 3)})
        self._plain(text, quote.start, quote.end)
        _facts(card, self.speaker.quotation(quote))

    def _classifier(self) -> None:
        asked = [line for line in self.found.sentences if line.guess]
        if not asked and not self.found.classifier:
            return
        section = self._section(self.labels.classifier)
        if self.found.classifier:
            add(section, "p", self.speaker.why(self.found.classifier), css="soft")
        for line in asked:
            group = SubElement(section, "div", {"class": "group"})
            quote = SubElement(group, "p", {"class": "text", "lang": safe(self.found.lang, 3)})
            self._run(quote, line.start, line.end, linked=False)
            if line.guess:
                add(group, "p", self.speaker.why(line.guess), css="dropped")


def _facts(parent: Element, facts: Iterable[Fact]) -> Element:
    """Write facts as a list of terms; a label that stands before several is written once."""
    listed = SubElement(parent, "dl")
    before = ""
    for fact in facts:
        if fact.label != before:
            add(listed, "dt", fact.label)
        add(listed, "dd", fact.value)
        before = fact.label
    return listed
