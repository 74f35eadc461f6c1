"""One analyser a language, built when first asked for."""

from collections.abc import Sequence
from functools import cache, partial

from sommet.errors import KnowledgeError
from sommet.knowledge import actors as knowledge
from sommet.language.analysis import Analyser
from sommet.language.gazetteer import Gazetteer
from sommet.language.people import People
from sommet.language.rules import rules
from sommet.language.syntax import Syntax, Windows, windows
from sommet.language.views import Parser

PARSED = ("fr", "en")
_REACH = {"ru": 160, "zh": 60}


@cache
def analyser(lang: str, dyad: str) -> Analyser:
    """Return the analyser of a language for a pair of states (`RUS-CHN`).

    Raises `KnowledgeError` where the knowledge base lacks one of the states.
    """
    people = People(knowledge.load())
    first, second = dyad.split("-")
    states = [people.state_of(side) for side in (first, second)]
    if not all(states):
        raise KnowledgeError(f"dyad {dyad}: no such states in the knowledge base")
    return Analyser(
        rules=rules(lang),
        parser=_parser(lang),
        gazetteer=gazetteer(),
        people=people,
        dyad=(first, second),
        states=(states[0], states[1]),
    )


@cache
def gazetteer() -> Gazetteer:
    """Return the gazetteer, built at the first call."""
    return Gazetteer(knowledge.load())


def _parser(lang: str) -> Parser:
    if lang == "ru":
        return _joined
    return partial(_parsed if lang in PARSED else _windows, lang)


def _parsed(lang: str, text: str, persons: Sequence[tuple[int, int]]) -> Syntax:
    from sommet.language.dependencies import parse  # noqa: PLC0415 - spaCy loads when first needed

    return parse(text, persons, lang)


def _joined(text: str, persons: Sequence[tuple[int, int]]) -> Syntax:
    from sommet.language.russian import structure  # noqa: PLC0415 - slovnet loads when first needed

    return structure(text, persons, _windows("ru", text, persons), rules("ru").cues["event_noun"])


def _windows(lang: str, text: str, persons: Sequence[tuple[int, int]]) -> Windows:  # noqa: ARG001 - the protocol's signature
    cues = rules(lang).cues
    named = {name: cues[name].pattern for name in ("negation", "future", "completed")}
    return windows(text, reach=_REACH[lang], **named)
