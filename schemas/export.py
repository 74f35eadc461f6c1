"""Writes the JSON Schemas and checks the stored examples: `python -m schemas.export`.

Generated files are committed; with `--check` nothing is written and a difference is an error.
"""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from schemas.topics import TOPICS, Topic

HERE = Path(__file__).parent


def schema(topic: Topic[Any]) -> str:
    """Return the JSON Schema of a topic's messages, as text."""
    _, components = msgspec.json.schema_components((topic.type,), ref_template="#/$defs/{name}")
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": topic.name,
        "$ref": f"#/$defs/{topic.type.__name__}",
        "$defs": components,
    }
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Write all schemas, or check them; return the exit code."""
    stale = []
    for name, topic in TOPICS.items():
        path = HERE / "json" / f"{name}.json"
        text = schema(topic)
        if not path.exists() or path.read_text("utf-8") != text:
            stale.append(path.name)
            if "--check" not in arguments:
                path.write_text(text, "utf-8")
    if stale and "--check" in arguments:
        sys.stderr.write(f"schemas: not current: {', '.join(stale)}; run make schemas\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
