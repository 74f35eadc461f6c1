"""Russian sentence structure: slovnet's parse beside clause windows.

The models and word vectors are those that the `natasha` wheel carries; natasha itself is never imported.
Persons are not masked as in French: case endings tell the parser more than familiar names would.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from sommet.errors import KnowledgeError
from sommet.language.syntax import Syntax, Tense, Windows
from sommet.language.trees import Tree, Word

MAX_WORDS = 80
"""More words are a list, or hostile: of 788 sentences of news the longest has 67."""
MAX_PARTS = 6
MAX_WORD = 60

_TOKEN = re.compile(r"\w+|[^\w\s]")
_PART = re.compile(r"[^;]+(?:;+|$)")


@cache
def models() -> tuple[Any, Any]:
    """Return slovnet's syntax and morphology; loads them at the first call.

    Raises `KnowledgeError` where the package that carries them is missing.
    """
    from navec import Navec  # noqa: PLC0415 - loads when first needed
    from slovnet import Morph, Syntax  # noqa: PLC0415 - loads when first needed

    found = find_spec("natasha")
    if found is None or found.origin is None:
        raise KnowledgeError("the models for Russian are missing: install natasha")
    data = Path(found.origin).parent / "data"
    vectors = Navec.load(data / "emb" / "navec_news_v1_1B_250K_300d_100q.tar")
    syntax = Syntax.load(data / "model" / "slovnet_syntax_news_v1.tar", batch_size=1).navec(vectors)
    morph = Morph.load(data / "model" / "slovnet_morph_news_v1.tar", batch_size=1).navec(vectors)
    if morph.infer.encoder.words_vocab.items == syntax.infer.encoder.words_vocab.items:
        morph.infer.encoder.words_vocab = syntax.infer.encoder.words_vocab  # 250,000 words once, not twice
    return syntax, morph


def structure(
    text: str, persons: Sequence[tuple[int, int]], windows: Windows, events: re.Pattern[str]
) -> Syntax:
    """Return the structure of one sentence; where it is too long for a parse, its windows.

    `persons` are the spans of known persons, `events` the nouns of meetings and journeys.
    """
    tree = parse(text, events)
    return windows if tree is None else Joined(tree, windows, tuple(persons))


def parse(text: str, events: re.Pattern[str]) -> Tree | None:
    """Parse one sentence, each part between semicolons by itself; nothing where it is too long."""
    words: list[Word] = []
    for part in _PART.finditer(text) if _is_sentence(text) else ():
        if tokens := _tokens(part[0]):
            words += _words(tokens, part.start(), len(words))
    return Tree(words, events) if words else None


def _is_sentence(text: str) -> bool:
    """Tell whether a text is short enough, in words, parts and letters; asked before anything dear."""
    tokens = list(islice(_TOKEN.finditer(text), MAX_WORDS + 1))
    fits = len(tokens) <= MAX_WORDS and text.count(";") < MAX_PARTS
    return fits and all(token.end() - token.start() <= MAX_WORD for token in tokens)


def _tokens(text: str) -> list[Any]:
    from razdel import tokenize  # noqa: PLC0415 - loads when first needed

    return list(tokenize(text))


def _words(tokens: Sequence[Any], offset: int, before: int) -> Iterator[Word]:
    """Yield the words of a part; `before` words of the sentence stand in front of it."""
    syntax, morph = models()
    texts = [token.text for token in tokens]
    for token, parsed, tagged in zip(tokens, syntax(texts).tokens, morph(texts).tokens, strict=True):
        head = int(parsed.head_id) - 1
        yield Word(
            offset + token.start,
            offset + token.stop,
            token.text.lower(),
            before + head if head >= 0 else -1,
            parsed.rel if head >= 0 else "root",
            tagged.pos,
            tagged.feats,
        )


@dataclass(frozen=True, slots=True)
class Joined:
    """Windows say what is near, the parse what is apart, and how firmly a verb states its act.

    On headlines, teasers and lists the parse alone loses more arguments than it wins; of persons it sees
    some that windows do not, over a parenthesis or a relative clause.
    """

    tree: Tree
    windows: Windows
    persons: tuple[tuple[int, int], ...]

    def clause(self, at: int) -> tuple[int, int]:
        """Return the two ends of the comma clause at `at`."""
        return self.windows.clause(at)

    def words(self, at: int) -> str:
        """Return the words of the clause and the verbs that govern it."""
        return self.tree.words(at)

    def sees(self, at: int, other: int) -> bool:
        """Tell whether `other` is near and not another's, or a person whom the parse gives to the verb."""
        if self.windows.sees(at, other):
            return not self.apart(at, other)
        return self._person(other) and self.tree.sees(at, other)

    def apart(self, at: int, other: int) -> bool:
        """Tell whether the word at `other` belongs to another predicate or event."""
        return self.tree.apart(at, other) or (self._person(other) and self.tree.elsewhere(at, other))

    def tense(self, at: int) -> Tense:
        """Return the tense of the verb next above; where it has none, what a word of the clause says.

        What will not happen has none: nothing is planned.
        """
        tense = self.tree.tense(at) or self.windows.tense(at)
        return "" if tense == "future" and self.tree.negated(at) else tense

    def done(self, at: int) -> bool:
        """Tell whether the word is a verb in the past."""
        return self.tree.done(at)

    def negated(self, at: int) -> bool:
        """Tell whether the verb next above is negated."""
        return self.tree.negated(at)

    def subordinate(self, at: int) -> bool:
        """Tell whether the word stands in a subordinate clause."""
        return self.tree.subordinate(at)

    def _person(self, at: int) -> bool:
        return any(start <= at < end for start, end in self.persons)
