"""Runs every pattern of the lexicons over sentences that nearly match it; names each before it begins.

The sentences are made of the pattern's own words and slots, repeated and cut off, so that all of its
beginnings are there and its end is not.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from re import _constants as code  # type: ignore[attr-defined]  # the parser of re has no public name
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from sommet.language import blocks, bylines
from sommet.language.frames import MAX_SENTENCE
from sommet.language.rules import rules

_FILLER = "xи的"
_CLASSES = {code.CATEGORY_DIGIT: "1", code.CATEGORY_SPACE: " ", code.CATEGORY_NOT_WORD: " "}


def expressions(found: Any) -> Iterator[re.Pattern[str]]:
    """Yield all compiled expressions in a structure of dataclasses, mappings and sequences."""
    if isinstance(found, re.Pattern):
        yield found
    elif isinstance(found, dict):
        for value in found.values():
            yield from expressions(value)
    elif isinstance(found, (tuple, list)):
        for value in found:
            yield from expressions(value)
    elif hasattr(found, "__dataclass_fields__"):
        for name in found.__dataclass_fields__:
            yield from expressions(getattr(found, name))


def sample(tree: Iterable[tuple[Any, Any]], choice: int) -> str:
    """Return a text that a parsed pattern nearly matches; `choice` picks among alternatives."""
    return "".join(_piece(op, value, choice) for op, value in tree)


def _piece(op: Any, value: Any, choice: int) -> str:
    if op is code.LITERAL:
        return chr(value)
    if op is code.IN:
        return _member(value, choice)
    if op is code.BRANCH:
        return sample(value[1][choice % len(value[1])], choice)
    if op is code.SUBPATTERN:
        return sample(value[3], choice)
    if op in {code.MAX_REPEAT, code.MIN_REPEAT}:
        least, most, tree = value
        return sample(tree, choice) * int(min(most, least + choice % 4))
    return _FILLER[choice % 3] if op in {code.ANY, code.NOT_LITERAL} else ""


def _member(members: list[tuple[Any, Any]], choice: int) -> str:
    if members[0][0] is code.NEGATE:
        return _FILLER[choice % 3]
    op, value = members[choice % len(members)]
    if op is code.LITERAL:
        return chr(value)
    return chr(value[0]) if op is code.RANGE else str(_CLASSES.get(value, "x"))


def sentences(expression: re.Pattern[str]) -> Iterator[str]:
    """Yield sentences of the greatest length that nearly match."""
    tree = list(parser.parse(expression.pattern, re.IGNORECASE))
    pieces = [sample([node], number) for number, node in enumerate(tree)]
    for choice in range(4):
        whole = sample(tree, choice)
        yield from (_long(whole), _long(whole + " "), _long(whole[: len(whole) * 2 // 3]), _long(whole[:-1]))
    yield from (_long(piece) for piece in dict.fromkeys(pieces))


def _long(piece: str) -> str:
    return (piece * (MAX_SENTENCE // max(1, len(piece)) + 1))[:MAX_SENTENCE]


def main(lang: str) -> None:
    """Run the patterns of a language; those of the page's furniture go with French."""
    found = [*expressions(rules(lang))]
    if lang == "fr":
        found += [*expressions([blocks._patterns(), blocks._translated(), *bylines.patterns()])]
    for expression in found:
        sys.stdout.write(f"{lang}: {expression.pattern.encode('unicode_escape').decode()}\n")
        sys.stdout.flush()
        for sentence in sentences(expression):
            for _ in expression.finditer(sentence):
                pass


if __name__ == "__main__":
    main(sys.argv[1])
