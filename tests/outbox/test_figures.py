"""Amounts of one language for readers of another."""

import pytest
import yaml

from sommet.knowledge.phrases import phrases
from sommet.language.quantities import TABLE
from sommet.outbox.figures import figures


@pytest.mark.parametrize(
    ("written", "lang", "fr", "en"),
    [
        (
            ["1713亿美元"],
            "zh",
            "171,3 milliards de dollars (1713亿美元)",
            "171.3 billion dollars (1713亿美元)",
        ),
        (["4.2%"], "zh", "4,2\u00a0%", "4.2%"),
        (["six companies"], "en", "6 entreprises (six companies)", "six companies"),
        (["1,5 млн евро"], "ru", "1,5 million d’euros (1,5 млн евро)", "1.5 million euros (1,5 млн евро)"),
        (["7 billion yuan"], "en", "7 milliards de yuans (7 billion yuan)", "7 billion yuan"),
        (["3 трлн евро"], "ru", "3 mille milliards d’euros (3 трлн евро)", "3 trillion euros (3 трлн евро)"),
        (["1 корабль", "5 судов"], "ru", "1 корабль|5 navires (5 судов)", "1 корабль|5 ships (5 судов)"),
        (["много"], "ru", "много", "много"),
    ],
)
def test_an_amount_is_told_in_the_readers_words(written: list[str], lang: str, fr: str, en: str) -> None:
    """With what was written behind it, unless that is the reader's language."""
    assert "|".join(figures(written, [lang], phrases("fr"))) == fr
    assert "|".join(figures(written, [lang], phrases("en"))) == en


def test_an_amount_in_several_languages_is_told_once() -> None:
    """In the reader's own words where somebody wrote it so."""
    written = ["3 млн тонн", "3 million tonnes", "3 millions de tonnes de GNL par an"]
    assert figures(written, ["ru", "en", "fr"], phrases("fr")) == ["3 millions de tonnes de GNL par an"]
    assert figures(written, ["ru", "en", "fr"], phrases("en")) == ["3 million tonnes"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_unit_has_words(language: str) -> None:
    """And each has its number in it."""
    table = yaml.safe_load(TABLE.read_text("utf-8"))
    units = phrases(language).units
    assert set(units) == {*table["units"], *table["symbols"], ""}
    assert all("{n}" in form for unit in units.values() for form in (unit.one, unit.other, unit.of))
