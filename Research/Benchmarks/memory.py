#!/usr/bin/env python3
"""Peak resident memory of `anneal embed`, the mapped model included, on many texts and on one long line.

    python3 Research/Benchmarks/memory.py --anneal .build/release/anneal --texts texts.txt

The texts are repeated until there are --count of them, or --bytes of input, and go in through a pipe or, with --file,
from a file that is deleted afterwards. The peak is what the kernel counted for the process (VmHWM, read until it ends).
"""
import argparse, os, subprocess, tempfile, threading, time

import provenance


def feed(stream, texts, count, size):
    """Writes so many lines, or so many bytes of lines; returns (lines, bytes)."""
    lines = texts.splitlines(keepends=True)
    written = total = 0
    try:
        while (total < size) if size else (written < count):
            some = lines if size else lines[:count - written]
            block = b"".join(some)
            stream.write(block)
            written += len(some)
            total += len(block)
    except BrokenPipeError:
        pass
    stream.close()
    return written, total


def peak(process):
    """Follows VmHWM of a process to its end; megabytes."""
    most = 0
    while process.poll() is None:
        try:
            for line in open(f"/proc/{process.pid}/status"):
                if line.startswith("VmHWM"):
                    most = max(most, int(line.split()[1]))
        except OSError:
            pass
        time.sleep(0.005)
    if process.returncode != 0:
        raise SystemExit(f"anneal ended with status {process.returncode}")
    return most * 1024 / 1e6


def run(options, extra, source):
    """source: a function that writes the input to a stream. Returns (megabytes, seconds)."""
    command = [options.anneal, "embed", "--quiet", "--format", "f32", "--output", "/dev/null", *extra]
    start = time.perf_counter()
    if options.file:
        with tempfile.NamedTemporaryFile(dir=options.folder, delete=False) as file:
            pass
        try:
            source(open(file.name, "wb"))
            start = time.perf_counter()
            process = subprocess.Popen(command + [file.name])
            return peak(process), time.perf_counter() - start
        finally:
            os.unlink(file.name)
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    feeder = threading.Thread(target=source, args=(process.stdin,))
    feeder.start()
    most = peak(process)
    feeder.join()
    return most, time.perf_counter() - start


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--anneal", required=True)
    p.add_argument("--texts", required=True)
    p.add_argument("--count", type=int, default=1_000_000, help="texts (default 1,000,000)")
    p.add_argument("--bytes", type=int, default=0, help="instead of --count: at least so many bytes of texts")
    p.add_argument("--line-bytes", type=int, default=50_000_000, help="length of the long line (default 50,000,000)")
    p.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    p.add_argument("--dim", type=int)
    p.add_argument("--file", action="store_true", help="through a file instead of a pipe")
    p.add_argument("--folder", help="where the file is made (default: the system's temporary folder)")
    options = p.parse_args()
    texts = open(options.texts, "rb").read()
    if not texts.endswith(b"\n"):
        texts += b"\n"
    words = texts.replace(b"\n", b" ").replace(b"\r", b" ")
    words = (words * (options.line_bytes // len(words) + 1))[:options.line_bytes] + b"\n"
    dim = ["--dim", str(options.dim)] if options.dim else []
    print(provenance.line() + "\n")
    print("| input | threads | peak, MB | seconds |\n|---|---|---|---|")
    for threads in options.threads:
        said = []
        source = lambda stream: said.append(feed(stream, texts, options.count, options.bytes))
        most, seconds = run(options, ["--threads", str(threads), *dim], source)
        lines, size = said[0]
        print(f"| {lines:,} texts, {size / 1e6:,.0f} MB | {threads} | {most:.1f} | {seconds:.0f} |", flush=True)
    if options.line_bytes:
        def one_line(stream):
            stream.write(words)
            stream.close()
        most, seconds = run(options, ["--threads", "1", *dim], one_line)
        print(f"| one line of {options.line_bytes / 1e6:,.0f} MB | 1 | {most:.1f} | {seconds:.0f} |")


if __name__ == "__main__":
    main()
