"""Case forms of Russian names and phrases, by rule.

What declines: in a person's name every word (in East Asian names, family name first, the last word only);
in other phrases the adjectives in front and the first noun. Words in capitals (МИД, КНР) never do.
A rule too many is harmless: a form that nobody writes is never found. Method: the noun and adjective
paradigms of any Russian school grammar; singular, and plural for adjectives of nationality.
"""

import re
from itertools import product

Cases = tuple[tuple[str, ...], ...]
"""The forms of a word, by case: nominative, genitive, dative, accusative, instrumental, prepositional."""

ADJECTIVE = re.compile(r"(?:[ыио]й|ая|яя|ое|ее|ые|ие)$")
NOT_ADJECTIVE = re.compile(r"(?:[нтв]ие|ай|ей|уй|эй)$|^(?:Китай|Цой)$")
NEVER = re.compile(r"[А-ЯЁ].*(?<!ост)и|Гоа|Осло")
"""Foreign names in -и, and two that would give common words (гои, осла)."""
FLEETING = {
    "Павел": "Павл",
    "Лев": "Льв",
    "Пётр": "Петр",
    "посол": "посл",
    "Восток": "Восток",
    "дворец": "дворц",
}


def _same(word: str) -> Cases:
    return ((word,),) * 6


def _adjective(word: str) -> Cases:
    stem, ending = word[:-2], word[-2:]
    soft = "е" if ending in {"яя", "ее"} or (ending == "ий" and stem[-1] not in "кгхжшчщ") else "о"
    if ending == "ий" and stem[-1] in "жшчщ":
        soft = "е"
    i = "ы" if ending in {"ый", "ые"} or (ending in {"ая", "ое", "ой"} and stem[-1] not in "кгхжшчщ") else "и"
    if ending in {"ая", "яя"}:
        oblique, acc = f"{stem}{soft}й", f"{stem}{'ую' if ending == 'ая' else 'юю'}"
        return ((word,), (oblique,), (oblique,), (acc,), (oblique,), (oblique,))
    if ending in {"ые", "ие"}:
        of = f"{stem}{i}х"
        return ((word,), (of,), (f"{stem}{i}м",), (word, of), (f"{stem}{i}ми",), (of,))
    of = f"{stem}{soft}го"
    return ((word,), (of,), (f"{stem}{soft}му",), (word, of), (f"{stem}{i}м",), (f"{stem}{soft}м",))


def _noun_in_a(word: str) -> Cases:
    stem, last = word[:-1], word[-1]
    if word.endswith("ия"):
        return ((word,), (f"{stem}и",), (f"{stem}и",), (f"{stem}ю",), (f"{stem}ей",), (f"{stem}и",))
    if last == "я":
        return ((word,), (f"{stem}и",), (f"{stem}е",), (f"{stem}ю",), (f"{stem}ей",), (f"{stem}е",))
    of = (f"{stem}ы", f"{stem}и", f"{stem}ой")
    by = (f"{stem}ой", f"{stem}ей")
    return ((word,), of, (f"{stem}е", f"{stem}ой"), (f"{stem}у",), by, (f"{stem}е", f"{stem}ой"))


def _masculine(word: str) -> Cases:
    stem = FLEETING.get(word, word)
    by: tuple[str, ...]
    at: tuple[str, ...]
    if word[-1] in "йь":
        stem = word[:-1]
        at = (f"{stem}и",) if word.endswith("ий") else (f"{stem}е",)
        by = (f"{stem}ем", f"{stem}ём")
        if word[-1] == "ь":
            by = (*by, f"{word}ю")
            at = (*at, f"{stem}и")
        return ((word,), (f"{stem}я", *at), (f"{stem}ю", *at), (word, f"{stem}я"), by, at)
    by = (f"{stem}ом", f"{stem}ем")
    if word.endswith(("ов", "ев", "ёв", "ин", "ын")):
        by = (*by, f"{stem}ым")
    return ((word,), (f"{stem}а",), (f"{stem}у",), (word, f"{stem}а"), by, (f"{stem}е",))


def _noun(word: str, *, person: bool, woman: bool) -> Cases:
    last = word[-1].lower()
    if last in "ая":
        return _noun_in_a(word)
    if last in "оеыиуэюё":
        if person or last in "уэюё":
            return _same(word)
        return _neuter_or_plural(word)
    return _same(word) if woman else _masculine(word)


def _neuter_or_plural(word: str) -> Cases:
    stem = word[:-1]
    if word.endswith(("ие", "ье")):
        return ((word,), (f"{stem}я",), (f"{stem}ю",), (word,), (f"{stem}ем",), (f"{stem}и",))
    if word[-1] == "о":
        return ((word,), (f"{stem}а",), (f"{stem}у",), (word,), (f"{stem}ом",), (f"{stem}е",))
    if word[-1] == "е":
        return ((word,), (f"{stem}я",), (f"{stem}ю",), (word,), (f"{stem}ем",), (f"{stem}е",))
    of = (f"{stem}ов", stem, f"{stem}ей")
    if word[-1] == "ы":
        return ((word,), of, (f"{stem}ам",), (word,), (f"{stem}ами",), (f"{stem}ах",))
    return (
        (word,),
        of,
        (f"{stem}ям", f"{stem}ам"),
        (word,),
        (f"{stem}ями", f"{stem}ами"),
        (f"{stem}ях", f"{stem}ах"),
    )


def _word(word: str, *, person: bool, woman: bool) -> Cases:
    head, dash, tail = word.rpartition("-")
    if word.isupper() or not word[-1].isalpha() or len(tail) < 2:  # И and Э never decline
        return _same(word)
    if NEVER.fullmatch(word) and not person:
        return _same(word)
    adjective = ADJECTIVE.search(tail) and not NOT_ADJECTIVE.search(tail)
    if person and adjective and not tail.endswith(("ский", "цкий", "ой", "ая", "ный")):
        adjective = None
    cases = _adjective(tail) if adjective else _noun(tail, person=person, woman=woman)
    return tuple(tuple(head + dash + form for form in forms) for forms in cases)


def _is_adjective(word: str) -> bool:
    return bool(ADJECTIVE.search(word)) and not NOT_ADJECTIVE.search(word) and not word.isupper()


def _declining(words: list[str], *, person: bool, family_first: bool) -> range:
    """Return which of the words decline."""
    if person:
        return range(len(words) - 1 if family_first else 0, len(words))
    nouns = (i for i, word in enumerate(words) if not _is_adjective(word))
    return range(next(nouns, len(words) - 1) + 1)


def forms(phrase: str, *, person: bool = False, woman: bool = False, family_first: bool = False) -> set[str]:
    """Return all case forms of a Russian name or phrase, itself among them."""
    words = phrase.split(" ")
    declining = _declining(words, person=person, family_first=family_first)
    tables = [
        _word(word, person=person, woman=woman) if i in declining else _same(word)
        for i, word in enumerate(words)
    ]
    return {phrase} | {" ".join(parts) for case in zip(*tables, strict=True) for parts in product(*case)}


def adjective_forms(word: str) -> set[str]:
    """Return the forms of an adjective of nationality in all genders and numbers; a noun's case forms."""
    if not word.endswith(("ский", "цкий", "ный")):
        return forms(word)
    stem = word[:-2]
    genders = (word, f"{stem}ая", f"{stem}ое", f"{stem}{'ые' if word.endswith('ный') else 'ие'}")
    return {form for gender in genders for case in _adjective(gender) for form in case}
