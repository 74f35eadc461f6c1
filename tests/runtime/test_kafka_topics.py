"""The topics of a real cluster against their files."""

import itertools
import os
from typing import Any

import msgspec
import pytest

from sommet.errors import StorageError
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster
from sommet.runtime.kafka_topics import apply, compare
from sommet.runtime.topics import TopicFile, expanded, load

_numbers = itertools.count()


@pytest.fixture
def cluster(kafka: str) -> Cluster:
    """Give an empty log."""
    return Cluster((kafka,), f"topics-{os.getpid()}-{next(_numbers)}.", wait=10)


def changed(**changes: Any) -> dict[str, TopicFile]:
    """Return the files with a change of the topics of articles."""
    return {
        name: msgspec.structs.replace(topic, **changes) if name.startswith("articles") else topic
        for name, topic in load().items()
    }


def test_what_is_missing_is_created_once(cluster: Cluster) -> None:
    """All topics are missing, then none; a second call changes nothing."""
    files = load()
    missing = [one.topic for one in compare(cluster, files)]
    assert sorted(missing) == sorted(expanded(files))
    assert {one.mend for one in apply(cluster, files)} == {"create"}
    assert compare(cluster, files) == []
    assert apply(cluster, files) == []


def test_the_driver_creates_topics_as_their_files_say(cluster: Cluster) -> None:
    """Nothing differs that it has made; the changelogs of other stages are missing."""
    with Kafka(cluster, ()):
        found = compare(cluster, load())
    assert {(one.mend, one.topic.split(".")[1]) for one in found} == {("create", "changelog")}


def test_what_differs_is_altered_and_what_may_grow_grows(cluster: Cluster) -> None:
    """Keys stay with what is remembered of them: a topic whose reader remembers is told and left."""
    apply(cluster, changed(partitions=1))
    wanted = changed(partitions=3, retention="30d")
    found = {(one.topic, one.mend) for one in apply(cluster, wanted)}
    assert found == {
        ("articles.raw.v1", ""), ("articles.raw.v1", "alter"),
        ("articles.v1", "grow"), ("articles.v1", "alter"), ("extract.changelog.v1", "grow"),
        ("articles.annotated.v1", "grow"), ("articles.annotated.v1", "alter"),
        ("classify.changelog.v1", "grow"),
    }  # fmt: skip
    (left,) = compare(cluster, wanted)
    assert str(left) == (
        "articles.raw.v1: partitions: 1, not 3; with more, keys would part from what is remembered of them"
    )
    assert cluster.partitions(["articles.v1"])["articles.v1"][2].partition == 2


def test_no_topic_gets_fewer_partitions(cluster: Cluster) -> None:
    """It is told and left, with the changelog that goes with it."""
    apply(cluster, changed(partitions=2))
    stays = apply(cluster, changed(partitions=1))
    assert [one.mend for one in stays] == [""] * 3
    assert {one.topic for one in stays} == {"articles.raw.v1", "articles.v1", "articles.annotated.v1"}
    assert len(cluster.partitions(["clean.changelog.v1"])["clean.changelog.v1"]) == 2


def test_a_number_of_copies_that_differs_is_told(cluster: Cluster) -> None:
    """It is the cluster's own unless a file says it; moving copies is left to people."""
    apply(cluster, load())
    found = compare(cluster, changed(replication=3))
    assert {(one.what, one.mend) for one in found} == {("copies: 1, not 3; reassign its partitions", "")}


def test_a_setting_that_the_cluster_refuses_is_told(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is called altered that is not."""
    apply(cluster, load())
    monkeypatch.setattr("sommet.runtime.kafka_topics.LARGEST", -5)
    with pytest.raises(StorageError, match=r"cannot be altered: .*InvalidConfigurationError"):
        apply(cluster, load())
