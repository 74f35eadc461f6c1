"""`sommet replay`: what the log holds once more through the stages as they are now, into a new folder."""

import shlex
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal

from schemas.envelope import Message
from schemas.events import Alert, Event, EventMentions
from schemas.topics import ANNOTATED, ARTICLES, MENTIONS, RAW, Topic
from sommet import clock
from sommet.app import pipeline, versions
from sommet.commands.ending import as_interrupt
from sommet.commands.log_file import ONLY_HERE, log_file
from sommet.commands.progress import Progress
from sommet.config import Config
from sommet.config_values import nearest
from sommet.errors import ConfigError, SommetError, StorageError
from sommet.knowledge.phrases import Phrases, counted
from sommet.runtime.database import Reader
from sommet.runtime.replay import replay as replayed
from sommet.stage import Stage
from sommet.store import Store
from sommet.terminal import safe
from sommet.watch import Watcher

TOPICS: dict[str, Topic[Any]] = {
    topic.name.removesuffix(".v1"): topic for topic in (RAW, ARTICLES, ANNOTATED, MENTIONS)
}
"""Where a replay may begin, by the names that people give."""
PACE = 50
"""Messages between two reports of progress."""


class NothingThere(SommetError):  # noqa: N818 - names what is wrong
    """The log has no message of the topic and the dates that were asked for."""


def topic(name: str) -> Topic[Any]:
    """Return the topic of that name. Raises `ConfigError` with a suggestion."""
    found = TOPICS.get(name.removesuffix(".v1"))
    if found is None:
        near = nearest(name, tuple(TOPICS))
        hint = f"; did you mean {near}?" if near else ""
        raise ConfigError(f"--topic {safe(name, 40)}: unknown; expected one of {', '.join(TOPICS)}{hint}")
    return found


@dataclass
class Tally(Watcher):
    """Counts what comes of a replay that begins with the stage `first`."""

    first: Stage[Any]
    progress: Progress
    total: int = 0
    taken: int = 0
    mentions: int = 0
    events: set[str] = field(default_factory=set)
    alerts: Counter[str] = field(default_factory=Counter)
    rejected_by: Counter[str] = field(default_factory=Counter)

    def begin(self, total: int) -> None:
        """Learn how many messages there are. Raises `NothingThere` for none."""
        self.total = total
        if not total:
            raise NothingThere(
                f"nothing to replay: the log has no {self.first.source.name} of these dates; "
                "expected other --since and --until, or another --topic"
            )

    def stepped(self, stage: str, message: Message, outputs: Sequence[Message], seconds: float) -> None:  # noqa: ARG002 - the observer's signature
        """Count one step."""
        if stage == self.first.name and type(message) is self.first.source.type:
            self._took(message)
        for output in outputs:
            if isinstance(output, EventMentions):
                self.mentions += len(output.mentions)
            elif isinstance(output, Event):
                self.events.add(output.event)
            elif isinstance(output, Alert):
                self.alerts[output.rule] += bool(output.receivers)

    def rejected(self, stage: str, message: Message, reason: str) -> None:  # noqa: ARG002 - the observer's signature
        """Count one message that can never work."""
        self.rejected_by[stage] += 1
        if stage == self.first.name:
            self._took(message)

    def _took(self, message: Message) -> None:
        self.taken += 1
        if isinstance(message, EventMentions):
            self.mentions += len(message.mentions)
        if self.taken % PACE == 0 or self.taken == self.total:
            self.progress.done(self.taken, self.total)


@dataclass(frozen=True, slots=True)
class Done:
    """A finished replay: where it stands, from when on, what came of it, how many seconds it took."""

    folder: Path
    source: Path
    since: datetime | None
    tally: Tally
    seconds: float


def replay(
    config: Config,
    progress: Progress,
    *,
    begin: Topic[Any] = RAW,
    since: datetime | None = None,
    before: datetime | None = None,
    into: Path | None = None,
    stages: Sequence[Stage[Any]] | None = None,
) -> Done:
    """Send what the log of `config` holds through the stages once more, and nothing to anybody.

    The log is only read. The new folder `into` has a log and a store, and is there only once all is done.
    Raises `StorageError` where the log cannot be read or `into` exists, `NothingThere` for no message.
    """
    source, start = log_file(config, ONLY_HERE), clock.monotonic()
    into = into or beside(config.data)
    _refuse(into)
    with Reader(source):
        pass  # a wrong file is told before the language models are loaded
    every = pipeline(config) if stages is None else stages
    number = next(i for i, stage in enumerate(every) if stage.source.name == begin.name)
    tally = Tally(every[number], progress)
    with (
        as_interrupt(),
        _growing(into) as folder,
        replayed(
            source, begin, every[number:], since=since, before=before, into=folder / "log.db",
            workers=config.workers, observer=tally, versions=versions(), brake=None, begun=tally.begin,
            ahead=(MENTIONS, lambda found: found.ruling is not None),
        ) as log,
    ):  # fmt: skip
        store = Store(f"sqlite:///{folder / 'store.db'}")
        try:
            store.follow(log)
        finally:
            store.close()
    return Done(into, config.data, since, tally, clock.monotonic() - start)


def beside(data: Path) -> Path:
    """Return the first of `var-replay`, `var-replay-2`, … that is not there yet."""
    data = data if data.name not in {"", ".."} else data.resolve()
    folders = (
        data.with_name(f"{data.name}-replay{f'-{number}' if number > 1 else ''}") for number in count(1)
    )
    return next(folder for folder in folders if not folder.exists() and not _part(folder).exists())


def summary(done: Done, words: Phrases) -> Iterator[str]:
    """Yield what came of a replay, in a few lines."""
    tally, said, language = done.tally, words.replay, words.language
    parts = [
        counted(said.articles, tally.taken, language),
        counted(said.mentions, tally.mentions, language),
        counted(said.events, len(tally.events), language),
        counted(said.alerts, tally.alerts.total(), language),
        counted(said.rejected, tally.rejected_by.total(), language),
        said.took.format(seconds=format_decimal(round(done.seconds, 1), locale=language)),
    ]
    yield ", ".join(parts)
    for label, numbers in ((said.by_rule, tally.alerts), (said.by_stage, tally.rejected_by)):
        if numbers:
            shown = ", ".join(f"{safe(name)} {number}" for name, number in sorted(numbers.items()))
            yield f"{label}{words.marks.colon}{shown}"
    if done.since:
        day = done.since.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC").replace(" 00:00 UTC", "")
        yield said.fresh.format(since=day)
    folder, source = (shlex.quote(safe(str(path))) for path in (done.folder, done.source))
    yield said.stands.format(folder=folder)
    yield f"  sommet events --data {folder}"
    yield f"  sommet diff {source} {folder}"


def _refuse(folder: Path) -> None:
    if folder.exists():
        raise StorageError(f"{folder} exists: a replay needs a new folder, choose another --into")


def _part(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.part")


@contextmanager
def _growing(folder: Path) -> Iterator[Path]:
    """Give a folder to write to, which gets its name at the end, and vanishes where something fails."""
    part = _part(folder)
    ours = not part.exists()  # known before it is made: a signal may come between any two steps
    try:
        try:
            part.mkdir(parents=True)
        except FileExistsError:
            ours = False
            raise StorageError(
                f"{part} exists: another replay writes it, or one was cut short; "
                "remove it or choose another --into"
            ) from None
        except OSError as error:
            raise StorageError(f"{folder} cannot be made: {error.strerror}; choose another --into") from error
        yield part
        _refuse(folder)
        part.rename(folder)
    except BaseException:
        if ours:
            shutil.rmtree(part, ignore_errors=True)
        raise
