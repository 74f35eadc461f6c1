"""Which outlets belong to one publisher, by the hosts of their sites in `publishers.yaml`."""

from functools import cache, lru_cache
from importlib.resources import files
from urllib.parse import urlsplit

import msgspec
import yaml

from sommet.errors import KnowledgeError


@lru_cache(maxsize=4096)
def publisher(url: str) -> str:
    """Return the publisher of the site that `url` lies on; where it has one site, that site's host.

    Empty where `url` is no address of a site.
    """
    host = host_of(url)
    return named(host, _hosts()) or host


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """Return the host of a URL in small letters, without what says only how it is shown (`www.`, `m.`)."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
    first, _, rest = host.partition(".")
    return rest if first in {"www", "m", "amp", "mobile"} and "." in rest else host


def named(host: str, hosts: dict[str, str]) -> str:
    """Return the entry of a host or of the nearest domain above it, or nothing."""
    while host:
        if host in hosts:
            return hosts[host]
        host = host.partition(".")[2]
    return ""


@cache
def _hosts() -> dict[str, str]:
    text = (files(__package__) / "publishers.yaml").read_text("utf-8")
    try:
        return by_host(msgspec.convert(yaml.safe_load(text), dict[str, list[str]]))
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise KnowledgeError(f"publishers.yaml: {error}") from error


def by_host(owned: dict[str, list[str]]) -> dict[str, str]:
    """Return the owner of each host; raises `KnowledgeError` where a host stands twice."""
    found: dict[str, str] = {}
    for name, hosts in owned.items():
        for host in hosts:
            if host in found:
                raise KnowledgeError(f"{host} stands under {found[host]} and under {name}")
            found[host] = name
    return found
