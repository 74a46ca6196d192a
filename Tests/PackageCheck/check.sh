#!/usr/bin/env bash
# What somebody gets who depends on the library Anneal, and who builds without SQLite's headers.
#
#   bash Tests/PackageCheck/check.sh [FOLDER]      # FOLDER keeps what is built, for a look
#
# 1. A package that names this repository by URL, as users do, fetches nothing else, builds, and embeds a text.
# 2. One that names it by path with `traits: []` fetches nothing else either.
# 3. With `sqlite3.h` hidden, the README's first command still works (needs root and mount namespaces; said if not).
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
folder="${1:-$(mktemp -d)}"
mkdir -p "$folder"
folder="$(cd "$folder" && pwd)"

# What is committed and what is not yet, as a repository of its own: SwiftPM clones nothing else.
origin="$folder/origin/Anneal"
rm -rf "$folder/origin" "$folder/local" "$folder/url" "$folder/path"
mkdir -p "$origin"
(cd "$root" && git ls-files -z --cached --others --exclude-standard) |
    (cd "$root" && xargs -0 -I{} sh -c 'test ! -e "$1" || printf "%s\0" "$1"' _ {}) |
    tar -C "$root" --null --files-from=- -cf - | tar -C "$origin" -xf -
git -C "$origin" init -q -b main
git -C "$origin" add -A
git -C "$origin" -c user.name=check -c user.email=check@localhost commit -q -m "as it stands"
git -C "$origin" tag 1.0.0
# SwiftPM keeps what a manifest said by where it lies, so the package by path lies elsewhere.
mkdir -p "$folder/local" && cp -r "$origin" "$folder/local/Anneal"

user() { # NAME DEPENDENCY: a package that depends on the library in one way
    mkdir -p "$folder/$1/Sources/App"
    cat >"$folder/$1/Package.swift" <<EOF
// swift-tools-version: 6.2
import PackageDescription
let package = Package(
    name: "User", dependencies: [$2],
    targets: [.executableTarget(name: "App", dependencies: [.product(name: "Anneal", package: "Anneal")])])
EOF
    cat >"$folder/$1/Sources/App/main.swift" <<'EOF'
import Anneal

let engine = try Engine()
print(try engine.embed("turn the light off").count, try engine.compare("turn it off", "switch it off").cosine > 0.5)
EOF
    found="$(swift package --package-path "$folder/$1" show-dependencies --format json |
        python3 -c 'import json, sys
def names(node):
    for child in node["dependencies"]:
        yield child["identity"]
        yield from names(child)
print(" ".join(names(json.load(sys.stdin))))')"
    if [ "$found" != anneal ]; then
        echo "$1: expected the one dependency anneal, found: $found" >&2
        exit 1
    fi
    echo "$1: fetches $found and nothing else"
}

user url ".package(url: \"file://$origin\", from: \"1.0.0\")"
printed="$(swift run --package-path "$folder/url" App)"
if [ "$printed" != "256 true" ]; then
    echo "url: expected '256 true', found '$printed'" >&2
    exit 1
fi
echo "url: builds and embeds"
user path ".package(path: \"$folder/local/Anneal\", traits: [])"

header="$(printf '#include <sqlite3.h>\n' | clang -E -x c - 2>/dev/null | sed -n 's/^# 1 "\(.*sqlite3\.h\)".*/\1/p' | head -1)"
if [ -z "$header" ]; then
    echo "hidden header: sqlite3.h is not on this machine"
elif ! unshare -m true 2>/dev/null; then
    echo "hidden header: not checked, for this user may not make mount namespaces"
    exit 0
fi
printf '#error hidden by Tests/PackageCheck\n' >"$folder/hidden.h"
HEADER="$header" ROOT="$root" FOLDER="$folder" unshare -m bash -euo pipefail -c '
    if [ -n "$HEADER" ]; then mount --bind "$FOLDER/hidden.h" "$HEADER"; fi
    swift run --package-path "$ROOT" --scratch-path "$FOLDER/hidden" anneal explain "turn the light off"
' >"$folder/hidden.txt"
grep -q '^Stopped' "$folder/hidden.txt"
echo "hidden header: the README's first command works without sqlite3.h"
