"""The module in an engine that is no browser's: wasmtime, from PyPI. Its vector must be the native one, bit for bit.

    python3 -m venv .venv && .venv/bin/pip install wasmtime
    .venv/bin/python Web/test/other_engine.py NATIVE MODEL
"""
import importlib.metadata
import pathlib
import struct
import subprocess
import sys

import wasmtime

native, model = sys.argv[1], pathlib.Path(sys.argv[2]).read_bytes()
text = "How do I turn the light off in New York? naïve café 北京".encode()

store = wasmtime.Store()
path = pathlib.Path(__file__).resolve().parent.parent / "dist" / "anneal.wasm"
exports = wasmtime.Instance(store, wasmtime.Module.from_file(store.engine, str(path)), []).exports(store)
memory = exports["memory"]


def put(content):
    at = exports["anneal_allocate"](store, len(content))
    memory.write(store, content, at)
    return at


error, result = put(bytes(1024)), put(bytes(8))
status = exports["anneal_open_bytes"](store, put(model), len(model), result, error)
if status:
    sys.exit(memory.read(store, error + 4, error + 1024).split(b"\0")[0].decode())
engine = struct.unpack("<q", memory.read(store, result, result + 8))[0]
exports["anneal_dimension"](store, engine, result, error)
dimension = struct.unpack("<I", memory.read(store, result, result + 4))[0]
for number, mode in enumerate(["compiled", "naive", "annealed"]):
    texts = put(struct.pack("<IxxxxQIIQ", put(text), len(text), put(struct.pack("<II", 0, len(text))), 4, 1))
    options = put(struct.pack("<iiII", number, 1, 0, 1))
    vectors = put(bytes(4 * dimension))
    if exports["anneal_encode"](store, engine, texts, options, vectors, dimension, error):
        sys.exit(memory.read(store, error + 4, error + 1024).split(b"\0")[0].decode())
    found = bytes(memory.read(store, vectors, vectors + 4 * dimension))
    expected = subprocess.run([native, "embed", "--quiet", "--format", "f32", "--mode", mode, "--model", sys.argv[2]],
                              input=text + b"\n", stdout=subprocess.PIPE, check=True).stdout
    if found != expected:
        sys.exit(f"{mode}: another vector than the native engine's")
print(f"wasmtime {importlib.metadata.version('wasmtime')}: three modes, the native engine's bits")
