"""Which reports come from one origin: copies of one text count once."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from schemas.events import Origin

COPY = 0.5
SAME_AGENCY = 0.2
PLACES = 2**32  # sketches of different lengths share nothing


class Lineages:
    """Numbers origins as they come: a copy gets the number of the first text that it copies.

    Of each first text the values of its sketch are indexed, so that a new text meets those alone that
    share a value with it.
    """

    def __init__(self) -> None:
        self._agencies: list[str] = []
        self._articles: dict[str, int] = {}
        self._sharing: dict[int, tuple[int, ...]] = {}

    def copy(self) -> "Lineages":
        """Return the same, to go another way from here."""
        other = Lineages()
        other._agencies, other._articles = self._agencies.copy(), self._articles.copy()
        other._sharing = self._sharing.copy()
        return other

    def of(self, origin: Origin) -> int:
        """Return the number of the lineage of the next origin."""
        values = _values(origin.sketch)
        copied = set() if self._sharing.keys().isdisjoint(values) else self._copied(origin, values)
        if origin.article in self._articles:
            copied.add(self._articles[origin.article])
        if copied:
            return min(copied)
        root = len(self._agencies)
        self._agencies.append(origin.agency)
        self._articles[origin.article] = root
        known = self._sharing
        both = {value: (*known[value], root) for value in values if value in known}
        known.update(dict.fromkeys(values, (root,)))
        known.update(both)
        return root

    def _copied(self, origin: Origin, values: Sequence[int]) -> set[int]:
        shared = Counter(root for value in values for root in self._sharing.get(value, ()))
        return {root for root, count in shared.items() if count / len(values) >= self._enough(origin, root)}

    def _enough(self, origin: Origin, root: int) -> float:
        return SAME_AGENCY if origin.agency and origin.agency == self._agencies[root] else COPY


@lru_cache(maxsize=1024)
def _values(sketch: tuple[int, ...]) -> tuple[int, ...]:
    """Number the values of a sketch, each with its place and the length of the whole."""
    return tuple(value * PLACES + place for place, value in enumerate(sketch, len(sketch) << 16))


def lineages(origins: Sequence[Origin]) -> list[int]:
    """Return for each origin the number of its lineage."""
    known = Lineages()
    return [known.of(origin) for origin in origins]
