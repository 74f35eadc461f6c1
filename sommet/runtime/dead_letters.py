"""Messages that a stage rejected, and the brake that stops a stage which rejects too many."""

from collections import deque
from dataclasses import dataclass

LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One rejected message with its origin: `number` counts from 1 in the order of rejection.

    `payload` is the message as it stood in the topic; a rejected timer has none. `offset` counts from 1 in
    its partition.
    """

    stage: str
    topic: str
    offset: int
    id: str
    reason: str
    payload: bytes
    number: int = 0
    partition: int = 0


@dataclass(frozen=True, slots=True)
class Brake:
    """When rejects stop a stage: `in_a_row`, or more than `share` of the last `window` messages.

    The share is judged once `least` messages were seen.
    """

    share: float = 0.05
    window: int = 200
    least: int = 20
    in_a_row: int = 20


class Window:
    """What became of a stage's last messages, as the brake sees it; without a brake it forgets all.

    It is stored with the stage's position, so that a restart does not loosen the brake.
    """

    def __init__(self, brake: Brake | None, recent: str = "") -> None:
        self._brake = brake
        self._recent: deque[str] = deque(recent if brake else "", maxlen=brake.window if brake else 0)
        self._rejected = self._recent.count("1")
        self._row = len(recent) - len(recent.rstrip("1")) if brake else 0

    def accept(self) -> None:
        """Note a message that went through."""
        self._note("0")
        self._row = 0

    def reject(self) -> None:
        """Note a message that was rejected."""
        self._note("1")
        self._row += 1

    def refusal(self) -> str:
        """Return why one more reject is one too many, or an empty string."""
        brake = self._brake
        if brake is None:
            return ""
        if self._row + 1 >= brake.in_a_row:
            return f"{brake.in_a_row} messages in a row are rejected"
        seen = min(len(self._recent) + 1, brake.window)
        leaving = len(self._recent) == brake.window and self._recent[0] == "1"
        rejected = self._rejected + 1 - leaving
        if seen >= brake.least and rejected > brake.share * seen:
            return f"{rejected} of the last {seen} messages are rejected, more than {brake.share:.0%}"
        return ""

    def _note(self, mark: str) -> None:
        if self._brake is None:
            return
        if len(self._recent) == self._recent.maxlen and self._recent[0] == "1":
            self._rejected -= 1
        self._recent.append(mark)
        self._rejected += mark == "1"

    def __str__(self) -> str:
        return "".join(self._recent)


def printable(reason: str) -> str:
    """Return `reason` short enough to keep and free of what no database can store."""
    return reason[:LONGEST_REASON].encode("utf-8", "backslashreplace").decode()
