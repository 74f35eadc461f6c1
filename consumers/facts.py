"""Which of several stated values is shown, and who stated which. Pure.

The value with the most independent origins is shown, then the more exact one, then the latest. A less
exact statement that agrees ("in March", "in Russia") speaks for every value that it leaves open.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar, cast

from schemas.events import Mentioned, Origin
from sommet import intervals

STATES = frozenset({"Russia", "China"})
VISIT_DAYS = 5


class Statement(Protocol):
    """What a source says of an event."""

    @property
    def origin(self) -> Origin:
        """Where it was read."""

    @property
    def stated(self) -> Mentioned:
        """What it says."""


S = TypeVar("S", bound=Statement)
V = TypeVar("V", bound=Hashable)
Days = tuple[str, str]
Place = tuple[str, str]
Parties = tuple[str, ...]


class Value(NamedTuple):
    """One stated value, how many independent origins state it, and whether it is the one shown."""

    text: str
    origins: int
    statements: tuple[Statement, ...]
    shown: bool


class Votes(Generic[V]):
    """What the statements of one event say of one attribute, counted by independent origins."""

    def __init__(
        self,
        read: Callable[[Mentioned], V | None],
        speaks_for: Callable[[V, V], bool],
        exactness: Callable[[V], object],
    ) -> None:
        self._read, self._speaks_for, self._exactness = read, speaks_for, exactness
        self._votes: dict[V, set[int]] = {}
        self._latest: dict[V, str] = {}

    def copy(self) -> "Votes[V]":
        """Return the same, to go another way from here."""
        other = Votes(self._read, self._speaks_for, self._exactness)
        other._votes = {value: roots.copy() for value, roots in self._votes.items()}
        other._latest = self._latest.copy()
        return other

    def add(self, statement: Statement, root: int) -> None:
        """Count one more statement, of the origin `root`."""
        value = self._read(statement.stated)
        if value is None:
            return
        published = statement.origin.published
        if value not in self._votes:
            self._votes[value], self._latest[value] = {root}, published
            return
        self._votes[value].add(root)
        self._latest[value] = max(self._latest[value], published)

    def include(self, other: "Votes[V]") -> None:
        """Count also what another one has counted."""
        for value, roots in other._votes.items():  # noqa: SLF001 - of its own kind
            self._votes.setdefault(value, set()).update(roots)
            self._latest[value] = max(self._latest.get(value, ""), other._latest[value])  # noqa: SLF001

    def elected(self, *, first: bool = False) -> V | None:
        """Return the value that most origins state, None where none states any.

        Of values that as many state, as exactly, the latest; with `first` the first one in their order.
        """
        if len(self._votes) < 2:
            return next(iter(self._votes), None)
        return max(sorted(self._votes, key=str), key=lambda value: self._weight(value, first=first))

    def _weight(self, value: V, *, first: bool) -> tuple[object, ...]:
        votes = self._votes
        support = set(votes[value]).union(
            *(roots for other, roots in votes.items() if other != value and self._speaks_for(other, value))
        )
        said = len(support), self._exactness(value), len(votes[value])
        return said if first else (*said, self._latest[value], value)


def days_told() -> Votes[Days]:
    """Count the first and last days that are stated in so many words."""
    return Votes(_days, _within, _exactness)


def places_told() -> Votes[Place]:
    """Count the places that are stated, with their countries."""
    return Votes(_place, _inside, lambda place: place[0] not in STATES)


def places_merged(told: Iterable[Votes[Place]]) -> Votes[Place]:
    """Count what is told in several parts together."""
    whole = places_told()
    for votes in told:
        whole.include(votes)
    return whole


def formats_told() -> Votes[str]:
    """Count the formats that are stated."""
    return Votes(lambda said: said.format or None, lambda _, __: False, lambda _: 0)


def parties_told() -> Votes[Parties]:
    """Count the participants that are stated."""
    return Votes(lambda said: said.participants or None, _stand_for, _named)


def facts(told: Sequence[tuple[S, int]], shown: dict[str, Hashable]) -> dict[str, tuple[Value, ...]]:
    """Return for each attribute every value that is stated, the one `shown` first, with its statements.

    Of a visit that is told day by day each of its days is shown.
    """
    found = {}
    for name, (read, text) in _ATTRIBUTES.items():
        values: dict[Hashable, list[tuple[S, int]]] = {}
        for statement, root in told:
            for value in read(statement.stated):
                values.setdefault(value, []).append((statement, root))
        whole = shown.get(name)
        parts = name == "date" and whole is not None and whole not in values
        rows = [
            Value(
                text(value),
                len({root for _, root in said}),
                tuple(s for s, _ in said),
                _inner(cast("Days", value), cast("Days", whole)) if parts else value == whole,
            )
            for value, said in values.items()
        ]
        if rows:
            found[name] = tuple(sorted(rows, key=lambda row: (not row.shown, -row.origins, row.text)))
    return found


def _days(said: Mentioned) -> Days | None:
    return (said.start, said.end) if said.start and said.basis != "report" else None


def _within(other: Days, value: Days) -> bool:
    """An interval that holds a value leaves it open; a day of a visit is part of the visit."""
    if _visit(value) and _inner(other, value):
        return True
    return _inner(value, other)


def _inner(one: Days, other: Days) -> bool:
    first, last = intervals.first_day(one[0]), intervals.last_day(one[1] or one[0])
    start, end = intervals.first_day(other[0]), intervals.last_day(other[1] or other[0])
    return bool(first and last and start and end and start <= first and last <= end)


def _visit(days: Days) -> bool:
    exact = intervals.precision(days[0]) == intervals.DAY
    return exact and 1 < intervals.length(*days) <= VISIT_DAYS


def _exactness(days: Days) -> tuple[int, int]:
    """Days tell more than a month; of days, those of a whole visit tell most."""
    precision = intervals.precision(days[0])
    length = intervals.length(*days)
    return precision, length if _visit(days) else -length


def _place(said: Mentioned) -> Place | None:
    return (said.place, said.country) if said.place else None


def _inside(other: Place, value: Place) -> bool:
    """A country speaks for each of its cities."""
    return other[0] in STATES and other[1] == value[1]


def _stand_for(other: Parties, value: Parties) -> bool:
    """States speak for anybody of theirs."""
    return set(other) <= STATES or bool(set(other) & set(value) and set(other) <= STATES | set(value))


def _named(parties: Parties) -> tuple[int, int]:
    return len(set(parties) - STATES), len(parties)


def _interval(days: Hashable) -> str:
    start, end = cast("Days", days)
    return start if end in {"", start} else f"{start}/{end}"


def _joined(parties: Hashable) -> str:
    return ", ".join(cast("Parties", parties))


_ATTRIBUTES: dict[str, tuple[Callable[[Mentioned], tuple[Hashable, ...]], Callable[[Hashable], str]]] = {
    "status": (lambda said: (said.status,), str),
    "date": (lambda said: ((_days(said)),) if _days(said) else (), _interval),
    "place": (lambda said: (said.place,) if said.place else (), str),
    "format": (lambda said: (said.format,) if said.format else (), str),
    "participants": (lambda said: (said.participants,) if said.participants else (), _joined),
    "quantities": (lambda said: said.quantities, str),
}
