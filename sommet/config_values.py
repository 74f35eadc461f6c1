"""Nodes of a YAML file as the typed values that the configuration's structs ask for.

The structs in `sommet.config` are the only description of what may be set; their types are read with
`msgspec.inspect`. Every mistake becomes a `Problem`, none stops the reading.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeGuard, TypeVar

import msgspec
import yaml
from msgspec import inspect
from rapidfuzz import fuzz, process

from sommet import config_checks
from sommet.config import Config
from sommet.config_nodes import Problem, line_of, short_tag
from sommet.terminal import safe

N = TypeVar("N", bound=yaml.Node)
WRONG: Final = object()
"""Stands for a value that could not be read."""

_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:[0-9]{1,6}[wdhms])+")
_VARIABLE = re.compile(r"\$\$|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}|\$\{")
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?[0-9]{1,18}(\.[0-9]{1,18})?")
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_PLACES = {inspect.VarTupleType: "a list", inspect.DictType: "a mapping", inspect.StructType: "a mapping"}


class Place(NamedTuple):
    """Where a value stands: the key as shown (`sources[0].feed`) and its pattern (`sources[].feed`)."""

    key: str = ""
    pattern: str = ""

    def field(self, name: str) -> "Place":
        """Return the place of a field."""
        return Place(f"{self.key}.{name}".lstrip("."), f"{self.pattern}.{name}".lstrip("."))

    def entry(self, name: str) -> "Place":
        """Return the place of an entry whose name the user chose."""
        return Place(f"{self.key}.{name}", f"{self.pattern}.*")

    def item(self, index: int) -> "Place":
        """Return the place of an item, shown counted from 1."""
        return Place(f"{self.key}[{index + 1}]", f"{self.pattern}[]")

    @property
    def secret(self) -> bool:
        """Whether the value must not be shown."""
        return self.pattern.rpartition(".")[2].removesuffix("[]") in config_checks.SECRET


@dataclass(slots=True)
class Reader:
    """Reads values and collects what is wrong; `lines` says where each key stands."""

    environ: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def value(self, node: yaml.Node, kind: inspect.Type, place: Place) -> Any:
        """Return the value of `node` as `kind`, or `WRONG` with a problem noted."""
        self.lines[place.key] = line_of(node)
        found = self._value(node, kind, place)
        check = config_checks.CHECKS.get(place.pattern)
        fault = check(found) if check and found is not WRONG else None
        if fault:
            what = f"{self._named(node, place)} is {fault[0]}"
            return self._wrong(line_of(node), place.key, what, fault[1])
        return found

    def _value(self, node: yaml.Node, kind: inspect.Type, place: Place) -> Any:
        if isinstance(kind, inspect.UnionType):
            return self._one_of(node, kind, place)
        if isinstance(kind, inspect.StructType):
            return self._struct(node, kind, place) if self._is(node, yaml.MappingNode, kind, place) else WRONG
        if isinstance(kind, inspect.VarTupleType):
            return self._items(node, kind, place) if self._is(node, yaml.SequenceNode, kind, place) else WRONG
        if isinstance(kind, inspect.DictType):
            return (
                self._entries(node, kind, place) if self._is(node, yaml.MappingNode, kind, place) else WRONG
            )
        return self._scalar(node, kind, place)

    def _is(self, node: yaml.Node, wanted: type[N], kind: inspect.Type, place: Place) -> TypeGuard[N]:
        if isinstance(node, wanted):
            return True
        self._wrong(
            line_of(node), place.key, f"{noun(node)} stands here", _PLACES[type(kind)] + _such(node, kind)
        )
        return False

    def _one_of(self, node: yaml.Node, kind: inspect.UnionType, place: Place) -> Any:
        structs = {str(t.tag): t for t in kind.types if isinstance(t, inspect.StructType)}
        if structs:
            return self._tagged(node, structs, place)
        if short_tag(node) == "null":
            return None
        return self._value(node, next(t for t in kind.types if not isinstance(t, inspect.NoneType)), place)

    def _tagged(self, node: yaml.Node, structs: dict[str, inspect.StructType], place: Place) -> Any:
        first = next(iter(structs.values()))
        if not self._is(node, yaml.MappingNode, first, place):
            return WRONG
        name = str(first.tag_field)
        for key, value in node.value:
            if key.value == name:
                tag = self._choice(value, tuple(structs), place.field(name))
                return WRONG if tag is WRONG else self._struct(node, structs[tag], place)
        return self._wrong(line_of(node), place.key, f"{name} is missing", _listed(structs))

    def _struct(self, node: yaml.MappingNode, kind: inspect.StructType, place: Place) -> Any:
        fields = {f.encode_name: f for f in kind.fields}
        known = (*fields, str(kind.tag_field)) if kind.tag_field else tuple(fields)
        given: dict[str, Any] = {}
        for name, value in self._pairs(node, place, known):
            if name in fields and fields[name].default == () and _empty(value):
                self.lines[place.field(name).key] = line_of(value)  # the default: nothing is in the list
            elif name in fields:
                given[fields[name].name] = self.value(value, fields[name].type, place.field(name))
        missing = [f.encode_name for f in kind.fields if f.required and f.name not in given]
        for name in missing:
            self._wrong(line_of(node), place.key, f"{name} is missing", f"a line “{name}: …”")
        if missing or WRONG in given.values():
            return WRONG
        return kind.cls(**given)

    def _entries(self, node: yaml.MappingNode, kind: inspect.DictType, place: Place) -> Any:
        entries: dict[str, Any] = {}
        for name, value in self._pairs(node, place, ()):
            if config_checks.NAME.fullmatch(name):
                entries[name] = self.value(value, kind.value_type, place.entry(name))
            else:
                self._wrong(
                    line_of(value), place.key, f"{safe(name, 40)!r} is no name", "letters, digits, - and _"
                )
        return entries

    def _items(self, node: yaml.SequenceNode, kind: inspect.VarTupleType, place: Place) -> Any:
        items = [self.value(item, kind.item_type, place.item(i)) for i, item in enumerate(node.value)]
        return WRONG if WRONG in items else tuple(items)

    def _pairs(
        self, node: yaml.MappingNode, place: Place, known: tuple[str, ...]
    ) -> Iterable[tuple[str, yaml.Node]]:
        """Yield the pairs of a mapping; with `known`, only those; note what is wrong with the others."""
        seen: dict[str, int] = {}
        for key, value in node.value:
            line, name = line_of(key), str(key.value)
            plain = _key(name)
            full = place.field(plain).key
            if not isinstance(key, yaml.ScalarNode):
                self._wrong(line, place.key, "a list or mapping is no key", _listed(known))
            elif known and name not in known and value.start_mark.index == key.end_mark.index:
                self._wrong(line, place.key, "a word without a colon", "a value with a comma in quotes")
            elif name in seen:
                self._wrong(line, full, f"given twice, first on line {seen[name]}", "every key once")
            elif known and name not in known:
                self._wrong(
                    line,
                    full,
                    "unknown key",
                    _listed(known),
                    nearest(plain, known) or elsewhere(plain),
                )
            else:
                yield name, value
            seen.setdefault(name, line)

    def _scalar(self, node: yaml.Node, kind: inspect.Type, place: Place) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            return self._wrong(line_of(node), place.key, f"{noun(node)} stands here", _expectation(kind))
        if isinstance(kind, inspect.LiteralType):
            return self._choice(node, tuple(str(v) for v in kind.values if v), place, empty="" in kind.values)
        if place.pattern in config_checks.CHOICES:
            return self._choice(node, config_checks.CHOICES[place.pattern], place)
        text = self._text(node, place, quoted=isinstance(kind, (inspect.StrType, inspect.CustomType)))
        if text is WRONG:
            return WRONG
        read = _READ[type(kind)](text)
        if read is WRONG:
            what = f"{self._named(node, place)} is wrong" if node.value else "no value is given"
            return self._wrong(line_of(node), place.key, what, _expectation(kind))
        return read

    def _choice(self, node: yaml.Node, choices: tuple[str, ...], place: Place, *, empty: bool = False) -> Any:
        text = self._text(node, place, quoted=True)
        if text is WRONG or text in choices or (empty and text == ""):
            return text
        return self._wrong(
            line_of(node), place.key, f"{shown(node)} is not known", _listed(choices), nearest(text, choices)
        )

    def _text(self, node: yaml.Node, place: Place, *, quoted: bool) -> Any:
        """Return the text of a scalar with variables filled in; `quoted`: only YAML text will do."""
        if not isinstance(node, yaml.ScalarNode):
            return self._wrong(line_of(node), place.key, f"{noun(node)} stands here", "text")
        if quoted and short_tag(node) != "str":
            what = f"{self._named(node, place)} is {noun(node)}"
            return self._wrong(line_of(node), place.key, what, "text; put it in quotes")
        faults: list[tuple[str, str]] = []
        text = _VARIABLE.sub(lambda match: self._variable(match, faults), node.value)
        for what, expected in faults:
            self._wrong(line_of(node), place.key, what, expected)
        return WRONG if faults else text

    def _variable(self, match: re.Match[str], faults: list[tuple[str, str]]) -> str:
        name, default = match["name"], match["default"]
        if match[0] == "$$":
            return "$"
        if name is None:
            faults.append(
                ("a ${ that names no variable", "${NAME} or ${NAME:-default}; write $${ for a plain ${")
            )
            return ""
        if self.environ.get(name):
            return self.environ[name]
        if path := self.environ.get(f"{name}_FILE"):
            return _first_line(path, f"{name}_FILE", faults)
        if default is None:
            faults.append(
                (f"the environment variable {name} is not set", f"export {name}=… before the start")
            )
        return default or ""

    def _named(self, node: yaml.Node, place: Place) -> str:
        if not isinstance(node, yaml.ScalarNode):
            return "the list"
        return "the value" if place.secret else shown(node)

    def _wrong(self, line: int, key: str, what: str, expected: str, suggestion: str = "") -> Any:
        self.problems.append(Problem(line, key, what, expected, suggestion))
        return WRONG


def _first_line(path: str, name: str, faults: list[tuple[str, str]]) -> str:
    """Return the first line of a file that an environment variable names: a secret of a container."""
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else "") or "no text"
        faults.append((f"the file that {name} names cannot be read ({why})", "a file with the secret in it"))
        return ""
    if not lines or not lines[0].strip():
        faults.append((f"the file that {name} names is empty", "a file with the secret in it"))
        return ""
    return lines[0].strip()


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known word that `name` was probably meant to be, or nothing."""
    found = process.extractOne(
        name.lower().replace("-", "_"), list(known), scorer=fuzz.ratio, score_cutoff=65
    )
    return str(found[0]) if found else ""


@cache
def _homes() -> dict[str, str]:
    """Return where each key of the configuration is at home, `max_age` → `alerts.max_age`."""
    homes: dict[str, str] = {}

    def walk(kind: inspect.Type, prefix: str) -> None:
        if isinstance(kind, inspect.StructType):
            for entry in kind.fields:
                homes.setdefault(entry.encode_name, f"{prefix}{entry.encode_name}")
                walk(entry.type, f"{prefix}{entry.encode_name}.")
        elif isinstance(kind, inspect.VarTupleType):
            walk(kind.item_type, prefix)

    walk(struct_type(Config), "")
    return homes


def elsewhere(name: str) -> str:
    """Return the full key under which `name` belongs, or nothing."""
    return _homes().get(name, "")


def _empty(node: yaml.Node) -> bool:
    """Whether nothing stands behind a key."""
    return short_tag(node) == "null"


def _such(node: yaml.Node, kind: inspect.Type) -> str:
    """Return how a lone text becomes the mapping that has one required key."""
    if not isinstance(node, yaml.ScalarNode) or not isinstance(kind, inspect.StructType):
        return ""
    required = [entry.encode_name for entry in kind.fields if entry.required]
    if len(required) != 1 or short_tag(node) != "str":
        return ""
    address = node.value.startswith(("http://", "https://"))
    return f", “{required[0]}: {'http://…' if address else '…'}”"


def shown(node: yaml.Node) -> str:
    """Return the value of a scalar as the file has it, quoted and harmless; variables stay names."""
    return f"“{safe(str(node.value), 40)}”"


def _key(name: str) -> str:
    """Return a key as it may be shown: of `password x`, which lacks a colon, only what is no value."""
    return safe(re.split(r"[:=\s]", name, maxsplit=1)[0] or name[:1], 40)


def noun(node: yaml.Node) -> str:
    """Return what a node is, in words."""
    nouns = {"map": "a mapping", "seq": "a list", "null": "nothing", "bool": "true or false", "str": "text"}
    nouns["timestamp"] = "a date"
    return nouns.get(short_tag(node), "a number")


def duration(text: str) -> Any:
    """Return the `timedelta` that `text` (`20s`, `1h30m`, `3d`, `2w`) says, else `WRONG`."""
    if not _DURATION.fullmatch(text):
        return WRONG
    seconds = sum(int(n) * _UNITS[unit] for n, unit in re.findall(r"(\d+)([wdhms])", text))
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        return WRONG


def _integer(text: str) -> Any:
    plain = text.replace("_", "")
    return int(plain) if _INTEGER.fullmatch(plain) else WRONG


def _number(text: str) -> Any:
    return float(text) if _NUMBER.fullmatch(text) else WRONG


def _boolean(text: str) -> Any:
    return _BOOLEANS.get(text.lower(), WRONG)


def _path(text: str) -> Any:
    if not text or "\0" in text:
        return WRONG
    try:
        return Path(text).expanduser()
    except RuntimeError:  # `~name` of nobody
        return WRONG


_READ: dict[type[inspect.Type], Callable[[str], Any]] = {
    inspect.StrType: str,
    inspect.IntType: _integer,
    inspect.FloatType: _number,
    inspect.BoolType: _boolean,
    inspect.TimeDeltaType: duration,
    inspect.CustomType: _path,
}
_EXPECTED: dict[type[inspect.Type], str] = {
    inspect.StrType: "text",
    inspect.IntType: "a whole number",
    inspect.FloatType: "a number",
    inspect.BoolType: "true or false",
    inspect.TimeDeltaType: "a duration such as 20s, 5m, 1h30m or 3d",
    inspect.CustomType: "a path",
}


def _expectation(kind: inspect.Type) -> str:
    return _EXPECTED.get(type(kind), "text")


def _listed(words: Iterable[str]) -> str:
    known = list(words)
    return f"one of {', '.join(known)}" if len(known) > 1 else "".join(known) or "text"


def struct_type(cls: type[msgspec.Struct]) -> inspect.StructType:
    """Return the description of `cls` that `Reader.value` walks."""
    described = inspect.type_info(cls)
    assert isinstance(described, inspect.StructType)
    return described
