"""The Kafka driver: the same stages over topics of a cluster, a consumer group for each stage.

A process may run all stages or one, on as many machines as a topic has partitions. A batch is one
transaction. An id stands in a topic once as long as the same program appends it again within the last
`REMEMBERED` messages of a partition; where two programs append at once it may stand there twice, and every
stage takes it once. Readers such as the store follow all partitions of a topic in one lasting order.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any, Self, TypeVar

from schemas.envelope import Message
from schemas.topics import TOPICS, Topic
from sommet import clock
from sommet.errors import SommetError, StorageError
from sommet.runtime.dead_letters import Brake, DeadLetter
from sommet.runtime.failures import StageFailed, raise_first
from sommet.runtime.kafka_append import Appender
from sommet.runtime.kafka_changelog import restored
from sommet.runtime.kafka_client import Cluster
from sommet.runtime.kafka_member import CHANGELOG, DEAD_LETTERS, TICKS, Member, Terms
from sommet.runtime.kafka_order import ORDER, Order
from sommet.runtime.kafka_reader import Reader, entry, letter
from sommet.runtime.kafka_standing import identity, of_cluster, standings
from sommet.runtime.kafka_topics import changelogs, creation
from sommet.runtime.log import Routes, readable
from sommet.runtime.standing import Standing
from sommet.runtime.workers import Workers
from sommet.stage import Observer, Stage

M = TypeVar("M", bound=Message)
GLANCED = 500
"""Up to so many offsets, what waits is counted while the stages work."""


class Kafka:
    """Runs `stages`, in this order, over the log on `cluster`; a context manager.

    The options are those of `Embedded`. `member` makes the process a static member of that name in each
    group: after a restart it goes on at once, and whoever else takes the name ends it. `partitions` is how
    many a topic gets that is created here, by default as many as its file says. `work` names the stages
    that this process runs, all by default. Raises `StorageError` when the cluster cannot be used.
    """

    def __init__(
        self,
        cluster: Cluster,
        stages: Sequence[Stage[Any]],
        *,
        workers: int = 0,
        observer: Observer | None = None,
        now: Callable[[], datetime] = clock.now,
        batch: int = 100,
        versions: tuple[str, str] = ("", ""),
        brake: Brake | None = Brake(),  # noqa: B008 - frozen
        topics: Iterable[Topic[Any]] = tuple(TOPICS.values()),
        member: str = "",
        partitions: int = 0,
        work: Iterable[str] | None = None,
    ) -> None:
        self._stages = {stage.name: stage for stage in stages}
        if len(self._stages) != len(stages):
            raise SommetError("two stages have the same name: give each its own")
        every = [*topics, *(topic for stage in stages for topic in (stage.source, *stage.sinks))]
        routes = Routes(every, "the log")
        self._cluster, self._now = cluster, now
        terms = Terms(batch, versions, brake, observer, member)
        with ExitStack() as opened:
            cluster.reach()
            self._reader = Reader(cluster)
            opened.callback(self._reader.close)
            self._order = Order(cluster, self._reader)
            opened.callback(self._order.close)
            self._create({topic.name for topic in every}, partitions)
            self._partitions = self._reader.partitions({topic.name for topic in every})
            self._identity = self._identified()
            self._appender = Appender(cluster, self._reader, routes, versions, self._partitions)
            opened.callback(self._appender.close)
            pool = Workers(stages, workers) if workers else None
            if pool:
                opened.callback(pool.close)
            self._heads: Mapping[Any, int] = {}
            self._members: dict[str, Member] = {}
            for name in self._stages if work is None else work:
                member_ = Member(self._stages[name], cluster, self._reader, terms, pool)
                opened.callback(member_.close)
                self._members[name] = member_
            self._opened = opened.pop_all()

    def append(self, messages: Iterable[Message]) -> int:
        """Write messages to the topics of their types; return how many were new by their id.

        A message must have an id and an `at` with a time zone; `SommetError` otherwise, and none is written.
        """
        return self._appender.append(messages)

    def read(self, topic: Topic[M], after: int, limit: int = 1000) -> list[tuple[int, M]]:
        """Return up to `limit` messages of `topic` behind place `after`, with their places.

        Bytes that are no message of its type are passed over. A place is the offset, from 1, where the topic
        has one partition; where it has several, its place in their order.
        """
        if topic.name not in self._partitions:
            self._partitions |= self._reader.partitions([topic.name])
        partitions = self._partitions[topic.name]
        after = max(after, 0)
        found: list[tuple[int, M]] = []
        while not found:
            if len(partitions) > 1:
                entries = self._order.read(topic.name, partitions, after, limit)
            else:
                entries = [*map(entry, self._reader.records(partitions[0], after, limit))]
            if not entries:
                break
            found = list(readable(entries, topic.type))
            after = entries[-1].offset
        return found

    def identity(self) -> str:
        """Return the id of the log on the cluster."""
        return self._identity

    def run_until_idle(self, now: datetime | None = None) -> int:
        """Run all stages until nothing is left; return how many messages were taken.

        Then timers that the wall clock `now` has passed are fired, and what follows from them is run.
        A stage that fails stops, the others go on; its `StageFailed` is raised at the end.
        """
        wall = now or self._now()
        failures: dict[str, StageFailed] = {}
        taken = 0
        for member in self._members.values():
            member.start()
        while True:
            while not all([member.ready() for member in self._members.values()]):  # noqa: C419 - ask each
                pass
            waiting = self._waiting(failures)
            for member in waiting:
                try:
                    taken += member.take()
                except StageFailed as exc:
                    failures[member.stage.name] = exc
            if not waiting and not self._ring(wall, failures):
                break
        raise_first(failures)
        return taken

    def lag(self) -> dict[str, int]:
        """Return for each stage how many messages wait in its source."""
        return {name: self._lag(stage) for name, stage in self._stages.items()}

    def standings(self) -> list[Standing]:
        """Return where the stages of this process stand. May be called from another thread."""
        sources = {name: member.stage.source.name for name, member in self._members.items()}
        return of_cluster(self._cluster, sources, counted=GLANCED)

    def unready(self) -> str:
        """Return why a stage of this process cannot work yet: no word of its group, or state to restore."""
        return "; ".join(filter(None, (member.unready() for member in self._members.values())))

    def state(self, stage: str) -> Mapping[str, bytes]:
        """Return a copy of a stage's committed state, of all partitions, ordered by key."""
        changelog = CHANGELOG.format(stage=stage)
        found: dict[str, bytes] = {}
        for partition in self._reader.partitions([changelog])[changelog]:
            found.update(restored(self._stages[stage], self._reader.all(partition), None).state)
        return dict(sorted(found.items()))

    def dead_letters(self, stage: str = "", after: int = 0, limit: int = 1000) -> list[DeadLetter]:
        """Return dead letters of `stage`, or of all, whose number is greater than `after`."""
        (partition,) = self._reader.partitions([DEAD_LETTERS])[DEAD_LETTERS]
        letters = map(letter, self._reader.all(partition, after))
        return [one for one in letters if stage in {"", one.stage}][:limit]

    def dead_letter(self, number: int) -> DeadLetter | None:
        """Return one dead letter."""
        found = self.dead_letters("", number - 1, 1)
        return found[0] if found and found[0].number == number else None

    def close(self) -> None:
        """Leave the groups, end the workers and disconnect."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _create(self, topics: Iterable[str], count: int) -> None:
        """Create what is missing; a changelog has as many partitions as its stage's source."""
        wanted = creation(topics, count)
        sources = {name: one.source.name for name, one in self._stages.items()}
        known = self._cluster.partitions(sources.values())
        logs = changelogs(
            {
                name: len(known[source]) if source in known else wanted[source][0]
                for name, source in sources.items()
            }
        )
        self._cluster.create(wanted | creation((DEAD_LETTERS, TICKS, ORDER), 1) | logs)
        many = {name: number for name, (number, _) in logs.items()}
        for name, found in self._reader.partitions(many).items():
            if len(found) != many[name]:
                raise StorageError(
                    f"{name} has {len(found)} partitions and its stage's source {many[name]}: "
                    "they must be as many, as the state of a key stays in its partition"
                )

    def _identified(self) -> str:
        """Return the id of the log, once the node that is asked has heard that the topic was made."""
        give_up = clock.monotonic() + self._cluster.patience
        while not (found := identity(self._cluster)):
            if clock.monotonic() > give_up:
                raise StorageError(f"the cluster does not show {self._cluster.name(ORDER)}")
            clock.sleep(0.02)
        return found

    def _waiting(self, failures: Mapping[str, StageFailed]) -> list[Member]:
        """Return the members whose source has more than they have taken.

        The cluster is asked unless all have something to do anyway.
        """
        members = [member for name, member in self._members.items() if name not in failures]
        waiting = self._behind(members)
        if len(waiting) == len(members):
            return waiting
        self._heads = self._reader.heads([one for member in members for one in member.partitions])
        return self._behind(members)

    def _behind(self, members: Iterable[Member]) -> list[Member]:
        """Return the members who have not taken all that was there when the cluster was asked last."""
        heads = self._heads
        return [
            member
            for member in members
            if any(member.behind(one) < heads.get(one, 0) for one in member.partitions)
        ]

    def _ring(self, wall: datetime, failures: dict[str, StageFailed]) -> bool:
        """Let the wall clock pass on idle partitions, in order, until one has done something.

        Where a stage has failed, history may be stuck before it: what is held for it stays held.
        """
        for name, member in self._members.items():
            if name in failures:
                continue
            for partition in member.partitions:
                if not member.memory(partition).partition.timers:
                    continue
                release = not failures and self._dry(name)  # before the look at what it has given
                if member in self._waiting(failures):
                    return True
                try:
                    if member.tick(partition, wall, release=release):
                        return True
                except StageFailed as exc:
                    failures[name] = exc
                    break
        return False

    def _dry(self, name: str) -> bool:
        """Say whether nothing waits before a stage, as far as other processes have to do with it.

        The first stage is looked at first, so that no message goes from one to the next between two looks.
        """
        before = [
            stage
            for stage in self._stages.values()
            if any(topic.name == self._stages[name].source.name for topic in stage.sinks)
        ]
        return all(self._dry(stage.name) and (self._whole(stage) or not self._lag(stage)) for stage in before)

    def _whole(self, stage: Stage[Any]) -> bool:
        """Say whether this process has all partitions of a stage's source: it has looked at them."""
        member = self._members.get(stage.name)
        return member is not None and len(member.partitions) == len(self._partitions[stage.source.name])

    def _lag(self, stage: Stage[Any]) -> int:
        sources = {stage.name: stage.source.name}
        return sum(one.lag for one in standings(self._cluster, self._reader, sources))
