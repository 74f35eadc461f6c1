"""The contract between a stage, which decides, and a runtime, which does.

A stage reads neither clock nor network and imports no broker. The runtime persists what changed in
its state together with its outputs and its position in the source, all or nothing.
"""

from collections.abc import Callable, Iterable, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from schemas.envelope import Message
from schemas.topics import Topic
from sommet.errors import SommetError

In = TypeVar("In", bound=Message)
M = TypeVar("M", bound=Message)
State = MutableMapping[str, bytes]
"""Private to one stage and partition; values are whatever bytes the stage encodes."""


class Reject(SommetError):  # noqa: N818 - the word of the contract
    """This message can never work: it goes to the stage's dead letters and the partition goes on."""


@dataclass(frozen=True, slots=True)
class Wake:
    """Asks the runtime to call `wake(state, key, at)` once `at` has come. A later one replaces it."""

    key: str
    at: datetime


def never(state: State, key: str, now: datetime) -> Iterable[Message]:  # noqa: ARG001 - the contract's signature
    """Wake for stages that set no timer."""
    return ()


@dataclass(frozen=True, slots=True)
class Stage(Generic[In]):
    """One step of the pipeline.

    `step(state, message, now)` returns messages for the sinks and `Wake`s; `now` is the message's own
    `at`. A `stateless` stage touches neither state nor timers, so that a runtime may run its steps in
    other processes. A message finds its sink by its type.
    """

    name: str
    source: Topic[In]
    sinks: tuple[Topic[Any], ...]
    step: Callable[[State, In, datetime], Iterable[Message | Wake]]
    wake: Callable[[State, str, datetime], Iterable[Message | Wake]] = never
    stateless: bool = False


class Log(Protocol):
    """The topics, as producers and followers see them."""

    def append(self, messages: Iterable[Message]) -> int:
        """Write messages to the topics of their types; return how many were new by their id."""

    def read(self, topic: Topic[M], after: int, limit: int = 1000) -> list[tuple[int, M]]:
        """Return up to `limit` messages of `topic` behind offset `after`, with their offsets."""

    def identity(self) -> str:
        """Return the id made with the log and lasting with it: offsets count in this log alone."""


class Follower(Protocol):
    """Reads topics and acts on the world outside the log; keeps its own position with its effects."""

    def follow(self, log: Log) -> int:
        """Take in what is new; return how many messages that was."""


class Observer(Protocol):
    """Is told what the runtime did; metrics and the live view listen here."""

    def stepped(self, stage: str, message: Message, outputs: Sequence[Message], seconds: float) -> None:
        """One message went through a stage and its outputs are committed."""

    def rejected(self, stage: str, message: Message, reason: str) -> None:
        """One message went to the dead letters of a stage."""
