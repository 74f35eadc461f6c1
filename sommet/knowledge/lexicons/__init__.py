"""Words, phrases and rules of the languages, as YAML files read once."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from sommet.errors import KnowledgeError


@cache
def load(name: str) -> Any:
    """Return the contents of the lexicon `name` (without `.yaml`).

    Raises `KnowledgeError` where the file is missing or no YAML.
    """
    path = files(__package__) / f"{name}.yaml"
    try:
        return yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - the C twin of the safe loader
    except (OSError, yaml.YAMLError) as error:
        raise KnowledgeError(f"lexicon {name}: {error}") from error


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
