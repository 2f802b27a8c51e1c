"""Which demands of OWASP ASVS 5.0.0 are shown by which tests: writes ``docs/security/checks.md``.

``python -m scripts.asvs`` writes the page and names what is open.
The demands stand in ``docs/security/asvs.txt``; tests name in their docstrings what they show.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
DEMANDS = ROOT / "docs" / "security" / "asvs.txt"
PAGE = ROOT / "docs" / "security" / "checks.md"
CHAPTERS = {
    1: "Text that comes and goes",
    2: "Rules of the trade",
    3: "Browsers",
    4: "HTTP",
    5: "Files",
    6: "Signing in",
    7: "Sessions",
    8: "Who may what",
    9: "Tokens",
    11: "Cryptography",
    12: "Transport",
    13: "Set-up",
    14: "Data",
    15: "How it is made",
    16: "Logs and errors",
}
SKIPPED = (
    "1.2.6 LDAP, 1.2.7 XPath, 1.3.8 JNDI, 1.3.9 memcache, 1.4.1 and 1.4.3 memory (Python), "
    "4.3 GraphQL, 4.4 WebSocket, 6.8 identity providers, 7.1.3 and 7.6 federation, 10 OAuth, "
    "12.1.3 client certificates, 17 WebRTC"
)
_NAMED = re.compile(r"ASVS ((?:[0-9]+\.[0-9]+\.[0-9]+(?:,\s+)?)+)")
_ID = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")


@dataclass(frozen=True)
class Demand:
    """One demand, in our words. ``answer``: the page that answers it, or when it comes."""

    number: str
    words: str
    answer: str


def read_demands() -> list[Demand]:
    """The demands that apply here, in their order."""
    demands = []
    for line in DEMANDS.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            number, _, rest = line.partition(" ")
            words, _, answer = rest.partition("; ")
            demands.append(Demand(number, words, answer))
    return demands


def list_shown() -> dict[str, list[str]]:
    """The numbers that tests name, each with the files of those tests, in order."""
    shown: dict[str, set[str]] = {}
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for number in _numbers_in(path):
            shown.setdefault(number, set()).add(path.relative_to(ROOT / "tests").as_posix())
    return {number: sorted(files) for number, files in shown.items()}


def _numbers_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            for named in _NAMED.findall(ast.get_docstring(node) or ""):
                yield from _ID.findall(named)


def list_open(demands: list[Demand], shown: dict[str, list[str]]) -> list[Demand]:
    """What neither a test nor a page answers, and nobody says when it comes."""
    return [one for one in demands if one.number not in shown and not one.answer]


def write_page(demands: list[Demand], shown: dict[str, list[str]]) -> str:
    """The page as Markdown."""
    tested = sum(one.number in shown for one in demands)
    later = [one for one in demands if one.answer.startswith("later")]
    answered = len(demands) - tested - len(later)
    lines = [
        "# What is checked",
        "",
        "Written by `python -m scripts.asvs` from `asvs.txt` and the docstrings of tests, which",
        "see to it that it says nothing untrue. Demands of OWASP ASVS 5.0.0, in our words.",
        "",
        f"{len(demands)} demands apply: {tested} are shown by tests, {answered} are answered by",
        f"pages, {len(later)} come later.",
        "",
        f"Cannot apply: {SKIPPED}. Whoever adds one of them brings its chapter back.",
    ]
    chapter = 0
    for one in demands:
        if int(one.number.partition(".")[0]) != chapter:
            chapter = int(one.number.partition(".")[0])
            lines += ["", f"## {chapter}. {CHAPTERS[chapter]}", "", "| | what | shown by |"]
            lines.append("|---|---|---|")
        lines.append(f"| {one.number} | {one.words} | {_answer(one, shown)} |")
    return "\n".join(lines) + "\n"


def _answer(one: Demand, shown: dict[str, list[str]]) -> str:
    files = [f"`{name}`" for name in shown.get(one.number, [])]
    more = f" and {len(files) - 3} more" if len(files) > 3 else ""
    if one.answer.endswith(".md"):
        files.insert(0, f"[{one.answer}]({one.answer})")
    elif one.answer:
        files.insert(0, f"**{one.answer}**")
    return ", ".join(files[:3]) + more if files else "**open**"


def main() -> int:
    demands, shown = read_demands(), list_shown()
    PAGE.write_text(write_page(demands, shown), "utf-8")
    for one in list_open(demands, shown):
        print(f"open: {one.number} {one.words}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
