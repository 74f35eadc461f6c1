"""One YAML file to one `Config`; every mistake in it at once, each with file, line, key and what to do."""

import os
import stat
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import msgspec

from sommet.config import Config, Console, Log, Mail, Receiver
from sommet.config_checks import is_loopback
from sommet.config_nodes import MAX_CHARACTERS, Problem, Unreadable, compose, short_tag
from sommet.config_values import WRONG, Place, Reader, nearest, struct_type
from sommet.errors import ConfigError

DEFAULT = Path("sommet.yaml")
"""Read when no file is named and it is there."""
SHOWN = 50
"""Mistakes of one file that are named one by one."""
_MAX_BYTES = 4 * MAX_CHARACTERS
_NOBODY: Mapping[str, Receiver] = {}


def load(
    path: Path | None, environ: Mapping[str, str], receivers: Mapping[str, Receiver] = _NOBODY
) -> Config:
    """Return the configuration in `path`; without one, in `sommet.yaml`; without that, the defaults.

    Rules may also name `receivers`, which stand elsewhere. Raises `ConfigError` whose text
    has one line for each mistake, and shows no secret.
    """
    if path is None:
        return load(DEFAULT, environ, receivers) if DEFAULT.is_file() else Config()
    try:
        text = _bytes(path).decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; `sommet init` writes one") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: not UTF-8; expected a text file saved as UTF-8") from error
    return parse(text, str(path), environ, receivers)


def _bytes(path: Path) -> bytes:
    """Return what a regular file holds; waits for no writer of a FIFO and reads no device to its end."""
    with open(path, "rb", opener=_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ConfigError(f"{path}: is no regular file; expected a text file")
        data = file.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise ConfigError(f"{path}:1: the file is too large; expected at most {_MAX_BYTES:,} bytes")
    return data


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def parse(
    text: str, file: str, environ: Mapping[str, str], receivers: Mapping[str, Receiver] = _NOBODY
) -> Config:
    """Return the configuration that `text` says; `file` names it in errors. Raises `ConfigError`."""
    reader = Reader(environ)
    try:
        root = compose(text)
    except Unreadable as error:
        raise ConfigError(error.problem.text(file)) from error
    found = (
        Config()
        if root is None or short_tag(root) == "null"
        else reader.value(root, struct_type(Config), Place())
    )
    problems = reader.problems
    if isinstance(found, Config) and not problems:
        found = _with_receivers(found, receivers)
        problems = _across(found, reader.lines)
    if problems or found is WRONG:
        ordered = sorted(problems, key=lambda problem: problem.line)
        lines = [problem.text(file) for problem in ordered[:SHOWN]]
        if len(ordered) > SHOWN:
            lines.append(f"{file}: and {len(ordered) - SHOWN:,} more")
        raise ConfigError("\n".join(lines))
    return found


def example() -> str:
    """Return the commented example file, which says the defaults."""
    return resources.files("sommet").joinpath("sommet.example.yaml").read_text("utf-8")


def summary(config: Config) -> str:
    """Return what a configuration makes sommet do, in a few lines without secrets."""
    feeds = "the catalogue" if config.catalogue else "no catalogue"
    own = f"{counted(len(config.sources), 'own feed')}, {counted(len(config.files), 'file')}"
    lines = [f"watches {config.dyad}: {feeds}, {own}"]
    for rule in config.alerts.rules:
        told = ", ".join(f"{name} ({_kind(config.receivers[name])})" for name in rule.receivers) or "nobody"
        lines.append(f"rule {rule.name}: {', '.join(rule.types)} → {told}")
    port = config.metrics.port
    lines.append(f"metrics: http://{config.metrics.host}:{port}/metrics" if port else "metrics: off")
    return "\n".join(lines)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, `1 file`, `2 files`."""
    return f"{number} {noun}{'s' * (number != 1)}"


def _kind(receiver: Receiver) -> str:
    return type(receiver).__name__.lower()


def without_password(url: str) -> str:
    """Return `url` with the user part and the values of its query replaced."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(secret)"
    host = parts.netloc.rpartition("@")[2]
    netloc = f"(secret)@{host}" if "@" in parts.netloc else host
    return urlunsplit(parts._replace(netloc=netloc, query="(secret)" if parts.query else ""))


def _with_receivers(config: Config, others: Mapping[str, Receiver]) -> Config:
    """The console is always there to be named by a rule."""
    return msgspec.structs.replace(config, receivers={"console": Console(), **others, **config.receivers})


def _across(config: Config, lines: Mapping[str, int]) -> list[Problem]:
    """Return what is wrong between keys that are right each by itself."""
    problems = _receivers(config, lines) + _logins(config, lines) + _twice(config, lines)
    problems += _log(config.log, lines)
    if config.feeds.at_most < config.feeds.every:
        key = "feeds.at_most" if "feeds.at_most" in lines else "feeds.every"
        problems.append(
            Problem(lines[key], key, "at_most is shorter than every", "at_most of at least every")
        )
    return problems


def _receivers(config: Config, lines: Mapping[str, int]) -> list[Problem]:
    known = tuple(config.receivers)
    return [
        Problem(
            lines[key := f"alerts.rules[{i}].receivers[{j}]"],
            key,
            f"no receiver is called “{name}”",
            f"one of {', '.join(known)}" if len(known) > 1 else known[0],
            nearest(name, known),
        )
        for i, rule in enumerate(config.alerts.rules, 1)
        for j, name in enumerate(rule.receivers, 1)
        if name not in known
    ]


def _logins(config: Config, lines: Mapping[str, int]) -> list[Problem]:
    """Return what is wrong with passwords: nobody to log in as, or everybody on the way to read it."""
    problems = []
    for name, one in config.receivers.items():
        if not isinstance(one, Mail) or not one.password:
            continue
        key = f"receivers.{name}.password"
        line = lines.get(key, 1)
        if not one.user:
            problems.append(Problem(line, key, "a password without a user", "the user to log in as"))
        elif one.security == "none" and not is_loopback(one.host):
            clear = "it would travel in the clear"
            problems.append(Problem(line, key, clear, "security: starttls or tls"))
    return problems


def _log(log: Log, lines: Mapping[str, int]) -> list[Problem]:
    """Return what is wrong with the login of the log."""
    line = lines.get("log.password", lines.get("log.user", 1))
    if bool(log.user) != bool(log.password):
        return [Problem(line, "log", "a user or a password without the other", "both or none")]
    hosts = log.url.removeprefix("kafka://").partition("/")[0].split(",")
    clear = log.password and log.mechanism == "plain" and log.security == "none"
    if clear and not all(is_loopback(host.rpartition(":")[0]) for host in hosts):
        return [
            Problem(
                line, "log.password", "it would travel in the clear", "security: tls, or a scram mechanism"
            )
        ]
    return []


def _twice(config: Config, lines: Mapping[str, int]) -> list[Problem]:
    rules: list[tuple[str, str]] = [
        (f"alerts.rules[{i}]", rule.name) for i, rule in enumerate(config.alerts.rules, 1)
    ]
    feeds = [(f"sources[{i}].feed", source.feed) for i, source in enumerate(config.sources, 1)]
    problems = []
    for entries, what in (
        (rules, "another rule has the same name"),
        (feeds, "another source has the same feed"),
    ):
        seen: dict[str, str] = {}
        for key, value in entries:
            if value in seen:
                first = lines.get(seen[value], 1)
                expected = "a name of its own" if entries is rules else "every feed once"
                problems.append(Problem(lines.get(key, 1), key, f"{what}, on line {first}", expected))
            seen.setdefault(value, key)
    return problems
