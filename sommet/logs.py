"""Logs: events with values, not sentences; to standard error, as text or as JSON.

`SOMMET_LOG=json` writes one JSON object a line, `SOMMET_LOG_LEVEL=debug` (or an option of the command
line) says how much. Values from outside are made harmless before they are written.
"""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog

from sommet.errors import ConfigError
from sommet.terminal import in_utf8, safe

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure(environ: Mapping[str, str], level: str = "", stream: TextIO | None = None) -> None:
    """Set up logging once, at the start of a command. Raises `ConfigError` for an unknown level or form."""
    form, stated = environ.get("SOMMET_LOG", "text"), level or environ.get("SOMMET_LOG_LEVEL", "") or "info"
    if form not in {"text", "json"}:
        raise ConfigError("SOMMET_LOG: expected text or json")
    if stated not in LEVELS:
        raise ConfigError(f"log level: expected one of {', '.join(LEVELS)}")
    out = stream or sys.stderr
    if form == "json":
        in_utf8(out)
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if form == "text":
        renderer = structlog.dev.ConsoleRenderer(colors=out.isatty(), pad_event_to=24)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer() if form == "json" else _unchanged,
            _harmless,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[stated]),
        logger_factory=lambda *_: structlog.PrintLogger(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=out, format="%(name)s: %(message)s", force=True)


def _unchanged(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return event


def _harmless(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Escape what a terminal or a reader of logs would act on."""
    for key, value in event.items():
        if isinstance(value, str) and key != "exception":
            event[key] = safe(value, 500)
    return event
