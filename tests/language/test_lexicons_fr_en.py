"""The French and the English lexicon on own sentences: what each states, and what states nothing."""

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
LANGS = ("fr", "en")
ATTRIBUTES = ("status", "format", "start", "place")


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
        assert {name: getattr(first, name) for name in stated} == stated


@pytest.mark.parametrize("lang", LANGS)
def test_enough_cases(lang: str) -> None:
    """Each language has at least eighty cases, every type among them and thirty that state nothing."""
    own = [param.values[1] for param in cases() if param.values[0] == lang]
    assert len(own) >= 80
    assert {name for case in own for name in case["types"]} == set(get_args(EventType))
    assert sum(not case["types"] for case in own) >= 30


def test_keys() -> None:
    """Both lexicons have the same concepts and keys; each of their rules compiles."""
    french, english = load("fr"), load("en")
    assert [rules(lang).lang for lang in LANGS] == list(LANGS)
    assert set(french["concepts"]) == set(english["concepts"])
    for part in ("topics", "formats", "status", "anaphors", "cues"):
        assert set(french[part]) == set(english[part]), part


@pytest.mark.parametrize("lang", LANGS)
def test_rules_match_no_nothing(lang: str) -> None:
    """No trigger and no pattern matches the empty string."""
    for concept in rules(lang).concepts:
        assert concept.triggers is None or concept.triggers.search("") is None
        assert all(pattern.expression.search("") is None for pattern in concept.patterns)
