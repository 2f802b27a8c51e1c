"""Where the top-level folders lie, in a checkout or in an installed wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE.parent


def _folder(name: str) -> Path:
    """Return ``gernas/<name>`` (a wheel carries it there), else its neighbour in the checkout."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else ROOT / name


TEMPLATES = _folder("templates")
STATIC = _folder("static")
MIGRATIONS = _folder("migrations")
TRANSLATIONS = PACKAGE / "translations"

# A wheel lies among other people's packages, so what it writes goes where it is started.
INSTANCE = (Path.cwd() if (PACKAGE / "migrations").is_dir() else ROOT) / "instance"
