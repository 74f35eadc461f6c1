"""The catalogue of outlets: one YAML file each, under `sources/<country>/<outlet>.yaml`.

An outlet states who owns it and what is normal for it, so that a source that falls silent is noticed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from producers.articles import shown, web_url
from schemas.complete import complete
from sommet import config, ids
from sommet.errors import KnowledgeError

FOLDER = Path(__file__).parent / "sources"


class FeedEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One feed of an outlet; `lang` where it differs from the outlet's."""

    url: str
    topic: str
    lang: Literal["fr", "en", "ru", "zh", ""] = ""


class Normal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is normal for an outlet: new items a day over all its feeds, lowest and highest."""

    items_a_day: tuple[int, int]


@complete
class Outlet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An outlet as its file states it.

    `country` is ISO 3166 alpha-3; `state_media` means that a government names who leads it, `agency` that
    other outlets print its texts.
    """

    name: str
    country: str
    owner: str
    state_media: bool
    agency: bool
    lang: Literal["fr", "en", "ru", "zh"]
    feeds: tuple[FeedEntry, ...]
    normal: Normal


@dataclass(frozen=True, slots=True)
class Source:
    """One feed to poll.

    `id` is `fra/le-monde/international`; for a feed of the user's own it is its URL, without what could
    be a secret in it.
    """

    id: str
    url: str
    outlet: str = ""
    lang: str = ""
    normal: tuple[int, int] | None = None


class _Loader(yaml.SafeLoader):
    """Refuses what YAML would silently accept: a key twice, an alias."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(problem="aliases are not allowed")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def load(folder: Path = FOLDER) -> dict[str, Outlet]:
    """Return all outlets under `folder` by their id, `fra/le-monde`.

    Raises `KnowledgeError` that names the file and the key of the first mistake.
    """
    outlets: dict[str, Outlet] = {}
    seen: dict[str, str] = {}
    for path in sorted(folder.glob("*/*.yaml")):
        key = f"{path.parent.name}/{path.stem}"
        outlets[key] = outlet = _read(path)
        _check(path, outlet)
        for feed in outlet.feeds:
            if feed.url in seen:
                raise KnowledgeError(f"{path}: feeds: {feed.url} stands in {seen[feed.url]} already")
            seen[feed.url] = path.name
    return outlets


def sources(outlets: dict[str, Outlet], own: Iterable[config.Source] = ()) -> tuple[Source, ...]:
    """Return every feed to poll: the catalogue's, and the user's own, which win where both name a URL."""
    found = {source.url: source for source in _catalogued(outlets)}
    found |= {feed.feed: Source(_own_id(feed.feed), feed.feed, feed.name, feed.lang) for feed in own}
    return tuple(found.values())


def _own_id(url: str) -> str:
    return url if shown(url) == url else f"{shown(url)}#{ids.digest(url)}"


def _catalogued(outlets: dict[str, Outlet]) -> Iterator[Source]:
    for key, outlet in outlets.items():
        for feed in outlet.feeds:
            yield Source(
                id=f"{key}/{feed.topic}",
                url=feed.url,
                outlet=outlet.name,
                lang=feed.lang or outlet.lang,
                normal=outlet.normal.items_a_day,
            )


def _read(path: Path) -> Outlet:
    try:
        content = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506 - a subclass of the safe loader
        return msgspec.convert(content, Outlet)
    except (yaml.YAMLError, msgspec.ValidationError, UnicodeDecodeError, RecursionError) as error:
        raise KnowledgeError(f"{path}: {' '.join(str(error).split())}") from error


def _check(path: Path, outlet: Outlet) -> None:
    low, high = outlet.normal.items_a_day
    topics = [feed.topic for feed in outlet.feeds]
    country = path.parent.name.upper()
    mistakes = {
        "name: is empty": not outlet.name.strip(),
        f"country: must be {country}, as its folder": outlet.country != country,
        "feeds: is empty": not outlet.feeds,
        "feeds: url: must be an http or https address": not all(
            web_url(f.url) == f.url for f in outlet.feeds
        ),
        "feeds: topic: must be words joined by hyphens": not all(
            t.replace("-", "").isalnum() for t in topics
        ),
        "feeds: topic: stands twice": len(set(topics)) != len(topics),
        "normal: items_a_day: must be two numbers, the lower one first": not 0 <= low <= high,
    }
    for mistake, made in mistakes.items():
        if made:
            raise KnowledgeError(f"{path}: {mistake}")
