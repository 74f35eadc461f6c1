"""Sentences with their mentions written into them: `<Rp!:Poutine> a reçu <Cp!:Xi>`.

In front of the colon stand the side (R, C, O, F, B), the kind (p, s, a, g), and `!` for a leader.
"""

import re
from collections.abc import Sequence

from sommet.language.analysers import analyser
from sommet.language.context import Context
from sommet.language.frames import read
from sommet.language.marks import Mark
from sommet.language.markup import folded
from sommet.language.readings import Reading
from sommet.language.rules import rules

_MARK = re.compile(r"<([RCOFB])([psag])(!?):([^>]*)>")


def unmarked(marked: str) -> tuple[str, list[Mark]]:
    """Return the sentence itself and its marks."""
    text, marks, at = "", [], 0
    for number, match in enumerate(_MARK.finditer(marked)):
        text += marked[at : match.start()]
        start, text = len(text), text + match[4]
        marks.append(Mark(start, len(text), match[1], match[2], (number,), leader=bool(match[3])))
        at = match.end()
    return folded(text + marked[at:]), marks


def context(lang: str) -> Context:
    """Return what is known before the first sentence of an article."""
    numbers = iter(range(100, 1000))
    return Context(
        rules(lang),
        lambda _start, _end, _actor, _side: next(numbers),
        ("RUS", "CHN"),
        ("russia", "china"),
        ("vladimir-putin", "xi-jinping"),
    )


def shown(text: str, marks: Sequence[Mark]) -> str:
    """Return marks as one line: `Poutine=Rp! chinois=Ca`."""
    return " ".join(
        f"{text[m.start : m.end].replace(' ', '_')}={m.side}{m.kind}{'!' if m.leader else ''}" for m in marks
    )


def last_marks(lang: str, sentences: Sequence[str]) -> str:
    """Return the marks of the last of some sentences, with all that those before it let a reader know."""
    known = context(lang)
    text, marks = "", []
    for sentence in sentences:
        text, given = unmarked(sentence)
        marks = known.resolve(text, given, 0)
    return shown(text, marks)


def readings(lang: str, marked: str, *, ours: bool = True) -> list[Reading]:
    """Return the frames of one sentence."""
    text, marks = unmarked(marked)
    persons = [(m.start, m.end) for m in marks if m.kind == "p" and text[m.start].isupper()]
    return read(text, marks, analyser(lang, "RUS-CHN").parser(text, persons), rules(lang), ours=ours)
