"""How far the stages are in a log on Kafka: what their groups have committed, and what is there."""

import contextlib
from collections.abc import Iterator, Mapping

from sommet.runtime.kafka_client import Cluster
from sommet.runtime.kafka_reader import Reader
from sommet.runtime.standing import Standing

COUNTED = 10_000
"""Up to so many offsets, what waits is counted; beyond, offsets are taken for messages."""


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


def of_cluster(cluster: Cluster, sources: Mapping[str, str], *, counted: int = COUNTED) -> list[Standing]:
    """Return them all. Raises `StorageError` where the cluster does not answer or has no such topics."""
    with contextlib.closing(Reader(cluster)) as reader:
        return list(standings(cluster, reader, sources, counted=counted))
