"""Dead letters, and what people do with them: put one back through its stage, or drop it; each once.

What is put back stands in its topic once more, byte for byte, under an id of its own, so that its stage
takes it as new. What the stage makes of it has the ids that it would have had the first time. Whoever else
reads the topic passes over it. Nothing is removed: a settled letter stays where it is.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from schemas.envelope import encode
from schemas.letters import Settled
from schemas.topics import SETTLED
from sommet.runtime import tables
from sommet.runtime.beside import writing_beside
from sommet.runtime.database import Reader
from sommet.runtime.dead_letters import DeadLetter
from sommet.runtime.log import RETRIED, Entry, page, readable
from sommet.stage import Log

ALL = 10**9
"""More than there are."""
_PAGE = 1000


class Desk(Protocol):
    """The dead letters of one log."""

    def letters(self) -> list[DeadLetter]:
        """Return all of them, in the order of their rejection."""

    def settled(self) -> dict[int, Settled]:
        """Return what was decided, by the number of the letter."""

    def settle(self, letter: DeadLetter, ruling: Settled) -> bool:
        """Note what was decided and do it, all or nothing; false where the letter was settled before."""


class FileDesk:
    """The desk of a log of the embedded driver, also while an instance runs."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def letters(self) -> list[DeadLetter]:
        """Return all dead letters."""
        with Reader(self._path) as reader:
            return tables.letters(reader, "", 0, ALL)

    def settled(self) -> dict[int, Settled]:
        """Return what was decided."""
        entries: list[Entry] = []
        with Reader(self._path) as reader, reader.reading() as connection:
            while more := page(connection, SETTLED.name, entries[-1].offset if entries else 0, _PAGE):
                entries += more
        return by_number(ruling for _, ruling in readable(entries, Settled))

    def settle(self, letter: DeadLetter, ruling: Settled) -> bool:
        """Note what was decided and do it in one transaction."""
        with writing_beside(self._path) as writer:
            new = writer.write(SETTLED.name, ruling.id, encode(ruling))
            if new and ruling.outcome == "retried":
                writer.write(letter.topic, again(letter), letter.payload)
        return new


def again(letter: DeadLetter) -> str:
    """Return the id under which a letter is put back."""
    return f"{RETRIED}{letter.number}/{origin(letter)[1]}"


def origin(letter: DeadLetter) -> tuple[int, str]:
    """Return the number of the letter that this one was before it was put back, or 0; and its first id."""
    number, slash, ident = letter.id.removeprefix(RETRIED).partition("/")
    if letter.id.startswith(RETRIED) and slash and number.isdecimal():
        return int(number), ident
    return 0, letter.id


def by_number(rulings: Iterable[Settled]) -> dict[int, Settled]:
    """Return the first ruling on each letter."""
    found: dict[int, Settled] = {}
    for ruling in rulings:
        found.setdefault(ruling.letter, ruling)
    return found


class Open:
    """Counts the letters that wait for a decision; looks again only where something may have changed."""

    def __init__(self) -> None:
        self._settled: set[int] = set()
        self._after = 0
        self._rejected = -1
        self.counts: Counter[str] = Counter()

    def look(self, log: Log, letters: Callable[[], Iterable[DeadLetter]], rejected: int) -> bool:
        """Count again where `rejected`, or what people have settled, is another number; say whether it is."""
        new = log.read(SETTLED, self._after)
        if not new and rejected == self._rejected:
            return False
        while new:
            self._settled |= {ruling.letter for _, ruling in new}
            self._after = new[-1][0]
            new = log.read(SETTLED, self._after)
        self._rejected = rejected
        self.counts = Counter(one.stage for one in letters() if one.number not in self._settled)
        return True
