"""The words and rules of one language, from YAML and CLDR, ready to match.

Every word has a set of classes, each with a value. Words with the same classes share one code, a
single character, so that a text becomes a short string and a rule a regular expression over it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale

from sommet.errors import KnowledgeError
from sommet.language.times.model import Description
from sommet.language.times.patterns import Emitter, Group, Node, leaves, parse
from sommet.language.times.resolution import KINDS
from sommet.language.times.words import DIGIT_SAMPLES, digit_classes, digit_values, split_words

LEXICONS = Path(__file__).parents[2] / "knowledge" / "lexicons"
LANGUAGES = ("fr", "en", "ru", "zh")
OTHER, MARK = "_", "."
"""Codes of unknown words and of unknown punctuation."""
Value = int | str
Matcher = Callable[[str, int], re.Match[str] | None]
_FIELDS = {f.name for f in fields(Description)}
_NUMBERS = {f.name for f in fields(Description) if not isinstance(f.default, str)}


@dataclass(frozen=True, slots=True)
class Entry:
    """A word or phrase: its code and its value in each of its classes."""

    code: str
    values: Mapping[str, Value]


Phrases = tuple[tuple[tuple[str, ...], Entry], ...]
"""Phrases with one first word: the other words and the entry, the longest first."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern, what kind of expression it makes, and what it says besides its words."""

    kind: str
    match: Matcher
    shape: str
    groups: tuple[Group, ...]
    fixed: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that is known of one language's time words.

    `rules` has, by the code with which a match may begin, the rules to try; `begin` finds such a code
    and `fits` tells at once whether any of its rules matches there.
    """

    heads: Mapping[str, tuple[Entry | None, Phrases]]
    digit_codes: Mapping[frozenset[str], str]
    rules: Mapping[str, tuple[Rule, ...]]
    begin: Matcher
    fits: Mapping[str, Matcher]


@lru_cache(maxsize=len(LANGUAGES))
def lexicon(lang: str) -> Lexicon:
    """Read, check and compile the rules of a language, once; raises `KnowledgeError`."""
    path = LEXICONS / f"time.{lang}.yaml"
    return _Builder(lang, yaml.safe_load(path.read_text("utf-8")), path.name).build()


def _cldr(lang: str, wanted: Mapping[str, list[str]]) -> Iterable[tuple[str, Value, str]]:
    """Yield class, value and form of the month and weekday names asked for (`format.wide`, …)."""
    locale = Locale.parse(lang)
    for name, tables in wanted.items():
        source = locale.months if name == "month" else locale.days
        for table in tables:
            context, width = table.split(".")
            for value, form in source[context][width].items():
                yield name, value, form


class _Builder:
    def __init__(self, lang: str, data: dict[str, Any], where: str) -> None:
        self._lang, self._data, self._where = lang, data, where
        self._table: dict[tuple[str, ...], dict[str, Value]] = {}

    def build(self) -> Lexicon:
        self._collect()
        nodes = [self._parse(n, rule) for n, rule in enumerate(self._data["rules"])]
        for leaf in {leaf for node in nodes for leaf in leaves(node) if leaf.op == "word"}:
            self._table.setdefault((leaf.name[1:],), {})[leaf.name] = 0
        self._inherit()
        by_set, codes = self._codes()
        entries = {words: Entry(by_set[frozenset(v)], v) for words, v in self._table.items()}
        for number, node in enumerate(nodes):
            for leaf in leaves(node):
                if leaf.name not in codes:
                    raise KnowledgeError(f"{self._where}, rule {number + 1}: no words of class {leaf.name!r}")
        rules = self._rules(nodes, codes)
        return Lexicon(
            heads=_heads(entries),
            digit_codes={s: by_set[s] for s in map(digit_classes, DIGIT_SAMPLES) if s},
            rules=rules,
            begin=re.compile(f"[{''.join(rules)}]").search,
            fits={
                c: re.compile("|".join(dict.fromkeys(r.shape for r in rs))).match for c, rs in rules.items()
            },
        )

    def _collect(self) -> None:
        forms = [*_cldr(self._lang, self._data.get("cldr", {}))]
        for name, values in self._data["words"].items():
            forms += [(name, value, str(form)) for value, group in values.items() for form in group]
        for series in self._data.get("series", ()):
            for n in range(series["from"], series["to"] + 1, series.get("step", 1)):
                forms += [(series["class"], n, form.format(n)) for form in series["forms"]]
        for name, value, form in forms:
            if name in _NUMBERS and not isinstance(value, int):
                raise KnowledgeError(f"{self._where}: {name} of {form!r} must be a number, not {value!r}")
            self._table.setdefault(tuple(split_words(form, self._lang)), {})[name] = value

    def _parse(self, number: int, rule: dict[str, Any]) -> Node:
        where = f"{self._where}, rule {number + 1}"
        if unknown := set(rule) - _FIELDS - {"kind", "pattern"}:
            raise KnowledgeError(f"{where}: unknown field {min(unknown)!r}")
        if rule["kind"] not in KINDS and rule["kind"] != "none":
            raise KnowledgeError(f"{where}: unknown kind {rule['kind']!r}")
        words = lambda text: split_words(text, self._lang)  # noqa: E731 - one line is enough
        return parse(rule["pattern"], self._data.get("macros", {}), words, where)

    def _inherit(self) -> None:
        """Give a number of the tables what any number has, a capitalised word what its small form has."""
        for words, values in self._table.items():
            values.update(digit_values(words[0]) if len(words) == 1 else {})
            lower = tuple(w.lower() for w in words)
            if lower != words and self._lang in {"fr", "ru"}:
                values.update({k: v for k, v in self._table.get(lower, {}).items() if k not in values})

    def _codes(self) -> tuple[dict[frozenset[str], str], dict[str, str]]:
        """Return a code for each set of classes, and all codes of each class."""
        sets = sorted(
            {frozenset(v) for v in self._table.values()} | set(map(digit_classes, DIGIT_SAMPLES)), key=sorted
        )
        by_set = {classes: chr(0x100 + n) for n, classes in enumerate(sets)}
        codes: dict[str, str] = {"other": OTHER}
        for classes, code in by_set.items():
            for name in classes:
                codes[name] = codes.get(name, "") + code
        return by_set, codes

    def _rules(self, nodes: list[Node], codes: Mapping[str, str]) -> dict[str, tuple[Rule, ...]]:
        """Return the rules by the code with which a match may begin."""
        rules: dict[str, list[Rule]] = {}
        for number, (node, data) in enumerate(zip(nodes, self._data["rules"], strict=True)):
            emitter = Emitter(codes)
            pattern = re.compile(emitter.regex(node, named=True))
            for leaf in leaves(node):
                if leaf.field not in {*_FIELDS, leaf.name, ""} and leaf.field[0] != "x":
                    raise KnowledgeError(f"{self._where}, rule {number + 1}: unknown field {leaf.field!r}")
            groups = tuple(g for g in emitter.groups if g.field in _FIELDS)
            fixed = {k: v for k, v in data.items() if k not in {"kind", "pattern"}}
            rule = Rule(data["kind"], pattern.match, Emitter(codes).regex(node, named=False), groups, fixed)
            firsts, empty = emitter.first(node)
            if empty:
                raise KnowledgeError(f"{self._where}, rule {number + 1} matches nothing at all")
            for code in firsts:
                rules.setdefault(code, []).append(rule)
        return {code: tuple(some) for code, some in rules.items()}


def _heads(entries: Mapping[tuple[str, ...], Entry]) -> dict[str, tuple[Entry | None, Phrases]]:
    """Return for each first word its own entry and the phrases that it begins."""
    phrases: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
    for words in sorted(entries, key=len, reverse=True):
        phrases.setdefault(words[0], []).append((words[1:], entries[words]))
    return {
        first: (entries.get((first,)), tuple((rest, entry) for rest, entry in some if rest))
        for first, some in phrases.items()
    }
