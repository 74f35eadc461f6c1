"""From a sentence with marks to frames: triggers with their arguments, and patterns.

A trigger needs both sides among its arguments; an argument is a mention that the sentence's structure
lets the trigger see, not any neighbour. Guards against false hits: a third party as the counterpart
("talks with Biden"), a person who is only named to describe another ("an aide to Putin"), lists of
countries, counted series of meetings.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sommet.language.classifier import Guess
from sommet.language.marks import Mark, Slotted, slotted
from sommet.language.rules import STATUSES, Concept, Rules
from sommet.language.syntax import Syntax, Tense
from sommet.language.together import acting, acting_together, in_list, ours, run, traveller, word_behind

MAX_SENTENCE = 1_500
UNREAL = 0.45
OTHERS = 0.2
OF_FORUM = 10  # characters between "summit" and the forum's name
NEARBY_TOPIC = 25  # characters between "discussed" and what was
GUESS = 0.75  # how far a guess is trusted beside a rule
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
ACCUSED = frozenset({"trade", "military", "energy", "cooperation"})  # what a third party may blame them for
DONE = frozenset({"meeting", "visit", "agreement"})  # what a negation undoes


@dataclass(frozen=True, slots=True)
class Reading:
    """A frame as read in one sentence; all offsets count in the sentence."""

    concept: Concept
    start: int
    end: int
    first: int
    last: int
    marks: tuple[Mark, ...]
    status: str
    tense: Tense
    format: str
    recalled: bool
    listed: bool
    topic: str
    weight: float
    rule: str
    subordinate: bool = False
    setting: str = ""
    traveller: str = ""
    moved: bool = False


def read(text: str, marks: Sequence[Mark], syntax: Syntax, rules: Rules, *, ours: bool) -> list[Reading]:
    """Return the frames of one sentence (its quotation marks, dashes and spaces made plain).

    `ours` says that the pair last spoken of is the watched one.
    """
    if len(text) > MAX_SENTENCE or not _both(marks, nearby=False):
        return []
    sides = frozenset(mark.side for mark in marks)
    sentence = _Sentence(text, tuple(marks), syntax, rules, ours, slotted(text, marks), sides)
    found = [reading for concept in rules.concepts for reading in sentence.concept(concept)]
    return _strongest(found)


def again(text: str, start: int, end: int, syntax: Syntax, rules: Rules) -> Reading:
    """Return the reading of a word that takes up talks told before ("the visit will begin on Monday")."""
    sentence = _Sentence(text, (), syntax, rules, True, slotted(text, ()), frozenset())  # noqa: FBT003
    concept = next(concept for concept in rules.concepts if concept.type == "meeting")
    return sentence.reading(concept, start, end, (), listed=False, rule=f"again:{text[start:end].lower()}")


def telling(text: str, marks: Sequence[Mark]) -> bool:
    """Tell whether a sentence may state an event of ours: both act in it, no third party beside them."""
    short = len(text) <= MAX_SENTENCE and _both(marks) and acting(marks, text)
    return short and not in_list(marks, text) and not any(m.side == "O" and m.kind == "p" for m in marks)


def guessed(text: str, marks: Sequence[Mark], syntax: Syntax, rules: Rules, guess: Guess) -> Reading:
    """Return the reading of a sentence that only the classifier understands."""
    sentence = _Sentence(text, tuple(marks), syntax, rules, True, slotted(text, marks), frozenset())  # noqa: FBT003
    concept = next(concept for concept in rules.concepts if concept.name == CALLED[guess.type])
    ours = [mark for mark in marks if mark.side in "RCBF"]
    reading = sentence.reading(
        concept, ours[0].start, ours[-1].end, ours, listed=False, rule=f"sentence:{guess.type}"
    )
    return replace(reading, first=0, last=len(text), weight=min(reading.weight, guess.event * GUESS))


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    marks: tuple[Mark, ...]
    syntax: Syntax
    rules: Rules
    ours: bool
    whole: Slotted
    sides: frozenset[str]

    def concept(self, concept: Concept) -> Iterator[Reading]:
        if concept.triggers is not None:
            for match in concept.triggers.finditer(self.text):
                if not self._inside_a_mark(match.start(), match.end()) and not self._remembered(match):
                    yield from self._by_trigger(concept, match)
        for number, pattern in enumerate(concept.patterns):
            if pattern.needs <= self.sides:
                for match in pattern.expression.finditer(self.whole.text):
                    yield from self._by_pattern(concept, match, self.whole, number)

    def _by_trigger(self, concept: Concept, match: re.Match[str]) -> Iterator[Reading]:
        at = match.start()
        seen = [
            mark
            for mark in self.marks
            if self.syntax.sees(at, mark.start)
            and not self._described(mark)
            and not self._of_another(mark, at)
        ]
        if not self._enough(concept, match, seen):
            return
        if concept.type in DONE and self.syntax.negated(at) and not self._undone():
            return
        if concept.topic and not self._topic(concept.topic, match):
            return
        if concept.guard == "pair" and (self._against(match, seen) or self._of_a_forum(match)):
            return
        listed = in_list(seen, self.text)
        if concept.guard == "list" and (listed or self._against(match, seen)):
            return
        if concept.type in {"meeting", "visit"} and self._counted(match.start(), match.end()):
            return
        args = seen
        yield self.reading(
            concept,
            match.start(),
            match.end(),
            args,
            listed=listed,
            rule=f"{concept.name}:{match[0].lower()}",
        )

    def _enough(self, concept: Concept, match: re.Match[str], args: Sequence[Mark]) -> bool:
        """Tell whether the arguments that a concept needs are there."""
        if concept.needs == "visit":
            return self._visit(match, args)
        if concept.needs == "joint":
            return acting_together(args, self.text)
        if concept.needs == "shared" and self.ours and args and self.rules.cues["shared"].search(match[0]):
            return ours(args)
        return _both(args) and acting(args, self.text)

    def _by_pattern(
        self, concept: Concept, match: re.Match[str], whole: Slotted, number: int
    ) -> Iterator[Reading]:
        start, end = whole.span(match.start(), match.end())
        args = [
            mark
            for mark in whole.within(match.start(), match.end())
            if not (mark.kind == "p" and self._described(mark))
        ]
        if not args:
            return
        listed = in_list(args, self.text)
        if concept.guard == "list" and listed:
            return
        if concept.type in {"meeting", "visit"} and self._counted(start, end):
            return
        if concept.type in DONE and not self._undone() and self._negated(start, end):
            return
        yield self.reading(concept, start, end, args, listed=listed, rule=f"{concept.name}#{number}")

    def reading(
        self, concept: Concept, start: int, end: int, args: Sequence[Mark], *, listed: bool, rule: str
    ) -> Reading:
        first, last = self._extent(start, end, args)
        anchor = word_behind(self.text, args[0].end) if args and "#" in rule else start
        tense = self.syntax.tense(anchor)
        words = self.syntax.words(anchor)
        if "#" in rule:
            words = (
                self.text[start:end] if concept.type == "third_party" else f"{words} | {self.text[start:end]}"
            )
        setting = self._setting(start) if concept.type in {"meeting", "visit"} and "#" not in rule else ""
        status = {"ahead": "planned", "behind": "occurred"}.get(setting) or self._status(
            concept, words, tense
        )
        return Reading(
            concept=concept,
            start=start,
            end=end,
            first=first,
            last=last,
            marks=tuple(args),
            status=status,
            tense=tense,
            format=self._format(words) if concept.type != "visit" else "",
            recalled=tense == "pluperfect" or bool(self.rules.status["recalled"].search(words)),
            listed=listed,
            topic=self._about(concept, words),
            weight=self._weight(args, listed=listed)
            - OTHERS * (concept.type == "mediation" and self._with_another())
            - UNREAL * (tense == "conditional" and concept.type != "meeting"),
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

    def _status(self, concept: Concept, words: str, tense: Tense) -> str:
        cues = self.rules.status
        if concept.type == "third_party":
            return (
                "alleged"
                if cues["alleged"].search(words) and not cues["warned"].search(words)
                else "occurred"
            )
        for status in STATUSES:
            if cues[status].search(words):
                return status
        return "planned" if tense == "future" else "occurred"

    def _format(self, words: str) -> str:
        formats = self.rules.formats
        return next((name for name, pattern in formats.items() if pattern.search(words)), "")

    def _weight(self, args: Sequence[Mark], *, listed: bool) -> float:
        """How far to trust a reading: both named, both meant by one word, or one only by an adjective."""
        named = {m.side for m in args if m.kind in "ps"}
        base = 1.0 if named >= {"R", "C"} else 0.95 if "B" in named else 0.85
        return base - 0.3 * listed

    def _inside_a_mark(self, start: int, end: int) -> bool:
        return any(mark.start <= start and end <= mark.end for mark in self.marks)

    def _with_another(self) -> bool:
        """A third party's person stands in the sentence: it tells of talks with them first."""
        return any(mark.side == "O" and mark.kind == "p" for mark in self.marks)

    def _negated(self, start: int, end: int) -> bool:
        return bool(self.rules.cues["negated"].search(self.text, start, end + 20))

    def _undone(self) -> bool:
        """The negation is itself the news: called off, put off, denied."""
        return any(self.rules.status[name].search(self.text) for name in ("cancelled", "denied"))

    def _remembered(self, match: re.Match[str]) -> bool:
        """What is only commemorated ("the anniversary of the treaty") is no event of its own."""
        before = self.text[max(0, match.start() - 40) : match.start()].rstrip()
        return bool(self.rules.cues["memorial"].search(before))

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

    def _against(self, match: re.Match[str], args: Sequence[Mark]) -> bool:
        """Tell whether a third party is the other side of the talks."""
        before = [m for m in args if m.end <= match.start() and m.kind in "psa"][::-1]
        before = [m for m in before if not self._partner(m)] or before
        behind = [m for m in args if m.start >= match.end() and m.kind in "psa"]
        before_run, behind_run = (run(marks, self.text) if marks else [] for marks in (before, behind))
        if _both(before_run):
            return False
        if _both(behind_run):
            return self._talks_with_both(match, behind_run[0], before_run)
        if behind_run and behind_run[0].side == "O" and not ours(behind_run):
            return True
        subject = [m for m in before_run if m.kind in "ps"]
        if any(m.side == "O" for m in subject) and ours(subject):
            return True
        third = bool(subject) and subject[0].side == "O" and not ours(subject)
        return third and (not behind or ours(behind_run))

    def _partner(self, mark: Mark) -> bool:
        """A state or person behind "with" or "to" is not the subject of what follows."""
        return bool(self.rules.cues["with"].search(self.text, max(0, mark.start - 6), mark.start))

    def _of_a_forum(self, match: re.Match[str]) -> bool:
        """The "summit of the G20" is the forum's, not ours, whoever stands in the sentence."""
        return any(
            mark.side == "F"
            and (0 <= mark.start - match.end() <= OF_FORUM or 0 <= match.start() - mark.end <= 1)
            for mark in self.marks
        )

    def _talks_with_both(self, match: re.Match[str], first: Mark, before: Sequence[Mark]) -> bool:
        """Talks "with the leaders of China and Russia" are another's, those "between" them ours.

        So are talks of others that have the two as their subject ("Biden and Scholz discussed them").
        """
        between = self.text[match.end() : first.start]
        subjects = [mark for mark in before if mark.kind == "p" and mark.side == "O"]
        nearby = len(between) <= NEARBY_TOPIC and not self.rules.cues["between"].search(between)
        about = bool(subjects) and nearby and first.kind in "sa"
        return (bool(self.rules.cues["with"].search(between)) or about) and not ours(before)


def _both(marks: Sequence[Mark], *, nearby: bool = True) -> bool:
    sides = {mark.side for mark in marks}
    if not nearby:
        return bool(sides & {"R", "C", "B"})
    return "B" in sides or sides >= {"R", "C"}


def _strongest(found: list[Reading]) -> list[Reading]:
    """One reading for each kind and place: of overlapping ones the heaviest, then the longest, stays.

    What falls away leaves its format behind.
    """
    accused = [r for r in found if r.concept.type == "third_party"]
    kept: list[Reading] = []
    for reading in sorted(found, key=lambda r: (-r.weight, r.subordinate, r.first - r.last, r.start)):
        if (
            reading.status == "alleged"
            and any(a.first <= reading.start < a.last for a in accused)
            and (reading.concept.type in ACCUSED)
        ):
            continue
        for number, other in enumerate(kept):
            if (
                other.concept.type == reading.concept.type
                and other.first < reading.last
                and reading.first < other.last
            ):
                kept[number] = replace(other, format=other.format or reading.format)
                break
        else:
            kept.append(reading)
    return sorted(kept, key=lambda r: (r.start, r.concept.name))
