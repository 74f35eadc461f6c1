"""Cutting text into words, and what a number may stand for."""

import re
from functools import lru_cache

_SAME = dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u3000\t"), " ") | dict.fromkeys(
    map(ord, "\u2018\u2019\u02bc"), "'"
)
_SAME |= dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\uff0d\uff5e~"), "-")
_SAME |= {ord("ё"): "е", ord("Ё"): "Е", 0xFF08: "(", 0xFF09: ")"}
_SAME |= {0xFF10 + n: str(n) for n in range(10)}
NUMBER = (
    "[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])"  # 2021-12-15
    "|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{4}(?![0-9])"  # 15.12.2021
    "|[0-9]{1,3}(?: [0-9]{3}){1,4}(?![0-9])"  # 12 500
    "|[0-9]+[.,][0-9][0-9.,]*"  # 12,5
    "|[0-9]+"
)
WORD = re.compile(rf"[^\W\d_][^\W_]*|(?=\d)(?:{NUMBER})(?![^\W_])|[^\W_]+|[^\w ]|_")
"""A word, a date or number not followed by letters, letters behind digits, or a mark."""
NUMERIC = frozenset("0123456789〇零一二两三四五六七八九十百")
NUMERAL = "[〇零一二两三四五六七八九十百]+"
_NUMERIC = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})")
_CHINESE = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
DIGIT_SAMPLES = (
    "0",
    "5",
    "10",
    "12",
    "13",
    "20",
    "30",
    "31",
    "32",
    "90",
    "99",
    "100",
    "1000",
    "1700",
    "1950",
    "1951",
    "2021-12-15",
    "一",
    "十",
    "x",
)


def normal(text: str) -> str:
    """Return `text` with one kind of space, apostrophe, dash and digit; the length stays."""
    return text.translate(_SAME)


def split_words(text: str, lang: str) -> list[str]:
    """Return the words of a form of the tables; Chinese forms stay whole."""
    return [normal(text)] if lang == "zh" else WORD.findall(normal(text))


@lru_cache(maxsize=2048)
def digit_classes(word: str) -> frozenset[str]:
    """Return what a string of digits, or of Chinese numerals, may stand for."""
    if _NUMERIC.fullmatch(word):
        return frozenset({"numeric"})
    number = digit_value(word)
    if number is None:
        return frozenset()
    if number >= 1000:
        years = {"year"} if 1600 <= number < 2100 else set()
        return frozenset(years | ({"plain_year"} if 1900 < number < 2100 and number % 50 else set()))
    found = {"number"}
    if 1 <= number <= 31:
        found.add("day")
    if 1 <= number <= 12:
        found.add("month_number")
    if 1 <= number <= 6 and word in _CHINESE:
        found.add("week_number")
    if number < 100 and number % 10 == 0 and number:
        found.add("yy")
    return frozenset(found)


def digit_value(word: str) -> int | None:
    """Return the number that up to four digits or Chinese numerals write."""
    if len(word) > 4:
        return None
    if word.isdecimal():
        return int(word)
    if word[0] in _CHINESE or word[0] in "十百":
        return _chinese(word)
    return None


def _chinese(word: str) -> int | None:
    if all(c in _CHINESE for c in word):
        return int("".join(str(_CHINESE[c]) for c in word))
    total, digit = 0, 0
    for c in word:
        if c in _CHINESE:
            digit = _CHINESE[c]
        elif c in "十百":
            total += (digit or 1) * (10 if c == "十" else 100)
            digit = 0
        else:
            return None
    return total + digit


def digit_values(word: str) -> dict[str, int | str]:
    """Return the value of a string of digits in each of its classes; weekdays count from 0."""
    if iso := numeric_date(word):
        return {"numeric": iso}
    number = digit_value(word) or 0
    return {name: number - 1 if name == "week_number" else number for name in digit_classes(word)}


def numeric_date(word: str) -> str:
    """Return 2021-12-15 and 15.12.2021 as ISO date, anything else as an empty string."""
    found = _NUMERIC.fullmatch(word)
    if not found:
        return ""
    year, month, day = found.group(1, 2, 3) if found[1] else found.group(6, 5, 4)
    return f"{year}-{int(month):02}-{int(day):02}"
