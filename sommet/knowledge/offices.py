"""Offices and the phrases that stand for their holders, read from `actors/offices.yaml`.

Phrases are written once for each role and unfolded over the nations that have it. `stops.yaml` holds the
phrases that name nobody, and the traditional forms of Chinese characters.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal, TypeVar

import msgspec

from schemas.complete import complete
from sommet.errors import KnowledgeError

Lang = Literal["fr", "en", "ru", "zh"]
Rank = Literal["leader", "minister", "official", ""]
Texts = dict[Lang, list[str]]


@dataclass(frozen=True, slots=True)
class Office:
    """An office: `office` phrases name it, `anaphor` phrases point at its holder; pairs of language, text."""

    id: str
    side: str
    level: Rank
    state: str
    office: tuple[tuple[str, str], ...] = ()
    anaphor: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases that belong to no single office.

    `joint` pairs a phrase with the offices that it names together; `before` and `after` are the words that,
    next to an office phrase, make it somebody else's title; `stops` name nobody; `traditional` maps
    simplified characters to traditional ones.
    """

    joint: tuple[tuple[tuple[str, ...], str, str], ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    stops: tuple[tuple[str, str], ...]
    traditional: dict[int, str]


class _Role(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    level: Rank = ""
    side: str = ""
    state: str = ""
    office: Texts = {}
    anaphor: Texts = {}


class _Nation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    state: str
    offices: list[str]
    fr: dict[str, list[str]]
    en: dict[str, list[str]]
    ru: dict[str, list[str]]
    zh: dict[str, list[str]]


class _Joint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    offices: tuple[str, ...]
    fr: list[str]
    en: list[str]
    ru: list[str]
    zh: list[str]


@complete
class _Offices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    roles: dict[str, _Role]
    nations: dict[str, _Nation]
    extra: dict[str, _Role]
    titles: dict[str, _Role]
    joint: dict[str, _Joint]
    before: Texts
    after: Texts


@complete
class _Stops(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    phrases: Texts
    traditional: str


Model = TypeVar("Model")


def _convert(value: object, model: type[Model], name: str) -> Model:
    try:
        return msgspec.convert(value, model)
    except msgspec.ValidationError as error:
        raise KnowledgeError(f"{name}: {error}") from error


def _fill(texts: Texts, nation: _Nation) -> Iterator[tuple[str, str]]:
    for lang, patterns in texts.items():
        words: dict[str, list[str]] = getattr(nation, lang)
        for pattern in patterns:
            slots = [slot for slot in ("adj", "fem", "of") if f"{{{slot}}}" in pattern]
            for chosen in product(*(words[slot] for slot in slots)):
                yield lang, pattern.format(**dict(zip(slots, chosen, strict=True)))


def _flat(texts: Texts) -> Iterator[tuple[str, str]]:
    for lang, values in texts.items():
        yield from ((lang, value) for value in values)


def _of_nations(file: _Offices) -> Iterator[Office]:
    for side, nation in file.nations.items():
        for name in nation.offices:
            if name not in file.roles:
                raise KnowledgeError(f"offices.yaml: nations: {side}: role {name!r} is not among the roles")
            role = file.roles[name]
            yield Office(
                id=f"{side.lower()}-{name}",
                side=side,
                level=role.level,
                state=nation.state,
                office=tuple(_fill(role.office, nation)),
                anaphor=tuple(_fill(role.anaphor, nation)),
            )


def _joined(office: Office | None, key: str, extra: _Role, states: dict[str, str]) -> Office:
    return Office(
        id=key,
        side=office.side if office else extra.side,
        level=office.level if office else extra.level,
        state=office.state if office else extra.state or states.get(extra.side, ""),
        office=(*(office.office if office else ()), *_flat(extra.office)),
        anaphor=(*(office.anaphor if office else ()), *_flat(extra.anaphor)),
    )


def read_offices(offices: object, stops: object) -> tuple[dict[str, Office], Phrases]:
    """Return all offices by id, and the phrases; raise `KnowledgeError` naming file and entry."""
    file = _convert(offices, _Offices, "offices.yaml")
    stop_file = _convert(stops, _Stops, "stops.yaml")
    by_id = {office.id: office for office in _of_nations(file)}
    states = {side: nation.state for side, nation in file.nations.items()}
    for key, extra in [*file.extra.items(), *file.titles.items()]:
        by_id[key] = _joined(by_id.get(key), key, extra, states)
    for key, joint in file.joint.items():
        for office in joint.offices:
            if office not in by_id:
                raise KnowledgeError(f"offices.yaml: joint: {key}: office {office!r} does not exist")
    pairs = stop_file.traditional
    return by_id, Phrases(
        joint=tuple(
            (joint.offices, lang, text)
            for joint in file.joint.values()
            for lang in ("fr", "en", "ru", "zh")
            for text in getattr(joint, lang)
        ),
        before=tuple(text for _, text in _flat(file.before)),
        after=tuple(text for _, text in _flat(file.after)),
        stops=tuple(_flat(stop_file.phrases)),
        traditional={ord(a): b for a, b in zip(pairs[::2], pairs[1::2], strict=True)},
    )
