"""Mentions as the frame rules see them, and sentences with slots in their place."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

SIDES = "RCOFB"
KINDS = "psag"
_FIRST = 0xE000


@dataclass(frozen=True, slots=True)
class Mark:
    """A mention in one sentence.

    `side` is R or C for the two watched states, O for a third party, F for a forum or exercise, B for
    both states at once. `kind` is p (person), s (state, body, company), a (adjective), g (place).
    `index` points into the article's mentions; a mark of both has two. `leader` says that the person
    was head of state or government when the article appeared.
    """

    start: int
    end: int
    side: str
    kind: str
    indexes: tuple[int, ...]
    leader: bool = False
    state: str = ""

    @property
    def slot(self) -> str:
        """The character that stands for this mark in a sentence with slots."""
        return slot(self.side, self.kind)


def slot(side: str, kind: str) -> str:
    """Return the private-use character for a side and a kind."""
    return chr(_FIRST + SIDES.index(side) * len(KINDS) + KINDS.index(kind))


@cache
def slots(name: str) -> str:
    """Return the character class for a slot as rules write it: `R`, `C.ps`, `RC`, `O.a`."""
    sides, _, kinds = name.partition(".")
    return "[" + "".join(slot(s, k) for s in sides for k in (kinds or KINDS)) + "]"


@dataclass(frozen=True, slots=True)
class Slotted:
    """A sentence in which every mark is one character, with the way back."""

    text: str
    marks: tuple[Mark, ...]
    origin: tuple[int, ...]
    owner: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the characters of the sentence behind a stretch of the slotted text."""
        last = self.owner[end - 1]
        return self.origin[start], self.marks[last].end if last >= 0 else self.origin[end - 1] + 1

    def within(self, start: int, end: int) -> list[Mark]:
        """Return the marks in a stretch of the slotted text."""
        return [self.marks[i] for i in self.owner[start:end] if i >= 0]


def slotted(text: str, marks: Sequence[Mark]) -> Slotted:
    """Return `text` with one character in the place of each of `marks` (in order, not overlapping)."""
    out: list[str] = []
    origin: list[int] = []
    owner: list[int] = []
    at = 0
    for number, mark in enumerate(marks):
        out += (text[at : mark.start], mark.slot)
        origin += (*range(at, mark.start), mark.start)
        owner += (*([-1] * (mark.start - at)), number)
        at = mark.end
    out.append(text[at:])
    origin += range(at, len(text))
    owner += [-1] * (len(text) - at)
    return Slotted("".join(out), tuple(marks), tuple(origin), tuple(owner))
