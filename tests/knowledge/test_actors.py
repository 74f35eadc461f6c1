"""The knowledge of actors: complete, unambiguous, checked on reading."""

from collections import defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from sommet.errors import KnowledgeError
from sommet.knowledge.actors import FOLDER, LANGUAGES, Actors, load, read
from sommet.knowledge.lexicons import load as lexicon
from sommet.language.aliases import entries

BLURRED = {"argentine", "li"}
"""Spellings of two actors, or of one in two roles, that are wanted: the context decides."""


@pytest.fixture(scope="module")
def actors() -> Actors:
    """Return the shipped knowledge."""
    return load()


def test_every_actor_has_a_name_in_every_language(actors: Actors) -> None:
    """No gaps: fr, en, ru and zh."""
    gaps = [
        (actor.id, lang)
        for actor in actors.by_id.values()
        for lang in LANGUAGES
        if not any(alias.lang == lang for alias in actor.names)
    ]
    assert gaps == []


def test_every_state_has_adjectives_in_every_language(actors: Actors) -> None:
    """A state is also named by its adjective."""
    gaps = [
        (actor.id, lang)
        for actor in actors.by_id.values()
        for lang in LANGUAGES
        if actor.kind == "state" and not any(alias.lang == lang for alias in actor.demonyms)
    ]
    assert gaps == []


def test_every_office_phrase_exists_in_every_language(actors: Actors) -> None:
    """An office that is found by phrases is found in all four languages."""
    gaps = [
        (office.id, lang)
        for office in actors.offices.values()
        for lang in LANGUAGES
        if office.office and not any(found == lang for found, _ in office.office)
    ]
    assert gaps == []


def test_no_spelling_belongs_to_two_actors(actors: Actors) -> None:
    """Whoever is found by a spelling is the only one."""
    owners = defaultdict(set)
    for key, entry in entries(actors):
        owners[key].add((tuple(named.actor for named in entry.named), entry.offices, entry.named == ()))
    assert {key for key, found in owners.items() if len(found) > 1} <= BLURRED


def test_canonical_names_are_unique(actors: Actors) -> None:
    """Two actors never share their English name."""
    names = [actor.name for actor in actors.by_id.values()]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_actors_stand_in_order() -> None:
    """Entries are sorted by id in every file."""
    for path in FOLDER.glob("*.yaml"):
        ids = list(yaml.safe_load(path.read_bytes()).get("actors", {}))
        assert ids == sorted(ids), path.name


def test_terms_of_one_office_do_not_overlap(actors: Actors) -> None:
    """On any day an office has one holder at most; one without a successor comes last."""
    for office, rows in actors.terms.items():
        ordered = sorted(rows, key=lambda row: row[0].first)
        for (earlier, _), (later, _) in pairwise(ordered):
            assert earlier.last is not None, office
            assert earlier.last <= later.first, office


@pytest.mark.parametrize(
    ("office", "day", "holder"),
    [
        ("rus-president", "2022-02-04", "vladimir-putin"),
        ("rus-premier", "2019-09-18", "dmitry-medvedev"),
        ("rus-premier", "2020-01-16", "mikhail-mishustin"),
        ("rus-defence-minister", "2023-04-18", "sergey-shoygu"),
        ("rus-defence-minister", "2024-06-01", "andrey-belousov"),
        ("chn-president", "2013-03-13", "hu-jintao"),
        ("chn-president", "2013-03-14", "xi-jinping"),
        ("chn-premier", "2023-03-10", "li-keqiang"),
        ("chn-premier", "2023-03-11", "li-qiang"),
        ("chn-foreign-minister", "2022-02-04", "wang-yi"),
        ("chn-foreign-minister", "2023-03-17", "qin-gang"),
        ("chn-foreign-minister", "2024-01-01", "wang-yi"),
        ("usa-president", "2021-12-16", "joe-biden"),
        ("usa-president", "2025-02-01", "donald-trump"),
        ("fra-president", "2023-04-06", "emmanuel-macron"),
        ("xna-secretary-general", "2024-11-01", "mark-rutte"),
    ],
)
def test_an_office_is_held_by_who_held_it_that_day(
    actors: Actors, office: str, day: str, holder: str
) -> None:
    """The first day belongs to the successor."""
    found = actors.holder(office, date.fromisoformat(day))
    assert found is not None
    assert found.id == holder


def test_an_office_between_two_terms_has_no_holder(actors: Actors) -> None:
    """Nobody was defence minister of China in November 2023."""
    assert actors.holder("chn-defence-minister", date(2023, 11, 15)) is None
    assert actors.holder("no-such-office", date(2023, 11, 15)) is None


def test_the_level_depends_on_the_day(actors: Actors) -> None:
    """Medvedev was a leader as prime minister and is none since."""
    assert actors.level("dmitry-medvedev", date(2019, 6, 1)) == "leader"
    assert actors.level("dmitry-medvedev", date(2024, 12, 12)) == "official"
    assert actors.level("xi-jinping", None) == "leader"


def test_a_canonical_name_finds_its_actor(actors: Actors) -> None:
    """The way back from “Sergey Lavrov”."""
    found = actors.named("Sergey Lavrov")
    assert found is not None
    assert found.id == "sergey-lavrov"


ENTRY = "    name: X\n    fr: [X]\n    en: [X]\n    ru: [X]\n    zh: [X]\n"
HEAD = "side: RUS\nkind: person\nactors:\n  a-b:\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("side: [", "x.yaml: not readable as YAML"),
        ("kind: person\nactors: {}\n", "x.yaml: Object missing required field `side`"),
        (HEAD + ENTRY.replace("    ru: [X]\n", ""), "x.yaml: a-b: Object missing required field `ru`"),
        (HEAD + ENTRY.replace("ru: [X]", "ru: []"), "x.yaml: a-b: needs a name in ru"),
        (HEAD + ENTRY + "    shoe: 42\n", "x.yaml: a-b: Object contains unknown field `shoe`"),
        (HEAD + ENTRY + "    terms: {rus-president: yesterday/}\n", "x.yaml: a-b: Invalid isoformat"),
        (
            HEAD + ENTRY + "    terms: {rus-tsar: 2012-05-07/}\n",
            "a-b: office 'rus-tsar' is not in offices.yaml",
        ),
        (HEAD + ENTRY + "    both: [nobody]\n", "a-b: actor 'nobody' does not exist"),
        (HEAD + ENTRY + "  a-b:\n" + ENTRY, "'a-b' stands here twice"),
        (HEAD.replace("a-b", "russia") + ENTRY, "russia: this id exists already"),
    ],
)
def test_a_wrong_file_is_refused_with_file_and_entry(tmp_path: Path, text: str, complaint: str) -> None:
    """The error says where to look."""
    for name in ("offices.yaml", "stops.yaml", "states.yaml", "third.bodies.yaml", "forums.yaml"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError) as raised:
        read(tmp_path)
    assert complaint in str(raised.value)


def test_the_version_changes_with_the_files(tmp_path: Path, actors: Actors) -> None:
    """One changed byte is another version; the same bytes are the same."""
    for path in FOLDER.glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert read(tmp_path).version == actors.version
    (tmp_path / "stops.yaml").write_bytes((FOLDER / "stops.yaml").read_bytes() + b"# more\n")
    assert read(tmp_path).version != actors.version


def test_hosts_are_states_that_are_known(actors: Actors) -> None:
    """A body that stands in another state is known, and so is that state."""
    for actor, state in lexicon("hosts").items():
        found = actors.named(state)
        assert found is not None, state
        assert found.kind == "state"
        assert found.side != actors.by_id[actor].side


def test_seats_are_cities_that_are_known(actors: Actors) -> None:
    """A building lies in a place of that name; what has a seat is an actor."""
    for actor, city in lexicon("seats").items():
        found = actors.named(city)
        assert actor in actors.by_id
        assert found is not None, city
        assert found.kind in {"place", "capital"}, city


def test_every_member_of_the_united_nations_has_its_capital(actors: Actors) -> None:
    """Every state that has a place beyond the two has one that stands for its government."""
    seated = {actor.side for actor in actors.by_id.values() if actor.kind == "capital"} | {"RUS", "CHN"}
    of_states = {actor.side for actor in actors.by_id.values() if actor.kind == "state"}
    assert len(seated) >= 193
    assert of_states - seated <= {"HKG", "MAC", "SGP", "SUN"}
