"""The facts of an explanation in words, the same for the terminal and the page. Every text comes out safe."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from babel.lists import format_list
from babel.numbers import format_decimal, get_decimal_symbol

from sommet.explain.model import Explanation, Happening, Marked, Quotation, Refused, Statement, Who, Why
from sommet.knowledge.phrases import Explain, Phrases
from sommet.outbox.names import actor_name, place_name
from sommet.terminal import safe

TAKEN_UP = "again"
GUESSED = "sentence"
"""What a rule's name begins with where no trigger or pattern of the lexicon read the frame."""
_TYPED = frozenset({"type", "status", "format"})
_SHARES = frozenset({"weight", "less", "score", "event", "share", "threshold", "likely"})
"""Values that are numbers, or lists of them."""
_POINT = re.compile(r"(?<=[0-9])\.(?=[0-9])")
_NAMED = frozenset({"name", "place"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what stands before it, and what it says."""

    label: str
    value: str


class Speaker:
    """Says an explanation in one language."""

    def __init__(self, phrases: Phrases) -> None:
        self.phrases: Phrases = phrases
        self.words: Explain = phrases.explain
        self.labels = phrases.explain.labels
        self.colon = phrases.marks.colon

    def quoted(self, text: str, limit: int = 0) -> str:
        """Return untrusted text in quotation marks."""
        return f"{self.phrases.marks.open}{safe(text, limit)}{self.phrases.marks.close}"

    def why(self, why: Why) -> str:
        """Return a reason as a sentence; what its values say is untrusted."""
        values = {name: self._value(name, value) for name, value in why.values.items()}
        label = self.labels.frames if len(why.frames) > 1 else self.labels.frame
        named = f"{label} {self.numbers(why.frames)}"
        return self.words.reasons[why.reason].format_map({**values, "frames": named})

    def numbers(self, numbers: Iterable[int]) -> str:
        """Return the numbers of frames in order, as a language lists them: `1, 3 et 4`."""
        return format_list([str(number) for number in sorted(set(numbers))], locale=self.phrases.language)

    def share(self, share: float) -> str:
        """Return a weight or probability with two digits."""
        return format_decimal(share, format="0.00", locale=self.phrases.language)

    def _value(self, name: str, value: str) -> str:
        known: dict[str, str] = {**self.words.types, **self.words.statuses, **self.phrases.formats}  # type: ignore[dict-item]
        if name in _TYPED:
            return known.get(value, safe(value, 60))
        if name in _NAMED:
            return safe((place_name if name == "place" else actor_name)(value, self.phrases), 80)
        if name in _SHARES:
            comma = get_decimal_symbol(self.phrases.language)
            apart = ", " if comma == "." else self.phrases.marks.semicolon
            return _POINT.sub(comma, safe(value, 120).replace(", ", apart))
        return safe(value, 120)

    def cleaned(self, found: Explanation) -> list[Fact]:
        """Return what cleaning decided."""
        claimed = f" ({self.labels.source}: {safe(found.claimed, 10)})" if found.claimed else ""
        reason = self.why(found.lang_why) if found.lang_why else ""
        published = (
            f"{safe(found.published)}, {self.labels.stated}" if found.published else self.labels.undated
        )
        facts = [
            Fact(self.labels.language, f"{safe(found.lang, 10) or '?'}, {reason}{claimed}"),
            Fact(self.labels.published, published),
            Fact(self.labels.agency, safe(found.agency)),
            Fact(self.labels.language, self.labels.machine_translated if found.machine_translated else ""),
        ]
        left_out = [
            Fact(
                self.labels.left_out,
                f"{self.words.blocks[line.kind]}{self.colon}{self.quoted(line.text, 90)}",
            )
            for line in found.left_out
        ]
        return [fact for fact in (*facts, *left_out) if fact.value]

    def gate(self, found: Explanation) -> list[Fact]:
        """Return the gate's decision and the words that it saw."""
        gate = found.gate
        decided = (
            self.labels.stopped
            if not gate.passes
            else self.labels.passes
            if gate.analysed
            else self.labels.not_analysed
        )
        sides = [
            Fact(safe(side), ", ".join(safe(word, 40) for word in words[:12]) or self.labels.unnamed)
            for side, words in gate.sides.items()
        ]
        return [Fact(self.labels.gate, decided), *sides]

    def rule(self, frame: Statement) -> str:
        """Return what read a frame: a trigger, a pattern, the classifier, or talks taken up again."""
        kind = frame.rule.partition(":")[0]
        if kind == GUESSED:
            return self.labels.guessed
        if kind == TAKEN_UP:
            return f"{self.labels.taken_up}{self.colon}{self.quoted(frame.trigger, 60)}"
        if frame.source:
            return f"{self.labels.pattern} {safe(frame.rule)}{self.colon}{safe(frame.source, 160)}"
        return f"{self.labels.trigger}{self.colon}{self.quoted(frame.trigger, 60)}"

    def refused(self, refused: Refused) -> str:
        """Return a trigger that gave no frame, and why."""
        shown = (
            f"{refused.rule.partition(':')[0]} {self.quoted(refused.text, 40)}"
            if refused.text
            else refused.rule
        )
        return f"{safe(shown, 80)}{self.colon}{self.why(refused.why)}"

    def flags(self, frame: Statement) -> list[str]:
        """Return what is true of a frame beside its facts."""
        told = {
            self.labels.recalled: frame.recalled,
            self.labels.listed: frame.listed,
            self.labels.moved: frame.moved,
        }
        return [label for label, true in told.items() if true]

    def facts(self, frame: Statement) -> list[Fact]:
        """Return the facts of a frame, those that it has."""
        status = self.words.statuses[frame.status]  # type: ignore[index]
        form = self.phrases.formats[frame.format] if frame.format else ""  # type: ignore[index]
        topic = self.words.types[frame.topic] if frame.topic else ""  # type: ignore[index]
        facts = [
            Fact(self.labels.rule, self.rule(frame)),
            Fact(self.labels.who, self._listed(frame.who)),
            Fact(self.labels.status, status),
            Fact(self.labels.tense, getattr(self.words.tenses, frame.tense) if frame.tense else ""),
            Fact(self.labels.how, form),
            Fact(self.labels.when, self._listed(frame.times)),
            Fact(self.labels.where, self._listed(frame.places)),
            Fact(self.labels.figures, self._listed(frame.quantities)),
            Fact(self.labels.topic, topic),
            Fact(self.labels.leaders, ", ".join(frame.leaders)),
            Fact(self.labels.persons, ", ".join(frame.persons)),
        ]
        return [fact for fact in facts if fact.value]

    def quotation(self, quote: Quotation) -> list[Fact]:
        """Return who says a quotation, and the word that tells so."""
        speaker = self.mark(quote.speaker) if quote.speaker else self.labels.nobody
        facts = [
            Fact(self.labels.said_by, speaker),
            Fact(self.labels.cue, self.quoted(quote.cue, 60) if quote.cue else ""),
        ]
        return [fact for fact in facts if fact.value]

    def event(self, event: Happening) -> list[Fact]:
        """Return the facts of an event, those that it has."""
        said = event.mention
        facts = [
            Fact(self.labels.when, days(said.start, said.end) or self.phrases.dates.undated),
            Fact(
                self.labels.where,
                " · ".join(filter(None, (safe(place_name(said.place, self.phrases)), said.country))),
            ),
            Fact(
                self.labels.who, ", ".join(safe(actor_name(name, self.phrases)) for name in said.participants)
            ),
            Fact(self.labels.how, self.phrases.formats[said.format] if said.format else ""),
            Fact(self.labels.figures, ", ".join(safe(amount, 60) for amount in said.quantities)),
            Fact(self.labels.confidence, self.share(said.confidence)),
            Fact(self.labels.rule, safe(said.reason, 80)),
            Fact(self.labels.frames, self.numbers(event.frames)),
        ]
        return [fact for fact in facts if fact.value]

    def _listed(self, marks: tuple[Marked, ...]) -> str:
        return " · ".join(self.mark(mark) for mark in marks)

    def mark(self, mark: Marked) -> str:
        """Return a stretch of text and what it means: `mardi → 2023-03-21`."""
        return f"{safe(mark.text, 60)} → {self.meaning(mark)}"

    def meaning(self, mark: Marked) -> str:
        """Return what a stretch of text means."""
        if mark.time:
            return days(mark.first, mark.last) or self.labels.unresolved
        if mark.value is not None:
            number = format_decimal(mark.value, format="#,##0.##", locale=self.phrases.language)
            return f"{number} {mark.unit}".strip()
        return ", ".join(
            f"{safe(self._called(who))}{f' ({who.side})' if who.side else ''}" for who in mark.who
        )

    def _called(self, who: Who) -> str:
        return (place_name if who.kind == "place" else actor_name)(who.name, self.phrases)

    def tag(self, mark: Marked) -> str:
        """Return the short label of a stretch of text: its side, its days, its unit."""
        if mark.time or mark.value is not None:
            return self.meaning(mark)
        sides = "–".join(dict.fromkeys(who.side for who in mark.who if who.side))
        return sides or self.words.mentions[mark.who[0].kind]  # type: ignore[index]


def days(first: str, last: str) -> str:
    """Return an interval as it is known: one day or month, or the first and the last."""
    return first if last in {"", first} else f"{first or '…'} – {last}"
