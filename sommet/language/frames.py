"""From a sentence with marks to frames: triggers with their arguments, and patterns.

A trigger needs both sides among its arguments; an argument is a mention that the sentence's structure
lets the trigger see, not any neighbour. Guards against false hits: a third party as the counterpart
("talks with Biden"), a person who is only named to describe another ("an aide to Putin"), lists of
countries, counted series of meetings.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sommet.language.classifier import Guess
from sommet.language.counterparts import against, both, elsewhere, of_a_forum, of_a_third
from sommet.language.marks import Mark, Slotted, slotted
from sommet.language.readings import Reading, strongest
from sommet.language.rules import Concept, Rules
from sommet.language.status import Told, form_of, recalled, status_of
from sommet.language.syntax import Syntax
from sommet.language.together import acting, acting_together, in_list, ours, traveller, word_behind
from sommet.trace import Reason, Tell, unheard

MAX_SENTENCE = 1_500
UNREAL = 0.45
OTHERS = 0.2
LISTED = 0.3
CALLED = {
    "summit": "TALK",
    "consultation": "TALK",
    "multilateral": "FORUM",
    "agreement": "SIGN",
    "energy": "ENERGY",
    "trade": "TRADE",
    "military": "MILITARY",
    "statement": "DECLARE",
    "alignment": "VETO",
    "cooperation": "EXCHANGE",
    "friction": "CRITICISE",
    "mediation": "MEDIATE",
    "third_party": "THIRD",
}
_BASES: dict[float, Reason] = {1.0: "weight_both", 0.95: "weight_one_word", 0.85: "weight_adjective"}
MEETINGS = frozenset({"meeting", "visit"})
AGENDA = frozenset({"trade", "energy", "cooperation", "military"})
DONE = frozenset({"meeting", "visit", "agreement", "multilateral"})  # what a negation undoes


def read(
    text: str,
    marks: Sequence[Mark],
    syntax: Syntax,
    rules: Rules,
    *,
    ours: bool,
    tell: Tell = unheard,
    reported: bool = False,
) -> list[Reading]:
    """Return the frames of one sentence (its quotation marks, dashes and spaces made plain).

    `ours` says that the pair last spoken of is the watched one; `reported` that somebody said it in the
    past, so that "would" looks ahead; `tell` hears what was refused, and why.
    """
    if len(text) > MAX_SENTENCE or not both(marks, nearby=False):
        return []
    sides = frozenset(mark.side for mark in marks)
    sentence = _Sentence(text, tuple(marks), syntax, rules, ours, slotted(text, marks), sides, tell, reported)
    found = [reading for concept in rules.concepts for reading in sentence.concept(concept)]
    return strongest(found, tell)


def again(text: str, start: int, end: int, syntax: Syntax, rules: Rules, *, tell: Tell = unheard) -> Reading:
    """Return the reading of a word that takes up talks told before ("the visit will begin on Monday")."""
    sentence = _Sentence(text, (), syntax, rules, True, slotted(text, ()), frozenset(), tell)  # noqa: FBT003
    concept = next(concept for concept in rules.concepts if concept.type == "meeting")
    return sentence.reading(concept, start, end, (), listed=False, rule=f"again:{text[start:end].lower()}")


def telling(text: str, marks: Sequence[Mark]) -> bool:
    """Tell whether a sentence may state an event of ours: both act in it, no third party beside them."""
    short = len(text) <= MAX_SENTENCE and both(marks) and acting(marks, text)
    return short and not in_list(marks, text) and not any(m.side == "O" and m.kind == "p" for m in marks)


def guessed(
    text: str, marks: Sequence[Mark], syntax: Syntax, rules: Rules, guess: Guess, *, tell: Tell = unheard
) -> Reading:
    """Return the reading of a sentence that only the classifier understands.

    Its weight is the probability of an event; where the rules take something off a reading (a conditional,
    a third party's person), no more than they leave.
    """
    sentence = _Sentence(text, tuple(marks), syntax, rules, True, slotted(text, marks), frozenset(), tell)  # noqa: FBT003
    concept = next(concept for concept in rules.concepts if concept.name == CALLED[guess.type])
    ours = [mark for mark in marks if mark.side in "RCBF"]
    reading = sentence.reading(
        concept, ours[0].start, ours[-1].end, ours, listed=False, rule=f"sentence:{guess.type}"
    )
    doubted = reading.weight < min(_BASES)
    weight = min(reading.weight, guess.event) if doubted else guess.event
    tell("weight_guess", at=reading.start, rule=reading.rule, weight=f"{weight:.2f}")
    return replace(reading, first=0, last=len(text), weight=weight)


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    marks: tuple[Mark, ...]
    syntax: Syntax
    rules: Rules
    ours: bool
    whole: Slotted
    sides: frozenset[str]
    tell: Tell
    reported: bool = False

    def concept(self, concept: Concept) -> Iterator[Reading]:
        if concept.triggers is not None:
            for match in concept.triggers.finditer(self.text):
                if not self._inside_a_mark(match.start(), match.end()):
                    yield from self._by_trigger(concept, match)
        for number, pattern in enumerate(concept.patterns):
            if pattern.needs <= self.sides:
                for match in pattern.expression.finditer(self.whole.text):
                    if concept.type == "agreement" and self._jubilee(match):
                        continue
                    yield from self._by_pattern(concept, match, self.whole, number)

    def _by_trigger(self, concept: Concept, match: re.Match[str]) -> Iterator[Reading]:
        at = match.start()
        if self._remembered(match):
            self.tell("refused_memorial", at=at, rule=f"{concept.name}:{match[0].lower()}")
            return
        seen = [
            mark
            for mark in self.marks
            if self.syntax.sees(at, mark.start)
            and not elsewhere(mark, self.syntax, self.rules, at)
            and not self._described(mark)
            and not self._of_another(mark, at)
        ]
        rule = f"{concept.name}:{match[0].lower()}"
        reason = self._refusal(concept, match, seen)
        if reason:
            self.tell(reason, at=at, rule=rule)
            return
        listed = in_list(seen, self.text)
        yield self.reading(concept, match.start(), match.end(), seen, listed=listed, rule=rule)

    def _refusal(self, concept: Concept, match: re.Match[str], seen: Sequence[Mark]) -> Reason | None:
        """Return why a trigger gives no frame, None where it does."""
        reason: Reason | None = None
        if not self._enough(concept, match, seen):
            reason = "refused_arguments"
        elif concept.type in DONE and self._not_done(match.start()):
            reason = "refused_negated"
        elif concept.type in MEETINGS and self._imagined(match.start(), match.end()):
            reason = "refused_unreal"
        elif concept.type in AGENDA and self._to_be_discussed(match.start()):
            reason = "refused_agenda"
        elif concept.topic and not self._topic(concept.topic, match):
            reason = "refused_topic"
        elif concept.guard != "none" and (
            of_a_third(self.marks, self.syntax, self.rules, match.start())
            or against(self.text, self.rules, match, seen)
        ):
            reason = "refused_third_party"
        elif concept.guard == "pair" and of_a_forum(self.marks, match):
            reason = "refused_forum"
        elif concept.guard == "list" and in_list(seen, self.text):
            reason = "refused_list"
        elif concept.type in MEETINGS and self._counted(match.start(), match.end()):
            reason = "refused_counted"
        return reason

    def _enough(self, concept: Concept, match: re.Match[str], args: Sequence[Mark]) -> bool:
        """Tell whether the arguments that a concept needs are there."""
        if concept.needs == "visit":
            return self._visit(match, args)
        if concept.needs == "joint":
            return acting_together(args, self.text)
        if concept.needs == "shared" and self.ours and args and self.rules.cues["shared"].search(match[0]):
            return ours(args)
        return both(args) and acting(args, self.text)

    def _by_pattern(
        self, concept: Concept, match: re.Match[str], whole: Slotted, number: int
    ) -> Iterator[Reading]:
        start, end = whole.span(match.start(), match.end())
        args = [
            mark
            for mark in whole.within(match.start(), match.end())
            if not (mark.kind == "p" and self._described(mark))
        ]
        if not args or (concept.type in DONE and self._apart(args)):
            return
        listed, rule = in_list(args, self.text), f"{concept.name}#{number}"
        reason: Reason | None = None
        if concept.guard == "list" and listed:
            reason = "refused_list"
        elif concept.type in MEETINGS and self._counted(start, end):
            reason = "refused_counted"
        elif concept.type in MEETINGS and self._imagined(start, end):
            reason = "refused_unreal"
        elif concept.type in DONE and not self._undone() and self._negated(start, end):
            reason = "refused_negated"
        if reason:
            self.tell(reason, at=start, rule=rule)
            return
        yield self.reading(concept, start, end, args, listed=listed, rule=rule)

    def reading(
        self, concept: Concept, start: int, end: int, args: Sequence[Mark], *, listed: bool, rule: str
    ) -> Reading:
        first, last = self._extent(start, end, args)
        anchor = word_behind(self.text, args[0].end) if args and "#" in rule else start
        tense = self.syntax.tense(anchor)
        if self.reported and tense == "conditional":
            tense = "future"
        words = self.syntax.words(anchor)
        if "#" in rule:
            words = (
                self.text[start:end] if concept.type == "third_party" else f"{words} | {self.text[start:end]}"
            )
        told = Told(words, tense, self.text[start:end], self.syntax.done(anchor), self.reported)
        named_only = concept.type in MEETINGS and "#" not in rule and not told.done
        setting = self._setting(start) if named_only else ""
        tell = partial(self.tell, at=start, rule=rule)
        status = {"ahead": "planned", "behind": "occurred"}.get(setting, "")
        if status:
            tell("status_setting", status=status)
        status = status or self._called_off(concept, status_of(self.rules, concept, told, tell))
        weight = self._weight(args, tell, listed=listed)
        if concept.type == "mediation" and self._with_another():
            tell("weight_third_person", less=f"{OTHERS:.2f}")
            weight -= OTHERS
        hearsay = concept.type == "meeting" or (concept.name == "THIRD" and "#" in rule)
        if tense == "conditional" and not hearsay:
            tell("weight_unreal", less=f"{UNREAL:.2f}")
            weight -= UNREAL
        return Reading(
            concept=concept,
            start=start,
            end=end,
            first=first,
            last=last,
            marks=tuple(args),
            status=status,
            tense="future" if self._considered(concept, status, words) else tense,
            format=""
            if concept.type == "visit"
            else form_of(self.rules, self._stressed(start) + words, tell),
            recalled=recalled(self.rules, told, tell),
            listed=listed,
            topic=self._about(concept, words),
            weight=weight,
            rule=rule,
            subordinate=self.syntax.subordinate(anchor),
            setting=setting,
            moved=bool(self.rules.status["cancelled"].search(self.text)),
            traveller=traveller(start, args) if concept.type == "visit" else "",
        )

    def _setting(self, start: int) -> str:
        """Tell whether talks are only named as what lies ahead or behind ("after his talks")."""
        before = self.text[max(0, start - 45) : start]
        return next((name for name in ("ahead", "behind") if self.rules.cues[name].search(before)), "")

    def _extent(self, start: int, end: int, args: Sequence[Mark]) -> tuple[int, int]:
        clause = self.syntax.clause(start)
        first = min([start, *(m.start for m in args), clause[0]])
        last = max([end, *(m.end for m in args), clause[1]])
        return max(0, first), min(last, len(self.text))

    def _stressed(self, start: int) -> str:
        """What a cleft puts in front of the clause: "it was by telephone that they spoke"."""
        match = self.rules.cues["cleft"].search(self.text, 0, start)
        return f"{match[0]} " if match else ""

    def _weight(self, args: Sequence[Mark], tell: Tell, *, listed: bool) -> float:
        """How far to trust a reading: both named, both meant by one word, or one only by an adjective."""
        named = {m.side for m in args if m.kind in "ps"}
        base = 1.0 if named >= {"R", "C"} else 0.95 if "B" in named else 0.85
        tell(_BASES[base], weight=f"{base:.2f}")
        if listed:
            tell("weight_list", less=f"{LISTED:.2f}")
        return base - LISTED * listed

    def _inside_a_mark(self, start: int, end: int) -> bool:
        return any(mark.start <= start and end <= mark.end for mark in self.marks)

    def _with_another(self) -> bool:
        """A third party's person stands in the sentence: it tells of talks with them first."""
        return any(mark.side == "O" and mark.kind == "p" for mark in self.marks)

    def _apart(self, args: Sequence[Mark]) -> bool:
        """The two sides are arguments of different predicates ("met Biden, who had called Xi")."""
        anchor = word_behind(self.text, args[0].end)
        return both(args) and not both([m for m in args if not self.syntax.apart(anchor, m.start)])

    def _negated(self, start: int, end: int) -> bool:
        return bool(self.rules.cues["negated"].search(self.text, start, end + 20))

    def _not_done(self, start: int) -> bool:
        """Not so where the negation is the news, and of talks behind "since" or "after": they took place."""
        past = self._setting(start) == "behind"
        return not past and self.syntax.negated(start) and not self._undone()

    def _undone(self) -> bool:
        """The negation is itself the news: called off, put off, denied."""
        return any(self.rules.status[name].search(self.text) for name in ("cancelled", "denied"))

    def _called_off(self, concept: Concept, status: str) -> str:
        """A plan in a sentence that calls it off, in whatever clause, is called off."""
        if concept.type not in MEETINGS or status != "planned" or any(m.side == "O" for m in self.marks):
            return status
        cues, text = self.rules.status, self.text
        off, denied = cues["cancelled"].search(text), cues["denied"].search(text)
        if off is None or self.rules.cues["put_off_to"].search(text):
            return status
        return status if denied and denied.start() < off.start() else "cancelled"

    def _imagined(self, start: int, end: int) -> bool:
        """What stands behind an "if", or in a novel, has no place in the news."""
        cues = self.rules.cues
        unreal = any(cues["unreal"].search(self.text[:at]) for at in (start, end))
        return unreal or bool(cues["fiction"].search(self.text))

    def _to_be_discussed(self, start: int) -> bool:
        """What talks will be about is no event of its own."""
        return bool(self.rules.cues["agenda"].search(self.text[max(0, start - 90) : start]))

    def _remembered(self, match: re.Match[str]) -> bool:
        """What is only commemorated ("the anniversary of the treaty") is no event of its own."""
        before = self.text[max(0, match.start() - 40) : match.start()].rstrip()
        return bool(self.rules.cues["memorial"].search(before))

    def _considered(self, concept: Concept, status: str, words: str) -> bool:
        """A meeting that somebody thinks of lies ahead, whoever told of it in the past."""
        thought_of = status == "alleged" and concept.type in MEETINGS
        return thought_of and bool(self.rules.cues["considered"].search(words))

    def _jubilee(self, match: re.Match[str]) -> bool:
        """The years since the signing are counted ("条约签署25周年")."""
        return bool(self.rules.cues["jubilee"].search(self.text, match.start(), match.end() + 12))

    def _of_another(self, mark: Mark, at: int) -> bool:
        """A person whose arrival, visit or election is only named to date what happens."""
        match = self.rules.cues["of_event"].search(self.text, max(0, mark.start - 40), mark.start)
        return mark.kind == "p" and match is not None and match.start() != at

    def _described(self, mark: Mark) -> bool:
        """A person or state named only to describe another: "an aide to Putin", "the invasion by Russia"."""
        before = self.text[max(0, mark.start - 60) : mark.start].rstrip()
        return mark.kind in "ps" and bool(self.rules.cues["aide"].search(before))

    def _visit(self, match: re.Match[str], args: Sequence[Mark]) -> bool:
        before = [m for m in args if m.kind == "p" and m.end <= match.start()]
        if before and not ours(before):
            return False
        travellers = {m.side for m in args if m.kind == "p"}
        for mark in args:
            other = {"R": "C", "C": "R"}.get(mark.side, "")
            if mark.kind in "gsp" and other in travellers and 0 <= mark.start - match.start() <= 90:
                return True
            if mark.kind in "gs" and other in travellers and mark.start < match.start():
                continue
        return False

    def _topic(self, topic: str, match: re.Match[str]) -> bool:
        return bool(self.rules.topics[topic].search(self.syntax.words(match.start())))

    def _about(self, concept: Concept, words: str) -> str:
        """The topic that changes a concept's type: a contract on gas is energy."""
        for topic in concept.retyped:
            if self.rules.topics[topic].search(words):
                return topic
        return ""

    def _counted(self, start: int, end: int) -> bool:
        """A series of meetings ("five calls", "39 times") is no single one."""
        window = self.text[max(0, start - 25) : end + 45]
        return bool(self.rules.cues["counted"].search(window))
