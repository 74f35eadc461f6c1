"""The contract between a stage, which decides, and a runtime, which does.

A stage reads neither clock nor network and imports no broker. The runtime persists what changed in
its state together with its outputs and its position in the source, all or nothing.
"""

from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from schemas.envelope import Message
from schemas.topics import Topic
from sommet.errors import SommetError

In = TypeVar("In", bound=Message)
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
