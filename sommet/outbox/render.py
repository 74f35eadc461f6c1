"""An alert in words: what, who, when, where, why now, and the sentence that shows it."""

from collections.abc import Iterable, Sequence

from babel import Locale
from babel.lists import format_list

from schemas.events import Alert, Event
from sommet.knowledge.phrases import Phrases, counted, phrases
from sommet.outbox.dates import changed, interval
from sommet.outbox.figures import figures
from sommet.outbox.message import Fact, Link, Quote, Rendered
from sommet.outbox.names import actor_name, place_name
from sommet.outbox.text import clean, host_of, safe_url, shorten, with_text_fragment

_NAMED_IN_TITLE = 3
_NAMED = 10
_TITLE = 200
_SENTENCE = 700
_HIGH, _MEDIUM = 0.85, 0.65


def render(alert: Alert, language: str) -> Rendered:
    """Return the message for `alert` in `language` (`fr` or `en`).

    Everything from the article is clean text on one line; its URL is a checked one, or there is none.
    """
    words = phrases(language)
    event = alert.event
    return Rendered(
        language=language,
        title=_title(event, words),
        facts=tuple(Fact(label, value) for label, value in _facts(alert, words) if value),
        quote=_quote(event, words),
        link=_link(event),
        notes=_notes(event, words),
        footer=words.footer,
        colon=words.marks.colon,
        read=words.marks.read,
    )


def render_digest(alerts: Sequence[Alert], language: str) -> Rendered:
    """Return one message that lists `alerts`."""
    words = phrases(language)
    return Rendered(
        language=language,
        title=counted(words.digest.title, len(alerts), language),
        notes=(words.digest.note,),
        items=tuple(render(alert, language) for alert in alerts),
        footer=words.footer,
        colon=words.marks.colon,
        read=words.marks.read,
    )


def _title(event: Event, words: Phrases) -> str:
    head = _head(event, words)
    rest = [
        _listed(event.participants, _NAMED_IN_TITLE, words),
        place_name(event.place, words),
        interval(event.start, event.end, words) if _stated(event) else "",
    ]
    tail = ", ".join(part for part in rest if part)
    return shorten(head + words.marks.colon + tail if tail else head, _TITLE)


def _head(event: Event, words: Phrases) -> str:
    """Return what happened; talks by phone or video are called so, whoever talks."""
    call = words.calls.get(event.format) if event.type in {"summit", "consultation"} else None
    return (call or words.types[event.type].titles)[event.status]


def _facts(alert: Alert, words: Phrases) -> Iterable[tuple[str, str]]:
    event, labels = alert.event, words.labels
    yield labels.why, reason(alert, words)
    yield labels.who, _listed(event.participants, _NAMED, words)
    yield labels.when, date(event, words)
    yield labels.where, place_name(event.place, words)
    yield labels.format, words.formats.get(event.format, "")
    yield labels.status, words.types[event.type].words[event.status]
    yield labels.figures, words.marks.semicolon.join(figures(event.quantities, event.langs, words))
    yield labels.sources, coverage(event, words)
    yield labels.confidence, _confidence(event.confidence, words)


def reason(alert: Alert, words: Phrases) -> str:
    """Return why this is told now; a change without the value before it is told as the new value."""
    event = alert.event
    before, after = {
        "status": (_status(event, words), words.types[event.type].words[event.status]),
        "date": (changed(event.before, words), date(event, words)),
        "place": (place_name(event.before, words), place_name(event.place, words)),
    }.get(alert.reason, ("", ""))
    return words.changes[alert.reason].format(before=before or "…", after=after or "…")


def _stated(event: Event) -> bool:
    """Tell whether some text gave the date."""
    return bool(event.start or event.end) and event.basis != "report"


def date(event: Event, words: Phrases) -> str:
    """Return when an event was, is or will be, as far as it is known."""
    if event.basis == "report":
        return words.dates.reported.format(last=interval(event.end, event.end, words))
    return interval(event.start, event.end, words)


def _status(event: Event, words: Phrases) -> str:
    known = {str(status): word for status, word in words.types[event.type].words.items()}
    return known.get(event.before, clean(event.before, 60))


def _listed(names: Sequence[str], limit: int, words: Phrases) -> str:
    shown = [actor_name(name, words) for name in names[:limit]]
    shown = [name for name in shown if name]
    if len(names) > limit:
        shown.append("…")
        return ", ".join(shown)
    return format_list(shown, locale=words.language) if shown else ""


def _quote(event: Event, words: Phrases) -> Quote | None:
    """Return the sentence with its evidence marked; a long sentence is cut round the evidence."""
    stated = event.report.stated
    evidence = clean(stated.evidence, _SENTENCE)
    sentence = clean(stated.sentence) or evidence
    if not sentence:
        return None
    at = sentence.find(evidence) if evidence else -1
    before, marked, after = (sentence, "", "") if at < 0 else _split(sentence, at, at + len(evidence))
    room = max(_SENTENCE - len(marked), 80)
    if marked:
        room //= 2
    if len(before) > room:
        before = "…" + before[-room:].lstrip() if marked else shorten(before, room)
    return Quote(words.marks.open, before, marked, shorten(after, room), words.marks.close)


def _split(text: str, start: int, end: int) -> tuple[str, str, str]:
    return text[:start], text[start:end], text[end:]


def _link(event: Event) -> Link:
    origin, stated = event.report.origin, event.report.stated
    url = safe_url(origin.url)
    outlet = clean(origin.outlet, 80) or clean(origin.source, 80)
    target = with_text_fragment(url, clean(stated.sentence or stated.evidence, 2000))
    return Link(outlet or host_of(url), clean(origin.title, _TITLE), url, target)


def _notes(event: Event, words: Phrases) -> tuple[str, ...]:
    origin = event.report.origin
    notes = []
    if origin.lang and origin.lang != words.language:
        name = Locale(words.language).languages.get(origin.lang, clean(origin.lang, 20))
        notes.append(words.notes.language.format(language=name))
    if origin.machine_translated:
        notes.append(words.notes.machine_translated)
    return tuple(notes)


def coverage(event: Event, words: Phrases) -> str:
    """Return how many independent sources report an event, and articles where they are more."""
    lineages = max(event.lineages, 1)
    text = counted(words.notes.sources, lineages, words.language)
    if event.articles > lineages:
        text += f" ({counted(words.notes.articles, event.articles, words.language)})"
    return text


def _confidence(value: float, words: Phrases) -> str:
    if value >= _HIGH:
        return words.confidence.high
    return words.confidence.medium if value >= _MEDIUM else words.confidence.low
