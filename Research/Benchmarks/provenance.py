"""Where a figure comes from: commit, machine, date. Every script here prints it above its table."""
import datetime, os, pathlib, platform, subprocess

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def commit():
    """The commit that is checked out, with a plus if files differ from it; "unknown" outside a repository."""
    def git(*arguments):
        return subprocess.run(["git", "-C", str(REPOSITORY), *arguments], capture_output=True, text=True).stdout.strip()

    name = git("rev-parse", "--short=12", "HEAD")
    return name + ("+" if git("status", "--porcelain", "--untracked-files=no") else "") if name else "unknown"


def processor():
    try:
        for line in open("/proc/cpuinfo"):
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def date():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


def line():
    return f"commit {commit()}, {processor()} ({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}), {date()}"
