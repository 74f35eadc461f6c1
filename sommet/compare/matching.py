"""Which event of one run is which of the other: the one made of the same statements, whatever its id.

Three rounds, each among what the rounds before left over: events of one type that share a statement;
events of any type that do (the type was read otherwise); events of one type that share an article and
may share a day (another sentence was taken as the evidence). Within a round those that share most go
first, then those whose facts differ least; an event has one counterpart or none. Of an event that was
split, the larger part is the counterpart.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from schemas.events import Event
from sommet import intervals
from sommet.compare.run import Known

Events = Mapping[str, Known]
Pairs = dict[str, str]
"""Events of A with their counterparts in B, by their ids."""


class _Round(NamedTuple):
    """What two events may have in common, and whether that lets them be one."""

    parts: Callable[[Known], Iterable[object]]
    fits: Callable[[Event, Event], bool]


def matched(a: Events, b: Events) -> Pairs:
    """Return the pairs of events that are one."""
    pairs: Pairs = {}
    for each in _ROUNDS:
        taken = set(pairs.values())
        left = {key: known for key, known in a.items() if key not in pairs}
        right = {key: known for key, known in b.items() if key not in taken}
        pairs |= _greedy(left, right, each)
    return pairs


def _greedy(a: Events, b: Events, each: _Round) -> Pairs:
    shared: dict[tuple[str, str], int] = {}
    holders: dict[object, list[str]] = {}
    for key, known in b.items():
        for part in each.parts(known):
            holders.setdefault(part, []).append(key)
    for key, known in a.items():
        for part in each.parts(known):
            for other in holders.get(part, ()):
                if each.fits(known.event, b[other].event):
                    shared[key, other] = shared.get((key, other), 0) + 1
    pairs: Pairs = {}
    taken: set[str] = set()
    for (key, other), _ in sorted(shared.items(), key=lambda item: _rank(item, a, b)):
        if key not in pairs and other not in taken:
            pairs[key] = other
            taken.add(other)
    return pairs


def _rank(item: tuple[tuple[str, str], int], a: Events, b: Events) -> tuple[int, int, bool, str, str]:
    (key, other), shared = item
    one, two = facts(a[key].event), facts(b[other].event)
    return -shared, sum(one[name] != two[name] for name in one), key != other, key, other


def facts(event: Event) -> dict[str, object]:
    """Return the facts of an event in which it may differ from its counterpart."""
    return {
        "type": event.type,
        "status": event.status,
        "format": event.format,
        "dates": (event.start, event.end, event.basis),
        "place": event.place,
        "participants": tuple(sorted(event.participants)),
        "quantities": tuple(sorted(event.quantities)),
    }


def _same_type(one: Event, other: Event) -> bool:
    return one.type == other.type


def _any_type(one: Event, other: Event) -> bool:  # noqa: ARG001 - the signature of a round
    return True


def _same_type_and_days(one: Event, other: Event) -> bool:
    return one.type == other.type and intervals.overlap((one.start, one.end), (other.start, other.end))


_ROUNDS = (
    _Round(lambda known: known.statements, _same_type),
    _Round(lambda known: known.statements, _any_type),
    _Round(lambda known: known.articles, _same_type_and_days),
)
