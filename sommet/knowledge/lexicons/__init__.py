"""Words, phrases and rules of the languages, as YAML files read once."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from sommet.errors import KnowledgeError


@cache
def load(name: str) -> Any:
    """Return the contents of the lexicon `name`: of its file, or of all files of its folder.

    Sections of one name in several files of a folder are one. Raises `KnowledgeError` where the file is
    missing or no YAML, or where two files of a folder say the same thing twice.
    """
    folder = files(__package__) / name
    if not folder.is_dir():
        return _read(name, files(__package__) / f"{name}.yaml")
    whole: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        for section, found in _read(f"{name}/{path.name}", path).items():
            twice = whole.setdefault(section, {}).keys() & found.keys()
            if twice:
                raise KnowledgeError(f"lexicon {name}/{path.name}: said twice: {', '.join(sorted(twice))}")
            whole[section] |= found
    return whole


def _read(name: str, path: Traversable) -> Any:
    try:
        return yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - the C twin of the safe loader
    except (OSError, yaml.YAMLError) as error:
        raise KnowledgeError(f"lexicon {name}: {error}") from error


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
