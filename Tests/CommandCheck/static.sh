#!/usr/bin/env bash
# The static executable in a root folder that holds nothing else: no libraries, no /proc, no temporary folder, nothing to
# write to, 64 MB of data. What it prints must be what the ordinary executable prints.
#
# usage: static.sh STATIC ORDINARY
#   STATIC    swift build -c release --static-swift-stdlib -Xswiftc -static-executable --product anneal --scratch-path .build/static
#   ORDINARY  swift build -c release --product anneal
set -euo pipefail
static=$(realpath "$1")
ordinary=$(realpath "$2")
size_max=20500000
resources=Anneal_CShippedModel.resources/Models

if readelf --program-headers "$static" | grep -q INTERP; then
    echo "static: expected an executable without an interpreter" >&2
    exit 1
fi
root=$(mktemp -d)
work=$(mktemp -d)
trap 'rm -rf "$root" "$work"' EXIT
mkdir -p "$root/$resources"
strip -o "$root/anneal" "$static"
cp "$(dirname "$0")/../../Sources/CShippedModel/Models/default.anneal" "$root/$resources/"
size=$(stat -c %s "$root/anneal")
echo "static: $size bytes stripped, at most $size_max"
[ "$size" -le "$size_max" ]

if [ "$(id -u)" != 0 ] || ! unshare -m true 2>/dev/null; then
    echo "static: no other root folder can be had here, not checked further"
    exit 0
fi
inner="mount --bind '$root' '$root' && mount -o remount,bind,ro '$root' && ulimit -d 65536 && exec chroot '$root' /anneal \"\$@\""
alone() { unshare -m bash -c "$inner" bash "$@"; }

seq 1 2000 | sed 's/.*/text & of many: naïve café, 北京, no neural network runs/' >"$work/texts"
same() {
    "$ordinary" "$@" <"$work/texts" >"$work/expected"
    alone "$@" <"$work/texts" >"$work/found"
    cmp "$work/expected" "$work/found"
}
same explain "How do I turn the light off in New York?"
same compare --json "turn the light off" "switch off the lamp"
same tokenize
for mode in naive compiled annealed; do same embed --quiet --format f32 --mode "$mode"; done
status=0
alone embed --quiet --output /vectors.npy <"$work/texts" 2>"$work/said" || status=$?
[ "$status" = 73 ]
grep -q "vectors.npy" "$work/said"
echo "static: alone, read-only, without /proc and temporary folder, 64 MB of data: equal"
