"""Which reports come from one origin: copies of one text count once."""

from collections import Counter
from collections.abc import Sequence

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
        length, sharing = len(origin.sketch), self._sharing
        values = [value * PLACES + place for place, value in enumerate(origin.sketch, length << 16)]
        shared = [root for value in values if value in sharing for root in sharing[value]]
        roots = [
            root
            for root, count in Counter(shared).items()
            if count / length >= COPY
            or (origin.agency and origin.agency == self._agencies[root] and count / length >= SAME_AGENCY)
        ] if shared else []  # fmt: skip
        if origin.article in self._articles:
            roots.append(self._articles[origin.article])
        if roots:
            return min(roots)
        root = len(self._agencies)
        self._agencies.append(origin.agency)
        self._articles[origin.article] = root
        for value in values:
            sharing[value] = (*sharing.get(value, ()), root)
        return root


def lineages(origins: Sequence[Origin]) -> list[int]:
    """Return for each origin the number of its lineage."""
    known = Lineages()
    return [known.of(origin) for origin in origins]
