"""Frames become typed event mentions, one list an article. Free of language.

Typing follows the annotation guide: the level of the participants makes a meeting a summit or a
consultation, the topic of a contract makes it energy. Statements of one event in several sentences
are one mention with the most exact date, place and format; what is too weak is left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from schemas.articles import AnnotatedArticle, Frame
from schemas.events import EventMentions, Mentioned, Origin
from schemas.topics import ANNOTATED, MENTIONS
from sommet import intervals
from sommet.knowledge.actors import Actors
from sommet.language.rules import load_events
from sommet.stage import Stage, State

NEWS_DAYS = 7
THRESHOLD = 0.5
AT_MOST = {"alignment": 3, "statement": 2, "third_party": 2, "friction": 2, "mediation": 1}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One frame, typed and dated, before statements of one event are joined."""

    type: str
    status: str
    salience: str
    format: str
    start: str
    end: str
    dated: bool
    place: str
    participants: tuple[str, ...]
    quantities: tuple[str, ...]
    evidence: tuple[int, int]
    sentence: tuple[int, int]
    weight: float
    rule: str
    caption: bool = False


def stage(actors: Actors, dyad: str) -> Stage[AnnotatedArticle]:
    """Return the stage that types frames, for one pair of states."""
    return Stage("classify", ANNOTATED, (MENTIONS,), Step(actors, dyad), stateless=True)


@dataclass(frozen=True, slots=True)
class Step:
    """Types the frames of one article."""

    actors: Actors
    dyad: str

    def __call__(self, state: State, article: AnnotatedArticle, now: datetime) -> Iterable[EventMentions]:
        """Return the article's event mentions, as one message; also where there are none."""
        typed = [c for frame in article.frames if (c := self._candidate(article, frame)) is not None]
        joined = _join(typed)
        yield EventMentions(
            id=f"classify/{article.article}/{article.version}",
            dyad=self.dyad,
            origin=_origin(article),
            mentions=tuple(_mentioned(article, candidate) for candidate in joined),
        )

    def _candidate(self, article: AnnotatedArticle, frame: Frame) -> Candidate | None:
        kind = self._type(article, frame)
        if kind is None or frame.weight < THRESHOLD:
            return None
        published = intervals.first_day(article.published)
        status, salience, start, end, dated = _when(article, frame, published)
        form = _format(kind, frame)
        return Candidate(
            type=kind,
            status=status,
            salience=salience,
            format=form,
            start=start,
            end=end,
            dated=dated,
            place="" if form in {"video", "phone"} else self._place(article, frame),
            participants=self._participants(article, frame, kind, published),
            quantities=tuple(_slice(article, q.start, q.end) for i in frame.quantities if (q := article.quantities[i])),
            evidence=_evidence(article, frame),
            sentence=(article.sentences[frame.sentence].start, article.sentences[frame.sentence].end),
            weight=frame.weight,
            rule=frame.rule,
            caption=article.sentences[frame.sentence].kind == "caption",
        )

    def _type(self, article: AnnotatedArticle, frame: Frame) -> str | None:
        proposed = load_events()["concepts"][frame.concept]["type"]
        if frame.topic:
            return frame.topic
        if proposed == "meeting":
            return self._meeting(article, frame)
        if proposed == "visit":
            return self._visit(article, frame)
        if proposed == "multilateral":
            return "multilateral" if self._forum(article, frame) else None
        return proposed

    def _meeting(self, article: AnnotatedArticle, frame: Frame) -> str | None:
        if frame.leaders == "RC":
            return "summit"
        if frame.listed:
            return "multilateral"
        persons = {m.side for i in frame.actors if (m := article.mentions[i]).kind in {"person", "office"}}
        if not persons and _says_summit(article, frame):
            return "summit"
        return "consultation"

    def _visit(self, article: AnnotatedArticle, frame: Frame) -> str | None:
        if not frame.leaders:
            return "consultation"
        return "multilateral" if self._forum(article, frame) and frame.leaders != "RC" else "summit"

    def _forum(self, article: AnnotatedArticle, frame: Frame) -> bool:
        sentence = article.sentences[frame.sentence]
        named = [m for m in article.mentions if sentence.start <= m.start and m.end <= sentence.end]
        return any(self.actors.is_forum(m.actor) for m in named) or frame.listed

    def _place(self, article: AnnotatedArticle, frame: Frame) -> str:
        names = [self.actors.place_name(article.mentions[i].actor) for i in frame.places]
        cities = [name for name, is_city in names if name and is_city]
        return next(iter(cities or [name for name, _ in names if name]), "")

    def _participants(
        self, article: AnnotatedArticle, frame: Frame, kind: str, published: date | None
    ) -> tuple[str, ...]:
        named: dict[str, str] = {}
        for side in self.dyad.split("-"):
            mentions = [m for i in frame.actors if (m := article.mentions[i]).side == side]
            ranked = sorted(mentions, key=lambda m: _RANK.get(m.kind, 9))
            actor = ranked[0].actor if ranked else ""
            if kind == "summit" and (not actor or ranked[0].kind not in {"person", "office", "anaphor"}):
                actor = self.actors.leader_of(side, published)
            if actor:
                named[self.actors.name(actor, published)] = side
        return tuple(named)


_RANK = {"person": 0, "office": 1, "anaphor": 2, "company": 3, "body": 4, "state": 5, "demonym": 6, "place": 7}


def _when(article: AnnotatedArticle, frame: Frame, published: date | None) -> tuple[str, str, str, str, bool]:
    """Return status, salience, start, end and whether the text itself gave the date."""
    status = str(frame.status)
    time = article.times[frame.times[0]] if frame.times else None
    start, end = (time.first, time.last) if time else ("", "")
    first, last = intervals.first_day(start or end), intervals.last_day(end or start)
    if published and first and last:
        if first > published and status in {"occurred", "alleged"}:
            status = "planned"
        elif last < published and status == "planned":
            status = "occurred"
    old = bool(published and last and intervals.days_between(last, published) > NEWS_DAYS)
    fresh = bool(published and last and not old and intervals.precision(end) == intervals.DAY)
    caption = article.sentences[frame.sentence].kind == "caption"
    background = old or caption or (frame.recalled and not fresh and status != "planned")
    salience = "background" if background else "news"
    if not start and not end and published and salience == "news" and status == "occurred":
        start = end = article.published[:7]
    return status, salience, start, end, bool(time)


def _format(kind: str, frame: Frame) -> str:
    if kind not in {"summit", "consultation"}:
        return ""
    return frame.format or ("in_person" if kind == "summit" or frame.concept == "VISIT" or frame.places else "")


def _says_summit(article: AnnotatedArticle, frame: Frame) -> bool:
    text = article.content[frame.trigger : frame.trigger + 12].lower()
    return text.startswith(("sommet", "summit", "саммит", "峰会", "元首会", "首脑"))


def _evidence(article: AnnotatedArticle, frame: Frame) -> tuple[int, int]:
    start, end = frame.start, frame.end
    if end - start > 290:
        start = max(start, min(frame.trigger - 140, end - 290))
        end = min(end, start + 290)
    while start < end and article.content[start] in " \t\n,;:»”":
        start += 1
    while end > start and article.content[end - 1] in " \t\n,;:«“":
        end -= 1
    return start, end


def _slice(article: AnnotatedArticle, start: int, end: int) -> str:
    return article.content[start:end]


def _join(candidates: list[Candidate]) -> list[Candidate]:
    """Join statements of one event; captions count only where nothing else does."""
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=_exactness):
        for number, known in enumerate(kept):
            if _same(known, candidate):
                kept[number] = _merged(known, candidate)
                break
        else:
            kept.append(candidate)
    if any(not c.caption for c in kept):
        kept = [c for c in kept if not c.caption]
    kept.sort(key=lambda c: c.evidence)
    return _limited(kept)


def _exactness(candidate: Candidate) -> tuple[bool, bool, int, float, int]:
    return (
        candidate.caption,
        not candidate.dated,
        -intervals.precision(candidate.start),
        -candidate.weight,
        candidate.evidence[0],
    )


def _same(one: Candidate, other: Candidate) -> bool:
    if one.type != other.type:
        return False
    if one.type == "summit":
        return _same_summit(one, other)
    if one.type in {"energy", "agreement"} and one.dated == other.dated and set(one.participants) != set(other.participants):
        return False
    if one.type in {"alignment", "third_party"}:
        return one.sentence == other.sentence or one.evidence == other.evidence
    if one.type == "trade" and one.quantities and other.quantities:
        return one.quantities == other.quantities
    return one.salience == other.salience and one.status == other.status and intervals.overlap(
        (one.start, one.end), (other.start, other.end)
    )


def _same_summit(one: Candidate, other: Candidate) -> bool:
    if one.format != other.format and other.dated and one.dated:
        return False
    if one.format != other.format and "in_person" in {one.format, other.format} and one.place and other.place:
        return False
    if one.place and other.place and one.place != other.place and one.dated and other.dated:
        return intervals.overlap((one.start, one.end), (other.start, other.end)) and one.status == other.status
    if not one.dated or not other.dated:
        return one.status == other.status or not other.dated
    return intervals.overlap((one.start, one.end), (other.start, other.end))


def _merged(one: Candidate, other: Candidate) -> Candidate:
    start, end = (one.start, one.end) if one.dated or not other.dated else (other.start, other.end)
    return replace(
        one,
        start=start,
        end=end,
        dated=one.dated or other.dated,
        place=one.place or ("" if one.format in {"video", "phone"} else other.place),
        salience="news" if "news" in {one.salience, other.salience} and not one.dated else one.salience,
        quantities=tuple(dict.fromkeys((*one.quantities, *other.quantities))),
        weight=max(one.weight, other.weight),
    )


def _limited(candidates: list[Candidate]) -> list[Candidate]:
    counts: dict[str, int] = {}
    kept = []
    for candidate in candidates:
        counts[candidate.type] = counts.get(candidate.type, 0) + 1
        if counts[candidate.type] <= AT_MOST.get(candidate.type, 12):
            kept.append(candidate)
    return kept


def _mentioned(article: AnnotatedArticle, c: Candidate) -> Mentioned:
    return Mentioned(
        type=c.type,  # type: ignore[arg-type]
        status=c.status,  # type: ignore[arg-type]
        salience=c.salience,  # type: ignore[arg-type]
        format=c.format,  # type: ignore[arg-type]
        start=c.start,
        end=c.end,
        place=c.place,
        participants=c.participants,
        quantities=c.quantities,
        evidence=_slice(article, *c.evidence),
        sentence=_slice(article, *c.sentence),
        confidence=round(c.weight, 3),
        reason=c.rule,
    )


def _origin(article: AnnotatedArticle) -> Origin:
    return Origin(**{name: getattr(article, name) for name in Origin.__struct_fields__})
