"""Whose copy is a text? The articles on one event, as trees of copies. Pure: used by `resolve` alone.

Caught: the same text again, edits of it, texts cut short, one headline over little text, an agency's or a
publisher's text rewritten, one agency's report in two languages. Guards against false hits: two texts of
their own on one event share few runs of words; what stands under all texts of one site makes no copies of
them, and neither do its headlines that count days ("day 390"); a headline over two texts of their own must
be long, the same and of the same days; translations must credit one agency on one day. Texts are compared
by their sketches: one that has none is a copy of nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from schemas.events import Origin
from sommet import intervals
from sommet.knowledge.bylines import agency_of
from sommet.knowledge.publishers import host_of, publisher
from sommet.language.sketch import Likeness, compared

Kind = Literal["", "exact", "edited", "cut", "agency", "publisher", "title", "translation"]
"""Why an article is a copy, the surest first; empty for one that is none."""

EDITED = 0.5
CUT = 0.6  # of the two leads
CONTAINED = 0.8  # of the shorter text
CONTAINED_RUNS = 30  # where it is long enough to tell
NEAR = 0.2  # with one agency, publisher or headline behind both
NEAR_LEAD = 0.3
LEAST_RUNS = 12  # of three words; fewer tell nothing
SAME_TITLE = 0.8
TITLE_LETTERS = 20
LONG_TITLE_LETTERS = 36  # a shorter headline may come to two minds at once
TITLE_DAYS = 1
RELATED_DAYS = 3  # a text is rewritten while it is news; later ones share the set phrases of such talks
SHORT_RUNS = 250  # a longer text that cites an agency is a text of its own

_KINDS: tuple[Kind, ...] = ("", "translation", "title", "publisher", "agency", "cut", "edited", "exact")
_Table = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Descent:
    """Where the text of an article comes from.

    `root` is the first article of its tree, `parent` the earlier article that it copies, empty for a
    root; `likeness` is the share of runs of words that it has in common with its parent.
    """

    article: str
    root: str
    parent: str = ""
    kind: Kind = ""
    likeness: float = 0.0


def descents(origins: Iterable[Origin]) -> tuple[Descent, ...]:
    """Return the descent of each article, the earliest published first; the order of `origins` is all one.

    Of an article that stands there twice, the latest version counts. An article without a date comes last.
    """
    latest: dict[str, Origin] = {}
    for origin in sorted(origins, key=_whole):
        latest[origin.article] = origin
    ordered = sorted(latest.values(), key=lambda o: (o.published or "~", o.article))
    if not ordered:
        return ()
    alike = compared([origin.sketch for origin in ordered])
    rank = np.tril(_ranks(ordered, alike), -1)
    parents = np.argmax(rank, axis=1)
    found: list[Descent] = []
    for number, origin in enumerate(ordered):
        parent = int(parents[number])
        kind = _KINDS[int(rank[number, parent])]
        if not kind:
            found.append(Descent(origin.article, origin.article))
            continue
        above = found[parent]
        share = round(float(alike.text[number, parent]), 2)
        found.append(Descent(origin.article, above.root, above.article, kind, share))
    return tuple(found)


def lineages(origins: Iterable[Origin]) -> int:
    """Return how many independent origins there are: copies of one text count once."""
    return sum(not descent.parent for descent in descents(origins))


def _whole(origin: Origin) -> tuple[Any, ...]:
    """Return the version, then all else, so that no two origins that differ are taken for one another."""
    return (origin.version, *(getattr(origin, name) for name in Origin.__struct_fields__))


def _ranks(origins: list[Origin], alike: Likeness) -> _Table:
    """Return how surely each article is a copy of each other: the place of the kind, and the likeness."""
    kinds = np.zeros(alike.text.shape, dtype=np.float32)
    for number, holds in enumerate(_kinds(origins, alike), 1):
        np.copyto(kinds, number, where=holds)
    ranks: _Table = (kinds + alike.text * 0.99) * (kinds > 0)
    return ranks


def _kinds(origins: list[Origin], alike: Likeness) -> Iterator[_Table]:
    """Yield for each kind, the least sure first, which articles may be copies of that kind."""
    enough = _both(alike.runs >= LEAST_RUNS)
    text, lead = alike.text * enough, alike.lead * enough
    apart = _days_apart(origins)
    related = ((text >= NEAR) | (lead >= NEAR_LEAD)) & (apart <= RELATED_DAYS)
    elsewhere = ~_same([host_of(o.url) for o in origins])
    like = (alike.title == 1) | ((alike.title >= SAME_TITLE) & elsewhere)
    headed = like & _both(alike.letters >= TITLE_LETTERS)
    bare = ~_both(alike.runs > 0)
    voices = [_voice(o, float(r)) for o, r in zip(origins, alike.runs, strict=True)]
    one_voice = _same(voices)
    yield one_voice & _other_language(origins) & (apart == 0)
    long = elsewhere & (alike.title == 1) & _both(alike.letters >= LONG_TITLE_LETTERS)
    yield headed & (bare | long) & (apart <= TITLE_DAYS)
    yield _same([publisher(o.url) for o in origins]) & elsewhere & related
    yield one_voice & elsewhere & related
    within = (alike.contained >= CONTAINED) & (text >= NEAR / 2) & _both(alike.runs >= CONTAINED_RUNS)
    yield (lead >= CUT) | within
    yield (text >= EDITED) | (headed & related)
    yield (text == 1) & (lead == 1)


def _voice(origin: Origin, runs: float) -> str:
    """Return the agency that speaks in a text: it wrote it, or a short text cites it and no other."""
    wrote = _wrote(origin)
    if wrote or len(origin.cites) != 1 or runs > SHORT_RUNS:
        return wrote
    return origin.cites[0]


def _wrote(origin: Origin) -> str:
    return origin.agency or agency_of(origin.url)


def _other_language(origins: list[Origin]) -> _Table:
    """Two languages, and one of the two texts is the agency's own: who cites alone may have added to it."""
    langs = _numbers([origin.lang for origin in origins])
    own = np.array([bool(_wrote(origin)) for origin in origins])
    differ: _Table = (langs[:, None] != langs[None, :]) & (own[:, None] | own[None, :])
    return differ & _both(langs >= 0)


def _days_apart(origins: list[Origin]) -> _Table:
    """Return how many days lie between publications; what has no date is far from all."""
    found = [intervals.first_day(origin.published) for origin in origins]
    numbers = [day.toordinal() if day else -(10**6) * (n + 1) for n, day in enumerate(found)]
    days = np.array(numbers, dtype=np.int32)
    apart: _Table = np.abs(days[:, None] - days[None, :])
    return apart


def _same(names: list[str]) -> _Table:
    numbers = _numbers(names)
    same: _Table = numbers[:, None] == numbers[None, :]
    return same & _both(numbers >= 0)


def _numbers(names: list[str]) -> _Table:
    """Return a number for each name, -1 for none."""
    known = {name: number for number, name in enumerate(dict.fromkeys(filter(None, names)))}
    return np.array([known.get(name, -1) for name in names], dtype=np.int32)


def _both(holds: _Table) -> _Table:
    both: _Table = holds[:, None] & holds[None, :]
    return both
