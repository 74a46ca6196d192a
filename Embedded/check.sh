#!/usr/bin/env bash
# Checks the C library without a Swift runtime (Embedded/library) against the ordinary executable, here and on 64-bit Arm:
# vectors bit for bit in three modes, `explain`, bad models, and what the library asks of the system.
#
#   Embedded/check.sh ANNEAL [COUNT] [MODEL...]
#
#   ANNEAL  swift build -c release --product anneal
#   COUNT   how many texts, 1,000 where nothing is said
#   MODEL   both models that ship, where nothing is said
#
# Arm is emulated (Debian: qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross). Exits 1 if anything differs, and says
# what was skipped for want of a tool.
set -euo pipefail
cd "$(dirname "$0")/.."
anneal=$(realpath "$1")
count=${2:-1000}
models=("${@:3}")
[ ${#models[@]} -gt 0 ] || models=(Models/anneal-en-192-small.anneal Sources/CShippedModel/Models/default.anneal)
# A hundred kilobytes of it are Unicode's tables.
size_max=1000000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Half of the texts are lines of the repository's documents, half random words of them with letters of other scripts.
documents=(README.md ARCHITECTURE.md CHANGELOG.md Docs/*.md Docs/Decisions/*.md)
awk -v count="$count" '
    BEGIN {
        srand(24)
        others = split("naïve café 北京大学 한국어 привет 🙂 𝒜𝓃 e\xcc\x81 ﬁn ½ \xe2\x80\x8b ÀÉÎ ſtraße don'"'"'t http://x.org/?a=b 1,234.5", other, " ")
    }
    NF { for (i = 1; i <= NF; i++) words[++total] = $i; if (written < count / 2) { print; written++ } }
    END {
        while (written++ < count) {
            length_max = rand() < 0.05 ? 900 : 30
            text = ""
            for (left = int(rand() * length_max) + 1; left > 0; left--)
                text = text (rand() < 0.9 ? words[int(rand() * total) + 1] : other[int(rand() * others) + 1]) " "
            print text
        }
    }' "${documents[@]}" >"$work/texts"
: >"$work/no-texts"
expected_lines=$(wc -l <"$work/texts")
[ "$expected_lines" = "$count" ] || { echo "check: expected $count texts, made $expected_lines" >&2; exit 1; }

failures=0
fail() {
    echo "FAILED: $*" >&2
    failures=$((failures + 1))
}

# Bad models: each is refused with a message, which is the executable's.
good=${models[0]}
head -c 100000 "$good" >"$work/cut.anneal"
cp "$good" "$work/flipped.anneal"
printf '\xff\xff\xff\xff' | dd of="$work/flipped.anneal" bs=1 seek=500000 conv=notrunc status=none
cp README.md "$work/text.anneal"
: >"$work/empty.anneal"

check() { # processor, command that runs its programs...
    local processor=$1 folder=.build/embedded/$1 linker=cc prefix= model mode name
    shift
    if [ "$processor" != "$(uname -m)" ]; then prefix=$processor-linux-gnu- linker=${prefix}gcc; fi
    Embedded/library "$processor" "$folder"
    local size
    size=$(wc -c <"$folder/libanneal.so")
    [ "$size" -le "$size_max" ] || fail "$processor: expected a library of at most $size_max bytes, found $size"

    # All that the libraries ask for is in libc and libm.
    local needed
    needed=$("${prefix}readelf" --dynamic "$folder/libanneal.so" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort | tr '\n' ' ')
    [[ $needed =~ ^(ld-linux-[a-z0-9-]+\.so\.[0-9] )?libc\.so\.6\ (libm\.so\.6\ )?$ ]] ||
        fail "$processor: expected a library that needs libc and libm, found $needed"
    "${prefix}nm" --undefined-only --format=posix "$folder/libanneal.a" | awk 'NF > 1 { print $1 }' | sort -u >"$work/asked"
    for library in libc libm; do
        "${prefix}nm" --dynamic --defined-only --format=posix "$($linker -print-file-name=$library.so.6)"
    done | sed 's/[@ ].*//' >"$work/had"
    # These two lie in the part of libc that is linked into every program.
    printf 'pthread_atfork\n_GLOBAL_OFFSET_TABLE_\n' >>"$work/had"
    if ! unknown=$(sort -u "$work/had" | comm -23 "$work/asked" -) || [ -n "$unknown" ]; then
        fail "$processor: expected names of libc and libm, found" $unknown
    fi
    "${prefix}nm" --dynamic --defined-only --format=posix "$folder/libanneal.so" | awk '{ print $1 }' | sort >"$work/seen"
    cmp -s "$work/seen" "$folder/names" || fail "$processor: expected the functions of the header to be seen, found" $(<"$work/seen")

    # One program with the archive, one with the shared library.
    "$linker" -std=c11 -O2 -Wall -Wextra -I"$folder" Embedded/embed.c "$folder/libanneal.a" -lm -static -o "$folder/embed"
    "$linker" -std=c11 -O2 -I"$folder" Embedded/embed.c -L"$folder" -lanneal -Wl,-rpath,"\$ORIGIN" -o "$folder/embed-shared"
    echo "$processor: kernel $("$@" "$folder/embed" "${models[0]}" describe | sed 's/.*"kernel":"\([a-z0-9]*\)".*/\1/')," \
        "oldest glibc $("${prefix}nm" --dynamic "$folder/libanneal.so" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -1)"
    for model in "${models[@]}"; do
        for mode in naive compiled annealed; do
            "$anneal" embed --quiet --format f32 --model "$model" --mode "$mode" <"$work/texts" \
                >"$work/expected" 2>"$work/expected-said"
            "$@" "$folder/embed" "$model" "$mode" <"$work/texts" >"$work/found"
            if cmp -s "$work/expected" "$work/found"; then
                echo "$processor $(basename "$model") $mode: $count texts, bits equal, $(sha256sum <"$work/found" | cut -c 1-16)"
            else
                fail "$processor $(basename "$model") $mode: bits differ"
            fi
        done
    done
    "$@" "$folder/embed-shared" "$good" annealed <"$work/texts" >"$work/found"
    "$anneal" embed --quiet --format f32 --model "$good" --mode annealed <"$work/texts" 2>"$work/expected-said" |
        cmp -s - "$work/found" || fail "$processor: shared library: bits differ"
    "$linker" -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -I"$folder" Embedded/check_threads.c "$folder/libanneal.a" -lm -lpthread \
        -static -o "$folder/check_threads"
    if "$@" "$folder/check_threads" "$good" >"$work/said"; then echo "$processor $(<"$work/said")"; else fail "$processor: threads"; fi
    "$@" "$folder/embed" "$good" compiled <"$work/no-texts" | cmp -s - "$work/no-texts" || fail "$processor: no texts, but vectors"
    for text in "How do I turn the light off in New York?" "naïve café – 北京 🙂"; do
        "$anneal" explain --json --model "$good" "$text" >"$work/expected"
        "$@" "$folder/embed" "$good" explain "$text" | cmp -s - "$work/expected" || fail "$processor: explain differs"
    done
    for name in cut flipped text empty missing; do
        local status=0
        "$@" "$folder/embed" "$work/$name.anneal" compiled <"$work/texts" >"$work/found" 2>"$work/said" || status=$?
        if [ $name = missing ]; then
            echo "no model at $work/missing.anneal: the file does not exist" >"$work/expected-said"
        else
            "$anneal" embed --quiet --model "$work/$name.anneal" <"$work/texts" 2>"$work/expected-said" >"$work/expected" || true
        fi
        [ "$status" = 1 ] && [ ! -s "$work/found" ] || fail "$processor: $name model: expected an error, found status $status"
        sed 's/^embed: //' "$work/said" >"$work/message"
        grep -qFf "$work/message" "$work/expected-said" && [ -s "$work/message" ] ||
            fail "$processor: $name model: expected '$(<"$work/expected-said")', found '$(<"$work/said")'"
    done
}

check "$(uname -m)" env
if [ "$(uname -m)" = aarch64 ]; then
    :
elif command -v aarch64-linux-gnu-gcc >/dev/null && command -v qemu-aarch64 >/dev/null; then
    check aarch64 qemu-aarch64 -L /usr/aarch64-linux-gnu
else
    echo "aarch64: SKIPPED, aarch64-linux-gnu-gcc or qemu-aarch64 is missing"
fi
[ $failures -eq 0 ] || exit 1
echo "the C library without a Swift runtime: all equal"
