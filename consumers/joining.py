"""Statements of one event in one article become one. Pure: used by `classify` alone."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sommet import intervals
from sommet.trace import Reason, Tell, unheard

STATES = frozenset({"Russia", "China"})
THRESHOLD = 0.5
VISIT_DAYS = 5
WEEK = 7
PUT_OFF = 21
AT_MOST = {
    "trade": 1,
    "alignment": 2,
    "statement": 1,
    "third_party": 2,
    "friction": 1,
    "mediation": 1,
    "cooperation": 2,
    "military": 2,
}
WEAK = 0.45
OF_THE_TALKS = frozenset({"statement", "alignment", "agreement", "energy", "mediation", "military"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """One frame, typed and dated, before statements of one event are joined.

    `frames` are the indexes of the frames behind it, the one that dates it first.
    """

    type: str
    status: str
    salience: str
    format: str
    start: str
    end: str
    dated: bool
    place: str
    exact: bool
    participants: tuple[str, ...]
    quantities: tuple[str, ...]
    evidence: tuple[int, int]
    sentence: tuple[int, int]
    weight: float
    rule: str
    block: str = "body"
    moved: bool = False
    frames: tuple[int, ...] = ()


def join(candidates: list[Candidate], tell: Tell = unheard) -> list[Candidate]:
    """Join statements of one event, leave out what is weak, give undated acts the day of the talks.

    Captions count only where nothing else does. Talks of two states without a name are weak: they count
    where no leaders met in the same article. `tell` hears what was joined and left out, and why.
    """
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=_exactness):
        for number, known in enumerate(kept):
            if _same(known, candidate):
                tell("joined", frames=candidate.frames, other=known.frames)
                kept[number] = _merged(known, candidate)
                break
        else:
            kept.append(candidate)
    if any(c.block != "caption" for c in kept):
        kept = _without(kept, lambda c: c.block == "caption", "dropped_caption", tell)
    talks = [c for c in kept if c.type == "summit"]
    there = {talk.sentence for talk in talks}
    kept = _without(
        kept, lambda c: c.type == "multilateral" and c.sentence in there, "dropped_at_summit", tell
    )
    kept = _without(kept, _veto_ahead, "dropped_veto", tell)
    kept = [_declared(c, tell) for c in kept]
    strong = {c.sentence for c in kept if c.weight >= THRESHOLD}
    kept = _without(
        kept,
        lambda c: c.weight < THRESHOLD and not _worth_telling(c, talks, strong),
        "dropped_weak",
        tell,
    )
    kept = _limited(sorted(kept, key=lambda c: (-c.weight, not c.quantities, c.evidence)), tell)
    talks += [
        c
        for c in kept
        if c.type == "consultation" and c.dated and intervals.precision(c.start) == intervals.DAY
    ]
    return [_at_the_talks(c, talks, tell) for c in sorted(kept, key=lambda c: c.evidence)]


def _without(
    candidates: list[Candidate], dropped: Callable[[Candidate], bool], reason: Reason, tell: Tell
) -> list[Candidate]:
    """Return the candidates that stay, and tell of those that do not."""
    for candidate in filter(dropped, candidates):
        tell(reason, frames=candidate.frames)
    return [candidate for candidate in candidates if not dropped(candidate)]


def _veto_ahead(candidate: Candidate) -> bool:
    return candidate.type == "alignment" and candidate.status == "planned" and "VETO" in candidate.rule


def _declared(candidate: Candidate, tell: Tell) -> Candidate:
    """A stance for the future ("China will not join sanctions") is taken when it is declared."""
    if candidate.type == "alignment" and candidate.status == "planned":
        tell("status_declared", frames=candidate.frames)
        return replace(candidate, status="occurred")
    return candidate


def _worth_telling(candidate: Candidate, talks: list[Candidate], strong: set[tuple[int, int]]) -> bool:
    """Talks of two states without a name count where their sentence says nothing else."""
    return candidate.type == "consultation" and not talks and candidate.sentence not in strong


def _at_the_talks(candidate: Candidate, talks: list[Candidate], tell: Tell) -> Candidate:
    """An undated act in a report on dated talks took place at them."""
    if candidate.type == "statement" and not candidate.place and candidate.dated:
        there = [t for t in talks if intervals.overlap((t.start, t.end), (candidate.start, candidate.end))]
        if len(there) != 1:
            return candidate
        tell("place_talks", frames=candidate.frames, other=there[0].frames)
        return replace(candidate, place=there[0].place)
    dated = [t for t in talks if t.dated and t.salience == "news" and t.status == candidate.status]
    dated = [t for t in dated if t.type == "summit"] or dated
    if (
        candidate.dated
        or candidate.salience != "news"
        or candidate.type not in OF_THE_TALKS
        or len(dated) != 1
    ):
        return candidate
    tell("date_talks", frames=candidate.frames, other=dated[0].frames)
    place = dated[0].place if candidate.type in {"agreement", "statement"} else candidate.place
    return replace(
        candidate, start=dated[0].start, end=dated[0].end, dated=True, place=candidate.place or place
    )


def _exactness(candidate: Candidate) -> tuple[bool, bool, int, float, tuple[int, int]]:
    return (
        candidate.block == "caption" or candidate.weight < THRESHOLD,
        not candidate.dated,
        _days(candidate),
        -candidate.weight,
        candidate.evidence,
    )


def _days(candidate: Candidate) -> int:
    """How far the dates of a candidate tell less than those of another: a visit's few days tell most."""
    days = intervals.length(candidate.start, candidate.end)
    return 0 if candidate.type == "summit" and 1 < days <= VISIT_DAYS else days


def _same(one: Candidate, other: Candidate) -> bool:
    if one.type != other.type:
        return _one_deal(one, other)
    return _RULES.get(one.type, _same_act)(one, other)


def _one_deal(one: Candidate, other: Candidate) -> bool:
    """A contract and what it delivers, told in one breath or in a title, are one deal."""
    if {one.type, other.type} != {"energy", "agreement"} or not one.quantities + other.quantities:
        return False
    told = one.sentence == other.sentence or "title" in {one.block, other.block}
    return told and set(one.participants) == set(other.participants) and _same_act(one, other)


def _same_stance(one: Candidate, other: Candidate) -> bool:
    """Stances are told apart by their sentences; the title repeats one of them."""
    return one.sentence == other.sentence or "title" in {one.block, other.block}


def _same_figures(one: Candidate, other: Candidate) -> bool:
    """Trade figures are told apart by their amounts; the title repeats one of them."""
    if one.quantities and other.quantities and "title" not in {one.block, other.block}:
        return one.quantities == other.quantities
    return one.status == other.status and _same_act(one, other)


def _same_act(one: Candidate, other: Candidate) -> bool:
    days = (one.start, one.end), (other.start, other.end)
    alike = one.salience == other.salience or _late_news(one, other)
    return alike and (not (one.dated and other.dated) or intervals.overlap(*days))


def _late_news(one: Candidate, other: Candidate) -> bool:
    """A title tells as news, without a date, what the text dates more than a week back."""
    title, text = (one, other) if one.block == "title" else (other, one)
    if title.block != "title" or title.dated or not text.dated or title.salience != "news":
        return False
    return title.status == text.status and set(title.participants) == set(text.participants)


def _same_deal(one: Candidate, other: Candidate) -> bool:
    """A title and its text tell of one deal where they name one partner; else partners and day agree."""
    if "title" in {one.block, other.block} or one.sentence == other.sentence:
        return bool(set(one.participants) & set(other.participants))
    if set(one.participants) != set(other.participants):
        return False
    return _same_act(one, other)


def _same_summit(one: Candidate, other: Candidate) -> bool:
    if _same_weekday(one, other) or _put_off(one, other):
        return True
    if _recalled_beside_news(one, other) or _past_beside_plan(one, other) or _other_kind(one, other):
        return False
    if not one.dated or not other.dated:
        return one.status == other.status or not other.dated
    elsewhere = one.place and other.place and one.place != other.place
    overlapping = intervals.overlap((one.start, one.end), (other.start, other.end))
    return overlapping and (not elsewhere or one.status == other.status)


def _recalled_beside_news(one: Candidate, other: Candidate) -> bool:
    """A meeting recalled without a day is not the one in the news; a caption, or the title, may be."""
    apart = one.salience != other.salience and _vague(one) != _vague(other)
    return apart and "caption" not in {one.block, other.block} and not _headline(one, other)


def _past_beside_plan(one: Candidate, other: Candidate) -> bool:
    """Talks to come are not those that the same text recalls with their date ("the first since last May")."""
    past, plan = (one, other) if other.status == "planned" else (other, one)
    recalled = past.status == "occurred" and past.salience == "background" and past.dated
    return recalled and plan.status == "planned"


def _headline(one: Candidate, other: Candidate) -> bool:
    """A title without a date ("on first trip to Russia since …") is about the meeting that the text dates."""
    title, text = (one, other) if one.block == "title" else (other, one)
    here = not title.place or not text.place or title.place == text.place or title.place in STATES
    return title.block == "title" and text.block == "body" and not title.dated and text.dated and here


def _other_kind(one: Candidate, other: Candidate) -> bool:
    """A call and a visit are two, where both have a day, or a place and a line."""
    if one.format == other.format:
        return False
    placed = "in_person" in {one.format, other.format} and bool(one.place and other.place)
    return (one.dated and other.dated) or placed


_RULES = {
    "summit": _same_summit,
    "energy": _same_deal,
    "agreement": _same_deal,
    "alignment": _same_stance,
    "third_party": _same_stance,
    "trade": _same_figures,
}


def _same_weekday(one: Candidate, other: Candidate) -> bool:
    """A title's weekday ("Putin in China on Thursday") is that of the text, not the one a week before."""
    if "title" not in {one.block, other.block} or not one.dated or not other.dated:
        return False
    first, second = intervals.first_day(one.start), intervals.first_day(other.start)
    return first is not None and second is not None and abs(intervals.days_between(first, second)) == WEEK


def _put_off(one: Candidate, other: Candidate) -> bool:
    """The old and the new date of talks that an article says were put off."""
    if not (one.moved or other.moved) or {one.status, other.status} - {"planned", "cancelled"}:
        return False
    first, second = intervals.first_day(one.start), intervals.first_day(other.start)
    if first is None or second is None:
        return False
    return 0 < abs(intervals.days_between(first, second)) <= PUT_OFF


def _vague(candidate: Candidate) -> bool:
    """Recalled without a date, or only with a year."""
    exact = candidate.dated and intervals.precision(candidate.start) >= intervals.MONTH
    return candidate.salience == "background" and not exact


def _merged(one: Candidate, other: Candidate) -> Candidate:
    weekday = _same_weekday(one, other)
    told = min((one, other), key=lambda c: (weekday and c.block == "title", not c.dated, _days(c)))
    if _put_off(one, other):
        told = max((one, other), key=lambda c: c.start)
    shown = min((one, other), key=lambda c: (-c.weight, not c.dated, c.evidence))
    ahead = other.status == "planned" != one.status and not other.dated  # an invitation names another place
    better = other.place and not ahead and (not one.place or (other.exact and not one.exact))
    place = other.place if better else one.place
    place = "" if one.format in {"video", "phone"} else place
    frames = (told.frames, other.frames if told is one else one.frames)
    return replace(
        one,
        type=other.type if (one.type, other.type) == ("agreement", "energy") else one.type,
        frames=(*frames[0], *frames[1]),
        status="planned" if _put_off(one, other) else told.status if weekday else one.status,
        evidence=shown.evidence,
        sentence=shown.sentence,
        start=told.start,
        end=told.end,
        dated=one.dated or other.dated,
        place=place,
        exact=one.exact or other.exact,
        salience="news"
        if "news" in {one.salience, other.salience} and (not one.dated or _late_news(one, other))
        else one.salience,
        quantities=tuple(dict.fromkeys((*one.quantities, *other.quantities))),
        weight=max(one.weight, other.weight),
        block=one.block if other.block == "caption" else other.block if one.block == "title" else one.block,
    )


def _limited(candidates: list[Candidate], tell: Tell) -> list[Candidate]:
    counts: dict[tuple[str, str], int] = {}
    kept = []
    for candidate in candidates:
        kind = (candidate.type, candidate.status if candidate.type == "trade" else "")
        counts[kind] = counts.get(kind, 0) + 1
        most = AT_MOST.get(candidate.type, 12)
        if counts[kind] <= most:
            kept.append(candidate)
        else:
            tell("dropped_many", frames=candidate.frames, type=candidate.type, most=str(most))
    return kept
