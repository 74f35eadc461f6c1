"""What was like an event before it, as far as the store knows."""

from dataclasses import dataclass

import msgspec
from sqlalchemy import select

from schemas.envelope import decode
from schemas.events import Event
from sommet import intervals
from sommet.language.quantities import find_quantities
from sommet.store import tables as t
from sommet.store.store import Store

STATES = frozenset({"Russia", "China"})
MEETINGS = frozenset({"summit", "consultation"})


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as it was written, its value in the base unit, and the event that it stands in."""

    text: str
    value: float
    unit: str
    event: Event


@dataclass(frozen=True, slots=True)
class Precedents:
    """Events of the same type and pair before an event, that one not counted.

    `year` is the event's own, empty where it has no date; `first` is the earliest one known, `last` the
    latest; `largest` is the largest amount in a unit that the event itself speaks of.
    """

    year: str
    this_year: int = 0
    total: int = 0
    first: Event | None = None
    last: Event | None = None
    largest: Amount | None = None


def precedents(store: Store, event: Event) -> Precedents:
    """Return what the store knows of the time before `event`."""
    before = intervals.first_day(event.start)
    if before is None:
        return Precedents("")
    query = select(t.events.c.data).where(
        t.events.c.type == event.type,
        t.events.c.dyad == event.dyad,
        t.events.c.into == "",
        t.events.c.articles > 0,
        t.events.c.status == "occurred",
        t.events.c.start != "",
        t.events.c.id != event.event,
    )
    with store.database.reading() as connection:
        rows = connection.execute(query.order_by(t.events.c.start, t.events.c.id)).scalars().all()
    earlier = [
        other
        for other in (decode(row.encode(), Event) for row in rows)
        if (last := intervals.last_day(other.end or other.start)) and last < before
    ]
    alike = [other for other in earlier if _same_pair(event, other)]
    year = event.start[:4]
    return Precedents(
        year,
        sum(other.start[:4] == year for other in alike),
        len(alike),
        alike[0] if alike else None,
        max(alike, key=lambda other: (other.end or other.start, other.event)) if alike else None,
        _largest(event, earlier),
    )


def _same_pair(event: Event, other: Event) -> bool:
    """Meetings are counted by the people that meet, all else by the two states."""
    if event.type not in MEETINGS:
        return True
    named = set(event.participants) - STATES
    return not named or named <= set(other.participants) - STATES


def _largest(event: Event, earlier: list[Event]) -> Amount | None:
    units = {amount.unit for amount in _amounts(event)}
    found = [amount for other in earlier for amount in _amounts(other) if amount.unit in units]
    return max(found, key=lambda amount: (amount.value, amount.event.event), default=None)


def _amounts(event: Event) -> list[Amount]:
    """Return the amounts of an event; they are read in the languages in which it was told."""
    found: dict[str, Amount] = {}
    for text in event.quantities:
        for lang in event.langs:
            for quantity in find_quantities(text, lang):
                if quantity.unit != "%":
                    found.setdefault(text, Amount(text, quantity.value, quantity.unit, event))
    return list(found.values())


def without_data(event: Event) -> dict[str, object]:
    """Return what names an event in a list of precedents."""
    names = ("event", "type", "start", "end", "place", "participants")
    return {name: msgspec.to_builtins(getattr(event, name)) for name in names}
