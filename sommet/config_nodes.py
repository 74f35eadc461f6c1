"""The text of a YAML file as nodes that know their lines, and what can be wrong with it.

Only what a configuration needs is let in: one document, mappings with plain text keys, lists and
scalars. Anchors, aliases and tags are refused, so that a short file cannot become a large one.
"""

from dataclasses import dataclass

import yaml

MAX_CHARACTERS = 256_000
MAX_DEPTH = 12
_PREFIX = "tag:yaml.org,2002:"
_TAGS = frozenset(
    _PREFIX + name for name in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp")
)

_QUOTES = "the value in quotes"
_ANCHOR = ("a value begins with & or *, which makes it an anchor or alias", _QUOTES)
_TAG = ("a value begins with !, which makes it a tag", _QUOTES)
_OTHER = ("not YAML: this line, or the one above, cannot be read", "lines such as “key: value”")
_SYNTAX: dict[str, tuple[str, str]] = {
    "scanning an alias": _ANCHOR,
    "scanning an anchor": _ANCHOR,
    "duplicate anchor": _ANCHOR,
    "undefined alias": _ANCHOR,
    "scanning a tag": _TAG,
    "parsing a tag": _TAG,
    "tag handle": _TAG,
    "directive": ("a line begins with %, which makes it a directive", "no such line"),
    "'\\t' that cannot start": ("not YAML: a tab stands here", "spaces, not tabs, for indentation"),
    "that cannot start any token": ("not YAML: no value begins with this character", _QUOTES),
    "expected ',' or ']'": ("not YAML: a list in [ ] is not closed, or lacks a comma", "[a, b]"),
    "expected ',' or '}'": ("not YAML: a mapping in { } is not closed, or lacks a comma", "{a: 1, b: 2}"),
    "expected <block end>": ("not YAML: the line does not fit those above", "the same indentation"),
    "mapping values are not allowed": ("not YAML: a colon where none can stand", _QUOTES),
    "expected the node content": ("not YAML: a value is missing before this character", _QUOTES),
    "could not find expected ':'": ("not YAML: a line without a colon", "a line “key: value”"),
    "quoted scalar": (
        "not YAML: a text in quotes is not closed, or has a wrong escape",
        "“text”",
    ),
    "block scalar": ("not YAML: a text after | or > is not indented as it should be", _QUOTES),
}
"""Part of what PyYAML says to our words; its own may repeat a secret that was taken for something else."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file: where, what, and what was expected instead."""

    line: int
    key: str
    what: str
    expected: str = ""
    suggestion: str = ""

    def text(self, file: str) -> str:
        """Return the one line that a user reads."""
        parts = [self.what]
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.suggestion:
            parts.append(f"did you mean {self.suggestion}?")
        where = f"{file}:{self.line}"
        return f"{where}: {self.key}: {'; '.join(parts)}" if self.key else f"{where}: {'; '.join(parts)}"


class Unreadable(Exception):  # noqa: N818 - carries a problem, is none of the project's errors
    """The text is no YAML that can be walked; it carries the one problem that says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


def line_of(node: yaml.Node) -> int:
    """Return the line on which `node` starts, counted from 1."""
    return int(node.start_mark.line) + 1


def short_tag(node: yaml.Node) -> str:
    """Return the YAML type of `node`, such as `str`, `int` or `map`."""
    return str(node.tag).removeprefix(_PREFIX)


def compose(text: str) -> yaml.Node | None:
    """Return the root node of `text`, None where it says nothing.

    Raises `Unreadable` for a syntax error, for what is refused, and for what is too large.
    """
    if len(text) > MAX_CHARACTERS:
        raise _refused(1, f"the file has {len(text):,} characters", f"at most {MAX_CHARACTERS:,}")
    try:
        _refuse_events(text)
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _refused(line, f"not YAML: character U+{int(error.character):04X} is not allowed") from error
    except yaml.MarkedYAMLError as error:
        raise _syntax(error) from error


def _refuse_events(text: str) -> None:
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if documents > 1:
            raise _refused(line, "a second document starts here", "one document in the file")
        if depth > MAX_DEPTH:
            raise _refused(line, "too deeply nested", f"at most {MAX_DEPTH} levels")
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            raise _refused(line, *_ANCHOR)
        _refuse_tag(event, line)


def _refuse_tag(event: yaml.Event, line: int) -> None:
    tag = getattr(event, "tag", None)
    if tag and tag not in _TAGS:
        raise _refused(line, *_TAG)


def _refused(line: int, what: str, expected: str = "") -> Unreadable:
    return Unreadable(Problem(line, "", what, expected))


def _syntax(error: yaml.MarkedYAMLError) -> Unreadable:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    said = f"{error.context or ''}: {error.problem or ''}"
    words = next((words for part, words in _SYNTAX.items() if part in said), _OTHER)
    return _refused(line, *words)
