"""Sentence cutting by rule, before any parser sees the text.

Cuts after final punctuation, also where the next sentence is glued to it ("Chine.Des relations") and
where a subheading is glued to a sentence ("exemplairesEn entamant"). Does not cut after initials,
titles and abbreviations, nor inside numbers.
"""

import re
from collections.abc import Iterator

_UPPER, _LOWER = "A-ZÀ-ÞА-ЯЁ", "a-zà-ÿа-яё"
_LATIN_END = re.compile(
    rf"""
    (?<![.!?…]) (?P<dot>[.!?…]++) (?:[ \u00a0\u202f]?»|["'»”’)\]」』]*)
    (?:
        \s++ (?=["'«“‘(\[—–-]*\s*[{_UPPER}0-9\u4e00-\u9fff])      # the next sentence behind a space
      | (?=[«“"]?[{_UPPER}][{_LOWER}'’])                          # or glued to the full stop
    )
    | (?<=[{_LOWER}"»”]{{3}}) (?=[{_UPPER}][{_LOWER}]+[\ ,.])     # or without even a full stop
    | \n\s*+
    """,
    re.VERBOSE,
)
_CHINESE_END = re.compile(r"(?<![。！？；])[。！？；]++[”’」』）]*+|\n\s*+")
_TITLES = "M|MM|Mme|Mmes|Mlle|Mr|Mrs|Ms|Dr|Pr|St|Ste|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Jr|Sr|vs|etc|cf|av|p|n|no"
_MONTHS = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|janv|févr|juil|sept|oct|nov|déc"
_OTHERS = r"Inc|Corp|Co|Ltd|[Uu]\.[SsKkNn]|[aApP]\.m|г|гг|г-н|им|тыс|млн|млрд|руб|долл|др|пр|т|стр"
_NO_END = re.compile(rf"""(?:^|[\s(«"'’“])(?:[{_UPPER}]|{_TITLES}|{_MONTHS}|{_OTHERS})$""")

_SYLLABLES = re.compile(r"\b[А-ЯЁ][а-яё]{1,4} [А-ЯЁ]$")


def cut(text: str, lang: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield the sentences of `text[start:end]` as (first character, behind the last one)."""
    end = len(text) if end is None else end
    at = start
    for stop in _stops(text, lang, start, end):
        yield from _trimmed(text, at, stop)
        at = stop
    yield from _trimmed(text, at, end)


def _stops(text: str, lang: str, start: int, end: int) -> Iterator[int]:
    pattern = _CHINESE_END if lang == "zh" else _LATIN_END
    for match in pattern.finditer(text, start, end):
        if lang != "zh" and not match[0] and _in_a_name(text, match.start()):
            continue
        if (
            lang != "zh"
            and match["dot"] == "."
            and _shortened(text, max(start, match.start() - 12), match.start())
        ):
            continue
        if match.end() < end:
            yield match.end()


def _in_a_name(text: str, at: int) -> bool:
    """Tell whether a capital inside a word is part of a name (PetroChina), not the next sentence."""
    start = at
    while start > 0 and text[start - 1].isalpha():
        start -= 1
    return start < at and text[start].isupper()


def _shortened(text: str, start: int, end: int) -> bool:
    """Tell whether the full stop at `end` belongs to an abbreviation; "Ван И." ends a sentence."""
    return bool(_NO_END.search(text, start, end)) and not _SYLLABLES.search(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
