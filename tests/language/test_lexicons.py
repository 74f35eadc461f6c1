"""The lexicons on own sentences: what each states, what states nothing, and that all four agree."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from consumers import classify, clean
from consumers.extract import passes
from schemas.articles import RawArticle
from schemas.events import EventType
from sommet.knowledge import actors as knowledge
from sommet.knowledge.lexicons import load
from sommet.language.analysers import analyser
from sommet.language.rules import rules

DYAD = "RUS-CHN"
DAY = "2024-05-16"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LANGS = ("fr", "en", "ru", "zh")
ATTRIBUTES = ("status", "salience", "format", "start", "end", "place", "participants")
HERE = Path(__file__).parent


def read(name: str) -> list[dict[str, Any]]:
    """Return the cases of a file."""
    found: list[dict[str, Any]] = yaml.safe_load((HERE / name).read_text("utf-8"))
    return found


OWN = {lang: read(f"cases.{lang}.yaml") for lang in LANGS}
SAME = read("cases.same.yaml")


def cases() -> list[Any]:
    """Return every case, named by its language and number, and those that all languages share."""
    own = [
        pytest.param(lang, case, id=f"{lang}-{number}")
        for lang, several in OWN.items()
        for number, case in enumerate(several)
    ]
    return own + [
        pytest.param(lang, case | {"text": case[lang]}, id=f"{case['name']}-{lang}")
        for case in SAME
        for lang in LANGS
    ]


@cache
def step() -> Any:
    """Return the step that types frames."""
    return classify.stage(knowledge.load(), DYAD).step


def mentions(lang: str, case: dict[str, Any]) -> list[Any]:
    """Return the event mentions that the whole way from a raw article finds in a case."""
    raw = RawArticle(
        id="raw/case",
        article="case",
        url="https://example.org/case",
        source="case",
        title=case.get("title", ""),
        text=case["text"],
        published=case.get("date", DAY),
        lang=lang,
    )
    (article,) = clean.step({}, raw, NOW)
    assert article.lang == lang
    if not passes(article.content, DYAD):
        return []
    (message,) = step()({}, analyser(lang, DYAD).annotate(article), NOW)
    return list(message.mentions)


@pytest.mark.parametrize(("lang", "case"), cases())
def test_mentions(lang: str, case: dict[str, Any]) -> None:
    """A text yields the types that it states and no other, with the status, format and place it gives."""
    found = mentions(lang, case)
    wanted = set(case["types"])
    assert wanted <= {m.type for m in found} <= wanted | set(case.get("also", ()))
    stated = {name: case[name] for name in ATTRIBUTES if name in case}
    if stated:
        first = next(m for m in found if m.type == case["types"][0])
        told = {name: getattr(first, name) for name in stated}
        assert {name: list(v) if isinstance(v, tuple) else v for name, v in told.items()} == stated


@pytest.mark.parametrize("lang", LANGS)
def test_enough_cases(lang: str) -> None:
    """Each language has at least sixty cases, every type among them and a tenth that state nothing."""
    own = OWN[lang]
    assert len(own) >= 60
    assert {name for case in own for name in case["types"]} == set(get_args(EventType))
    assert sum(not case["types"] for case in own) >= len(own) / 10


@pytest.mark.parametrize("lang", LANGS)
def test_keys(lang: str) -> None:
    """A lexicon has every concept and every key of the French one; each of its rules compiles."""
    own, model = load(lang), load("fr")
    assert rules(lang).lang == lang
    assert set(own["concepts"]) == set(model["concepts"])
    for part in ("topics", "formats", "status", "anaphors", "cues"):
        assert set(own[part]) >= set(model[part]), part


@pytest.mark.parametrize("lang", LANGS)
def test_rules_match_no_nothing(lang: str) -> None:
    """No trigger and no pattern matches the empty string."""
    for concept in rules(lang).concepts:
        assert concept.triggers is None or concept.triggers.search("") is None
        assert all(pattern.expression.search("") is None for pattern in concept.patterns)
