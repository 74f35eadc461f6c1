"""Which reports come from one origin: copies of one text count once."""

from collections.abc import Sequence

from schemas.events import Origin
from sommet.language.sketch import likeness

COPY = 0.5
SAME_AGENCY = 0.2


def lineages(origins: Sequence[Origin]) -> list[int]:
    """Return for each origin the number of its lineage."""
    roots: list[Origin] = []
    found = []
    for origin in origins:
        root = next((n for n, other in enumerate(roots) if _copied(origin, other)), len(roots))
        if root == len(roots):
            roots.append(origin)
        found.append(root)
    return found


def _copied(one: Origin, other: Origin) -> bool:
    alike = likeness(one.sketch, other.sketch)
    return (
        one.article == other.article
        or alike >= COPY
        or (bool(one.agency) and one.agency == other.agency and alike >= SAME_AGENCY)
    )
