"""What was read in one sentence, and which of several readings stays."""

from dataclasses import dataclass, replace

from sommet.language.marks import Mark
from sommet.language.rules import Concept
from sommet.language.syntax import Tense
from sommet.trace import Tell

DEALS = frozenset({"trade", "agreement", "cooperation"})  # what one side may take from the other
ACCUSED = frozenset({"trade", "military", "energy", "cooperation"})  # what a third party may blame them for


@dataclass(frozen=True, slots=True)
class Reading:
    """A frame as read in one sentence; all offsets count in the sentence."""

    concept: Concept
    start: int
    end: int
    first: int
    last: int
    marks: tuple[Mark, ...]
    status: str
    tense: Tense
    format: str
    recalled: bool
    listed: bool
    topic: str
    weight: float
    rule: str
    subordinate: bool = False
    setting: str = ""
    traveller: str = ""
    moved: bool = False


def strongest(found: list[Reading], tell: Tell) -> list[Reading]:
    """One reading for each kind and place: of overlapping ones the heaviest, then the longest, stays.

    What falls away leaves its format behind. A deal that one side suspends is the quarrel told beside it.
    """
    accused = [r for r in found if r.concept.type == "third_party"]
    quarrels = [r for r in found if r.concept.type == "friction"]
    kept: list[Reading] = []
    for reading in sorted(found, key=lambda r: (-r.weight, r.subordinate, r.first - r.last, r.start)):
        if (
            reading.status == "alleged"
            and any(a.first <= reading.start < a.last for a in accused)
            and (reading.concept.type in ACCUSED)
        ):
            tell("refused_accused", at=reading.start, rule=reading.rule)
            continue
        if reading.status == "cancelled" and reading.concept.type in DEALS:
            taken = next((q for q in quarrels if q.first <= reading.start < q.last), None)
            if taken is not None:
                tell("refused_weaker", at=reading.start, rule=reading.rule, by=taken.rule)
                continue
        for number, other in enumerate(kept):
            if (
                other.concept.type == reading.concept.type
                and other.first < reading.last
                and reading.first < other.last
            ):
                tell("refused_weaker", at=reading.start, rule=reading.rule, by=other.rule)
                kept[number] = replace(other, format=other.format or reading.format)
                break
        else:
            kept.append(reading)
    return sorted(kept, key=lambda r: (r.start, r.concept.name))
