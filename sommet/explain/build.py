"""Runs the stages on one text and gathers what they say. Decides nothing itself."""

from collections.abc import Iterable, Sequence

import msgspec

from consumers import classify, clean, extract
from schemas.articles import AnnotatedArticle, Article, Frame, Quote, RawArticle, Sentence, Span
from schemas.envelope import EPOCH
from sommet.explain.marking import actors, frame_amounts, frame_times, marked
from sommet.explain.model import (
    Explanation,
    Gate,
    Happening,
    LeftOut,
    Line,
    Marked,
    Quotation,
    Refused,
    Statement,
    Why,
)
from sommet.knowledge import actors as knowledge
from sommet.language import detect
from sommet.language.analysers import analyser, gazetteer
from sommet.language.blocks import NEWS
from sommet.language.people import People
from sommet.language.rules import rules
from sommet.trace import Decision, Trace


def explain(raw: RawArticle, dyad: str) -> Explanation:
    """Return one text with all that is read in it.

    Raises `Reject` for an empty one, `KnowledgeError` for a dyad that the knowledge base does not know.
    """
    (article,) = clean.step({}, raw, EPOCH)
    language = Trace()
    detect.language(article.title, article.text, claimed=raw.lang, tell=language)
    trace = Trace()
    gate = _gate(article, dyad)
    read = analyser(article.lang, dyad).annotate(article, trace) if gate.passes and gate.analysed else None
    news = [block for block in article.blocks if block.kind in NEWS]
    marks = marked(article, read, read.sentences if read else news)
    found = Explanation(
        id=article.doc_id or article.article,
        url=article.url,
        source=article.source,
        outlet=article.outlet,
        title=article.title,
        content=article.content,
        dyad=dyad,
        lang=article.lang,
        lang_why=next((_why(decision) for decision in language.decisions), None),
        claimed=raw.lang,
        published=article.published,
        published_basis=article.published_basis,
        agency=article.agency,
        machine_translated=article.machine_translated,
        gate=gate,
        left_out=tuple(
            LeftOut(start=b.start, end=b.end, kind=b.kind, text=article.content[b.start : b.end].strip())
            for b in article.blocks
            if b.kind not in NEWS
        ),
        blocks=tuple(Span(start=block.start, end=block.end) for block in news),
        marked=marks,
    )
    return msgspec.structs.replace(found, **_Read(read, dyad, marks, trace).fields()) if read else found


def _gate(article: Article, dyad: str) -> Gate:
    """Return the sides and the words that name them, as the gate sees them: any alias, any place."""
    named: dict[str, dict[str, None]] = {side: {} for side in dyad.split("-")}
    for mention in gazetteer().mentions(article.content, article.lang, None):
        if mention.side in named:
            named[mention.side][article.content[mention.start : mention.end]] = None
    return Gate(
        passes=extract.passes(article.content, dyad),
        analysed=article.lang in detect.ANALYSED,
        sides={side: tuple(words) for side, words in named.items()},
    )


def _why(decision: Decision) -> Why:
    frames = tuple(n + 1 for n in decision.other)
    return Why(reason=decision.reason, values=decision.values, frames=frames)


def _reasons(decisions: Iterable[Decision]) -> tuple[Why, ...]:
    found: list[Why] = []
    for why in map(_why, decisions):
        if why not in found:
            found.append(why)
    return tuple(found)


class _Read:
    """An analysed article, with the decisions that were told."""

    def __init__(self, article: AnnotatedArticle, dyad: str, marks: Sequence[Marked], trace: Trace) -> None:
        self.article, self.sides, self.marks = article, dyad.split("-"), marks
        people = People(knowledge.load())
        self.stated = classify.Step(people, dyad).read(article, trace)
        self.trace = trace
        self.event_of = {n: at for at, (_, frames) in enumerate(self.stated, 1) for n in frames}

    def fields(self) -> dict[str, object]:
        """Return what an analysed article has beside a cleaned one."""
        asked = [d for d in self.trace.decisions if d.reason == "asked_not"]
        return {
            "sentences": tuple(self._line(n, s) for n, s in enumerate(self.article.sentences)),
            "quotes": tuple(self._quotation(n, q) for n, q in enumerate(self.article.quotes, 1)),
            "frames": tuple(self._statement(n, f) for n, f in enumerate(self.article.frames)),
            "events": tuple(
                Happening(
                    number=number,
                    mention=mention,
                    frames=tuple(n + 1 for n in frames),
                    why=self._event_why(frames),
                )
                for number, (mention, frames) in enumerate(self.stated, 1)
            ),
            "classifier": _why(asked[0]) if asked else None,
        }

    def _line(self, number: int, sentence: Sentence) -> Line:
        told = [d for d in self.trace.decisions if d.sentence == sentence.start]
        guesses = [d for d in told if d.reason.startswith("guess_")]
        return Line(
            number=number + 1,
            start=sentence.start,
            end=sentence.end,
            kind=sentence.kind,
            text=self.article.content[sentence.start : sentence.end],
            marked=tuple(m for m in self.marks if sentence.start <= m.start and m.end <= sentence.end),
            frames=tuple(n for n, f in enumerate(self.article.frames, 1) if f.sentence == number),
            refused=tuple(
                Refused(rule=d.rule, text=_trigger(d.rule), why=_why(d))
                for d in told
                if d.reason.startswith("refused_")
            ),
            guess=_why(guesses[0]) if guesses else None,
        )

    def _quotation(self, number: int, quote: Quote) -> Quotation:
        content, mentions = self.article.content, self.article.mentions
        speakers = actors(content, [mentions[quote.speaker]]) if quote.speaker >= 0 else [None]
        return Quotation(
            number=number,
            start=quote.start,
            end=quote.end,
            text=content[quote.start : quote.end],
            speaker=speakers[0],
            cue=quote.cue,
        )

    def _statement(self, number: int, frame: Frame) -> Statement:
        content, mentions = self.article.content, self.article.mentions
        told = self._told(number, frame)
        dropped = [d for d in told if d.reason.startswith("dropped_")]
        return Statement(
            number=number + 1,
            sentence=frame.sentence + 1,
            start=frame.start,
            end=frame.end,
            concept=frame.concept,
            rule=frame.rule,
            weight=round(frame.weight, 3),
            trigger=_trigger(frame.rule),
            source=_source(self.article.lang, frame),
            who=tuple(actors(content, [mentions[i] for i in frame.actors])),
            times=frame_times(self.article, frame.times),
            places=tuple(actors(content, [mentions[i] for i in frame.places])),
            quantities=frame_amounts(self.article, frame.quantities),
            status=frame.status,
            tense=frame.tense,
            format=frame.format,
            topic=frame.topic,
            leaders=self._sides(frame.leaders),
            persons=self._sides(frame.persons),
            recalled=frame.recalled,
            listed=frame.listed,
            moved=frame.moved,
            event=self.event_of.get(number, 0),
            why=_reasons(d for d in told if d not in dropped),
            dropped=_reasons(dropped),
        )

    def _told(self, number: int, frame: Frame) -> list[Decision]:
        """Return what was told of a frame: where it was read, of it alone, of it with others."""
        start = self.article.sentences[frame.sentence].start
        key = (start, frame.trigger - start, frame.rule)
        return [
            d
            for d in self.trace.decisions
            if (d.sentence, d.at, d.rule) == key
            or d.frames == (number,)
            or (number in d.frames and d.reason.startswith("dropped_"))
        ]

    def _event_why(self, frames: tuple[int, ...]) -> tuple[Why, ...]:
        """Return what was told of the frame that gives an event its date, and of all its frames together."""
        return _reasons(
            d
            for d in self.trace.decisions
            if d.frames
            and set(d.frames) <= set(frames)
            and (d.frames == frames[:1] or len(d.frames) > 1)
            and d.reason != "joined"
        )

    def _sides(self, letters: str) -> tuple[str, ...]:
        return tuple(self.sides["RC".index(letter)] for letter in letters)


def _trigger(rule: str) -> str:
    """Return the words of a trigger, or nothing where a pattern matched."""
    return rule.partition(":")[2]


def _source(lang: str, frame: Frame) -> str:
    """Return the pattern behind a frame as the lexicon writes it, or nothing."""
    name, _, number = frame.rule.partition("#")
    patterns = next((c.patterns for c in rules(lang).concepts if c.name == name), ())
    return patterns[int(number)].source if number else ""
