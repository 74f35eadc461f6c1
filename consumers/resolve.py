"""Which event does a mention speak of? A new one, more of a known one, or a turn in its life.

Identity comes from structure: type, format, overlapping days, compatible place. Nothing depends on
the language of the report. Every decision keeps its reason.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from consumers.identity import STATES, Known, Match, best, exactness, index_keys, months, reach, turned
from consumers.lineage import lineages
from schemas.events import Event, EventMentions, Mentioned, Origin, Report
from schemas.topics import EVENTS, MENTIONS
from sommet.ids import digest
from sommet.stage import Stage, State

MAX_REPORTS = 400
MAX_AMOUNTS = 12
RECENT = 60  # events of a type told last: where a mention without a date looks


def stage() -> Stage[EventMentions]:
    """Return the stage that joins mentions into events."""
    return Stage("resolve", MENTIONS, (EVENTS,), step)


def step(state: State, found: EventMentions, now: datetime) -> Iterable[Event]:
    """Join the mentions of one article with what is known."""
    events = _Events(state)
    taken: set[str] = set()
    for number, mention in enumerate(found.mentions):
        match = best(mention, found.origin, events.candidates(mention), taken)
        known = match.known if match else _created(found, mention, number, now)
        taken.add(known.event)
        yield events.report(known, match, found, mention, number)


class _Events:
    """The known events in the state, with an index by type and month."""

    def __init__(self, state: State) -> None:
        self._state = state

    def candidates(self, mention: Mentioned) -> list[Known]:
        ids: dict[str, None] = {}
        for key in index_keys(mention):
            ids.update(dict.fromkeys(self._state.get(key, b"").decode().split()))
        return [known for event in ids if (known := self._load(event))]

    def report(
        self, known: Known, match: Match | None, found: EventMentions, mention: Mentioned, number: int
    ) -> Event:
        change, before = turned(known, mention, found.origin.published) if match else ("new", "")
        merged = _merged(known, mention, found.origin)
        self._save(merged)
        return Event(
            id=f"resolve/{found.id}/{number}",
            event=merged.event,
            dyad=found.dyad,
            type=merged.type,
            status=merged.status,
            salience=mention.salience,
            change=change,
            report=Report(origin=found.origin, stated=mention),
            reason=match.reason if match else "nothing like it is known",
            before=before,
            format=merged.format,
            start=merged.start,
            end=merged.end,
            basis=merged.basis,
            place=merged.place,
            participants=merged.participants,
            quantities=merged.quantities,
            confidence=mention.confidence,
            articles=len({o.article for o in merged.origins}),
            lineages=lineages(merged.origins),
            langs=tuple(sorted({o.lang for o in merged.origins})),
            first_seen=merged.first_seen,
        )

    def _load(self, event: str) -> Known | None:
        data = self._state.get(f"event/{event}")
        return msgspec.json.decode(data, type=Known) if data else None

    def _save(self, known: Known) -> None:
        self._state[f"event/{known.event}"] = msgspec.json.encode(known)
        for month in months(*reach(known)):
            key = f"index/{known.type}/{month}"
            listed = self._state.get(key, b"").decode().split()
            if known.event not in listed:
                self._state[key] = " ".join([*listed, known.event]).encode()
        recent = self._state.get(f"index/{known.type}/recent", b"").decode().split()
        if recent[-1:] != [known.event]:
            recent = [event for event in recent if event != known.event][1 - RECENT :]
            self._state[f"index/{known.type}/recent"] = " ".join([*recent, known.event]).encode()


def _created(found: EventMentions, mention: Mentioned, number: int, now: datetime) -> Known:
    return Known(
        event=digest("event", found.dyad, found.id, str(number)),
        type=mention.type,
        status=mention.status,
        format=mention.format,
        start=mention.start,
        end=mention.end,
        basis=mention.basis,
        place=mention.place,
        country=mention.country,
        participants=mention.participants,
        first_seen=now,
        last_seen=now,
    )


def _merged(known: Known, mention: Mentioned, origin: Origin) -> Known:
    """Return the event as known after this report: the most exact date, the first stated place."""
    change = turned(known, mention, origin.published)[0]
    turning = change in {"status", "date", "place"} or not known.origins
    dated = mention if change == "date" or exactness(mention) > exactness(known) else known
    located = mention if change == "place" or not known.country else known
    small = Origin(
        article=origin.article, url=origin.url, source=origin.source, lang=origin.lang, agency=origin.agency,
        published=origin.published, sketch=origin.sketch, cites=origin.cites,
    )  # fmt: skip
    others = tuple(o for o in known.origins if o.article != origin.article)
    return msgspec.structs.replace(
        known,
        status=mention.status if change == "status" or not known.origins else known.status,
        format=known.format or mention.format,
        start=dated.start,
        end=dated.end,
        basis=dated.basis,
        place=_place(known, mention, moved=change == "place"),
        country=located.country,
        participants=known.participants or mention.participants,
        quantities=tuple(dict.fromkeys((*known.quantities, *mention.quantities)))[:MAX_AMOUNTS],
        origins=(*others, small)[-MAX_REPORTS:],
        turned=max(known.turned, origin.published) if turning else known.turned,
        last_published=max(known.last_published, origin.published),
    )


def _place(known: Known, mention: Mentioned, *, moved: bool) -> str:
    if moved or not known.place or known.place in STATES:
        return mention.place or known.place
    return known.place
