#!/usr/bin/env bash
# Files of every type, broken files, reads and mappings: see check.py.
# Usage: check.sh PATH-TO-anneal FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python3 -m venv "$2"
"$2/bin/pip" install --quiet --disable-pip-version-check numpy gguf==0.19.0
"$2/bin/python" "$here/check.py" --tool "$1"
