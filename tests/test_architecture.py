"""The promises of the design, read from the code itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Blueprint, Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import String, Text, create_engine, inspect, text
from sqlalchemy.types import LargeBinary

import gernas
from gernas.app import create_app
from gernas.core.database import Model, close_connections, db
from gernas.core.jinja import SharedGlobals
from gernas.core.permissions import UNGUARDED, refuse_unmarked_views

ROOT = Path(gernas.__file__).parent
# From the ground up; a domain imports only from those before it.
DOMAINS = (
    "core",
    "audit",
    "messages",
    "calendars",
    "accounts",
    "campaigns",
    "events",
    "businesses",
    "registrations",
    "booths",
    "youth",
    "site",
    "planner",
    "demo",
)
FREE = {"app", "cli", "config", "paths", "domains", "__init__", "__main__"}
LAYERS = ("models", "errors", "queries", "services", "forms", "views")
MARKUP_MODULES = {"core/markdown.py", "core/fields.py", "core/i18n.py"}


def list_modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        yield path.relative_to(ROOT), ast.parse(path.read_text("utf-8"))


def list_imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_domains_import_only_those_below_them() -> None:
    wrong = []
    for path, tree in list_modules():
        own = path.parts[0].removesuffix(".py")
        if own in FREE or own == "templates":
            continue
        for module in list_imports(tree):
            parts = module.split(".")
            if parts[0] != "gernas" or len(parts) < 2 or parts[1] in FREE:
                continue
            if DOMAINS.index(parts[1]) > DOMAINS.index(own):
                wrong.append(f"{path} imports {module}")

    assert wrong == []


def test_within_a_domain_imports_run_from_models_to_views() -> None:
    wrong = []
    for path, tree in list_modules():
        if len(path.parts) < 2 or path.parts[0] == "core":
            continue
        layer = path.parts[1].removesuffix(".py")
        if layer not in LAYERS:
            continue
        for module in list_imports(tree):
            parts = module.split(".")
            same_domain = parts[:2] == ["gernas", path.parts[0]] and len(parts) > 2
            upward = same_domain and parts[2] in LAYERS[LAYERS.index(layer) + 1 :]
            if upward:
                wrong.append(f"{path} imports {module}")

    assert wrong == []


def test_every_domain_says_in_one_sentence_what_it_is_about() -> None:
    silent = [
        domain
        for domain in DOMAINS
        if not ast.get_docstring(ast.parse((ROOT / domain / "__init__.py").read_text("utf-8")))
    ]

    assert silent == []


def test_every_view_has_a_permission(app: Flask) -> None:
    """ASVS 8.2.1: the start itself checks it."""
    refuse_unmarked_views(app)

    views = {name: view for name, view in app.view_functions.items() if name not in UNGUARDED}
    assert [name for name, view in views.items() if not hasattr(view, "access")] == []


def test_a_view_without_a_mark_stops_the_start() -> None:
    """ASVS 8.2.1."""
    careless = Flask("careless")
    blueprint = Blueprint("anything", __name__)
    blueprint.add_url_rule("/terbuka", "open_door", lambda: "everything")
    careless.register_blueprint(blueprint)

    with pytest.raises(RuntimeError, match=r"anything\.open_door"):
        refuse_unmarked_views(careless)


def test_no_two_domains_offer_templates_different_things_under_one_name(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The later one would take the place of the earlier on all pages."""
    replaced: set[str] = set()

    class Globals(dict[str, Any]):
        def update(self, *given: Any, **more: Any) -> None:
            values = dict(*given, **more)
            replaced.update(one for one in values if self.get(one, values[one]) is not values[one])
            super().update(values)

    begin = SharedGlobals.__init__

    def init(self: SharedGlobals, *given: Any, **more: Any) -> None:
        begin(self, *given, **more)
        self.globals = Globals(self.globals)

    monkeypatch.setattr(SharedGlobals, "__init__", init)
    application = create_app(environ)

    assert isinstance(application.jinja_env.globals, Globals)
    assert replaced - {"_", "gettext"} == set()  # Those wait for the language of the request.


def test_paths_are_lower_case(app: Flask) -> None:
    rules = [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    literal = [re.sub(r"<[^>]*>", "", rule) for rule in rules]

    assert [path for path in literal if path != path.lower() or "_" in path] == []


def test_unsafe_methods_are_never_exempt_from_the_csrf_check(app: Flask) -> None:
    """ASVS 3.5.1: only mail programs' one-click leaving, whose token is the right to do it."""
    exempt = {name.rpartition(".")[2] for name in app.extensions["csrf"]._exempt_views}

    assert exempt <= {"leave_now"}


def test_migrations_match_the_models(context: Flask) -> None:
    engine = create_engine(str(context.config["SQLALCHEMY_DATABASE_URI"]))
    with engine.connect() as connection:
        migration = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(migration, Model.metadata)
    engine.dispose()

    assert differences == []


def test_migrations_run_both_ways(tmp_path: Path, environ: dict[str, str]) -> None:
    from gernas.app import create_app

    other = create_app({**environ, "GERNAS_DATABASE_URL": f"sqlite:///{tmp_path / 'other.db'}"})
    with other.app_context():
        upgrade()
        downgrade(revision="base")
        left = [name for name in inspect(db.engine).get_table_names() if name != "alembic_version"]
        upgrade()
        there = set(inspect(db.engine).get_table_names())
        close_connections()
    other.extensions["kept"].store.close()

    assert left == []
    assert there >= set(Model.metadata.tables)


def test_every_column_of_text_has_a_length_or_is_meant_to_be_long(context: Flask) -> None:
    """ASVS 1.1.2: what has no length in the database is checked by its service."""
    unlimited = [
        f"{table.name}.{column.name}"
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String)
        and not isinstance(column.type, Text | LargeBinary)
        and column.type.length is None
    ]

    assert unlimited == []


def test_no_module_builds_statements_of_text() -> None:
    """ASVS 1.2.4."""
    wrong = []
    for path, tree in list_modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in ("text", "exec_driver_sql") and any(
                isinstance(part, ast.JoinedStr) for part in node.args
            ):
                wrong.append(f"{path}:{node.lineno}")

    # The pragma of each transaction is put together of constants.
    assert [place for place in wrong if not place.startswith("core/database.py")] == []


def test_markup_is_declared_safe_in_few_places_only() -> None:
    """ASVS 1.2.1."""
    modules = {
        path.as_posix()
        for path, tree in list_modules()
        if any(isinstance(node, ast.Name) and node.id == "Markup" for node in ast.walk(tree))
    }
    templates = [
        path.name
        for path in (ROOT.parent / "templates").rglob("*.html")
        if re.search(r"\|\s*safe\b", path.read_text("utf-8"))
    ]

    assert modules <= MARKUP_MODULES
    assert templates == []


def test_no_shell_and_no_eval() -> None:
    """ASVS 1.2.5, 1.3.2."""
    wrong = []
    for path, tree in list_modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", "")
                shell = any(keyword.arg == "shell" for keyword in node.keywords)
                if name in ("eval", "exec") or shell:
                    wrong.append(f"{path}:{node.lineno}")

    assert wrong == []


def test_sha1_and_random_are_used_nowhere() -> None:
    """ASVS 11.4.1, 11.5.1."""
    sources = {path: (ROOT / path).read_text("utf-8") for path, _ in list_modules()}
    wrong = [
        str(path) for path, source in sources.items() if re.search(r"\bsha1\b|\bmd5\b", source)
    ]
    random = [
        str(path)
        for path, tree in list_modules()
        if any(module == "random" for module in list_imports(tree))
    ]

    assert (wrong, random) == ([], [])


def test_the_clock_is_read_in_one_place() -> None:
    """Tests move one clock, and no moment is naive."""
    wrong = []
    for path, tree in list_modules():
        if path.as_posix() == "core/clock.py":
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Attribute):
                continue
            clock = (getattr(node.value, "id", ""), node.attr)
            if clock in (("datetime", "utcnow"), ("datetime", "now"), ("date", "today")):
                wrong.append(f"{path}:{node.lineno}")

    assert wrong == []


def test_postgresql_reads_in_read_only_transactions(context: Flask) -> None:
    """ASVS 3.5.3, seen from the database."""
    if db.engine.dialect.name == "postgresql":
        answer = db.session.scalar(text("SHOW transaction_read_only"))
    else:
        answer = {1: "on"}.get(db.session.scalar(text("PRAGMA query_only")), "off")

    assert answer == "on"
