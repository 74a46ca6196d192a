#!/usr/bin/env python3
"""Builds the wheel: the library, the shipped model and the Python package in one file.

    python Python/build_wheel.py [--output DIR] [--model FILE] [--library FILE]

Needs a Swift toolchain on the path and nothing from PyPI; who installs the wheel needs neither. The Swift runtime is
linked into the library. The same file is a build backend (PEP 517), so `pip wheel ./Python` does the same.
"""
import argparse
import base64
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
NAME = "anneal"
MODEL = ROOT / "Sources/CShippedModel/Models/default.anneal"
# Wheels with equal content are equal files.
EPOCH = (2020, 1, 1, 0, 0, 0)


def project(key):
    """A value of pyproject.toml's [project]; the reader of Python's own library is younger than Python 3.9."""
    found = re.search(rf'^{key} = "(.*)"$', (HERE / "pyproject.toml").read_text(), re.MULTILINE)
    if not found:
        raise SystemExit(f"pyproject.toml: expected {key}, found none")
    return found.group(1)


def build_library():
    """Compiles the library and returns its path."""
    command = ["swift", "build", "-c", "release", "--product", "AnnealABI", "--package-path", str(ROOT),
               "--scratch-path", str(ROOT / ".build-wheel"), "-Xswiftc", "-static-stdlib"]
    if sys.platform == "linux":
        # Only the C interface is visible: another Swift library in the same process is not to be mixed up with ours.
        # Before glibc 2.34 threads and loading were libraries of their own, which must be asked for.
        for option in (f"--version-script={HERE / 'exports.map'}", "-s", str(compile_old_glibc()),
                       "--no-as-needed", "-l:libpthread.so.0", "-l:libdl.so.2"):
            command += ["-Xlinker", option]
    folder = subprocess.run(command + ["--show-bin-path"], check=True, capture_output=True, text=True).stdout.strip()
    library = Path(folder) / ("libAnnealABI.dylib" if sys.platform == "darwin" else "libAnnealABI.so")
    # Always linked anew: the build does not know that what the linker is given beside the code has changed.
    library.unlink(missing_ok=True)
    subprocess.run(command, check=True, stdout=sys.stderr)
    return library


def compile_old_glibc():
    """Compiles what lets the library run with an older glibc than it is linked with; returns the object's path."""
    folder = ROOT / ".build-wheel"
    folder.mkdir(exist_ok=True)
    compiler = shutil.which("clang", path=os.path.dirname(shutil.which("swift"))) or shutil.which("cc")
    if compiler is None:
        raise SystemExit("expected clang beside swift, or cc on the path, found neither")
    # Without built-in functions, or the compiler takes `exp` for its own.
    subprocess.run([compiler, "-std=c17", "-O2", "-fPIC", "-fno-builtin", "-Wall", "-Werror", "-c",
                    HERE / "old_glibc.c", "-o", folder / "old_glibc.o"], check=True)
    return folder / "old_glibc.o"


def platform_tag(library):
    """The wheel's platform: on Linux the oldest glibc whose symbols the library asks for."""
    machine = platform.machine()
    if sys.platform == "darwin":
        return f"macosx_13_0_{machine}"
    versions = [(int(a), int(b)) for a, b in re.findall(rb"GLIBC_(\d+)\.(\d+)", library.read_bytes())]
    if not versions:
        raise SystemExit(f"{library}: expected versions of glibc's symbols, found none")
    major, minor = max(versions)
    # libstdc++'s symbols are newer than glibc's: 3.4.30 came with GCC 12, which manylinux_2_35 allows first.
    if b"GLIBCXX_3.4.30" in library.read_bytes() or b"GLIBCXX_3.4.29" in library.read_bytes():
        major, minor = max((major, minor), (2, 35))
    return f"manylinux_{major}_{minor}_{machine}"


def metadata():
    text = ["Metadata-Version: 2.1", f"Name: {NAME}", f"Version: {project('version')}",
            f"Summary: {project('description')}", "License: Apache-2.0",
            f"Requires-Python: {project('requires-python')}", "Requires-Dist: numpy>=1.22",
            "Description-Content-Type: text/markdown", "", (HERE / "README.md").read_text()]
    return "\n".join(text)


def write_wheel(folder, library, model):
    """Writes the wheel beside its name and renames it; returns the name."""
    version = project("version")
    tag = f"py3-none-{platform_tag(library)}"
    info = f"{NAME}-{version}.dist-info"
    files = {f"{NAME}/{path.relative_to(HERE / NAME).as_posix()}": path.read_bytes()
             for path in sorted((HERE / NAME).rglob("*")) if path.suffix in (".py", ".typed")}
    files[f"{NAME}/libanneal{library.suffix}"] = library.read_bytes()
    files[f"{NAME}/default.anneal"] = model.read_bytes()
    for profile in ("search", "pair"):
        # Codecs are for one model's vectors: a model of one's own may have none.
        codec = model.with_suffix(f".{profile}.codec")
        if codec.exists():
            files[f"{NAME}/default.{profile}.codec"] = codec.read_bytes()
    files[f"{info}/METADATA"] = metadata().encode()
    files[f"{info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: anneal\nRoot-Is-Purelib: false\nTag: {tag}\n").encode()
    files[f"{info}/LICENSE"] = (ROOT / "LICENSE").read_bytes()
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}\n"
        for name, data in files.items())
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    name = f"{NAME}-{version}-{tag}.whl"
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{name}.partial-{os.getpid()}"
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as wheel:
            for path, data in files.items():
                entry = zipfile.ZipInfo(path, EPOCH)
                entry.external_attr = (0o755 if path.endswith((".so", ".dylib")) else 0o644) << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                wheel.writestr(entry, data)
        partial.replace(folder / name)
    finally:
        partial.unlink(missing_ok=True)
    return name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """The hook of PEP 517."""
    return write_wheel(Path(wheel_directory), build_library(), MODEL)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=ROOT / ".build-wheel/dist", help="folder of the wheel")
    parser.add_argument("--model", type=Path, default=MODEL, help="model to carry")
    parser.add_argument("--library", type=Path, help="a library that is built already")
    arguments = parser.parse_args()
    if shutil.which("swift") is None and arguments.library is None:
        raise SystemExit("expected swift on the path, found none: see https://www.swift.org/install")
    name = write_wheel(arguments.output, arguments.library or build_library(), arguments.model)
    print(arguments.output / name)


if __name__ == "__main__":
    main()
