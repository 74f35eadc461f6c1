"""Whose copy is a text? The articles on one event, as trees of copies. Pure: used by `resolve` alone.

Caught: the same text again, edits of it, texts cut short, one headline over little text, an agency's or a
publisher's text rewritten, one agency's report in two languages. Guards against false hits: two texts of
their own on one event share few runs of words; what stands under all texts of one site makes no copies of
them, and neither do its headlines that count days ("day 390"); a headline over two texts of their own must
be long, the same and of the same days; translations must credit one agency on one day. Texts are compared
by their sketches: one that has none is a copy of nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from schemas.events import Origin
from sommet import intervals
from sommet.ids import digest
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
    rank = np.tril(_ranks(ordered, ordered, alike), -1)
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


class Lineages:
    """Numbers origins as they come, in the order of their publication: a copy gets its root's number."""

    def __init__(self) -> None:
        self._origins: list[Origin] = []
        self._roots: list[int] = []
        self._articles: dict[str, int] = {}
        self._trail = _trails()

    def copy(self) -> "Lineages":
        """Return the same, to go another way from here."""
        other = Lineages()
        other._origins, other._roots = self._origins.copy(), self._roots.copy()
        other._articles, other._trail = self._articles.copy(), self._trail
        return other

    def of(self, origin: Origin) -> int:
        """Return the number of the lineage of the next origin."""
        if origin.article in self._articles:
            return self._articles[origin.article]
        known = self._trail.behind.get(origin)
        if known is None:
            known = self._trail.behind[origin] = _Trail(), self._compared(origin)
            _Trail.count += 1
        self._trail, root = known
        self._origins.append(origin)
        self._roots.append(root)
        self._articles[origin.article] = root
        return root

    def _compared(self, origin: Origin) -> int:
        root = len(self._origins)
        if not self._origins:
            return root
        alike = compared([origin.sketch], [known.sketch for known in self._origins])
        ranks = _ranks([origin], self._origins, alike)[0]
        parent = int(np.argmax(ranks))
        return self._roots[parent] if ranks[parent] else root


class _Trail:
    """Remembers what came of a row of origins, as events are read from their beginning again and again."""

    count = 0

    def __init__(self) -> None:
        self.behind: dict[Origin, tuple[_Trail, int]] = {}


_TRAILS = [_Trail()]
REMEMBERED = 50_000  # origins in the rows that are remembered


def _trails() -> _Trail:
    """Return where all rows begin; too many are forgotten together."""
    if _Trail.count > REMEMBERED:
        _TRAILS[0], _Trail.count = _Trail(), 0
    return _TRAILS[0]


@dataclass(frozen=True, slots=True)
class _Columns:
    """What is compared of some origins beside their texts, one value each."""

    days: _Table
    hosts: _Table
    publishers: _Table
    voices: _Table
    langs: _Table
    own: _Table


def _ranks(origins: Sequence[Origin], others: Sequence[Origin], alike: Likeness) -> _Table:
    """Return how surely each article is a copy of each other: the place of the kind, and the likeness."""
    kinds = np.zeros(alike.text.shape, dtype=np.float32)
    one = _columns(origins, alike.runs)
    other = one if others is origins else _columns(others, alike.other_runs)
    for number, holds in enumerate(_kinds(one, other, alike), 1):
        np.copyto(kinds, number, where=holds)
    ranks: _Table = (kinds + alike.text * 0.99) * (kinds > 0)
    return ranks


def _kinds(one: _Columns, other: _Columns, alike: Likeness) -> Iterator[_Table]:
    """Yield for each kind, the least sure first, which articles may be copies of that kind."""

    def both(least: float) -> _Table:
        return _each(alike.runs >= least, alike.other_runs >= least)

    def titled(least: float) -> _Table:
        return _each(alike.letters >= least, alike.other_letters >= least)

    enough = both(LEAST_RUNS)
    text, lead = alike.text * enough, alike.lead * enough
    apart = np.abs(one.days[:, None] - other.days[None, :])
    related = ((text >= NEAR) | (lead >= NEAR_LEAD)) & (apart <= RELATED_DAYS)
    elsewhere = ~_same(one.hosts, other.hosts)
    like = (alike.title == 1) | ((alike.title >= SAME_TITLE) & elsewhere)
    headed = like & titled(TITLE_LETTERS)
    bare = ~_each(alike.runs > 0, alike.other_runs > 0)
    one_voice = _same(one.voices, other.voices)
    yield one_voice & _other_language(one, other) & (apart == 0)
    long = elsewhere & (alike.title == 1) & titled(LONG_TITLE_LETTERS)
    yield headed & (bare | long) & (apart <= TITLE_DAYS)
    yield _same(one.publishers, other.publishers) & elsewhere & related
    yield one_voice & elsewhere & related
    within = (alike.contained >= CONTAINED) & (text >= NEAR / 2) & both(CONTAINED_RUNS)
    yield (lead >= CUT) | within
    yield (text >= EDITED) | (headed & related)
    yield (text == 1) & (lead == 1)


def _columns(origins: Sequence[Origin], runs: _Table) -> _Columns:
    traits = [_traits(origin) for origin in origins]
    return _Columns(
        np.array([day for day, *_ in traits], dtype=np.int64),
        np.array([host for _, host, *_ in traits], dtype=object),
        np.array([name for _, _, name, *_ in traits], dtype=object),
        np.array([_voice(o, float(r)) for o, r in zip(origins, runs, strict=True)], dtype=object),
        np.array([origin.lang for origin in origins], dtype=object),
        np.array([own for *_, own in traits]),
    )


@lru_cache(maxsize=4096)
def _traits(origin: Origin) -> tuple[int, str, str, bool]:
    """Return the day, the host, the publisher, and whether an agency wrote it; no date is far from all."""
    day = intervals.first_day(origin.published)
    far = -(10**6) * (1 + int(digest(origin.article)[:8], 16))
    return day.toordinal() if day else far, host_of(origin.url), publisher(origin.url), bool(_wrote(origin))


def _voice(origin: Origin, runs: float) -> str:
    """Return the agency that speaks in a text: it wrote it, or a short text cites it and no other."""
    wrote = _wrote(origin)
    if wrote or len(origin.cites) != 1 or runs > SHORT_RUNS:
        return wrote
    return origin.cites[0]


def _wrote(origin: Origin) -> str:
    return origin.agency or agency_of(origin.url)


def _other_language(one: _Columns, other: _Columns) -> _Table:
    """Two languages, and one of the two texts is the agency's own: who cites alone may have added to it."""
    differ: _Table = (one.langs[:, None] != other.langs[None, :]).astype(bool)
    own: _Table = one.own[:, None] | other.own[None, :]
    return differ & own & _each((one.langs != "").astype(bool), (other.langs != "").astype(bool))


def _same(names: _Table, others: _Table) -> _Table:
    """Tell where two names are the same one, and not none."""
    same: _Table = (names[:, None] == others[None, :]).astype(bool)
    return same & _each((names != "").astype(bool), (others != "").astype(bool))


def _each(holds: _Table, others: _Table) -> _Table:
    both: _Table = holds[:, None] & others[None, :]
    return both
