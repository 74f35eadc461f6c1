"""From a cleaned article to its annotations: sentences, mentions, times, quantities, frames.

The only language-dependent step of the pipeline; one `Analyser` a language behind one interface.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Protocol

import msgspec

from schemas.articles import AnnotatedArticle, Article, Frame, Mention, Quantity, Sentence, Time
from sommet import intervals
from sommet.language import classifier, frames, quantities, sketch, times
from sommet.language.blocks import NEWS
from sommet.language.context import Context
from sommet.language.frames import Reading
from sommet.language.gazetteer import Gazetteer
from sommet.language.judgements import (
    KINDS,
    direction,
    distance,
    is_name,
    leaders,
    near,
    over,
    remote,
    sides,
    together,
    vague,
)
from sommet.language.marks import Mark
from sommet.language.markup import folded
from sommet.language.people import People
from sommet.language.rules import Rules
from sommet.language.sentences import cut
from sommet.language.syntax import Syntax, Tense

MAX_SENTENCES = 160
NEARBY = 120
OF_THE_NOUN = 45
BEHIND = 60
AROUND = 40  # characters before and behind a place that tell why it is named
FRESH = 7
DEALS = frozenset({"SIGN", "ENERGY"})
PARSED = ("fr", "en")
WORTH = 0.5
MAX_ASKED = 40
TAKEN_UP = 0.49  # too weak to be an event of its own


class Parser(Protocol):
    """Gives the structure of a sentence; `persons` are the spans of known persons in it."""

    def __call__(self, text: str, persons: Sequence[tuple[int, int]]) -> Syntax:
        """Return the structure of `text`."""


@dataclass(frozen=True, slots=True)
class Analyser:
    """Reads the articles of one language for one pair of states."""

    rules: Rules
    parser: Parser
    gazetteer: Gazetteer
    people: People
    dyad: tuple[str, str]
    states: tuple[str, str]

    def annotate(self, article: Article) -> AnnotatedArticle:
        """Return the article with all that could be read in it."""
        day = date.fromisoformat(article.published[:10]) if len(article.published) >= 10 else None
        reader = _Reader(self, article, day)
        for sentence in reader.sentences[:MAX_SENTENCES]:
            reader.read(sentence)
        reader.ask()
        fields = {name: getattr(article, name) for name in article.__struct_fields__}
        fields["id"] = f"extract/{article.article}/{article.version}"
        return AnnotatedArticle(
            **fields,
            sentences=tuple(reader.sentences),
            mentions=tuple(reader.mentions),
            times=tuple(reader.times),
            quantities=tuple(reader.quantities),
            frames=tuple(reader.frames),
            sketch=sketch.of(article.content),
        )


@dataclass(slots=True)
class _Reader:
    """One article being read."""

    analyser: Analyser
    article: Article
    day: date | None
    sentences: list[Sentence] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    times: list[Time] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    open: list[tuple[Sentence, str, list[Mark], Syntax]] = field(default_factory=list)
    named: int = 0
    context: Context = field(init=False)
    content: str = field(init=False)

    def __post_init__(self) -> None:
        self.content = folded(self.article.content)
        lang = self.analyser.rules.lang
        for block in self.article.blocks:
            if block.kind in NEWS:
                self.sentences += [
                    Sentence(start=a, end=b, kind=block.kind)
                    for a, b in cut(self.content, lang, block.start, block.end)
                ]
        self.mentions = self.analyser.gazetteer.mentions(self.article.content, lang, self.day)
        self.named = len(self.mentions)
        knows, sides = self.analyser.people, self.analyser.dyad
        heads = (knows.leader_of(sides[0], self.day), knows.leader_of(sides[1], self.day))
        self.context = Context(self.analyser.rules, self._add, sides, self.analyser.states, heads)

    def read(self, sentence: Sentence) -> None:
        """Read one sentence."""
        if sentence.end - sentence.start > frames.MAX_SENTENCE:
            return
        text = self.content[sentence.start : sentence.end]
        self._figures_of_the_deal(sentence, text)
        marks = self.context.resolve(text, self._marks(sentence, text), sentence.start)
        if self.analyser.rules.status["unreal"].search(text):
            return
        syntax = _Lazy(self.analyser.parser, text, marks)
        if frames.telling(text, marks):
            self.open.append((sentence, text, marks, syntax))
        if not any(mark.side in "RCB" for mark in marks):
            self._again(sentence, text, marks, syntax)
            return
        readings = frames.read(text, marks, syntax, self.analyser.rules, ours=self.context.pair == "RC")
        if readings:
            found = _Found(text, self.analyser.rules.lang)
            self.frames += [self._frame(r, sentence, marks, syntax, found) for r in readings]
        if not any(r.concept.type in {"meeting", "visit"} for r in readings):
            self._again(sentence, text, marks, syntax)

    def ask(self) -> None:
        """Ask the classifier about sentences that name both, where no rule read anything in the article."""
        if any(frame.weight >= WORTH for frame in self.frames):
            return
        lang = self.analyser.rules.lang
        threshold = classifier.THRESHOLDS.get(lang, classifier.THRESHOLD)
        asked = [row for row in self.open if lang in PARSED or near(row[2], row[3])][:MAX_ASKED]
        guesses = classifier.guess([text for _, text, _, _ in asked])
        for (sentence, text, marks, syntax), guess in zip(asked, guesses, strict=True):
            alone = guess.type == "third_party" and all(mark.side != "O" for mark in marks)
            if guess.event >= threshold and not alone:
                reading = frames.guessed(text, marks, syntax, self.analyser.rules, guess)
                found = _Found(text, lang)
                self.frames.append(self._frame(reading, sentence, marks, syntax, found))

    def _figures_of_the_deal(self, sentence: Sentence, text: str) -> None:
        """Give "the contract" told in the sentence before the amounts that this one states of it."""
        index = self.sentences.index(sentence)
        deals = [
            n for n, frame in enumerate(self.frames) if frame.concept in DEALS and frame.sentence == index - 1
        ]
        if not deals or not self.analyser.rules.cues["the_deal"].search(text):
            return
        amounts = self._amounts(_Found(text, self.analyser.rules.lang).quantities, sentence.start)
        for number in deals:
            frame = self.frames[number]
            self.frames[number] = msgspec.structs.replace(frame, quantities=(*frame.quantities, *amounts))

    def _again(self, sentence: Sentence, text: str, marks: Sequence[Mark], syntax: Syntax) -> None:
        """Read "the visit", "this meeting" as the talks told before, where the sentence gives them a date."""
        match = self.analyser.rules.cues["the_event"].search(text)
        told = next((frame for frame in reversed(self.frames) if frame.leaders == "RC"), None)
        if match is None or told is None or any(mark.side == "O" and mark.kind == "p" for mark in marks):
            return
        reading = frames.again(text, match.start(), match.end(), syntax, self.analyser.rules)
        frame = self._frame(reading, sentence, marks, syntax, _Found(text, self.analyser.rules.lang))
        if frame.times:
            fields = {name: getattr(told, name) for name in ("actors", "leaders", "persons")}
            self.frames.append(msgspec.structs.replace(frame, weight=TAKEN_UP, **fields))

    def _marks(self, sentence: Sentence, text: str) -> list[Mark]:
        marks: list[Mark] = []
        for index, mention in enumerate(self.mentions[: self.named]):
            if mention.start < sentence.start or mention.end > sentence.end:
                continue
            mark = self._mark(mention, index, sentence.start, text)
            if mark is None:
                continue
            if marks and marks[-1].start == mark.start:
                marks[-1] = together(marks[-1], mark)
            elif not marks or mark.start >= marks[-1].end:
                marks.append(mark)
        return marks

    def _mark(self, mention: Mention, index: int, offset: int, text: str) -> Mark | None:
        side = self._side(mention)
        if not side:
            return None
        start, end = mention.start - offset, mention.end - offset
        kind = KINDS[mention.kind]
        if kind in "gs" and (mention.kind in {"place", "state"} or self.analyser.people.seat(mention.actor)):
            cues = self.analyser.rules.cues
            located = cues["locative"].search(text, max(0, start - 14), start)
            if mention.kind != "state":
                located = located or cues["venue"].match(text, end)
            kind = "g" if located or text[start] == "在" else "s"
        if mention.kind == "place" and side == "O" and kind == "s":
            kind = "g"
        leader = kind == "p" and self.analyser.people.is_leader(mention.actor, self.day)
        return Mark(start, end, side, kind, (index,), leader=leader, state=mention.side)

    def _side(self, mention: Mention) -> str:
        first, second = self.analyser.dyad
        if mention.side in (first, second):
            return "R" if mention.side == first else "C"
        if mention.side:
            return "O"
        return "F" if mention.kind == "body" else "O" if mention.kind == "place" else ""

    def _add(self, start: int, end: int, actor: str, side: str) -> int:
        self.mentions.append(Mention(start=start, end=end, kind="anaphor", actor=actor, side=side))
        return len(self.mentions) - 1

    def _frame(
        self, reading: Reading, sentence: Sentence, marks: Sequence[Mark], syntax: Syntax, found: "_Found"
    ) -> Frame:
        base = sentence.start
        return Frame(
            start=base + reading.first,
            end=base + reading.last,
            concept=reading.concept.name,
            sentence=self.sentences.index(sentence),
            actors=tuple(i for mark in reading.marks for i in mark.indexes),
            leaders=leaders(reading),
            persons=sides(mark for mark in reading.marks if mark.kind == "p"),
            times=self._times(reading, base, syntax, found),
            places=self._places(reading, marks, syntax),
            quantities=self._quantities(reading, base, found),
            status=reading.status,  # type: ignore[arg-type]
            format=reading.format,  # type: ignore[arg-type]
            recalled=reading.recalled,
            tense=reading.tense,
            listed=reading.listed,
            moved=reading.moved,
            topic=reading.topic,
            trigger=base + reading.start,
            rule=reading.rule,
            weight=reading.weight,
        )

    def _times(self, reading: Reading, base: int, syntax: Syntax, found: "_Found") -> tuple[int, ...]:
        near = [
            t
            for t in found.times
            if reading.first <= t.start < reading.last or syntax.sees(reading.start, t.start)
        ]
        if reading.setting:
            near = [t for t in near if 0 <= t.start - reading.end <= OF_THE_NOUN]
        elif not near:
            near = [t for t in found.times if distance(t, reading) < NEARBY]
        ahead = direction(reading)
        resolved = [
            (t, i)
            for t in near
            if (i := self._since(t.resolve(self.day, ahead))) is not None
            and not vague(i)
            and not remote(i, self.day)
        ]
        if reading.status == "planned" and self.day is not None:
            resolved = [pair for pair in resolved if not over(pair[1], self.day)]
        if not resolved:
            return ()
        chosen, interval = min(resolved, key=lambda pair: distance(pair[0], reading))
        self.times.append(
            Time(start=base + chosen.start, end=base + chosen.end, first=interval.first, last=interval.last)
        )
        return (len(self.times) - 1,)

    def _since(self, interval: Any) -> Any:
        """Read "since Thursday" in fresh news as: it began on Thursday."""
        if interval is None or interval.last or self.day is None:
            return interval
        first = intervals.first_day(interval.first)
        if first is not None and 0 <= intervals.days_between(first, self.day) <= FRESH:
            return replace(interval, last=interval.first)
        begun = first is not None and (first.year, first.month, first.day) == (self.day.year, 1, 1)
        year = str(self.day.year)
        return replace(interval, first=year, last=year) if begun else interval

    def _places(self, reading: Reading, marks: Sequence[Mark], syntax: Syntax) -> tuple[int, ...]:
        """Return the places of a frame, the nearest first; a journey's goal lies in the other country."""
        journey = reading.concept.type == "visit"
        places = [m for m in marks if m.kind == "g" and not self._topical(m)]
        if journey:
            places = [m for m in places if m.side in "RC"]
            places = [m for m in places if m.side != reading.traveller] or places
        near = [m for m in places if m in reading.marks or syntax.sees(reading.start, m.start)]
        if not near:
            near = [m for m in places if distance(m, reading) < NEARBY and not self._third_state(m)]
        if journey:
            near = [m for m in near if m.start >= reading.start] or near
            near = near or [m for m in reading.marks if m.kind == "s" and self._is_goal(m, reading.traveller)]
        return tuple(i for mark in sorted(near, key=lambda m: distance(m, reading)) for i in mark.indexes)

    def _topical(self, mark: Mark) -> bool:
        """A place named for what goes on there, "the war in Ukraine", is not where people meet."""
        mention = self.mentions[mark.indexes[0]]
        before = self.content[max(0, mention.start - AROUND) : mention.start]
        around = f"{before}¦{self.content[mention.end : mention.end + AROUND]}"
        return bool(self.analyser.rules.cues["topical"].search(around))

    def _third_state(self, mark: Mark) -> bool:
        return mark.side == "O" and any(self.mentions[i].kind == "state" for i in mark.indexes)

    def _is_goal(self, mark: Mark, traveller: str) -> bool:
        lands = all(self.mentions[i].kind in {"place", "state"} for i in mark.indexes)
        return lands and mark.side in "RC" and mark.side != traveller

    def _quantities(self, reading: Reading, base: int, found: "_Found") -> tuple[int, ...]:
        near = [q for q in found.quantities if reading.first <= q.start < reading.last + BEHIND]
        return self._amounts(near, base)

    def _amounts(self, found: Sequence[Any], base: int) -> tuple[int, ...]:
        first = len(self.quantities)
        self.quantities += [
            Quantity(start=base + q.start, end=base + q.end, value=q.value, unit=q.unit) for q in found
        ]
        return tuple(range(first, len(self.quantities)))


class _Found:
    """Times and quantities of one sentence, looked for at most once."""

    def __init__(self, text: str, lang: str) -> None:
        self._text, self._lang = text, lang

    @cached_property
    def times(self) -> list[Any]:
        return list(times.find(self._text, self._lang))

    @cached_property
    def quantities(self) -> list[Any]:
        return list(quantities.find_quantities(self._text, self._lang))


class _Lazy:
    """A sentence's structure, parsed when first asked for."""

    def __init__(self, parser: Parser, text: str, marks: Sequence[Mark]) -> None:
        self._parser, self._text = parser, text
        self._persons = [(m.start, m.end) for m in marks if is_name(m, text)]

    @cached_property
    def _syntax(self) -> Syntax:
        return self._parser(self._text, self._persons)

    def clause(self, at: int) -> tuple[int, int]:
        return self._syntax.clause(at)

    def words(self, at: int) -> str:
        return self._syntax.words(at)

    def sees(self, at: int, other: int) -> bool:
        return self._syntax.sees(at, other)

    def tense(self, at: int) -> Tense:
        return self._syntax.tense(at)

    def negated(self, at: int) -> bool:
        return self._syntax.negated(at)

    def subordinate(self, at: int) -> bool:
        return self._syntax.subordinate(at)
