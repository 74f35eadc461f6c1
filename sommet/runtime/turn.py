"""One batch of one stage: the calls it makes, and what they ask to be written. Writes nothing itself.

Any driver may use it: it hands over the messages and commits what the turn has collected, all or
nothing. Where a message stops the stage, the turn holds the finished messages before it, and committing
those is safe.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from schemas.envelope import Message, encode
from sommet.runtime.attempt import Outcome, attempt
from sommet.runtime.crash import crash_point
from sommet.runtime.dead_letters import DeadLetter, Window, printable
from sommet.runtime.failures import StageFailed, TooManyRejects, summary
from sommet.runtime.log import Entry, Poison, Routes, opened
from sommet.runtime.state import Overlay, Stateless
from sommet.runtime.timers import Timer, Timers
from sommet.stage import Observer, Stage, Wake

Attempt = Callable[[Message], Outcome]
Ticks = Mapping[tuple[str, str], Sequence["Tick"]]


@dataclass(frozen=True, slots=True)
class Tick:
    """The wall clock moved an idle partition: behind message `id`, timers due at `at` were fired.

    `release` says whether the timers held for the history were let go. A replay repeats ticks, because
    nothing in the messages tells when a partition was idle.
    """

    stage: str
    id: str
    at: datetime
    release: bool


@dataclass(slots=True)
class Partition:
    """A stage's source, as far as it is committed, with what the stage has to remember."""

    stage: Stage[Any]
    sinks: Routes
    timers: Timers
    window: Window
    offset: int = 0
    last: str = ""


class Output(NamedTuple):
    """A message on its way to a topic."""

    topic: str
    message: Message
    payload: bytes


class Report(NamedTuple):
    """What an observer is told once the turn is committed."""

    message: Message
    outputs: Sequence[Output] = ()
    seconds: float = 0.0
    rejected: str | None = None


@dataclass(slots=True)
class Turn:
    """Collects what a batch does. `versions` are those of code and knowledge, stamped on outputs."""

    partition: Partition
    state: Overlay
    versions: tuple[str, str] = ("", "")
    ticks: Ticks = field(default_factory=dict)
    outputs: list[Output] = field(default_factory=list)
    letters: list[DeadLetter] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    ticked: list[Tick] = field(default_factory=list)
    offset: int = field(init=False)
    last: str = field(init=False)
    messages: int = 0

    def __post_init__(self) -> None:
        self.offset, self.last = self.partition.offset, self.partition.last
        if self.partition.stage.stateless:
            self.state = Stateless()

    @property
    def changed(self) -> bool:
        """Whether there is anything to commit."""
        return bool(self.messages or self.reports or self.ticked)

    def consume(self, entries: Sequence[Entry], elsewhere: Attempt | None = None) -> None:
        """Take messages in order; `elsewhere` makes the attempts in place of this process.

        Raises `StageFailed` at the first message that stops the stage.
        """
        stage = self.partition.stage
        here = elsewhere or (lambda message: attempt(stage.step, self.state, message, message.at))
        for entry in entries:
            try:
                message = opened(entry, stage.source.type)
            except Poison as exc:
                self._reject(Message(id=entry.id), entry, str(exc))
            else:
                self._fire(message.at)
                crash_point(stage.name, "step")
                self._settle(message, entry, here(message))
                crash_point(stage.name, "stepped")
            self.offset, self.last = entry.offset, entry.id
            self.messages += 1
            for tick in self.ticks.get((stage.name, entry.id), ()):
                self.tick(tick.at, release=tick.release)

    def tick(self, wall: datetime, *, release: bool, limit: int | None = None) -> None:
        """Fire up to `limit` timers that the wall clock has passed; `release` lets go of held ones."""
        released = release and self.partition.timers.release()
        before = len(self.reports)
        try:
            self._fire(wall, limit)
        finally:
            if released or len(self.reports) > before:
                self.ticked.append(Tick(self.partition.stage.name, self.last, wall, released))

    def _fire(self, until: datetime, limit: int | None = None) -> None:
        timers, stage = self.partition.timers, self.partition.stage
        fired = 0
        while (limit is None or fired < limit) and (timer := timers.first(until)) is not None:
            crash_point(stage.name, "wake")
            outcome = attempt(stage.wake, self.state, timer.key, timer.due)
            origin = Message(id=timer.id, at=timer.due, cause=timer.cause, history=timer.history)
            entry = Entry(self.offset, timer.id, b"")
            self._settle(origin, entry, outcome, timer)
            crash_point(stage.name, "woken")
            fired += 1

    def _settle(self, origin: Message, entry: Entry, outcome: Outcome, timer: Timer | None = None) -> None:
        """Take over what a call did, or none of it."""
        stage = self.partition.stage
        if outcome.rejected is not None:
            self.state.discard()
            self._reject(origin, entry, outcome.rejected)
            if timer:
                self.partition.timers.remove(timer.key)
            return
        try:
            _check(outcome)
            outputs = self._stamped(origin, outcome.outputs, timer)
            wakes = self._asked(origin, outcome.outputs, timer)
        except Exception as exc:
            self.state.discard()
            raise StageFailed(stage.name, entry.id, summary(exc)) from exc
        self.state.keep()
        if timer:
            self.partition.timers.remove(timer.key)
        for wake in wakes:
            self.partition.timers.set(wake)
        self.outputs += outputs
        self.partition.window.accept()
        self.reports.append(Report(origin, outputs, outcome.seconds))

    def _stamped(
        self, origin: Message, outputs: Sequence[Message | Wake], timer: Timer | None
    ) -> list[Output]:
        stage, (code, knowledge) = self.partition.stage, self.versions
        envelope = {
            "at": origin.at,
            "cause": timer.cause if timer else origin.id,
            "history": origin.history,
            "code": code,
            "knowledge": knowledge,
        }
        stamped: list[Output] = []
        for output in outputs:
            if isinstance(output, Wake):
                continue
            topic = self.partition.sinks.find(output)
            message = output.stamped(id=f"{stage.name}/{origin.id}/{len(stamped)}", **envelope)
            stamped.append(Output(topic.name, message, encode(message)))
        return stamped

    def _asked(self, origin: Message, outputs: Sequence[Message | Wake], timer: Timer | None) -> list[Timer]:
        wakes = [output for output in outputs if isinstance(output, Wake)]
        if not wakes:
            return []
        if self.partition.stage.stateless:
            raise TypeError("a stateless stage asks for a timer")
        cause, held = (timer.cause, False) if timer else (origin.id, origin.history)
        return [Timer(w.key, _moment(w, timer), cause, origin.history, held) for w in wakes]

    def _reject(self, origin: Message, entry: Entry, reason: str) -> None:
        stage, window = self.partition.stage, self.partition.window
        reason = printable(reason)
        refusal = window.refusal()
        if refusal:
            raise TooManyRejects(stage.name, entry.id, f"{refusal}, this one because: {reason}")
        window.reject()
        self.letters.append(
            DeadLetter(stage.name, stage.source.name, entry.offset, entry.id, reason, entry.payload)
        )
        self.reports.append(Report(origin, rejected=reason))
        crash_point(stage.name, "rejected")


def _check(outcome: Outcome) -> None:
    if outcome.failure is not None:
        raise outcome.failure


def _moment(wake: Wake, timer: Timer | None) -> datetime:
    """Return when to wake, in UTC."""
    if wake.at.tzinfo is None:
        raise ValueError(f"timer {wake.key!r} is set for a time without a zone")
    if timer and wake.at <= timer.due:
        raise ValueError(f"timer {wake.key!r} is set for no later than now by a wake, it would never end")
    return wake.at.astimezone(UTC)


def tell(observer: Observer | None, turn: Turn, fresh: Collection[int]) -> None:
    """Tell the observer what is committed; outputs are left out unless their `id()` is among `fresh`."""
    if observer is None:
        return
    name = turn.partition.stage.name
    for report in turn.reports:
        if report.rejected is not None:
            observer.rejected(name, report.message, report.rejected)
            continue
        outputs = [output.message for output in report.outputs if id(output) in fresh]
        observer.stepped(name, report.message, outputs, report.seconds)
