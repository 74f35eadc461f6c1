"""The lexicon of one language, compiled: triggers, patterns with slots, cues."""

import re
from dataclasses import dataclass
from functools import cache

from sommet.errors import KnowledgeError
from sommet.knowledge.lexicons import load
from sommet.language.marks import slots

_SLOT = re.compile(r"\{([RCOFBXY]+(?:\.[psag]+)?)\}")
_WORD = re.compile(r"(?<!\\)\\w([*+])(?=$|[ .,|()\[]|\\[bs])")
STATUSES = ("cancelled", "denied", "alleged", "planned")


@dataclass(frozen=True, slots=True)
class Concept:
    """What a concept needs and how a language says it."""

    name: str
    type: str
    needs: str
    guard: str
    topic: str
    retyped: tuple[str, ...]
    triggers: re.Pattern[str] | None
    patterns: tuple["Pattern", ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern with slots; `needs` are the sides without which it cannot match.

    `source` is the pattern as the lexicon writes it.
    """

    expression: re.Pattern[str]
    needs: frozenset[str]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of one language."""

    lang: str
    concepts: tuple[Concept, ...]
    topics: dict[str, re.Pattern[str]]
    formats: dict[str, re.Pattern[str]]
    status: dict[str, re.Pattern[str]]
    anaphors: dict[str, re.Pattern[str]]
    cues: dict[str, re.Pattern[str]]


@cache
def rules(lang: str) -> Rules:
    """Return the rules of `lang`.

    Raises `KnowledgeError` for a rule that does not compile or a concept that is not known.
    """
    lexicon, known = load(lang), load_events()["concepts"]
    unknown = set(lexicon["concepts"]) ^ set(known)
    if unknown:
        raise KnowledgeError(f"lexicon {lang}: concepts missing or unknown: {', '.join(sorted(unknown))}")
    return Rules(
        lang=lang,
        concepts=tuple(_concept(lang, name, known[name], lexicon["concepts"][name]) for name in known),
        **{
            part: {name: _compile(lang, pattern) for name, pattern in lexicon[part].items()}
            for part in ("topics", "formats", "status", "anaphors", "cues")
        },
    )


@cache
def load_events() -> dict[str, dict[str, dict[str, str]]]:
    """Return the concepts and types of `events.yaml`."""
    from importlib.resources import files  # noqa: PLC0415 - only here

    import yaml  # noqa: PLC0415 - only here

    text = (files("sommet.knowledge") / "events.yaml").read_text("utf-8")
    return yaml.safe_load(text)  # type: ignore[no-any-return]


def _concept(lang: str, name: str, known: dict[str, str], words: dict[str, list[str]]) -> Concept:
    triggers = words.get("triggers", [])
    bound = "" if lang == "zh" else r"(?<!\w)"
    joined = "|".join(f"(?:{trigger})" for trigger in triggers)
    return Concept(
        name=name,
        type=known["type"],
        needs=known["needs"],
        guard=known["guard"],
        topic=known.get("topic", ""),
        retyped=tuple(topic for topic, concepts in load_events()["topics"].items() if name in concepts),
        triggers=_compile(lang, f"{bound}(?:{joined})") if triggers else None,
        patterns=tuple(variant for p in words.get("patterns", []) for variant in _variants(lang, p)),
    )


def _variants(lang: str, pattern: str) -> list[Pattern]:
    """A pattern with {X} and {Y} stands for two: one of each side, in either order."""
    both = "{X" in pattern or "{Y" in pattern
    orders = ({"X": "R", "Y": "C"}, {"X": "C", "Y": "R"}) if both else ({},)
    return [
        Pattern(_compile(lang, _fill(pattern, order), pattern), _needed(pattern, order), pattern)
        for order in orders
    ]


def _needed(pattern: str, order: dict[str, str]) -> frozenset[str]:
    """The sides of all slots that stand outside brackets and are not optional."""
    depth, needed = 0, set()
    for match in re.finditer(r"\\.|[()|]|\{([RCOFBXY]+)(?:\.[psag]+)?\}(\??)", pattern):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if match[0] == "|" and depth == 0:
            return frozenset()
        if match[1] and not match[2] and depth == 0 and len(match[1]) == 1:
            needed.add(order.get(match[1], match[1]))
    return frozenset(needed)


def _fill(pattern: str, order: dict[str, str]) -> str:
    def replace(match: re.Match[str]) -> str:
        sides, dot, kinds = match[1].partition(".")
        return slots("".join(order.get(s, s) for s in sides) + dot + kinds)

    return _SLOT.sub(replace, pattern)


def _bounded(pattern: str) -> str:
    """Give the words in a pattern an end; before a gap they may not give letters back to it."""
    return _WORD.sub(lambda match: rf"\w{{{int(match[1] == '+')},25}}+", pattern)


def _compile(lang: str, pattern: str, shown: str = "") -> re.Pattern[str]:
    try:
        return re.compile(_bounded(_fill(pattern, {})), re.IGNORECASE)
    except re.error as error:
        raise KnowledgeError(f"lexicon {lang}: {shown or pattern}: {error}") from error
