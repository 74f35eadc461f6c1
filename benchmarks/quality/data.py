"""Reads the evaluation data: labels and documents, their own scorer, and what `explain` says of them."""

import sys
from collections.abc import Callable
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import msgspec

from sommet.commands.code import documents
from sommet.config import Config
from sommet.explain.build import explain
from sommet.explain.model import Explanation

Row = dict[str, Any]


def rows(path: Path) -> dict[str, Row]:
    """Return the lines of a JSON Lines file by their ids."""
    lines = path.read_bytes().splitlines()
    return {str(row["id"]): row for row in map(msgspec.json.decode, filter(bytes.strip, lines))}


def scorer(path: Path) -> Any:
    """Return the data's own scorer as a module."""
    spec = spec_from_file_location("scorer", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # the data are not ours to write to
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = writes
    return module


def explained(docs: Path) -> Callable[[str], Explanation]:
    """Return what explains a document of a set by its id."""
    raws = {str(line.id): line.raw for line in documents(docs.read_bytes()) if line.raw}
    dyad = Config().dyad

    @cache
    def found(ident: str) -> Explanation:
        return explain(raws[ident], dyad)

    return found
