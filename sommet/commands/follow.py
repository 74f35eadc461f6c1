"""`sommet follow`: one follower of a log on Kafka, the store or the outbox, as a process of its own."""

from collections.abc import Callable
from contextlib import closing

from sommet import clock
from sommet.app import store_url, versions
from sommet.commands.service import Service, metered, service
from sommet.config import Config
from sommet.config import Metrics as Where
from sommet.errors import ConfigError
from sommet.outbox.build import build_receivers
from sommet.outbox.outbox import Outbox
from sommet.pulse import Beating, Pulse
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster
from sommet.store import Store
from sommet.terminal import safe

BEAT = 0.5
"""Seconds between two looks at the topics."""


def follow(config: Config, name: str, where: Where) -> None:
    """Follow the log until a signal comes. Raises `ConfigError` for a follower that there is not."""
    if name not in _STEPS:
        raise ConfigError(f"{safe(name, 40)}: no follower of that name; there are {', '.join(_STEPS)}")
    cluster = Cluster.of(config.log)
    with (
        service(where, Pulse(metered())) as running,
        Kafka(cluster, (), versions=versions(), partitions=config.log.partitions) as driver,
        closing(Store(store_url(config), tell=running.told.note)) as store,
    ):
        behind = [f"{name} has not caught up"]
        running.ask(lambda: behind[0])
        step = _STEPS[name](config, driver, store, running)
        print(f"{name} follows {config.log.url}", flush=True)  # noqa: T201 - the first word of a service

        def once() -> None:
            step()
            behind[0] = ""

        running.rounds(once, BEAT)


def _store(_: Config, driver: Kafka, store: Store, running: Service) -> Callable[[], object]:
    log = Beating(driver, running.pulse)
    return lambda: store.follow(log)


def _outbox(config: Config, driver: Kafka, store: Store, running: Service) -> Callable[[], object]:
    receiving = build_receivers(config.receivers)
    running.metrics.expect((), (rule.name for rule in config.alerts.rules), receiving)
    log = Beating(driver, running.pulse)
    outbox = Outbox(
        store.database,
        receiving,
        log=log,
        now=clock.now,
        language=config.language,
        checkpoint=lambda _: running.pulse.beat(),
        tell=running.told.note,
    )

    def step() -> None:
        outbox.follow(log)
        for delivery in outbox.send_due(clock.now()):
            running.told.delivered(delivery)
        running.told.owed(outbox.owed(clock.now()))

    return step


_STEPS: dict[str, Callable[[Config, Kafka, Store, Service], Callable[[], object]]] = {
    "store": _store,
    "outbox": _outbox,
}
