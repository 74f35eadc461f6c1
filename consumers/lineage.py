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
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from schemas.events import Origin
from sommet import intervals
from sommet.ids import digest
from sommet.knowledge.bylines import agency_of
from sommet.knowledge.publishers import host_of, publisher
from sommet.language.sketch import Likeness, compared, runs_of

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
    traits = [_traits(origin, float(runs)) for origin, runs in zip(ordered, alike.runs, strict=True)]
    rank = np.tril(_ranks(traits, traits, alike), -1)
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
        self._roots: dict[int, int] = {}
        self._taken = 0
        self._articles: dict[str, int] = {}
        self._pairs = _pairs()

    def copy(self) -> "Lineages":
        """Return the same, to go another way from here."""
        other = Lineages()
        other._roots, other._articles = self._roots.copy(), self._articles.copy()
        other._taken, other._pairs = self._taken, self._pairs
        return other

    def of(self, origin: Origin) -> int:
        """Return the number of the lineage of the next origin."""
        if origin.article in self._articles:
            return self._articles[origin.article]
        number = self._pairs.number(origin)
        root = self._roots[number] = self._articles[origin.article] = self._root(number)
        self._taken |= 1 << number
        return root

    def _root(self, number: int) -> int:
        """Return the lineage of the origin that is copied most surely; of several, of the first."""
        copies = self._pairs.copies(number, self._taken)
        copied = {other: root for other, root in self._roots.items() if other in copies} if copies else {}
        return copied[max(copied, key=lambda other: copies[other])] if copied else number


class _Pairs:
    """Remembers which origins are copies of which, as events are read from their beginning again and again.

    That says nothing of which was first: it is the same from both sides. Sets of origins are the bits of
    numbers, because most questions are whether one holds all of another.
    """

    def __init__(self) -> None:
        self._numbers: dict[Origin, int] = {}
        self._origins: list[Origin] = []
        self._traits: list[_Traits] = []
        self._compared: list[int] = []
        self._copies: list[dict[int, float]] = []

    @property
    def full(self) -> bool:
        """Tell whether there are as many as are remembered."""
        return len(self._origins) >= REMEMBERED

    def number(self, origin: Origin) -> int:
        """Return the number of an origin, always the same one."""
        known = self._numbers.get(origin)
        if known is None:
            known = self._numbers[origin] = len(self._origins)
            self._origins.append(origin)
            self._traits.append(_traits(origin, runs_of(origin.sketch)))
            self._compared.append(1 << known)
            self._copies.append({})
        return known

    def copies(self, number: int, taken: int) -> dict[int, float]:
        """Return which origins are copies of one, or it of them, and how surely; of `taken` all that are."""
        new = taken & ~self._compared[number]
        if new:
            # what comes between known ones is asked for by all behind it, each in its turn
            other = new.bit_length() - 1
            one, row = (number, self._compared[other]) if new & (new - 1) else (other, self._compared[number])
            self._compare(one, (new | row) & ~self._compared[one])
        return self._copies[number]

    def _compare(self, number: int, new: int) -> None:
        others = _bits(new)
        alike = compared([self._origins[number].sketch], [self._origins[n].sketch for n in others])
        ranks = _ranks([self._traits[number]], [self._traits[n] for n in others], alike)[0]
        self._compared[number] |= new
        for other in others:
            self._compared[other] |= 1 << number
        for place in np.flatnonzero(ranks).tolist():
            other, rank = others[place], float(ranks[place])
            self._copies[number][other] = self._copies[other][number] = rank


def _bits(number: int) -> list[int]:
    """Return which bits of a number are set, in their order."""
    text = f"{number:b}"[::-1]
    found, place = [], text.find("1")
    while place >= 0:
        found.append(place)
        place = text.find("1", place + 1)
    return found


REMEMBERED = 10_000  # origins
_PAIRS = [_Pairs()]


def _pairs() -> _Pairs:
    """Return what is remembered of all origins; too much is forgotten together."""
    if _PAIRS[0].full:
        _PAIRS[0] = _Pairs()
    return _PAIRS[0]


class _Traits(NamedTuple):
    """What is compared of an origin beside its text."""

    day: int
    host: str
    publisher: str
    voice: str
    lang: str
    own: bool


@dataclass(frozen=True, slots=True)
class _Columns:
    """What is compared of some origins beside their texts, one value each."""

    days: _Table
    hosts: _Table
    publishers: _Table
    voices: _Table
    langs: _Table
    own: _Table


def _ranks(traits: Sequence[_Traits], others: Sequence[_Traits], alike: Likeness) -> _Table:
    """Return how surely each article is a copy of each other: the place of the kind, and the likeness."""
    kinds = np.zeros(alike.text.shape, dtype=np.float32)
    if not _may_be_copies(traits, others, alike):
        return kinds
    one = _columns(traits)
    other = one if others is traits else _columns(others)
    for number, holds in enumerate(_kinds(one, other, alike), 1):
        np.copyto(kinds, number, where=holds)
    ranks: _Table = (kinds + alike.text * 0.99) * (kinds > 0)
    return ranks


def _may_be_copies(traits: Sequence[_Traits], others: Sequence[_Traits], alike: Likeness) -> bool:
    """Tell whether any two share what every kind asks for: a voice, a headline, or some of their texts."""
    least = (alike.title >= SAME_TITLE) | (alike.text >= NEAR / 2) | (alike.lead >= NEAR_LEAD)
    if least.any():
        return True
    voices = {one.voice for one in traits if one.voice}
    return bool(voices) and any(other.voice in voices for other in others)


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


def _columns(traits: Sequence[_Traits]) -> _Columns:
    return _Columns(
        np.array([one.day for one in traits], dtype=np.int64),
        np.array([one.host for one in traits], dtype=object),
        np.array([one.publisher for one in traits], dtype=object),
        np.array([one.voice for one in traits], dtype=object),
        np.array([one.lang for one in traits], dtype=object),
        np.array([one.own for one in traits]),
    )


@lru_cache(maxsize=4096)
def _traits(origin: Origin, runs: float) -> _Traits:
    """Return what is compared of an origin whose text has so many runs; no date is far from all."""
    day = intervals.first_day(origin.published)
    far = -(10**6) * (1 + int(digest(origin.article)[:8], 16))
    host, own = host_of(origin.url), bool(_wrote(origin))
    return _Traits(
        day.toordinal() if day else far, host, publisher(origin.url), _voice(origin, runs), origin.lang, own
    )


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
