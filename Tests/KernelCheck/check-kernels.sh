#!/usr/bin/env bash
# Checks the kernels that this processor cannot run, beside those that it can: every one must equal the portable kernel
# bit for bit, and the portable kernel must give the same bits on every processor.
#   native     the kernels that this processor runs
#   emulated   AVX2, AVX-512 and NEON compiled against SIMDe (apt-get install libsimde-dev)
#   arm64      a real arm64 build under qemu-user (apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user)
#   wasm32     a WebAssembly build in node (apt-get install nodejs wasi-libc libclang-rt-19-dev-wasm32)
# Usage: check-kernels.sh [CASES]. Exits 1 on a mismatch; says what was skipped for want of a tool.
set -euo pipefail
cases=${1:-400}
here=$(cd "$(dirname "$0")" && pwd)
sources=$here/../../Sources
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
digests=()
index_digests=()
code_digests=()

compile() { # compiler, name, extra flags...
    local compiler=$1 name=$2
    shift 2
    "$compiler" -std=c11 -O2 -Wall -Wextra -ffp-contract=off "$@" -I"$sources/CAnnealKernels/include" \
        -I"$sources/CAnnealKernels" "$sources/CAnnealKernels"/*.c "$here/check_kernels.c" -o "$work/$name"
    "$compiler" -std=c11 -O2 -Wall -Wextra "$@" -I"$sources/CAnnealKernels/include" -I"$sources/CSearchKernels/include" \
        -I"$sources/CSearchKernels" \
        "$sources/CSearchKernels"/*.c "$here/check_search_kernels.c" -o "$work/$name-search"
    "$compiler" -std=c11 -O2 -Wall -Wextra "$@" -I"$sources/CAnnealKernels/include" -I"$sources/CCodeKernels/include" \
        -I"$sources/CCodeKernels" \
        "$sources/CCodeKernels"/*.c "$here/check_code_kernels.c" -o "$work/$name-codes"
}

check() { # name, command...
    local name=$1 digest
    shift
    echo "$name:"
    if digest=$("$@" "$cases"); then
        echo "  digest of the portable results: $digest"
        digests+=("$digest")
    else
        status=1
    fi
    if digest=$("${@:1:$#-1}" "${*: -1}-search" "$cases"); then
        echo "  digest of the portable results: $digest"
        index_digests+=("$digest")
    else
        status=1
    fi
    if digest=$("${@:1:$#-1}" "${*: -1}-codes" "$cases"); then
        echo "  digest of the portable results: $digest"
        code_digests+=("$digest")
    else
        status=1
    fi
}

skip() { echo "$1: SKIPPED, $2"; }

host=$(command -v clang || command -v gcc || true)
if [ -z "$host" ]; then
    echo "check-kernels.sh: no C compiler found" >&2
    exit 2
fi

compile "$host" native
check native "$work/native"

if printf '#include <simde/x86/avx512.h>\n' | "$host" -x c -E - >/dev/null 2>&1; then
    compile "$host" emulated -DANNEAL_KERNELS_SIMDE -DSIMDE_ENABLE_NATIVE_ALIASES -DSIMDE_NO_NATIVE \
        -fno-strict-aliasing -w -I"$here"
    check "emulated (SIMDe)" "$work/emulated"
else
    skip "emulated (SIMDe)" "simde/x86/avx512.h is missing"
fi

if [ "$(uname -m)" = aarch64 ] || [ "$(uname -m)" = arm64 ]; then
    skip arm64 "this processor is one: see native"
elif command -v aarch64-linux-gnu-gcc >/dev/null && command -v qemu-aarch64 >/dev/null; then
    compile aarch64-linux-gnu-gcc arm64 -static
    check "arm64 (qemu)" qemu-aarch64 "$work/arm64"
else
    skip "arm64 (qemu)" "aarch64-linux-gnu-gcc or qemu-aarch64 is missing"
fi

runtime=$(find /usr/lib/llvm-*/lib/clang/*/lib/wasi -name libclang_rt.builtins-wasm32.a 2>/dev/null | tail -1 || true)
if command -v node >/dev/null && [ -n "$runtime" ] && [ -d /usr/include/wasm32-wasi ] && [[ $host == *clang ]] &&
    "$host" --print-targets | grep -q wasm32; then
    compile "$host" wasm32 --target=wasm32-wasi -isystem /usr/include/wasm32-wasi -L/usr/lib/wasm32-wasi -msimd128 \
        -nostdlib /usr/lib/wasm32-wasi/crt1-command.o -lc "$runtime"
    cat >"$work/wasi.mjs" <<'JS'
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";
const [, , module, ...values] = process.argv;
const wasi = new WASI({ version: "preview1", args: [module, ...values], returnOnExit: true });
const instance = await WebAssembly.instantiate(await WebAssembly.compile(readFileSync(module)), wasi.getImportObject());
process.exitCode = wasi.start(instance);
JS
    check "wasm32 (node)" node --no-warnings "$work/wasi.mjs" "$work/wasm32"
else
    skip "wasm32 (node)" "node, wasi-libc, its compiler runtime or a clang that knows wasm32 is missing"
fi

agree() { # digests...
    for digest in "$@"; do
        if [ "$digest" != "$1" ]; then
            echo "MISMATCH: the portable results differ between builds: $*" >&2
            status=1
        fi
    done
}
agree "${digests[@]}"
agree "${index_digests[@]}"
agree "${code_digests[@]}"
[ $status -eq 0 ] && echo "all ${#digests[@]} builds agree"
exit $status
