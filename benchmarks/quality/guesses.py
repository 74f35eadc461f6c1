"""What the page of quality tells of the classifier: how far it may be believed, and what it was asked."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from sommet.explain.model import Explanation

Row = dict[str, Any]
RELIABILITY = Path(__file__).parent / "train" / "reliability.json"
ABSTAINED = ("guess_abstained", "guess_unsure")
RULE = "sentence:"
"""How the rule of a frame begins that the classifier called."""

RELIABLE = """
## How sure the classifier is

Measured by `make train` on {count:,} sentences of other writers that its weights have not seen, half of
them without an event and hard. By fifths of the probability that it says: how often it said an event,
and how often there was one (of how many). “ECE” is the expected calibration error: how far the two lie
apart on average, over tenths. “As said” is what the weights say; “calibrated” is what decisions and
confidences use: the log odds of an event, times a slope and shifted, by language. For this table each
half of the sentences is calibrated on the other half; what is used is fitted to both.
“Another writer” are {apart:,} sentences from which neither learns, calibrated as it is used.
Where events are rarer than in every second sentence, fewer are right than is said.

| | language | ECE | {steps} |"""
ASKED = """
## What the classifier was asked, on dev

Sentences that name both sides and in which no rule read anything, by their likeliest type.
Below its threshold the classifier abstains: that of an event where no rule read anything in the article,
that of its type beside what rules read. What it takes is right where the labels have the event.
“Not used” is what it was sure of and what became no event all the same: a third party's affair where
none is named, talks without a person or body, what only would be, what is part of talks that rules read.

| language | type | asked | abstained | taken | right | wrong | not used |"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One sentence that the classifier was asked about, its likeliest type, and what became of it.

    `right`: it became an event that the labels have too, `wrong`: one that they have not; `refused`: it was
    taken and became none, or it tells of a third party and none is named.
    """

    lang: str
    type: str
    end: str


ENDS = ("abstained", "refused", "right", "wrong")


def asked(explained: Explanation, gold: Row, scorer: Any) -> list[Asked]:
    """Return all that the classifier was asked in one document; `gold` are its labels.

    `scorer` is the data's own: it pairs the events of a document with those of the labels.
    """
    events = [msgspec.structs.asdict(each.mention) for each in explained.events]
    paired = {id(said) for _, said in scorer.pairs(gold["events"], events)}
    right = {each.number for each, event in zip(explained.events, events, strict=True) if id(event) in paired}
    found = []
    for line in explained.sentences:
        if line.guess is None:
            continue
        kind = line.guess.values["type"]
        frames = [explained.frames[n - 1] for n in line.frames]
        called = [frame.event for frame in frames if frame.rule.startswith(RULE) and frame.event]
        if line.guess.reason in ABSTAINED:
            end = "abstained"
        elif not called:
            end = "refused"
        else:
            end = "right" if called[0] in right else "wrong"
        found.append(Asked(explained.lang, kind, end))
    return found


def page(found: Iterable[Asked]) -> list[str]:
    """Return a table of all that the classifier was asked, by language and likeliest type."""
    counts = Counter(found)
    rows = sorted({(one.lang, one.type) for one in counts})
    lines = [*ASKED.splitlines(), "|---" * 8 + "|"]
    lines += [_row(lang, kind, [counts[Asked(lang, kind, end)] for end in ENDS]) for lang, kind in rows]
    total = [sum(n for one, n in counts.items() if one.end == end) for end in ENDS]
    return [*lines, _row("all", "all", total)]


def _row(lang: str, kind: str, counts: Sequence[int]) -> str:
    abstained, refused, right, wrong = counts
    cells = (lang, kind, sum(counts), abstained, right + wrong, right, wrong, refused)
    return "| " + " | ".join(map(str, cells)) + " |"


def reliability() -> list[str]:
    """Return how far the classifier may be believed, as `make train` measured it."""
    measured = json.loads(RELIABILITY.read_text("utf-8"))
    steps = " | ".join(f"{n * 20}–{n * 20 + 20} %" for n in range(5))
    head = RELIABLE.format(count=measured["unseen"], apart=measured["apart"], steps=steps)
    lines = [*head.splitlines(), "|---" * 8 + "|"]
    for name in ("as said", "calibrated", "another writer"):
        for lang, bins in measured[name]["reliability"].items():
            cells = [f"{one['said']:.2f} → {one['was']:.2f} ({one['sentences']})" for one in bins]
            error = measured[name]["error"][lang]
            lines.append(f"| {name} | {lang} | {error:.3f} | " + " | ".join(cells) + " |")
    fitted = [f"{lang} {slope:.2f}, {shift:.2f}" for lang, (slope, shift) in measured["calibration"].items()]
    return [*lines, "", f"Slope and shift: {'; '.join(fitted)}."]
