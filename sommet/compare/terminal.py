"""Differences on a terminal: `-` is before what only A has, `+` before what only B has. All text is safe."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.text import Text

from schemas.events import Event
from sommet.compare.differences import AlertDifference, Differences, EventDifference, Part, Side
from sommet.compare.run import Run, statement
from sommet.knowledge.phrases import Phrases, counted
from sommet.outbox.dates import interval
from sommet.outbox.names import actor_name, place_name
from sommet.outbox.render import reason
from sommet.terminal import safe

_MARKS = {"A": ("-", "red"), "B": ("+", "green"), "both": ("~", "yellow")}
_OTHER: dict[Side, Side] = {"A": "B", "B": "A"}
_ID = 8
"""Letters of an id that are shown."""


def shown(found: Differences, runs: tuple[Run, Run], words: Phrases) -> Iterator[Text]:
    """Yield what to print, line by line."""
    said = words.compare
    for name, run in zip(_OTHER, runs, strict=True):
        yield _head(name, run, words)
    if found.equal:
        yield Text(said.equal)
        return
    for title, which in (
        (said.events_only.format(run="A"), "A"),
        (said.events_only.format(run="B"), "B"),
        (said.events_changed, "both"),
    ):
        events = [each for each in found.events if each.run == which]
        yield from _titled(title, len(events))
        for event in events:
            yield from _event(event, words)
    for name in _OTHER:
        alerts = [each for each in found.alerts if each.run == name]
        yield from _titled(said.alerts_only.format(run=name), len(alerts))
        for alert in alerts:
            yield from _alert(alert, words)
    yield Text()
    yield from _sums(found, words)


def _head(name: str, run: Run, words: Phrases) -> Text:
    said, language = words.compare, words.language
    text = Text(f"{name}  {safe(str(run.path))}  ", style="bold")
    numbers = (
        counted(words.replay.articles, len(run.articles), language),
        counted(said.events, len(run.events), language),
        counted(said.alerts, len(run.alerts), language),
    )
    text.append(", ".join(numbers), style="not bold")
    if run.code:
        versions = f"  sommet {safe(run.code, 40)}, {said.knowledge} {safe(run.knowledge, 40)}"
        text.append(versions, style="not bold dim")
    return text


def _titled(title: str, number: int) -> Iterator[Text]:
    if number:
        yield Text(f"\n{title} ({number})", style="bold")


def _event(found: EventDifference, words: Phrases) -> Iterator[Text]:
    mark, style = _MARKS[found.run]
    names = [event.event[:_ID] for event in (found.a, found.b) if event]
    text = Text(f"{mark} {' → '.join(dict.fromkeys(names))}  ", style=f"bold {style}")
    text.append(_facts(found.event, words), style="not bold default")
    yield text
    if found.run != "both":
        yield from _evidence(found.event, words)
    width = max((len(getattr(words.compare.facts, name)) for name in found.facts), default=0)
    for name, (a, b) in found.facts.items():
        label = f"    {getattr(words.compare.facts, name):{width}}  "
        before, after = found.a or found.event, found.b or found.event
        values = f"{_value(name, a, before, words)} → {_value(name, b, after, words)}"
        yield Text(label, style="dim").append(values, style="not dim")
    if found.run == "both":
        for part in found.articles:
            if part.read or part.elsewhere:
                yield from _part(part, words)
    else:
        yield from _origins(found, words)
    for run, number in Counter(part.run for part in found.articles if not part.read).items():
        mark, style = _MARKS[run]
        articles = counted(words.replay.articles, number, words.language)
        unread = words.compare.unread.format(run=_OTHER[run], articles=articles)
        yield Text(f"    {mark} ", style=style).append(unread, style="default")


def _origins(found: EventDifference, words: Phrases) -> Iterator[Text]:
    """Yield how many articles of an event of one run count to which event of the other, which names them."""
    for (run, event), number in Counter((part.run, part.elsewhere) for part in found.articles).items():
        if event:
            mark, style = _MARKS[run]
            articles = counted(words.replay.articles, number, words.language)
            text = Text(f"    {mark} ", style=style).append(articles, style="default")
            yield text.append(f" · {_elsewhere(run, event, words)}", style="bold default")


def _elsewhere(run: Side, event: str, words: Phrases) -> str:
    """Return which event of the other run an article of `run` counts to."""
    told = words.compare.elsewhere if event else words.compare.nowhere
    return told.format(run=_OTHER[run], event=safe(event[:_ID]))


def _part(part: Part, words: Phrases) -> Iterator[Text]:
    mark, style = _MARKS[part.run]
    quoted = _quoted(part.title or part.sentence, words, 100)
    text = Text(f"    {mark} ", style=style)
    text.append(" · ".join(filter(None, (safe(part.outlet, 60), safe(part.lang), quoted))), style="default")
    text.append(f" · {_elsewhere(part.run, part.elsewhere, words)}", style="bold default")
    yield text
    yield Text(f"      {safe(part.url)}", style="dim")


def _alert(found: AlertDifference, words: Phrases) -> Iterator[Text]:
    mark, style = _MARKS[found.run]
    alert = found.alert
    text = Text(f"{mark} {safe(alert.rule, 60)}  ", style=f"bold {style}")
    text.append(f"{safe(reason(alert, words))}  ", style="bold default")
    text.append(f"{alert.event.event[:_ID]}  {_facts(alert.event, words)}", style="not bold default")
    yield text
    yield from _evidence(alert.event, words)


def _evidence(event: Event, words: Phrases) -> Iterator[Text]:
    origin = event.report.origin
    yield Text(f"    {_quoted(statement(event.report)[1], words)}", style="italic")
    source = " · ".join(filter(None, (safe(origin.outlet or origin.source, 60), safe(origin.url))))
    yield Text(f"    {source}", style="dim")


def _facts(event: Event, words: Phrases) -> str:
    status = words.types[event.type].words[event.status]
    parts = (
        f"{words.explain.types[event.type]}, {status}",
        _dates(event, words),
        _value("place", event.place, event, words) if event.place else "",
        _value("participants", event.participants, event, words) if event.participants else "",
    )
    return " · ".join(filter(None, parts))


def _value(name: str, value: object, event: Event, words: Phrases) -> str:
    """Return a fact in words; `value` is that of `event`."""
    known = {
        "type": words.explain.types[event.type],
        "status": words.types[event.type].words[event.status],
        "format": words.formats[event.format] if event.format else "",
        "dates": _dates(event, words),
        "place": safe(place_name(event.place, words)),
        "participants": _listed([actor_name(one, words) for one in event.participants]),
        "quantities": _listed(event.quantities),
    }
    return known.get(name, str(value)) or words.compare.unknown


def _dates(event: Event, words: Phrases) -> str:
    if event.basis == "report":
        return words.dates.reported.format(last=interval(event.end, event.end, words))
    return interval(event.start, event.end, words)


def _listed(values: Sequence[str]) -> str:
    return ", ".join(safe(value, 80) for value in values)


def _quoted(text: str, words: Phrases, limit: int = 0) -> str:
    return f"{words.marks.open}{safe(text, limit)}{words.marks.close}"


def _sums(found: Differences, words: Phrases) -> Iterator[Text]:
    events = [each.run for each in found.events]
    alerts = [each.run for each in found.alerts]
    said = words.compare
    yield Text(said.sum_events.format(a=events.count("A"), b=events.count("B"), changed=events.count("both")))
    yield Text(said.sum_alerts.format(a=alerts.count("A"), b=alerts.count("B")))
