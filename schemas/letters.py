"""What people decide on messages that a stage rejected."""

from typing import Literal

from schemas.envelope import Message


class Settled(Message, frozen=True, kw_only=True, omit_defaults=True):
    """A dead letter was dealt with, once: put back through its stage, or dropped. It stays in the history.

    `letter` is its number, `about` the id of the rejected message, `by` and `note` who decided and why.
    """

    letter: int
    stage: str
    outcome: Literal["retried", "dropped"]
    about: str = ""
    by: str = ""
    note: str = ""
