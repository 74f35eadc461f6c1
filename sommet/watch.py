"""Who is told what happens: metrics, the board, lines on standard output."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.envelope import Message
from schemas.events import Delivery


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll of a source brought: new articles, or the reason of a failure in a few words.

    `title` is what people call the source, where that is another name. `asked` is false for what is only
    remembered of an earlier run.
    """

    source: str
    items: int = 0
    failure: str = ""
    detail: str = ""
    title: str = ""
    asked: bool = True

    @property
    def name(self) -> str:
        """The source as people call it."""
        return self.title or self.source


@dataclass(frozen=True, slots=True)
class Owed:
    """What one receiver is still owed: how many alerts, why the last try failed, when the next one is due."""

    count: int
    reason: str = ""
    again: datetime | None = None


class Watcher:
    """Hears of everything and does nothing; an `Observer` that others refine."""

    def stepped(self, stage: str, message: Message, outputs: Sequence[Message], seconds: float) -> None:
        """One message went through a stage and its outputs are committed."""

    def rejected(self, stage: str, message: Message, reason: str) -> None:
        """One message went to the dead letters of a stage."""

    def watching(self, sources: int, due: datetime | None = None) -> None:
        """So many sources are configured; the next one is due then, which is not known before a round."""

    def polled(self, poll: Polled) -> None:
        """A source was asked."""

    def rested(self) -> None:
        """Every source that was due has been asked."""

    def delivered(self, delivery: Delivery) -> None:
        """An alert came to its end at a receiver."""

    def owed(self, owed: Mapping[str, Owed]) -> None:
        """This much is owed to each receiver; one that is not named is owed nothing."""

    def note(self, text: str) -> None:
        """Something that a person should know."""


class Watchers(Watcher):
    """Tells several watchers, in their order."""

    def __init__(self, watchers: Iterable[Watcher]) -> None:
        self._watchers = tuple(watchers)

    def stepped(self, stage: str, message: Message, outputs: Sequence[Message], seconds: float) -> None:
        """Tell all that one message went through a stage."""
        for watcher in self._watchers:
            watcher.stepped(stage, message, outputs, seconds)

    def rejected(self, stage: str, message: Message, reason: str) -> None:
        """Tell all that one message went to the dead letters."""
        for watcher in self._watchers:
            watcher.rejected(stage, message, reason)

    def watching(self, sources: int, due: datetime | None = None) -> None:
        """Tell all how many sources there are."""
        for watcher in self._watchers:
            watcher.watching(sources, due)

    def polled(self, poll: Polled) -> None:
        """Tell all that a source was asked."""
        for watcher in self._watchers:
            watcher.polled(poll)

    def rested(self) -> None:
        """Tell all that a round over the sources is done."""
        for watcher in self._watchers:
            watcher.rested()

    def delivered(self, delivery: Delivery) -> None:
        """Tell all that an alert came to its end."""
        for watcher in self._watchers:
            watcher.delivered(delivery)

    def owed(self, owed: Mapping[str, Owed]) -> None:
        """Tell all what is owed."""
        for watcher in self._watchers:
            watcher.owed(owed)

    def note(self, text: str) -> None:
        """Tell all what a person should know."""
        for watcher in self._watchers:
            watcher.note(text)


class Halted(BaseException):
    """Work is to end now, between two batches; no error."""


class Halt(Watcher):
    """Ends a long run of the stages at the next commit once `event` is set."""

    event: threading.Event | None = None

    def stepped(self, stage: str, message: Message, outputs: Sequence[Message], seconds: float) -> None:  # noqa: ARG002 - the observer's signature
        """Look whether to end."""
        if self.event is not None and self.event.is_set():
            raise Halted
