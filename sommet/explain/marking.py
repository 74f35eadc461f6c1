"""What the words of a text name: actors, times, amounts, none over another."""

from collections.abc import Iterable, Sequence
from datetime import date

from schemas.articles import AnnotatedArticle, Article, Mention, Quantity, Span, Time
from sommet.explain.model import Marked, Who
from sommet.language import quantities, times
from sommet.language.analysers import gazetteer
from sommet.language.markup import folded
from sommet.language.people import People


def marked(article: Article, read: AnnotatedArticle | None, stretches: Sequence[Span]) -> tuple[Marked, ...]:
    """Return what is named in the `stretches` that are news; mentions first, then what frames use."""
    content, lang = article.content, article.lang
    day = date.fromisoformat(article.published[:10]) if len(article.published) >= 10 else None
    mentions = read.mentions if read else gazetteer().mentions(content, lang, day)
    found = [
        *actors(content, [m for m in mentions if _within(m, stretches)]),
        *(_time(content, time) for time in (read.times if read else ())),
        *(_amount(content, amount) for amount in (read.quantities if read else ())),
        *_others(folded(content), content, lang, day, stretches),
    ]
    kept: list[Marked] = []
    for mark in found:
        if all(mark.end <= other.start or other.end <= mark.start for other in kept):
            kept.append(mark)
    return tuple(sorted(kept, key=lambda mark: mark.start))


def actors(content: str, mentions: Iterable[Mention]) -> list[Marked]:
    """Return mentions as marks; two at one place ("sino-russe") are one mark."""
    places: dict[tuple[int, int], list[Who]] = {}
    for mention in mentions:
        who = Who(actor=mention.actor, name=_name(mention), kind=mention.kind, side=mention.side)
        places.setdefault((mention.start, mention.end), []).append(who)
    return [
        Marked(start=a, end=b, text=content[a:b], who=tuple(dict.fromkeys(who)))
        for (a, b), who in places.items()
    ]


def frame_times(read: AnnotatedArticle, indexes: Iterable[int]) -> tuple[Marked, ...]:
    """Return the times of a frame."""
    return tuple(_time(read.content, read.times[i]) for i in indexes)


def frame_amounts(read: AnnotatedArticle, indexes: Iterable[int]) -> tuple[Marked, ...]:
    """Return the amounts of a frame."""
    return tuple(_amount(read.content, read.quantities[i]) for i in indexes)


def _within(span: Span, stretches: Sequence[Span]) -> bool:
    return any(s.start <= span.start and span.end <= s.end for s in stretches)


def _name(mention: Mention) -> str:
    known = gazetteer().actors
    if mention.actor not in known.by_id:
        return mention.actor
    return known.by_id[mention.actor].name if mention.kind == "place" else People(known).name(mention.actor)


def _time(content: str, time: Time) -> Marked:
    text = content[time.start : time.end]
    return Marked(start=time.start, end=time.end, text=text, time=True, first=time.first, last=time.last)


def _amount(content: str, amount: Quantity) -> Marked:
    text = content[amount.start : amount.end]
    return Marked(start=amount.start, end=amount.end, text=text, value=amount.value, unit=amount.unit)


def _others(
    plain: str, content: str, lang: str, day: date | None, stretches: Sequence[Span]
) -> Iterable[Marked]:
    """Yield the times and amounts that no frame needed to use."""
    for stretch in stretches:
        text, base = plain[stretch.start : stretch.end], stretch.start
        for time in times.find(text, lang):
            days = time.resolve(day)
            first, last = (days.first, days.last) if days else ("", "")
            yield _time(content, Time(start=base + time.start, end=base + time.end, first=first, last=last))
        for amount in quantities.find_quantities(text, lang):
            span = (base + amount.start, base + amount.end)
            yield _amount(content, Quantity(start=span[0], end=span[1], value=amount.value, unit=amount.unit))
