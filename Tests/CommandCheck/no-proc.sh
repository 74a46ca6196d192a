#!/usr/bin/env bash
# The command line where there is no /proc, as in a bare container: it must know its arguments all the same.
# usage: no-proc.sh ANNEAL
set -euo pipefail
anneal=$(realpath "$1")

hidden() {
    if [ "$(id -u)" = 0 ]; then unshare -m bash -c "$inner" "$@"; else unshare -rm bash -c "$inner" "$@"; fi
}
empty=$(mktemp -d)
trap 'rmdir "$empty"' EXIT
inner="mount --bind '$empty' /proc && exec \"\$0\" \"\$@\""

if ! hidden true 2>/dev/null; then
    echo "no-proc: /proc cannot be hidden here, not checked"
    exit 0
fi
[ "$(hidden ls /proc)" = "" ]

text="How do I turn the light off?"
diff <("$anneal" explain "$text") <(hidden "$anneal" explain "$text")
# Found through PATH, its name has no folder: the model beside it is found all the same.
PATH=$(dirname "$anneal"):$PATH
diff <(anneal explain "$text") <(hidden "$(basename "$anneal")" explain "$text")
status=0
hidden "$anneal" explain --no-such-option x >/dev/null 2>&1 || status=$?
[ "$status" = 64 ]
echo "no-proc: equal"
