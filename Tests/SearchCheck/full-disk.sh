#!/usr/bin/env bash
# Fills a small file system while an index is being updated: the command must say so and fail, and the old index must
# answer.
#   full-disk.sh TOOL      needs the right to mount (root); says so and passes otherwise
set -euo pipefail
tool=$1
work=$(mktemp -d)
mounted=
cleanup() {
    [ -n "$mounted" ] && umount "$work/disk"
    rm -rf "$work"
}
trap cleanup EXIT
mkdir "$work/disk" "$work/docs"
if ! mount -t tmpfs -o size=3m tmpfs "$work/disk" 2>/dev/null; then
    echo "full-disk.sh: SKIPPED, no right to mount"
    exit 0
fi
mounted=yes
echo "The lamp is switched off at the wall." >"$work/docs/lamp.txt"
"$tool" index "$work/docs" --db "$work/disk/index.db" --quiet
for number in $(seq 1500); do
    echo "Text $number about the price of wheat in year $number and much else besides, at some length." \
        >"$work/docs/$number.txt"
done
# Long texts: more than three megabytes in all.
for number in $(seq 40); do
    seq -s ' ' "$((number * 100000))" "$((number * 100000 + 12000))" >"$work/docs/long$number.txt"
done
for extra in "" --rebuild; do
    if "$tool" index "$work/docs" --db "$work/disk/index.db" --quiet $extra 2>"$work/message"; then
        echo "full-disk.sh: expected a failure, found none" >&2
        exit 1
    fi
    grep -q "no space left" "$work/message" || { cat "$work/message" >&2; exit 1; }
    "$tool" search "switch off the lamp" --by words --db "$work/disk/index.db" | grep -q "lamp.txt"
done
echo "full disk: refused, the old index answers"
