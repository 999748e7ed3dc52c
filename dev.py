#!/usr/bin/env python3
"""Set symdyn up in `.venv` and run it: the one script of a checkout, standard library only.

    python3 dev.py build            verify the library, write its documents
    python3 dev.py test             the tests (further words go to pytest)
    python3 dev.py COMMAND ...      any other command of symdyn: verify, list, show, check, ...
    python3 dev.py lock             renew requirements.lock (needs uv)

The environment is made by the Python that runs this script, from requirements.lock, by uv where it
works and by pip elsewhere. It is made once. Two stamps say what stands: `packages` (this Python,
this place, the lock) and `project` (besides, pyproject.toml). Each is taken away before its step
and written after it, so an interrupted set-up is taken up again where it can be trusted.
A file lock lets one process set up at a time, and none while another still runs on it.

It needs no ensurepip (bare Debian has none), but a system with flock: Linux or macOS. It does not
choose another Python than the one that runs it, and says nothing of package indexes: those are a
matter of pip's own configuration.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.realpath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
LOCK = os.path.join(ROOT, "requirements.lock")
PROJECT = os.path.join(ROOT, "pyproject.toml")
LOG = os.path.join(ROOT, ".venv.log")
OLDEST = (3, 11)
SETUP_FAILED, INTERRUPTED = 4, 130


class SetupError(Exception):
    """The environment cannot be made; the message is one line with the way out."""


def main(words: list) -> int:
    if not words or words[0] in ("-h", "--help"):
        print(__doc__)
        return 0 if words else 2
    try:
        require_system()
        if words[0] == "lock":
            return renew_lock()
        set_up()
    except SetupError as problem:
        say(str(problem))
        return SETUP_FAILED
    except OSError as problem:
        say(f"cannot set up {VENV}: {problem}")
        return SETUP_FAILED
    except KeyboardInterrupt:
        say("interrupted; the next run takes the set-up up again")
        return INTERRUPTED
    return become(words)


def require_system() -> None:
    if sys.version_info < OLDEST:
        have = ".".join(str(part) for part in sys.version_info[:3])
        raise SetupError(
            f"Python {have} at {sys.executable} is too old; symdyn needs 3.11 or later, "
            "for example: python3.11 dev.py build"
        )
    if os.name != "posix":
        raise SetupError("this script needs Linux or macOS; elsewhere: pip install -e .[test]")


def become(words: list) -> int:
    """Turn into the command, so that signals and the exit status are its own.

    The shared lock passes over to it: nobody rebuilds the environment under a running command.
    """
    if words[0] == "test":
        os.chdir(ROOT)
        words = ["-m", "pytest", *words[1:]]
    else:
        words = [os.path.join(VENV, "bin", "symdyn"), *words]
    sys.stdout.flush()
    sys.stderr.flush()
    return os.execv(PYTHON, [PYTHON, *words])


def set_up() -> None:
    """Bring `.venv` up to date, and keep a shared lock on it."""
    guard = os.open(VENV + ".lock", os.O_RDWR | os.O_CREAT, 0o666)
    # Whatever this script starts holds the lock too: a set-up that outlives it is waited for.
    os.set_inheritable(guard, True)
    hold(guard, exclusive=False)
    while not is_ready():
        hold(guard, exclusive=True)
        if not is_ready():  # nobody else did it meanwhile
            make()
        hold(guard, exclusive=False)
    show("")


def hold(guard: int, *, exclusive: bool) -> None:
    """Wait for the lock; it ends with the last process that holds it, however that ends."""
    import fcntl

    kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
    try:
        fcntl.flock(guard, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        show("another process uses .venv; waiting for it")
        fcntl.flock(guard, kind)


def is_ready() -> bool:
    return stands("packages") and stands("project") and os.path.exists(PYTHON)


def make() -> None:
    show("setting up .venv (once; takes a minute or two)")
    open(LOG, "w").close()
    if not (stands("packages") and os.path.exists(PYTHON)):
        make_empty()
        packages = ["--require-hashes", "-r", LOCK]
        if not uv_installs(packages):
            make_empty()
            pip_installs(packages, "the packages of requirements.lock")
        write_stamp("packages")
    remove_stamp("project")
    project = ["--no-deps", "--no-build-isolation", "-e", ROOT]
    if not uv_installs(project):
        pip_installs(project, "symdyn itself")
    write_stamp("project")
    os.remove(LOG)


def make_empty() -> None:
    command = [sys.executable, "-m", "venv", "--clear", "--without-pip", VENV]
    step(command, "make a virtual environment")


def uv_installs(what: list) -> bool:
    uv = shutil.which("uv")
    return uv is not None and succeeds([uv, "pip", "install", "--python", PYTHON, *what])


def pip_installs(what: list, name: str) -> None:
    step([*pip(), "install", *what], f"install {name}")


def pip() -> list:
    """The pip of this Python acting on `.venv`; else the one that ensurepip puts into it."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--python", PYTHON]
    if not importlib.util.find_spec("ensurepip"):
        raise SetupError(
            f"{sys.executable} has no pip, and there is no uv that works; install either, "
            "on Debian: apt-get install python3-pip"
        )
    step([PYTHON, "-m", "ensurepip"], "install pip")
    return [PYTHON, "-m", "pip"]


def step(command: list, purpose: str) -> None:
    if not succeeds(command):
        raise SetupError(
            f"cannot {purpose}: {last_error()} (is the package index reachable? all output: {LOG})"
        )


def succeeds(command: list) -> bool:
    """Run a command of the set-up, its output going to the log."""
    misleading = ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX")
    clean = {name: value for name, value in os.environ.items() if name not in misleading}
    with open(LOG, "ab") as log:
        log.write(("$ " + " ".join(command) + "\n").encode())
        log.flush()
        status = subprocess.call(
            command,
            env=clean,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            close_fds=False,  # so that it holds the lock too
        )
    return status == 0


def last_error() -> str:
    """The line of the log that tells most: the last one with an error in it, else the last."""
    with open(LOG, errors="replace") as log:
        lines = [line.strip() for line in log if line.strip()]
    telling = [line for line in lines if line.lower().startswith("error")]
    return (telling or lines)[-1][:300]


def stamp(name: str) -> str:
    return os.path.join(VENV, "." + name)


def write_stamp(name: str) -> None:
    with open(stamp(name), "w") as target:
        target.write(fingerprint(name))


def remove_stamp(name: str) -> None:
    if os.path.exists(stamp(name)):
        os.remove(stamp(name))


def stands(name: str) -> bool:
    if not os.path.exists(stamp(name)):
        return False
    with open(stamp(name)) as source:
        return source.read() == fingerprint(name)


def fingerprint(name: str) -> str:
    """What the step depends on: this Python, this place, and the files that say what to install."""
    digest = hashlib.sha256("\n".join([sys.version, sys.base_prefix, ROOT]).encode())
    for path in (LOCK,) if name == "packages" else (LOCK, PROJECT):
        with open(path, "rb") as source:
            digest.update(source.read())
    return digest.hexdigest()


def renew_lock() -> int:
    """Resolve pyproject.toml anew, for every supported Python and system at once."""
    uv = shutil.which("uv")
    if not uv:
        raise SetupError("renewing the lock needs uv: pip install uv")
    options = ["--universal", "--generate-hashes", "--extra", "test", "--upgrade"]
    names = ["--no-emit-package", "symdyn", "--custom-compile-command", "python3 dev.py lock"]
    command = [uv, "pip", "compile", "-q", "--python-version", "3.11", *options, *names]
    return subprocess.call([*command, "-o", "requirements.lock", "pyproject.toml"], cwd=ROOT)


def say(text: str) -> None:
    show("")
    print(f"dev.py: {text}", file=sys.stderr)


def show(text: str) -> None:
    """Say what goes on, on a line of the terminal that the next word wipes out again."""
    if sys.stderr.isatty():
        print("\r\033[K" + (f"dev.py: {text} ..." if text else ""), end="", file=sys.stderr)
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
