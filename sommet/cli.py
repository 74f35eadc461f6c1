"""The command line. Each command imports what it needs when it is called."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from sommet.commands.dead_letters import letters_app
from sommet.commands.init import init
from sommet.commands.lag import lag
from sommet.commands.listing import event, events_app
from sommet.commands.options import (
    AsJson,
    ConfigFile,
    DataFolder,
    KafkaLog,
    Language,
    LogLevel,
    MetricsAt,
    load_config,
)
from sommet.commands.services import follow, produce
from sommet.commands.stage import stage
from sommet.commands.topics import topics_app
from sommet.errors import ConfigError, SommetError, StorageError
from sommet.terminal import forgiving, in_utf8, safe

DIFFERENT, USAGE, STORAGE, INTERRUPTED = 1, 2, 3, 130
EPILOG = (
    "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, "
    "3 a database cannot be used, 4 an alert failed or is still owed (run --once), 130 interrupted."
)


class Commands(TyperGroup):
    """Turns what can go wrong into one line and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Call a command."""
        try:
            return super().invoke(ctx)
        except SommetError as error:
            _say(str(error))
            ctx.exit(
                USAGE if isinstance(error, ConfigError) else STORAGE if isinstance(error, StorageError) else 1
            )
        except KeyboardInterrupt:
            _say("interrupted")
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            _forget_output()
            ctx.exit(0)


app = typer.Typer(
    cls=Commands,
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Watches the news and tells you once, with its sentence and its source, "
    "when Russia and China do something together or to each other.",
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # noqa: PLC0415

        typer.echo(f"sommet {version('sommet')}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Take options of all commands."""


@app.command()
def run(  # noqa: PLR0917 - typer reads options from parameters
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH]...", help="Files, folders, JSON Lines, or -.")
    ] = None,
    config: ConfigFile = None,
    once: Annotated[
        bool, typer.Option("--once", help="Read and poll everything once, tell what is due, end.")
    ] = False,
    log: KafkaLog = "",
    metrics: MetricsAt = "",
    log_level: LogLevel = "",
) -> None:
    """Watch the sources and tell what happens, until Ctrl-C."""
    from sommet import logs  # noqa: PLC0415

    live = sys.stdout.isatty() and sys.stderr.isatty()
    logs.configure(
        os.environ, log_level or ("error" if live and not os.environ.get("SOMMET_LOG_LEVEL") else "")
    )
    loaded = load_config(config, metrics=metrics, log=log)
    from sommet.commands import run as command  # noqa: PLC0415

    raise typer.Exit(command.run(loaded, paths or [], once=once))


@app.command()
def demo(
    language: Annotated[
        str, typer.Option("--language", metavar="LANG", help="Of the alerts: en or fr.")
    ] = "en",
    log_level: LogLevel = "error",
) -> None:
    """Show a bundled week of news, offline; nothing stays."""
    from rich.console import Console  # noqa: PLC0415

    from sommet import logs  # noqa: PLC0415
    from sommet.commands import demo as command  # noqa: PLC0415

    if language not in {"en", "fr"}:
        raise ConfigError(f"--language {safe(language, 20)}: expected en or fr")
    logs.configure(os.environ, log_level)
    raise typer.Exit(command.demo(Console(highlight=False), language))


@app.command()
def code(
    documents: Annotated[
        str, typer.Argument(metavar="DOCS.jsonl", help="Documents, one JSON object a line, or -.")
    ],
    config: ConfigFile = None,
) -> None:
    """Write the events that each document of a file states.

    One JSON object a line, in the order of the input; progress goes to standard error.
    """
    from sommet import logs  # noqa: PLC0415

    logs.configure(os.environ, "error")
    if not documents.strip():
        raise ConfigError("DOCS.jsonl: empty; expected a file or -")
    loaded = load_config(config)
    from sommet.commands import code as command  # noqa: PLC0415
    from sommet.commands.progress import Progress  # noqa: PLC0415

    command.code(documents, loaded, in_utf8(sys.stdout), Progress(sys.stderr, "documents"))


@app.command()
def explain(  # noqa: PLR0917 - typer reads options from parameters
    text: Annotated[
        str,
        typer.Argument(metavar="URL|FILE|-", help="An address, a text, a page, JSON Lines, or - for input."),
    ],
    ident: Annotated[str, typer.Option("--id", metavar="ID", help="Only this document of a file.")] = "",
    date: Annotated[
        str, typer.Option("--date", metavar="DATE", help="Published then, whatever the text says.")
    ] = "",
    lang: Annotated[
        str, typer.Option("--lang", metavar="LANG", help="Claimed language: fr, en, ru or zh.")
    ] = "",
    title: Annotated[str, typer.Option("--title", metavar="TITLE", help="Title; all else is text.")] = "",
    page: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page instead; - is the output.")
    ] = None,
    language: Annotated[
        str, typer.Option("--language", metavar="LANG", help="Of the explanation: en or fr.")
    ] = "",
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Show what is read in one text, and why.

    Entities, times, amounts, frames and events, each with the rule or weight behind it.
    """
    from sommet import logs  # noqa: PLC0415

    logs.configure(os.environ, "error")
    loaded = load_config(config)
    from sommet.commands import explain as command  # noqa: PLC0415
    from sommet.commands import explain_input as taken  # noqa: PLC0415

    given = taken.Given(text, id=ident, date=date, lang=lang, title=title)
    found = command.explained(given, loaded, sys.stdin.buffer)
    command.write(found, command.speaker(language or loaded.language), page=page, as_json=as_json)


app.add_typer(events_app, name="events")
app.command()(event)


@app.command()
def replay(  # noqa: PLR0917 - typer reads options from parameters
    since: Annotated[
        str,
        typer.Option(
            "--since", metavar="DATE", help="Articles of that day or later; earlier events are unknown."
        ),
    ] = "",
    until: Annotated[
        str, typer.Option("--until", metavar="DATE", help="Articles of that day or earlier: 2026-10-12, 7d.")
    ] = "",
    topic: Annotated[
        str,
        typer.Option(
            "--topic", metavar="TOPIC", help="articles.raw, articles, articles.annotated, event-mentions."
        ),
    ] = "articles.raw",
    rules: Annotated[
        Path | None,
        typer.Option("--rules", metavar="FILE", help="A configuration whose alerts count instead."),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="FOLDER", help="A new folder; else var-replay beside var."),
    ] = None,
    language: Language = "",
    data: DataFolder = None,
    config: ConfigFile = None,
) -> None:
    """Recompute what `run` has read, with the present code and rules; nothing is sent.

    The articles in the log go through the stages once more, into a new folder. With --since nothing from
    before is known: an event of earlier days counts as new, and alerts as new, where it is told again.
    """
    from sommet import logs  # noqa: PLC0415

    logs.configure(os.environ, "error")
    loaded = load_config(config, data, rules)
    from sommet.commands import given  # noqa: PLC0415
    from sommet.commands import replay as command  # noqa: PLC0415
    from sommet.commands.progress import Progress  # noqa: PLC0415

    words = given.words(language or loaded.language)
    first, before = given.span(since, until)
    begin = command.topic(topic)
    progress = Progress(sys.stderr, "articles")
    done = command.replay(loaded, progress, begin=begin, since=first, before=before, into=into)
    for line in command.summary(done, words):
        typer.echo(line)


@app.command()
def diff(
    a: Annotated[Path, typer.Argument(metavar="A", help="The folder of a run or replay, or its log.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    as_json: AsJson = False,
    language: Language = "",
    config: ConfigFile = None,
) -> None:
    """Show in which events and alerts two runs differ.

    Events are matched by the articles they are made of. Exit codes: 0 equal, 1 different, 2 cannot say.
    """
    from rich.console import Console  # noqa: PLC0415

    from sommet.commands import diff as command  # noqa: PLC0415
    from sommet.commands import given  # noqa: PLC0415

    words = given.words(language or load_config(config).language)
    runs, found = command.compared(a, b)
    try:
        command.write(found, runs, Console(highlight=False), words, as_json=as_json)
    except BrokenPipeError:
        _forget_output()  # nobody reads on; the answer stays what it is
    if not found.equal:
        raise typer.Exit(DIFFERENT)


@app.command("check-config")
def check_config(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Else sommet.yaml.")] = None,
) -> None:
    """Say what is wrong with a configuration, or what it means."""
    from sommet import config_file  # noqa: PLC0415

    loaded = load_config(file)
    if len(loaded.receivers) > 1:
        from sommet.outbox.build import build_receivers  # noqa: PLC0415

        build_receivers(loaded.receivers)  # what a start checks too
    found = file or (config_file.DEFAULT if config_file.DEFAULT.is_file() else None)
    typer.echo(f"{found}: right" if found else "no sommet.yaml here: the defaults hold")
    typer.echo(config_file.summary(loaded))


app.command()(init)
app.command()(stage)
app.command()(produce)
app.command()(follow)
app.command()(lag)
app.add_typer(topics_app, name="topics")
app.add_typer(letters_app, name="dead-letters")


def _say(text: str) -> None:
    for line in text.split("\n"):
        typer.echo(safe(line), err=True)


def _forget_output() -> None:
    """Nobody reads the output: let the interpreter's last flush go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, and end the process.

    All databases are closed by then. The interpreter is not taken down: native libraries that several
    threads have used may crash while they are.
    """
    from sommet.commands.ending import leave  # noqa: PLC0415

    forgiving(sys.stdout)
    forgiving(sys.stderr)
    try:
        app(arguments)
    except SystemExit as ended:
        if isinstance(ended.code, str):
            _say(ended.code)
        leave(ended.code if isinstance(ended.code, int) else bool(ended.code))
