"""Folding: what must not matter when names are compared.

Kinds of apostrophe, hyphen, space and middle dot do not matter; putting one for the other keeps the length.
Invisible and combining characters are dropped, runs of spaces shortened; only then do offsets need a map.
Accents stay: whoever looks for a name looks for both spellings.
"""

import re
import unicodedata
from bisect import bisect_right
from itertools import accumulate

REPLACED = (
    ("\xa0", " "),
    ("\u202f", " "),
    ("\u2009", " "),
    ("\u3000", " "),
    ("\t", " "),
    ("’", "'"),
    ("‘", "'"),
    ("ʼ", "'"),
    ("\u2010", "-"),
    ("\u2011", "-"),
    ("–", "-"),
    ("—", "-"),
    ("•", "·"),
    ("・", "·"),
    ("‧", "·"),
)
HIDDEN = "\xad\u0300-\u036f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
DROPPED = re.compile(rf"(?<= )[ {HIDDEN}]+|[{HIDDEN}]+")
WIDE = {
    code: code - 0xFEE0
    for first, last in ("０９", "ＡＺ", "ａｚ")
    for code in range(ord(first), ord(last) + 1)
}
WIDE[ord("İ")] = ord("I")
ODD = re.compile(rf"[{HIDDEN}İ０-９Ａ-Ｚａ-ｚ]")


class Normal:
    """A text ready for comparison: `text` keeps the case, `folded` does not; both have one length."""

    __slots__ = ("_original", "_shifts", "_starts", "folded", "text")

    def __init__(self, original: str) -> None:
        text = self._original = original
        self._starts: list[int] = []
        self._shifts: list[int] = []
        if not text.isascii():
            for old, new in REPLACED:
                text = text.replace(old, new)
            if ODD.search(text):
                text = self._drop(text.translate(WIDE))
        elif "\t" in text:
            text = text.replace("\t", " ")
        if not self._starts and "  " in text:
            text = self._drop(text)
        self.text = text
        self.folded = text.lower()

    def _drop(self, text: str) -> str:
        gone = [match.span() for match in DROPPED.finditer(text)]
        self._shifts = [0, *accumulate(end - start for start, end in gone)]
        self._starts = [start - shift for (start, _), shift in zip(gone, self._shifts, strict=False)]
        return DROPPED.sub("", text)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return where the characters from `start` up to `end` stand in the original, with their accents."""
        if not self._starts:
            return start, end
        last = self._back(end - 1) + 1
        while last < len(self._original) and unicodedata.combining(self._original[last]):
            last += 1
        return self._back(start), last

    def _back(self, offset: int) -> int:
        return offset + self._shifts[bisect_right(self._starts, offset)]


def fold(text: str) -> str:
    """Return `text` as names are compared: two spellings of one name fold alike, but for accents."""
    return Normal(text).folded
