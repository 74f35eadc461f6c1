"""One sentence as the reader sees it: its text, marks and structure, and the times and amounts in it."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Protocol

from schemas.articles import Sentence
from sommet.language import quantities, times
from sommet.language.judgements import is_name
from sommet.language.marks import Mark
from sommet.language.syntax import Syntax, Tense


class Parser(Protocol):
    """Gives the structure of a sentence; `persons` are the spans of known persons in it."""

    def __call__(self, text: str, persons: Sequence[tuple[int, int]]) -> Syntax:
        """Return the structure of `text`."""


class View:
    """A sentence being read; what costs time is looked for when first asked for."""

    def __init__(
        self, sentence: Sentence, text: str, marks: Sequence[Mark], parser: Parser, lang: str
    ) -> None:
        """See `sentence`, whose text is `text`, with `marks`; offsets count in it."""
        self.sentence, self.text, self.marks, self._lang = sentence, text, marks, lang
        self.syntax: Syntax = _Lazy(parser, text, marks)

    @property
    def base(self) -> int:
        """Where the sentence begins in the article."""
        return self.sentence.start

    @cached_property
    def times(self) -> list[Any]:
        """The expressions of time."""
        return list(times.find(self.text, self._lang))

    @cached_property
    def quantities(self) -> list[Any]:
        """The amounts."""
        return list(quantities.find_quantities(self.text, self._lang))


class _Lazy:
    """A sentence's structure, parsed when first asked for."""

    def __init__(self, parser: Parser, text: str, marks: Sequence[Mark]) -> None:
        self._parser, self._text = parser, text
        self._persons = [(m.start, m.end) for m in marks if is_name(m, text)]

    @cached_property
    def _syntax(self) -> Syntax:
        return self._parser(self._text, self._persons)

    def clause(self, at: int) -> tuple[int, int]:
        return self._syntax.clause(at)

    def words(self, at: int) -> str:
        return self._syntax.words(at)

    def sees(self, at: int, other: int) -> bool:
        return self._syntax.sees(at, other)

    def tense(self, at: int) -> Tense:
        return self._syntax.tense(at)

    def negated(self, at: int) -> bool:
        return self._syntax.negated(at)

    def subordinate(self, at: int) -> bool:
        return self._syntax.subordinate(at)

    def apart(self, at: int, other: int) -> bool:
        return self._syntax.apart(at, other)

    def done(self, at: int) -> bool:
        return self._syntax.done(at)
