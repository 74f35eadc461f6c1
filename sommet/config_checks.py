"""What a value of the configuration must be beyond its type: one table, key pattern to check.

A check takes the value and returns None or `(what is wrong, what was expected)`. It never repeats the
value: it may be a secret.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from schemas.events import EventType, Turned

Fault = tuple[str, str] | None
Check = Callable[[Any], Fault]

EVENT_TYPES: tuple[str, ...] = get_args(EventType)
CHANGES: tuple[str, ...] = get_args(Turned)
CHOICES: dict[str, tuple[str, ...]] = {
    "alerts.rules[].types[]": EVENT_TYPES,
    "alerts.rules[].changes[]": CHANGES,
}
"""Lists of text whose items come from a closed set."""

SECRET = frozenset({"url", "host", "password", "user", "store", "feed"})
"""Keys whose values are never shown; an address may carry a password or a token."""

DYADS = ("RUS-CHN",)
"""The pairs of states for which there are word lists."""

_SPEC = r"[!-;=?A-~]{1,64}@[A-Za-z0-9.\[\]:-]{1,250}"
_MAIL = re.compile(rf"(?P<name>[^<>,;@\x00-\x1f]{{0,80}})<(?P<named>{_SPEC})>|(?P<bare>{_SPEC})")
_NO_WEB = ("not a web address", "an address that starts with http:// or https:// and a host")
_HOST = re.compile(r"[A-Za-z0-9_.-]+")
_POSTGRES = re.compile(
    r"postgresql(?:\+psycopg)?://(?:[^:/\s]*(?::[^@\s]*)?@)?"
    r"(?:\[[0-9A-Fa-f:.]+\]|[^\s/:?@\[\]]*)(?::[0-9]{1,5})?(?:/[^\s?]*)?(?:\?\S*)?"
)
"""What SQLAlchemy takes apart: user, password, host, port, name, options."""
_KAFKA = re.compile(r"kafka://[^\s/,@]+:[0-9]{1,5}(?:,[^\s/,@]+:[0-9]{1,5})*(?:/[A-Za-z0-9._-]{0,100})?")
NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")


def between(low: float, high: float) -> Check:
    """Return a check for a number from `low` to `high`, both included."""
    return lambda value: None if low <= value <= high else ("out of range", f"{low:g} to {high:g}")


def lasting(low: timedelta, high: timedelta, words: str) -> Check:
    """Return a check for a duration from `low` to `high`; `words` says so."""
    return lambda value: None if value is None or low <= value <= high else ("out of range", words)


def dyad(value: str) -> Fault:
    """A pair of states for which there are word lists."""
    expected = f"{' or '.join(DYADS)}, the only pair so far"
    return None if value in DYADS else ("no pair of states that the word lists cover", expected)


def web_url(value: str) -> Fault:
    """An address of the web, with a host and a port that can be."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    return None if good and not re.search(r"[\s\x00-\x1f]", value) else _NO_WEB


def slack_url(value: str) -> Fault:
    """An https address; plain http only to this machine."""
    fault = web_url(value)
    if fault:
        return fault
    parts = urlsplit(value)
    if "@" in parts.netloc or "\\" in value:
        return _NO_WEB
    if parts.scheme == "https" or is_loopback(parts.hostname or ""):
        return None
    return "plain http, which anybody on the way can read", "https:// (http:// only to this machine)"


def store_url(value: str) -> Fault:
    """Empty for the SQLite file under `data`, else a database."""
    good = not value or re.fullmatch(r"sqlite:///\S+", value) or _POSTGRES.fullmatch(value)
    return None if good else ("not a database", "sqlite:///FILE or postgresql://HOST/NAME, or leave it out")


def log_url(value: str) -> Fault:
    """Empty for the file under `data`, else a cluster."""
    good = not value or _KAFKA.fullmatch(value)
    return None if good else ("no log", "kafka://HOST:PORT, hosts separated by commas, or leave it out")


def mail_address(value: str) -> Fault:
    """One address, bare or with a name before it."""
    expected = "one address such as desk@example.org or Desk <desk@example.org>"
    return None if parsed_address(value) else ("not a mail address", expected)


def parsed_address(value: str) -> Address | None:
    """Return a mail address as a header takes it, None for what is none."""
    match = _MAIL.fullmatch(value)
    try:
        if match:
            return Address((match["name"] or "").strip(' "'), addr_spec=match["named"] or match["bare"])
    except (ValueError, IndexError, MessageError):
        pass
    return None


def host(value: str) -> Fault:
    """A host name or address, without scheme or port."""
    good = _is_ipv6(value) if ":" in value else _HOST.fullmatch(value)
    return None if good else ("not a host", "a name or address such as mail.example.org")


def header(value: str) -> Fault:
    """Text that may stand in an HTTP header."""
    good = value.isascii() and value.isprintable() and value.strip()
    return None if good else ("no header", "one line of plain ASCII")


def name(value: str) -> Fault:
    """A short name that may stand in a metric, a log line and a message."""
    return (
        None if value and value.isprintable() and len(value) <= 60 else ("not a name", "1 to 60 characters")
    )


def certificates(value: str) -> Fault:
    """Empty, or a file with the certificates of an authority."""
    if value and not Path(value).is_file():
        return "no file", "the path of an existing file"
    import ssl  # noqa: PLC0415 - most files name no certificates

    try:
        if value:
            ssl.create_default_context(cafile=value)
    except OSError:
        return "no certificate", "a file with certificates in PEM"
    return None


def not_empty(value: Any) -> Fault:
    """At least one item, at least one character."""
    return None if value else ("empty", "at least one")


def _is_ipv6(value: str) -> bool:
    try:
        return bool(IPv6Address(value))
    except ValueError:
        return False


def is_loopback(name: str) -> bool:
    """Say whether `name` is this machine, without asking a name server."""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


_DAY = timedelta(days=1)
CHECKS: dict[str, Check] = {
    "dyad": dyad,
    "store": store_url,
    "workers": between(0, 64),
    "history_after": lasting(timedelta(minutes=1), 3650 * _DAY, "1m to 3650d"),
    "sources[].feed": web_url,
    "files[]": not_empty,
    "feeds.every": lasting(timedelta(seconds=10), 7 * _DAY, "10s to 7d"),
    "feeds.at_most": lasting(timedelta(seconds=10), 30 * _DAY, "10s to 30d"),
    "feeds.deadline": lasting(timedelta(seconds=1), timedelta(minutes=10), "1s to 10m"),
    "feeds.max_bytes": between(10_000, 1_000_000_000),
    "feeds.parallel": between(1, 64),
    "feeds.user_agent": header,
    "alerts.max_age": lasting(timedelta(minutes=1), 3650 * _DAY, "1m to 3650d, or null for no limit"),
    "alerts.rules[].name": name,
    "alerts.rules[].types": not_empty,
    "alerts.rules[].changes": not_empty,
    "alerts.rules[].min_confidence": between(0, 1),
    "receivers.*.url": slack_url,
    "receivers.*.host": host,
    "receivers.*.port": between(1, 65535),
    "receivers.*.sender": mail_address,
    "receivers.*.to": not_empty,
    "receivers.*.to[]": mail_address,
    "receivers.*.ca_file": certificates,
    "log.ca_file": certificates,
    "log.url": log_url,
    "log.partitions": between(0, 1_000),
    "log.patience": lasting(timedelta(seconds=1), timedelta(days=1), "1s to 1d"),
    "metrics.host": host,
    "metrics.port": between(0, 65535),
}
