"""What a dependency tree in Universal Dependencies tells of one Russian sentence.

Relations and features: universaldependencies.org. Whoever parses gives the words, `russian` does.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sommet.language.syntax import Tense

_CLAUSES = frozenset(
    {"root", "ccomp", "advcl", "acl", "acl:relcl", "parataxis", "csubj", "csubj:pass", "xcomp"}
)
_OPEN = frozenset({"xcomp", "ccomp", "advcl", "acl"})
_ATTRIBUTES = frozenset({"acl", "acl:relcl"})
_COMPLEMENTS = frozenset({"xcomp", "ccomp", "csubj"})
_SUBJECTS = frozenset({"nsubj", "nsubj:pass", "csubj", "csubj:pass"})
_HELPERS = frozenset({"aux", "aux:pass", "cop"})
_OF_ONE_NAME = frozenset({"appos", "flat", "flat:name", "conj"})
_PRONOUNS = frozenset({"он", "она", "они", "оно"})
_WILL_BE = frozenset({"буду", "будешь", "будет", "будем", "будете", "будут"})
_WOULD = frozenset({"бы", "б"})
_NEGATIONS = frozenset({"не", "нет", "ни"})
_TENSES: dict[str, Tense] = {"Past": "past", "Pres": "present", "Fut": "future"}
_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Word:
    """One word in small letters: where it stands, which word governs it (-1: none) and how, its form."""

    start: int
    end: int
    text: str
    head: int
    relation: str
    kind: str
    form: dict[str, str]


class Tree:
    """The structure of one parsed sentence; it may have several roots.

    `events` are nouns that take arguments of their own, as visits and talks do.
    """

    def __init__(self, words: Sequence[Word], events: re.Pattern[str]) -> None:
        self._words = _acyclic(words)
        self._events = events
        self._ends = [word.end for word in words]
        self._children: list[list[int]] = [[] for _ in words]
        for number, word in enumerate(self._words):
            if word.head >= 0:
                self._children[word.head].append(number)
        self._clauses = [self._clause_of(number) for number in range(len(words))]

    def clause(self, at: int) -> tuple[int, int]:
        """Return the unbroken run of the clause's words around the word at `at`."""
        first = last = self._at(at)
        head = self._clauses[first]
        while first > 0 and self._clauses[first - 1] == head:
            first -= 1
        while last + 1 < len(self._words) and self._clauses[last + 1] == head:
            last += 1
        return self._words[first].start, self._words[last].end

    def words(self, at: int) -> str:
        """Return the words of the clause and the verbs that govern it, in order, in small letters."""
        above = self._clauses[self._at(at)]
        chosen = {n for n, clause in enumerate(self._clauses) if clause == above}
        for _ in range(3):
            if self._words[above].head < 0 or self._words[above].relation == "acl:relcl":
                break
            above = self._clauses[self._words[above].head]
            chosen |= {above, *(c for c in self._children[above] if self._helps(c))}
        return " ".join(self._words[n].text for n in sorted(chosen))

    def sees(self, at: int, other: int) -> bool:
        """Tell whether a word stands in the predicate's clause, or is an argument it takes over."""
        return self._visible(self._clauses[self._at(at)], self._at(other))

    def apart(self, at: int, other: int) -> bool:
        """Tell whether the word at `other` is the subject of another verb that does not govern the first.

        That verb stands in a relative clause, or is joined by a conjunction where both have a subject.
        """
        trigger, word = self._at(at), self._at(other)
        mine, its = self._clauses[trigger], self._clauses[word]
        if mine == its or not self._in_subject(word):
            return False
        return self._behind_relative(trigger, word) or self._joined(mine, its, trigger)

    def elsewhere(self, at: int, other: int) -> bool:
        """Tell whether a person at `other` takes part in something else than what the word at `at` tells.

        It is an argument of another event's noun ("the results of Xi's visit"), or a relative clause
        stands between the two and none is what it hangs on.
        """
        trigger, word = self._at(at), self._at(other)
        if self._of_another_event(trigger, word):
            return True
        return self._clauses[trigger] != self._clauses[word] and (
            self._behind_relative(trigger, word) or self._outside_relative(trigger, word)
        )

    def tense(self, at: int) -> Tense:
        """Return the tense of the verb next above the word, helpers first; of a condition none."""
        return self._tense(self._predicate(self._at(at)), 0)

    def done(self, at: int) -> bool:
        """Tell whether the word is itself a finite verb in the past, neither negated nor conditional."""
        form = self._words[self._at(at)].form
        past = form.get("Tense") == "Past" and form.get("VerbForm") == "Fin"
        return past and self.tense(at) == "past" and not self.negated(at)

    def negated(self, at: int) -> bool:
        """Tell whether the verb next above the word, or a helper of its, is negated."""
        number = self._predicate(self._at(at))
        near = [number, *(c for c in self._children[number] if self._words[c].relation in _HELPERS)]
        return self._words[number].text == "нет" or any(
            self._words[c].text in _NEGATIONS for n in near for c in self._children[n]
        )

    def subordinate(self, at: int) -> bool:
        """Tell whether the clause is a relative, adverbial or adnominal one."""
        return self._words[self._clauses[self._at(at)]].relation in {"acl", "acl:relcl", "advcl"}

    def _at(self, at: int) -> int:
        return min(bisect_right(self._ends, at), len(self._words) - 1)

    def _up(self, number: int) -> Iterator[int]:
        """Yield a word and what governs it, up to its root."""
        while number >= 0:
            yield number
            number = self._words[number].head

    def _under(self, word: int, above: int) -> bool:
        return above in self._up(word)

    def _helps(self, number: int) -> bool:
        word = self._words[number]
        return word.relation in _HELPERS or word.text in _NEGATIONS | _WOULD

    def _verbal(self, number: int) -> bool:
        word = self._words[number]
        return word.kind in {"VERB", "AUX"} or word.form.get("Variant") == "Short"

    def _clause_of(self, number: int) -> int:
        """Return the head of a word's clause; a second verb with a subject of its own begins a new one."""
        for n in self._up(number):
            word = self._words[n]
            second = word.relation == "conj" and self._verbal(n) and self._subject(n) >= 0
            if word.relation in _CLAUSES or word.head < 0 or second:
                return n
        return number

    def _predicate(self, number: int) -> int:
        """Return the verb next above a word, or the head of its clause."""
        for n in self._up(number):
            word = self._words[n]
            if word.relation in _HELPERS:
                return word.head
            if self._verbal(n) or word.relation in _CLAUSES or word.head < 0:
                return n
        return number

    def _subject(self, number: int) -> int:
        return next((c for c in self._children[number] if self._words[c].relation in _SUBJECTS), -1)

    def _in_subject(self, number: int) -> bool:
        """Tell whether a name, or the one it is listed with, is a subject."""
        for n in self._up(number):
            if self._words[n].relation not in _OF_ONE_NAME or self._verbal(n):
                return self._words[n].relation in _SUBJECTS
        return False

    def _tense(self, number: int, depth: int) -> Tense:
        verb, helpers = (
            self._words[number],
            [self._words[c] for c in self._children[number] if self._helps(c)],
        )
        said = {word.text for word in helpers} | {verb.text}
        if said & _WOULD:
            return "conditional"
        if said & _WILL_BE:
            return "future"
        if any(self._words[c].text == "если" for c in self._children[number]):
            return ""
        for word in (*(h for h in helpers if h.kind == "AUX"), verb):
            if word.form.get("VerbForm") == "Inf":
                return self._governed(number, depth)
            if found := _TENSES.get(word.form.get("Tense", "")):
                return found
        return ""

    def _governed(self, number: int, depth: int) -> Tense:
        """Return future for the infinitive of a verb that lies ahead ("will help to build")."""
        word = self._words[number]
        if word.relation in _COMPLEMENTS and depth < _DEPTH and self._verbal(word.head):
            tense = self._tense(word.head, depth + 1)
            return tense if tense in {"future", "conditional"} else "infinitive"
        return "infinitive"

    def _visible(self, head: int, word: int, depth: int = 0) -> bool:
        if self._clauses[word] == head:
            return True
        root = self._words[head]
        if depth > _DEPTH or root.head < 0:
            return False
        if root.relation in _ATTRIBUTES and self._under(word, root.head) and not self._under(word, head):
            return True
        subject = self._subject(head)
        silent = subject < 0 or self._words[subject].text in _PRONOUNS
        if root.relation not in _OPEN or not silent:
            return False
        above = self._clauses[root.head]
        if self._clauses[word] != above:
            return self._visible(above, word, depth + 1)
        first = next(n for n in range(len(self._words)) if self._under(n, head))
        return word < first or self._under(word, self._subject(above))

    def _relatives(self, number: int) -> Iterator[int]:
        """Yield the relative clauses that a word stands in, from the inside out."""
        return (n for n in self._up(number) if self._words[n].relation == "acl:relcl")

    def _behind_relative(self, trigger: int, word: int) -> bool:
        return any(not self._under(trigger, head) for head in self._relatives(word))

    def _outside_relative(self, trigger: int, word: int) -> bool:
        """Tell whether a word is neither in the trigger's relative clause nor in the name it hangs on."""
        for head in self._relatives(trigger):
            if not self._under(word, head):
                names = self._up(self._words[head].head)
                top = next(n for n in names if self._words[n].relation not in {*_OF_ONE_NAME, "nmod"})
                return not self._under(word, top)
        return False

    def _joined(self, mine: int, its: int, trigger: int) -> bool:
        """Tell whether a conjunction joins two clauses that have a subject each, none of them the trigger."""
        for second, first in ((mine, its), (its, mine)):
            head = self._words[second].head
            if self._words[second].relation == "conj" and head >= 0 and self._clauses[head] == first:
                subject = self._subject(second)
                if min(subject, self._subject(first)) < 0 or self._words[subject].text in _PRONOUNS:
                    return False
                return not self._under(trigger, self._subject(mine))
        return False

    def _of_another_event(self, trigger: int, word: int) -> bool:
        for n in self._up(self._words[word].head):
            if n in {trigger, self._clauses[word]}:
                return False
            if self._events.match(self._words[n].text) and not self._under(trigger, n):
                return True
        return False


def _acyclic(words: Sequence[Word]) -> list[Word]:
    """Return the words without circles: a model that scores each by itself may close one."""
    fixed = list(words)
    for number, word in enumerate(words):
        seen, at = {number}, fixed[number].head
        while at >= 0 and at not in seen:
            seen.add(at)
            at = fixed[at].head
        if at >= 0:
            fixed[number] = Word(word.start, word.end, word.text, -1, "root", word.kind, word.form)
    return fixed
