"""What stands behind the question mark: filters, orders and searches that try to be more."""

import re

import pytest
from werkzeug.test import TestResponse

from tests.security.world import World

PAYLOADS = [
    "'",
    "''",
    '"',
    "' OR '1'='1",
    "1 OR 1=1",
    "1' OR '1'='1' -- ",
    "x') OR ('1'='1",
    "'; DROP TABLE event; --",
    "1; SELECT pg_sleep(5)--",
    '1 UNION SELECT email, password FROM "user"',
    "title; title",
    "title DESC",
    "(SELECT 1)",
    '-(SELECT password FROM "user" LIMIT 1)',
    "%",
    "_",
    "%%%%%%%%%%",
    "\\",
    "/%",
    "%' ESCAPE '/",
    "{0}",
    "%s",
    "%(a)s",
    ":a",
    "$1",
    "?",
    "[]",
    "CASE WHEN 1=1 THEN title ELSE slug END",
    "randomblob(1000000000)",
    "\x00",
    "\ud7ff\ue000",
    "-",
    "--",
    "null",
    "None",
    "1e309",
    "0x41",
    "9" * 30,
]

LISTS = {
    "/kelola/kampanye-satu/acara": ["jenis", "status", "provinsi", "bulan", "urut", "halaman"],
    "/kelola/kampanye-satu/provinsi-satu/acara": ["jenis", "urut", "arsip"],
    "/kelola/kampanye-satu/acara/cetak": ["jenis", "urut"],
    "/kelola/kampanye-satu/roadshow": ["tampilan"],
    "/kelola/kampanye": ["arsip"],
    "/kelola/tempat": ["halaman", "arsip"],
    "/kelola/tempat/pilihan": ["province_code", "venue_id"],
    "/kelola/orang": ["peran", "status", "halaman"],
    "/kelola/catatan": ["kampanye", "stop", "acara", "nomor", "dari", "sampai", "sebelum"],
    "/kelola/surat": ["keadaan", "sebelum"],
    "/acara": ["jenis", "provinsi", "bulan", "waktu", "halaman"],
    "/en/kampanye/kampanye-satu": ["jenis", "provinsi", "bulan", "waktu", "halaman", "tab"],
    "/kalender": ["jenis", "provinsi", "dari"],
}
SEARCHES = {
    "/kelola/kampanye-satu/acara": "q",
    "/kelola/tempat": "q",
    "/kelola/tempat/pilihan": "venue_q",
    "/kelola/orang": "q",
    "/kelola/catatan": "orang",
    "/acara": "q",
    "/kampanye/kampanye-satu": "q",
}
EXACT = {"/kelola/catatan": ["tindakan", "jenis"]}  # compared whole: nonsense finds nothing


def list_rows(answer: TestResponse) -> list[str]:
    """What an answer lists: the addresses and options of its rows, in their order."""
    assert answer.status_code == 200, answer.request.url
    found = re.findall(
        r'href="([^"?]*(?:acara-|provinsi-|kampanye-|/tempat/|/orang/)[^"?]*)"|'
        r'<option value="([0-9]+)"|data-entry="([0-9]+)"',
        answer.text.partition("<main")[2] or answer.text,
    )
    return ["".join(parts) for parts in found]


@pytest.mark.parametrize(("path", "names"), LISTS.items())
def test_a_choice_that_is_none_changes_nothing(world: World, path: str, names: list[str]) -> None:
    """ASVS 1.2.4, 2.2.1: kinds, orders and pages come from lists of ours, never from the text."""
    client = world.client("administrator")
    changed: list[tuple[str, str]] = []
    for name in names:
        usual = list_rows(client.get(path, query_string={name: "tidakada"}))
        changed += [
            (name, payload)
            for payload in PAYLOADS
            if list_rows(client.get(path, query_string={name: payload})) != usual
        ]
        doubled = client.get(path, query_string=f"{name}=tidakada&{name}='&{name}[]=1")
        assert list_rows(doubled) == usual

    assert [one for one in changed if not _is_page(*one)] == []


def _is_page(name: str, payload: str) -> bool:
    """Whether a payload is a number where a number is meant."""
    return payload.isdigit() and name in ("nomor", "sebelum", "kampanye", "stop", "acara")


@pytest.mark.parametrize(("path", "name"), SEARCHES.items())
def test_a_search_finds_what_was_typed_and_no_more(world: World, path: str, name: str) -> None:
    """ASVS 1.2.4: %, _ and quotes are letters like others; the page stays quick."""
    client = world.client("administrator")
    nothing = list_rows(client.get(path, query_string={name: "qqqqqq"}))
    found = [
        payload
        for payload in PAYLOADS
        if payload.strip("\x00- ")
        and list_rows(client.get(path, query_string={name: payload})) != nothing
    ]

    assert found == []


@pytest.mark.parametrize(("path", "names"), EXACT.items())
def test_words_that_are_compared_whole_find_nothing(
    world: World, path: str, names: list[str]
) -> None:
    """ASVS 1.2.4."""
    client = world.client("administrator")
    for name in names:
        texts = {
            len(client.get(path, query_string={name: payload}).text)
            for payload in ("' OR '1'='1", "qqqqqqqqqqq")
        }
        assert len(texts) <= 2


@pytest.mark.parametrize("name", ["jenis", "provinsi"])
@pytest.mark.parametrize("path", ["/kalender/semua.ics", "/kalender/kampanye-satu.ics"])
def test_a_feed_refuses_what_it_does_not_know(world: World, path: str, name: str) -> None:
    """ASVS 1.2.4, 2.2.1: left out quietly, it would fill a calendar with everything."""
    client = world.client(None)
    statuses = {
        payload: client.get(path, query_string={name: payload}).status_code for payload in PAYLOADS
    }

    assert {payload for payload, status in statuses.items() if status not in (404, 422)} <= {""}
