"""`sommet lag`: how far each stage is in each partition of its source."""

import typer

from sommet.commands.options import AsJson, ConfigFile, DataFolder, KafkaLog, load_config


def lag(
    log: KafkaLog = "", as_json: AsJson = False, data: DataFolder = None, config: ConfigFile = None
) -> None:
    """Say how far each stage is in each partition: its position, the end, and how many messages wait.

    The log may be in use; it is only read.
    """
    import msgspec  # noqa: PLC0415

    from sommet.runtime.topics import load, sources  # noqa: PLC0415

    stages, loaded = sources(load()), load_config(config, data, log=log)
    if loaded.log.url:
        from sommet.runtime.kafka_client import Cluster  # noqa: PLC0415
        from sommet.runtime.kafka_standing import of_cluster  # noqa: PLC0415

        found = of_cluster(Cluster.of(loaded.log), stages)
    else:
        from sommet.runtime.standing import of_file  # noqa: PLC0415

        found = of_file(loaded.data / "log.db", stages)
    if as_json:
        for one in found:
            typer.echo(msgspec.json.encode(one).decode())
        return
    typer.echo(f"{'stage':<10}{'topic':<24}{'partition':>9}{'position':>12}{'end':>12}{'lag':>12}")
    for one in found:
        typer.echo(
            f"{one.stage:<10}{one.topic:<24}{one.partition:>9}{one.position:>12,}{one.end:>12,}{one.lag:>12,}"
        )
