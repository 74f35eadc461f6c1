"""The rules of Prometheus as data, and the programs that check them."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from sommet.metrics import METRICS

ROOT = Path(__file__).parents[2]
OPS = ROOT / "ops"
RULES = OPS / "prometheus/rules"
OF_OTHERS = {"up"}
"""Series that Prometheus makes itself."""


def alerts() -> dict[str, dict[str, Any]]:
    """Return every alert by its name."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(RULES.glob("*.yml")):
        for group in yaml.safe_load(path.read_text("utf-8"))["groups"]:
            for rule in group["rules"]:
                assert rule["alert"] not in found, "two alerts have one name"
                found[rule["alert"]] = {**rule, "file": path.name}
    return found


def series() -> set[str]:
    """Return the names of all series that sommet exports."""
    names: set[str] = set()
    for metric in METRICS:
        ends = ("_bucket", "_sum", "_count") if metric.kind == "histogram" else ("",)
        names |= {metric.name + end for end in ends}
    return names


def asked(query: str) -> set[str]:
    """Return the names of the series that a query asks for. Raises where it is no PromQL."""
    selectors: set[str] = set()

    def look(node: Any) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            selectors.add(str(node.name))
        for part in ("expr", "lhs", "rhs", "vector_selector", "vs"):
            if (inner := getattr(node, part, None)) is not None:
                look(inner)
        for inner in getattr(node, "args", None) or ():
            look(inner)

    look(promql_parser.parse(query))
    assert selectors >= set(re.findall(r"\bsommet_\w+", query)), "a part of the query was not looked at"
    return selectors


def program(name: str) -> str:
    """Return where a program of Prometheus is; where it is not installed, skip."""
    found = shutil.which(name)
    if not found:
        package = "prometheus-alertmanager" if name in {"amtool", "prometheus-alertmanager"} else "prometheus"
        reason = f"{name} is not installed (Debian: apt-get install {package})"
        if os.environ.get("OPS_CHECK"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def run(name: str, *arguments: object) -> str:
    """Run a program and return what it says; a failure shows it."""
    command = [program(name), *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=OPS, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout
