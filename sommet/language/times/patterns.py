r"""The small language in which time rules are written, and its translation to regular expressions.

A pattern is matched against words, not characters: `le? {day} {month} {year}?`.

    word        this word            {class}         any word of a class, kept under the class's name
    x?          perhaps x            {class:field}   the same, kept under another field's name
    (x | y)     x or y               <name>          a named piece of pattern
    !(x)        not followed by x    {class:xname}   the same, kept nowhere
    \(          a parenthesis
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sommet.errors import KnowledgeError

_SYNTAX = re.compile(r"\s*(\\[()?|]|!\(|[()|?]|\{(\w+)(?::(\w+))?\}|[^\s(){}|?!\\]+)")


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a pattern; `op` is class, word, seq, alt, opt or not."""

    op: str
    name: str = ""
    field: str = ""
    parts: tuple["Node", ...] = ()


def parse(source: str, macros: Mapping[str, str], words: Callable[[str], list[str]], where: str) -> Node:
    """Parse a pattern; `words` cuts a literal into words as the text will be cut."""
    for _ in range(3):
        source = re.sub(r"<(\w+)>", lambda m: f"({macros[m[1]]})" if m[1] in macros else m[0], source)
    return _Parser(source, words, where).parse()


class _Parser:
    """Recursive descent over the tokens of one pattern."""

    def __init__(self, source: str, words: Callable[[str], list[str]], where: str) -> None:
        self._tokens = [*_SYNTAX.finditer(source)]
        self._words = words
        self._where = f"{where}: {source!r}"
        self._at = 0
        if "".join(m[0] for m in self._tokens).strip() != source.strip():
            raise KnowledgeError(f"{self._where} is no pattern")

    def parse(self) -> Node:
        node = self._alternatives()
        if self._at < len(self._tokens):
            raise KnowledgeError(f"{self._where} has a parenthesis too many")
        return node

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _alternatives(self) -> Node:
        parts = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            parts.append(self._sequence())
        return Node("alt", parts=tuple(parts)) if len(parts) > 1 else parts[0]

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self._peek() not in {"", "|", ")"}:
            node = self._atom()
            if self._peek() == "?":
                self._at += 1
                node = Node("opt", parts=(node,))
            parts.append(node)
        return Node("seq", parts=tuple(parts))

    def _atom(self) -> Node:
        token = self._tokens[self._at]
        self._at += 1
        if token[1] in {"(", "!("}:
            inner = self._alternatives()
            if self._peek() != ")":
                raise KnowledgeError(f"{self._where} lacks a closing parenthesis")
            self._at += 1
            return inner if token[1] == "(" else Node("not", parts=(inner,))
        if token[2]:
            return Node("class", token[2], token[3] or token[2])
        if token[1] == "?":
            raise KnowledgeError(f"{self._where} has a stray question mark")
        return Node(
            "seq", parts=tuple(Node("word", f"={word}") for word in self._words(token[1].lstrip("\\")))
        )


def leaves(node: Node) -> Iterator[Node]:
    """Yield the classes and words of a pattern."""
    if node.op in {"class", "word"}:
        yield node
    for part in node.parts:
        yield from leaves(part)


@dataclass(frozen=True, slots=True)
class Group:
    """What a part of a match says: the value of the word in class `name` goes to `field`."""

    group: int
    field: str
    name: str


@dataclass(slots=True)
class Emitter:
    """Translates one pattern; `codes` gives the characters that stand for words of a class."""

    codes: Mapping[str, str]
    groups: list[Group] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    def regex(self, node: Node, *, named: bool) -> str:
        """Return a regular expression over codes; with `named`, classes become groups."""
        if node.op in {"class", "word"}:
            charset = f"[{self.codes[node.name]}]"
            return f"({charset})" if named and node.op == "class" and self._group(node) else charset
        if node.op == "alt":
            return f"(?:{'|'.join(self._branches(node, named=named))})"
        inner = "".join(self.regex(part, named=named) for part in node.parts)
        return {"seq": inner, "opt": f"(?:{inner})?", "not": f"(?!{inner})"}[node.op]

    def _group(self, node: Node) -> bool:
        """Note a group; the second one for a field, on one path, is for the range's second end."""
        self.seen[node.field] += 1
        said = node.field if self.seen[node.field] == 1 else f"{node.field}2"
        self.groups.append(Group(len(self.groups) + 1, said, node.name))
        return True

    def _branches(self, node: Node, *, named: bool) -> list[str]:
        before, after, found = self.seen, Counter[str](), []
        for part in node.parts:
            self.seen = before.copy()
            found.append(self.regex(part, named=named))
            after |= self.seen
        self.seen = after
        return found

    def first(self, node: Node) -> tuple[set[str], bool]:
        """Return the codes with which a match may begin, and whether it may be empty."""
        if node.op in {"class", "word"}:
            return set(self.codes[node.name]), False
        if node.op == "not":
            return set(), True
        firsts: set[str] = set()
        if node.op == "seq":
            for part in node.parts:
                codes, empty = self.first(part)
                firsts |= codes
                if not empty:
                    return firsts, False
            return firsts, True
        results = [self.first(part) for part in node.parts]
        firsts = firsts.union(*(codes for codes, _ in results))
        return firsts, node.op == "opt" or any(empty for _, empty in results)
