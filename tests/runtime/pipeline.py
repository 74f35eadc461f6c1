"""A small pipeline with everything a runtime has to keep: state, timers, rejects, three stages, five topics.

Everything it says depends on the order of the messages of one key, so that one lost, doubled or misplaced
message changes all that follows.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from schemas.envelope import Message
from schemas.topics import Topic
from sommet.ids import digest
from sommet.stage import Reject, Stage, State, Wake

START = datetime(2030, 1, 1, tzinfo=UTC)
END = START + timedelta(days=365)


class Number(Message, frozen=True, kw_only=True, omit_defaults=True):
    number: int
    key: str = "a"


class Doubled(Number, frozen=True, kw_only=True, omit_defaults=True):
    pass


class Total(Number, frozen=True, kw_only=True, omit_defaults=True):
    pass


class Quiet(Number, frozen=True, kw_only=True, omit_defaults=True):
    pass


class Link(Number, frozen=True, kw_only=True, omit_defaults=True):
    chain: str


NUMBERS = Topic("numbers.v1", Number, lambda m: m.key)
DOUBLES = Topic("doubles.v1", Doubled, lambda m: m.key)
TOTALS = Topic("totals.v1", Total, lambda m: m.key)
QUIETS = Topic("quiets.v1", Quiet, lambda m: m.key)
LINKS = Topic("links.v1", Link, lambda m: m.key)
TOPICS = (NUMBERS, DOUBLES, TOTALS, QUIETS, LINKS)


def double(state: State, message: Number, now: datetime) -> Iterator[Doubled]:
    """Reject 40, 81, 122 and so on."""
    if message.number % 41 == 40:
        raise Reject(f"{message.number} is odd in its own way")
    yield Doubled(number=2 * message.number, key=message.key)


def tally(state: State, message: Doubled, now: datetime) -> Iterator[Total | Wake]:
    """Count up, and say so when nothing came for ten seconds."""
    total = int(state.get(message.key, b"0")) + message.number
    state[message.key] = str(total).encode()
    if message.number % 74 == 72:
        raise Reject("the changes of a rejected message vanish")
    yield Wake(message.key, now + timedelta(seconds=10))
    yield Total(number=total, key=message.key)


def quiet(state: State, key: str, now: datetime) -> Iterator[Quiet | Wake]:
    """Say how much there was; once more after a minute; then forget."""
    if key.startswith("again-"):
        key = key.removeprefix("again-")
        yield Quiet(number=-1, key=key)
        state.pop(key, None)
    else:
        yield Quiet(number=int(state.get(key, b"0")), key=key)
        yield Wake(f"again-{key}", now + timedelta(minutes=1))


def link(state: State, message: Total, now: datetime) -> Iterable[Link]:
    """Chain every total to those before it."""
    chain = digest(state.get(message.key, b"").decode(), message.id, str(message.number), now.isoformat())
    state[message.key] = chain.encode()
    return [Link(number=message.number, key=message.key, chain=chain)]


STAGES = (
    Stage("double", NUMBERS, (DOUBLES,), double, stateless=True),
    Stage("tally", DOUBLES, (TOTALS, QUIETS), tally, quiet),
    Stage("link", TOTALS, (LINKS,), link),
)


def numbers(count: int, *, gap: float = 4, history: bool = False) -> list[Number]:
    """Return messages 0, 1, … of two keys, `gap` seconds apart, with a pause after each seventh."""
    return [
        Number(
            id=f"n{i}",
            number=i,
            key="ab"[i % 3 == 0],
            at=START + timedelta(seconds=gap * i + 30 * (i // 7)),
            history=history,
        )
        for i in range(count)
    ]
