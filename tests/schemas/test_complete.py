"""Every struct that something is read into is made whole where it is defined."""

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from schemas.complete import COMPLETE

ROOT = Path(__file__).parents[2]
CODE = sorted(
    path for name in ("schemas", "sommet", "producers", "consumers") for path in (ROOT / name).rglob("*.py")
)
TOGETHER = """
import sys, threading
import msgspec, yaml
from sommet.knowledge import phrases

sys.setswitchinterval(1e-6)
data = yaml.safe_load(open("sommet/knowledge/phrases/en.yaml", encoding="utf-8"))
gate = threading.Barrier(4)

def read():
    gate.wait()
    msgspec.convert(data, phrases.Phrases)

threads = [threading.Thread(target=read) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def read_into() -> Iterator[tuple[str, str]]:
    """Yield the modules and names of what is read into: `msgspec.convert(_, T)`, `decode(_, type=T)`."""
    for path in CODE:
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            types = [keyword.value for keyword in call.keywords if keyword.arg == "type"]
            if call.func.attr == "convert" and ast.unparse(call.func.value) == "msgspec":
                types += call.args[1:2]
            yield from (
                (module, name.id) for kind in types for name in ast.walk(kind) if isinstance(name, ast.Name)
            )


@pytest.mark.parametrize(("module", "name"), sorted(set(read_into())))
def test_what_is_read_into_is_whole(module: str, name: str) -> None:
    """A struct that two threads met first at the same time would end the process."""
    kind = getattr(importlib.import_module(module), name, None)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        assert kind in COMPLETE


def test_threads_may_read_at_once() -> None:
    """Several that read their first words of messages together live."""
    done = subprocess.run(
        [sys.executable, "-c", TOGETHER], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
