"""`sommet stage`: one stage over a log on Kafka, as one of several processes."""

import os
import threading
from typing import Annotated

import typer

from sommet.commands.options import ConfigFile, KafkaLog, LogLevel, load_config
from sommet.errors import ConfigError
from sommet.terminal import safe

BEAT = 0.1
"""Seconds between two looks at a source that is dry."""


def stage(
    name: Annotated[str, typer.Argument(metavar="NAME", help="clean, extract, classify, resolve or alert.")],
    log: KafkaLog = "",
    member: Annotated[
        str,
        typer.Option("--member", metavar="NAME", help="Keeps its partitions over a restart."),
    ] = "",
    config: ConfigFile = None,
    log_level: LogLevel = "",
) -> None:
    """Run one stage over a log on Kafka until SIGTERM or Ctrl-C.

    Processes of the same stage share its partitions; what one leaves, another takes up.
    """
    from sommet import logs  # noqa: PLC0415
    from sommet.runtime.kafka_client import Cluster  # noqa: PLC0415

    logs.configure(os.environ, log_level)
    loaded = load_config(config)
    log = log or loaded.log.url
    cluster = Cluster.named(log, loaded.log)
    from sommet.app import pipeline, versions  # noqa: PLC0415
    from sommet.commands.ending import on_signals  # noqa: PLC0415
    from sommet.runtime.kafka import Kafka  # noqa: PLC0415
    from sommet.store.outage import Outage  # noqa: PLC0415
    from sommet.watch import Halt, Halted  # noqa: PLC0415

    stop, halt = threading.Event(), Halt()
    halt.event = stop
    with on_signals(stop, 0):
        stages = pipeline(loaded)
        names = [one.name for one in stages]
        if name not in names:
            raise ConfigError(f"{safe(name, 40)}: no stage of that name; there are {', '.join(names)}")
        outage = Outage(lambda text: typer.echo(safe(text), err=True))
        with Kafka(
            cluster,
            stages,
            work=[name],
            workers=loaded.workers,
            observer=halt,
            versions=versions(),
            member=member,
            partitions=loaded.log.partitions,
        ) as driver:
            typer.echo(f"{name} runs over {log}")
            while not stop.is_set():
                try:
                    outage.bear(name, driver.run_until_idle)
                except Halted:
                    break
                stop.wait(BEAT)
