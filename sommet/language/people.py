"""What analysis asks of the knowledge base: who leads, what a place is called, what is a forum."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from sommet.knowledge.actors import Actors
from sommet.knowledge.lexicons import load

PLACES = frozenset({"place", "capital"})


@cache
def _hosts() -> dict[str, str]:
    return dict(load("hosts"))


@cache
def _regions() -> frozenset[str]:
    return frozenset(load("regions"))


@cache
def _seats() -> dict[str, str]:
    return dict(load("seats"))


@dataclass(frozen=True, slots=True)
class People:
    """Answers about actors on the day of an article."""

    actors: Actors

    def is_leader(self, actor: str, day: date | None) -> bool:
        """Tell whether an actor is head of state or government on `day`; undated, whether known as one."""
        return actor in self.actors.by_id and self.actors.level(actor, day) == "leader"

    def is_forum(self, actor: str) -> bool:
        """Tell whether an actor is an organisation or series of meetings of many states."""
        entry = self.actors.by_id.get(actor)
        return entry is not None and entry.kind == "forum" and actor not in load("games")

    def state_of(self, side: str) -> str:
        """Return the id of the state of a side, or nothing."""
        return next((a.id for a in self.actors.by_id.values() if a.kind == "state" and a.side == side), "")

    def leader_of(self, side: str, day: date | None, *, premier: bool = False) -> str:
        """Return the head of state of a side on `day`, or its head of government, or the state itself."""
        holder = self.actors.holder(f"{side.lower()}-{'premier' if premier else 'president'}", day)
        return holder.id if holder else self.state_of(side)

    def is_premier(self, actor: str, day: date | None) -> bool:
        """Tell whether a person is head of the government of a side, not of the state, on `day`."""
        entry = self.actors.by_id.get(actor)
        if entry is None or not entry.side:
            return False
        holder = self.actors.holder(f"{entry.side.lower()}-premier", day)
        return holder is not None and holder.id == entry.id

    def name(self, actor: str) -> str:
        """Return the canonical English name of an actor; a place that acts is its state."""
        entry = self.actors.by_id[actor]
        state = self.state_of(entry.side) if entry.kind in PLACES else ""
        return self.actors.by_id[state].name if state else entry.name

    def seat(self, actor: str) -> str:
        """Return the city of a body whose name also names a place ("at the Kremlin"), or nothing."""
        return str(_seats().get(actor, ""))

    def governs(self, actor: str) -> bool:
        """Tell whether a place's name also stands for its government ("Kyiv says")."""
        return self.actors.by_id[actor].kind == "capital"

    def host(self, actor: str) -> str:
        """Return the state in which a body of another stands ("the embassy in Russia"), or nothing."""
        return str(_hosts().get(actor, ""))

    def place(self, actor: str) -> tuple[str, bool]:
        """Return the plain English name of a place, and whether it is more exact than a state or province."""
        entry = self.actors.by_id.get(actor)
        if seat := self.seat(actor):
            return seat, True
        if entry is None or entry.kind not in PLACES | {"state"}:
            return "", False
        return entry.name, entry.kind in PLACES and actor not in _regions()

    def country(self, place: str) -> str:
        """Return the ISO 3166 alpha-3 code of the state in which a place lies, by its English name."""
        entry = self.actors.named(place) if place else None
        return entry.side if entry else ""
