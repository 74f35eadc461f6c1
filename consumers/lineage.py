"""Which reports come from one origin: copies of one text count once."""

from collections import Counter
from collections.abc import Sequence

from schemas.events import Origin

COPY = 0.5
SAME_AGENCY = 0.2


class Lineages:
    """Numbers origins as they come: a copy gets the number of the first text that it copies.

    Of each first text the values of its sketch are indexed, so that a new text meets those alone that
    share a value with it.
    """

    def __init__(self) -> None:
        self._agencies: list[str] = []
        self._articles: dict[str, int] = {}
        self._sharing: dict[tuple[int, int, int], list[int]] = {}

    def of(self, origin: Origin) -> int:
        """Return the number of the lineage of the next origin."""
        length = len(origin.sketch)
        values = [(length, place, value) for place, value in enumerate(origin.sketch)]
        shared = Counter(root for value in values for root in self._sharing.get(value, ()))
        roots = [
            root
            for root, count in shared.items()
            if count / length >= COPY
            or (origin.agency and origin.agency == self._agencies[root] and count / length >= SAME_AGENCY)
        ]
        if origin.article in self._articles:
            roots.append(self._articles[origin.article])
        if roots:
            return min(roots)
        root = len(self._agencies)
        self._agencies.append(origin.agency)
        self._articles[origin.article] = root
        for value in values:
            self._sharing.setdefault(value, []).append(root)
        return root


def lineages(origins: Sequence[Origin]) -> list[int]:
    """Return for each origin the number of its lineage."""
    known = Lineages()
    return [known.of(origin) for origin in origins]
