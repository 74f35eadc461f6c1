"""What the page of quality tells of the classifier."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from sommet.commands.code import documents
from sommet.explain.build import explain
from tests.quality.test_errors import row, scorer

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks" / "quality"))

UNSURE = "China beat Russia 3-1 in the women's volleyball final on Sunday."
SURE = "Crews from the two fleets, Russian and Chinese, rehearsed hunting submarines off Hokkaido."
ALONE = "China would hand Russia shells for its guns."
GOLD = {"type": "military", "start": None, "end": None, "place": None}


def ends(text: str, gold: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return what became of each sentence that the classifier was asked about."""
    import guesses  # type: ignore[import-not-found] # noqa: PLC0415 - a script's module

    line = json.dumps({"id": "a", "date": "2026-10-12", "lang": "en", "text": text}).encode()
    (found,) = documents(line)
    assert found.raw is not None
    asked = guesses.asked(explain(found.raw, "RUS-CHN"), gold, scorer())
    return [(one.lang, one.type, one.end) for one in asked]


CASES: list[tuple[str, dict[str, Any], list[str]]] = [
    (UNSURE, row(), ["abstained"]),
    (SURE, row(GOLD), ["right"]),
    (SURE, row(), ["wrong"]),
    (SURE, row({**GOLD, "type": "energy"}), ["wrong"]),
    (f"{UNSURE} {SURE}", row(GOLD), ["abstained", "right"]),
    (ALONE, row(), ["refused"]),
    ("Vladimir Putin met Xi Jinping in Kazan on Monday.", row(), []),
]


@pytest.mark.parametrize(("text", "gold", "expected"), CASES)
def test_each_sentence_that_was_asked_about_has_one_end(
    text: str, gold: dict[str, Any], expected: list[str]
) -> None:
    """Unsure, not used, or taken and in the labels or not; where a rule read something, none is asked."""
    assert [end for _, _, end in ends(text, gold)] == expected
    assert {lang for lang, _, _ in ends(text, gold)} <= {"en"}


def test_the_table_adds_up() -> None:
    """One row for each language and type, the sum at the end."""
    import guesses  # noqa: PLC0415 - a script's module

    told = [("en", "energy", "right"), ("en", "energy", "abstained"), ("fr", "trade", "refused")]
    lines = guesses.page(guesses.Asked(*one) for one in told)
    assert lines[-3:] == [
        "| en | energy | 2 | 1 | 1 | 1 | 0 | 0 |",
        "| fr | trade | 1 | 0 | 0 | 0 | 0 | 1 |",
        "| all | all | 3 | 1 | 1 | 1 | 0 | 1 |",
    ]


def test_the_table_of_reliability_is_what_was_measured() -> None:
    """Each language and all together; what is used is nearer the truth than what the weights say."""
    import guesses  # noqa: PLC0415 - a script's module

    lines = guesses.reliability()
    errors = {
        (cells[1], cells[2]): float(cells[3])
        for line in lines
        if len(cells := [cell.strip() for cell in line.split("|")]) > 4 and cells[3].startswith("0.")
    }
    langs = ("en", "fr", "ru", "zh", "all")
    names = ("as said", "calibrated", "another writer")
    assert set(errors) == {(name, lang) for name in names for lang in langs}
    assert all(errors["calibrated", lang] < errors["as said", lang] for lang in langs)
