"""The topics as files: who writes and reads each, how it is kept, and an example of what it holds.

The files stand in `schemas/topics/`; a folder of one's own may take their place, with more partitions for
example. A file whose name begins with `{stage}` describes one topic for each stage.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from schemas.complete import complete
from sommet.config_values import WRONG, duration
from sommet.errors import KnowledgeError

STAGE = "{stage}"
FOREVER = "forever"


class Parties(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who writes or reads a topic: stages by their name, followers and commands by theirs."""

    stages: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ", ".join((*self.stages, *self.others))


class Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One record: its key, headers and value; a value that is no text is written as JSON."""

    headers: dict[str, str]
    value: Any
    key: str = ""

    @property
    def payload(self) -> bytes:
        """The bytes of the value."""
        return self.value.encode() if isinstance(self.value, str) else msgspec.json.encode(self.value)


@complete
class TopicFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One topic. `message` is the type of what it holds, empty for what the runtime alone writes.

    `partitions` "source" means as many as the source of the stage has; `grows` allows more than there are.
    `replication` 0 leaves the number of copies to the cluster. `retention` is "forever" or a time as 30d.
    """

    name: str
    what: str
    owner: str
    writers: Parties
    readers: Parties
    key: str
    example: Example
    message: str = ""
    partitions: int | Literal["source"] = 1
    grows: bool = False
    replication: int = 0
    retention: str = FOREVER
    compaction: bool = False

    @property
    def keep(self) -> int:
        """Milliseconds that a message is kept, -1 for ever."""
        kept = duration(self.retention)
        return -1 if self.retention == FOREVER else round(kept.total_seconds() * 1000)


def load(folder: Path | None = None) -> dict[str, TopicFile]:
    """Return the files of `folder`, else our own, by the name of the topic.

    Raises `KnowledgeError` with file and entry where one is wrong.
    """
    return _load(folder) if folder else _ours()


def sources(topics: Mapping[str, TopicFile]) -> dict[str, str]:
    """Return the source of each stage, in the order of the data."""
    left = [topic for topic in topics.values() if topic.readers.stages]
    found: dict[str, str] = {}
    while left:
        ready = [topic for topic in left if found.keys() >= set(topic.writers.stages)]
        if not ready:
            raise KnowledgeError(f"{left[0].name}: a writer is no stage that reads a topic")
        found |= {stage: topic.name for topic in ready for stage in topic.readers.stages}
        left = [topic for topic in left if topic not in ready]
    return found


def expanded(topics: Mapping[str, TopicFile]) -> dict[str, TopicFile]:
    """Return one topic for each name on a cluster; one of a stage has the partitions of its source."""
    found = {topic.name: topic for topic in topics.values() if not topic.name.startswith(STAGE)}
    for topic in topics.values():
        if topic.name.startswith(STAGE):
            for stage, source in sources(topics).items():
                name, like = topic.name.replace(STAGE, stage), found[source]
                found[name] = msgspec.structs.replace(
                    topic, name=name, partitions=like.partitions, grows=like.grows
                )
    return found


@cache
def _ours() -> dict[str, TopicFile]:
    return _load(files("schemas") / "topics")


def _load(folder: Traversable) -> dict[str, TopicFile]:
    if not folder.is_dir():
        raise KnowledgeError(f"{folder}: no folder; expected one with a YAML file for each topic")
    paths = sorted((one for one in folder.iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name)
    if not paths:
        raise KnowledgeError(f"{folder}: no topic; expected a YAML file for each")
    found: dict[str, TopicFile] = {}
    for path in paths:
        topic = _read(path)
        if topic.name in found:
            raise KnowledgeError(f"{path.name}: {topic.name} is described twice")
        found[topic.name] = topic
    return found


def _read(path: Traversable) -> TopicFile:
    try:
        topic = msgspec.convert(yaml.safe_load(path.read_text("utf-8")), TopicFile)
    except (yaml.YAMLError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name}: {error}") from error
    if topic.partitions != "source" and topic.partitions < 1:
        raise KnowledgeError(f"{path.name}: partitions: {topic.partitions}; expected 1 or more")
    if (topic.partitions == "source") != topic.name.startswith(STAGE):
        raise KnowledgeError(f"{path.name}: partitions: source is for topics of a stage, and they need it")
    if topic.retention != FOREVER and duration(topic.retention) is WRONG:
        raise KnowledgeError(f"{path.name}: retention: {topic.retention}; expected forever or a time as 30d")
    return topic
