"""The days of a visit that is told day by day. Pure: used by `life` alone.

Caught: talks on Monday told on Monday, and talks of the same visit on Tuesday told on Tuesday. Guards against
two sources that contradict each other on the day of one meeting: the earlier day must have been told as held
before the later one had come, and the later one on that day or the next. What is told long after adds no day.
"""

from consumers.facts import VISIT_DAYS, Days, Statement
from sommet import intervals


class DaysHeld:
    """The single days that reports tell as held, and when they did."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}

    def copy(self) -> "DaysHeld":
        """Return the same, to go another way from here."""
        other = DaysHeld()
        other._told = self._told.copy()
        return other

    def add(self, statement: Statement) -> None:
        """Note one more report; only what tells in so many words of a single day that is over or at hand."""
        said, published = statement.stated, statement.origin.published[: intervals.DAY]
        exact = intervals.precision(said.start) == intervals.DAY and said.end in {"", said.start}
        if said.status == "occurred" and said.basis == "text" and exact and published >= said.start:
            self._told[said.start] = min(self._told.get(said.start, published), published)

    def around(self, days: Days) -> Days:
        """Return from the first to the last day of the visit that a day is one of; an interval as it is."""
        first, last = days[0], days[1] or days[0]
        if first != last or len(self._told) < 2 or first not in self._told:
            return days
        days_held = sorted(self._told)
        for day in days_held:
            if day > last and self._goes_on(last, day) and _fits(first, day):
                last = day
        for day in reversed(days_held):
            if day < first and self._goes_on(day, first) and _fits(day, last):
                first = day
        return first, last

    def _goes_on(self, one: str, other: str) -> bool:
        """Tell whether one day was told before the other had come, and the other while it was news."""
        return self._told[one] < other and self._told[other] <= intervals.shifted(other, 1)


def _fits(first: str, last: str) -> bool:
    return intervals.length(first, last) <= VISIT_DAYS
