"""What is wrong in some predictions, and at which stage it went wrong. Pure; `errors.py` prints it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sommet.explain.model import Explanation, Line, Why

Row = dict[str, Any]
ALIKE = 0.3
"""The share of words (Chinese: of characters) from which two pieces of evidence tell of one thing."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: its cause, its document, what was expected and found, the words of the text."""

    cause: str
    id: str
    lang: str
    detail: str
    evidence: str


def mistakes(
    gold: Mapping[str, Row],
    predicted: Mapping[str, Row],
    langs: Mapping[str, str],
    scorer: Any,
    explained: Callable[[str], Explanation],
) -> list[Mistake]:
    """Return all mistakes; `scorer` is the data's own, `explained` says why a document reads as it does."""
    found: list[Mistake] = []
    for ident, right in gold.items():
        said = predicted.get(ident) or {"relevant": False, "events": []}
        parts = _document(right, said, partial(explained, ident), scorer)
        found += [Mistake(c, ident, langs.get(ident, "?"), d, e) for c, d, e in parts]
    return found


Part = tuple[str, str, str]


def _document(right: Row, said: Row, explained: Callable[[], Explanation], scorer: Any) -> Iterator[Part]:
    if right["relevant"] and not said["relevant"]:
        stages = [lost(explained(), event) for event in right["events"]] or [lost(explained(), None)]
        evidence = right["events"][0]["evidence"] if right["events"] else ""
        yield f"document missed: {stages[0]}", _told(right["events"]), evidence or ""
        return
    if said["relevant"] and not right["relevant"]:
        kinds = "+".join(sorted({event["type"] for event in said["events"]}))
        first = said["events"][0]
        yield f"document false: {kinds}", _by(explained(), first), first["evidence"]
        return
    if bool(right.get("summit_news")) != bool(said.get("summit_news")):
        word = "missed" if right["summit_news"] else "false"
        yield f"summit news {word}", f"{_told(right['events'])} ≠ {_told(said['events'])}", ""
    paired = scorer.pairs(right["events"], said["events"])
    missed = [e for e in right["events"] if all(e is not a for a, _ in paired)]
    invented = [e for e in said["events"] if all(e is not b for _, b in paired)]
    yield from _confused(missed, invented)
    for event in missed:
        yield f"event missed: {lost(explained(), event)}", _told([event]), event["evidence"]
    for event in invented:
        again = any(b["type"] == event["type"] for _, b in paired)
        yield (
            f"event invented: {event['type']}{', told twice' if again else ''}",
            _by(explained(), event),
            event["evidence"],
        )
    for a, b in paired:
        yield from _attributes(a, b, scorer)


def _confused(missed: list[Row], invented: list[Row]) -> Iterator[Part]:
    """Yield pairs of one stretch of text with two types, and take them out of both lists."""
    pairs = [
        (alike(a["evidence"], b["evidence"]), i, j)
        for i, a in enumerate(missed)
        for j, b in enumerate(invented)
    ]
    taken: list[tuple[Row, Row]] = []
    for likeness, i, j in sorted(pairs, reverse=True):
        free = all(missed[i] is not a and invented[j] is not b for a, b in taken)
        if likeness >= ALIKE and free:
            taken.append((missed[i], invented[j]))
    for a, b in taken:
        yield f"type: {a['type']} read as {b['type']}", f"{_told([a])} ≠ {_told([b])}", a["evidence"]
    missed[:] = [e for e in missed if all(e is not a for a, _ in taken)]
    invented[:] = [e for e in invented if all(e is not b for _, b in taken)]


def _attributes(right: Row, said: Row, scorer: Any) -> Iterator[Part]:
    for name in ("status", "salience"):
        if right[name] != said[name]:
            yield f"{name}: {right[name]} read as {said[name]}", _told([said]), right["evidence"]
    if right.get("format") and right["format"] != said.get("format"):
        cause = f"format: {right['format']} read as {said.get('format') or 'none'}"
        yield cause, _told([said]), right["evidence"]
    if right.get("start") and not scorer.same_date(right, said):
        yield f"date: {_date(right, said, scorer)}", f"{_days(right)} ≠ {_days(said)}", right["evidence"]
    if right.get("place") and not scorer.same_place(right, said):
        cause = "wrong" if said.get("place") else "missing"
        yield f"place: {cause}", f"{right['place']} ≠ {said.get('place') or '-'}", right["evidence"]


def _date(right: Row, said: Row, scorer: Any) -> str:
    first = scorer.span(right["start"], right.get("end"))
    second = scorer.span(said.get("start"), said.get("end"))
    if not second:
        return "missing"
    if first and first[0] <= second[1] and second[0] <= first[1]:
        return "too wide"
    near = first and abs(first[0] - second[0]) <= timedelta(days=7)
    return "wrong day, within a week" if near else "wrong by more than a week"


def lost(explained: Explanation, event: Row | None) -> str:
    """Return the stage at which an event was lost, and its reason there."""
    if not explained.gate.analysed:
        return f"language ({explained.lang or '?'})"
    if not explained.gate.passes:
        return "gate"
    lines = _lines(explained, event["evidence"] if event else "")
    return _frames(explained, lines, event["type"] if event else "") or _unread(lines)


def _frames(explained: Explanation, lines: Sequence[Line], kind: str) -> str:
    """Return what became of the frames in some sentences, nothing where there are none."""
    frames = [explained.frames[n - 1] for line in lines for n in line.frames]
    types = {explained.events[f.event - 1].mention.type for f in frames if f.event}
    if kind in types:
        return "joined away"
    dropped = [why.reason for frame in frames for why in frame.dropped]
    if dropped:
        return f"frame {dropped[0]}"
    return f"frame read as {'+'.join(sorted(types))}" if frames else ""


def _unread(lines: Sequence[Line]) -> str:
    """Return why nothing was read in some sentences: what the classifier said, what was refused."""
    reasons = [_guessed(line.guess) for line in lines if line.guess]
    refused = [each.why.reason for line in lines for each in line.refused]
    reasons += [reason for reason in refused if reason != "refused_arguments"] or refused
    return f"no frame, {reasons[0]}" if reasons else "no frame"


def _guessed(why: Why) -> str:
    """Return what the classifier said; the likeliest type where it was not sure enough."""
    unsure = why.reason == "guess_abstained"
    return f"{why.reason} ({why.values['type']})" if unsure else why.reason


def _lines(explained: Explanation, evidence: str) -> list[Line]:
    """Return the sentences that hold a piece of evidence, else the one most like it; all without one."""
    if not evidence:
        return list(explained.sentences)
    at = explained.content.find(evidence)
    if at >= 0:
        end = at + len(evidence)
        return [line for line in explained.sentences if line.start < end and at < line.end]
    ranked = sorted(explained.sentences, key=lambda line: -alike(line.text, evidence))
    return ranked[:1]


def _by(explained: Explanation, event: Row) -> str:
    """Return an event with the rule that read it."""
    rule = next(
        (
            happening.mention.reason
            for happening in explained.events
            if happening.mention.type == event["type"]
            and alike(happening.mention.evidence, event["evidence"]) > ALIKE
        ),
        "",
    )
    return f"{_told([event])}{f' by {rule}' if rule else ''}"


def alike(one: str, other: str) -> float:
    """Return the share of common words, or of common characters where there are no spaces."""
    words = [set(text.split()) if " " in text else set(text) for text in (one or "", other or "")]
    both = words[0] | words[1]
    return len(words[0] & words[1]) / len(both) if both else 0.0


def _told(events: Sequence[Row]) -> str:
    return "; ".join(
        " ".join(filter(None, (e["type"], e["status"], e["salience"], _days(e), e.get("place"))))
        for e in events
    )


def _days(event: Row) -> str:
    start, end = event.get("start") or "", event.get("end") or ""
    return start if end in {"", start} else f"{start}/{end}"
