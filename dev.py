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

It needs no ensurepip (Debian ships none). It does not choose another Python than the one it was
started with, and says nothing of package indexes: those are a matter of pip's own configuration.
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


def main(words):
    if not words or words[0] in ("-h", "--help"):
        print(__doc__.strip())
        return 0 if words else 2
    try:
        require_python()
        if words[0] == "lock":
            return renew_lock()
        guard = set_up()
    except SetupError as problem:
        print(f"dev.py: {problem}", file=sys.stderr)
        return SETUP_FAILED
    except OSError as problem:
        print(f"dev.py: cannot set up {VENV}: {problem}", file=sys.stderr)
        return SETUP_FAILED
    except KeyboardInterrupt:
        print("dev.py: interrupted; the next run takes the set-up up again", file=sys.stderr)
        return INTERRUPTED
    return become(words, guard)


def require_python():
    if sys.version_info < OLDEST:
        have = ".".join(str(part) for part in sys.version_info[:3])
        raise SetupError(
            f"Python {have} at {sys.executable} is too old; symdyn needs 3.11 or later, "
            "for example: python3.11 dev.py build"
        )


def become(words, guard):
    """Turn into the command, so that signals and the exit status are its own.

    The shared lock passes over to it: nobody rebuilds the environment under a running command.
    """
    test = words[0] == "test"
    command = [PYTHON, "-m", *(["pytest", *words[1:]] if test else ["symdyn", *words])]
    if test:
        os.chdir(ROOT)
    os.set_inheritable(guard, True)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(PYTHON, command)


def set_up():
    """Bring `.venv` up to date; the result is a descriptor that holds the shared lock."""
    guard = os.open(VENV + ".lock", os.O_RDWR | os.O_CREAT, 0o666)
    hold(guard, exclusive=False)
    if not is_ready():
        hold(guard, exclusive=True)
        if not is_ready():  # nobody else did it meanwhile
            make()
        hold(guard, exclusive=False)
    return guard


def hold(guard, *, exclusive):
    """Wait for the lock; it ends with the process, however that ends."""
    import fcntl

    kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
    try:
        fcntl.flock(guard, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        say("another dev.py uses .venv; waiting for it")
        fcntl.flock(guard, kind)


def is_ready():
    return stands("packages") and stands("project") and os.path.exists(PYTHON)


def make():
    say("setting up .venv (once; takes a minute or two)")
    with open(LOG, "w"):
        pass
    if not (stands("packages") and os.path.exists(PYTHON)):
        shutil.rmtree(VENV, ignore_errors=True)
        step("make a virtual environment", [sys.executable, "-m", "venv", "--without-pip", VENV])
        install("install the packages of requirements.lock", ["--require-hashes", "-r", LOCK])
        write_stamp("packages")
    remove_stamp("project")
    install("install symdyn", ["--no-deps", "--no-build-isolation", "-e", ROOT])
    write_stamp("project")
    os.remove(LOG)


def install(what, arguments):
    """By uv where it is there and works, else by pip."""
    uv = shutil.which("uv")
    if uv and succeeds([uv, "pip", "install", "--python", PYTHON, *arguments]):
        return
    step(what, [*pip(), "install", *arguments])


def pip():
    """The pip of this Python acting on `.venv`; else the one that ensurepip puts into it."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--python", PYTHON]
    if not importlib.util.find_spec("ensurepip"):
        raise SetupError(
            f"{sys.executable} has no pip and there is no uv that works; install either, "
            "on Debian: apt-get install python3-pip"
        )
    step("install pip", [PYTHON, "-m", "ensurepip"])
    return [PYTHON, "-m", "pip"]


def step(what, command):
    if not succeeds(command):
        raise SetupError(
            f"cannot {what}: {last_error()}; is a package index reachable? ({LOG} has the whole)"
        )


def succeeds(command):
    """Run a command of the set-up, its output going to the log."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX")
    }
    with open(LOG, "ab") as log:
        log.write(("$ " + " ".join(command) + "\n").encode())
        log.flush()
        return not subprocess.call(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=clean
        )


def last_error():
    """The line of the log that tells most: the last one with an error in it, else the last."""
    with open(LOG, errors="replace") as log:
        lines = [line.strip() for line in log if line.strip()]
    telling = [line for line in lines if line.lower().startswith("error")]
    return (telling or lines)[-1][:300]


def write_stamp(name):
    with open(os.path.join(VENV, "." + name), "w") as stamp:
        stamp.write(fingerprint(name))


def remove_stamp(name):
    if os.path.exists(os.path.join(VENV, "." + name)):
        os.remove(os.path.join(VENV, "." + name))


def stands(name):
    try:
        with open(os.path.join(VENV, "." + name)) as stamp:
            return stamp.read() == fingerprint(name)
    except OSError:
        return False


def fingerprint(name):
    """What the step depends on: this Python, this place, and the files that say what to install."""
    digest = hashlib.sha256("\n".join([sys.version, sys.base_prefix, ROOT]).encode())
    for path in (LOCK,) if name == "packages" else (LOCK, PROJECT):
        with open(path, "rb") as source:
            digest.update(source.read())
    return digest.hexdigest()


def renew_lock():
    """Resolve pyproject.toml anew, for every supported Python and system at once."""
    uv = shutil.which("uv")
    if not uv:
        raise SetupError("renewing the lock needs uv: pip install uv")
    options = ["--universal", "--generate-hashes", "--extra", "test", "--upgrade"]
    names = ["--no-emit-package", "symdyn", "--custom-compile-command", "python3 dev.py lock"]
    command = [uv, "pip", "compile", "-q", "--python-version", "3.11", *options, *names]
    return subprocess.call([*command, "-o", LOCK, PROJECT], cwd=ROOT)


def say(text):
    print(f"dev.py: {text}", file=sys.stderr)
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
