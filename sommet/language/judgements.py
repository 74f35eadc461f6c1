"""Small judgements of the reader: which mark, whose journey, which direction of time."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sommet import intervals
from sommet.language.marks import Mark
from sommet.language.readings import Reading
from sommet.language.syntax import Syntax

MAX_DAYS = 370
MAX_YEARS = 30

_NO_NAME = re.compile(
    r"\b(le|la|l'|les|du|au|aux|des|un|une|son|sa|leur|the|his|her|their)\s?$", re.IGNORECASE
)
KINDS = {
    "person": "p",
    "office": "p",
    "anaphor": "p",
    "state": "s",
    "body": "s",
    "company": "s",
    "demonym": "a",
    "place": "g",
}


def together(one: Mark, other: Mark) -> Mark:
    """Two mentions at one place ("sino-russe", "les dirigeants russe et chinois") are one mark of both."""
    sides = {one.side, other.side}
    return replace(
        one,
        side="B" if sides == {"R", "C"} else "O" if "O" in sides else one.side,
        kind="p" if one.kind == other.kind == "p" else "s",
        indexes=(*one.indexes, *other.indexes),
        leader=one.leader and other.leader,
    )


def near(marks: Sequence[Mark], syntax: Syntax) -> bool:
    """Tell whether one side can see the other: without a parser, clauses far apart tell two stories."""
    ours = [mark for mark in marks if mark.side in "RC"]
    pairs = ((a, b) for a in ours for b in ours if a.side != b.side)
    return any(mark.side == "B" for mark in marks) or any(syntax.sees(a.start, b.start) for a, b in pairs)


def is_name(mark: Mark, text: str) -> bool:
    """A person's name, not "the Russian leader": only names are masked."""
    return (
        mark.kind == "p"
        and mark.side in "RCO"
        and text[mark.start].isupper()
        and not _NO_NAME.search(text, max(0, mark.start - 8), mark.start)
    )


def leaders(reading: Reading) -> str:
    """The sides that a leader speaks for; of a journey, only where the traveller is one."""
    led = sides(mark for mark in reading.marks if mark.leader)
    return "" if reading.traveller and reading.traveller not in led else led


def sides(marks: Iterable[Mark]) -> str:
    """Name the sides that the marks stand for, as R and C."""
    named = {mark.side for mark in marks}
    return "".join(side for side in "RC" if named & {side, "B"})


def direction(reading: Reading) -> Any:
    """Where to look for a day without a year or week; "Xi visits Moscow on Monday" looks ahead."""
    tense = "" if reading.setting or reading.status == "denied" else reading.tense
    journey = reading.concept.type == "visit" and tense == "present"
    if reading.status in {"planned", "cancelled"} or tense == "future" or journey:
        return "future"
    return "past" if tense in {"past", "pluperfect"} else ""


def vague(interval: Any) -> bool:
    """An open interval or one of many months is a duration rather than a date."""
    first, last = intervals.first_day(interval.first), intervals.last_day(interval.last)
    return first is None or last is None or intervals.days_between(first, last) > MAX_DAYS


def remote(interval: Any, day: date | None) -> bool:
    """Nobody plans talks for the next generation: "not for 100 years" is no date."""
    first = intervals.first_day(interval.first)
    return first is not None and day is not None and first.year - day.year > MAX_YEARS


def over(interval: Any, day: date) -> bool:
    """Tell whether an interval ended before a day: what is planned lies not in the past."""
    last = intervals.last_day(interval.last)
    return last is not None and last < day


def distance(time: Any, reading: Reading) -> int:
    """Return how many characters lie between a time or mark and a reading's trigger."""
    if time.end <= reading.start:
        return int(reading.start - time.end)
    return int(max(0, time.start - reading.end))
