#!/usr/bin/env bash
# Builds the wheel, installs it into a clean environment without Swift on the path, runs the tests and checks the types.
#   Python/check.sh [--integrations]     with it also sentence-transformers and LangChain, from PyPI
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}

wheel=$("$python" Python/build_wheel.py | tail -n 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m venv "$work/venv"
# From here on no Swift: what is tested is what a user has.
export PATH="$work/venv/bin:/usr/bin:/bin"
unset PYTHONPATH ANNEAL_MODEL
pip install --quiet --disable-pip-version-check "$wheel"
(cd "$work" && python -I -c 'import anneal; print(anneal.Anneal().encode("no Swift here").shape)')

pip install --quiet --disable-pip-version-check pytest pandas pyarrow polars mypy auditwheel
if [ "${1:-}" = --integrations ]; then
    pip install --quiet --disable-pip-version-check sentence-transformers langchain-core
fi
auditwheel show "$wheel" | tr '\n' ' ' | grep -q "$(basename "$wheel" | sed 's/.*-\(manylinux_[0-9_]*[0-9]\)_.*/\1/')" || {
    echo "check.sh: auditwheel disagrees with the wheel's tag:" >&2
    auditwheel show "$wheel" >&2
    exit 1
}
# In a folder of their own, so that the installed package is tested and not the one that lies here.
cp -r Python/tests Python/pyproject.toml "$work/"
(cd "$work" && python -m pytest -q -p no:cacheprovider tests)
(cd "$work" && python -m mypy --config-file pyproject.toml -p anneal)
