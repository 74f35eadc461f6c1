"""Who is who: persons, states, bodies, companies and places, with their names in four languages.

The data stand in `actors/*.yaml`; what a name, a side, a term or an office phrase means is said here and
in the head of each file. `load()` checks every reference.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from schemas.complete import complete
from sommet.errors import KnowledgeError
from sommet.knowledge.offices import Office, Phrases, read_offices

FOLDER = Path(__file__).parent / "actors"
LANGUAGES = ("fr", "en", "ru", "zh")
LEVELS = {"leader": 3, "minister": 2, "official": 1, "": 0}

Kind = Literal[
    "person", "state", "body", "company", "agency", "place", "capital", "forum", "exercise", "demonym"
]
Level = Literal["leader", "minister", "official", ""]
Needs = Literal["", "full", "side", "leader", "venue"]


@dataclass(frozen=True, slots=True)
class Alias:
    """A way to write a name.

    `needs` says what else the text must hold before it counts: `full`, an alias of the same actor that
    counts by itself; `side`, that or any name of the same side; `leader`, that or a leader of another side;
    `venue`, a noun of meeting right behind it.
    """

    text: str
    lang: str
    needs: Needs = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A time in an office: from the first day up to the day of the successor, or still."""

    office: str
    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        """Say whether the office was held on `day`."""
        return self.first <= day and (self.last is None or day < self.last)


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor or a place.

    `side` is an ISO 3166 alpha-3 code (EUE for the European Union, XNA for NATO, SUN for the Soviet Union)
    or empty. `level` is the rank without a date; `Actors.level` knows the terms. `both` lists the actors
    that a word such as “sino-russe” names together. Naming an actor with `names_side` false, such as a
    news agency, names no side. A `capital` is a place whose name also stands for its government.
    """

    id: str
    name: str
    kind: Kind
    side: str
    level: Level = ""
    woman: bool = False
    names_side: bool = True
    names: tuple[Alias, ...] = ()
    demonyms: tuple[Alias, ...] = ()
    terms: tuple[Term, ...] = ()
    both: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Actors:
    """All actors and offices; `version` changes with any of the files."""

    by_id: dict[str, Actor]
    offices: dict[str, Office]
    phrases: Phrases
    version: str
    terms: dict[str, tuple[tuple[Term, str], ...]] = field(default_factory=dict)

    def holder(self, office: str, day: date | None) -> Actor | None:
        """Return who held `office` on `day`; without a day, who holds it still."""
        for term, actor in self.terms.get(office, ()):
            if term.last is None if day is None else term.holds(day):
                return self.by_id[actor]
        return None

    def level(self, actor: str, day: date | None) -> Level:
        """Return the rank of an actor on `day`: that of the highest office held then, or the standing one."""
        entry = self.by_id[actor]
        held = [self.offices[term.office].level for term in entry.terms if day and term.holds(day)]
        return max(held, key=LEVELS.__getitem__, default=entry.level)

    def named(self, name: str) -> Actor | None:
        """Return the actor whose canonical English name is `name`."""
        return next((actor for actor in self.by_id.values() if actor.name == name), None)


@complete
class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An actor as the files write it."""

    name: str
    fr: list[str | dict[str, Needs]]
    en: list[str | dict[str, Needs]]
    ru: list[str | dict[str, Needs]]
    zh: list[str | dict[str, Needs]]
    side: str | None = None
    level: Level = ""
    woman: bool = False
    terms: dict[str, str | list[str]] = {}
    both: tuple[str, ...] = ()
    demonym: dict[Literal["fr", "en", "ru", "zh"], list[str | dict[str, Needs]]] = {}


@complete
class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of actors: `side`, `kind` and `names_side` hold for all of its entries."""

    side: str
    kind: Kind
    actors: dict[str, Any]
    names_side: bool = True


def _aliases(values: list[str | dict[str, Needs]], lang: str) -> Iterator[Alias]:
    for value in values:
        if isinstance(value, str):
            yield Alias(value, lang)
        else:
            yield from (Alias(text, lang, needs) for text, needs in value.items())


def _terms(entry: _Entry) -> Iterator[Term]:
    for office, spans in entry.terms.items():
        for span in [spans] if isinstance(spans, str) else spans:
            first, _, last = span.partition("/")
            yield Term(office, date.fromisoformat(first), date.fromisoformat(last) if last else None)


def _actor(key: str, value: object, file: _File) -> Actor:
    entry = msgspec.convert(value, _Entry)
    names = tuple(chain.from_iterable(_aliases(getattr(entry, lang), lang) for lang in LANGUAGES))
    for lang in LANGUAGES:
        if not getattr(entry, lang):
            raise ValueError(f"needs a name in {lang}")
    if not any(alias.text == entry.name for alias in names) and file.kind == "person":
        names = (*names, Alias(entry.name, "en"))
    return Actor(
        id=key,
        name=entry.name,
        kind=file.kind,
        side=file.side if entry.side is None else entry.side,
        level=entry.level,
        woman=entry.woman,
        names_side=file.names_side,
        names=names,
        demonyms=tuple(chain.from_iterable(_aliases(values, lang) for lang, values in entry.demonym.items())),
        terms=tuple(sorted(_terms(entry), key=lambda term: term.first)),
        both=entry.both,
    )


def read_yaml(path: Path) -> object:
    """Return what the YAML file holds; raise `KnowledgeError` with file and line where it is none."""
    try:
        return yaml.load(path.read_bytes(), Loader=_Loader)  # noqa: S506 - derived from the safe loader
    except yaml.YAMLError as error:
        raise KnowledgeError(f"{path.name}: not readable as YAML: {error}") from error


class _Loader(yaml.CSafeLoader):
    """The safe loader, but a key that comes twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(
                None, None, f"{twice!r} stands here twice", node.start_mark
            )
        return super().construct_mapping(node, deep=deep)


def _read_actors(path: Path) -> Iterator[Actor]:
    try:
        file = msgspec.convert(read_yaml(path), _File)
    except msgspec.ValidationError as error:
        raise KnowledgeError(f"{path.name}: {error}") from error
    for key, value in file.actors.items():
        try:
            yield _actor(key, value, file)
        except (msgspec.ValidationError, ValueError) as error:
            raise KnowledgeError(f"{path.name}: {key}: {error}") from error


def _check(by_id: dict[str, Actor], offices: dict[str, Office]) -> None:
    for actor in by_id.values():
        for term in actor.terms:
            if term.office not in offices:
                raise KnowledgeError(f"{actor.id}: office {term.office!r} is not in offices.yaml")
        for other in actor.both:
            if other not in by_id:
                raise KnowledgeError(f"{actor.id}: actor {other!r} does not exist")
    for office in offices.values():
        if office.state and office.state not in by_id:
            raise KnowledgeError(f"offices.yaml: {office.id}: actor {office.state!r} does not exist")


def read(folder: Path) -> Actors:
    """Read all actors of a folder; raise `KnowledgeError` with file and entry."""
    paths = sorted(folder.glob("*.yaml"))
    by_id: dict[str, Actor] = {}
    for path in paths:
        if path.name in {"offices.yaml", "stops.yaml"}:
            continue
        for actor in _read_actors(path):
            if actor.id in by_id:
                raise KnowledgeError(f"{path.name}: {actor.id}: this id exists already")
            by_id[actor.id] = actor
    offices, phrases = read_offices(read_yaml(folder / "offices.yaml"), read_yaml(folder / "stops.yaml"))
    _check(by_id, offices)
    terms: dict[str, list[tuple[Term, str]]] = {}
    for actor in by_id.values():
        for term in actor.terms:
            terms.setdefault(term.office, []).append((term, actor.id))
    version = hashlib.blake2b(b"\0".join(path.read_bytes() for path in paths), digest_size=8).hexdigest()
    return Actors(by_id, offices, phrases, version, {office: tuple(rows) for office, rows in terms.items()})


@lru_cache(maxsize=1)
def load() -> Actors:
    """Return the actors that the project ships, read once."""
    return read(FOLDER)
