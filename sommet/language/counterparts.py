"""Whose talks they are: ours, or those of a third party or a forum that stands in the sentence."""

import re
from collections.abc import Sequence

from sommet.language.marks import Mark
from sommet.language.rules import Rules
from sommet.language.syntax import Syntax
from sommet.language.together import ours, run

OF_FORUM = 10  # characters between "summit" and the forum's name
NEARBY_TOPIC = 25  # characters between "discussed" and what was
BY_COMMAS = frozenset({"ru", "zh"})  # languages whose clauses are cut at punctuation


def both(marks: Sequence[Mark], *, nearby: bool = True) -> bool:
    """Tell whether both sides are among the marks; not `nearby`, whether one of them is."""
    sides = {mark.side for mark in marks}
    if not nearby:
        return bool(sides & {"R", "C", "B"})
    return "B" in sides or sides >= {"R", "C"}


def against(text: str, rules: Rules, match: re.Match[str], args: Sequence[Mark]) -> bool:
    """Tell whether a third party is the other side of the talks."""
    before = [m for m in args if m.end <= match.start() and m.kind in "psa"][::-1]
    before = [m for m in before if not _partner(text, rules, m)] or before
    behind = [m for m in args if m.start >= match.end() and m.kind in "psa"]
    before_run, behind_run = (run(marks, text) if marks else [] for marks in (before, behind))
    if both(before_run):
        return False
    if both(behind_run):
        return _with_both(text[match.end() : behind_run[0].start], rules, behind_run[0], before_run)
    if behind_run and behind_run[0].side == "O" and not ours(behind_run):
        return True
    subject = [m for m in before_run if m.kind in "ps"]
    if any(m.side == "O" for m in subject) and ours(subject):
        return True
    third = bool(subject) and subject[0].side == "O" and not ours(subject)
    return third and (not behind or ours(behind_run))


def _partner(text: str, rules: Rules, mark: Mark) -> bool:
    """A state or person behind "with" or "to" is not the subject of what follows."""
    return bool(rules.cues["with"].search(text, max(0, mark.start - 6), mark.start))


def _with_both(between: str, rules: Rules, first: Mark, before: Sequence[Mark]) -> bool:
    """Talks "with the leaders of China and Russia" are another's, those "between" them ours.

    So are talks of others that have the two as their subject ("Biden and Scholz discussed them").
    """
    subjects = [mark for mark in before if mark.kind == "p" and mark.side == "O"]
    nearby = len(between) <= NEARBY_TOPIC and not rules.cues["between"].search(between)
    about = bool(subjects) and nearby and first.kind in "sa"
    return (bool(rules.cues["with"].search(between)) or about) and not ours(before)


def of_a_third(marks: Sequence[Mark], syntax: Syntax, rules: Rules, at: int) -> bool:
    """Tell whether a third party opens the clause around `at`, and only one of ours is in it."""
    start, end = syntax.clause(at)
    inside = [mark for mark in marks if start <= mark.start < end and mark.side != "F"]
    opening = inside[0] if inside else None
    third = opening is not None and opening.side == "O" and opening.kind in "ps" and opening.end <= at
    return rules.lang in BY_COMMAS and third and ours(inside) and not both(inside)


def elsewhere(mark: Mark, syntax: Syntax, rules: Rules, at: int) -> bool:
    """Tell whether an adjective stands in another clause: it belongs to the words of its own."""
    start, end = syntax.clause(at)
    return mark.kind == "a" and rules.lang in BY_COMMAS and not start <= mark.start < end


def of_a_forum(marks: Sequence[Mark], match: re.Match[str]) -> bool:
    """The "summit of the G20" is the forum's, not ours, whoever stands in the sentence."""
    return any(
        mark.side == "F" and (0 <= mark.start - match.end() <= OF_FORUM or 0 <= match.start() - mark.end <= 1)
        for mark in marks
    )
