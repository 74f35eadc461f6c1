"""The news agencies that texts credit and cite, and the forms in which they do: `bylines.yaml`."""

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import msgspec
import yaml

from schemas.complete import complete
from sommet.errors import KnowledgeError
from sommet.knowledge.publishers import by_host, host_of, named


class Agency(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An agency: its names, those that count only in a credit, its sites.

    `signs` are patterns of it alone, `words` those without which none of them matches.
    """

    names: tuple[str, ...]
    hosts: tuple[str, ...]
    short: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Forms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"together": "with"}):
    """Patterns of a credit: at the head of a line, as a whole line, at its end.

    `with` is what joins an agency to a byline, `byline` what stands before it.
    """

    head: tuple[str, ...]
    line: tuple[str, ...]
    foot: tuple[str, ...]
    together: str
    byline: str


@complete
class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All agencies, forms of credits, those of citations by language."""

    agencies: dict[str, Agency]
    credits: Forms
    cites: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Names:
    """Which agency a name in a text is: `full` anywhere, `any` in a credit."""

    full: dict[str, str]
    any: dict[str, str]


@cache
def table() -> Table:
    """Return the table; raises `KnowledgeError` where the file is none."""
    text = (files(__package__) / "bylines.yaml").read_text("utf-8")
    try:
        return msgspec.convert(yaml.safe_load(text), Table)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise KnowledgeError(f"bylines.yaml: {error}") from error


@cache
def names() -> Names:
    """Return all names; raises `KnowledgeError` where two agencies share one."""
    full = by_host({name: list(agency.names) for name, agency in table().agencies.items()})
    short = by_host({name: list(agency.short) for name, agency in table().agencies.items()})
    return Names(full, {**short, **full})


@lru_cache(maxsize=4096)
def agency_of(url: str) -> str:
    """Return the agency on whose own site `url` lies, or nothing."""
    return named(host_of(url), _hosts())


@cache
def _hosts() -> dict[str, str]:
    return by_host({name: list(agency.hosts) for name, agency in table().agencies.items()})
