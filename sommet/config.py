"""The configuration: one `sommet.yaml`, every key optional, secrets from the environment."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

import msgspec


class Feeds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How feeds are polled. `every` bounds the interval from below, `deadline` one whole fetch."""

    every: timedelta = timedelta(minutes=5)
    at_most: timedelta = timedelta(hours=6)
    deadline: timedelta = timedelta(seconds=20)
    max_bytes: int = 10_000_000
    parallel: int = 8
    private_addresses: bool = False
    user_agent: str = "sommet (+https://pypi.org/project/sommet/)"


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One feed of the user's own, beside the catalogue."""

    feed: str
    name: str = ""
    lang: Literal["fr", "en", "ru", "zh", ""] = ""


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which events make an alert, on which change, for whom."""

    name: str = "summits"
    types: tuple[str, ...] = ("summit",)
    changes: tuple[str, ...] = ("new", "status", "date", "place", "withdrawn")
    news_only: bool = True
    min_confidence: float = 0.5
    receivers: tuple[str, ...] = ("console",)


class Alerts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When events become alerts. `max_age` null lifts the limit on old articles."""

    max_age: timedelta | None = timedelta(days=3)
    rules: tuple[Rule, ...] = (Rule(),)


class Console(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="console"
):
    """Writes alerts to the terminal."""

    language: Literal["fr", "en", ""] = ""


class Slack(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="slack"
):
    """Posts alerts to a Slack incoming webhook."""

    url: str
    language: Literal["fr", "en", ""] = ""

    def __repr__(self) -> str:
        return f"Slack(url=<secret>, language={self.language!r})"


class Mail(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="mail"
):
    """Sends alerts by SMTP."""

    host: str
    sender: str
    to: tuple[str, ...]
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    ca_file: str = ""
    language: Literal["fr", "en", ""] = ""

    def __repr__(self) -> str:
        return f"Mail(host={self.host!r}, port={self.port}, to={self.to!r}, user=<secret>, password=<secret>)"


Receiver = Console | Slack | Mail


class Metrics(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where Prometheus may scrape; port 0 turns it off."""

    host: str = "127.0.0.1"
    port: int = 9464


class Log(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A log on Kafka; the file in the data folder where `url` is empty and the command line names none.

    `patience` is how long a start waits for a cluster that does not answer.
    """

    url: str = ""
    partitions: int = 0
    patience: timedelta = timedelta(seconds=30)
    security: Literal["none", "tls"] = "none"
    ca_file: str = ""
    mechanism: Literal["plain", "scram-sha-256", "scram-sha-512"] = "scram-sha-512"
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"Log(url=<secret>, security={self.security!r}, user=<secret>, password=<secret>)"


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything a user may set."""

    dyad: str = "RUS-CHN"
    language: Literal["fr", "en"] = "en"
    data: Path = Path("var")
    store: str = ""
    log: Log = Log()
    workers: int = 0
    catalogue: bool = True
    sources: tuple[Source, ...] = ()
    files: tuple[str, ...] = ()
    history_after: timedelta = timedelta(days=3)
    feeds: Feeds = Feeds()
    alerts: Alerts = Alerts()
    receivers: dict[str, Receiver] = msgspec.field(default_factory=lambda: {"console": Console()})
    metrics: Metrics = Metrics()
