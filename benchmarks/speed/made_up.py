"""A made-up stream of reports for the `resolve` stage: the same one at every run.

Parties are the actors that the project knows. Every sentence is filler of the usual length.
"""

import random
from base64 import b64encode
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate, count
from typing import Any, get_args

from schemas.events import EventMentions, EventType, Mentioned, Origin
from sommet.knowledge.actors import Actor, load
from sommet.language.sketch import BYTES

BEGIN = datetime(2031, 3, 1, tzinfo=UTC)
SPAN = 60
"""Days on which events are told for the first time: all are open at the end."""
END = BEGIN + timedelta(days=SPAN)
TYPES: tuple[EventType, ...] = get_args(EventType)
SHARES = (10, 16, 3, 10, 8, 10, 8, 9, 4, 11, 4, 3, 4)
"""Per cent of the events, in the order of the types."""
UNNAMED = 0.1
"""Share of the events that name no more than the two states, while there are no more than `WORLD`."""
WORLD = 1_000
"""Events in `SPAN` days, 17 a day, that are told of the parties that the project knows."""
LATE, EDITED, RECALLED = 0.02, 0.02, 0.02
"""Shares of reports that come days late, that come again in another version, that recall an old event."""
PLACES = [("", ""), ("", ""), ("Moscow", "RUS"), ("Beijing", "CHN"), ("Kazan", "RUS"), ("Shanghai", "CHN")]
WORDS = (
    "the", "two", "sides", "said", "on", "the", "sidelines", "of", "talks", "that", "work", "on", "the",
    "matter", "would", "go", "on", "as", "planned",
)  # fmt: skip
KINDS = {"energy": "company", "trade": "company", "agreement": "company", "military": "body"}


@dataclass(slots=True)
class Stream:
    """Reports of `events` events, in the order of their arrival.

    What is told of one party does not grow with the number of events: of more than `WORLD` events each
    further thousand has parties of its own. In a `dense` stream all events are those of the same parties.
    """

    events: int
    seed: int = 7
    dense: bool = False
    _dice: random.Random = field(init=False)
    _parties: dict[str, tuple[list[str], list[str]]] = field(init=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self._parties = {kind: _parties(kind) for kind in ("person", "company", "body")}

    def reports(self) -> list[tuple[datetime, EventMentions]]:
        """Return when each message came, and the message."""
        numbers = count()
        found: list[tuple[datetime, EventMentions]] = []
        for number in range(self.events):
            first = BEGIN + timedelta(days=SPAN * number / self.events)
            found += self._event(first, numbers)
        return sorted(found, key=lambda pair: (pair[0], pair[1].id))

    def _event(self, first: datetime, numbers: Iterator[int]) -> Iterator[tuple[datetime, EventMentions]]:
        dice = self._dice
        stated = self._stated(first)
        sketch = _sketch(dice)
        for n in range(min(12, 1 + int(dice.expovariate(0.7)))):
            published = first + timedelta(hours=n and dice.expovariate(1 / 8))
            late = dice.random() < LATE
            came = published + timedelta(hours=dice.uniform(24, 150) if late else dice.expovariate(1))
            said, text = stated, sketch if dice.random() < 0.5 else _sketch(dice)
            if n and dice.random() < RECALLED and stated.start:
                published = came = first + timedelta(days=dice.uniform(10, SPAN))
                said = _replaced(stated, salience="background", status="occurred")
            article = f"a{next(numbers)}"
            yield came, self._message(article, published, came, _told(said, dice), sketch=text)
            if dice.random() < EDITED:
                again = came + timedelta(hours=dice.expovariate(0.2))
                yield (
                    again,
                    self._message(article, published, again, _told(said, dice), version=2, sketch=text),
                )

    def _stated(self, first: datetime) -> Mentioned:
        dice = self._dice
        kind = dice.choices(TYPES, SHARES)[0]
        planned = dice.random() < (0.4 if kind in {"summit", "consultation"} else 0.1)
        day = (first + timedelta(days=dice.uniform(1, 120) if planned else -dice.choice((0, 0, 1, 2)))).date()
        start, end = day.isoformat(), day.isoformat()
        vague = dice.random()
        if vague < 0.1:
            start = end = ""
        elif vague < 0.2:
            start = end = day.isoformat()[:7]
        elif vague < 0.35 and not planned:
            start = (day - timedelta(days=6)).isoformat()
        named = self._parties[KINDS.get(kind, "person")]
        place = dice.choice(PLACES)
        return Mentioned(
            type=kind,
            status="planned" if planned else "occurred",
            salience="news",
            format="in_person" if kind in {"summit", "consultation"} else "",
            start=start, end=end,
            basis="report" if start and end != start and not planned else "text" if start else "",
            place=place[0], country=place[1],
            participants=self._participants(named),
            quantities=(f"{dice.randrange(1, 900)} million USD",) if kind in {"energy", "trade"} else (),
        )  # fmt: skip

    def _participants(self, named: tuple[Sequence[str], Sequence[str]]) -> tuple[str, ...]:
        """Draw the parties of one thousand of events; the two states are one pair among all others."""
        worlds = 1 if self.dense else max(1, self.events // WORLD)
        if self._dice.random() < UNNAMED / worlds:
            return "Russia", "China"
        world = self._dice.randrange(worlds) if worlds > 1 else 0
        return tuple(f"{self._any(names)} {world}" if world else self._any(names) for names in named)

    def _any(self, names: Sequence[str]) -> str:
        """Draw a name: few are told often, most rarely."""
        weights = list(accumulate(1 / (n + 20) for n in range(len(names))))
        return names[min(bisect(weights, self._dice.random() * weights[-1]), len(names) - 1)]

    def _message(
        self, article: str, published: datetime, came: datetime, said: Mentioned, *, version: int = 1,
        sketch: str,
    ) -> EventMentions:  # fmt: skip
        origin = Origin(
            article=article, url=f"https://example.org/news/{published:%Y/%m/%d}/{article}.html",
            source="example", outlet="Example", title=" ".join(WORDS[:10]), lang="en",
            published=published.isoformat(timespec="seconds"), received=came, version=version, sketch=sketch,
        )  # fmt: skip
        return EventMentions(
            id=f"classify/{article}/{version}", at=came, dyad="RUS-CHN", origin=origin, mentions=(said,)
        )


def one_event(reports: int, *, seed: int = 7) -> list[tuple[datetime, EventMentions]]:
    """Return reports of one event, all of one day, in random order."""
    stream, dice = Stream(1, seed), random.Random(seed)
    stated = Mentioned(
        type="summit", status="occurred", salience="news", format="in_person", start="2031-03-01",
        end="2031-03-01", basis="text", place="Moscow", country="RUS",
        participants=("Vladimir Putin", "Xi Jinping"),
    )  # fmt: skip
    found = []
    for n in range(reports):
        published = BEGIN + timedelta(days=dice.random())
        told, sketch = _told(stated, dice), _sketch(dice)
        found.append((published, stream._message(f"b{n}", published, published, told, sketch=sketch)))  # noqa: SLF001
    return found


def archive(articles: int, days: int = 1095, *, seed: int = 7) -> list[tuple[datetime, EventMentions]]:
    """Return about as many reports of some years in random order."""
    stream, dice = Stream(articles, seed, dense=True), random.Random(seed)
    numbers = count()
    found: list[tuple[datetime, EventMentions]] = []
    while len(found) < articles:
        found += stream._event(BEGIN + timedelta(days=dice.uniform(0, days)), numbers)  # noqa: SLF001
    dice.shuffle(found)
    return found[:articles]


def _told(said: Mentioned, dice: random.Random) -> Mentioned:
    """Return a statement in words of its own; some leave out the place, some the day."""
    words = [dice.choice(WORDS) for _ in range(40)]
    bare = {"start": "", "end": "", "basis": ""} if dice.random() < 0.1 else {}
    if dice.random() < 0.1:
        bare |= {"place": "", "country": ""}
    return _replaced(said, evidence=" ".join(words[:14]), sentence=" ".join(words), **bare)


def _replaced(said: Mentioned, **fields: Any) -> Mentioned:
    return Mentioned(**{name: getattr(said, name) for name in said.__struct_fields__} | fields)


def _sketch(dice: random.Random) -> str:
    """Return the sketch of a text of its own: of middling length, like no other."""
    return b64encode(dice.randbytes(BYTES - 2) + bytes([60, 130])).decode()


def _parties(kind: str) -> tuple[list[str], list[str]]:
    def named(side: str) -> list[str]:
        return [a.name for a in load().by_id.values() if _fits(a, kind) and a.side == side]

    return named("RUS"), named("CHN")


def _fits(actor: Actor, kind: str) -> bool:
    return actor.kind == kind
