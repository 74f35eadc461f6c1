"""Messages: examples, schemas, and what two releases make of each other's messages."""

import json
import pickle
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest

from schemas import export
from schemas.envelope import Message, decode, encode
from schemas.topics import TOPICS, Topic

EXAMPLES = Path(export.__file__).parent / "examples"
ALL = [pytest.param(topic, id=name) for name, topic in TOPICS.items()]


@pytest.mark.parametrize("topic", ALL)
def test_the_example_survives_the_way_there_and_back(topic: Topic[Any]) -> None:
    """What is written is what is read, field by field, and the example is complete."""
    data = (EXAMPLES / f"{topic.name}.json").read_bytes()
    message = decode(data, topic.type)
    assert decode(encode(message), topic.type) == message
    assert json.loads(encode(message)) == json.loads(data)


S = TypeVar("S", bound=msgspec.Struct)


def like_defaults(struct: S) -> S:
    """Return `struct` with every field of a default set to it, at every depth."""
    changes: dict[str, Any] = {}
    for field in msgspec.structs.fields(type(struct)):
        value = getattr(struct, field.name)
        if field.default is not msgspec.NODEFAULT:
            changes[field.name] = field.default
        elif isinstance(value, msgspec.Struct):
            changes[field.name] = like_defaults(value)
        if isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
            changes[field.name] = tuple(map(like_defaults, value))
    return msgspec.structs.replace(struct, **changes)


@pytest.mark.parametrize("topic", ALL)
def test_equal_messages_have_equal_bytes(topic: Topic[Any]) -> None:
    """Whether a value is the default or only equals it, as after a way through another process."""
    full: Message = decode((EXAMPLES / f"{topic.name}.json").read_bytes(), topic.type)
    for message in (full, like_defaults(full)):
        copy = pickle.loads(pickle.dumps(message))
        assert copy == message
        assert encode(copy) == encode(message)


@pytest.mark.parametrize("topic", ALL)
def test_the_stored_schema_is_that_of_the_code(topic: Topic[Any]) -> None:
    """A change of a message without `make schemas` is noticed."""
    stored = (EXAMPLES.parent / "json" / f"{topic.name}.json").read_text("utf-8")
    assert stored == export.schema(topic)


@pytest.mark.parametrize("topic", ALL)
def test_an_older_reader_ignores_fields_it_does_not_know(topic: Topic[Any]) -> None:
    """A field that a later release adds changes nothing for this one."""
    data = json.loads((EXAMPLES / f"{topic.name}.json").read_bytes())
    assert decode(json.dumps({**data, "added_later": [1, {"a": 2}]}).encode(), topic.type) == decode(
        json.dumps(data).encode(), topic.type
    )


@pytest.mark.parametrize("topic", ALL)
def test_a_newer_reader_fills_in_fields_that_were_not_there(topic: Topic[Any]) -> None:
    """Every field that is not required has a default: a message without them is still read."""
    data = json.loads((EXAMPLES / f"{topic.name}.json").read_bytes())
    required = {field.name for field in msgspec.structs.fields(topic.type) if field.required}
    message = decode(json.dumps({name: data[name] for name in required}).encode(), topic.type)
    assert {name for name in required if getattr(message, name) is None} == set()


@pytest.mark.parametrize("topic", ALL)
@pytest.mark.parametrize(
    "data", [b"", b"[]", b"null", b"{", b'{"id": 3}', b"\xff\xfe", b'{"at": "yesterday"}']
)
def test_what_is_no_message_is_refused(topic: Topic[Any], data: bytes) -> None:
    """Bytes that are no such message raise one kind of error."""
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        decode(data, topic.type)
