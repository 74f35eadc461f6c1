"""Where and when: which of the places and times in a sentence belong to what was read in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from schemas.articles import Mention
from sommet import intervals
from sommet.language.judgements import direction, distance, over, remote, vague
from sommet.language.marks import Mark
from sommet.language.people import People
from sommet.language.readings import Reading
from sommet.language.rules import Rules
from sommet.language.views import View
from sommet.trace import Reason, Tell

NEARBY = 120
OF_THE_NOUN = 45
AROUND = 40  # characters before and behind a place that tell why it is named
FRESH = 7
WITHIN = {"", "省", "自治区", "州"}  # between a province and its city: 福建省厦门


@dataclass(frozen=True, slots=True)
class Placing:
    """Chooses places and times for the readings of one article."""

    rules: Rules
    content: str
    mentions: Sequence[Mention]
    day: date | None
    tell: Tell

    def places(self, reading: Reading, view: View) -> tuple[int, ...]:
        """Return the places of a reading, the nearest first; a journey's goal lies in the other country.

        Of a province with a city right behind it (福建厦门) only the city is kept.
        """
        journey = reading.concept.type == "visit"
        places = [m for m in view.marks if m.kind == "g" and not self._topical(m)]
        if journey:
            places = [m for m in places if m.side in "RC"]
            places = [m for m in places if m.side != reading.traveller] or places
        near = [m for m in places if m in reading.marks or view.syntax.sees(reading.start, m.start)]
        if not near:
            near = [m for m in places if distance(m, reading) < NEARBY and not self._third_state(m)]
        if journey:
            near = [m for m in near if m.start >= reading.start] or near
            near = near or [m for m in reading.marks if m.kind == "s" and self._is_goal(m, reading.traveller)]
        near = [m for m in near if not any(self._holds(m, other, view.base) for other in near)]
        return tuple(i for mark in sorted(near, key=lambda m: distance(m, reading)) for i in mark.indexes)

    def cities(self, marks: Sequence[Mark], people: People) -> list[int]:
        """Return the mentions of cities that a sentence names as where something goes on."""
        there = [m for m in marks if m.kind == "g" and not self._topical(m)]
        return [i for m in there for i in m.indexes if people.place(self.mentions[i].actor)[1]]

    def _holds(self, place: Mark, other: Mark, base: int) -> bool:
        return place.end <= other.start and self.content[base + place.end : base + other.start] in WITHIN

    def _topical(self, mark: Mark) -> bool:
        """A place named for what goes on there, "the war in Ukraine", is not where people meet."""
        mention = self.mentions[mark.indexes[0]]
        before = self.content[max(0, mention.start - AROUND) : mention.start]
        around = f"{before}¦{self.content[mention.end : mention.end + AROUND]}"
        return bool(self.rules.cues["topical"].search(around))

    def _third_state(self, mark: Mark) -> bool:
        return mark.side == "O" and any(self.mentions[i].kind == "state" for i in mark.indexes)

    def _is_goal(self, mark: Mark, traveller: str) -> bool:
        lands = all(self.mentions[i].kind in {"place", "state"} for i in mark.indexes)
        return lands and mark.side in "RC" and mark.side != traveller

    def time(self, reading: Reading, view: View) -> tuple[Any, Any] | None:
        """Return the expression that dates a reading, and its interval.

        The nearest that its clause sees; of an act told in the past a date with its year goes first.
        """
        near = [
            t
            for t in view.times
            if reading.first <= t.start < reading.last or view.syntax.sees(reading.start, t.start)
        ]
        if reading.setting:
            near = [t for t in near if 0 <= t.start - reading.end <= OF_THE_NOUN]
        elif not near:
            near = [t for t in view.times if distance(t, reading) < NEARBY]
        near = [t for t in near if not _anniversary(t, view.times)]
        ahead = direction(reading)
        if near and ahead:
            way: Reason = "time_ahead" if ahead == "future" else "time_behind"
            self.tell(way, sentence=view.base, at=reading.start, rule=reading.rule)
        put_off = reading.status == "planned" and bool(self.rules.cues["put_off_to"].search(view.text))
        resolved = [
            (t, i)
            for t in near
            if (i := self._since(_until(t.resolve(self.day, ahead), put_off=put_off))) is not None
            and not vague(i)
            and not remote(i, self.day)
        ]
        if reading.status == "planned" and self.day is not None:
            resolved = [pair for pair in resolved if not over(pair[1], self.day)]
        if reading.status == "occurred":
            resolved = [pair for pair in resolved if not self._of_a_feast(pair[0], pair[1], view.text)]
        told_past = reading.tense in {"past", "pluperfect"} and reading.status == "occurred"
        return min(
            resolved,
            key=lambda pair: (told_past and _unnamed_year(pair[0]), distance(pair[0], reading)),
            default=None,
        )

    def _of_a_feast(self, time: Any, interval: Any, text: str) -> bool:
        """A day that is still to come and names a feast or a vote is not that of what was done before it."""
        first = intervals.first_day(interval.first)
        if self.day is None or first is None or first <= self.day:
            return False
        around = f"{text[max(0, time.start - AROUND) : time.start]}¦{text[time.start : time.end + AROUND]}"
        behind = f"{text[max(0, time.start - AROUND) : time.end]}¦{text[time.end : time.end + AROUND]}"
        return any(self.rules.cues["feast"].search(each) for each in (around, behind))

    def _since(self, interval: Any) -> Any:
        """Read "since Thursday" in fresh news as: it began on Thursday."""
        if interval is None or interval.last or self.day is None:
            return interval
        first = intervals.first_day(interval.first)
        if first is not None and 0 <= intervals.days_between(first, self.day) <= FRESH:
            return replace(interval, last=interval.first)
        begun = first is not None and (first.year, first.month, first.day) == (self.day.year, 1, 1)
        year = str(self.day.year)
        return replace(interval, first=year, last=year) if begun else interval


def _until(interval: Any, *, put_off: bool) -> Any:
    """What is put off until a day is to take place on it."""
    if interval is None or interval.first or not put_off:
        return interval
    return replace(interval, first=interval.last)


def _anniversary(time: Any, times: Sequence[Any]) -> bool:
    """The week in "three years ago this week" is the one of that year."""
    return time.kind == "unit" and any(
        other.kind == "ago" and other.said.unit == "year" and 0 <= time.start - other.end <= 2
        for other in times
    )


def _unnamed_year(time: Any) -> bool:
    """A season or feast named to place an act ("before the Winter Olympics") has no year of its own."""
    return time.said.season is not None and time.said.year is None
