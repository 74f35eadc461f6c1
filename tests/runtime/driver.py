"""What a driver has to offer to be tested, and how its tests look at it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from schemas.envelope import Message, encode
from schemas.topics import Topic
from sommet.runtime.dead_letters import Brake, DeadLetter
from sommet.stage import Observer, Stage, State, Wake
from tests.runtime.pipeline import (
    DOUBLES,
    END,
    NUMBERS,
    STAGES,
    START,
    TOPICS,
    Doubled,
    Number,
)  # fmt: skip

M = TypeVar("M", bound=Message)


class Driver(Protocol):
    """What a driver offers."""

    def append(self, messages: Iterable[Message]) -> int: ...
    def read(self, topic: Topic[M], after: int, limit: int = 1000) -> list[tuple[int, M]]: ...
    def identity(self) -> str: ...
    def run_until_idle(self, now: datetime | None = None) -> int: ...
    def lag(self) -> Mapping[str, int]: ...
    def state(self, stage: str) -> Mapping[str, bytes]: ...
    def dead_letters(self, stage: str = "", after: int = 0, limit: int = 1000) -> Sequence[DeadLetter]: ...


class Harness(Protocol):
    """One log that outlives its drivers; at most one driver is open at a time."""

    def open(
        self,
        stages: Sequence[Stage[Any]],
        *,
        workers: int = 0,
        observer: Observer | None = None,
        batch: int = 100,
        versions: tuple[str, str] = ("", ""),
        brake: Brake | None = ...,
        topics: Iterable[Topic[Any]] = TOPICS,
    ) -> AbstractContextManager[Driver]:
        """Return a driver over the log."""

    def plant(self, topic: Topic[Any], ident: str, payload: bytes) -> None:
        """Put bytes into a topic that no driver would have written; no driver is open."""


Fresh = Callable[[], Harness]


def said(driver: Driver, topic: Topic[M]) -> list[M]:
    """Return the messages of a topic."""
    found: list[M] = []
    after = 0
    while page := driver.read(topic, after):
        found += [message for _, message in page]
        after = page[-1][0]
    return found


def snapshot(driver: Driver, stages: Sequence[Stage[Any]] = STAGES) -> Any:
    """Return all that the pipeline has said and remembers, in the order that counts: within a key."""
    log: dict[tuple[str, str], list[bytes]] = {}
    topics: Sequence[Topic[Any]] = TOPICS
    for topic in topics:
        for message in said(driver, topic):
            log.setdefault((topic.name, topic.key(message)), []).append(encode(message))
    letters = sorted((x.stage, x.topic, x.id, x.reason, x.payload) for x in driver.dead_letters())
    return log, {stage.name: driver.state(stage.name) for stage in stages}, letters


def run(fresh: Fresh, messages: Sequence[Message], **options: Any) -> Any:
    """Return the snapshot after `messages` at once and the end of time."""
    with fresh().open(STAGES, brake=None, **options) as driver:
        driver.append(messages)
        driver.run_until_idle(END)
        return snapshot(driver)


def stage(step: Any, wake: Any = None, *, sinks: Any = (DOUBLES,), stateless: bool = False) -> Stage[Number]:
    """Return a stage over the numbers."""
    extra = {} if wake is None else {"wake": wake}
    return Stage("under-test", NUMBERS, sinks, step, stateless=stateless, **extra)


def at(seconds: float) -> datetime:
    """Return a moment of the test's own time."""
    return START + timedelta(seconds=seconds)


class Log:
    """Notes what an observer is told, and whether it was in the log by then."""

    def __init__(self) -> None:
        self.driver: Driver | None = None
        self.steps: list[tuple[str, str, list[str]]] = []
        self.rejects: list[tuple[str, str, str]] = []
        self.early: list[str] = []

    def stepped(self, stage: str, message: Message, outputs: Sequence[Message], seconds: float) -> None:
        assert self.driver is not None
        assert seconds >= 0
        topics: Sequence[Topic[Any]] = TOPICS
        known = {m.id for topic in topics for m in said(self.driver, topic)}
        self.early += [output.id for output in outputs if output.id not in known]
        self.steps.append((stage, message.id, [output.id for output in outputs]))

    def rejected(self, stage: str, message: Message, reason: str) -> None:
        assert self.driver is not None
        known = {letter.id for letter in self.driver.dead_letters()}
        self.early += [message.id] * (message.id not in known)
        self.rejects.append((stage, message.id, reason))


def alarm() -> tuple[Any, Any]:
    """Return a stage's functions that tell their story: every message, every waking."""

    def step(state: State, message: Number, now: datetime) -> list[Message | Wake]:
        wakes: list[Message | Wake] = [Wake("k", now + timedelta(seconds=message.number))]
        return [Doubled(number=0), *(wakes if message.number else [])]

    def wake(state: State, key: str, now: datetime) -> list[Message]:
        return [Doubled(number=round((now - START).total_seconds()), key="wake")]

    return step, wake


def story(driver: Driver) -> list[int | str]:
    """Return the seconds of messages, and as text those of wakings, in their order."""
    return [
        str(m.number) if m.key == "wake" else round((m.at - START).total_seconds())
        for m in said(driver, DOUBLES)
    ]
