"""Quantities in French, English, Russian and Chinese: the words as written, the value, the unit.

An amount counts as a quantity when it has a unit (`USD`, `m3`, `%`, …), a counted noun of the table
(`soldier`, `dose`, …) or at least a scale word (“200 milliards”, unit empty). Bare numbers, years,
dates, hours, ages and telephone numbers have none of these. Of “10 to 15 billion” the 15 is read.
Scales, units and number words: `sommet/knowledge/lexicons/units.yaml`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from sommet.errors import KnowledgeError
from sommet.language.times.words import normal

TABLE = Path(__file__).parents[1] / "knowledge" / "lexicons" / "units.yaml"
LANGUAGES = ("fr", "en", "ru", "zh")
_DIGITS = {
    "fr": r"\d{1,3}(?: \d{3}){1,4}(?:,\d{1,9})?(?![\d])|\d{1,15}(?:[.,]\d{1,9})?",
    "en": r"\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,9})?(?!\d)|\d{1,15}(?:\.\d{1,9})?",
    "ru": r"\d{1,3}(?: \d{3}){1,4}(?:,\d{1,9})?(?![\d])|\d{1,15}(?:[.,]\d{1,9})?",
    "zh": r"\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,9})?(?!\d)|\d{1,15}(?:\.\d{1,9})?",
}
_ONE, _TWO = 1.0, 2.0


@dataclass(frozen=True, slots=True)
class QuantityExpression:
    """An amount: characters from `start` up to, not including, `end`; the value in `unit`."""

    start: int
    end: int
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class _Language:
    """One language's tables: forms to values, and the expression that finds them together."""

    pattern: re.Pattern[str]
    scales: Mapping[str, float]
    numbers: Mapping[str, float]
    number_word: re.Pattern[str]
    fractions: Mapping[str, float]
    units: Mapping[str, tuple[str, float]]
    symbols: Mapping[str, str]


def find_quantities(text: str, lang: str) -> list[QuantityExpression]:
    """Return the quantities of a text, in order and without overlap; none in other languages."""
    if lang not in LANGUAGES:
        return []
    known = _language(lang)
    plain = normal(text)
    found = (_quantity(match, known, lang) for match in known.pattern.finditer(plain))
    return [quantity for quantity in found if quantity is not None]


def _quantity(match: re.Match[str], known: _Language, lang: str) -> QuantityExpression | None:
    start, end = match.span()
    if fraction := match["fraction"]:
        return QuantityExpression(start, end, known.fractions[fraction.lower()], "%")
    if match["parts"]:
        whole, part = (_words_value(word, known, lang) for word in (match["parts"], match["share"]))
        return QuantityExpression(start, end, 100 * part / whole, "%") if whole else None
    symbol = match["before"] or match["after"]
    unit, factor = known.units.get(match["unit"].lower(), ("", 0.0)) if match["unit"] else ("", 1.0)
    scale = _scale(match["scale"], known) * _scale(match["scale2"], known)
    if (
        not unit
        and not symbol
        and (scale == 1 or len(match["scale"]) == 1)
        and not (lang == "zh" and scale > 1000)
    ):
        return None
    if match["digits"]:
        decimal = match["scale"] is not None or unit == "%"
        value = _digits_value(match["digits"], lang, decimal=decimal)
    else:
        value = _words_value(match["words"], known, lang)
        if scale == 1 and value <= (_TWO if unit == "country" else _ONE):
            return None  # “un soldat”, “a ship” is an article; “les deux pays” a way to name both
    return QuantityExpression(
        start, end, value * scale * factor, known.symbols.get(symbol, "") if symbol else unit
    )


def _scale(word: str | None, known: _Language) -> float:
    return known.scales[word.lower()] if word else 1.0


def _digits_value(digits: str, lang: str, *, decimal: bool) -> float:
    """Return the number that digits write with the separators of a language.

    A French comma or point before exactly three digits separates thousands, as machine translation
    leaves it, unless a scale word or a per cent sign follows.
    """
    if lang in {"en", "zh"}:
        return float(digits.replace(",", ""))
    digits = digits.replace(" ", "")
    if not decimal and re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", digits):
        return float(re.sub("[.,]", "", digits))
    return float(digits.replace(",", "."))


def _words_value(words: str, known: _Language, lang: str) -> float:
    """Return the number that words write: “deux cent trente”, “twenty-five”, “三百五十”."""
    if lang == "zh":
        return _chinese_value(words, known)
    total = 0.0
    for word in known.number_word.findall(words):
        value = known.numbers[word.lower()]
        total = max(total, 1) * value if value == 100 and total < 100 else total + value
    return total


def _chinese_value(words: str, known: _Language) -> float:
    if words.isdecimal():
        return float(words)
    total, digit = 0.0, 0.0
    for char in words:
        if char in known.numbers:
            digit = known.numbers[char]
        else:
            total += (digit or 1) * known.scales[char]
            digit = 0.0
    return total + digit


def _either(forms: Iterable[str], boundary: str) -> str:
    """Return an alternative of forms, the longest first, each ending at a word boundary."""
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    return "|".join(re.escape(form) + (boundary if form[-1].isalnum() else "") for form in ordered)


@lru_cache(maxsize=len(LANGUAGES))
def _language(lang: str) -> _Language:
    """Read and compile one language's tables, once; raises `KnowledgeError`."""
    data = yaml.safe_load(TABLE.read_text("utf-8"))
    try:
        return _compile(data, lang)
    except (KeyError, AttributeError) as error:
        raise KnowledgeError(f"{TABLE.name}: nothing for {error} in language {lang!r}") from error


def _compile(data: dict[str, Any], lang: str) -> _Language:
    edge = "" if lang == "zh" else r"(?!\w)"
    scales = {form.lower(): float(n) for n, forms in data["scales"][lang].items() for form in forms}
    numbers = {form.lower(): float(n) for n, forms in data["numbers"][lang].items() for form in forms}
    fractions = {form.lower(): _percent(n) for n, forms in data["fractions"][lang].items() for form in forms}
    units = {
        normal(form).lower(): (code, float(factor))
        for code, table in data["units"].items()
        for factor, forms in table[lang].items()
        for form in forms
    }
    symbols = {form: code for code, forms in data["symbols"].items() for form in forms}
    word = f"(?:{_either(numbers, edge)})"
    if lang == "ru":
        word = f"(?:пол(?=миллиона|миллиарда|триллиона|тысячи)|{word})"
    return _Language(
        pattern=_pattern(data, lang, word, edge, (scales, fractions, units, symbols)),
        scales=scales,
        numbers=numbers,
        number_word=re.compile(word, re.IGNORECASE),
        fractions=fractions,
        units=units,
        symbols=symbols,
    )


def _pattern(
    data: dict[str, Any], lang: str, word: str, edge: str, tables: tuple[Any, ...]
) -> re.Pattern[str]:
    scales, fractions, units, symbols = tables
    link = rf"(?: ?(?:{_either(data['links'][lang], '' if lang == 'zh' else '(?= )') or '(?!)'}))"
    words = f"{word}(?:(?: et | and |[ -]){word}){{0,6}}"
    if lang == "zh":
        words = "[零〇一二两三四五六七八九十百千]{1,9}(?<![百千])|[一二两三四五六七八九十百千]{1,9}"
    tails = rf"(?: ?(?:{_either(data['tails'][lang], edge)})){{0,2}}"
    sign = f"(?:{_either(symbols, '')})"
    no = _either(data["not_after"][lang], edge) or "(?!)"
    more = "[多余]?" if lang == "zh" else ""
    scale = f"(?:{_either(scales, edge)}){'(?![瓦米克])' if lang == 'zh' else ''}"
    left = "(?<![第零〇一二三四五六七八九十百千])" if lang == "zh" else r"(?<![\w/])(?<!\d[.,])"
    return re.compile(
        rf"{left}(?={_first_letters(tables, data['numbers'][lang])})"
        rf"(?:(?P<fraction>{_either(fractions, edge)})(?! ?(?:{no}))"
        rf"|(?P<parts>[百一二三四五六七八九十]{{1,6}})分之(?P<share>[零一二三四五六七八九十百]{{1,6}})"
        rf"|(?:(?P<before>{sign}) ?)?(?:(?P<digits>(?<!\d){_DIGITS[lang]})|(?P<words>{words}))"
        rf"(?:{more}[ -]?(?P<scale>{scale}))?(?:[ -]?(?P<scale2>{scale}))?"
        rf"(?: ?(?P<after>{sign}))?"
        rf"(?:{link}?[ -]?(?P<unit>{_either(units, edge)}){tails})?)",
        re.IGNORECASE,
    )


def _first_letters(tables: tuple[Any, ...], numbers: Mapping[Any, list[str]]) -> str:
    """Return a character class of what an amount may begin with, to pass over all else quickly."""
    _, fractions, _, symbols = tables
    forms = [*fractions, *symbols, *(form for group in numbers.values() for form in group), *"十百千"]
    letters = sorted({letter for form in forms for letter in (form[0].lower(), form[0].upper())})
    return rf"[\d{re.escape(''.join(letters))}]"


def _percent(fraction: str) -> float:
    above, below = fraction.split("/")
    return 100 * int(above) / int(below)
