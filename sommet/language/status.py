"""Planned, done, called off, denied or only alleged; recalled or fresh; in person or by telephone."""

from dataclasses import dataclass

from sommet.language.rules import STATUSES, Concept, Rules
from sommet.language.syntax import Tense
from sommet.trace import Tell


@dataclass(frozen=True, slots=True)
class Told:
    """How a clause tells something.

    `words` are those of the clause and of the verbs that govern it, `head` is what was read
    itself, `done` says that the trigger is itself a verb in the past, `reported` that a
    "said that" in the past governs it.
    """

    words: str
    tense: Tense
    head: str = ""
    done: bool = False
    reported: bool = False


def status_of(rules: Rules, concept: Concept, told: Told, tell: Tell) -> str:
    """Return the status of what a clause tells, from its words and its tense.

    Who denies that talks are called off says that they are planned. A quarrel is no plan: who suspends
    flights has quarrelled. What took place by the clause's own
    verb is not planned for all that stands beside it ("met on the eve of the Games").
    """
    cues, words = rules.status, told.words
    if concept.type == "third_party":
        alleged = cues["alleged"].search(words) and not cues["warned"].search(words)
        return "alleged" if alleged else "occurred"
    off, denied = cues["cancelled"].search(words), cues["denied"].search(words)
    if concept.type == "friction":
        off = None
    if off and (later := rules.cues["put_off_to"].search(words)):
        tell("status_cue", status="planned", text=later[0])
        return "planned"
    if off and denied and denied.start() < off.start():
        tell("status_cue", status="planned", text=words[denied.start() : off.end()])
        return "planned"
    for status in STATUSES:
        match = off if status == "cancelled" else cues[status].search(words)
        if match is None or (status == "planned" and told.done and not cues[status].search(told.head)):
            continue
        if status == "alleged" and (_announced(told) or _wished(rules, concept, words, match.start())):
            continue
        tell("status_cue", status=status, text=match[0])
        return status
    if told.tense == "future":
        tell("status_future")
    return "planned" if told.tense == "future" else "occurred"


def _announced(told: Told) -> bool:
    return told.reported and told.tense == "future"


def _wished(rules: Rules, concept: Concept, words: str, at: int) -> bool:
    """Who wants, or plans, to meet and may do more is planning."""
    planned = rules.status["planned"].search(words)
    return concept.type in {"meeting", "visit"} and planned is not None and planned.start() < at


def recalled(rules: Rules, told: Told, tell: Tell) -> bool:
    """Tell whether a clause looks back; "never had so much been sold" is a record of today."""
    if rules.cues["record"].search(told.words):
        return False
    match = rules.status["recalled"].search(told.words)
    if told.tense == "pluperfect":
        tell("recalled_tense")
    elif match:
        tell("recalled_cue", text=match[0])
    return told.tense == "pluperfect" or match is not None


def form_of(rules: Rules, words: str, tell: Tell) -> str:
    """Return whether people met in person, by video or by telephone; empty where nothing says so."""
    for name, pattern in rules.formats.items():
        if match := pattern.search(words):
            tell("format_cue", format=name, text=match[0])
            return name
    return ""
