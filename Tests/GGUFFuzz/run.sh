#!/usr/bin/env bash
# Reads broken model files and tables, as libFuzzer makes them of sound ones.
#   bash Tests/GGUFFuzz/run.sh [RUNS [FOLDER]]     # 10,000,000 inputs; FOLDER keeps what was found of interest
# An input that ends the program is written to FOLDER; giving its name to the program again repeats it.
set -euo pipefail
runs=${1:-10000000}
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=${2:-$root/.build/fuzz/corpus}
mkdir -p "$folder"
cd "$root"
ANNEAL_FUZZ=1 swift build -c release --sanitize fuzzer --product anneal-fuzz --scratch-path .build/fuzz
python3 Tests/GGUFFuzz/seeds.py "$folder"
trap 'rm -f /dev/shm/anneal-fuzz-*' EXIT
.build/fuzz/release/anneal-fuzz "$folder" -runs="$runs" -max_len=4096 -timeout=5 -rss_limit_mb=1024 \
    -print_final_stats=1 -artifact_prefix="$folder/"
