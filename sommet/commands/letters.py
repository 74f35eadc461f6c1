"""What `sommet dead-letters` says and does."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec

from schemas.envelope import EPOCH, Message
from schemas.letters import Settled
from sommet import clock
from sommet.commands.log_file import ELSEWHERE, log_file
from sommet.config import Config
from sommet.errors import ConfigError
from sommet.runtime.dead_letters import DeadLetter
from sommet.runtime.desk import Desk, FileDesk, origin
from sommet.runtime.topics import load, sources
from sommet.terminal import safe
from sommet.wording import lasting

LONGEST_NOTE = 500
LONGEST_LINE = 200


@dataclass(frozen=True, slots=True)
class Filed:
    """A dead letter, and what was decided about it, if anything."""

    letter: DeadLetter
    ruling: Settled | None

    @property
    def status(self) -> str:
        """What became of it."""
        return self.ruling.outcome if self.ruling else "open"

    @property
    def at(self) -> datetime | None:
        """When the article was received that it follows from; None where its bytes do not tell."""
        try:
            at = msgspec.json.decode(self.letter.payload, type=Message).at
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        return at if at > EPOCH and at.tzinfo else None


def opened(config: Config) -> Desk:
    """Return the desk of the log that the configuration names, by default of the file in the data folder."""
    if not config.log.url:
        return FileDesk(log_file(config, ELSEWHERE))
    from sommet.runtime.kafka_client import Cluster  # noqa: PLC0415 - only who asks waits for the client
    from sommet.runtime.kafka_desk import KafkaDesk  # noqa: PLC0415

    return KafkaDesk(Cluster.of(config.log))


def known_stage(name: str) -> str:
    """Return the name of a stage, or an empty one; raises `ConfigError` for any other."""
    stages = sources(load())
    if name and name not in stages:
        raise ConfigError(f"--stage {safe(name, 40)}: no stage of that name; there are {', '.join(stages)}")
    return name


def filed(desk: Desk, stage: str = "") -> list[Filed]:
    """Return the dead letters of a stage, or of all, in the order of their rejection."""
    letters = [one for one in desk.letters() if stage in {"", one.stage}]
    settled = desk.settled() if letters else {}
    return [Filed(one, settled.get(one.number)) for one in letters]


def named(desk: Desk, numbers: Sequence[int]) -> list[Filed]:
    """Return the letters of these numbers; raises `ConfigError` for one that is not there."""
    known = {one.letter.number: one for one in filed(desk)}
    for number in numbers:
        if number not in known:
            raise ConfigError(
                f"{number}: no dead letter of that number; `sommet dead-letters list` shows them"
            )
    return [known[number] for number in dict.fromkeys(numbers)]


def listed(found: Sequence[Filed], stage: str, *, limit: int, settled: bool, as_json: bool) -> Iterator[str]:
    """Yield the lines of `list`: the counts of each stage, then a line for each letter."""
    rows = [one for one in found if settled or not one.ruling][-limit:]
    if as_json:
        yield from map(coded, rows)
        return
    if not found:
        yield f"no dead letters{f' of {stage}' if stage else ''}"
    now = clock.now()
    for name in dict.fromkeys(one.letter.stage for one in found):
        mine = [one for one in found if one.letter.stage == name]
        counts = Counter(one.status for one in mine)
        oldest = min((one.at for one in mine if not one.ruling and one.at), default=None)
        age = f"; the oldest {lasting(now, oldest)} old" if oldest else ""
        yield f"{name}: {', '.join(f'{counts[word]} {word}' for word in ('open', 'retried', 'dropped'))}{age}"
    width = max((len(str(one.letter.number)) for one in rows), default=0)
    for one in rows:
        age = lasting(now, one.at) if one.at else "-"
        state = f" {one.status}" if one.ruling else ""
        letter = one.letter
        said = f"{letter.stage}{state}, {age}, {letter.id}: {letter.reason}"
        yield f"  {letter.number:>{width}}  {safe(said, LONGEST_LINE)}"


def shown(one: Filed) -> Iterator[str]:
    """Yield the lines of `show`."""
    letter, ruling = one.letter, one.ruling
    before, ident = origin(letter)
    yield f"dead letter  {letter.number}, {one.status}"
    if ruling:
        who = f" by {ruling.by}" if ruling.by else ""
        why = f": {ruling.note}" if ruling.note else ""
        yield safe(f"settled      {ruling.outcome} at {_time(ruling.at)}{who}{why}")
    yield safe(f"stage        {letter.stage}")
    yield safe(f"origin       {letter.topic}, partition {letter.partition}, offset {letter.offset}")
    yield safe(f"message      {ident}")
    if before:
        yield f"before       dead letter {before}, put back and rejected again"
    if one.at:
        yield f"received     {_time(one.at)}"
    yield safe(f"reason       {letter.reason}")
    yield ""
    yield from _message(letter.payload)


def settle(
    desk: Desk, numbers: Sequence[int], outcome: Literal["retried", "dropped"], *, by: str, note: str
) -> Iterator[str]:
    """Deal with letters, none where one of them cannot be; yield a line for each.

    Raises `ConfigError` for what is unknown, dealt with, or cannot be put back.
    """
    found = named(desk, numbers)
    for one in found:
        if one.ruling:
            raise ConfigError(_already(one.letter, one.ruling))
        if outcome == "retried" and not one.letter.payload:
            raise ConfigError(f"{one.letter.number}: was no message but a timer, which cannot be put back")
    for one in found:
        letter = one.letter
        ruling = Settled(
            id=f"dead-letter/{letter.number}",
            at=clock.now(),
            letter=letter.number,
            stage=letter.stage,
            outcome=outcome,
            about=origin(letter)[1],
            by=safe(by, 80),
            note=safe(note, LONGEST_NOTE),
        )
        if not desk.settle(letter, ruling):
            raise ConfigError(_already(letter, desk.settled()[letter.number]))
        said = f"put back for {letter.stage}" if outcome == "retried" else "dropped"
        yield f"{letter.number}: {said}"


def coded(one: Filed, *, whole: bool = False) -> str:
    """Return a letter as one JSON object, with its message where it is shown `whole`."""
    letter, ruling = one.letter, one.ruling
    before, ident = origin(letter)
    row: dict[str, Any] = {
        "number": letter.number,
        "status": one.status,
        "stage": letter.stage,
        "topic": letter.topic,
        "partition": letter.partition,
        "offset": letter.offset,
        "id": ident,
        "before": before or None,
        "received": one.at,
        "reason": letter.reason,
        "settled": ruling.at if ruling else None,
        "by": ruling.by if ruling else "",
        "note": ruling.note if ruling else "",
    }
    if whole:
        row["message"] = letter.payload.decode("utf-8", "backslashreplace")
    return msgspec.json.encode(row).decode()


def _already(letter: DeadLetter, ruling: Settled) -> str:
    return f"{letter.number}: was {ruling.outcome} at {_time(ruling.at)}; it is dealt with once"


def _message(payload: bytes) -> Iterator[str]:
    """Yield the lines of a message; bytes that are no JSON as they are."""
    try:
        text = msgspec.json.format(payload, indent=1).decode()
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        text = payload.decode("utf-8", "backslashreplace") or "(no message: a timer)"
    for line in text.split("\n"):
        yield safe(line)


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
