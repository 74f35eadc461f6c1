"""`sommet topics`: the topics of a log on Kafka, and whether they are as their files say."""

from pathlib import Path
from typing import Annotated

import typer

from sommet.commands.options import AsJson, ConfigFile, KafkaLog, load_config
from sommet.terminal import safe

DIFFERENT = 1
topics_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Files = Annotated[
    Path | None,
    typer.Option("--files", metavar="FOLDER", help="Files of your own; else those of this release."),
]


@topics_app.callback()
def topics() -> None:
    """List the topics, or create and check those of a log on Kafka."""


@topics_app.command("list")
def list_(files: Files = None, as_json: AsJson = False) -> None:
    """Say of each topic what it holds, who writes and reads it, and how it is kept."""
    import msgspec  # noqa: PLC0415

    from sommet.runtime.topics import expanded, load  # noqa: PLC0415

    for topic in expanded(load(files)).values():
        if as_json:
            typer.echo(msgspec.json.encode(topic).decode())
            continue
        many = f"{topic.partitions} partition{'s' if topic.partitions != 1 else ''}"
        kept = "compacted" if topic.compaction else f"kept {topic.retention}"
        typer.echo(f"{topic.name}  {many}, {kept}")
        typer.echo(f"  {topic.what}")
        typer.echo(f"  {topic.writers} → {str(topic.readers) or 'nobody'}; key: {topic.key}")


@topics_app.command()
def apply(log: KafkaLog = "", files: Files = None, config: ConfigFile = None) -> None:
    """Create topics that are missing and put right what differs; ends with 1 where something has to stay.

    Nothing is deleted, and no topic gets fewer partitions.
    """
    from sommet.runtime import kafka_topics  # noqa: PLC0415
    from sommet.runtime.kafka_client import Cluster  # noqa: PLC0415
    from sommet.runtime.topics import load  # noqa: PLC0415

    done = {"create": "created", "grow": "more partitions", "alter": "altered", "": "stays"}
    access = load_config(config, log=log).log
    found = kafka_topics.apply(Cluster.of(access), load(files))
    for one in found:
        what = one.topic if one.mend == "create" else str(one)
        typer.echo(safe(f"{done[one.mend]:<17}{what}", 300))
    if not found:
        typer.echo(f"all topics of {safe(access.url, 200)} are as their files say")
    if any(not one.mend for one in found):
        raise typer.Exit(DIFFERENT)


@topics_app.command()
def check(log: KafkaLog = "", files: Files = None, config: ConfigFile = None) -> None:
    """Say in what the topics differ from their files; nothing is changed. Ends with 1 where they do."""
    from sommet.runtime import kafka_topics  # noqa: PLC0415
    from sommet.runtime.kafka_client import Cluster  # noqa: PLC0415
    from sommet.runtime.topics import load  # noqa: PLC0415

    access = load_config(config, log=log).log
    found = kafka_topics.compare(Cluster.of(access), load(files))
    for one in found:
        typer.echo(safe(str(one), 300))
    if found:
        raise typer.Exit(DIFFERENT)
    typer.echo(f"all topics of {safe(access.url, 200)} are as their files say")
