"""The Russian and the Chinese lexicon on own sentences: what each states, and what states nothing."""

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
LANGS = ("ru", "zh")


def cases() -> list[Any]:
    """Return every case of both languages, named by its language and number."""
    return [
        pytest.param(lang, case, id=f"{lang}-{number}")
        for lang in LANGS
        for number, case in enumerate(
            yaml.safe_load((Path(__file__).parent / f"cases.{lang}.yaml").read_text("utf-8"))
        )
    ]


@cache
def step() -> Any:
    """Return the step that types frames."""
    return classify.stage(knowledge.load(), DYAD).step


def types(lang: str, text: str, day: str) -> set[str]:
    """Return the types of event that the whole way from a raw article to mentions finds in `text`."""
    raw = RawArticle(
        id="raw/case",
        article="case",
        url="https://example.org/case",
        source="case",
        text=text,
        published=day,
        lang=lang,
    )
    (article,) = clean.step({}, raw, NOW)
    assert article.lang == lang
    if not passes(article.content, DYAD):
        return set()
    (message,) = step()({}, analyser(lang, DYAD).annotate(article), NOW)
    return {mention.type for mention in message.mentions}


@pytest.mark.parametrize(("lang", "case"), cases())
def test_types(lang: str, case: dict[str, Any]) -> None:
    """A sentence yields the types that it states and no other."""
    found = types(lang, case["text"], case.get("date", DAY))
    wanted = set(case["types"])
    assert wanted <= found <= wanted | set(case.get("also", ()))


@pytest.mark.parametrize("lang", LANGS)
def test_enough_cases(lang: str) -> None:
    """Each language has at least sixty cases, every type among them and a tenth that state nothing."""
    own = [param.values[1] for param in cases() if param.values[0] == lang]
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
