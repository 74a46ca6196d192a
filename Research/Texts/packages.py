"""Fetches the packages that texts are made of, as a lock file names them, from PyPI and from Debian.

    python Research/Texts/packages.py --output PACKAGES
    python Research/Texts/packages.py --renew debian:git-doc

A line of the lock file is a registry, a name, a version, the SHA-256 of the archive and the licence as the package states
it. PyPI's are source distributions; Debian's come from `apt-get download`, so that the machine must be a Debian with these
packages in its lists (`apt-get update`). "tarball" and "patches" are the two archives of a source package of Debian, what its authors
released and what Debian adds: for them the lists must have `deb-src`. What is there already is not fetched again, and an archive gets its name when all
of it is there: a run that was stopped goes on when it is begun again.

Registries drop versions, Debian with each security update. Then the run fetches all others, says which are gone, and ends
with 1. `--renew REGISTRY:NAME` writes the version that there is into the lock file, or adds a package to it; the texts made
of it are then others.
"""
import argparse, hashlib, io, json, lzma, os, re, subprocess, sys, tarfile, tempfile, urllib.error, urllib.parse, urllib.request
from typing import NamedTuple

LOCK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "packages.lock")
TROUBLE = (tarfile.TarError, EOFError, OSError, lzma.LZMAError, ValueError)


class Gone(Exception):
    """A registry does not have what was asked for."""


class Damaged(Exception):
    """An archive that cannot be read."""


class Package(NamedTuple):
    registry: str
    name: str
    version: str
    digest: str
    licence: str

    @property
    def file(self):
        ends = {"debian": ".deb", "pypi": ".tar.gz", "tarball": ".orig.tar", "patches": ".debian.tar"}
        return f"{self.name}-{self.version.replace(':', '%3a')}{ends[self.registry]}"

    @property
    def title(self):
        return f"{self.registry}:{self.name} {self.version}"


def locked(path):
    """The packages of a lock file."""
    found = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip() and not line.startswith("#"):
                parts = line.rstrip("\n").split(" ", 4)
                if len(parts) != 5 or parts[0] not in REGISTRIES or not re.fullmatch(r"[0-9a-f]{64}", parts[3]):
                    raise SystemExit(f"{path}:{number}: expected registry, name, version, SHA-256 and licence, found {line!r}")
                found.append(Package(*parts))
    return found


def from_pypi(name, version=None, digest=None):
    """Version and content of a source distribution: that of a digest, or the newest."""
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple/").rstrip("/")
    page = urllib.request.Request(f"{index}/{re.sub('[-_.]+', '-', name).lower()}/",
                                  headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    try:
        with urllib.request.urlopen(page) as answer:
            files = [file for file in json.load(answer)["files"] if file["filename"].endswith(".tar.gz")]
    except urllib.error.HTTPError as error:
        if error.code == 404:
            raise Gone("the registry has no such package") from None
        raise
    fitting = [file for file in files if digest in (None, file["hashes"].get("sha256")) and not file.get("yanked")]
    if not fitting:
        raise Gone(f"the registry has no such file; its newest is {files[-1]['filename'] if files else 'none'}")
    with urllib.request.urlopen(urllib.parse.urljoin(page.full_url, fitting[-1]["url"])) as answer:
        return version or fitting[-1]["filename"][:-len(".tar.gz")].rsplit("-", 1)[1], answer.read()


def from_debian(name, version=None, digest=None):
    """Version and content of a package of Debian: that of a version, or the newest."""
    if version is None:
        shown = subprocess.run(["apt-cache", "show", "--no-all-versions", name], capture_output=True, text=True)
        found = re.search(r"^Version: (\S+)$", shown.stdout, re.MULTILINE)
        if found is None:
            raise Gone("apt-cache knows no such package")
        version = found[1]
    return version, from_apt("download", "--quiet", f"{name}={version}")


def from_source(half, name, version=None):
    """Version and content of an archive of a source package of Debian, which `half` chooses."""
    if version is None:
        shown = subprocess.run(["apt-cache", "showsrc", name], capture_output=True, text=True)
        found = re.findall(rf"^Package: {re.escape(name)}\n(?:.+\n)*?Version: (\S+)$", shown.stdout, re.MULTILINE)
        if not found:
            raise Gone("apt-cache knows no such source package")
        version = found[-1]
    return version, from_apt("source", "--quiet", "--download-only", half, f"{name}={version}")


def from_apt(*command):
    """The archive that apt-get puts into an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["apt-get", *command], cwd=folder, capture_output=True, text=True)
        names = [name for name in os.listdir(folder) if not name.endswith((".dsc", ".asc"))]
        if done.returncode or len(names) != 1:
            raise Gone("apt-get: " + " ".join((done.stderr or done.stdout or "no file").split())[-160:])
        with open(os.path.join(folder, names[0]), "rb") as file:
            return file.read()


REGISTRIES = {"pypi": from_pypi, "debian": from_debian,
              "tarball": lambda name, version=None, digest=None: from_source("--tar-only", name, version),
              "patches": lambda name, version=None, digest=None: from_source("--diff-only", name, version)}


def store(path, content):
    """Writes a file that has its name only when all of it is there."""
    try:
        with open(path + ".part", "wb") as file:
            file.write(content)
        os.replace(path + ".part", path)
    except OSError as error:
        raise SystemExit(f"{path}: {error.strerror}: mend that and begin again; what was written before stays") from None


def fetch(lock, folder):
    """Fetches what is not there. Ends the program with a message for each package that could not be had."""
    os.makedirs(folder, exist_ok=True)
    wanted, missing = locked(lock), []
    for number, package in enumerate(wanted, 1):
        path = os.path.join(folder, package.file)
        if os.path.exists(path):
            continue
        print(f"{number} of {len(wanted)}: {package.title}", file=sys.stderr, flush=True)
        try:
            content = REGISTRIES[package.registry](package.name, package.version, package.digest)[1]
        except Gone as error:
            missing.append(f"{package.title}: gone: {error}; to go on with another version: "
                           f"packages.py --lock {lock} --renew {package.registry}:{package.name}")
            continue
        except (OSError, ValueError) as error:
            missing.append(f"{package.title}: the registry did not answer well: {error}; begin again")
            continue
        found = hashlib.sha256(content).hexdigest()
        if found != package.digest:
            missing.append(f"{package.title}: expected SHA-256 {package.digest}, found {found}; begin again, or --renew it")
            continue
        store(path, content)
    if missing:
        raise SystemExit("\n".join(missing + [f"{len(wanted) - len(missing)} of {len(wanted)} packages are in {folder}"]))


def option(parser):
    """The options of a program that reads the packages."""
    parser.add_argument("--packages", required=True, metavar="DIR", help="the folder that packages.py filled")
    parser.add_argument("--lock", default=LOCK, help="the lock file; default: packages.lock beside this program")


def archives(lock, folder):
    """The packages of a lock file with the paths of their archives, all of which must be there."""
    found = [(package, os.path.join(folder, package.file)) for package in locked(lock)]
    if missing := [package.title for package, path in found if not os.path.exists(path)]:
        raise SystemExit(f"{folder}: expected the archives of {lock}, found {len(missing)} missing, {', '.join(missing[:3])}: "
                         f"packages.py --lock {lock} --output {folder}")
    return found


def archive_of(path):
    """The opened tar archive of a source distribution or of a package of Debian."""
    if not path.endswith(".deb"):
        return tarfile.open(path)
    with open(path, "rb") as file:
        if file.read(8) != b"!<arch>\n":
            raise ValueError("expected a package of Debian, found another file")
        while head := file.read(60):
            size = int(head[48:58])
            if head.startswith(b"data.tar"):
                content = file.read(size)
                if len(content) != size:
                    raise EOFError("the file is cut off")
                return tarfile.open(fileobj=io.BytesIO(content))
            file.seek(size + size % 2, os.SEEK_CUR)
    raise ValueError("expected data.tar, found none")


def files_of(path, wanted, most=3_000_000):
    """Name and content of each regular file of an archive whose name is wanted and that is no larger than `most` bytes.

    Raises `Damaged`, with what to do, if the archive cannot be read to its end."""
    try:
        with archive_of(path) as archive:
            for member in archive:
                if member.isfile() and member.size <= most and wanted(member.name):
                    yield member.name, archive.extractfile(member).read()
    except TROUBLE as error:
        raise Damaged(f"{path}: {error}; remove it and fetch it again") from None


def licence_of(path):
    """What a package says of its licence, in one line."""
    if path.endswith(".deb"):
        texts = [text for _, text in files_of(path, lambda name: name.startswith("./usr/share/doc/") and name.endswith("/copyright"))]
        text = texts[0].decode("utf-8", "replace") if texts else ""
        return stated(text) or "free, see its copyright file"
    if path.endswith(".debian.tar"):
        return next((stated(text.decode("utf-8", "replace")) for _, text in files_of(path, lambda name: name == "debian/copyright")), "") \
            or "free, see its copyright file"
    found = []
    for _, text in files_of(path, lambda name: name.count("/") == 1 and name.endswith("/PKG-INFO")):
        for line in text.decode("utf-8", "replace").split("\n"):
            if not line.strip():
                break
            if line.startswith(("License:", "License-Expression:", "Classifier: License ::")):
                found.append(line.split(":", 1)[1].rpartition(":: ")[2].strip()[:80])
    return "; ".join(dict.fromkeys(filter(None, found)))[:160] or "see its archive"


def stated(text):
    """The licences that a copyright file of Debian names, if it has the form that programs can read."""
    found = re.findall(r"^License: *(\S.*)$", text, re.MULTILINE) if text.startswith("Format:") else []
    return ", ".join(dict.fromkeys(" ".join(line.split()) for line in found))[:160]


def renew(lock, titles):
    """Writes the newest versions of some packages into a lock file."""
    for title in titles:
        registry, _, name = title.partition(":")
        if registry not in REGISTRIES or not name:
            raise SystemExit(f"--renew: expected REGISTRY:NAME with one of {', '.join(REGISTRIES)}, found {title!r}")
        try:
            version, content = REGISTRIES[registry](name)
        except Gone as error:
            raise SystemExit(f"{title}: {error}; the lock file stays as it is but for those before it") from None
        with tempfile.TemporaryDirectory() as folder:
            bare = Package(registry, name, version, hashlib.sha256(content).hexdigest(), "")
            path = os.path.join(folder, bare.file)
            store(path, content)
            package = bare._replace(licence=licence_of(path))
        with open(lock, encoding="utf-8") as file:
            head = [line for line in file if line.startswith("#")]
        others = [one for one in locked(lock) if (one.registry, one.name) != (registry, name)]
        lines = head + [" ".join(one) + "\n" for one in sorted([*others, package], key=lambda one: (one.registry, one.name.lower()))]
        store(lock, "".join(lines).encode())
        print(f"{package.title}: {package.licence}")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--lock", default=LOCK, help="the lock file; default: packages.lock beside this program")
    p.add_argument("--output", metavar="DIR", help="the folder of the archives")
    p.add_argument("--renew", nargs="+", metavar="REGISTRY:NAME", help="write the version that there is into the lock file")
    a = p.parse_args()
    if (a.output is None) == (a.renew is None):
        p.error("give --output or --renew")
    if a.renew:
        renew(a.lock, a.renew)
    else:
        fetch(a.lock, a.output)


if __name__ == "__main__":
    main()
