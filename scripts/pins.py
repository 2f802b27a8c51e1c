"""Write constraints.txt anew: the whole tree that pip chooses today within setup.cfg's bounds."""

import subprocess
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# The whole tree of Python packages, as tested. Renew with: make pins\n"


def main() -> None:
    """Install everything into a fresh environment and note what came."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        pip = [f"{folder}/bin/python", "-m", "pip"]
        subprocess.run([*pip, "install", "--quiet", "--upgrade", "setuptools"], check=True)
        gernas = f"{ROOT}[dev,node]"
        subprocess.run(
            [*pip, "install", "--quiet", "--no-build-isolation", "--editable", gernas], check=True
        )
        freeze = [*pip, "list", "--format", "freeze", "--exclude-editable", "--exclude", "pip"]
        done = subprocess.run(freeze, capture_output=True, text=True, check=True)
    pins = sorted(done.stdout.split(), key=str.casefold)
    (ROOT / "constraints.txt").write_text(HEADER + "\n".join(pins) + "\n", "utf-8")


if __name__ == "__main__":
    main()
