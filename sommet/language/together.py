"""Which marks belong together: lists, pairs, and who acts. Used by the frame rules."""

import re
from collections.abc import Sequence

from sommet.language.marks import Mark

_JOINED = re.compile(
    r"""
    ^(?=\s*(?:[,、，/&–-]|et\b|and\b|и\b|а\b|和|与|同|ainsi|as\ well))
    [\s,、，/&–-]*
    (?:
        (?:et|and|и|а\ также|和|与|同|ainsi\ que|as\ well\ as|le|la|les|l'|the|d'|de|du|des
          |président\w*|dirigeant\w*|leader\w*)
        \s*
    ){0,4}
    [\s,、，]*$
    """,
    re.IGNORECASE | re.VERBOSE,
)


def word_behind(text: str, at: int) -> int:
    """Where the next word begins: in most patterns the verb, or its auxiliary, follows the first name."""
    while at < len(text) - 1 and not text[at].isalpha():
        at += 1
    return min(at, len(text) - 1)


def traveller(start: int, marks: Sequence[Mark]) -> str:
    """The side of whoever travels: the last person before the word, else the first behind it."""
    persons = [mark for mark in marks if mark.kind == "p" and mark.side in "RC"]
    before = [mark for mark in persons if mark.end <= start]
    return next((mark.side for mark in (*before[-1:], *persons)), "")


def ours(marks: Sequence[Mark]) -> bool:
    """Tell whether one of ours is among the marks."""
    return any(mark.side in "RCB" for mark in marks)


def acting(marks: Sequence[Mark], text: str) -> bool:
    """One of ours is more than a place, and two bare adjectives stand for a pair only side by side."""
    ours = [mark for mark in marks if mark.side in "RCB"]
    if all(mark.kind == "g" for mark in ours):
        return False
    if any(mark.side == "B" for mark in ours) or any(mark.kind in "psg" for mark in ours):
        return True
    return acting_together(ours, text)


def acting_together(marks: Sequence[Mark], text: str) -> bool:
    """Both stand in one list, or are named with one word."""
    if any(mark.side == "B" for mark in marks):
        return True
    ordered = sorted(marks, key=lambda m: m.start)
    runs = [run(ordered[n:], text) for n, mark in enumerate(ordered) if mark.side in "RC"]
    return any({"R", "C"} <= {m.side for m in run} for run in runs)


def run(marks: Sequence[Mark], text: str) -> list[Mark]:
    """The marks that are joined to the first one by commas and conjunctions.

    A place and a person make no list: in 在金边同王毅会谈 what joins them is a preposition.
    """
    run = [marks[0]]
    for mark in marks[1:]:
        a, b = sorted((run[-1], mark), key=lambda m: m.start)
        if a.end <= b.start and not _JOINED.match(text[a.end : b.start]):
            break
        if {a.kind, b.kind} == {"g", "p"}:
            break
        run.append(mark)
    return run


def in_list(marks: Sequence[Mark], text: str) -> bool:
    """One of ours is joined to a third party in one list."""
    ordered = sorted((m for m in marks if m.kind in "psag"), key=lambda m: m.start)
    for number, mark in enumerate(ordered):
        if mark.side in "RC":
            around = [*run(ordered[number:], text), *run(ordered[number::-1], text)]
            if any(m.side == "O" for m in around):
                return True
    return False
