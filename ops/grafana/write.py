"""Writes the dashboards as Grafana reads them; the files are committed and never edited."""

import json
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from ops.grafana.pipeline import pipeline
from ops.grafana.relations import relations

FOLDER = Path(__file__).parent / "dashboards"


def files() -> dict[Path, str]:
    """Return every file with what belongs into it."""
    made = {"relations": relations(), "pipeline": pipeline()}
    return {
        FOLDER / f"{name}.json": json.dumps(one, cls=JSONEncoder, indent=2, sort_keys=True) + "\n"
        for name, one in made.items()
    }


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, "utf-8")
