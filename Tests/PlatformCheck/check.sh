#!/usr/bin/env bash
# Only AnnealPlatform names a C library: whoever brings Anneal to another system looks there and nowhere else.
set -euo pipefail
cd "$(dirname "$0")/../.."

libraries='Glibc|Musl|Darwin|WASILibc|Bionic|Android|SwiftGlibc'
if found=$(grep -rnE "^[^/]*(\bimport ($libraries)\b|\b($libraries)\.[a-z])" --include='*.swift' \
    Sources Services/Sources | grep -v '^Sources/AnnealPlatform/'); then
    printf 'expected that Sources/AnnealPlatform alone names a C library, found\n%s\n' "$found" >&2
    exit 1
fi
