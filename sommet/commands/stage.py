"""`sommet stage`: one stage over a log on Kafka, as one of several processes."""

import os
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sommet.commands.options import ConfigFile, KafkaLog, LogLevel, MetricsAt, load_config, metrics_at
from sommet.errors import ConfigError
from sommet.terminal import safe

if TYPE_CHECKING:
    from sommet.commands.service import Service
    from sommet.runtime.kafka import Kafka

BEAT = 0.1
"""Seconds between two looks at a source that is dry."""
STILL = 300.0
"""Seconds without a round or message after which the group takes a member for dead, and so do we."""
LOOK = 15.0
"""Seconds between two counts of the dead letters."""


def stage(  # noqa: PLR0917 - typer reads options from parameters
    name: Annotated[str, typer.Argument(metavar="NAME", help="clean, extract, classify, resolve or alert.")],
    log: KafkaLog = "",
    member: Annotated[
        str,
        typer.Option("--member", metavar="NAME", help="Keeps its partitions over a restart."),
    ] = "",
    metrics: MetricsAt = "",
    config: ConfigFile = None,
    log_level: LogLevel = "",
) -> None:
    """Run one stage over a log on Kafka until SIGTERM or Ctrl-C.

    Processes of the same stage share its partitions; what one leaves, another takes up.
    """
    from sommet import logs  # noqa: PLC0415
    from sommet.runtime import topics  # noqa: PLC0415
    from sommet.runtime.kafka_client import Cluster  # noqa: PLC0415

    logs.configure(os.environ, log_level)
    names = topics.sources(topics.load())
    if name not in names:
        raise ConfigError(f"{safe(name, 40)}: no stage of that name; there are {', '.join(names)}")
    loaded, where = load_config(config, log=log), metrics_at(metrics)
    cluster = Cluster.of(loaded.log)
    from sommet.app import pipeline, versions  # noqa: PLC0415
    from sommet.commands.service import metered, service  # noqa: PLC0415
    from sommet.pulse import Pulse  # noqa: PLC0415
    from sommet.runtime.kafka import Kafka  # noqa: PLC0415

    with service(where, Pulse(metered(), still=STILL)) as running:
        rules = [rule.name for rule in loaded.alerts.rules] if name == "alert" else []
        running.metrics.expect([name], rules, loaded.receivers if rules else ())
        with Kafka(
            cluster,
            pipeline(loaded),
            work=[name],
            workers=loaded.workers,
            observer=running.told,
            versions=versions(),
            member=member,
            partitions=loaded.log.partitions,
        ) as driver:
            running.ask(driver.unready)
            typer.echo(f"{name} runs over {loaded.log.url}")
            with running.pulse.measuring(driver.standings) if where.port else nullcontext():
                running.rounds(_round(name, driver, running), BEAT)


def _round(name: str, driver: "Kafka", running: "Service") -> Callable[[], Any]:
    """Return one round: all that waits, and every now and then a count of the dead letters."""
    from sommet import clock  # noqa: PLC0415
    from sommet.runtime.desk import ALL, Open  # noqa: PLC0415

    letters = partial(driver.dead_letters, name, limit=ALL)
    counted, looked = Open(), -LOOK

    def step() -> None:
        nonlocal looked
        driver.run_until_idle()
        if clock.monotonic() - looked < LOOK:
            return
        looked = clock.monotonic()
        if counted.look(driver, letters, running.board.counts["rejected"]):
            running.metrics.dead_letters(counted.counts)

    return step
