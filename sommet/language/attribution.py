"""Who says it, told apart from what is said.

"…, a annoncé dimanche le porte-parole du Kremlin" and "The Kremlin said on Sunday that …" name a speaker,
a day of speaking and a verb in the past; none of them belongs to the meeting that is announced. The words
of an attribution are blanked, so that all offsets stay as they are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sommet.language.marks import Mark, slotted
from sommet.language.rules import Rules

BEHIND = ("said_behind",)
BEFORE = ("said_that", "according")


@dataclass(frozen=True, slots=True)
class Muted:
    """A sentence without its attributions; `reported` where a past "said that" governs it."""

    text: str
    marks: tuple[Mark, ...]
    reported: bool


def muted(text: str, marks: Sequence[Mark], rules: Rules) -> Muted | None:
    """Return the sentence without who says it, or None where nobody does."""
    spans = list(_spans(text, marks, rules))
    if not spans:
        return None
    whole = len(text)
    for start, end, _ in spans:
        text = text[:start] + ("." if end == whole else " " * (end - start) + text[end:])
    rest = tuple(mark for mark in marks if not any(a < mark.end and mark.start < b for a, b, _ in spans))
    return Muted(text, rest, any(cue == "said_that" for _, _, cue in spans))


def _spans(text: str, marks: Sequence[Mark], rules: Rules) -> Iterator[tuple[int, int, str]]:
    whole = slotted(text, marks)
    for cue in (*BEFORE, *BEHIND):
        match = rules.cues[cue].search(whole.text)
        if match and match.end() > match.start():
            start, end = whole.span(match.start(), match.end())
            yield start, end, cue
