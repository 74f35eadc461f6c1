"""The life of an event on a terminal, in the language asked for. Every text from outside comes out safe."""

from collections.abc import Callable, Iterator, Sequence

from rich.text import Text

from schemas.events import Event, Report
from sommet.chronicle.model import Chronicle, Line, Step
from sommet.knowledge.phrase_words import Plural
from sommet.knowledge.phrases import Phrases
from sommet.outbox.dates import changed, interval
from sommet.outbox.names import actor_name, place_name
from sommet.terminal import safe
from sommet.wording import COLOURS

SENTENCE = 300
NAMED = 6  # outlets that are named beside a value


def blocks(found: Chronicle, words: Phrases) -> Iterator[Text]:
    """Yield what is to be printed, one block after the other, with a blank line between."""
    chronicle = words.chronicle
    yield _head(found, words)
    yield _section(chronicle.life, (_step(step, words) for step in found.steps))
    yield _section(chronicle.facts, (_fact(name, found, words) for name in found.facts))
    yield _section(chronicle.reports, (_line(line, words) for line in found.lines))
    yield _section(chronicle.precedents, (Text(f"  {line}") for line in precedents(found, words)))


def precedents(found: Chronicle, words: Phrases) -> list[str]:
    """Return what is known of the time before an event, as sentences."""
    known, chronicle = found.precedents, words.chronicle
    if not known.first or not known.last:
        return [chronicle.no_precedent]
    last = known.last
    place = f", {place_name(last.place, words)}" if last.place else ""
    sentences = [
        chronicle.this_year.format(year=known.year, n=known.this_year),
        chronicle.in_all.format(date=_when(known.first, words), n=known.total),
        chronicle.last.format(date=_when(last, words), place=place),
    ]
    if known.largest:
        amount = known.largest
        sentences.append(
            chronicle.largest.format(amount=safe(amount.text, 80), date=_when(amount.event, words))
        )
    return sentences


def _section(title: str, rows: Iterator[Text]) -> Text:
    text = Text(title, style="bold")
    for row in rows:
        text.append("\n")
        text.append_text(row)
    return text


def _head(found: Chronicle, words: Phrases) -> Text:
    event = found.event
    text = Text(_title(event, words), style=f"bold {COLOURS[event.status]}")
    if event.unreported:
        text.append(f" ({words.chronicle.unreported})", style="not bold yellow")
    people = ", ".join(actor_name(name, words) for name in event.participants)
    place = place_name(event.place, words) if event.place else ""
    facts = [_when(event, words), place, people, words.formats.get(event.format, "")]
    text.append(f"\n{safe(' · '.join(filter(None, facts)))}", style="not bold default")
    notes = words.notes
    counts = f"{_plural(event.articles, notes.articles)}, {_plural(event.lineages, notes.sources)}"
    langs = ", ".join(event.langs)
    merged = words.chronicle.merged.format(ids=", ".join(found.merged)) if found.merged else ""
    line = " · ".join(filter(None, [event.event, counts, langs, merged]))
    text.append(f"\n{line}", style="not bold dim")
    return text


def _title(event: Event, words: Phrases) -> str:
    calls = words.calls.get(event.format)
    return (calls or words.types[event.type].titles)[event.status]


def _when(event: Event, words: Phrases) -> str:
    if event.basis == "report":
        return words.dates.reported.format(last=interval(event.end, event.end, words))
    return interval(event.start, event.end, words)


def _step(step: Step, words: Phrases) -> Text:
    read: Callable[[str], str] = {
        "place": lambda value: place_name(value, words),
        "new": lambda value: words.explain.statuses.get(value, value),
        "status": lambda value: words.explain.statuses.get(value, value),
    }.get(step.kind, lambda value: changed(value, words))
    said = words.chronicle.steps[step.kind].format(before=read(step.before), after=read(step.after))
    text = Text("  ")
    text.append(f"{_published(step.report):<16}  " if step.report else " " * 18, style="dim")
    text.append(safe(said), style="bold")
    if step.report:
        text.append(f"  {_source(step.report)}", style="dim")
        text.append("\n  ")
        text.append(_quoted(step.report, words), style="italic")
    return text


def _fact(name: str, found: Chronicle, words: Phrases) -> Text:
    read: Callable[[str], str] = {
        "place": lambda value: place_name(value, words),
        "status": lambda value: words.explain.statuses.get(value, value),
        "format": lambda value: words.formats.get(value, value),
        "date": lambda value: changed(value, words),
        "participants": lambda value: ", ".join(actor_name(part, words) for part in value.split(", ")),
    }.get(name, lambda value: value)
    text = Text(f"  {words.chronicle.attributes[name]}", style="dim")
    for said in found.facts[name]:
        sources = list(dict.fromkeys(_source(report) for report in said.reports))
        more = f" +{len(sources) - NAMED}" if len(sources) > NAMED else ""
        text.append("\n    ")
        text.append(safe(read(said.value), 200), style="bold not dim" if said.shown else "not dim")
        text.append(f"  {_plural(said.origins, words.notes.sources)}", style="not dim")
        text.append(f"  {', '.join(sources[:NAMED])}{more}", style="dim")
    return text


def _line(line: Line, words: Phrases) -> Text:
    text = _article(line.report, "  ", words)
    text.append_text(_copies(line.copies, "    ", words))
    return text


def _copies(copies: Sequence[Line], indent: str, words: Phrases) -> Text:
    text = Text(style="dim")
    for number, copy in enumerate(copies, 1):
        last = number == len(copies)
        origin = copy.report.origin
        kind = words.chronicle.copies[copy.kind]
        text.append(
            f"\n{indent}{'└' if last else '├'} {_published(copy.report):<16}  {_source(copy.report)}  {kind}"
        )
        below = f"{indent}{' ' if last else '│'} "
        text.append(f"\n{below}{safe(origin.url)}")
        text.append_text(_copies(copy.copies, below, words))
    return text


def _article(report: Report, indent: str, words: Phrases) -> Text:
    origin = report.origin
    text = Text(indent)
    text.append(f"{_published(report):<16}  ", style="dim")
    text.append(_source(report), style="bold")
    text.append(f"  {words.explain.statuses[report.stated.status]}", style=COLOURS[report.stated.status])
    text.append(f"\n{indent}{_quoted(report, words)}", style="italic")
    text.append(f"\n{indent}{safe(origin.url)}", style="dim")
    return text


def _published(report: Report) -> str:
    return safe(report.origin.published[:16].replace("T", " "))


def _source(report: Report) -> str:
    origin = report.origin
    agency = f", {origin.agency}" if origin.agency else ""
    return safe(f"{origin.outlet or origin.source} ({origin.lang}{agency})", 80)


def _quoted(report: Report, words: Phrases) -> str:
    sentence = report.stated.sentence or report.stated.evidence
    return f"{words.marks.open}{safe(sentence, SENTENCE)}{words.marks.close}"


def _plural(number: int, words: Plural) -> str:
    return (words.one if number == 1 else words.other).format(n=number)
