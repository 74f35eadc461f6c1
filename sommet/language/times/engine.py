"""Finding time expressions: text to words, words to codes, rules over codes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sommet.language.times.lexicon import (
    LANGUAGES,
    MARK,
    OTHER,
    Entry,
    Lexicon,
    Phrases,
    Rule,
    Value,
    lexicon,
)
from sommet.language.times.model import Description, Direction, Interval
from sommet.language.times.resolution import resolve
from sommet.language.times.words import NUMBER, NUMERAL, NUMERIC, WORD, digit_classes, digit_values, normal


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A stretch of text that names a time: characters from `start` up to, not including, `end`."""

    start: int
    end: int
    kind: str
    said: Description

    def resolve(self, reference: date | None, direction: Direction = "") -> Interval | None:
        """Return the days that are meant, seen from `reference`, or None where they cannot be known.

        `direction` is that of the governing verb; the expression's own words win over it.
        """
        return resolve(self.kind, self.said, reference, direction)


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text: one code each, and where and what they are."""

    codes: list[str]
    places: list[tuple[int, int]]
    values: list[Mapping[str, Value]]

    def add(self, code: str, start: int, end: int, values: Mapping[str, Value]) -> None:
        """Append one word."""
        self.codes.append(code)
        self.places.append((start, end))
        self.values.append(values)


_NOTHING: Mapping[str, Value] = {}


def find(text: str, lang: str) -> list[TimeExpression]:
    """Return the time expressions of a text, in order and without overlap; none in other languages."""
    if lang not in LANGUAGES or not text:
        return []
    known = lexicon(lang)
    words = _chinese_words(normal(text), known) if lang == "zh" else _words(normal(text), known)
    codes = "".join(words.codes)
    found: list[TimeExpression] = []
    at = free = 0
    while match := known.begin(codes, at):
        at = match.end()
        if not known.fits[match[0]](codes, at - 1):
            continue
        rule, hit = _longest(known, codes, at - 1)
        if rule.kind != "none":
            found.append(_expression(rule, hit, words, free))
        at = free = hit.end()
    return found


def _longest(known: Lexicon, codes: str, at: int) -> tuple[Rule, re.Match[str]]:
    best: tuple[Rule, re.Match[str]] | None = None
    for rule in known.rules[codes[at]]:
        hit = rule.match(codes, at)
        if hit and (best is None or hit.end() > best[1].end()):
            best = rule, hit
    assert best is not None
    return best


def _expression(rule: Rule, hit: re.Match[str], words: _Words, free: int) -> TimeExpression:
    said: dict[str, Any] = dict(rule.fixed)
    for group in rule.groups:
        if (index := hit.start(group.group)) >= 0:
            said[group.field] = words.values[index][group.name]
    first, last = hit.start(), hit.end() - 1
    if first > free and "bound" not in said and (bound := words.values[first - 1].get("bound")):
        said["bound"] = bound
        first -= 1
    if last + 1 < len(words.codes) and (bound := words.values[last + 1].get("bound_after")):
        said["bound"] = bound
        last += 1
    return TimeExpression(words.places[first][0], words.places[last][1], rule.kind, Description(**said))


def _words(text: str, known: Lexicon) -> _Words:
    tokens = [(m[0], *m.span()) for m in WORD.finditer(text)]
    codes: list[str] = []
    places: list[tuple[int, int]] = []
    values: list[Mapping[str, Value]] = []
    heads = known.heads.get
    free = 0
    for index, (word, start, end) in enumerate(tokens):
        if index < free:
            continue
        head = heads(word) or heads(word.lower())
        if head is None:
            code, said, stop = *_unknown(word, known), end
        else:
            entry, phrases = head
            free, found = _phrase(phrases, tokens, index) if phrases else (0, None)
            entry = found or entry
            code, said = (entry.code, entry.values) if entry else _unknown(word, known)
            stop = tokens[free - 1][2] if found else end
        codes.append(code)
        places.append((start, stop))
        values.append(said)
    return _Words(codes, places, values)


def _phrase(phrases: Phrases, tokens: list[tuple[str, int, int]], index: int) -> tuple[int, Entry | None]:
    """Return the longest phrase that begins at a word, and the index of the word behind it."""
    for rest, entry in phrases:
        behind = index + 1 + len(rest)
        following = tokens[index + 1 : behind]
        if len(following) == len(rest) and all(
            t[0].lower() == w for t, w in zip(following, rest, strict=True)
        ):
            return behind, entry
    return 0, None


def _unknown(word: str, known: Lexicon) -> tuple[str, Mapping[str, Value]]:
    """Return code and values of a word that no table has: a number, a name in capitals, or nothing."""
    first = word[0]
    if first in NUMERIC and (code := known.digit_codes.get(digit_classes(word))):
        return code, digit_values(word)
    if not first.isalnum():
        return MARK, _NOTHING
    if word.isupper() and (head := known.heads.get(word.capitalize())) and head[0]:
        return head[0].code, head[0].values
    return OTHER, _NOTHING


def _chinese_words(text: str, known: Lexicon) -> _Words:
    words = _Words([], [], [])
    behind = 0
    for match in _chinese_pattern().finditer(text):
        word, start, end = match.group(), match.start(), match.end()
        if start > behind and not text[behind:start].isspace():
            words.add(OTHER, behind, start, _NOTHING)
        head = known.heads.get(word)
        code, said = (head[0].code, head[0].values) if head and head[0] else _unknown(word, known)
        words.add(code, start, end, said)
        behind = end
    return words


@lru_cache(maxsize=1)
def _chinese_pattern() -> re.Pattern[str]:
    """Return what cuts Chinese text: dates in digits, numbers, words of the tables by first character."""
    heads: dict[str, list[str]] = {}
    for form in sorted(lexicon("zh").heads, key=len, reverse=True):
        heads.setdefault(form[0], []).append(re.escape(form[1:]))
    known = "|".join(f"{re.escape(head)}(?:{'|'.join(tails)})" for head, tails in heads.items())
    return re.compile(f"{NUMBER}|{known}|{NUMERAL}|\n")
