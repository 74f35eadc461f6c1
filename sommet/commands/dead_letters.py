"""`sommet dead-letters`: what stages rejected, and what is done with it."""

from typing import Annotated

import typer

from sommet.commands.options import AsJson, By, ConfigFile, DataFolder, KafkaLog, Note, load_config

letters_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Numbers = Annotated[list[int], typer.Argument(metavar="ID...", help="Numbers that `list` shows.")]


@letters_app.callback()
def dead_letters() -> None:
    """List the messages that stages rejected, show one, put it back through its stage, or drop it."""


@letters_app.command("list")
def list_(  # noqa: PLR0917 - typer reads options from parameters
    stage: Annotated[str, typer.Option("--stage", metavar="NAME", help="Only those of one stage.")] = "",
    settled: Annotated[bool, typer.Option("--all", help="Also those that are dealt with.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="The last ones.")] = 50,
    log: KafkaLog = "",
    as_json: AsJson = False,
    data: DataFolder = None,
    config: ConfigFile = None,
) -> None:
    """Count them by stage, and list those that are open with their age and reason."""
    from sommet.commands import letters as command  # noqa: PLC0415

    desk = command.opened(load_config(config, data, log=log))
    found = command.filed(desk, command.known_stage(stage))
    for line in command.listed(found, stage, limit=limit, settled=settled, as_json=as_json):
        typer.echo(line)


@letters_app.command()
def show(
    number: Annotated[int, typer.Argument(metavar="ID", help="The number that `list` shows.")],
    log: KafkaLog = "",
    as_json: AsJson = False,
    data: DataFolder = None,
    config: ConfigFile = None,
) -> None:
    """Show where one comes from, why it was rejected, what became of it, and the message."""
    from sommet.commands import letters as command  # noqa: PLC0415

    (found,) = command.named(command.opened(load_config(config, data, log=log)), [number])
    for line in [command.coded(found, whole=True)] if as_json else command.shown(found):
        typer.echo(line)


@letters_app.command()
def retry(  # noqa: PLR0917 - typer reads options from parameters
    numbers: Numbers,
    by: By = "",
    note: Note = "",
    log: KafkaLog = "",
    data: DataFolder = None,
    config: ConfigFile = None,
) -> None:
    """Put them back through their stages, each once."""
    from sommet.commands import letters as command  # noqa: PLC0415

    desk = command.opened(load_config(config, data, log=log))
    for line in command.settle(desk, numbers, "retried", by=by, note=note):
        typer.echo(line)


@letters_app.command()
def drop(  # noqa: PLR0917 - typer reads options from parameters
    numbers: Numbers,
    by: By = "",
    note: Note = "",
    log: KafkaLog = "",
    data: DataFolder = None,
    config: ConfigFile = None,
) -> None:
    """Say that they are dealt with; they stay in the history."""
    from sommet.commands import letters as command  # noqa: PLC0415

    desk = command.opened(load_config(config, data, log=log))
    for line in command.settle(desk, numbers, "dropped", by=by, note=note):
        typer.echo(line)
