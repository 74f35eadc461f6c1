"""How far stages and followers are in a log on Kafka: what they have committed, and what is there."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping

from sommet.runtime.kafka_client import Cluster
from sommet.runtime.kafka_order import ORDER, Order
from sommet.runtime.kafka_reader import Reader
from sommet.runtime.standing import Place, Standing

COUNTED = 10_000
"""Up to so many offsets, what waits is counted; beyond, offsets are taken for messages."""


def identity(cluster: Cluster) -> str:
    """Return the id of a log, empty where it is not there.

    It is the one that Kafka itself gives to the topic of the order: whoever makes that anew begins to count
    anew, and of two who make it at once only one does.
    """
    return cluster.topic_id(ORDER)


def standings(
    cluster: Cluster, reader: Reader, sources: Mapping[str, str], *, counted: int = COUNTED
) -> Iterator[Standing]:
    """Yield where the stages stand in each partition; `sources` are their topics."""
    for stage, topic in sources.items():
        partitions = reader.partitions([topic])[topic]
        ends = reader.heads(partitions)
        for partition in partitions:
            position, end = reader.committed(cluster.name(stage), partition), ends[partition]
            much = end - position > counted
            yield Standing(
                stage=stage,
                topic=topic,
                partition=partition.partition,
                position=position,
                end=end,
                lag=end - position if much else len(reader.all(partition, position)),
            )


def of_cluster(
    cluster: Cluster, sources: Mapping[str, str], places: Iterable[Place] = (), *, counted: int = COUNTED
) -> list[Standing]:
    """Return them all, and those of followers.

    Raises `StorageError` where the cluster does not answer or has no such topics.
    """
    with contextlib.closing(Reader(cluster)) as reader, contextlib.closing(Order(cluster, reader)) as order:
        found = list(standings(cluster, reader, sources, counted=counted))
        return found + [_follower(reader, order, place, counted) for place in places]


def _follower(reader: Reader, order: Order, place: Place, counted: int) -> Standing:
    partitions = reader.partitions([place.topic])[place.topic]
    end = sum(reader.heads(partitions).values())
    starts = order.starts(place.topic, partitions, place.place)
    much = end - place.place > counted
    return Standing(
        stage=place.follower,
        topic=place.topic,
        partition=None,
        position=place.place,
        end=end,
        lag=end - place.place if much else sum(len(reader.all(one, starts[one])) for one in partitions),
    )
