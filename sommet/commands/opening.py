"""The first words of what reads: what there is to read, and whom it is told."""

from collections.abc import Sequence

from sommet.app import versions
from sommet.config import Config
from sommet.config_file import counted
from sommet.intake import sources

NOTHING = (
    "there is nothing to read: add `sources` or `files` to the configuration, set `catalogue: true`, "
    "or name a file"
)


def opening(config: Config, paths: Sequence[str], *, serving: bool) -> str:
    """Return one line: version, sources and files, rules, receivers, where metrics are served."""
    rules = config.alerts.rules
    receivers = dict.fromkeys(name for rule in rules for name in rule.receivers)
    where = config.metrics
    read = f"{counted(len(sources(config)), 'source')}, {counted(len(config.files) + len(paths), 'file')}"
    parts = [
        f"sommet {versions()[0]} watches {config.dyad}: {read}",
        f"rules: {', '.join(rule.name for rule in rules) or 'none'}",
        f"receivers: {', '.join(receivers) or 'none'}",
        f"metrics: http://{where.host}:{where.port}/metrics" if serving and where.port else "metrics: off",
    ]
    return "; ".join(parts)


def nothing_to_read(config: Config, paths: Sequence[str]) -> bool:
    """Whether neither sources nor files are named anywhere."""
    return not (config.files or paths or sources(config))
