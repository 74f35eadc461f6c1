"""`sommet lag`: how far each stage is in each partition of its source, and each follower in its topics."""

from typing import TYPE_CHECKING

import typer

from sommet.commands.options import AsJson, ConfigFile, DataFolder, KafkaLog, load_config

if TYPE_CHECKING:
    from sommet.config import Config
    from sommet.runtime.standing import Place


def lag(
    log: KafkaLog = "", as_json: AsJson = False, data: DataFolder = None, config: ConfigFile = None
) -> None:
    """Say how far each stage is in each partition: its position, the end, and how many messages wait.

    Then the same of the store and the outbox, which follow all partitions of a topic in one order. The log
    and the store may be in use; they are only read.
    """
    import msgspec  # noqa: PLC0415

    from sommet.runtime.topics import load, sources  # noqa: PLC0415

    stages, loaded = sources(load()), load_config(config, data, log=log)
    if loaded.log.url:
        from sommet.runtime.kafka_client import Cluster  # noqa: PLC0415
        from sommet.runtime.kafka_standing import identity as its_id  # noqa: PLC0415
        from sommet.runtime.kafka_standing import of_cluster  # noqa: PLC0415

        cluster = Cluster.of(loaded.log)
        found = of_cluster(cluster, stages, _places(loaded, its_id(cluster)))
    else:
        from sommet.commands.log_file import ELSEWHERE, log_file  # noqa: PLC0415
        from sommet.runtime.standing import identity, of_file  # noqa: PLC0415

        path = log_file(loaded, ELSEWHERE)
        found = of_file(path, stages, _places(loaded, identity(path)))
    if as_json:
        for one in found:
            typer.echo(msgspec.json.encode(one).decode())
        return
    typer.echo(f"{'stage':<10}{'topic':<24}{'partition':>9}{'position':>12}{'end':>12}{'lag':>12}")
    for one in found:
        partition = "all" if one.partition is None else one.partition
        typer.echo(
            f"{one.stage:<10}{one.topic:<24}{partition:>9}{one.position:>12,}{one.end:>12,}{one.lag:>12,}"
        )


def _places(config: "Config", log: str) -> "list[Place]":
    """Return how far the followers are in a log, as the store says; none where no store answers."""
    from sommet.commands.events import NotKnown, opened  # noqa: PLC0415
    from sommet.errors import StorageError  # noqa: PLC0415
    from sommet.outbox import outbox  # noqa: PLC0415
    from sommet.runtime.standing import Place  # noqa: PLC0415
    from sommet.store import store  # noqa: PLC0415
    from sommet.store.positions import positions_of  # noqa: PLC0415

    try:
        with opened(config) as known, known.database.reading() as connection:
            reached = positions_of(connection, log)
    except NotKnown:
        return []
    except StorageError as error:
        typer.echo(f"the store and the outbox are left out: {error}", err=True)
        return []
    followed = [(store.READER, name) for name in store.FOLLOWED] + [(outbox.READER, outbox.FOLLOWED)]
    return [Place(*one, max(0, reached.get(one, 0))) for one in followed]
