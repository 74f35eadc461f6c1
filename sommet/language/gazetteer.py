"""Finds the actors that a text names: all aliases in one automaton, longest match first.

Catches names, adjectives and office phrases in four languages at once. Guards: word boundaries for
alphabetic scripts, capitals for proper names, exact case for abbreviations, phrases that name nobody
(“montagnes russes”, 俄亥俄), short names only beside what they need. The way out is always a line in
`sommet/knowledge/actors/*.yaml`.
"""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from string import ascii_letters, digits
from typing import NamedTuple

import ahocorasick

from schemas.articles import Mention
from sommet.knowledge.actors import Actors
from sommet.language.aliases import Entry, Named, entries
from sommet.language.folding import Normal, fold
from sommet.language.venues import describes

LETTERS = frozenset(ascii_letters + digits)
CJK = "\u2e80"
CONTEXT = 40
_AMONG = frozenset("其之当集途击命射")
_AFTER_CHINA = frozenset("俄美日英法印韩朝蒙")
"""In 中俄海军 the first two characters name two states; no longer name begins at the second."""
_WHITE = frozenset("明表坦空苍雪洁")
"""白俄罗斯总理 is of Belarus, no longer name begins at its second character; in 明白俄方 白 ends a word."""
APPOSITION = {"", " ", ", "}


class Span(NamedTuple):
    """A stretch of the folded text, the entry found there, and others of the same spelling."""

    start: int
    end: int
    entry: Entry
    others: tuple[Entry, ...] = ()


def _word(character: str) -> bool:
    """Say whether a name may not touch this character: a letter or digit of an alphabetic script."""
    return character < CJK and character.isalnum()


def _bytes(text: str) -> str:
    """Return the UTF-8 bytes of a text, each as one character."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def _characters(data: str) -> int:
    """Return how many characters end in a stretch of `_bytes`."""
    return len(data.encode("latin-1").decode("utf-8", "surrogatepass"))


class Gazetteer:
    """All aliases of all actors, ready to be looked for; build one for a process."""

    def __init__(self, actors: Actors) -> None:
        self.actors = actors
        self._before = tuple(fold(text) for text in actors.phrases.before)
        self._after = tuple(fold(text) for text in actors.phrases.after)
        table: dict[str, dict[Entry, None]] = {}
        for key, entry in entries(actors):
            table.setdefault(key, {})[entry] = None
        self._automaton = ahocorasick.Automaton()
        for key in sorted(table, reverse=True):
            row = (len(key), len(_bytes(key)), _word(key[0]), _word(key[-1]), tuple(table[key]))
            self._automaton.add_word(_bytes(key), row)
        self._automaton.make_automaton()

    def gate(self, text: str) -> frozenset[str]:
        """Return the sides that `text` names by any alias in any language; places count for their state."""
        return frozenset(named.side for span in self._spans(Normal(text)) for named in span.entry.named) - {
            ""
        }

    def mentions(self, text: str, lang: str, day: date | None) -> list[Mention]:  # noqa: ARG002 - see below
        """Return what `text` names, in order, none over another; offsets count in `text` itself.

        An office phrase is given to the person named right behind it who ever held it (“le Premier ministre
        chinois Li Keqiang”), else to its holder on `day`; without a day to the one holder whom the text
        names, else to today's; where there is none, to the state. A word for two actors gives two
        mentions at one place. Agencies, forums and exercises have the kind `body`. `lang` changes nothing
        yet: a French text may quote 普京.
        """
        normal = Normal(text)
        spans = self._spans(normal)
        found = []
        for index, span in enumerate(spans):
            start, end = normal.original(span.start, span.end)
            for kind, actor, side in self._read(spans, index, normal.folded, day):
                found.append(Mention(start=start, end=end, kind=kind, actor=actor, side=side))
        return found

    def _read(self, spans: list[Span], index: int, text: str, day: date | None) -> Iterator[Named]:
        span = spans[index]
        if not span.entry.offices:
            yield from span.entry.named
            return
        of_another = text[max(0, span.start - CONTEXT) : span.start].endswith(self._before)
        of_another = of_another or text.startswith(self._after, span.end)
        for office, named in zip(span.entry.offices, span.entry.named, strict=True):
            if of_another:
                yield named._replace(kind="demonym")
            else:
                holder = self._holder(office, spans, index, text, day)
                yield named._replace(actor=holder) if holder else named

    def _holder(self, office: str, spans: list[Span], index: int, text: str, day: date | None) -> str:
        ever = {actor for _, actor in self.actors.terms.get(office, ())}
        bearers = _persons(spans[index + 1 : index + 2]) & ever
        if bearers and text[spans[index].end : spans[index + 1].start] in APPOSITION:
            return bearers.pop()
        named = _persons(spans) & ever if day is None else set()
        if len(named) == 1:
            return named.pop()
        holder = self.actors.holder(office, day)
        return holder.id if holder else ""

    def _spans(self, normal: Normal) -> list[Span]:
        """Return the spans that stand, in order: longest first, none over another, needs met."""
        found = self._found(normal)
        if not found:
            return found
        taken = bytearray(len(normal.folded))
        chosen = []
        found.sort(key=lambda span: (span.start - span.end, span.start))
        for span in found:
            if taken.find(1, span.start, span.end) < 0:
                taken[span.start : span.end] = b"\1" * (span.end - span.start)
                if span.entry.named:
                    chosen.append(span)
        chosen.sort(key=lambda span: span.start)
        return self._satisfied(chosen)

    def _found(self, normal: Normal) -> list[Span]:
        """Return all aliases that stand at word boundaries and have their capitals."""
        text, found = normal.folded, []
        for start, end, left, right, known in self._hits(text):
            if (left and start and _word(text[start - 1])) or (
                right and end < len(text) and _word(text[end])
            ):
                continue
            if text[start] in _AFTER_CHINA and (
                (end - start > 1 and _behind_china(text, start)) or _in_belarus(text, start)
            ):
                continue
            surface = normal.text[start:end]
            cased = tuple(
                entry
                for entry in known
                if entry.cased(surface) and (entry.needs != "venue" or describes(text, start, end))
            )
            if cased:
                found.append(Span(start, end, cased[0], cased[1:]))
        return found

    def _hits(self, text: str) -> Iterator[tuple[int, int, bool, bool, tuple[Entry, ...]]]:
        """Yield what the automaton finds, with offsets in characters.

        It reads bytes: a node with thousands of Chinese characters below it would be ten times slower.
        Touching ASCII letters, by far the most usual false hit, are seen before bytes are counted.
        """
        data = _bytes(text)
        last = len(data) - 1
        done, characters = 0, 0
        for at, (length, width, left, right, known) in self._automaton.iter(data):
            if (left and at >= width and data[at - width] in LETTERS) or (
                right and at < last and data[at + 1] in LETTERS
            ):
                continue
            characters += at + 1 - done if len(data) == len(text) else _characters(data[done : at + 1])
            done = at + 1
            yield characters - length, characters, left, right, known

    def _satisfied(self, spans: list[Span]) -> list[Span]:
        """Leave out the short names that do not stand beside what they need."""
        if not any(span.entry.needs for span in spans):
            return spans
        certain = [named for span in spans if not span.entry.needs for named in span.entry.named]
        actors = {named.actor for named in certain}
        sides = {named.side for named in certain} - {""}
        leader = any(self.actors.by_id[actor].level == "leader" for actor in actors)
        standing = []
        for span in spans:
            candidates = (span.entry, *span.others)
            met = (entry for entry in candidates if _met(entry, actors, sides, leader=leader))
            standing += [span._replace(entry=entry) for entry in islice(met, 1)]
        return standing


def _persons(spans: list[Span]) -> set[str]:
    return {named.actor for span in spans for named in span.entry.named if named.kind == "person"}


def _behind_china(text: str, at: int) -> bool:
    """Tell whether 中 stands before, for China, not for "among" (其中美国)."""
    return text[max(0, at - 1) : at] == "中" and text[max(0, at - 2) : at - 1] not in _AMONG


def _in_belarus(text: str, at: int) -> bool:
    """Tell whether 俄 stands here as the second character of Belarus."""
    return text[max(0, at - 1) : at + 1] == "白俄" and text[max(0, at - 2) : at - 1] not in _WHITE


def _met(entry: Entry, actors: set[str], sides: set[str], *, leader: bool) -> bool:
    if entry.needs in {"", "venue"} or any(named.actor in actors for named in entry.named):
        return True
    if entry.needs == "full":
        return False
    return any(named.side in sides for named in entry.named) or (entry.needs == "leader" and leader)
