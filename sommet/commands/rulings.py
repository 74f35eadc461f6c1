"""`sommet events merge` and `sommet events split`: a person overrules the machine."""

from collections.abc import Sequence

from rich.console import Console

from schemas.events import EventMentions, Origin, Ruling
from schemas.topics import MENTIONS
from sommet import app, clock, ids
from sommet.commands.events import known_event, opened
from sommet.config import Config
from sommet.errors import ConfigError, StorageError
from sommet.runtime.beside import append_beside
from sommet.runtime.embedded import Embedded
from sommet.store import EventHistory
from sommet.terminal import safe

LONGEST_NOTE = 500


def merge(config: Config, console: Console, idents: Sequence[str], *, by: str, note: str) -> None:
    """Make events one: the first one named stays. Raises `ConfigError` for what cannot be one."""
    with opened(config) as store:
        found = [known_event(store, ident) for ident in idents]
    first = found[0].event
    if len({history.event.event for history in found}) < len(found):
        raise ConfigError("the same event is named twice; give the ids of different events")
    for history in found[1:]:
        if history.event.type != first.type:
            raise ConfigError(
                f"{first.event} is of type {first.type}, {history.event.event} of type {history.event.type}: "
                "only events of one type can be one"
            )
    groups = tuple(tuple(report.statement for report in history.reports) for history in found)
    ruling = Ruling(kind="merge", groups=groups, by=safe(by, 80), note=safe(note, LONGEST_NOTE))
    _apply(config, console, first.dyad, ruling)
    others = ", ".join(history.event.event for history in found[1:])
    console.print(f"{others}: part of {first.event} from now on", soft_wrap=True)


def split(
    config: Config,
    console: Console,
    ident: str,
    articles: Sequence[str],
    *,
    by: str,
    note: str,
) -> None:
    """Cut reports out of an event; they are an event of their own. Raises `ConfigError` for wrong ones."""
    with opened(config) as store:
        found = known_event(store, ident)
    out = [_statement(found, article) for article in articles]
    rest = [report.statement for report in found.reports if report.statement not in out]
    if not rest:
        raise ConfigError("every report of the event is named; leave at least one in it")
    ruling = Ruling(
        kind="split", groups=(tuple(rest), tuple(dict.fromkeys(out))), by=safe(by, 80), note=safe(note, 500)
    )
    _apply(config, console, found.event.dyad, ruling)
    with opened(config) as store:
        heir = store.event_of(out[0])
    here = f" {heir}" if heir and heir != found.event.event else ""
    console.print(
        f"{len(set(out))} cut out of {found.event.event}: an event of its own{here}", soft_wrap=True
    )


def _statement(found: EventHistory, article: str) -> str:
    """Return the statement of the report that is named by its URL, its article's id or a part of either."""
    named = [
        report.statement
        for report in found.reports
        if article.strip() and (article in report.url or report.article.startswith(article))
    ]
    if len(named) != 1:
        told = "no report of the event has" if not named else f"{len(named)} reports of the event have"
        raise ConfigError(
            f"{told} {safe(article, 120)} in the address; `sommet event {found.event.event}` lists them"
        )
    return named[0]


def _apply(config: Config, console: Console, dyad: str, ruling: Ruling) -> None:
    """Write the ruling to the log; where it is a file and no instance runs, take it in at once."""
    now = clock.now()
    ident = ids.digest(
        "ruling", ruling.kind, now.isoformat(), *(name for group in ruling.groups for name in group)
    )
    message = EventMentions(
        id=f"ruling/{ident}",
        at=now,
        dyad=dyad,
        origin=Origin(article=f"ruling/{ident}", url="", source="person", published=now.isoformat()),
        ruling=ruling,
    )
    if config.log.url:
        _append(config, message)
        console.print("the stages take this in with their next round", style="dim")
        return
    path = config.data / "log.db"
    append_beside(path, MENTIONS, [message])
    try:
        driver = Embedded(path, app.pipeline(config), versions=app.versions())
    except StorageError:
        console.print("a running instance takes this in with its next round", style="dim")
        return
    with driver, opened(config) as store:
        driver.drain()
        store.follow(driver)


def _append(config: Config, message: EventMentions) -> None:
    from sommet.runtime.kafka import Kafka  # noqa: PLC0415 - only who asks for it waits for the client
    from sommet.runtime.kafka_client import Cluster  # noqa: PLC0415

    with Kafka(Cluster.of(config.log), (), topics=[MENTIONS], versions=app.versions()) as driver:
        driver.append([message])
