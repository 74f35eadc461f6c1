"""Quotations in any language: where they begin and end, with broken quotation marks repaired.

Machine translation turns marks round (`» démocratie «`), glues them (`qu' »il comprend`) or uses one
for both ends. A mark therefore opens or closes by what stands around it and by what is open, not by
its shape alone. Guards: a quotation ends with its paragraph, is at most 1,500 characters long, and a
mark without a partner is dropped. Titles in 《 》 and single quotation marks are no quotations.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

LONGEST = 1500
"""Characters of the longest quotation, its marks included."""
_MARK = re.compile('[«»“”„‟"＂「」『』\n]')
_AFTER_CLOSING = frozenset(".,;:!?)…]，。；：！？）")
_BEFORE_OPENING = frozenset("([{'’—–-:：，。（")


@dataclass(frozen=True, slots=True)
class QuoteSpan:
    """A quotation: characters from its opening mark up to, not including, what follows its last."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Mark:
    """A quotation mark, and whether what stands around it looks like a beginning or an end."""

    at: int
    char: str
    opens: bool
    closes: bool


def find_quotes(text: str) -> list[QuoteSpan]:
    """Return the outermost quotations of a text, in order and without overlap."""
    pairs: list[tuple[int, int]] = []
    for marks in _paragraphs(text):
        for family, pair in _FAMILIES:
            pairs += pair([mark for mark in marks if mark.char in family])
    spans = sorted((a, b + 1) for a, b in pairs if 1 < b - a < LONGEST)
    outer: list[QuoteSpan] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not outer or start >= outer[-1].end:
            outer.append(QuoteSpan(start, end))
    return outer


def _paragraphs(text: str) -> Iterator[list[_Mark]]:
    marks: list[_Mark] = []
    for match in _MARK.finditer(text):
        if match[0] != "\n":
            marks.append(_look(text, match.start()))
        elif marks:
            yield marks
            marks = []
    yield marks


def _look(text: str, at: int) -> _Mark:
    """Judge a mark by its neighbours, to the exclusion of the other reading."""
    before = text[at - 1] if at else "\n"
    after = text[at + 1] if at + 1 < len(text) else "\n"
    beyond = text[at + 2] if at + 2 < len(text) else "\n"
    free_before = before.isspace() or before in _BEFORE_OPENING
    ends = after in _AFTER_CLOSING or after == "\n" or (after.isspace() and beyond in _AFTER_CLOSING)
    opens = free_before and not after.isspace() and not ends
    closes = ends or (not free_before and after.isspace())
    return _Mark(at, text[at], opens, closes)


def _pair_fixed(marks: list[_Mark]) -> Iterator[tuple[int, int]]:
    """Pair corner brackets, which nobody turns round."""
    stack: list[_Mark] = []
    for mark in marks:
        if mark.char in "「『":
            stack.append(mark)
        elif stack:
            yield stack.pop().at, mark.at


def _pair_straight(marks: list[_Mark]) -> Iterator[tuple[int, int]]:
    """Pair straight marks by turns; a second opening starts anew, a lonely closing is dropped."""
    opened: _Mark | None = None
    for mark in marks:
        if opened is None:
            opened = None if mark.closes and not mark.opens else mark
        elif mark.opens and not mark.closes and opened.opens:
            opened = mark
        else:
            yield opened.at, mark.at
            opened = None


def _pair_curly(marks: list[_Mark]) -> Iterator[tuple[int, int]]:
    """Pair “ ” and „ “; a ” that cannot close opens, a “ that stands behind one closes."""
    opened: _Mark | None = None
    for index, mark in enumerate(marks):
        if opened is None:
            if mark.char != "”" or (not mark.closes and _partner(marks, index)):
                opened = mark
        elif mark.char in "„‟" or (mark.char == "“" and opened.char != "„" and not mark.closes):
            opened = mark
        else:
            yield opened.at, mark.at
            opened = None


def _pair_angular(marks: list[_Mark]) -> Iterator[tuple[int, int]]:
    """Pair « » in whatever order they come, properly nested ones included."""
    stack: list[_Mark] = []
    for index, mark in enumerate(marks):
        if not stack:
            if mark.char == "«" or (not mark.closes and _partner(marks, index)):
                stack.append(mark)
        elif mark.char == "«" and stack[0].char == "«" and not mark.closes:
            nested = len(stack) < 3 and [m.char for m in marks[index + 1 : index + 3]] == ["»", "»"]
            stack = [*stack, mark] if nested else [mark]
        else:
            yield stack.pop().at, mark.at


def _partner(marks: list[_Mark], index: int) -> bool:
    """Say whether a mark that opens the wrong way round has another in reach that can close it."""
    return index + 1 < len(marks) and marks[index + 1].at - marks[index].at < LONGEST


Pairing = Callable[[list[_Mark]], Iterator[tuple[int, int]]]
_FAMILIES: tuple[tuple[str, Pairing], ...] = (
    ("«»", _pair_angular),
    ("“”„‟", _pair_curly),
    ('"＂', _pair_straight),
    ("「」『』", _pair_fixed),
)
