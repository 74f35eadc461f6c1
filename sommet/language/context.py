"""What earlier sentences let a reader fill in: who "the two leaders", "he", "his counterpart" are.

"The two leaders" are the two of the last sentence that names a pair; where that pair has a third party
in it, they are none of ours.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from sommet.language.marks import Mark
from sommet.language.rules import Rules

_JOIN = re.compile(r"\W*(?:et|and|и|-|和)?\W*", re.IGNORECASE)
Adder = Callable[[int, int, str, str], int]
"""Adds a mention (start, end, actor, side) to the article and returns its index."""


@dataclass(slots=True)
class Context:
    """What has been read so far of one article."""

    rules: Rules
    add: Adder
    sides: tuple[str, str]
    states: tuple[str, str]
    leaders: tuple[str, str]
    pair: str = ""
    subject: Mark | None = None
    persons: dict[str, Mark] = field(default_factory=dict)

    def resolve(self, text: str, marks: Sequence[Mark], offset: int) -> list[Mark]:
        """Return the marks of a sentence with counterparts, plural offices and anaphors filled in."""
        found = [self._office(text, mark, marks) for mark in marks]
        pair = _pair(found) or self.pair
        for which in ("leaders", "people", "states"):
            found += self._both(text, found, offset, which)
        found += self._pronoun(text, found)
        found.sort(key=lambda mark: (mark.start, -mark.end))
        self._remember(found, pair)
        return _without_overlap(found)

    def _office(self, text: str, mark: Mark, marks: Sequence[Mark]) -> Mark:
        """Adjectives can stand for persons: "his Chinese counterpart", "the Russian and Chinese leaders"."""
        if mark.kind != "a":
            return mark
        if mark.side in self.persons and self._alone(text, mark):
            return replace(self.persons[mark.side], start=mark.start, end=mark.end)
        first, last = self._pair_of_adjectives(text, mark, marks)
        if self._says("counterpart", text, mark.start, mark.end):
            other = [m for m in marks if m.kind == "p" and m.side in "RC" and m.side != mark.side]
            return replace(mark, kind="p", leader=bool(other) and other[0].leader)
        if self._says("leader_noun", text, first, last):
            return replace(mark, kind="p", leader=True)
        return replace(mark, kind="p") if self._says("officer_noun", text, first, last) else mark

    def _alone(self, text: str, mark: Mark) -> bool:
        """Tell whether a nationality stands for a person spoken of, as in "le Russe"; not before a name."""
        named = text[mark.end : mark.end + 2].strip()[:1].isupper()
        before = self.rules.cues["holder"].search(text, max(0, mark.start - 4), mark.start)
        return text[mark.start].isupper() and before is not None and not named

    def _says(self, cue: str, text: str, start: int, end: int) -> bool:
        """Tell whether a cue stands right before `start`, or its twin for what follows right after `end`."""
        before, after = self.rules.cues[cue], self.rules.cues[f"{cue}_after"]
        return bool(before.search(text, max(0, start - 40), start) or after.match(text, end))

    @staticmethod
    def _pair_of_adjectives(text: str, mark: Mark, marks: Sequence[Mark]) -> tuple[int, int]:
        """Return where the pair "russe et chinois" that `mark` belongs to begins and ends."""
        start, end = mark.start, mark.end
        for other in marks:
            if other.kind == "a" and other.end <= mark.start and _JOIN.fullmatch(text, other.end, mark.start):
                start = other.start
            if other.kind == "a" and other.start >= mark.end and _JOIN.fullmatch(text, mark.end, other.start):
                end = other.end
        return start, end

    def _both(self, text: str, marks: Sequence[Mark], offset: int, which: str) -> list[Mark]:
        pattern = self.rules.anaphors[which]
        out = []
        for match in pattern.finditer(text):
            if any(m.start < match.end() and match.start() < m.end for m in marks):
                continue
            if self._spoken_of(marks, match.start()) != "RC":
                continue
            leader = which == "leaders" or (which == "people" and self._leaders())
            actors = self.leaders if leader else self.states
            indexes = tuple(
                self.add(offset + match.start(), offset + match.end(), actor, side)
                for actor, side in zip(actors, self.sides, strict=True)
            )
            kind = "s" if which == "states" else "p"
            out.append(Mark(match.start(), match.end(), "B", kind, indexes, leader=leader))
        return out

    def _spoken_of(self, marks: Sequence[Mark], at: int) -> str:
        """The pair that a word points to: one named before it, else the last one, else one behind it."""
        before = [mark for mark in marks if mark.end <= at]
        return _pair(before) or self.pair or _pair(marks)

    def _leaders(self) -> bool:
        return all(self.persons[side].leader for side in "RC" if side in self.persons)

    def _pronoun(self, text: str, marks: Sequence[Mark]) -> list[Mark]:
        match = self.rules.cues["pronoun"].search(text)
        if not match or self.subject is None or any(m.start < match.end() for m in marks):
            return []
        return [replace(self.subject, start=match.start(), end=match.end())]

    def _remember(self, marks: Sequence[Mark], pair: str) -> None:
        self.pair = pair
        persons = [mark for mark in marks if mark.kind == "p" and mark.side in "RCO"]
        self.persons.update({mark.side: mark for mark in persons})
        if persons:
            self.subject = persons[0]


def _pair(marks: Sequence[Mark]) -> str:
    """The pair a sentence names: ours, another one, or none."""
    sides = {mark.side for mark in marks if mark.kind in "psa"}
    persons = {mark.side for mark in marks if mark.kind == "p"}
    if "B" in sides or ({"R", "C"} <= sides and not ("O" in persons and len(persons & {"R", "C"}) == 1)):
        return "RC"
    if "O" in sides and sides & {"R", "C"}:
        return "other"
    return ""


def _without_overlap(marks: Sequence[Mark]) -> list[Mark]:
    kept: list[Mark] = []
    for mark in marks:
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept
