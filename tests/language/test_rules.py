"""The lexicons compile, agree with the list of concepts, and say clearly what is wrong in them."""

import copy
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest

from schemas.events import EventType
from sommet.errors import KnowledgeError
from sommet.knowledge import lexicons
from sommet.knowledge.lexicons import load
from sommet.language import rules as module
from sommet.language.analysers import analyser
from sommet.language.marks import slots
from sommet.language.rules import STATUSES, load_events, rules

LANGUAGES = ("fr", "en", "ru", "zh")
NEEDS = {"both", "joint", "shared", "visit", "pattern"}


@pytest.fixture
def lexicon(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A French lexicon that a test may spoil."""
    spoiled: dict[str, Any] = copy.deepcopy(load("fr"))
    monkeypatch.setattr(module, "load", lambda _lang: spoiled)
    rules.cache_clear()
    yield spoiled
    rules.cache_clear()


def test_the_files_of_a_folder_are_one_lexicon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their sections are joined; what two of them say is refused, with the file that says it again."""
    monkeypatch.setattr(lexicons, "files", lambda _: tmp_path)
    read = load.__wrapped__
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "deals.yaml").write_text("concepts: {SIGN: {}}\ncues: {with: a}\n")
    (tmp_path / "xx" / "talks.yaml").write_text("concepts: {TALK: {}}\n")
    assert read("xx") == {"concepts": {"SIGN": {}, "TALK": {}}, "cues": {"with": "a"}}
    (tmp_path / "xx" / "visits.yaml").write_text("concepts: {VISIT: {}, TALK: {}}\n")
    with pytest.raises(KnowledgeError, match=r"xx/visits.yaml: said twice: TALK"):
        read("xx")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_language_has_every_key(lang: str) -> None:
    """Each language knows all concepts, statuses, formats, anaphors and cues that French knows."""
    own, french = rules(lang), rules("fr")
    assert {c.name for c in own.concepts} == set(load_events()["concepts"])
    for part in ("topics", "formats", "status", "anaphors", "cues"):
        assert getattr(own, part).keys() == getattr(french, part).keys(), part
    assert set(STATUSES) <= own.status.keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_concept_can_be_found(lang: str) -> None:
    """Each concept has triggers, or patterns where it needs them, and its topic has words."""
    for concept in rules(lang).concepts:
        assert concept.triggers or concept.patterns, concept.name
        assert concept.needs in NEEDS
        assert concept.guard in {"pair", "list", "none"}
        assert {concept.topic, *concept.retyped} <= {"", *rules(lang).topics}


def test_concepts_propose_types_that_exist() -> None:
    """`meeting` and `visit` are made one of them later."""
    types = set(get_args(EventType))
    proposed = {concept["type"] for concept in load_events()["concepts"].values()}
    assert proposed <= types | {"meeting", "visit"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_matches_everywhere(lang: str) -> None:
    """No trigger, cue or pattern matches nothing at all; that would make it match in any text."""
    known = rules(lang)
    for concept in known.concepts:
        assert concept.triggers is None or not concept.triggers.search("")
        assert not any(pattern.expression.search("") for pattern in concept.patterns)
    for part in (known.topics, known.formats, known.status, known.anaphors, known.cues):
        assert [name for name, pattern in part.items() if pattern.search("")] == []


def branches(expression: str) -> list[str]:
    """Return the alternatives of an expression that stand outside all brackets."""
    depth, found = 0, [""]
    for part in re.findall(r"\\.|\[[^\]]*\]|.", expression, re.DOTALL):
        depth += {"(": 1, ")": -1}.get(part, 0)
        if part == "|" and depth == 0:
            found.append("")
        else:
            found[-1] += part
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_pattern_needs_its_sides_in_every_alternative(lang: str) -> None:
    """A pattern is left out where a side that it needs is not named, so each alternative must name it."""
    for concept in rules(lang).concepts:
        for pattern in concept.patterns:
            for side, branch in product(pattern.needs, branches(pattern.expression.pattern)):
                assert set(branch) & set(slots(side).strip("[]")), f"{concept.name}: {branch}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_slot_is_known(lang: str) -> None:
    """A misspelt slot would stand for itself and never match."""
    for concept in rules(lang).concepts:
        for pattern in concept.patterns:
            assert not re.search(r"\{[^\d,]", pattern.expression.pattern), pattern.expression.pattern


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_rule_is_written_twice(lang: str) -> None:
    """A second copy does nothing but cost time."""
    for name, words in load(lang)["concepts"].items():
        written = [*words.get("triggers", []), *words.get("patterns", [])]
        assert len(written) == len(set(written)), name


@pytest.mark.parametrize(
    ("part", "key", "value", "words"),
    [
        ("concepts", "DANCE", {"triggers": ["danse"]}, "DANCE"),
        ("concepts", "TALK", {"triggers": ["(parl"]}, "(parl"),
        ("concepts", "TALK", {"patterns": ["{X} et ({Y}"]}, "{X} et"),
        ("status", "planned", "[a-", "[a-"),
        ("cues", "aide", "*", "*"),
    ],
)
def test_a_wrong_lexicon_is_named(
    lexicon: dict[str, Any], part: str, key: str, value: object, words: str
) -> None:
    """An unknown concept or a rule that does not compile is an error that names language and rule."""
    lexicon[part][key] = value
    with pytest.raises(KnowledgeError, match=re.escape(words)) as error:
        rules("fr")
    assert "lexicon fr" in str(error.value)


def test_a_missing_concept_is_named(lexicon: dict[str, Any]) -> None:
    """A language that forgot a concept does not silently find none of it."""
    del lexicon["concepts"]["VETO"]
    with pytest.raises(KnowledgeError, match="VETO"):
        rules("fr")


@pytest.mark.parametrize("dyad", ["RUS-XXX", "ATL-CHN"])
def test_an_unknown_pair_is_named(dyad: str) -> None:
    """A pair with a state that nobody knows cannot be watched."""
    with pytest.raises(KnowledgeError, match=dyad):
        analyser("fr", dyad)
