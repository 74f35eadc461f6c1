"""The commands of a pipeline in several processes: produce, follow; `stage` has a module of its own."""

import os
from typing import Annotated

import typer

from sommet.commands.options import ConfigFile, KafkaLog, LogLevel, MetricsAt, load_config, metrics_at
from sommet.errors import ConfigError


def produce(  # noqa: PLR0917 - typer reads options from parameters
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH]...", help="Files, folders, JSON Lines, or -.")
    ] = None,
    log: KafkaLog = "",
    once: Annotated[bool, typer.Option("--once", help="Read and poll everything once, then end.")] = False,
    metrics: MetricsAt = "",
    config: ConfigFile = None,
    log_level: LogLevel = "",
) -> None:
    """Poll the feeds and read files onto a log on Kafka, and nothing else, until SIGTERM or Ctrl-C."""
    from sommet import logs  # noqa: PLC0415

    logs.configure(os.environ, log_level)
    if not all(path.strip() for path in paths or []):
        raise ConfigError("PATH: empty; expected a file, a folder or -")
    loaded, where = load_config(config, log=log), metrics_at(metrics)
    from sommet.commands import produce as command  # noqa: PLC0415

    raise typer.Exit(command.produce(loaded, paths or [], where, once=once))


def follow(
    name: Annotated[str, typer.Argument(metavar="NAME", help="store or outbox.")],
    log: KafkaLog = "",
    metrics: MetricsAt = "",
    config: ConfigFile = None,
    log_level: LogLevel = "",
) -> None:
    """Run one follower of a log on Kafka until SIGTERM or Ctrl-C.

    The store keeps what queries read, the outbox sends what is owed.
    """
    from sommet import logs  # noqa: PLC0415

    logs.configure(os.environ, log_level)
    loaded, where = load_config(config, log=log), metrics_at(metrics)
    from sommet.commands import follow as command  # noqa: PLC0415

    command.follow(loaded, name, where)
