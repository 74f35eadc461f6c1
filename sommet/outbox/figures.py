"""Amounts as the reader of a message understands them.

What is written in the reader's language stays as it was written. Another language's amount is told in the
reader's, with the words as written behind it: “171,3 milliards de dollars (1713亿美元)”.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from babel import Locale
from babel.numbers import format_decimal

from sommet.knowledge.phrase_words import Plural
from sommet.knowledge.phrases import Phrases
from sommet.language.quantities import LANGUAGES, QuantityExpression, find_quantities
from sommet.outbox.text import clean

_FIGURES, _FIGURE = 4, 60


def figures(quantities: Sequence[str], langs: Iterable[str], words: Phrases) -> list[str]:
    """Return the first figures, each once; one whose words all stand in another says nothing more.

    `langs` are the languages that the figures may be written in.
    """
    known = list(dict.fromkeys(clean(figure, _FIGURE) for figure in quantities))
    telling = [one for one in known if not any(_within(one, other) for other in known)]
    languages = [lang for lang in langs if lang in LANGUAGES]
    told: dict[object, _Told] = {}
    for written in telling:
        this = _told(written, languages, words)
        if this.value not in told or (this.own and not told[this.value].own):
            told[this.value] = this
    return [this.text for this in told.values()][:_FIGURES]


class _Told(NamedTuple):
    """A figure: what it amounts to, as far as it is understood; its words; whether they were the reader's."""

    value: object
    text: str
    own: bool


def _told(written: str, languages: Sequence[str], words: Phrases) -> _Told:
    readings = [(lang, found[0]) for lang in languages if len(found := find_quantities(written, lang)) == 1]
    if not readings:
        return _Told(written, written, own=True)
    lang, amount = max(readings, key=lambda reading: reading[1].end - reading[1].start)
    value = (amount.value, amount.unit)
    if amount.unit == "%" and amount.end - amount.start == len(written):
        return _Told(value, amount_text(amount, words), own=True)
    if lang == words.language:
        return _Told(value, written, own=True)
    return _Told(value, f"{amount_text(amount, words)} ({written})", own=False)


def amount_text(amount: QuantityExpression, words: Phrases) -> str:
    """Return an amount in words of the reader's language."""
    unit = words.units[amount.unit]
    scales = ((1e12, words.scales.billion), (1e9, words.scales.milliard), (1e6, words.scales.million))
    for factor, scale in scales:
        if amount.value >= factor:
            return unit.of.format(n=_number(amount.value / factor, scale, words))
    return _number(amount.value, Plural(unit.one, unit.other), words)


def _number(value: float, noun: Plural, words: Phrases) -> str:
    one = Locale(words.language).plural_form(value) == "one"
    return (noun.one if one else noun.other).format(n=format_decimal(round(value, 2), locale=words.language))


def _within(one: str, other: str) -> bool:
    """Say whether `other` has all words of `one`, in their order, and more."""
    if one == other:
        return False
    if other.startswith(one) and " " not in other:  # Chinese
        return not other[len(one)].isdigit()
    left = iter(other.casefold().split())
    return all(word in left for word in one.casefold().split())
