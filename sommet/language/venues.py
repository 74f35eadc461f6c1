"""Where the name of a city says the place of a meeting, though no preposition says so.

Before a noun of meeting a name or adjective is a place: “the Kazan summit”, “московские переговоры”,
天津峰会. Guards against false hits: a pair of capitals (“the Moscow-Beijing summit”), a partner
(与北京会谈); before a building (“в пекинском дворце”) an adjective needs its preposition too.
"""

import re
from functools import cache

from sommet.knowledge.lexicons import load

BEFORE = 30


@cache
def _cue(lang: str, name: str) -> re.Pattern[str]:
    return re.compile(load(lang)["cues"][name], re.IGNORECASE)


def meets(lang: str, text: str, start: int, end: int) -> bool:
    """Tell whether the place named at `start` up to `end` is that of the meeting behind it."""
    behind = _cue(lang, "venue").match(text, end)
    return behind is not None and not _cue(lang, "no_venue").search(text, max(0, start - BEFORE), start)


def located(lang: str, text: str, start: int) -> bool:
    """Tell whether a preposition of place, or “the city of”, stands before `start`."""
    return _cue(lang, "locative").search(text, max(0, start - BEFORE), start) is not None


def describes(text: str, start: int, end: int) -> bool:
    """Tell whether a Russian adjective of a city says where its noun is."""
    if meets("ru", text, start, end):
        return True
    return _cue("ru", "hall").match(text, end) is not None and located("ru", text, start)
