"""A message in words, before a receiver gives it a form. All its text is clean (see `text.clean`)."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a message: what it is about, and what is known."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Quote:
    """The sentence that shows the event, with the words that prove it in the middle."""

    open: str
    before: str
    marked: str
    after: str
    close: str

    @property
    def text(self) -> str:
        """The sentence in its quotation marks."""
        return f"{self.open}{self.before}{self.marked}{self.after}{self.close}"


@dataclass(frozen=True, slots=True)
class Link:
    """Where the sentence stands: outlet, headline, and a checked http(s) URL or nothing.

    `url` is the page; `target` the same with a fragment that scrolls to the sentence.
    """

    outlet: str
    headline: str = ""
    url: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message, in one language; a digest has `items` instead of facts."""

    language: str
    title: str
    facts: tuple[Fact, ...] = ()
    quote: Quote | None = None
    link: Link | None = None
    notes: tuple[str, ...] = ()
    items: tuple["Rendered", ...] = field(default=())
    footer: str = ""
    colon: str = ": "
    read: str = ""
