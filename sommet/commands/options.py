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
    str,
    typer.Option(
        "--log",
        metavar="URL",
        help="A log on Kafka: kafka://host:port[/prefix]; else that of the configuration.",
    ),
]
MetricsAt = Annotated[
    str, typer.Option("--metrics", metavar="HOST:PORT", help="Serve /metrics, /live and /ready there.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so.")]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why.")]


def load_config(
    path: Path | None,
    data: Path | None = None,
    rules: Path | None = None,
    metrics: str = "",
    log: str = "",
) -> Any:
    """Return a configuration; `data` replaces its folder, store and log, the alerts of `rules` its own.

    `metrics` replaces the place where they are served, `log` the address of the log on Kafka.
    """
    import msgspec  # noqa: PLC0415

    from sommet.config_file import load  # noqa: PLC0415

    def at(log: Any, url: str) -> Any:
        return msgspec.structs.replace(log, url=url)

    found = load(path, os.environ)
    if data is not None:
        found = msgspec.structs.replace(found, data=data, store="", log=at(found.log, ""))
    if rules is not None:
        alerts = load(rules, os.environ, found.receivers).alerts
        found = msgspec.structs.replace(found, alerts=alerts)
    if metrics:
        found = msgspec.structs.replace(found, metrics=metrics_at(metrics))
    if log:
        found = msgspec.structs.replace(found, log=at(found.log, log))
    return found


def metrics_at(text: str) -> Any:
    """Return the place that `--metrics` names, port 0 where it names none; raises `ConfigError`."""
    from sommet.config import Metrics  # noqa: PLC0415
    from sommet.errors import ConfigError  # noqa: PLC0415
    from sommet.terminal import safe  # noqa: PLC0415

    host, _, port = text.rpartition(":")
    if not text:
        return Metrics(port=0)
    if not host or not port.isascii() or not port.isdecimal() or not 0 < int(port) < 2**16:
        raise ConfigError(f"--metrics {safe(text, 60)}: expected HOST:PORT such as 127.0.0.1:9464")
    return Metrics(host=host, port=int(port))
