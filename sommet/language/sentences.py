"""Sentence cutting by rule, before any parser sees the text.

Cuts after final punctuation, also where the next sentence is glued to it ("Chine.Des relations") and
where a subheading is glued to a sentence ("exemplairesEn entamant"). Does not cut after initials,
titles and abbreviations, nor inside numbers.
"""

import re
from collections.abc import Iterator

_CLOSE = "\"'»”’)\\]」』"
_LATIN_END = re.compile(
    rf"(?P<dot>[.!?…]+)(?P<close>[ \u00a0\u202f]?»|[{_CLOSE}]*)(?:(?P<space>\s+)(?=[\"'«“‘(\[—–-]*\s*[A-ZÀ-ÞА-ЯЁ0-9\u4e00-\u9fff])|(?=[«“\"]?[A-ZÀ-ÞА-ЯЁ][a-zà-ÿа-яё'’]))"
    rf"|(?P<glued>(?<=[a-zà-ÿа-яё\"»”]{{3}})(?=[A-ZÀ-ÞА-ЯЁ][a-zà-ÿа-яё]+[ ,.]))"
    rf"|(?P<line>\s*\n\s*)"
)
_CHINESE_END = re.compile(r"[。！？；]+[”’」』）]*|\s*\n\s*")
_NO_END = re.compile(
    r"(?:^|[\s(«\"'’“])(?:[A-ZÀ-ÞА-ЯЁ]|M|MM|Mme|Mmes|Mlle|Mr|Mrs|Ms|Dr|Pr|St|Ste|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Jr|Sr|vs|etc|cf|av|env|p|n|no|art|al|Inc|Corp|Co|Ltd"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|janv|févr|juil|sept|oct|nov|déc|[Uu]\.[SsKkNn]|U\.S|[aApP]\.m|г|гг|г-н|им|тыс|млн|млрд|руб|долл|др|пр|т|стр)$"
)


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
        if (
            lang != "zh"
            and match["dot"] == "."
            and _NO_END.search(text, max(start, match.start() - 12), match.start())
        ):
            continue
        if match.end() < end:
            yield match.end()


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
