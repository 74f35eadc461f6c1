"""What a receiver is: one way to bring a message to people."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

from sommet.outbox.message import Rendered


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt.

    `retry` may work later, not before `after`; `uncertain` says that the provider may have taken the
    message all the same. `held` is the receiver's own fault, such as a wrong password: no message can go
    out until somebody mends it, and none is lost. `failed` is the fault of this one message, for good.
    `detail` is for people and never holds a secret.
    """

    result: Literal["sent", "retry", "held", "failed"]
    detail: str = ""
    after: timedelta | None = None
    uncertain: bool = False


SENT = Outcome("sent")


class Receiver(Protocol):
    """One way to bring a message to people.

    `language` is that of its messages, empty for the configured one; `pace` is the least time between
    two messages.
    """

    @property
    def language(self) -> str:
        """`fr`, `en`, or empty."""

    @property
    def pace(self) -> timedelta:
        """The least time between two messages."""

    def send(self, message: Rendered, key: str) -> Outcome:
        """Send `message`; the same `key` at every attempt lets the provider's side recognise it."""
