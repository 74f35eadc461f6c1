"""Who wrote a text, and whom it cites: news agencies as credits, signs and citations name them.

Caught: datelines ("PARIS (AFP) –", "/ТАСС/", 新华社北京3月20日电), bylines, last lines, the signs of one
agency ("Reporting by …; Editing by …"). Guards against false hits: only the first and last lines
count; a name in parentheses must stand where a credit stands; captions and credits of photographs
are none; a verb of saying makes a citation of it. An agency that is nowhere named is not guessed.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import ahocorasick

from sommet.knowledge.bylines import names as all_names
from sommet.knowledge.bylines import table

HEAD_LINES, FOOT_LINES = 4, 3
HEAD, FOOT = 400, 600
"""How many characters from either end a credit stands in."""
LEAD = 1_500
"""How many characters from the beginning tell where the news comes from."""
_LETTERS = r"A-Za-zÀ-ɏЀ-ӿ\d"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(rf"[{_LETTERS}]+")


def agency(text: str) -> str:
    """Return the agency that a text credits with its words, the first where it names several, or nothing."""
    head, foot = text[:HEAD], text[-FOOT:]
    ends = f"{head}\n{foot}"
    if _named(ends, short=True):
        first = [line.strip() for line in head.split("\n") if line.strip()][:HEAD_LINES]
        last = [line.strip() for line in foot.split("\n") if line.strip()][-FOOT_LINES:]
        if found := _credited(first, ("head", "line")) or _credited(last[::-1], ("line", "foot")):
            return found
    return _signed(ends)


def cites(title: str, text: str, lang: str) -> tuple[str, ...]:
    """Return the agencies that the first part of a text cites, in the order in which it does."""
    lead = f"{title}\n{text[:LEAD]}"
    if not _named(lead, short=False):
        return ()
    found = sorted((m.start("A"), m["A"]) for pattern in _citations(lang) for m in pattern.finditer(lead))
    return tuple(dict.fromkeys(all_names().full[name] for _, name in found))


def patterns() -> Iterator[re.Pattern[str]]:
    """Yield every pattern that a text is searched with."""
    for place in ("head", "line", "foot"):
        yield from _forms(place)
    for lang in table().cites:
        yield from _citations(lang)
    for _, _, pattern in _signs():
        yield pattern


def _named(text: str, *, short: bool) -> bool:
    """Tell whether a name may stand in a text: looking for words is cheap beside looking for patterns."""
    return any(_stands(text, end, *word) for end, word in _words(short=short).iter(text))


def _stands(text: str, last: int, length: int, bound: bool) -> bool:
    """Tell whether no letter touches a word, of which `last` is the last character."""
    around = text[max(0, last - length) : last - length + 1] + text[last + 1 : last + 2]
    return not (bound and _WORD.search(around))


def _credited(lines: Iterable[str], places: tuple[str, ...]) -> str:
    for line in lines:
        for place in places:
            for pattern in _forms(place):
                if match := pattern.search(line):
                    return all_names().any[match["A"]]
    return ""


def _signed(text: str) -> str:
    signs = (
        name for name, words, pattern in _signs() if any(w in text for w in words) and pattern.search(text)
    )
    return next(signs, "")


@cache
def _forms(place: str) -> tuple[re.Pattern[str], ...]:
    """The forms of a place, bound to where they stand: a line's beginning, its end, or both."""
    forms = table().credits
    patterns = {"head": forms.head, "line": forms.line, "foot": forms.foot}[place]
    begin, end = "" if place == "foot" else "^", "" if place == "head" else "$"
    return tuple(re.compile(f"{begin}(?:{_filled(p)}){end}") for p in patterns)


@cache
def _citations(lang: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_filled(p)) for p in table().cites.get(lang, ()))


@cache
def _signs() -> tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...]:
    return tuple(
        (name, agency.words, re.compile("|".join(agency.signs), re.MULTILINE))
        for name, agency in table().agencies.items()
        if agency.signs
    )


def _filled(pattern: str) -> str:
    """Put the names into a form: {A} is one that counts anywhere, {a} and {any} one that a credit may use."""
    forms, names = table().credits, all_names()
    filled = {
        "{A}": f"(?P<A>{_either(names.full)})",
        "{a}": f"(?P<A>{_either(names.any)})",
        "{any}": f"(?:{_either(names.any)})",
        "{with}": f"(?:{forms.together})",
        "{byline}": forms.byline,
    }
    for slot, value in filled.items():
        pattern = pattern.replace(slot, value)
    return pattern


def _either(names: Iterable[str]) -> str:
    """Return a pattern of any of some names, whole words unless Chinese, the longest first."""
    longest = sorted(names, key=lambda name: (-len(name), name))
    words = "|".join(re.escape(name) for name in longest if not _CHINESE.search(name))
    chinese = "|".join(name for name in longest if _CHINESE.search(name))
    return f"(?:(?<![{_LETTERS}])(?:{words})(?![{_LETTERS}])|{chinese})"


@cache
def _words(*, short: bool) -> Any:
    """Return an automaton of words by which names are looked for: the longest, Chinese names whole."""
    automaton = ahocorasick.Automaton()
    for name in all_names().any if short else all_names().full:
        chinese = bool(_CHINESE.search(name))
        word = name if chinese else max(_WORD.findall(name), key=len)
        automaton.add_word(word, (len(word), not chinese))
    automaton.make_automaton()
    return automaton
