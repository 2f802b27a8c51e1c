"""What people type, and what programs send in their place: into every field of every form."""

import io
import re
from functools import lru_cache

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from werkzeug.test import TestResponse

from gernas.core.limits import limiter
from tests.security.forms import Form, list_forms, send_form
from tests.security.world import World

ANSWERS = {
    200,
    303,
    409,
    410,
    418,
    422,
}  # 418: it got as far as writing, see conftest.py
NASTY = {
    "NUL": "a\x00b",
    "surrogate": "a\ud800b",
    "controls": "".join(map(chr, range(32))) + "\x7f\x85\u2028",
    "bidi": "\u202eterbalik\u2066\u200b",
    "lines": "satu\r\nBcc: lain@example.com\r\n\r\ndua",
    "quotes": "'\"`\\;--%_(){}[]<>&",
    "template": "{{7*7}} {% for x in y %} ${7*7} #{7} %(a)s {event.__init__}",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "number": "9" * 400,
    "float": "1E+9999999",
    "not a number": "NaN",
    "negative": "-1",
    "reversed": "2001-01-01",
    "no date": "2022-02-31",
    "astral": "\U0001f600" * 50 + "e" + "\u0301" * 500,
    "blank": " \t\u3000 ",
    "private": "\ue000\uffff\U0010ffff",
}
LARGE = "x" * 100_000


_read: list[tuple[World, FlaskClient, list[Form]]] = []  # of the latest world


def read_forms(world: World) -> tuple[FlaskClient, list[Form]]:
    """An administrator's browser and all forms it can reach, with its token; read once."""
    if not _read or _read[-1][0] is not world:
        client = world.client("administrator")
        _read[:] = [(world, client, list_forms(world, client))]
    return _read[-1][1:]


@pytest.fixture
def client(world: World) -> FlaskClient:
    return read_forms(world)[0]


@pytest.fixture
def forms(world: World) -> list[Form]:
    return read_forms(world)[1]


def find_form(forms: list[Form], action: str) -> Form:
    return next(form for form in forms if form.action == action)


def send_all(client: FlaskClient, form: Form, value: str, names: list[str]) -> TestResponse:
    limiter.reset()
    return send_form(client, form, **dict.fromkeys(names, value))


def test_the_forms_were_found(forms: list[Form]) -> None:
    """The control: the rest of this file would pass without any."""
    names = {name for form in forms for name in form.fields}

    assert len(forms) > 30
    assert names >= {
        "title",
        "email",
        "description",
        "starts_on",
        "value",
        "version",
        "place",
    }


@pytest.mark.usefixtures("nothing_is_kept")
@pytest.mark.parametrize("kind", NASTY)
def test_no_text_in_any_field_breaks_anything(
    client: FlaskClient, forms: list[Form], kind: str
) -> None:
    """ASVS 1.1.1, 1.4.2, 2.2.1, 15.3.5: all typed fields of a form at once."""
    broken = []
    for form in filter(lambda form: form.typed, forms):
        answer = send_all(client, form, NASTY[kind], form.typed)
        if answer.status_code not in ANSWERS:
            broken.append((form.action, answer.status_code))

    assert broken == []


@pytest.mark.usefixtures("nothing_is_kept")
def test_a_text_too_long_for_any_field_is_refused_at_it(
    client: FlaskClient, forms: list[Form]
) -> None:
    """ASVS 1.1.2, 2.2.1, 1.2.9: 100 kB in each field alone; quickly, and kept nowhere."""
    taken = []
    for form in forms:
        for name in form.typed:
            answer = send_all(client, form, LARGE, [name])
            if answer.status_code != 422:
                taken.append((form.action, name, answer.status_code))

    assert [one for one in taken if not one[0].startswith("/kelola/acara/baru/pratinjau")] == []


@pytest.mark.usefixtures("nothing_is_kept")
@pytest.mark.parametrize("value", ["7777777", "-1", "x", "0", "a\x00", "9" * 30, "stop:0", "all:9"])
def test_a_forged_choice_is_refused(client: FlaskClient, forms: list[Form], value: str) -> None:
    """ASVS 2.2.1, 8.2.2: what a list or a row of buttons does not offer."""
    broken, taken = [], []
    for form in forms:
        for name in dict.fromkeys(form.choices):
            if form.choices.count(name) == 1 and form.fields[name] in ("", "on", "y"):
                continue  # a box to tick: any value is a tick
            if (name, value) in form.offered:
                continue  # such as 0 for none
            if name.startswith("from_"):
                continue  # one record's value or the other's: what is not the other's is this one's
            answer = send_all(client, form, value, [name])
            if answer.status_code not in ANSWERS:
                broken.append((form.action, name, answer.status_code))
            elif answer.status_code in (303, 418):
                taken.append((form.action, name, answer.status_code))

    assert (broken, taken) == ([], [])


@pytest.mark.usefixtures("nothing_is_kept")
@pytest.mark.parametrize(
    "value", ["", "x", "-1", "9" * 30, "\x00", "null", "title:,kind", ":" * 5_000]
)
def test_hidden_fields_are_no_secret_and_no_promise(
    client: FlaskClient, forms: list[Form], value: str
) -> None:
    """ASVS 2.2.1, 2.3.1: versions and marks as anyone can send them."""
    broken = []
    for form in forms:
        names = [name for name in form.hidden if not name.endswith("csrf_token")]
        answer = send_all(client, form, value, names) if names else None
        if answer is not None and answer.status_code not in ANSWERS:
            broken.append((form.action, answer.status_code))

    assert broken == []


@pytest.mark.usefixtures("nothing_is_kept")
def test_a_field_that_is_left_out_breaks_nothing(client: FlaskClient, forms: list[Form]) -> None:
    """ASVS 2.2.1, 15.3.3: each one missing, doubled, as a list, and with more than was asked."""
    broken = []
    more = "&role=administrator&user_id=1&campaign_id=2&is_active=1&published_at=2020-01-01&id=1"
    for form in forms:
        token = form.fields.get("csrf_token", "")
        bodies = [
            f"csrf_token={token}",
            f"csrf_token={token}" + more,
            f"csrf_token={token}&" + "&".join(f"{n}=1&{n}=2&{n}[]=3" for n in form.fields),
        ]
        for body in bodies:
            limiter.reset()
            answer = client.post(
                form.action, data=body, content_type="application/x-www-form-urlencoded"
            )
            if answer.status_code not in ANSWERS | {400}:
                broken.append((form.action, answer.status_code, body[-40:]))

    assert broken == []


@pytest.mark.usefixtures("nothing_is_kept")
def test_any_text_in_any_fields(client: FlaskClient, forms: list[Form]) -> None:
    """ASVS 1.1.1, 1.4.2: what nobody thought of."""
    text = st.text(st.characters(exclude_categories=()), max_size=300)
    lines = st.text(st.sampled_from("\r\n\t \x00*_[](){}<>&\"'`\\#-+.!|~:/0123ab\u202e\ud800"))

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(
        number=st.integers(min_value=0),
        values=st.lists(text | lines, min_size=20, max_size=20),
    )
    def try_them(number: int, values: list[str]) -> None:
        form = forms[number % len(forms)]
        limiter.reset()
        typed = dict(zip(form.typed, values, strict=False))
        assert send_form(client, form, **typed).status_code in ANSWERS

    try_them()


@pytest.mark.usefixtures("nothing_is_kept")
@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        (
            "/kelola/kampanye/baru",
            {"starts_on": "2030-02-02", "ends_on": "2030-02-01"},
            "before",
        ),
        ("/kelola/kampanye/baru", {"starts_on": "31/02/2030"}, "is not a date"),
        (
            "/kelola/kampanye/baru",
            {"title": "x" * 10_000},
            "10,000 characters, at most 200",
        ),
        ("/kelola/kampanye/baru", {"slug": "kelola"}, "needed for a page of ours"),
        ("/kelola/kampanye/baru", {"slug": "../../etc"}, "small letters"),
        ("/kelola/{stop}/ubah", {"province_code": "ID-XX"}, "Choose one from the list"),
        (
            "/kelola/{stop}/ubah",
            {"opens_on": "2030-02-02", "closes_on": "2030-02-01"},
            "before",
        ),
        ("/kelola/{stop}/ubah", {"cohort_size": "99999999999"}, "must be between"),
        (
            "/kelola/acara/{event}/ubah",
            {"zone": "Europe/Berlin"},
            "Choose one from the list",
        ),
        (
            "/kelola/acara/{event}/ubah",
            {"zone": "../../etc/passwd"},
            "Choose one from the list",
        ),
        ("/kelola/acara/{event}/ubah", {"venue_id": "7777777"}, "venue"),
        ("/kelola/acara/{event}/ubah", {"starts_time": "25:99"}, "is not a time"),
        (
            "/kelola/acara/{event}/ubah",
            {"online_url": "javascript:alert(1)"},
            "https://",
        ),
        (
            "/kelola/acara/{event}/ubah",
            {"online_url": "https://a@b.example.com"},
            "https://",
        ),
        ("/kelola/acara/{event}/ubah", {"description": "x" * 10_001}, "at most 10,000"),
        (
            "/kelola/acara/{event}/ubah",
            {"starts_on": "2030-02-02", "ends_on": "2030-02-01"},
            "before",
        ),
        (
            "/kelola/tempat/baru",
            {"name": "Balai", "latitude": "91", "longitude": "0"},
            "between",
        ),
        (
            "/kelola/tempat/baru",
            {"name": "Balai", "latitude": "NaN", "longitude": "0"},
            "not a coord",
        ),
        ("/kelola/undang", {"email": "bukan alamat"}, "email address like"),
        ("/kelola/undang", {"email": "a@b.id\r\nBcc: c@d.id"}, "email address like"),
    ],
)
def test_the_sentence_stands_at_the_field(
    world: World, path: str, fields: dict[str, str], sentence: str
) -> None:
    """ASVS 2.2.1, 16.5.1: in the reader's language, with the field to jump to."""
    client, forms = read_forms(world)
    stop = f"{world.one.campaign}/{world.one.stop}"
    path = path.format(stop=stop, event=world.one.event)
    form = find_form(forms, path)

    answer = send_form(client, form, **fields)

    assert answer.status_code == 422
    errors = re.findall(
        r'<p class="g-error" id="([a-z_]+)-error">(.*?)</p>', answer.text, re.DOTALL
    )
    assert any(name in fields and sentence in text for name, text in errors), errors
    assert f'href="#{next(name for name, _ in errors if name in fields)}"' in answer.text


@lru_cache
def png(width: int, height: int) -> bytes:
    """A black picture that takes a thousandth of its pixels as bytes."""
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG", optimize=True)
    return out.getvalue()


UPLOADS = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "gif": b"GIF89a/*" + b"\x00" * 20 + b"*/=1;alert(1)//",
    "pdf": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file",
    "zip": b"PK\x03\x04" + b"\x00" * 100,
    "cut jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\x00" * 60,
    "jpeg and html": b"\xff\xd8\xff\xfe\x00\x20<script>alert(1)</script>\xff\xd9",
    "empty": b"",
    "text": b"x" * 5_000,
}


@pytest.mark.usefixtures("nothing_is_kept")
@pytest.mark.parametrize("kind", [*UPLOADS, "bomb"])
def test_what_is_no_picture_is_refused_whatever_it_is_called(
    world: World, client: FlaskClient, forms: list[Form], kind: str
) -> None:
    """ASVS 5.1.1, 5.2.2, 5.3.2: the content decides; bombs are measured before they are drawn."""
    path = f"/kelola/acara/{world.one.event}/ubah"
    form = find_form(forms, path)
    content = png(20_000, 20_000) if kind == "bomb" else UPLOADS[kind]
    fields = {name: value for name, value in form.fields.items() if value}

    for name in ("foto.jpg", "../../../etc/passwd", "a\u202egpj.exe", "x" * 400):
        picture = (io.BytesIO(content), name, "image/jpeg")
        answer = client.post(path, data={**fields, "cover_alt": "Foto", "picture": picture})

        assert answer.status_code == 422
        assert 'id="picture-error"' in answer.text


@pytest.mark.usefixtures("nothing_is_kept")
def test_a_picture_is_taken(world: World, client: FlaskClient, forms: list[Form]) -> None:
    """The control: the refusals above come from the content."""
    path = f"/kelola/acara/{world.one.event}/ubah"
    form = find_form(forms, path)
    fields = {name: value for name, value in form.fields.items() if value}
    picture = (io.BytesIO(png(30, 20)), "foto.png", "image/png")

    answer = client.post(path, data={**fields, "cover_alt": "Foto", "picture": picture})

    assert answer.status_code == 418
