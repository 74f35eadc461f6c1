"""The commands on events: list them, show one, overrule what was joined."""

from typing import Annotated

import typer

from sommet.commands.options import AsJson, By, ConfigFile, DataFolder, KafkaLog, Language, Note, load_config

events_app = typer.Typer(invoke_without_command=True, rich_markup_mode=None)


@events_app.callback()
def events(  # noqa: PLR0917 - typer reads options from parameters
    context: typer.Context,
    kind: Annotated[str, typer.Option("--type", help="Such as summit or energy.")] = "",
    status: Annotated[
        str, typer.Option("--status", help="planned, occurred, cancelled, denied or alleged.")
    ] = "",
    since: Annotated[
        str, typer.Option("--since", help="Reported since a day, or how long ago: 2026-10-12, 7d.")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="The events reported last.")] = 50,
    as_json: AsJson = False,
    data: DataFolder = None,
    config: ConfigFile = None,
) -> None:
    """List what is known, by date; `merge` and `split` overrule what was joined."""
    if context.invoked_subcommand:
        return
    from rich.console import Console  # noqa: PLC0415

    from sommet.commands import events as command  # noqa: PLC0415
    from sommet.commands.given import moment  # noqa: PLC0415

    command.show_events(
        load_config(config, data),
        Console(highlight=False),
        kind=command.known(kind, command.TYPES, "--type"),
        status=command.known(status, command.STATUSES, "--status"),
        start=moment(since, "--since"),
        limit=limit,
        as_json=as_json,
    )


@events_app.command()
def merge(  # noqa: PLR0917 - typer reads options from parameters
    first: Annotated[str, typer.Argument(metavar="ID", help="The event that stays, or its first letters.")],
    others: Annotated[list[str], typer.Argument(metavar="ID...", help="Events that are the same one.")],
    by: By = "",
    note: Note = "",
    log: KafkaLog = "",
    config: ConfigFile = None,
) -> None:
    """Say that events are one; it holds from then on, for later reports too."""
    from rich.console import Console  # noqa: PLC0415

    from sommet.commands import rulings as command  # noqa: PLC0415

    loaded = load_config(config, log=log)
    command.merge(loaded, Console(highlight=False), [first, *others], by=by, note=note)


@events_app.command()
def split(  # noqa: PLR0917 - typer reads options from parameters
    ident: Annotated[str, typer.Argument(metavar="ID", help="The event, or the first letters of its id.")],
    articles: Annotated[
        list[str], typer.Argument(metavar="URL...", help="Reports that do not belong to it.")
    ],
    by: By = "",
    note: Note = "",
    log: KafkaLog = "",
    config: ConfigFile = None,
) -> None:
    """Cut reports out of an event: together they are an event of their own."""
    from rich.console import Console  # noqa: PLC0415

    from sommet.commands import rulings as command  # noqa: PLC0415

    loaded = load_config(config, log=log)
    command.split(loaded, Console(highlight=False), ident, articles, by=by, note=note)


def event(
    ident: Annotated[str, typer.Argument(metavar="ID", help="The id of an event, or its first letters.")],
    language: Language = "",
    as_json: AsJson = False,
    data: DataFolder = None,
    config: ConfigFile = None,
) -> None:
    """Show the life of one event: its turns, what is stated by whom, its reports, its precedents."""
    from rich.console import Console  # noqa: PLC0415

    from sommet.commands import events as command  # noqa: PLC0415

    loaded = load_config(config, data)
    command.show_event(
        loaded, Console(highlight=False), ident, language=language or loaded.language, as_json=as_json
    )
