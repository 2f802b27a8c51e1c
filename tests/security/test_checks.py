"""What the pages under ``docs/security/`` say is so."""

import re
from pathlib import Path

import gernas
from gernas.accounts.services.attempts import INVITATIONS, MAIL_CHANGES
from gernas.calendars.services import MOST_PERSONAL_FEEDS
from gernas.core.database import Model
from gernas.core.images import MAX_BYTES, MAX_PIXELS
from gernas.core.kept import LONGEST_ADDRESS
from gernas.core.markdown import MAX_CHARACTERS
from gernas.core.security import LARGEST_UPLOAD
from gernas.core.text import MAX_URL
from gernas.core.web import LARGEST_ID
from gernas.events.follows import ASKED_AT_MOST
from scripts.asvs import list_open, list_shown, read_demands
from tests.security.world import World

FOLDER = Path(gernas.__file__).parents[1] / "docs" / "security"
ROW = re.compile(r"\| ([0-9]+\.[0-9]+\.[0-9]+) \| [^|]+ \| ([^|]+) \|")


def read(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def test_every_demand_is_shown_by_a_test_answered_by_a_page_or_said_to_come() -> None:
    assert list_open(read_demands(), list_shown()) == []


def test_tests_name_demands_that_there_are() -> None:
    """A number that was mistyped would show nothing."""
    known = {demand.number for demand in read_demands()}

    assert {number for number in list_shown() if number not in known} == set()


def test_the_page_of_checks_claims_nothing_untrue() -> None:
    """``python -m scripts.asvs`` writes it anew; it may tell less than there is, never more."""
    shown = list_shown()
    rows = dict(ROW.findall(read("checks.md")))
    claims = {number: re.findall(r"`([^`]+)`", answer) for number, answer in rows.items()}

    assert list(rows) == [demand.number for demand in read_demands()]
    untrue = {n: [f for f in files if f not in shown.get(n, [])] for n, files in claims.items()}
    assert {number: files for number, files in untrue.items() if files} == {}
    assert [number for number, answer in rows.items() if "**open**" in answer] == []


def test_pages_that_answer_a_demand_are_there_and_lead_to_each_other() -> None:
    for page in FOLDER.glob("*.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
            assert (FOLDER / target).is_file(), f"{page.name}: {target}"
    for demand in read_demands():
        assert not demand.answer.endswith(".md") or (FOLDER / demand.answer).is_file()


def test_every_table_has_a_class() -> None:
    """ASVS 14.1.1, 14.1.2: who adds a table says who may read it, and how long it stays."""
    named = set(re.findall(r"`([a-z_]+)`", read("data.md")))

    assert set(Model.metadata.tables) - named == set()


def test_limits_are_as_they_are_written(world: World) -> None:
    """ASVS 2.1.3, 5.1.1, 6.1.1."""
    config, text = world.app.config, read("limits.md")
    rows = {
        f"a body | {config['MAX_CONTENT_LENGTH'] // 1_000_000} MB",
        f"documents | {LARGEST_UPLOAD // 1_000_000} MB",
        f"{config['MAX_FORM_MEMORY_SIZE'] // 1_000} kB, {config['MAX_FORM_PARTS']} parts",
        f"in an address | {LARGEST_ID:,}",
        f"`?next=` | {MAX_URL:,}",
        f"is kept | {LONGEST_ADDRESS} ",
        f"Markdown | {MAX_CHARACTERS:,}",
        f"WebP | {MAX_BYTES // 1024**2} MB | {MAX_PIXELS // 1_000_000} megapixels",
        f"invitations | {INVITATIONS.most} an hour",
        f"change of address | {MAIL_CHANGES.most} an hour",
        f"about following | {ASKED_AT_MOST} an hour",
        f"of one person | {MOST_PERSONAL_FEEDS} |",
    }

    assert [row for row in rows if row not in text] == []
