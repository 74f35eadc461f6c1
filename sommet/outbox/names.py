"""Names of actors and places in the language of a message.

First the words of the language (`phrases/*.yaml`), then the names of states of CLDR, then the first form
that the knowledge gives in that language; what none of them knows stays the canonical English name.
"""

from functools import cache

from babel import Locale

from sommet.knowledge import actors
from sommet.knowledge.phrases import Phrases
from sommet.outbox.text import clean

_LONGEST = 80
_CANONICAL = "en"
_UNTRANSLATED = frozenset({"agency", "demonym", "exercise"})
"""Kinds whose forms are ways to mention them rather than their names."""


def actor_name(name: str, words: Phrases) -> str:
    """Return what to call a participant."""
    name = clean(name, _LONGEST)
    return words.names.get(name) or _known(name, words.language)


def place_name(name: str, words: Phrases) -> str:
    """Return what to call a place."""
    name = clean(name, _LONGEST)
    return words.places.get(name) or _known(name, words.language)


def _known(name: str, language: str) -> str:
    return _territories(language).get(name) or _first_forms(language).get(name, name)


@cache
def _territories(language: str) -> dict[str, str]:
    """Return the names of states in `language` by their English ones, of CLDR."""
    english, own = Locale("en").territories, Locale(language).territories
    return {str(english[code]): str(own[code]) for code in english if len(str(code)) == 2 and code in own}


@cache
def _first_forms(language: str) -> dict[str, str]:
    """Return the first form in `language` of each actor and place, by its canonical name."""
    if language == _CANONICAL:
        return {}
    found: dict[str, str] = {}
    for actor in actors.load().by_id.values():
        form = next(alias for alias in actor.names if alias.lang == language)
        if actor.kind not in _UNTRANSLATED and not form.needs:
            found.setdefault(actor.name, form.text.replace("'", "\u2019"))
    return found
