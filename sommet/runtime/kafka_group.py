"""A stage's consumer group, as one of its members sees it: how it joins, and what it hears."""

import contextlib
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

import kafka
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import CommitFailedError, KafkaTimeoutError, RebalanceInProgressError
from kafka.structs import MemberState, OffsetAndMetadata

from sommet import clock
from sommet.runtime.kafka_client import ANSWER, FAREWELL, LARGEST, POLL, SESSION, Cluster, explained

JOINING = 1.5 * SESSION / 1000
"""Seconds after which a group that gives nothing has nothing to give: a dead member is out by then."""
ROUND = 1.0
"""Seconds between two looks at the group while nothing comes."""
COMING = 250
"""Milliseconds to wait for what is known to be there; with a few only, no rebalance comes through."""


@dataclass(slots=True)
class _Rebalances(kafka.ConsumerRebalanceListener):  # type: ignore[misc]
    """Notes what the group does; called inside `poll`, so never during a transaction."""

    memories: MutableMapping[Any, Any]
    consumer: Any
    pausing: bool = field(default=False)

    def on_partitions_assigned(self, assigned: Any) -> None:
        """These are ours from here on."""
        self._forget(assigned)
        if self.pausing:  # the client would never get rid of records that it parks for the others
            self.consumer.pause(*assigned)

    def on_partitions_revoked(self, revoked: Any) -> None:
        """Others go on with these."""
        self._forget(revoked)

    def on_partitions_lost(self, lost: Any) -> None:
        """Others have gone on with these."""
        self._forget(lost)

    def _forget(self, partitions: Any) -> None:
        for partition in partitions:
            self.memories.pop(partition, None)


class Group:
    """Membership of `name`'s group over the topic `source`, by their names on the cluster.

    `member` makes it a static one. What is in `memories` of a partition that comes or goes is dropped.
    """

    def __init__(
        self, cluster: Cluster, name: str, source: str, member: str, memories: MutableMapping[Any, Any]
    ) -> None:
        static = {"group_instance_id": member} if member else {}
        self.consumer = cluster.consumer(
            group_id=name,
            isolation_level="read_committed",
            session_timeout_ms=SESSION,
            heartbeat_interval_ms=SESSION // 10,
            max_poll_interval_ms=POLL,
            partition_assignment_strategy=[CooperativeStickyAssignor()],
            max_partition_fetch_bytes=LARGEST // 4,
            **static,
        )
        self._cluster, self._source = cluster, source
        self._memories = memories
        self._rebalances = _Rebalances(memories, self.consumer)
        self.metadata: Any = self.consumer.group_metadata()
        """As whom to commit what was taken: who is out of the group by then is refused."""
        self._started = False
        self.joined = False
        self.lost = True
        """Whether everything has to come again that is not committed, before anything is taken."""
        self._polled = self._join_by = 0.0

    @property
    def partitions(self) -> list[Any]:
        """The partitions of the source that this member has."""
        return sorted(self.consumer.assignment()) if self.joined and not self.lost else []

    def start(self) -> None:
        """Ask to join."""
        if not self._started:
            with explained(self._cluster):
                self.consumer.partitions_for_topic(self._source)  # who leads the group has to know them
                self.consumer.subscribe([self._source], listener=self._rebalances)
                self.back(self.consumer.poll(0))
            self._started = True
            self._join_by = clock.monotonic() + JOINING

    def heard(self) -> bool:
        """Say whether the group has spoken, be it that there is nothing to do here.

        Hears what the group does from time to time, as an idle member that never polls is taken for dead, and
        carries a rebalance through: the client sends no sign of life during one, and only polls carry it on.
        """
        if not self.joined or self.moving or clock.monotonic() - self._polled > ROUND:
            self._look_round(50 if self.joined else 20)
        if not self.moving:
            self.joined, self._join_by = True, clock.monotonic() + JOINING
            return True
        self.joined = self.joined or clock.monotonic() > self._join_by
        return clock.monotonic() > self._join_by

    def poll(self, limit: int) -> dict[Any, list[Any]]:
        """Return up to `limit` records by partition, after a wait where none has come."""
        with explained(self._cluster):
            self._polled = clock.monotonic()
            found: dict[Any, list[Any]] = self.consumer.poll(COMING, max_records=limit)
            self._note_membership()
            return {} if self.lost else found

    def position(self, partition: Any) -> int:
        """Return the offset behind all that was taken and all marks of transactions after it."""
        with explained(self._cluster):
            return self.consumer.position(partition, timeout_ms=ANSWER) or 0

    def back(self, polled: dict[Any, list[Any]]) -> None:
        """Have these records come again."""
        for partition, records in polled.items():
            self.consumer.seek(partition, records[0].offset)

    def back_to_committed(self) -> None:
        """Have everything come again that is not committed."""
        for partition in self.consumer.assignment():
            self.consumer.seek(partition, self.consumer.committed(partition, timeout_ms=ANSWER) or 0)
        self.lost = False

    def ask_whether_replaced(self) -> None:
        """Raise `FencedInstanceIdError` where another process has this member's name.

        A new producer would end that process's transaction. The group says it only to who commits: here,
        what is committed anyway.
        """
        for partition in self.consumer.assignment():
            offset = self.consumer.committed(partition, timeout_ms=ANSWER)
            if offset is not None:
                try:
                    self.consumer.commit({partition: OffsetAndMetadata(offset, "", -1)}, timeout_ms=ANSWER)
                except (CommitFailedError, RebalanceInProgressError):
                    self.consumer._coordinator.request_rejoin()  # noqa: SLF001 - `poll` may take a while to hear
                return

    def close(self) -> None:
        """Leave."""
        self.consumer.close(timeout_ms=FAREWELL)

    @property
    def moving(self) -> bool:
        """Whether this member is on its way into the group's next assignment."""
        return self.consumer.group_metadata().state is not MemberState.STABLE

    def _note_membership(self) -> None:
        """Take note of who this is after a poll; as somebody else, nothing of before holds.

        Who was out of the group comes back under another id. The client then keeps partitions and positions
        without a word, although others may have gone on with them meanwhile.
        """
        before, self.metadata = self.metadata, self.consumer.group_metadata()
        known = before.generation_id >= 0 and self.metadata.generation_id >= 0
        if not known or self.metadata.member_id != before.member_id:
            self._memories.clear()
            self.lost = True

    def _look_round(self, wait: int) -> None:
        """Poll without taking; not with a wait of 0: a rebalance that is begun would never come through."""
        self.consumer.pause(*self.consumer.assignment())
        self._rebalances.pausing = True
        try:
            if self.moving:
                coordinator = self.consumer._coordinator  # noqa: SLF001 - `poll` has no end where all is paused
                coordinator.request_rejoin()  # else a join whose reason has gone is never ended
                with contextlib.suppress(KafkaTimeoutError):
                    coordinator.ensure_active_group(timeout_ms=COMING)
            self.back(self.consumer.poll(wait))
            self._polled = clock.monotonic()
        finally:
            self._note_membership()
            self._rebalances.pausing = False
            self.consumer.resume(*self.consumer.assignment())
