"""Who says what stands between quotation marks: the nearest person beside a verb of saying.

Looked for in the quotation's own paragraph, first behind it ("…", said Lavrov), then before it (Lavrov
said: "…"). Guards: words in marks that are no speech (“no limits”, a title) are left out; a name inside
a quotation does not speak it; without a verb of saying nobody does.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from schemas.articles import Mention, Quote
from sommet.language.quotes import QuoteSpan, find_quotes

FEWEST_WORDS = 4
FEWEST_SIGNS = 8  # of a quotation without spaces
REACH = 140
MOST = 200  # quotations of one article
NEAR = 70  # characters between a speaker and the verb
_RANK = {"person": 0, "office": 0, "anaphor": 0, "body": 1, "state": 2, "place": 2, "company": 1}


def quotations(content: str, mentions: Sequence[Mention], says: re.Pattern[str]) -> tuple[Quote, ...]:
    """Return the first quotations of a text, each with the index of its speaker's mention (-1 for none)."""
    spans = find_quotes(content)
    starts = [span.start for span in spans]
    outside: list[tuple[int, int]] = []
    for index, mention in enumerate(mentions):
        before = bisect_right(starts, mention.start) - 1
        if mention.kind in _RANK and (before < 0 or spans[before].end <= mention.start):
            outside.append((mention.start, index))
    outside.sort()
    spoken = [span for span in spans if _speech(content[span.start : span.end])][:MOST]
    return tuple(_quote(content, span, mentions, outside, says) for span in spoken)


def _speech(words: str) -> bool:
    return len(words.split()) >= FEWEST_WORDS or (" " not in words and len(words) - 2 >= FEWEST_SIGNS)


def _quote(
    content: str,
    span: QuoteSpan,
    mentions: Sequence[Mention],
    outside: Sequence[tuple[int, int]],
    says: re.Pattern[str],
) -> Quote:
    first = max(content.rfind("\n", 0, span.start) + 1, span.start - REACH)
    last = content.find("\n", span.end)
    last = min(len(content) if last < 0 else last, span.end + REACH)
    behind = list(says.finditer(content, span.end, last))[:1]
    before = list(says.finditer(content, first, span.start))[-1:]
    for cue in (*behind, *before):
        low, high = (span.end, last) if cue.start() >= span.end else (first, span.start)
        beside = outside[bisect_left(outside, (low, -1)) : bisect_left(outside, (high, -1))]
        near = [
            (_RANK[m.kind], max(m.start - cue.end(), cue.start() - m.end), index)
            for index, m in ((index, mentions[index]) for _, index in beside)
            if m.end <= high
        ]
        near = [choice for choice in near if choice[1] <= NEAR]
        if near:
            return Quote(start=span.start, end=span.end, speaker=min(near)[2], cue=cue[0])
    return Quote(start=span.start, end=span.end)
