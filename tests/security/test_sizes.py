"""Requests that are too large, too deep, or beyond what the database can hold."""

import io
import zlib

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.accounts.door import csrf_token
from tests.security.table import PUBLIC
from tests.security.world import World, list_rules, plain_endpoint

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"


class Endless(io.RawIOBase):
    """``field=xxxx…`` of a given size, made as it is read; counts what was taken."""

    def __init__(self, size: int, start: bytes = b"email=") -> None:
        self.left, self.taken, self.start = size, 0, start

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        count = min(len(buffer), self.left)
        part = (self.start + b"x" * count)[:count]
        buffer[:count] = part
        self.start = self.start[count:]
        self.left -= count
        self.taken += count
        return count


def send_stream(
    client: FlaskClient, path: str, body: Endless, *, chunked: bool, content_type: str = FORM
) -> TestResponse:
    """Send a body that nobody has to hold in memory, with its length or in chunks."""
    length = {} if chunked else {"CONTENT_LENGTH": str(body.left)}
    return client.post(
        path,
        environ_overrides={
            "wsgi.input": body,
            "CONTENT_TYPE": content_type,
            "wsgi.input_terminated": chunked,
            **({"HTTP_TRANSFER_ENCODING": "chunked"} if chunked else {}),
            **length,
        },
    )


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("who", ["administrator", None])
def test_sixty_megabytes_in_one_field_are_refused_unread(
    world: World, who: str | None, chunked: bool
) -> None:
    """ASVS 4.2.1, 5.2.1: the limits of parts and fields do not hold for such forms; this does."""
    body = Endless(60_000_000)

    answer = send_stream(world.client(who), "/masuk/lupa", body, chunked=chunked)

    assert answer.status_code == 413
    assert "Ukurannya terlalu besar" in answer.text
    assert body.taken <= 1_100_000


@pytest.mark.parametrize("chunked", [False, True])
def test_only_forms_with_pictures_take_more(world: World, chunked: bool) -> None:
    """ASVS 5.2.1: at most 10 MB there, 1 MB elsewhere."""
    client = world.client("administrator")
    limits = {f"/kelola/acara/{world.one.event}/ubah": 10_100_000, "/kelola/tempat/baru": 1_100_000}
    for path, limit in limits.items():
        body = Endless(30_000_000)

        assert send_stream(client, path, body, chunked=chunked).status_code == 413
        assert body.taken <= limit


def test_a_body_that_claims_to_be_packed_is_not_unpacked(world: World) -> None:
    """ASVS 5.2.3: 60 MB that pack into 60 kB stay 60 kB of nonsense."""
    packed = zlib.compress(b"email=" + b"x" * 60_000_000)

    answer = world.client(None).post(
        "/masuk/lupa", data=packed, headers={"Content-Encoding": "deflate"}, content_type=FORM
    )

    assert answer.status_code == 400


def test_many_parts_and_fields_are_refused(world: World) -> None:
    """ASVS 4.2.1: 500 parts of a multipart form, half a megabyte of its text."""
    client = world.client("administrator")
    token = csrf_token(client, "/akun")
    path = f"/kelola/acara/{world.one.event}/ubah"
    many = {f"a{number}": "x" for number in range(600)}
    large = {"title": "x" * 600_000}

    answers = [
        client.post(path, data=multipart({"csrf_token": token, **fields}), content_type=MULTIPART)
        for fields in (many, large, {"title": ""})
    ]

    assert [answer.status_code for answer in answers] == [413, 413, 422]


def test_many_small_fields_cost_little(world: World) -> None:
    """ASVS 15.1.3: 200,000 fields within the allowed megabyte."""
    body = "&".join(["a=1"] * 200_000)

    answer = world.client(None).post("/masuk/lupa", data=body, content_type=FORM)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "&".join(f"a{number}=1" for number in range(20_000)),
        "jenis=" + ",".join(["kickoff"] * 20_000),
        "q=" + "x" * 100_000,
        "q=" + "%25" * 30_000,
        "a" + "[b]" * 20_000 + "=1",
        "halaman=" + "9" * 5_000,
        "bulan=" + "9" * 5_000 + "-01",
        "%FF%FE=%ED%A0%80&q=%00%ED%A0%80%C0%AF",
        "q=" + "%28" * 5_000,
    ],
)
@pytest.mark.parametrize(
    "path", ["/acara", "/kalender", "/kalender/semua.ics", "/kelola/tempat", "/kelola/orang"]
)
def test_long_and_deep_queries_are_read_or_refused(world: World, path: str, query: str) -> None:
    """ASVS 1.2.9, 1.4.2, 15.3.6."""
    answer = world.client("administrator").get(path, query_string=query)

    assert answer.status_code in (200, 400, 404, 422)


@pytest.mark.parametrize(
    "number",
    ["2147483648", "9223372036854775808", "9" * 400, "0", "-1", "1.5", "1e3", "٣", "0x1", "1%00"],
)
def test_numbers_that_no_row_can_have_are_not_there(world: World, number: str) -> None:
    """ASVS 1.4.2: never an overflow of the column, in any address."""
    client = world.client("administrator")
    token = csrf_token(client, "/akun")
    other = []
    for rule in list_rules(world.app):
        if "<id:" not in rule.rule:
            continue
        address = world.address(rule, **dict.fromkeys(_ids(rule.rule), 7_777_777))
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = client.open(
                address.replace("7777777", number), method=method, data={"csrf_token": token}
            )
            if answer.status_code != 404:
                other.append((method, rule.rule, answer.status_code))

    assert other == []


@pytest.mark.parametrize(
    "name",
    [
        "a" * 5_000,
        "%00",
        "%ED%A0%80",
        "%C0%AF",
        "..%2f..%2fetc%2fpasswd",
        "%0d%0aX-Lain:1",
        "%E2%80%AE",
    ],
)
def test_names_that_no_row_can_have_are_not_there(world: World, name: str) -> None:
    """ASVS 1.4.2, 5.3.2, 15.3.5: slugs, file names and secrets in public addresses."""
    client = world.client(None)
    other = []
    for rule in list_rules(world.app, "GET"):
        if plain_endpoint(rule) not in PUBLIC.split() or not rule.arguments:
            continue
        address = world.address(rule)
        for part in sorted(rule.arguments):
            value = str(world.value(rule, part, world.one))
            answer = client.get(address.replace(value, name), buffered=True)
            if answer.status_code not in (302, 404, 410) or "X-Lain" in answer.headers:
                other.append((rule.rule, part, answer.status_code))

    assert other == []


@pytest.mark.parametrize(
    "body",
    [
        "[1]",
        "[" * 100_000,
        '{"a":' * 50_000,
        '"\\ud800"',
        "1e999999",
        '{"csrf_token": [1]}',
        "null",
        "\x00",
    ],
)
def test_json_where_a_form_is_meant_is_no_form(world: World, body: str) -> None:
    """ASVS 1.5.1, 15.3.5."""
    client = world.client("administrator")
    token = csrf_token(client, "/akun")

    answer = client.post(
        "/akun", data=body, content_type="application/json", headers={"X-CSRFToken": token}
    )

    assert answer.status_code in (303, 422)


@pytest.mark.parametrize(
    "cookie",
    [
        "gernas=" + "x" * 50_000,
        "gernas=a.b.c",
        "gernas=",
        "gernas=%00",
        "gernas=\xff\xfe",
        "=; ;;=",
        "x=" * 5_000,
    ],
)
def test_cookies_that_are_not_ours_are_none(world: World, cookie: str) -> None:
    """ASVS 7.2.1, 9.1.1."""
    client = world.app.test_client(use_cookies=False)

    statuses = [
        client.get(path, headers={"Cookie": cookie}).status_code
        for path in ("/", "/masuk", "/akun")
    ]

    assert statuses == [200, 200, 303]


def multipart(fields: dict[str, str]) -> bytes:
    """Fields as browsers write them; the test client would leave large ones in a file."""
    head = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    return ("".join(head.format(*pair) for pair in fields.items()) + "--x--\r\n").encode()


def _ids(rule: str) -> list[str]:
    return [part.partition(">")[0] for part in rule.split("<id:")[1:]]
