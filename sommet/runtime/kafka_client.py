"""Connections to a Kafka cluster, the names of its topics, and their creation.

A log on a cluster is named `kafka://host:port[,host:port…][/prefix]`; the prefix begins the names of all
its topics, groups and transactional ids, so that several logs may share a cluster.
"""

import contextlib
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

import kafka
from kafka.admin import NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from sommet import clock
from sommet.config import Log
from sommet.errors import ConfigError, StorageError, Unreachable
from sommet.terminal import safe

R = TypeVar("R")
SCHEME = "kafka://"
LARGEST = 20 * 2**20
"""Bytes of the largest message; an article may be as large as a page may be."""
TOGETHER = 256 * 2**10
"""Bytes that go into one request; with the client's 16 KiB a message costs half as much again."""
TRANSACTION = 15_000
"""Milliseconds after which the cluster gives up the transaction of a member that died."""
SESSION = 10_000
"""Milliseconds after which a silent member's partitions go to others."""
POLL = 300_000
"""Milliseconds after which a member that takes no new messages is out, although it shows signs of life."""
ANSWER = 10_000
"""Milliseconds to wait for an answer; without one, the cluster is away."""
FAREWELL = 2_000
"""Milliseconds to wait for the answer to a farewell."""

SLICE = 2_000
"""Milliseconds of one try to reach a cluster."""
REFUSED = ("AUTHENTICATION", "CERTIFICATE", "AUTHORIZATION")
"""What a reason has in it that waiting does not mend."""


CUT = "socket disconnected"
"""What a login that fails looks like, and a connection that is not encrypted where it should be."""
SETTINGS = "user, password, mechanism, security and ca_file"


class _Reasons(logging.Handler):
    """Keeps why a connection failed last: the client says it to its log alone, and tries again."""

    last = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Take in what the client says."""
        found = re.search(r"Connection (?:failed|lost): (.+)", record.getMessage())
        if found and _weight(found[1]) >= _weight(self.last):  # a timeout that follows says less
            self.last = found[1]


# It remarks on every connection that ends and every task that is slow; what matters is raised.
logging.getLogger("kafka").setLevel(logging.CRITICAL)
_reasons = _Reasons()
for _name in ("kafka.net.manager", "kafka.net.connection"):
    _connections = logging.getLogger(_name)
    _connections.setLevel(logging.ERROR)
    _connections.addHandler(_reasons)
    _connections.propagate = False


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
    access: Log = Log()  # noqa: RUF009 - frozen

    @classmethod
    def of(cls, log: Log) -> "Cluster":
        """Return the cluster of a configuration; raises `ConfigError` where it has none."""
        if not log.url:
            raise ConfigError("no log on Kafka is named: give --log kafka://host:port, or url under log")
        return cls.named(log.url, log)

    @classmethod
    def named(cls, url: str, access: Log = Log()) -> "Cluster":  # noqa: B008 - frozen
        """Return the cluster that `url` names; raises `ConfigError` where it names none."""
        hosts, _, prefix = url.removeprefix(SCHEME).partition("/")
        bootstrap = tuple(host for host in hosts.split(",") if host)
        if not url.startswith(SCHEME) or not bootstrap or not all(map(_has_port, bootstrap)):
            raise ConfigError(f"{url}: expected kafka://host:port, hosts separated by commas")
        patience = access.patience.total_seconds()
        return cls(bootstrap, f"{prefix}." if prefix else "", patience=patience, access=access)

    def name(self, name: str) -> str:
        """Return the name that something of this log has on the cluster."""
        return self.prefix + name

    def reach(self) -> None:
        """Wait until the cluster answers, as long as `patience`.

        Raises `Away` where it does not, and at once `StorageError` where it refuses whoever asks.
        """
        give_up = clock.monotonic() + self.patience
        where = ",".join(self.bootstrap)
        while True:
            _reasons.last = ""
            try:
                kafka.KafkaAdminClient(**self._common() | {"bootstrap_timeout_ms": SLICE}).close()
            except KafkaError as exc:
                reason = safe(_reasons.last or str(exc), 300)
                if _refuses(reason):
                    said = f"Kafka at {where} cannot be used: see {SETTINGS} under log ({reason})"
                    raise StorageError(said) from exc
                if clock.monotonic() > give_up:
                    hint = f": see {SETTINGS} under log" if CUT in reason else ""
                    said = f"Kafka at {where} does not answer for {self.patience:.0f} s{hint} ({reason})"
                    raise Away(said) from exc
            else:
                return

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
                batch_size=TOGETHER,
                request_timeout_ms=ANSWER,
                delivery_timeout_ms=2 * ANSWER,
                max_block_ms=2 * ANSWER,
                **options,
            )

    def transactional(self, name: str) -> Any:
        """Connect a producer for transactions under a name, its first call still to come.

        What is not written in time fails before the cluster gives the transaction up.
        """
        return self.producer(transactional_id=name, transaction_timeout_ms=TRANSACTION)

    def admin(self) -> AbstractContextManager[Any]:
        """Connect an administrator of the cluster."""
        return contextlib.closing(kafka.KafkaAdminClient(**self._common()))

    def create(self, topics: Mapping[str, tuple[int, Mapping[str, str]]]) -> None:
        """Create what is missing of `topics`, by name: how many partitions, and which settings."""

        def ask(admin: Any) -> None:
            known = _counts(admin, [self.name(name) for name in topics])
            missing = [
                NewTopic(self.name(name), partitions, -1, topic_configs=dict(settings))
                for name, (partitions, settings) in topics.items()
                if self.name(name) not in known
            ]
            if missing:
                with contextlib.suppress(TopicAlreadyExistsError):  # another process was faster
                    admin.create_topics(missing)
                self._await(admin, [topic.name for topic in missing])

        self._asked(ask)

    def partitions(self, topics: Iterable[str]) -> dict[str, list[Any]]:
        """Return the partitions of `topics`, by name; of those that exist."""
        named = {self.name(name): name for name in topics}
        found = self._asked(lambda admin: _counts(admin, [*named]))
        return {
            named[topic]: [kafka.TopicPartition(topic, number) for number in range(count)]
            for topic, count in found.items()
        }

    def topic_id(self, topic: str) -> str:
        """Return the id that the cluster gave a topic when it was made, empty where it has no such one."""
        (found,) = self._asked(lambda admin: admin.describe_topics([self.name(topic)]))
        return str(found["topic_id"]) if found["partitions"] else ""

    def _await(self, admin: Any, names: list[str]) -> None:
        """Wait until topics are there for the node that is asked: it hears of them after the controller."""
        give_up = clock.monotonic() + self.patience
        while len(_counts(admin, names)) < len(names):
            if clock.monotonic() > give_up:
                said = f"after {self.patience:.0f} s the cluster does not show {', '.join(names)}"
                raise StorageError(said)
            clock.sleep(0.02)

    def _asked(self, ask: Callable[[Any], R]) -> R:
        """Ask the cluster, again where it was a node that is away."""
        give_up = clock.monotonic() + self.patience
        with explained(self):
            while True:
                try:
                    with self.admin() as admin:
                        return ask(admin)
                except KafkaError as exc:
                    if not away(exc) or clock.monotonic() > give_up:
                        raise
                    clock.sleep(0.2)

    def _common(self) -> dict[str, Any]:
        return {
            "bootstrap_servers": list(self.bootstrap),
            "bootstrap_timeout_ms": round(1000 * self.patience),
            "reconnect_backoff_max_ms": 1000,
            "retry_backoff_ms": 10,  # a transaction that follows another waits this long for its end
            **self._login(),
        }

    def _login(self) -> dict[str, Any]:
        """Return how a connection is secured and who asks for it."""
        tls, user = self.access.security == "tls", self.access.user
        protocol = "SSL" if tls else "PLAINTEXT"
        found: dict[str, Any] = {"security_protocol": f"SASL_{protocol}" if user else protocol}
        if self.access.ca_file:
            found["ssl_cafile"] = self.access.ca_file
        if user:
            found["sasl_mechanism"] = self.access.mechanism.upper()
            found["sasl_plain_username"], found["sasl_plain_password"] = user, self.access.password
        return found


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
    return bool(exc.retriable) or "RequestTimedOut" in str(exc)  # of a transaction, only in words


def _weight(reason: str) -> int:
    """Return how much a reason says: that it was refused, that the connection was cut, anything else."""
    return 2 if _refuses(reason) else int(CUT in reason)


def _refuses(reason: str) -> bool:
    return any(word in reason.upper() for word in REFUSED)


def _has_port(host: str) -> bool:
    name, _, port = host.rpartition(":")
    return bool(name) and port.isdecimal()
