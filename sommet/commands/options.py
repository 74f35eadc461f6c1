"""Options that several commands have, and the configuration that they name."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", "-c", metavar="FILE", help="Configuration; else sommet.yaml if it is there."),
]
LogLevel = Annotated[str, typer.Option("--log-level", metavar="LEVEL", help="debug, info, warning or error.")]
DataFolder = Annotated[
    Path | None,
    typer.Option("--data", metavar="FOLDER", help="What `run` or `replay` keeps; else the configured one."),
]
Language = Annotated[
    str,
    typer.Option("--language", metavar="LANG", help="Of what is said: en or fr; else the configured one."),
]
KafkaLog = Annotated[
    str, typer.Option("--log", metavar="URL", help="A log on Kafka: kafka://host:port[/prefix].")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so.")]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why.")]


def load_config(path: Path | None, data: Path | None = None, rules: Path | None = None) -> Any:
    """Return a configuration; `data` replaces its folder and store, the alerts of `rules` its own."""
    import msgspec  # noqa: PLC0415

    from sommet.config_file import load  # noqa: PLC0415

    found = load(path, os.environ)
    if data is not None:
        found = msgspec.structs.replace(found, data=data, store="")
    if rules is not None:
        alerts = load(rules, os.environ, found.receivers).alerts
        found = msgspec.structs.replace(found, alerts=alerts)
    return found
