"""Migrate the database, load the demo and serve it, as ``make run`` does.

Run as ``python -m scripts.serve_demo PORT`` in the environment's Python.
"""

import os
import secrets
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GERNAS = Path(sys.executable).with_name("gernas")


def main() -> None:
    """Hand over to the server, which ends when the person presses Ctrl-C."""
    port = sys.argv[1] if len(sys.argv) > 1 else "8000"
    instance = Path(os.environ.get("GERNAS_INSTANCE", ROOT / "instance"))
    environ = {
        "GERNAS_DEMO": "1",
        "GERNAS_URL": f"http://127.0.0.1:{port}",
        "GERNAS_INSTANCE": str(instance),
        "GERNAS_SECRET_KEY_FILE": str(_secret_key(instance / "demo-secret-key")),
        **os.environ,
    }
    print("Migrating the database and loading the demo …", flush=True)
    migrated = subprocess.run(
        [GERNAS, "db", "upgrade"],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if migrated.returncode:
        sys.exit(migrated.stdout.decode(errors="replace"))
    loaded = subprocess.run([GERNAS, "demo"], env=environ, check=False)
    if loaded.returncode:
        sys.exit(loaded.returncode)
    os.execve(GERNAS, [str(GERNAS), "run", "--port", port], environ)  # noqa: S606 - no shell wanted


def _secret_key(path: Path) -> Path:
    """Return the file with the demo's key, which only this user may read; made on first use."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path


if __name__ == "__main__":
    main()
