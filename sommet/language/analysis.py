"""From a cleaned article to its annotations: sentences, mentions, times, quantities, frames.

The only language-dependent step of the pipeline; one `Analyser` a language behind one interface.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from operator import attrgetter
from typing import Any

import msgspec

from schemas.articles import AnnotatedArticle, Article, Frame, Mention, Quantity, Sentence, Time
from schemas.events import EventType
from sommet.language import bylines, classifier, frames, sketch
from sommet.language.attribution import muted
from sommet.language.blocks import NEWS
from sommet.language.context import Context
from sommet.language.gazetteer import Gazetteer
from sommet.language.judgements import KINDS, leaders, near, sides, together
from sommet.language.marks import Mark
from sommet.language.markup import folded, simplified
from sommet.language.people import People
from sommet.language.placing import WITHIN, Placing
from sommet.language.readings import Reading
from sommet.language.rules import Rules
from sommet.language.sentences import cut
from sommet.language.speakers import quotations
from sommet.language.venues import located, meets
from sommet.language.views import Parser, View
from sommet.trace import Tell, unheard

_DATELINE = re.compile(r",[^,.:;]{0,25} ?[-–—]")
MAX_SENTENCES = 160
MAX_READ = 16_000
"""Characters that rules read of one article, in sentences that name somebody.

A name counts as `NAME`, any word as `WORD` at least. The most among 634 articles of news is 9,000.
"""
NAME = 30
WORD = 5
BEHIND = 60
BEFORE = 2  # sentences before talks that may say where they are
MEETINGS = frozenset({"meeting", "visit"})
OWNED = {"", " ", "'s ", "的"}  # between a state and its city: 俄罗斯喀山, "Russia's Kazan"
DEALS = frozenset({"SIGN", "ENERGY"})
PARSED = ("fr", "en")
WORTH = 0.5
MAX_ASKED = 40
MAX_BESIDE = 3
"""Sentences that the classifier is asked about beside what rules read: 5 ms each."""
_TOKEN = re.compile(r"\w+|[^\w\s]")
TAKEN = frozenset({"guess_taken", "guess_beside"})
TAKEN_UP = 0.49  # too weak to be an event of its own


@dataclass(frozen=True, slots=True)
class Analyser:
    """Reads the articles of one language for one pair of states."""

    rules: Rules
    parser: Parser
    gazetteer: Gazetteer
    people: People
    dyad: tuple[str, str]
    states: tuple[str, str]

    def annotate(self, article: Article, tell: Tell = unheard) -> AnnotatedArticle:
        """Return the article with all that could be read in it; `tell` hears why."""
        day = date.fromisoformat(article.published[:10]) if len(article.published) >= 10 else None
        reader = _Reader(self, article, day, tell)
        for sentence in reader.sentences[:MAX_SENTENCES]:
            reader.read(sentence)
        reader.ask()
        reader.settle()
        fields = {name: getattr(article, name) for name in article.__struct_fields__}
        fields["id"] = f"extract/{article.article}/{article.version}"
        return AnnotatedArticle(
            **fields,
            sentences=tuple(reader.sentences),
            mentions=tuple(reader.mentions),
            times=tuple(reader.times),
            quantities=tuple(reader.quantities),
            quotes=quotations(article.content, reader.mentions, self.rules.cues["says"]),
            frames=tuple(reader.frames),
            sketch=sketch.of_article(article),
            cites=bylines.cites(article.title, article.text, article.lang),
            abstained=tuple(reader.abstained),
        )


@dataclass(slots=True)
class _Reader:
    """One article being read."""

    analyser: Analyser
    article: Article
    day: date | None
    tell: Tell
    sentences: list[Sentence] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    times: list[Time] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    open: list[View] = field(default_factory=list)
    abstained: list[EventType] = field(default_factory=list)
    cities: dict[int, list[int]] = field(default_factory=dict)
    named: int = 0
    left: int = MAX_READ
    context: Context = field(init=False)
    placing: Placing = field(init=False)
    content: str = field(init=False)

    def __post_init__(self) -> None:
        lang = self.analyser.rules.lang
        content = folded(self.article.content)
        self.content = simplified(content) if lang == "zh" else content
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
        self.placing = Placing(self.analyser.rules, self.content, self.mentions, self.day, self.tell)

    def read(self, sentence: Sentence) -> None:
        """Read one sentence, unless it is too long or too much was read before."""
        if sentence.end - sentence.start > frames.MAX_SENTENCE or self.left < 0:
            return
        text = self.content[sentence.start : sentence.end]
        self._figures_of_the_deal(sentence, text)
        named = self._marks(sentence, text)
        if not self._spend(NAME * len(named)):
            return
        marks = self.context.resolve(text, named, sentence.start)
        if self.analyser.rules.cues["no_news"].search(text):
            return
        if marks and not self._spend(_length(text) + NAME * (len(marks) - len(named))):
            return
        view = self._view(sentence, text, marks)
        self.cities[self.sentences.index(sentence)] = self.placing.cities(marks, self.analyser.people)
        if frames.telling(text, marks):
            self.open.append(view)
        if not any(mark.side in "RCB" for mark in marks):
            self._again(view)
            return
        found = self._answered(view, self._readings(view))
        self.frames += [self._frame(reading, seen) for reading, seen in found]
        if not any(reading.concept.type in MEETINGS for reading, _ in found):
            self._again(view)

    def _spend(self, characters: int) -> bool:
        """Take characters from those that may still be read; tell whether there were as many."""
        self.left -= characters
        return self.left >= 0

    def _view(self, sentence: Sentence, text: str, marks: Sequence[Mark]) -> View:
        return View(sentence, text, marks, self.analyser.parser, self.analyser.rules.lang)

    def _readings(self, view: View) -> list[tuple[Reading, View]]:
        """Return what a sentence states; meetings are read without the words that say who told of them."""
        rules = self.analyser.rules
        tell = partial(self.tell, sentence=view.base)
        ours = self.context.pair == "RC"
        whole = frames.read(view.text, view.marks, view.syntax, rules, ours=ours, tell=tell)
        without = muted(view.text, view.marks, rules)
        if without is None:
            return [(reading, view) for reading in whole]
        seen = self._view(view.sentence, without.text, without.marks)
        told = frames.read(
            seen.text, seen.marks, seen.syntax, rules, ours=ours, tell=tell, reported=without.reported
        )
        meetings = [reading for reading in told if reading.concept.type in MEETINGS]
        if not meetings:
            return [(reading, view) for reading in whole]
        others = [reading for reading in whole if reading.concept.type not in MEETINGS]
        return [(reading, seen) for reading in meetings] + [(reading, view) for reading in others]

    def _answered(self, view: View, found: list[tuple[Reading, View]]) -> list[tuple[Reading, View]]:
        """Return what a question asks as denied, where the next sentence says no to it."""
        index = self.sentences.index(view.sentence) + 1
        if not view.text.rstrip('" ').endswith(("?", "？")) or index == len(self.sentences):
            return found
        answer = self.content[self.sentences[index].start : self.sentences[index].end]
        if not self.analyser.rules.cues["answered_no"].search(answer):
            return found
        return [
            (replace(reading, status="denied"), seen) if reading.concept.type in MEETINGS else (reading, seen)
            for reading, seen in found
        ]

    def ask(self) -> None:
        """Ask the classifier about sentences that name both and in which no rule read anything."""
        rules = self.analyser.rules
        beside = any(frame.weight >= WORTH for frame in self.frames)
        asked = self._beside() if beside else self._seen(self.open)[:MAX_ASKED]
        if beside and not asked:
            self.tell("asked_not")
        certain = classifier.THRESHOLDS.get(rules.lang, classifier.THRESHOLD)
        told = {concept.type for concept in rules.concepts for f in self.frames if f.concept == concept.name}
        guesses = classifier.guess([view.text for view in asked], rules.lang)
        for view, guess in zip(asked, guesses, strict=True):
            alone = guess.type == "third_party" and all(mark.side != "O" for mark in view.marks)
            tell = partial(self.tell, sentence=view.base)
            if beside:
                answer = classifier.answer_beside(guess, told, alone=alone)
            else:
                answer = classifier.answer(guess, certain, alone=alone)
            tell(
                answer,
                type=guess.type,
                event=f"{guess.event:.2f}",
                share=f"{guess.share:.2f}",
                threshold=f"{classifier.BESIDE if beside else certain:.2f}",
                likely=", ".join(f"{name} {share:.2f}" for name, share in guess.likely),
            )
            if answer == "guess_abstained":
                self.abstained.append(guess.type)
            elif answer in TAKEN:
                reading = frames.guessed(view.text, view.marks, view.syntax, rules, guess, tell=tell)
                self.frames.append(self._called(self._frame(reading, view)))

    def _called(self, frame: Frame) -> Frame:
        """Return what was called without a day ahead of what is over: of "agreed to open it in May"."""
        day = self.day.isoformat() if self.day else ""
        ahead = any(self.times[at].first[:10] > day for at in frame.times)
        over = bool(day) and ahead and frame.status == "occurred"
        return msgspec.structs.replace(frame, times=()) if over else frame

    def _seen(self, views: Sequence[View]) -> list[View]:
        """Return those in which one side can see the other."""
        parsed = self.analyser.rules.lang in PARSED
        return [view for view in views if parsed or near(view.marks, view.syntax)]

    def _beside(self) -> list[View]:
        """Return the first sentences in which rules read nothing and that name no third party."""
        read = {self.sentences[frame.sentence].start for frame in self.frames}
        unread = [view for view in self.open if view.base not in read]
        return self._seen([view for view in unread if all(m.side != "O" for m in view.marks)])[:MAX_BESIDE]

    def settle(self) -> None:
        """Give talks that took place the one city named just before them, or in the title.

        Only where no talks of the article name their own; captions neither give nor take.
        """
        concepts = {concept.name: concept.type for concept in self.analyser.rules.concepts}
        talks = [(n, frame) for n, frame in enumerate(self.frames) if concepts[frame.concept] in MEETINGS]
        if any(frame.places for _, frame in talks):
            return
        kinds = [sentence.kind for sentence in self.sentences]
        for number, frame in talks:
            remote = frame.format in {"phone", "video"}
            if remote or frame.recalled or frame.status != "occurred" or kinds[frame.sentence] == "caption":
                continue
            around = [n for n, kind in enumerate(kinds) if kind == "title"]
            around += range(max(0, frame.sentence - BEFORE), frame.sentence + 1)
            told = [i for n in around if kinds[n] != "caption" for i in self.cities.get(n, ())]
            near = {self.mentions[i].actor: i for i in told}
            if len(near) == 1:
                self.frames[number] = msgspec.structs.replace(frame, places=tuple(near.values()))
                self.tell("place_before", frames=(number,))

    def _figures_of_the_deal(self, sentence: Sentence, text: str) -> None:
        """Give "the contract" told in the sentence before the amounts that this one states of it."""
        index = self.sentences.index(sentence)
        deals = [
            n for n, frame in enumerate(self.frames) if frame.concept in DEALS and frame.sentence == index - 1
        ]
        if not deals or not self.analyser.rules.cues["the_deal"].search(text):
            return
        amounts = self._amounts(self._view(sentence, text, ()).quantities, sentence.start)
        for number in deals:
            frame = self.frames[number]
            self.frames[number] = msgspec.structs.replace(frame, quantities=(*frame.quantities, *amounts))

    def _again(self, view: View) -> None:
        """Read "the visit", "this meeting" as the talks told before, where the sentence gives them a date."""
        match = self.analyser.rules.cues["the_event"].search(view.text)
        told = next((frame for frame in reversed(self.frames) if frame.leaders == "RC"), None)
        if match is None or told is None or any(m.side == "O" and m.kind == "p" for m in view.marks):
            return
        if not self._spend(_length(view.text)):
            return
        tell = partial(self.tell, sentence=view.base)
        reading = frames.again(
            view.text, match.start(), match.end(), view.syntax, self.analyser.rules, tell=tell
        )
        frame = self._frame(reading, view)
        if frame.times:
            fields = {name: getattr(told, name) for name in ("actors", "leaders", "persons")}
            tell("taken_up", at=reading.start, rule=reading.rule, weight=f"{TAKEN_UP:.2f}")
            self.frames.append(msgspec.structs.replace(frame, weight=TAKEN_UP, **fields))

    def _marks(self, sentence: Sentence, text: str) -> list[Mark]:
        marks: list[Mark] = []
        first = bisect_left(self.mentions, sentence.start, hi=self.named, key=attrgetter("start"))
        last = bisect_left(self.mentions, sentence.end, first, self.named, key=attrgetter("start"))
        for index, mention in enumerate(self.mentions[first:last], first):
            if mention.end > sentence.end:
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
        people = self.analyser.people
        if kind in "gs" and (mention.kind in {"place", "state"} or people.seat(mention.actor)):
            kind = "g" if self._located(mention, index, offset, text) else "s"
        if mention.kind == "place" and side == "O" and kind == "s" and not people.governs(mention.actor):
            kind = "g"
        leader = kind == "p" and self.analyser.people.is_leader(mention.actor, self.day)
        return Mark(start, end, side, kind, (index,), leader=leader, state=mention.side)

    def _located(self, mention: Mention, index: int, offset: int, text: str) -> bool:
        """Tell whether a name says where: behind a preposition, also with its country between."""
        lang, start = self.analyser.rules.lang, mention.start - offset
        if text[start] == "在" or located(lang, text, start) or self._headed(mention, text, start):
            return True
        if mention.kind == "state":
            return False
        if meets(lang, text, start, mention.end - offset):
            return True
        before = self.mentions[max(0, index - 1)]
        if before.side != mention.side or not offset <= before.start < before.end <= mention.start:
            return False
        joined = WITHIN if before.kind == "place" else OWNED if before.kind in {"state", "demonym"} else ()
        between = text[before.end - offset : start]
        return between in joined and self._located(before, index - 1, offset, text)

    def _headed(self, mention: Mention, text: str, start: int) -> bool:
        """Tell whether a sentence begins with a building or town and a comma: where it happens.

        A dateline ("WASHINGTON, Oct 15 - …") says where it was written.
        """
        behind = text[start + mention.end - mention.start :]
        return mention.kind == "place" and start == 0 and behind[:1] == "," and not _DATELINE.match(behind)

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

    def _frame(self, reading: Reading, view: View) -> Frame:
        base = view.base
        return Frame(
            start=base + reading.first,
            end=base + reading.last,
            concept=reading.concept.name,
            sentence=self.sentences.index(view.sentence),
            actors=tuple(i for mark in reading.marks for i in mark.indexes),
            leaders=leaders(reading),
            persons=sides(mark for mark in reading.marks if mark.kind == "p"),
            times=self._times(reading, view),
            places=self.placing.places(reading, view),
            quantities=self._quantities(reading, view),
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

    def _times(self, reading: Reading, view: View) -> tuple[int, ...]:
        chosen = self.placing.time(reading, view)
        if chosen is None:
            return ()
        time, interval = chosen
        start, end = view.base + time.start, view.base + time.end
        self.times.append(Time(start=start, end=end, first=interval.first, last=interval.last))
        return (len(self.times) - 1,)

    def _quantities(self, reading: Reading, view: View) -> tuple[int, ...]:
        near = [q for q in view.quantities if reading.first <= q.start < reading.last + BEHIND]
        return self._amounts(near, view.base)

    def _amounts(self, found: Sequence[Any], base: int) -> tuple[int, ...]:
        first = len(self.quantities)
        self.quantities += [
            Quantity(start=base + q.start, end=base + q.end, value=q.value, unit=q.unit) for q in found
        ]
        return tuple(range(first, len(self.quantities)))


def _length(text: str) -> int:
    """Return the characters of a sentence; words of a letter or two, and signs, count as whole words."""
    return max(len(text), WORD * len(_TOKEN.findall(text)))
