"""What an analyser must know of a sentence's structure, whatever the language.

Three implementations: `dependencies.Dependencies` reads a spaCy parse, `Windows` cuts at punctuation,
`russian.Joined` asks a parse and windows.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal, Protocol

Tense = Literal["past", "pluperfect", "present", "future", "conditional", "infinitive", ""]


class Syntax(Protocol):
    """The structure of one sentence; offsets count in the sentence."""

    def clause(self, at: int) -> tuple[int, int]:
        """Return the first character of the clause around the word at `at`, and the one behind its last."""

    def words(self, at: int) -> str:
        """Return the clause's words and the verbs that govern it."""

    def sees(self, at: int, other: int) -> bool:
        """Tell whether the word at `other` can be an argument of the predicate at `at`."""

    def tense(self, at: int) -> Tense:
        """Return the tense of the verb that governs the word at `at`."""

    def negated(self, at: int) -> bool:
        """Tell whether that verb is negated."""

    def apart(self, at: int, other: int) -> bool:
        """Tell whether the word at `other` is for certain an argument of another predicate."""

    def done(self, at: int) -> bool:
        """Tell whether the word is for certain itself a verb that tells what happened."""

    def subordinate(self, at: int) -> bool:
        """Tell whether the word stands in a relative, temporal or participial clause."""


_APART = re.compile(r"[;；]|,\s(?:а|зато|тогда как|в то время как)\s(?:(?:во?|на|у)\s)?(?=[А-ЯЁ])")


@dataclass(frozen=True, slots=True)
class Windows:
    """Structure by punctuation, for languages without a parser.

    A clause reaches from one comma to the next; a word sees its own clause and its neighbours on both
    sides, as far as `reach` characters.
    """

    text: str
    breaks: tuple[int, ...]
    reach: int
    negation: re.Pattern[str]
    future: re.Pattern[str]
    completed: re.Pattern[str]

    def clause(self, at: int) -> tuple[int, int]:
        """Return the two ends of the clause at `at`."""
        return self._around(at, 0)

    def words(self, at: int) -> str:
        """Return the text of the clause."""
        start, end = self._around(at, 0)
        return self.text[start:end]

    def sees(self, at: int, other: int) -> bool:
        """Tell whether `other` lies in the same clause or a neighbouring one, within reach."""
        near, far = sorted((at, other))
        if far - near > self.reach:
            return False
        start, end = self._around(at, 1)
        return start <= other < end and not _APART.search(self.text, near, far + 1)

    def tense(self, at: int) -> Tense:
        """Return future where a word of the clause says so."""
        start, end = self._around(at, 0)
        return "future" if self.future.search(self.text, start, end) else ""

    def negated(self, at: int) -> bool:
        """Tell whether a negation stands right before the word."""
        return bool(self.negation.search(self.text, max(0, at - 8), at))

    def apart(self, at: int, other: int) -> bool:  # noqa: ARG002 - the protocol's signature
        """Tell nothing: punctuation alone does not show it."""
        return False

    def done(self, at: int) -> bool:
        """Tell whether the word has the mark of what is completed (会见了)."""
        return bool(self.completed.match(self.text, at))

    def subordinate(self, at: int) -> bool:  # noqa: ARG002 - the protocol's signature
        """Tell nothing: punctuation alone does not show it."""
        return False

    def _around(self, at: int, neighbours: int) -> tuple[int, int]:
        behind = bisect_right(self.breaks, at)
        first, last = behind - 1 - neighbours, behind + neighbours
        start = self.breaks[first] if first >= 0 else 0
        return start, self.breaks[last] if last < len(self.breaks) else len(self.text)


def windows(text: str, *, reach: int, negation: str, future: str, completed: str = "(?!)") -> Windows:
    """Return the punctuation structure of one sentence."""
    breaks = tuple(match.end() for match in re.finditer(r"[,，;；:：—]\s?| [-–] ", text))
    return Windows(text, breaks, reach, _compiled(negation), _compiled(future), _compiled(completed))


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
