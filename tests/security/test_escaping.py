"""Text that would like to be more than text: in every column, sought on everything that leaves."""

import html
import io
import re
import zipfile
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from markupsafe import escape
from sqlalchemy import JSON, String, Table, Text, select, update

from gernas.accounts.models import User
from gernas.audit.services import record
from gernas.calendars.services import add_personal_feed
from gernas.core.database import Model, db, transaction
from gernas.core.revisions import raise_revisions
from gernas.events.models import Event, EventStatus, Follow
from gernas.events.services import cancel_event
from gernas.events.services.changing import finish
from gernas.messages.models import Message
from gernas.messages.writing import write_message
from tests.accounts.door import csrf_token, do_jobs
from tests.security.world import World, list_rules

# A tag, ways out of attributes and scripts, and the signs of five template languages.
MARK = "<x-y onx='1' data-hx-get=\"/\">&amp;{{7*7}}</script>"
MORE = '${7+7} #read("x") {event.__init__} %(a)s https://evil.example/ =1+1 \r\nX-EVIL:1'
MARKDOWN = {"description", "description_en"}
# Columns that hold words of ours, addresses, hashes and codes: the database or a converter has
# looked at them, or nobody ever reads them.
FIXED = {
    "slug", "kind", "status", "province_code", "zone", "unit", "key", "language", "password",
    "fs_uniquifier", "totp_secret", "token_hash", "means", "role", "scope_kind", "what", "before",
    "after", "cover", "template", "state", "lease", "error", "code_hash", "browser_hash",
}  # fmt: skip
TABLES = (
    "campaign", "stop", "indicator", "observation", "venue", "event", "agenda_item",
    "event_change", "follow", "user", "user_session", "personal_feed", "invitation", "message",
)  # fmt: skip
# Shown only in mails, masked, or where it is a safe address.
UNSEEN = {
    "follow.email",
    "message.recipient",
    "message.placeholders",
    "event_change.source_url",
}


def list_columns() -> list[tuple[Table, str, int | None]]:
    """The text columns of ``TABLES`` with their length, lists of texts included."""
    return [
        (table, column.name, getattr(column.type, "length", None))
        for table in map(Model.metadata.tables.__getitem__, TABLES)
        for column in table.columns
        if isinstance(column.type, String | Text | JSON) and column.name not in FIXED
    ]


def poison(world: World) -> dict[int, str]:
    """Write a mark of its own into every column of every row; returns number and column."""
    numbered: dict[int, str] = {}
    with transaction():
        administrator = db.session.scalars(select(User).where(User.name == "Administrator")).one()
        feed, _token = add_personal_feed(administrator.id, "HP")
        feed.last_used_at = feed.created_at
        db.session.get_one(Event, world.one.event_id).status = EventStatus.CANCELLED
    with transaction():
        for number, (table, name, length) in enumerate(list_columns(), 1001):
            numbered[number] = f"{table.name}.{name}"
            text = f"q{number}{MARK}"
            if length is None or length >= len(text) + len(MORE):
                text += MORE
            for row_id in db.session.scalars(select(table.c.id)).all():
                value: Any = text if "email" not in name else f"{row_id}{text}"
                if isinstance(table.c[name].type, JSON):
                    value = {"url": "http://gernas.test"} if name == "placeholders" else [text]
                db.session.execute(update(table).where(table.c.id == row_id).values({name: value}))
    with transaction():
        events = list(db.session.scalars(select(Event)))
        for event in events:
            raise_revisions(event.campaign.scope, *(s for s in event.scopes if s.kind == "stop"))
            values = {"title": (None, f"q9001{MARK}{MORE}")}
            before, after = ({n: pair[i] for n, pair in values.items()} for i in (0, 1))
            record("event.edited", event, by=None, before=before, after=after, scopes=event.scopes)
        finish(events)
    return numbered


@pytest.fixture
def poisoned(own_world: World) -> tuple[World, dict[int, str]]:
    with own_world.app.app_context():
        numbered = poison(own_world)
    return own_world, numbered


class Reader(HTMLParser):
    """Collects what of a mark became more than text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "x-y" or names & {"onx", "data-hx-get"}:
            self.faults.append(f"<{tag} {sorted(names)}>")
        for name, value in attrs:
            if name in ("href", "src", "action") and (value or "").startswith("https://evil"):
                self.faults.append(f"{name}={value}")


def find_faults(text: str) -> list[str]:
    """What is wrong with a page: tags of a mark, links out of it, templates that were run."""
    faults = Reader(text).faults
    if "<x-y" in text:
        faults.append("a raw tag")
    shown = html.unescape(text)
    for rest in re.findall(r"q[19]\d{3}(<x-y onx.{60})", shown):
        if not rest.startswith(MARK[:44]) and "…" not in rest:
            faults.append(f"not as typed: {rest}")
    return faults


def test_every_column_of_text_is_tried(world: World) -> None:
    """The control: who adds a column with another type says here what it is."""
    names = [f"{table.name}.{name}" for table, name, _ in list_columns()]

    assert len(names) > 50
    assert {"campaign.title", "event.note_en", "agenda_item.speakers", "user.name"} <= set(names)


def test_no_text_becomes_more_on_any_page(poisoned: tuple[World, dict[int, str]]) -> None:
    """ASVS 1.2.1, 1.2.5, 1.3.1, 1.3.7, 3.2.2: office and public, both languages, forms, print."""
    world, numbered = poisoned
    faults: dict[str, list[str]] = {}
    seen: set[str] = set()
    for who in ("administrator", None):
        client = world.client(who)
        for rule in list_rules(world.app, "GET"):
            answer = client.get(world.address(rule), buffered=True)
            if answer.mimetype in ("text/html", "application/xml"):
                if found := find_faults(answer.text):
                    faults[rule.rule] = found
                seen |= set(re.findall(r"q(1\d{3})", answer.text))
            assert not any("evil" in value.lower() for value in answer.headers.values())

    assert faults == {}
    unseen = {name for number, name in numbered.items() if str(number) not in seen}
    assert unseen <= UNSEEN


def test_no_text_becomes_more_in_answers_to_forms(poisoned: tuple[World, dict[int, str]]) -> None:
    """ASVS 1.2.1: what was typed comes back in its field, in messages and in toasts."""
    world, _numbered = poisoned
    faults = {}
    for rule in list_rules(world.app, "POST"):
        client = world.client("administrator")
        token = csrf_token(client, "/masuk/kata-sandi")
        data = {"csrf_token": token, "title": f"q1{MARK}", "name": f"q1{MARK}", "version": "x"}
        data |= {"email": f"q1{MARK}", "label": f"q1{MARK}", "description": f"q1{MARK}{MORE}"}
        answer = client.post(world.address(rule), data=data)
        if answer.mimetype == "text/html" and (found := find_faults(answer.text)):
            faults[rule.rule] = found
        if answer.status_code == 303:
            page = client.get(answer.location, buffered=True)
            if page.mimetype == "text/html" and (found := find_faults(page.text)):
                faults[f"after {rule.rule}"] = found

    assert faults == {}


NAMES = ("q", "jenis", "next", "dari", "urut", "orang", "provinsi", "bulan", "keadaan", "zzz")
ADDRESSES = (
    "/",
    "/acara",
    "/en/acara",
    "/kalender",
    "/masuk/kata-sandi",
    "/kelola/kampanye-satu/acara",
    "/kelola/tempat",
    "/kelola/orang",
    "/kelola/catatan",
    "/kelola/surat",
    "/tidak-ada",
)
SCRIPT_LINK = re.compile(r'(?:href|src|action|formaction)="\s*javascript:')


@pytest.mark.parametrize("text", [MARK, "'\"><x-y onx=1>", '" onx=1 a="', "javascript:alert(1)//"])
def test_what_stands_in_an_address_stays_in_it(world: World, text: str) -> None:
    """ASVS 1.2.1, 1.2.2: search words, filters and the way back, reflected."""
    faults = {}
    for who in ("administrator", None):
        client = world.client(who)
        for path in ADDRESSES:
            for names in (NAMES, NAMES[:1]):
                answer = client.get(path, query_string=dict.fromkeys(names, text))
                found = find_faults(answer.text) + SCRIPT_LINK.findall(answer.text)
                if found:
                    faults[path] = found

    assert faults == {}


def test_no_text_becomes_a_line_of_a_feed(poisoned: tuple[World, dict[int, str]]) -> None:
    """ASVS 1.1.2, 1.3.11: a line break in a title does not begin a property."""
    world, _numbered = poisoned
    for path in ("/kalender/semua.ics", f"/kalender/{world.one.campaign}.ics",
                 f"/acara/{world.one.event}.ics"):  # fmt: skip
        answer = world.client(None).get(path)
        lines = answer.text.replace("\r\n ", "").split("\r\n")

        assert answer.status_code == 200
        assert [line for line in lines if line.startswith("X-EVIL")] == []
        assert any("{{7*7}}" in line for line in lines)
        names = {re.match(r"[A-Z-]*", line)[0] for line in lines}  # type: ignore[index]
        assert {"SUMMARY", "DTSTART"} <= names


def test_no_text_becomes_a_formula_of_a_spreadsheet(
    poisoned: tuple[World, dict[int, str]],
) -> None:
    """ASVS 1.2.10, 1.5.1: what begins with = stays text, and the parts stay XML."""
    world, _numbered = poisoned
    with world.app.app_context(), transaction():
        for event in db.session.scalars(select(Event)):
            event.title, event.city = "=cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0"
    answer = world.client("administrator").get(f"/kelola/{world.one.campaign}/jadwal.xlsx")

    with zipfile.ZipFile(io.BytesIO(answer.data)) as parts:
        trees = {
            name: ET.fromstring(parts.read(name))  # noqa: S314 - our own
            for name in parts.namelist()
        }
    tags = {element.tag.rpartition("}")[2] for tree in trees.values() for element in tree.iter()}
    texts = "".join(text for tree in trees.values() for text in tree.itertext())
    assert "f" not in tags
    assert "hyperlink" not in tags
    assert "=cmd|' /C calc'!A0" in texts


def test_no_text_becomes_more_in_a_mail(
    poisoned: tuple[World, dict[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """ASVS 1.2.1, 1.3.11: no header, no link and no tag comes from what planners typed."""
    world, _numbered = poisoned
    monkeypatch.setattr("gernas.events.follows.SETTLING", timedelta())
    with world.app.app_context(), transaction():
        for follow in db.session.scalars(select(Follow)):
            follow.email = f"a{follow.id}@contoh.id"
        db.session.get_one(Event, world.one.event_id).status = EventStatus.CONFIRMED
    with world.app.app_context(), transaction():
        event = db.session.get_one(Event, world.one.event_id)
        cancel_event(event, reason=f"q1{MARK} evil.example", version=None, by=None)
    do_jobs(world.app)

    with world.app.app_context():
        found = select(Message).where(Message.template == "follow_cancelled")
        rows = db.session.scalars(found).all()
        mails = [write_message(row.template, row.language, row.placeholders) for row in rows]
    assert mails
    for mail in mails:
        assert find_faults(mail.html) == []
        assert "{{7*7}}" in mail.text
        assert "\n" not in mail.subject
        assert "\r" not in mail.subject
        assert not re.search(r"(?:https?://|\b)evil\.example", mail.text + html.unescape(mail.html))
        assert set(re.findall(r'href="(https?://[^/"]+)', mail.html)) == {"http://gernas.test"}


def test_a_person_cannot_be_called_by_markup(own_world: World) -> None:
    """ASVS 1.2.1: the name in the corner of every page of the office."""
    with own_world.app.app_context(), transaction():
        user = db.session.get_one(User, own_world.people["viewer"])
        user.name = f"q1001{MARK}"
    page = own_world.client("viewer").get("/kelola").text

    assert find_faults(page) == []
    assert escape(f"q1001{MARK}") in page
