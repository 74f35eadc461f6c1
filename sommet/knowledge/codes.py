"""Codes of other systems, derived from an event's type by the table `codes.yaml`."""

from functools import cache
from importlib.resources import files

import msgspec
import yaml

from schemas.complete import complete
from sommet.errors import KnowledgeError


class Codes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """PLOVER type, mode, contexts and score (-10 to 10); CAMEO code and Goldstein value (-10 to 10).

    Empty where a system has no code: a denial is none.
    """

    plover: str
    mode: str = ""
    score: float | None = None
    cameo: str = ""
    goldstein: float | None = None
    contexts: tuple[str, ...] = ()


@complete
class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    planned: Codes
    cancelled: Codes
    denied: Codes
    types: dict[str, dict[str, Codes]]


def codes(kind: str, status: str, form: str = "", *, elsewhere: bool = False) -> Codes:
    """Return the codes of an event; `elsewhere` says that talks take place in a third country.

    Raises `KeyError` for an unknown type.
    """
    rows = _table().types[kind]
    default = rows["default"]
    if status in {"cancelled", "denied"}:
        general: Codes = getattr(_table(), status)
        return msgspec.structs.replace(general, contexts=default.contexts)
    variants = [status, form, "elsewhere" if elsewhere else ""]
    row = next((rows[name] for name in variants if name in rows), default)
    return msgspec.structs.replace(row, contexts=row.contexts or default.contexts)


@cache
def _table() -> _Table:
    text = (files(__package__) / "codes.yaml").read_text("utf-8")
    try:
        return msgspec.convert(yaml.safe_load(text), _Table)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise KnowledgeError(f"codes.yaml: {error}") from error
