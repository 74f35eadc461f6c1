"""Connections to a Kafka cluster, the names of its topics, and their creation.

A log on a cluster is named `kafka://host:port[,host:port…][/prefix]`; the prefix begins the names of all
its topics, groups and transactional ids, so that several logs may share a cluster.
"""

import contextlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import kafka
from kafka.admin import NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from sommet.errors import ConfigError, StorageError, Unreachable

SCHEME = "kafka://"
LARGEST = 20 * 2**20
"""Bytes of the largest message; an article may be as large as a page may be."""
TRANSACTION = 15_000
"""Milliseconds after which the cluster gives up the transaction of a member that died."""
SESSION = 10_000
"""Milliseconds after which a silent member's partitions go to others."""
ANSWER = 5_000
"""Milliseconds to wait for an answer; without one, the cluster is away."""
FAREWELL = 2_000
"""Milliseconds to wait for the answer to a farewell."""

# It remarks on every connection that ends and every task that is slow; what matters is raised.
logging.getLogger("kafka").setLevel(logging.CRITICAL)

KEPT = {"retention.ms": "-1", "max.message.bytes": str(LARGEST)}
COMPACTED = {
    "cleanup.policy": "compact",
    "max.message.bytes": str(LARGEST),
    "segment.bytes": str(64 * 2**20),  # only closed segments are compacted, and a restart reads them all
}


class Away(Unreachable):
    """The cluster does not answer, or not as a whole."""

    server = "Kafka"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where a log lies. `wait` is how many milliseconds the cluster holds back an empty answer.

    `patience` is how many seconds a connection is tried before the cluster is said to be away.
    """

    bootstrap: tuple[str, ...]
    prefix: str = ""
    wait: int = 500
    patience: float = 30.0

    @classmethod
    def named(cls, url: str) -> "Cluster":
        """Return the cluster that `url` names; raises `ConfigError` where it names none."""
        hosts, _, prefix = url.removeprefix(SCHEME).partition("/")
        bootstrap = tuple(host for host in hosts.split(",") if host)
        if not url.startswith(SCHEME) or not bootstrap or not all(map(_has_port, bootstrap)):
            raise ConfigError(f"{url}: expected kafka://host:port, hosts separated by commas")
        return cls(bootstrap, f"{prefix}." if prefix else "")

    def name(self, name: str) -> str:
        """Return the name that something of this log has on the cluster."""
        return self.prefix + name

    def consumer(self, **options: Any) -> Any:
        """Connect a consumer that commits nothing by itself."""
        with explained(self):
            return kafka.KafkaConsumer(
                **self._common(),
                metrics_enabled=False,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                fetch_max_wait_ms=self.wait,
                **options,
            )

    def producer(self, **options: Any) -> Any:
        """Connect a producer whose retries never write twice."""
        with explained(self):
            return kafka.KafkaProducer(
                **self._common(),
                metrics_enabled=False,
                acks="all",
                compression_type="zstd",
                max_request_size=LARGEST,
                linger_ms=2,
                request_timeout_ms=2 * ANSWER,
                delivery_timeout_ms=4 * ANSWER,
                max_block_ms=4 * ANSWER,
                **options,
            )

    def create(self, topics: Mapping[str, tuple[int, Mapping[str, str]]]) -> None:
        """Create what is missing of `topics`, by name: how many partitions, and which settings."""
        with explained(self), contextlib.closing(kafka.KafkaAdminClient(**self._common())) as admin:
            known = _counts(admin, [self.name(name) for name in topics])
            missing = [
                NewTopic(self.name(name), partitions, -1, topic_configs=dict(settings))
                for name, (partitions, settings) in topics.items()
                if self.name(name) not in known
            ]
            if missing:
                with contextlib.suppress(TopicAlreadyExistsError):  # another process was faster
                    admin.create_topics(missing)

    def partitions(self, topics: Iterable[str]) -> dict[str, list[Any]]:
        """Return the partitions of `topics`, by name; of those that exist."""
        named = {self.name(name): name for name in topics}
        with explained(self), contextlib.closing(kafka.KafkaAdminClient(**self._common())) as admin:
            found = _counts(admin, [*named])
        return {
            named[topic]: [kafka.TopicPartition(topic, number) for number in range(count)]
            for topic, count in found.items()
        }

    def _common(self) -> dict[str, Any]:
        return {
            "bootstrap_servers": list(self.bootstrap),
            "bootstrap_timeout_ms": round(1000 * self.patience),
            "reconnect_backoff_max_ms": 1000,
            "retry_backoff_ms": 10,  # a transaction that follows another waits this long for its end
        }


def _counts(admin: Any, topics: list[str]) -> dict[str, int]:
    """Return how many partitions each topic has; a topic that does not exist is left out."""
    described = admin.describe_topics(topics) if topics else []
    return {topic["name"]: len(topic["partitions"]) for topic in described if topic["partitions"]}


@contextlib.contextmanager
def explained(cluster: Cluster) -> Iterator[None]:
    """Turn every error of the client into a `StorageError`, `Away` where waiting may help."""
    try:
        yield
    except KafkaError as exc:
        where = ",".join(cluster.bootstrap)
        if away(exc):
            raise Away(f"Kafka at {where} does not answer ({exc})") from exc
        raise StorageError(f"Kafka at {where} cannot be used: {exc}") from exc


def away(exc: KafkaError) -> bool:
    """Say whether waiting may help."""
    return bool(exc.retriable)


def _has_port(host: str) -> bool:
    name, _, port = host.rpartition(":")
    return bool(name) and port.isdecimal()
