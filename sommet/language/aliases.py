"""Every way in which the gazetteer may meet an actor, an office or a phrase that names nobody."""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from schemas.articles import MentionKind
from sommet.knowledge.actors import Actor, Actors, Alias, Needs
from sommet.knowledge.forms import adjective_forms, forms
from sommet.knowledge.offices import Office
from sommet.language.folding import fold

KINDS: dict[str, MentionKind] = {
    "person": "person",
    "state": "state",
    "body": "body",
    "company": "company",
    "agency": "body",
    "place": "place",
    "capital": "place",
    "forum": "body",
    "exercise": "body",
    "demonym": "demonym",
}
FAMILY_FIRST = {"CHN", "HKG", "KOR", "PRK", "TWN", "VNM"}
ACRONYM = 6


class Named(NamedTuple):
    """What a phrase names: an actor or a place, as what, and for which side."""

    kind: MentionKind
    actor: str
    side: str


class Entry(NamedTuple):
    """One phrase: what it names (nothing for a stop phrase), through which offices, on which condition."""

    text: str
    named: tuple[Named, ...]
    offices: tuple[str, ...] = ()
    needs: Needs = ""

    def cased(self, surface: str) -> bool:
        """Say whether `surface` has the capitals that the phrase asks for.

        Short names that need company are written as they are; abbreviations in capitals; other names start
        with one.
        """
        first = self.text[0]
        if not first.isupper():
            return True
        if self.needs and first.isalpha():
            return surface == self.text or plain(surface) == plain(self.text)
        if self.text.isupper() and len(self.text) <= ACRONYM:
            return surface.isupper()
        return surface[0].isupper()


def plain(text: str) -> str:
    """Return `text` without accents: é is e, ё is е, й is и."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def keys(text: str, lang: str, traditional: dict[int, str]) -> set[str]:
    """Return the folded spellings of a phrase: with and without accents, simplified and traditional."""
    folded = fold(unicodedata.normalize("NFC", text))
    if lang == "zh":
        return {folded, folded.translate(traditional)}
    return {folded, plain(folded)}


def _initialled(name: str) -> Iterator[str]:
    """Yield “V. Poutine” and “В.Путин” for a given name and a family name."""
    given, _, family = name.partition(" ")
    if family and given.isalpha() and given[1:].islower() and family[0].isupper() and " " not in family:
        yield f"{given[0]}. {family}"
        yield f"{given[0]}.{family}"


def _spellings(alias: Alias, actor: Actor) -> set[str]:
    texts = {alias.text}
    family_first = actor.side in FAMILY_FIRST
    person = actor.kind == "person"
    if person and not family_first and alias.lang != "zh" and not alias.needs:
        texts.update(_initialled(alias.text))
    if alias.lang == "ru":
        known = (forms(text, person=person, woman=actor.woman, family_first=family_first) for text in texts)
        return {form for all_forms in known for form in all_forms}
    return texts


def _adjectives(alias: Alias) -> set[str]:
    return adjective_forms(alias.text) if alias.lang == "ru" else {alias.text}


def _named(actor: Actor, by_id: dict[str, Actor]) -> tuple[Named, ...]:
    members = [by_id[other] for other in actor.both]
    pair = tuple(
        Named("demonym" if member.kind == "state" else KINDS[member.kind], member.id, member.side)
        for member in members
    )
    if actor.kind == "demonym":
        return pair
    return (Named(KINDS[actor.kind], actor.id, actor.side if actor.names_side else ""), *pair)


def _of_actor(actor: Actor, by_id: dict[str, Actor]) -> Iterator[tuple[str, Entry]]:
    named = _named(actor, by_id)
    for alias in actor.names:
        spellings = _adjectives(alias) if actor.kind == "demonym" else _spellings(alias, actor)
        yield from ((alias.lang, Entry(text, named, (), alias.needs)) for text in spellings)
    place = KINDS[actor.kind] == "place"
    described = (Named("place" if place else "demonym", actor.id, actor.side),)
    for alias in actor.demonyms:
        needs: Needs = "venue" if place else alias.needs
        yield from ((alias.lang, Entry(text, described, (), needs)) for text in _adjectives(alias))


def _declined(lang: str, text: str) -> set[str]:
    return forms(text) if lang == "ru" else {text}


def _of_office(office: Office) -> Iterator[tuple[str, Entry]]:
    kinds: tuple[tuple[MentionKind, Iterable[tuple[str, str]]], ...] = (
        ("office", office.office),
        ("anaphor", office.anaphor),
    )
    for kind, phrases in kinds:
        named = (Named(kind, office.state, office.side),)
        for lang, phrase in phrases:
            yield from ((lang, Entry(text, named, (office.id,))) for text in _declined(lang, phrase))


def _phrases(actors: Actors) -> Iterator[tuple[str, Entry]]:
    for actor in actors.by_id.values():
        yield from _of_actor(actor, actors.by_id)
    for office in actors.offices.values():
        yield from _of_office(office)
    for ids, lang, text in actors.phrases.joint:
        named = tuple(Named("office", actors.offices[i].state, actors.offices[i].side) for i in ids)
        yield lang, Entry(text, named, ids)
    yield from ((lang, Entry(text, ())) for lang, text in actors.phrases.stops)


def entries(actors: Actors) -> Iterator[tuple[str, Entry]]:
    """Yield every folded spelling with its entry; one spelling may have several entries."""
    for lang, entry in _phrases(actors):
        yield from ((key, entry) for key in keys(entry.text, lang, actors.phrases.traditional))
