#!/usr/bin/env bash
# Builds the wheel, installs it into a clean environment without Swift on the path, runs the tests and checks the types.
#   Python/check.sh [--integrations] [--spark]
# --integrations: also sentence-transformers and LangChain, from PyPI
# --spark: also Apache Spark, from PyPI, on a cluster of two local executors; needs Java 17 or later, takes minutes
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
integrations= spark=
for argument; do
    case $argument in
    --integrations) integrations=1 ;;
    --spark) spark=1 ;;
    *) echo "check.sh: expected --integrations or --spark, found $argument" >&2; exit 64 ;;
    esac
done
if [ -n "$spark" ] && ! command -v java >/dev/null && [ -z "${JAVA_HOME:-}" ]; then
    echo "check.sh: --spark: expected java on the path or JAVA_HOME, found neither" >&2
    exit 1
fi
# Where the command line is built, its vectors are compared with Spark's.
[ -x .build/release/anneal ] && export ANNEAL_COMMAND=$PWD/.build/release/anneal

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
if [ -n "$integrations" ]; then
    pip install --quiet --disable-pip-version-check sentence-transformers langchain-core
fi
if [ -n "$spark" ]; then
    pip install --quiet --disable-pip-version-check "pyspark==4.3.0" "pandas<3"
fi
auditwheel show "$wheel" | tr '\n' ' ' | grep -q "$(basename "$wheel" | sed 's/.*-\(manylinux_[0-9_]*[0-9]\)_.*/\1/')" || {
    echo "check.sh: auditwheel disagrees with the wheel's tag:" >&2
    auditwheel show "$wheel" >&2
    exit 1
}
case $wheel in
*linux*)
    glibc=$(sed 's/.*manylinux_2_\([0-9]*\)_.*/\1/' <<<"$wheel")
    [ "$glibc" -le 28 ] || {
        echo "check.sh: expected a wheel for glibc 2.28 or older, found 2.$glibc: see Python/old_glibc.c" >&2
        exit 1
    } ;;
esac
# In a folder of their own, so that the installed package is tested and not the one that lies here.
cp -r Python/tests Python/pyproject.toml "$work/"
(cd "$work" && python -m pytest -q -p no:cacheprovider tests)
(cd "$work" && python -m mypy --config-file pyproject.toml -p anneal)
