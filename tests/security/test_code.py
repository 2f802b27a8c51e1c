"""Promises that are read from the code: what is nowhere in it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import gernas

PACKAGE = Path(gernas.__file__).parent
ROOT = PACKAGE.parent
# Where the browser may keep something, by what a person did there (see docs/security/data.md).
DRAFTS = {"apply.js", "apply-store.js", "apply-upload.js", "youth-desk.js"}
FORGETS = {"private.js"}  # empties those drafts when a person signs out


def list_modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text("utf-8"))


def list_scripts() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in (ROOT / "static" / "js").glob("*.js")}


def list_templates() -> dict[str, str]:
    folder = ROOT / "templates"
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*.html")
    }


def find(pattern: str, texts: dict[str, str]) -> list[str]:
    return sorted(name for name, text in texts.items() if re.search(pattern, text))


def test_scripts_write_text_and_no_markup() -> None:
    """ASVS 1.2.3, 3.2.2: nothing that parses a string as HTML or as code."""
    parses = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|DOMParser|"
        r"createContextualFragment|\beval\(|new Function|setTimeout\(\s*[\"']|javascript:"
    )

    assert find(parses, list_scripts()) == []


def test_data_for_scripts_go_through_tojson() -> None:
    """ASVS 1.2.3: a block of data in a page holds one value and nothing beside it."""
    blocks = {
        f"{name}: {block}": block
        for name, text in list_templates().items()
        for block in re.findall(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", text, re.DOTALL)
    }

    assert blocks
    assert [n for n, b in blocks.items() if not re.fullmatch(r"{{ \w+\|tojson }}", b.strip())] == []


def test_pages_carry_no_foreign_code_and_talk_to_no_other_window() -> None:
    """ASVS 3.5.5, 3.7.1: no plug-ins, frames or messages between windows."""
    assert find(r"postMessage|onmessage|[\"']message[\"']", list_scripts()) == []
    assert find(r"<(?:object|embed|applet|iframe|frame|base)\b", list_templates()) == []


def test_links_that_open_windows_give_no_handle() -> None:
    """ASVS 3.5.5: no page that we open can steer ours."""
    opens = {
        f"{name}: {tag}": tag
        for name, text in list_templates().items()
        for tag in re.findall(r"<a\b[^>]*target=[^>]*>", text)
    }

    assert [name for name, tag in opens.items() if "noopener" not in tag] == []


def test_scripts_keep_nothing_in_the_browser_but_drafts() -> None:
    """ASVS 14.3.3: neither storage nor cookies; an applicant's own draft is the exception."""
    scripts = list_scripts()

    assert find(r"localStorage|sessionStorage|document\.cookie|\bcaches\b", scripts) == []
    assert set(find(r"indexedDB", scripts)) <= DRAFTS | FORGETS


def test_pages_load_nothing_from_others() -> None:
    """ASVS 3.6.1, 14.2.3: no script, style, font or picture of a third party."""
    loads = r"<(?:script|link|img|source|audio|video)\b[^>]*(?:src|srcset|href)=\"(?:https?:)?//"

    assert find(loads, list_templates()) == []


def test_no_text_of_people_is_a_pattern_of_format() -> None:
    """ASVS 1.3.10: what comes before ``.format`` is always written in the code."""
    wrong = []
    for name, tree in list_modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr not in ("format", "format_map"):
                continue
            if not _is_constant(node.func.value):
                wrong.append(f"{name}:{node.lineno}")

    assert wrong == []


def _is_constant(node: ast.expr) -> bool:
    """A string in place, ``Markup("…")``, or a name in capitals, also a part of what it names."""
    if isinstance(node, ast.Subscript):
        return _is_constant(node.value)
    if isinstance(node, ast.Call):
        return getattr(node.func, "id", "") == "Markup" and _is_constant(node.args[0])
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    return isinstance(node, ast.Name) and node.id.isupper()


def test_nothing_is_unpickled_and_no_command_is_built() -> None:
    """ASVS 1.5.2, 1.2.5: jobs are JSON; processes are started from lists, not from lines."""
    modules = {"pickle", "marshal", "shelve", "dill", "yaml", "xmlrpc"}
    wrong = []
    for name, tree in list_modules():
        for node in ast.walk(tree):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                imported = [node.module or ""]
            wrong += [f"{name}: {one}" for one in imported if one.partition(".")[0] in modules]
            called = getattr(getattr(node, "func", None), "attr", "")
            if called in ("system", "popen", "getoutput"):
                wrong.append(f"{name}:{getattr(node, 'lineno', 0)}")

    assert wrong == []


def test_no_page_makes_us_call_an_address() -> None:
    """ASVS 1.3.6, 13.2.4, 13.2.5, 15.3.2: only commands of the server's owner fetch anything."""
    calls = r"^(?:from|import) (?:urllib\.request|http\.client|requests|httpx|aiohttp|ftplib)\b"
    sources = {
        path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8")
        for path in PACKAGE.rglob("*.py")
    }
    callers = [name for name, text in sources.items() if re.search(calls, text, re.MULTILINE)]

    assert [name for name in callers if not name.endswith("cli.py")] == []


def test_query_and_form_are_never_mixed() -> None:
    """ASVS 15.3.7: a value of the form cannot come from the address, nor the other way."""
    wrong = []
    for name, tree in list_modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Attribute) or getattr(node.value, "id", "") != "request":
                continue
            if node.attr in ("values", "get_json", "json", "data"):
                wrong.append(f"{name}:{node.lineno} request.{node.attr}")

    assert wrong == []


def test_patterns_are_matched_whole_and_know_ascii_digits() -> None:
    r"""ASVS 1.2.9: ``\d`` takes Arabic digits, and ``$`` matches before a line break."""
    wrong = []
    for name, tree in list_modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") != "compile":
                continue
            text = getattr(node.args[0], "value", "") if node.args else ""
            by_line = any(getattr(flag, "attr", "") == "MULTILINE" for flag in node.args[1:])
            if not isinstance(text, str) or by_line:
                continue
            if re.search(r"\\d|(?<!\\)\$\Z", text):
                wrong.append(f"{name}:{node.lineno} {text}")

    assert wrong == []
