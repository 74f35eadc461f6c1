"""An explanation on a terminal. What is marked by colour is marked by brackets too; all text is safe."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from sommet.explain.model import Explanation, Happening, Line, Marked, Quotation, Statement
from sommet.explain.words import Fact, Speaker
from sommet.terminal import safe
from sommet.wording import COLOURS

_SIDES = ("red", "yellow")
_STYLES = {"time": "cyan", "amount": "green", "other": "magenta", "none": "blue"}


def show(found: Explanation, console: Console, speaker: Speaker) -> None:
    """Print one text, explained."""
    for part in _parts(found, speaker):
        console.print(part)


def _parts(found: Explanation, speaker: Speaker) -> Iterator[RenderableType]:
    labels = speaker.labels
    yield Rule(Text(safe(found.title, 200) or safe(found.id), style="bold"), align="left", style="dim")
    yield Text(
        " · ".join(safe(part) for part in (found.outlet or found.source, found.url) if part), style="dim"
    )
    yield _facts(speaker.cleaned(found))
    yield _facts(speaker.gate(found))
    for line in found.sentences:
        if line.frames or line.guess or line.refused:
            yield from _sentence(found, line, speaker)
    if found.classifier:
        yield Text(f"\n{labels.classifier}{speaker.colon}{speaker.why(found.classifier)}", style="dim")
    if found.quotes:
        yield Text(f"\n{labels.quotations}", style="bold")
    for quote in found.quotes:
        yield _quotation(quote, speaker)
    if found.gate.passes and found.gate.analysed:
        yield from _events(found, speaker)


def _sentence(found: Explanation, line: Line, speaker: Speaker) -> Iterator[RenderableType]:
    kind = "" if line.kind == "body" else f" ({speaker.words.blocks[line.kind]})"
    head = Text(f"\n{speaker.labels.sentence} {line.number}{kind}  ", style="dim")
    head.append_text(inline(line, speaker, found.dyad.split("-")))
    yield head
    for number in line.frames:
        yield Padding(_frame(found.frames[number - 1], speaker), (0, 0, 0, 2))
    if line.guess:
        yield Text(f"  {speaker.labels.classifier}{speaker.colon}{speaker.why(line.guess)}", style="blue")
    if line.refused:
        refused = "; ".join(dict.fromkeys(speaker.refused(each) for each in line.refused))
        yield Padding(Text(f"{speaker.labels.not_read}{speaker.colon}{refused}", style="dim"), (0, 0, 0, 2))


def inline(line: Line, speaker: Speaker, sides: Sequence[str]) -> Text:
    """Return a sentence with what it names in brackets, each with its label."""
    text, at = Text(style="not dim"), line.start
    for mark in line.marked:
        text.append(safe(line.text[at - line.start : mark.start - line.start]))
        style = style_of(mark, sides)
        text.append(f"[{safe(mark.text)}", style=f"bold {style}")
        text.append(f" {speaker.tag(mark)}]", style=style)
        at = mark.end
    text.append(safe(line.text[at - line.start :]))
    return text


def style_of(mark: Marked, sides: Sequence[str]) -> str:
    """Return the colour of what a stretch of text names."""
    if mark.time:
        return _STYLES["time"]
    if mark.value is not None:
        return _STYLES["amount"]
    own = [who.side for who in mark.who]
    if set(sides) <= set(own):
        return "bright_red"
    return next(
        (colour for side, colour in zip(sides, _SIDES, strict=True) if side in own),
        _STYLES["other" if any(own) else "none"],
    )


def _quotation(quote: Quotation, speaker: Speaker) -> RenderableType:
    head = Text(f"{speaker.labels.quotation} {quote.number}  ", style="dim")
    head.append(safe(quote.text), style="not dim italic")
    return Group(head, _facts(speaker.quotation(quote)))


def _frame(frame: Statement, speaker: Speaker) -> RenderableType:
    labels = speaker.labels
    head = Text(f"{labels.frame} {frame.number}  ", style="bold")
    head.append(frame.concept, style="bold magenta")
    head.append(f"  {labels.weight} {speaker.share(frame.weight)}", style="not bold")
    for flag in speaker.flags(frame):
        head.append(f"  {flag}", style="not bold yellow")
    fate = f"{labels.event} {frame.event}" if frame.event else labels.no_event
    head.append(f"  → {fate}", style="bold green" if frame.event else "bold red")
    facts = speaker.facts(frame)
    facts += [Fact(labels.why, speaker.why(why)) for why in frame.why]
    facts += [Fact(labels.no_event, speaker.why(why)) for why in frame.dropped]
    return Group(head, _facts(facts))


def _events(found: Explanation, speaker: Speaker) -> Iterator[RenderableType]:
    labels = speaker.labels
    yield Text()
    yield Rule(Text(labels.events, style="bold"), align="left", style="dim")
    if not found.events:
        yield Text(labels.nothing)
    for event in found.events:
        yield _event(event, speaker)
    lost = [frame for frame in found.frames if not frame.event]
    if lost:
        yield Text(f"\n{labels.not_events}", style="bold")
        yield _facts(
            Fact(f"{labels.frame} {f.number}", "; ".join(speaker.why(why) for why in f.dropped)) for f in lost
        )


def _event(event: Happening, speaker: Speaker) -> RenderableType:
    said = event.mention
    head = Text(f"\n{speaker.labels.event} {event.number}  {speaker.words.types[said.type]}  ", style="bold")
    head.append(speaker.words.statuses[said.status], style=COLOURS[said.status])
    head.append(f"  {speaker.words.salience[said.salience]}", style="not bold")
    quote = Text(speaker.quoted(said.evidence), style="italic")
    why = [Fact(speaker.labels.why, speaker.why(why)) for why in event.why]
    return Group(head, Padding(quote, (0, 0, 0, 2)), _facts([*speaker.event(event), *why]))


def _facts(facts: Iterable[Fact]) -> RenderableType:
    """Return facts in two columns; a label that stands before several is written once."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", max_width=22)
    table.add_column(ratio=1)
    before = ""
    for fact in facts:
        table.add_row(Text("" if fact.label == before else fact.label), Text(fact.value))
        before = fact.label
    return Padding(table, (0, 0, 0, 2))
