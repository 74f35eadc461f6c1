"""`sommet produce`: feeds and files onto a log on Kafka, and nothing else."""

import sys
from collections.abc import Sequence

from schemas.topics import RAW
from sommet import clock
from sommet.app import versions
from sommet.background import Background
from sommet.commands.opening import NOTHING, nothing_to_read
from sommet.commands.run import FAILED, INTERRUPTED, Unread, answered
from sommet.commands.service import Service, metered, service
from sommet.config import Config
from sommet.config import Metrics as Where
from sommet.config_file import counted
from sommet.intake import Intake
from sommet.pulse import Beating, Pulse
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster

BEAT = 0.1
"""Seconds between two looks whether the feeds are done."""


def produce(config: Config, paths: Sequence[str], where: Where, *, once: bool) -> int:
    """Poll until a signal comes, or for one round; return the exit code."""
    cluster, named = Cluster.of(config.log), (*config.files, *paths)
    unread = Unread(named)
    with service(where, Pulse(metered(), polls=True), unread, code=INTERRUPTED if once else 0) as running:
        with Kafka(
            cluster, (), topics=[RAW], versions=versions(), partitions=config.log.partitions
        ) as driver:
            running.pulse.beat()
            print(f"articles go to {config.log.url}", flush=True)  # noqa: T201 - the first word of a service
            if nothing_to_read(config, paths):
                running.told.note(NOTHING)
            _bring(config, named, driver, running, once=once)
        print(_summary(running))  # noqa: T201 - its last word
    if once and running.stop.is_set():
        print("interrupted", file=sys.stderr)  # noqa: T201 - as the other commands do
        return INTERRUPTED
    return FAILED if once and unread.seen else 0


def _bring(config: Config, paths: Sequence[str], driver: Kafka, running: Service, *, once: bool) -> None:
    intake = Intake(
        config,
        Beating(driver, running.pulse),
        running.told,
        board=running.board,
        metrics=running.metrics,
        now=clock.now,
    )
    intake.read(paths, sys.stdin.buffer)
    with Background("feeds", intake.polling(running.stop, once=once)) as feeds:
        while not running.stop.is_set() and not feeds.rested:
            running.stop.wait(BEAT)
    feeds.check()


def _summary(running: Service) -> str:
    board = running.board
    said = counted(board.counts["articles"] + board.counts["items"], "new article")
    return ", ".join(part for part in (said, answered(board)) if part)
