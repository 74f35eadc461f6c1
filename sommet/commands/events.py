"""`sommet events` and `sommet event`: what the store knows."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas.events import Event
from sommet import config_checks
from sommet.app import store_url
from sommet.chronicle.model import Chronicle, Line, Step, chronicle
from sommet.chronicle.text import blocks
from sommet.config import Config
from sommet.config_values import nearest
from sommet.errors import ConfigError, SommetError
from sommet.knowledge import actors
from sommet.knowledge.codes import Codes, codes
from sommet.knowledge.phrases import LANGUAGES, phrases
from sommet.store import EventHistory, Store
from sommet.store.precedents import precedents, without_data
from sommet.terminal import in_utf8, safe
from sommet.wording import COLOURS, coverage, dates, sentence

TYPES = config_checks.EVENT_TYPES
STATUSES = tuple(COLOURS)
_NARROW = 60
"""Columns below which a table cannot be read."""


def known(value: str, choices: tuple[str, ...], option: str) -> str:
    """Return `value` if it is empty or one of `choices`. Raises `ConfigError` with a suggestion."""
    if not value or value in choices:
        return value
    near = nearest(value, choices)
    hint = f"; did you mean {near}?" if near else ""
    raise ConfigError(f"{option} {safe(value, 40)}: unknown; expected one of {', '.join(choices)}{hint}")


class NotKnown(SommetError):  # noqa: N818 - names what is wrong
    """No event has the id that was asked for."""


def ordered(events: tuple[Event, ...]) -> list[Event]:
    """Return events by their dates; an undated one stands where it was first seen."""
    return sorted(
        events, key=lambda event: (event.start or event.first_seen.date().isoformat(), event.first_seen)
    )


def show_events(
    config: Config,
    console: Console,
    *,
    kind: str,
    status: str,
    start: datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """Print the events reported last, oldest first: a table, or one JSON object a line."""
    with opened(config) as store:
        events = ordered(store.events(limit=limit, type=kind, status=status, since=start))
    if as_json:
        out = in_utf8(sys.stdout)
        out.writelines(f"{coded(event)}\n" for event in events)
    elif events and not _folds_itself(console):
        console.print(table(events, console.width))
    elif events:
        for event in events:
            console.print(block(event), soft_wrap=True)
    else:
        console.print(
            "no such events; `sommet run` reads the news, `sommet demo` shows a week of it", style="dim"
        )


def _folds_itself(console: Console) -> bool:
    """Say whether lines stay whole: in a file or pipe, and where a terminal is too narrow for columns."""
    return not console.is_terminal or console.width < _NARROW


def block(event: Event) -> Text:
    """Return an event as three lines, none of them cut: id, when and what; where and who; what was said."""
    text = Text(f"{event.event[:8]}  {dates(event)}  {event.type} ", style="bold")
    text.append(event.status, style=COLOURS[event.status])
    text.append(f"  {coverage(event)}", style="not bold dim")
    if facts := _facts(event):
        text.append(f"\n  {safe(facts)}", style="not bold")
    text.append(f"\n  “{safe(sentence(event))}”", style="not bold italic")
    return text


def _facts(event: Event) -> str:
    return " · ".join(part for part in (event.place, ", ".join(event.participants)) if part)


def coded(event: Event) -> str:
    """Return an event as one line of JSON, with its PLOVER and CAMEO codes."""
    return msgspec.json.encode({**whole(event), "codes": _codes(event)}).decode()


def whole(struct: msgspec.Struct) -> dict[str, Any]:
    """Return a message with every key, also where nothing is known; without the sketch of its text."""
    found = {name: getattr(struct, name) for name in struct.__struct_fields__ if name != "sketch"}
    return {
        name: whole(value) if isinstance(value, msgspec.Struct) else value for name, value in found.items()
    }


def _codes(event: Event) -> Codes:
    place = actors.load().named(event.place) if event.place else None
    elsewhere = place is not None and place.side not in event.dyad.split("-")
    return codes(event.type, event.status, event.format, elsewhere=elsewhere)


def table(events: list[Event], width: int) -> Table:
    """Return events as a table: when, what, where and who with the sentence below, how often reported."""
    found = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), expand=True)
    found.add_column("date", no_wrap=True)
    found.add_column("event", no_wrap=True)
    found.add_column("where, who, and what was said", ratio=1)
    found.add_column("reports", justify="right", no_wrap=True)
    for event in events:
        kind = Text(f"{event.type}\n")
        kind.append(event.status, style=COLOURS[event.status])
        kind.append(f"\n{event.event[:8]}", style="dim")
        facts = _facts(event)
        said = Text(safe(facts, 2 * width), style="bold")
        said.append(
            f"\n“{safe(sentence(event), 3 * width)}”" if facts else f"“{safe(sentence(event))}”",
            style="not bold italic",
        )
        reports = f"{event.articles}\n{event.lineages} origin{'s' * (event.lineages != 1)}"
        found.add_row(dates(event), kind, said, reports, end_section=True)
    return found


def show_event(config: Config, console: Console, ident: str, *, language: str, as_json: bool) -> None:
    """Print the life of one event. Raises `ConfigError`, `NotKnown`, or `AmbiguousId`."""
    if language not in LANGUAGES:
        raise ConfigError(f"--language {safe(language, 20)}: expected en or fr")
    named(ident)
    with opened(config) as store:
        found = chronicle(history := known_event(store, ident), precedents(store, history.event))
    if as_json:
        in_utf8(sys.stdout).write(f"{msgspec.json.encode(_plain(found)).decode()}\n")
        return
    for number, block in enumerate(blocks(found, phrases(language))):
        if number:
            console.print()
        console.print(block, soft_wrap=_folds_itself(console))


def named(ident: str) -> str:
    """Return the letters of an id, if there are any. Raises `ConfigError`."""
    if not ident.strip():
        raise ConfigError("ID: empty; expected the first letters of an id; `sommet events` lists them")
    return ident


def known_event(store: Store, ident: str) -> EventHistory:
    """Return an event by the first letters of its id. Raises `ConfigError`, `NotKnown`, or `AmbiguousId`."""
    found = store.event(named(ident))
    if found is None:
        raise NotKnown(f"no event has an id that begins with {safe(ident, 40)}; `sommet events` lists them")
    return found


def _plain(found: Chronicle) -> dict[str, Any]:
    return {
        "event": whole(found.event),
        "codes": _codes(found.event),
        "merged": found.merged,
        "life": [_step(step) for step in found.steps],
        "facts": {
            name: [
                {
                    "value": said.value, "shown": said.shown, "origins": said.origins,
                    "articles": [report.origin.url for report in said.reports],
                }
                for said in values
            ]
            for name, values in found.facts.items()
        },
        "reports": [
            _line(line) for line in found.lines
        ],
        "precedents": {
            "year": found.precedents.year,
            "this_year": found.precedents.this_year,
            "total": found.precedents.total,
            "first": found.precedents.first and without_data(found.precedents.first),
            "last": found.precedents.last and without_data(found.precedents.last),
            "largest": found.precedents.largest and {
                "amount": found.precedents.largest.text,
                "value": found.precedents.largest.value,
                "unit": found.precedents.largest.unit,
                "event": without_data(found.precedents.largest.event),
            },
        },
    }  # fmt: skip


def _line(line: Line) -> dict[str, Any]:
    below = [_line(copy) for copy in line.copies]
    return {**whole(line.report), "reason": line.reason, "copy": line.kind, "copies": below}


def _step(step: Step) -> dict[str, Any]:
    url = step.report.origin.url if step.report else ""
    published = step.report.origin.published if step.report else ""
    said = step.report.stated.sentence or step.report.stated.evidence if step.report else ""
    return {
        "kind": step.kind, "before": step.before, "after": step.after, "published": published, "url": url,
        "sentence": said,
    }  # fmt: skip


@contextmanager
def opened(config: Config) -> Iterator[Store]:
    """Open the store that is there; make none. Raises `NotKnown`."""
    path = config.data / "store.db"
    if not config.store and not path.is_file():
        raise NotKnown(
            f"{path} does not exist yet; `sommet run` reads the news, `sommet demo` shows a week of it"
        )
    store = Store(store_url(config))
    try:
        yield store
    finally:
        store.close()
