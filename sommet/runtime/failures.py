"""How a stage stops.

SommetError
└── StageFailed         a stage stopped; what it had not finished is uncommitted
    └── TooManyRejects  it rejects so much that the fault is not in the messages
"""

from collections.abc import Mapping

from sommet.errors import SommetError


class StageFailed(SommetError):  # noqa: N818 - says what happened
    """A stage stopped at a message; everything before that message is committed."""

    def __init__(self, stage: str, message: str, why: str) -> None:
        super().__init__(
            f"stage {stage} stopped at message {message!r}: {why}; "
            "correct the cause and start again, it resumes with this message"
        )
        self.stage = stage
        self.message = message


class TooManyRejects(StageFailed):
    """A stage stopped because it rejects too many messages."""


class RemoteFailure(SommetError):  # noqa: N818 - says what happened
    """An exception in a worker process, in words; only ever the cause of a `StageFailed`."""

    def __init__(self, summary: str, details: str) -> None:
        super().__init__(summary, details)
        self.summary = summary

    def __str__(self) -> str:
        return "\n".join(self.args)


def summary(exc: BaseException) -> str:
    """Return type and text of an exception, the same wherever it was raised."""
    return exc.summary if isinstance(exc, RemoteFailure) else f"{type(exc).__name__}: {exc}"


def raise_first(failures: Mapping[str, StageFailed]) -> None:
    """Raise the first of the failures, with the others in its notes."""
    if failures:
        first, *others = failures.values()
        for other in others:
            first.add_note(str(other))
        raise first
