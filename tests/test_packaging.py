"""What is shipped: packages, files, dependencies, and nothing that names where they came from."""

import ast
import configparser
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("gernas", "migrations", "static", "templates")  # all that a wheel holds
OURS = {"gernas", "scripts", "tests", "_typeshed"}  # the last is for type checkers only
HOST = re.compile(r"https?://|git\+|file://")


def _setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", "utf-8")
    return parser


def _names(lines: str) -> set[str]:
    """The normalised project names of a list of requirements."""
    names = (re.match(r"[A-Za-z0-9._-]+", line.strip()) for line in lines.splitlines())
    return {re.sub(r"[-_.]+", "-", name[0]).lower() for name in names if name}


def test_every_package_on_disk_is_listed() -> None:
    listed = _setup()["options"]["packages"].split()

    inside = {path.parent for path in (ROOT / "gernas").rglob("*.py")}
    dotted = {".".join(path.relative_to(ROOT).parts) for path in inside}
    mapped = {f"gernas.{name}" for name in ("migrations", "migrations.versions", *FOLDERS[2:])}
    assert listed == sorted(dotted | mapped)


@pytest.mark.parametrize(
    ("folder", "extras"), [("gernas", []), ("scripts", ["dev"]), ("tests", ["dev"])]
)
def test_every_import_is_a_declared_dependency(folder: str, extras: list[str]) -> None:
    setup = _setup()
    lists = [setup["options.extras_require"][extra] for extra in extras]
    declared = _names("\n".join([setup["options"]["install_requires"], *lists]))
    projects = packages_distributions()

    imported = {name for path in (ROOT / folder).rglob("*.py") for name in _imports(path)}
    foreign = {name for name in imported if name not in sys.stdlib_module_names} - OURS
    missing = {name for name in foreign if not _names("\n".join(projects.get(name, []))) & declared}
    assert missing == set()


def _imports(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    parts = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.split(".")[0] for name in plain | parts if name}


def test_every_dependency_has_a_lower_bound_and_a_pin() -> None:
    setup = _setup()
    lists = [setup["options"]["install_requires"], *setup["options.extras_require"].values()]
    lines = [line.strip() for text in lists for line in text.splitlines() if line.strip()]
    pins = (ROOT / "constraints.txt").read_text("utf-8").splitlines()

    direct = [line for line in lines if not line.startswith("#")]
    assert [line for line in direct if not re.fullmatch(r"\S+ >= [0-9.]+", line)] == []
    assert [pin for pin in pins[1:] if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []
    assert _names("\n".join(direct)) - _names("\n".join(pins)) == set()


def test_no_lock_file_says_where_packages_are_downloaded() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    options = (ROOT / ".npmrc").read_text("utf-8").splitlines()

    packages = lock["packages"].values()
    assert len(lock["packages"]) > 5
    assert [package for package in packages if "resolved" in package] == []
    assert "omit-lockfile-registry-resolved=true" in options
    assert "ignore-scripts=true" in options
    for name in ("constraints.txt", "setup.cfg", "pyproject.toml", ".npmrc", "package.json"):
        assert HOST.findall((ROOT / name).read_text("utf-8")) == []


def test_what_pages_load_from_vendor_is_built() -> None:
    templates = [path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html")]
    sheets = [path.read_text("utf-8") for path in (ROOT / "static/css").glob("*.css")]

    named = set(re.findall(r"[\"']vendor/([\w./-]+\.\w+)[\"']", "\n".join(templates)))
    named |= set(re.findall(r"\.\./vendor/([\w./-]+)", "\n".join(sheets)))
    assert {"bootstrap-reboot.min.css", "jakarta.woff2", "map.svg"} <= named
    assert [name for name in named if not (ROOT / "static/vendor" / name).is_file()] == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, built from a copy since setuptools writes beside the sources."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    unwanted = shutil.ignore_patterns("__pycache__")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, source / folder, ignore=unwanted)
    for path in (ROOT / "setup.cfg", ROOT / "pyproject.toml", *ROOT.glob("*.md")):
        shutil.copy(path, source)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--no-build-isolation", "-w", out, source], check=True)
    return next(out.glob("*.whl"))


def test_the_wheel_holds_all_that_is_served_and_nothing_else(wheel: Path) -> None:
    shipped = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    names = [path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts]
    wanted = {
        name if name.startswith("gernas/") else f"gernas/{name}"
        for name in names
        if not name.endswith((".po", ".pot"))
    }
    assert shipped == wanted
    assert {
        "gernas/py.typed",
        "gernas/migrations/env.py",
        "gernas/static/vendor/jakarta.woff2",
        "gernas/static/vendor/bootstrap.min.css.gz",
        "gernas/translations/id/LC_MESSAGES/messages.mo",
        "gernas/core/data/provinces.csv",
    } <= shipped


SERVE = """
from flask_migrate import upgrade
from gernas import paths
from gernas.app import create_app
app = create_app()
with app.app_context():
    upgrade()
client = app.test_client()
sheet = f"{app.static_url_path}/vendor/bootstrap-reboot.min.css"
answers = [client.get(path).status_code for path in ("/", "/en/", sheet, "/healthz")]
print(paths.PACKAGE, *answers)
"""


def test_an_installed_wheel_migrates_and_serves(wheel: Path, tmp_path: Path) -> None:
    site, place = tmp_path / "site", tmp_path / "place"
    place.mkdir()
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", site, wheel], check=True)
    settings = {
        "GERNAS_DEMO": "1",
        "GERNAS_URL": "http://localhost",
        "GERNAS_SECRET_KEY": "for this test only: abcdefghijklmnopqrstuvwxyz",
    }
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("GERNAS_")}
    environ = inherited | settings | {"PYTHONPATH": str(site)}

    code = [sys.executable, "-c", SERVE]
    done = subprocess.run(code, cwd=place, env=environ, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"{site}/gernas 200 200 200 200"
    assert (place / "instance" / "gernas.db").is_file()
