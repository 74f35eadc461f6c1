"""The envelope that every message carries.

A message is one frozen struct: the envelope's fields and its own. The runtime stamps the envelope;
a stage fills in only what it knows. Readers ignore fields they do not know and every field added
after the first release has a default, so that within a major version any two releases understand
each other.
"""

from datetime import UTC, datetime
from functools import cache
from operator import is_not
from typing import Any, Self, TypeVar

import msgspec

from schemas.complete import complete

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@complete
class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The base of all messages: the envelope.

    `at` is stamped once, when a producer receives an article, and inherited by all that follows from
    it. A text received long after its publication is `history`: its `at` is its publication time.
    `cause` is the id of the message that this one follows from; `code` and `knowledge` are the
    versions that made it.
    """

    id: str = ""
    at: datetime = EPOCH
    cause: str = ""
    history: bool = False
    code: str = ""
    knowledge: str = ""

    def stamped(self, **envelope: Any) -> Self:
        """Return a copy with envelope fields filled in; an id that is already set stays."""
        if self.id:
            envelope.pop("id", None)
        return msgspec.structs.replace(self, **envelope)


M = TypeVar("M", bound=Message)


def encode(message: Message) -> bytes:
    """Return the JSON bytes of `message`; equal messages have equal bytes."""
    return msgspec.json.encode(_plain(message), order="deterministic")


def decode(data: bytes, kind: type[M]) -> M:
    """Return the message of type `kind` in `data`.

    Raises `msgspec.DecodeError` (`ValidationError` is one) for what is no such message.
    """
    return _decoder(kind).decode(data)  # type: ignore[no-any-return]


S = TypeVar("S", bound=msgspec.Struct)


def _plain(struct: S) -> S:
    """Return `struct` with the default itself wherever a field equals it, also in the structs it holds.

    msgspec leaves out a field that *is* the default: a float, time or string that only equals it, as after
    a way through another process, would be written.
    """
    changes: dict[str, Any] = {}
    values, structs = _looked_at(type(struct))
    for name, default in values:
        value = getattr(struct, name)
        if value is not default and type(value) is type(default) and value == default:
            changes[name] = default
    for name in structs:
        value = getattr(struct, name)
        if isinstance(value, msgspec.Struct):
            if (plain := _plain(value)) is not value:
                changes[name] = plain
        elif isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
            items = tuple(map(_plain, value))
            if any(map(is_not, items, value)):
                changes[name] = items
    return msgspec.structs.replace(struct, **changes) if changes else struct


@cache
def _looked_at(kind: type[msgspec.Struct]) -> tuple[tuple[tuple[str, object], ...], tuple[str, ...]]:
    """Return the fields to compare with their defaults, and those that may hold structs.

    Of `None`, truth values, small numbers and what is empty there is one object only.
    """
    fields = msgspec.structs.fields(kind)
    values = tuple(
        (field.name, field.default)
        for field in fields
        if field.default not in (msgspec.NODEFAULT, "", (), None) and not isinstance(field.default, int)
    )
    types = msgspec.inspect.type_info(kind).fields  # type: ignore[attr-defined]
    return values, tuple(field.name for field in types if _holds_structs(field.type))


def _holds_structs(kind: msgspec.inspect.Type) -> bool:
    inner = getattr(kind, "types", None) or [getattr(kind, "item_type", None)]
    return isinstance(kind, msgspec.inspect.StructType) or any(map(_holds_structs, filter(None, inner)))


@cache
def _decoder(kind: type[Message]) -> Any:
    return msgspec.json.Decoder(kind)
