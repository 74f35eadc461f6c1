"""Frames become typed event mentions, one list an article. Free of language.

Typing follows the annotation guide: the level of the participants makes a meeting a summit or a
consultation, the topic of a contract makes it energy. Statements of one event in several sentences
are one mention with the most exact date, place and format; what is too weak is left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from consumers.joining import WEAK, Candidate, join
from schemas.articles import AnnotatedArticle, Frame, Mention
from schemas.events import EventMentions, Mentioned, Origin
from schemas.topics import ANNOTATED, MENTIONS
from sommet import intervals
from sommet.knowledge.actors import Actors
from sommet.language.people import People
from sommet.language.rules import load_events
from sommet.stage import Stage, State
from sommet.trace import Reason, Tell, unheard

NEWS_DAYS = 7
FIGURES_DAYS = 120  # figures of a year or a quarter are news when they come out


def stage(actors: Actors, dyad: str) -> Stage[AnnotatedArticle]:
    """Return the stage that types frames, for one pair of states."""
    return Stage("classify", ANNOTATED, (MENTIONS,), Step(People(actors), dyad), stateless=True)


WORDS = frozenset({"summit", "consultation", "multilateral", "statement", "alignment", "mediation"})
"""Acts of speech: amounts beside them belong to something else."""
HOSTED = frozenset({"cooperation", "consultation"})
"""What an embassy holds takes place in the state in which it stands."""
MEETINGS = frozenset({"summit", "consultation"})
"""Of these a day ahead may be rumour; what else is told of one is at least somebody's plan."""
STANCES = frozenset({"third_party", "alignment", "friction", "mediation"})


@dataclass(frozen=True, slots=True)
class Step:
    """Types the frames of one article."""

    people: People
    dyad: str

    def __call__(self, state: State, article: AnnotatedArticle, now: datetime) -> Iterable[EventMentions]:
        """Return the article's event mentions, as one message; also where there are none."""
        yield EventMentions(
            id=f"classify/{article.article}/{article.version}",
            dyad=self.dyad,
            origin=_origin(article),
            mentions=tuple(mentioned for mentioned, _ in self.read(article)),
        )

    def read(
        self, article: AnnotatedArticle, tell: Tell = unheard
    ) -> list[tuple[Mentioned, tuple[int, ...]]]:
        """Return what an article states, each with its frames (the one that dates it first).

        `tell` hears why: of each frame what became of it.
        """
        found = [
            self._candidate(article, frame, n, partial(tell, frames=(n,)))
            for n, frame in enumerate(article.frames)
        ]
        joined = self._placed(article, join([c for c in found if c is not None], tell), tell)
        return [(_mentioned(article, c, self.people.country(c.place)), c.frames) for c in joined]

    def _placed(self, article: AnnotatedArticle, joined: list[Candidate], tell: Tell) -> list[Candidate]:
        """Give the only talks of an article its only city, where their own sentence names none."""
        actors = {article.mentions[i].actor for frame in article.frames for i in frame.places}
        places = [self.people.place(actor) for actor in sorted(actors)]
        cities = {name for name, exact in places if exact}
        talks = [c for c in joined if c.format == "in_person"]
        if len(cities) != 1 or len(talks) != 1 or talks[0].exact:
            return joined
        (city,) = cities
        if talks[0].place and self.people.country(talks[0].place) != self.people.country(city):
            return joined
        tell("place_only_city", frames=talks[0].frames, place=city)
        return [replace(c, place=city, exact=True) if c is talks[0] else c for c in joined]

    def _candidate(
        self, article: AnnotatedArticle, frame: Frame, number: int, tell: Tell
    ) -> Candidate | None:
        kind, reason = self._type(article, frame)
        tell(reason, type=kind or "", concept=frame.concept)
        if kind is None:
            return None
        published = intervals.first_day(article.published)
        status, salience, start, end, dated = _when(article, frame, kind, published, tell)
        form = _format(kind, frame)
        place, exact = ("", False) if form in {"video", "phone"} else self._place(article, frame)
        if kind in STANCES and not exact:
            if place:
                tell("place_stance", place=place)
            place = ""
        place = place or (self._host(article, frame) if kind in HOSTED else "")
        named = kind != "consultation" or self._officials(article, frame)
        if not named:
            tell("weight_nobody", weight=f"{WEAK:.2f}")
        return Candidate(
            type=kind,
            status=status,
            salience=salience,
            format=form,
            start=start,
            end=end,
            dated=dated,
            place=place,
            exact=exact,
            participants=self._participants(article, frame, kind, published, tell),
            quantities=()
            if kind in WORDS
            else tuple(
                _slice(article, q.start, q.end) for i in frame.quantities if (q := article.quantities[i])
            ),
            evidence=_evidence(article, frame),
            sentence=(article.sentences[frame.sentence].start, article.sentences[frame.sentence].end),
            weight=frame.weight if named else WEAK,
            rule=frame.rule,
            block=article.sentences[frame.sentence].kind,
            moved=frame.moved,
            frames=(number,),
        )

    def _type(self, article: AnnotatedArticle, frame: Frame) -> tuple[str | None, Reason]:
        proposed = load_events()["concepts"][frame.concept]["type"]
        if frame.topic:
            return frame.topic, "type_topic"
        if proposed == "meeting":
            return self._meeting(article, frame)
        if proposed == "visit":
            return self._visit(article, frame)
        if proposed == "mediation" and not self._war_of_the_other(article, frame):
            return None, "dropped_war"
        if proposed == "multilateral" and not self._forum(article, frame):
            return None, "dropped_no_forum"
        return proposed, "type_concept"

    def _meeting(self, article: AnnotatedArticle, frame: Frame) -> tuple[str | None, Reason]:
        if frame.listed and self._at_a_forum(article, frame):
            return "multilateral", "type_forum"
        if frame.leaders == "RC" or (frame.leaders and self._other_is_a_place(article, frame)):
            return "summit", "type_leaders" if frame.leaders == "RC" else "type_leader_abroad"
        if frame.listed:
            return "multilateral", "type_list"
        if _says_summit(article, frame) and self._forum(article, frame):
            return None, "dropped_forum_summit"
        if not self._officials(article, frame) and _says_summit(article, frame):
            return "summit", "type_summit_word"
        return "consultation", "type_officials"

    def _other_is_a_place(self, article: AnnotatedArticle, frame: Frame) -> bool:
        """A leader's talks in the other country, whose side is named by its place alone."""
        sides = self.dyad.split("-")
        other = sides["RC".index("C" if frame.leaders == "R" else "R")]
        mentions = [m for i in frame.actors if (m := article.mentions[i]).side == other]
        return bool(mentions) and all(m.kind == "place" for m in mentions)

    def _officials(self, article: AnnotatedArticle, frame: Frame) -> bool:
        """Tell whether a person or a body of ours takes part, not only "Russia" and "China"."""
        ours = [m for i in frame.actors if (m := article.mentions[i]).side in self.dyad.split("-")]
        named = [m for m in ours if m.kind in _NAMED and not self.people.seat(m.actor)]
        return frame.concept == "ASK" or bool(named) or bool(frame.persons)

    def _visit(self, article: AnnotatedArticle, frame: Frame) -> tuple[str | None, Reason]:
        if not frame.leaders:
            return "consultation", "type_visit_official"
        if self._forum(article, frame) and frame.leaders != "RC":
            return "multilateral", "type_forum"
        return "summit", "type_visit_leader"

    def _at_a_forum(self, article: AnnotatedArticle, frame: Frame) -> bool:
        """Tell whether an organisation of many states stands in the sentence."""
        return any(self.people.is_forum(m.actor) for m in self._named(article, frame))

    def _forum(self, article: AnnotatedArticle, frame: Frame) -> bool:
        return frame.listed or self._at_a_forum(article, frame)

    @staticmethod
    def _named(article: AnnotatedArticle, frame: Frame) -> list[Mention]:
        sentence = article.sentences[frame.sentence]
        return [m for m in article.mentions if sentence.start <= m.start and m.end <= sentence.end]

    def _war_of_the_other(self, article: AnnotatedArticle, frame: Frame) -> bool:
        """A mediation of ours concerns Ukraine, or names the other state itself."""
        first = self.dyad.split("-")[0]
        beside = any(m.side == first for m in self._named(article, frame))
        return beside or any(m.side == "UKR" for m in article.mentions)

    def _place(self, article: AnnotatedArticle, frame: Frame) -> tuple[str, bool]:
        """Return the plain English name of the place, and whether it is more than a country."""
        names = [place for i in frame.places if (place := self.people.place(article.mentions[i].actor))[0]]
        exact = [place for place in names if place[1]]
        ours = [place for place in names if self.people.country(place[0]) in self.dyad.split("-")]
        return next(iter([*exact, *ours, *names]), ("", False))

    def _host(self, article: AnnotatedArticle, frame: Frame) -> str:
        """Return the state in which an embassy stands that takes part in what is told."""
        hosts = [self.people.host(article.mentions[i].actor) for i in frame.actors]
        return next((host for host in hosts if host), "")

    def _counterpart(self, article: AnnotatedArticle, frame: Frame, side: str, published: date | None) -> str:
        """Return the leader of a side whom its sentence names, else the one of the same rank as the other."""
        named = [m.actor for m in self._named(article, frame) if m.side == side]
        leader = next((actor for actor in named if self.people.is_leader(actor, published)), "")
        others = [m.actor for i in frame.actors if (m := article.mentions[i]).side != side]
        premier = any(self.people.is_premier(actor, published) for actor in others)
        return leader or self.people.leader_of(side, published, premier=premier)

    def _beneath(self, mention: Mention, kind: str, published: date | None) -> bool:
        """Tell whether somebody named in a report on a summit is no leader."""
        return kind == "summit" and not self.people.is_leader(mention.actor, published)

    def _participants(
        self, article: AnnotatedArticle, frame: Frame, kind: str, published: date | None, tell: Tell
    ) -> tuple[str, ...]:
        named: dict[str, str] = {}
        for side in self.dyad.split("-"):
            mentions = [m for i in frame.actors if (m := article.mentions[i]).side == side]
            ranked = sorted(mentions, key=lambda m: (self._beneath(m, kind, published), _RANK.get(m.kind, 9)))
            actor = ranked[0].actor if ranked else ""
            if kind == "summit" and (not actor or not self.people.is_leader(actor, published)):
                actor = self._counterpart(article, frame, side, published)
                tell("leader_of_state", side=side, name=self.people.name(actor) if actor else "")
            if actor:
                named[self.people.name(actor)] = side
        return tuple(named)


_NAMED = frozenset({"person", "office", "body", "company"})
_RANK = {
    "person": 0,
    "office": 1,
    "anaphor": 2,
    "company": 3,
    "body": 4,
    "state": 5,
    "demonym": 6,
    "place": 7,
}


def _when(
    article: AnnotatedArticle, frame: Frame, kind: str, published: date | None, tell: Tell
) -> tuple[str, str, str, str, bool]:
    """Return status, salience, start, end and whether the text itself gave the date."""
    status = str(frame.status)
    time = article.times[frame.times[0]] if frame.times else None
    start, end = (time.first, time.last) if time else ("", "")
    first, last = intervals.first_day(start or end), intervals.last_day(end or start)
    if published and first and last:
        if first > published and (status == "occurred" or (status == "alleged" and kind not in MEETINGS)):
            status = "planned"
            tell("status_ahead")
        elif last < published and status == "planned":
            status = "occurred"
            tell("status_over")
    if status == "planned" and published and first and last and first < last <= published:
        start = end = ""  # "these days" is when it was said
        time = None
    window = FIGURES_DAYS if frame.concept in {"TRADE", "ENERGY"} and frame.quantities else NEWS_DAYS
    old = bool(published and last and intervals.days_between(last, published) > window)
    fresh = bool(published and last and not old and intervals.precision(end) == intervals.DAY)
    caption = article.sentences[frame.sentence].kind == "caption"
    background = old or caption or (frame.recalled and not fresh and status != "planned")
    salience = "background" if background else "news"
    tell(_salience(frame, old=old, caption=caption, background=background), days=str(window))
    if not start and not end and published and salience == "news" and _told_afresh(frame, status):
        start, end = _before(article.published)
    tell("date_text" if time else "date_report" if start else "date_none")
    return status, salience, start, end, bool(time)


def _told_afresh(frame: Frame, status: str) -> bool:
    """A report without a date tells what happened in the days before it; an accusation did happen."""
    return status == "occurred" or (status == "alleged" and frame.concept == "THIRD")


def _before(published: str) -> tuple[str, str]:
    """Return the week that ends with a publication; the month or year where no day of it is known."""
    if intervals.precision(published) < intervals.DAY:
        return published, published
    return intervals.shifted(published, 1 - NEWS_DAYS), published[: intervals.DAY]


def _salience(frame: Frame, *, old: bool, caption: bool, background: bool) -> Reason:
    if background:
        return "salience_old" if old else "salience_caption" if caption else "salience_recalled"
    return "salience_fresh" if frame.recalled else "salience_news"


def _format(kind: str, frame: Frame) -> str:
    if kind not in {"summit", "consultation"}:
        return ""
    return frame.format or (
        "in_person" if kind == "summit" or frame.concept == "VISIT" or frame.places else ""
    )


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


def _mentioned(article: AnnotatedArticle, c: Candidate, country: str) -> Mentioned:
    return Mentioned(
        type=c.type,  # type: ignore[arg-type]
        status=c.status,  # type: ignore[arg-type]
        salience=c.salience,  # type: ignore[arg-type]
        format=c.format,  # type: ignore[arg-type]
        start=c.start,
        end=c.end,
        basis=("text" if c.dated else "report") if c.start or c.end else "",
        place=c.place,
        country=country,
        participants=c.participants,
        quantities=c.quantities,
        evidence=_slice(article, *c.evidence),
        sentence=_slice(article, *c.sentence),
        confidence=round(c.weight, 3),
        reason=c.rule,
    )


def _origin(article: AnnotatedArticle) -> Origin:
    return Origin(**{name: getattr(article, name) for name in Origin.__struct_fields__})
