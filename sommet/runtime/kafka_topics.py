"""The topics of a cluster against their files: what is missing is created, what differs is altered.

Nothing is deleted, and no topic gets fewer partitions. One that exists gets more only where its file says
that it may grow: a key moves with its topic's partitions, and what a stage remembers of it does not.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic
from kafka.errors import TopicAlreadyExistsError

from sommet import clock
from sommet.errors import StorageError
from sommet.runtime import topics as described
from sommet.runtime.kafka_client import LARGEST, Cluster, explained
from sommet.runtime.topics import STAGE, TopicFile

SEGMENT = 64 * 2**20
"""Bytes of a segment of a compacted topic: only closed ones are compacted, and a restart reads them all."""
Creation = dict[str, tuple[int, Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Difference:
    """In what a topic on the cluster is not as its file says; without a `mend` it stays so."""

    topic: str
    what: str
    mend: Literal["create", "grow", "alter", ""] = ""
    setting: str = ""

    def __str__(self) -> str:
        return f"{self.topic}: {self.what}"


@dataclass(frozen=True, slots=True)
class Found:
    """A topic as the cluster has it."""

    partitions: int
    copies: int
    settings: Mapping[str, str]


def settings(topic: TopicFile | None) -> dict[str, str]:
    """Return the settings of Kafka for a topic; one without a file keeps everything."""
    compaction = bool(topic and topic.compaction)
    found = {
        "cleanup.policy": "compact" if compaction else "delete",
        "retention.ms": str(topic.keep if topic else -1),
        "max.message.bytes": str(LARGEST),
    }
    return found | ({"segment.bytes": str(SEGMENT)} if compaction else {})


def creation(names: Iterable[str], count: int) -> Creation:
    """Return how topics are created; with `count` 0 they get as many partitions as their files say."""
    known = described.expanded(described.load())
    return {
        name: (count or (_count(known[name]) if name in known else 1), settings(known.get(name)))
        for name in names
    }


def changelogs(partitions: Mapping[str, int]) -> Creation:
    """Return how the changelogs of stages are created, each with its number of partitions."""
    one = next(topic for topic in described.load().values() if topic.name.startswith(STAGE))
    return {one.name.replace(STAGE, name): (count, settings(one)) for name, count in partitions.items()}


def compare(cluster: Cluster, files: Mapping[str, TopicFile]) -> list[Difference]:
    """Return in what the cluster differs from the files. Raises `StorageError` where it does not answer."""
    with explained(cluster), cluster.admin() as admin:
        topics, found = _fitted(cluster, admin, files)
        return list(_compared(topics, found))


def apply(cluster: Cluster, files: Mapping[str, TopicFile]) -> list[Difference]:
    """Put right what can be, and wait until the cluster shows it; return all that differed.

    Raises `StorageError` where it refuses a setting or does not take over what it has accepted.
    """
    with explained(cluster), cluster.admin() as admin:
        topics, found = _fitted(cluster, admin, files)
        differences = list(_compared(topics, found))
        _mend(cluster, admin, differences, topics)
        give_up = clock.monotonic() + cluster.patience
        while left := [one for one in _compared(*_fitted(cluster, admin, files)) if one.mend]:
            if clock.monotonic() > give_up:
                raise StorageError(f"after {cluster.patience:.0f} s the cluster still differs: {left[0]}")
            clock.sleep(0.05)
    return differences


def _mend(
    cluster: Cluster, admin: Any, differences: Iterable[Difference], topics: Mapping[str, TopicFile]
) -> None:
    mends: dict[str, list[Difference]] = {"create": [], "grow": [], "alter": [], "": []}
    for one in differences:
        mends[one.mend].append(one)
    if mends["create"]:
        with suppress(TopicAlreadyExistsError):  # another process was faster
            admin.create_topics([_new(cluster, topics[one.topic]) for one in mends["create"]])
    if mends["grow"]:
        admin.create_partitions({cluster.name(one.topic): _count(topics[one.topic]) for one in mends["grow"]})
    if mends["alter"]:
        _alter(cluster, admin, mends["alter"], topics)


def _alter(
    cluster: Cluster, admin: Any, wanted: Iterable[Difference], topics: Mapping[str, TopicFile]
) -> None:
    changes: dict[str, dict[str, str]] = {}
    for one in wanted:
        changes.setdefault(cluster.name(one.topic), {})[one.setting] = settings(topics[one.topic])[
            one.setting
        ]
    asked = [ConfigResource(ConfigResourceType.TOPIC, name, values) for name, values in changes.items()]
    for name, answer in admin.alter_configs(asked)["topic"].items():
        if answer != "OK":  # the client raises nothing
            raise StorageError(f"{name} cannot be altered: {answer}")


def _new(cluster: Cluster, topic: TopicFile) -> Any:
    copies = topic.replication or -1
    return NewTopic(cluster.name(topic.name), _count(topic), copies, topic_configs=settings(topic))


def _fitted(
    cluster: Cluster, admin: Any, files: Mapping[str, TopicFile]
) -> tuple[dict[str, TopicFile], dict[str, Found]]:
    """Return the topics as they should be, and as they are.

    A changelog goes by the source that there is, where that cannot become what its file says.
    """
    topics = described.expanded(files)
    found = _found(cluster, admin, topics)
    for stage, source in described.sources(files).items():
        if source not in found:
            continue
        there, said = found[source].partitions, _count(topics[source])
        count = max(there, said) if topics[source].grows else there
        for pattern in files:
            if pattern.startswith(STAGE):
                name = pattern.replace(STAGE, stage)
                topics[name] = msgspec.structs.replace(topics[name], partitions=count)
    return topics, found


def _found(cluster: Cluster, admin: Any, topics: Mapping[str, TopicFile]) -> dict[str, Found]:
    names = {cluster.name(name): name for name in topics}
    keys = [*settings(None), "segment.bytes"]
    there = [one for one in admin.describe_topics([*names]) if one["partitions"]]
    asked = [ConfigResource(ConfigResourceType.TOPIC, one["name"], keys) for one in there]
    said = admin.describe_configs(asked, config_filter="all")["topic"] if asked else {}
    return {
        names[one["name"]]: Found(
            partitions=len(one["partitions"]),
            copies=min(len(part["replica_nodes"]) for part in one["partitions"]),
            settings={key: str(value["value"]) for key, value in said[one["name"]].items()},
        )
        for one in there
    }


def _compared(topics: Mapping[str, TopicFile], found: Mapping[str, Found]) -> Iterator[Difference]:
    for name, topic in topics.items():
        if name not in found:
            yield Difference(name, "is missing", "create")
            continue
        one = found[name]
        yield from _counted(topic, one.partitions)
        if topic.replication and one.copies != topic.replication:
            yield Difference(name, f"copies: {one.copies}, not {topic.replication}; reassign its partitions")
        for key, value in settings(topic).items():
            if one.settings.get(key) != value:
                yield Difference(name, f"{key}: {one.settings.get(key)}, not {value}", "alter", key)


def _counted(topic: TopicFile, there: int) -> Iterator[Difference]:
    said = _count(topic)
    what = f"partitions: {there}, not {said}"
    if there > said:
        yield Difference(topic.name, f"{what}; a topic cannot get fewer")
    elif there < said and topic.grows:
        yield Difference(topic.name, what, "grow")
    elif there < said:
        yield Difference(topic.name, f"{what}; with more, keys would part from what is remembered of them")


def _count(topic: TopicFile) -> int:
    assert isinstance(topic.partitions, int)
    return topic.partitions
