#!/usr/bin/env bash
# Builds the wheel, installs it with the locked dependencies in an environment of its own, plays the demo.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$root"
rm -rf dist
.venv/bin/python -m build --wheel --no-isolation --outdir dist . > "$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
"${PYTHON:-python3}" -m venv "$work/env"
"$work/env/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
"$work/env/bin/pip" install --quiet --disable-pip-version-check --no-deps dist/*.whl
cd "$work"
"$work/env/bin/sommet" --version
"$work/env/bin/sommet" topics list > /dev/null
"$work/env/bin/sommet" demo > demo.txt
tail -n 5 demo.txt
echo "wheel: the demo runs from $(basename "$root"/dist/*.whl)"
