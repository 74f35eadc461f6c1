"""Time expressions in four languages: tables of cases, and what must hold for any text."""

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sommet.errors import KnowledgeError
from sommet.language.times import Direction, Interval, find
from sommet.language.times.lexicon import _Builder

LANGUAGES = ("fr", "en", "ru", "zh")


def _table(lang: str) -> Any:
    """Read a table with every value as it is written."""
    text = Path(__file__).with_name(f"times.{lang}.yaml").read_text("utf-8")
    return yaml.load(text, Loader=yaml.BaseLoader)


def _cases() -> list[Any]:
    """Read the tables: a text, a direction, the expected intervals, and the reference if not the table's.

    An interval is written `first/last`, or once where both ends are the same; no time is `-`.
    """
    cases = []
    for lang in LANGUAGES:
        table = _table(lang)
        for text, direction, expected, *own in table["cases"]:
            reference = own[0] if own else table["reference"]
            cases.append(
                pytest.param(lang, text, direction, expected, reference, id=f"{lang}:{text}:{direction}")
            )
    return cases


def _written(interval: Interval | None) -> str:
    if interval is None:
        return "unknown"
    return interval.first if interval.first == interval.last else f"{interval.first}/{interval.last}"


@pytest.mark.parametrize(("lang", "text", "direction", "expected", "reference"), _cases())
def test_cases(lang: str, text: str, direction: str, expected: str, reference: str) -> None:
    """Each text of the tables has exactly the times of its row."""
    day = None if reference == "none" else date.fromisoformat(reference)
    found = [_written(e.resolve(day, cast("Direction", direction))) for e in find(text, lang)]
    assert (" ".join(found) or "-") == expected


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_language_has_a_table(lang: str) -> None:
    """At least 110 cases stand behind each language."""
    assert len(_table(lang)["cases"]) >= 110


def test_offsets_cover_the_words() -> None:
    """An expression begins and ends with its own words, whatever spaces and apostrophes are used."""
    text = "Selon lui\u00a0: d\u2019ici la fin du mois, à\u00a0Moscou, le 20\u00a0mars\u00a02023."
    assert [text[e.start : e.end] for e in find(text, "fr")] == [
        "d\u2019ici la fin du mois",
        "le 20\u00a0mars\u00a02023",
    ]


def test_a_table_of_words_is_checked() -> None:
    """A rule with an unknown kind, field or class is refused with its file and number."""
    words = {"month": {1: ["mai"]}}
    for rule in (
        {"kind": "monday", "pattern": "{month}"},
        {"kind": "month", "pattern": "{month}", "moon": 1},
        {"kind": "month", "pattern": "{moon}"},
        {"kind": "month", "pattern": "{month:moon}"},
        {"kind": "month", "pattern": "({month}"},
        {"kind": "month", "pattern": "{month}?"},
    ):
        with pytest.raises(KnowledgeError, match=r"time\.xx\.yaml, rule 1"):
            _Builder("fr", {"words": words, "rules": [rule]}, "time.xx.yaml").build()
    with pytest.raises(KnowledgeError, match="must be a number"):
        _Builder("fr", {"words": {"month": {"may": ["mai"]}}, "rules": []}, "time.xx.yaml").build()


def test_a_line_ends_an_expression() -> None:
    """A date does not reach over a line break."""
    assert [e.end for e in find("le 20 mars\n2023", "fr")] == [10]


def test_other_languages_have_no_times() -> None:
    """A language without rules yields nothing, not an error."""
    assert find("am 20. März 2023", "de") == []


WORDS = {
    "fr": ["le", "20", "mars", "2023", "lundi", "dernier", "de", "à", "il y a", "plus d'un an", "dans", ","],
    "en": ["on", "March", "20", "2023", "Monday", "last", "of the", "to", "next week", "a year", "ago", "-"],
    "ru": ["в", "20", "марта", "2023", "года", "понедельник", "прошлый", "с", "по", "назад", "через", "-"],
    "zh": [
        "3月",
        "20日",
        "2023年",
        "周三",
        "上",
        "下周",
        "至",
        "前",
        "个月",
        "去年",
        "底",
        "，",
        "三",
        "十",
        "天",
        "后",
    ],
}


@pytest.mark.parametrize("lang", LANGUAGES)
@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_any_sequence_of_time_words(lang: str, data: st.DataObject) -> None:
    """Expressions lie in order inside the text, and each resolves or says that it cannot."""
    words = data.draw(st.lists(st.sampled_from(WORDS[lang]), max_size=12))
    text = ("" if lang == "zh" else " ").join(words)
    found = find(text, lang)
    assert all(0 <= e.start < e.end <= len(text) for e in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    for expression in found:
        for direction in ("past", "future", ""):
            interval = expression.resolve(date(2023, 3, 17), direction)
            if interval and interval.first and interval.last:
                assert interval.first[:4] <= interval.last[:4]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "unit",
    [
        "1 234 ",
        "lundi ",
        "3月20日",
        "1.1",
        "le 20 au ",
        "il y a ",
        "9",
        "début de ",
        "в ",
        "\n",
        "一",
        "!",
        "the first ",
    ],
)
def test_long_hostile_texts(lang: str, unit: str) -> None:
    """A hundred thousand characters of anything are read to their end."""
    text = (unit * 100_000)[:100_000]
    assert all(e.end <= len(text) for e in find(text, lang))


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60), lang=st.sampled_from(LANGUAGES), day=st.dates())
def test_any_text_at_any_day(text: str, lang: str, day: date) -> None:
    """No text and no reference, even the first and last day of the calendar, raises."""
    for expression in find(text + " il y a 99 ans, next year, через год, 明年", lang):
        expression.resolve(day, "past")
        expression.resolve(None)
