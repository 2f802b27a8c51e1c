"""Form fields: honest messages, typed values kept, nothing that raises."""

import ast
import io
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import flask_wtf
import pytest
import wtforms
from flask import Flask
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import BooleanField, SelectChoice, SelectField, validators

from gernas.core import fields, wtforms_texts
from gernas.core.forms import GernasForm
from gernas.core.images import Picture
from gernas.core.provinces import PROVINCES


class EventForm(GernasForm):
    """One field of each kind."""

    title = fields.TextField("Title", max_length=200, required=True)
    notes = fields.TextAreaField("Notes", max_length=500)
    description = fields.MarkdownField("Description")
    slug = fields.SlugField("Address")
    starts_on = fields.DateField("First day")
    ends_on = fields.DateField("Last day")
    starts_at = fields.TimeField("Begins")
    capacity = fields.BoundedIntegerField("Capacity", minimum=1, maximum=100_000)
    spending = fields.RupiahField("Spending")
    share = fields.DecimalBoundedField("Share", maximum=100, places=2)
    latitude = fields.LatitudeField("Latitude")
    longitude = fields.LongitudeField("Longitude")
    province = fields.ProvinceField("Province")
    zone = fields.ZoneField("Zone")
    link = fields.UrlField("Link")
    cover = fields.PictureField("Cover picture")
    public = BooleanField("Public")

    def check(self) -> None:
        self.in_order(self.starts_on, self.ends_on, "The end is before the start.")


NAMES = [
    name
    for name, field in vars(EventForm).items()
    if isinstance(field, wtforms.fields.core.UnboundField) and name != "public"
]


def send(**typed: Any) -> EventForm:
    """The form as it stands after someone sent it, with a title unless one is given."""
    form = EventForm(MultiDict({"title": "Ekspo", **typed}))
    form.validate()
    return form


def told(**typed: Any) -> str:
    """The one message that this input causes."""
    form = send(**typed)
    (name,) = typed
    ((where, message),) = form.problems
    assert where == name
    return message.replace("\u00a0", " ")


# --- What is understood ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("title", "  Kick-off \u202e Lampung\r\n", "Kick-off Lampung"),
        ("notes", "satu\r\ndua\x00", "satu\ndua"),
        ("notes", "", ""),
        ("description", "**NIB**\n", "**NIB**"),
        ("slug", "Lagawi-Fest", "lagawi-fest"),
        ("starts_on", "2022-03-17", date(2022, 3, 17)),
        ("starts_on", "17/03/2022", date(2022, 3, 17)),
        ("starts_on", "Kamis, 17 Maret 2022", date(2022, 3, 17)),
        ("starts_on", "", None),
        ("starts_at", "15.00", time(15)),
        ("capacity", "22.515", 22515),
        ("spending", "Rp 5,23 miliar", 5_230_000_000),
        ("share", "18,53", Decimal("18.53")),
        ("latitude", "-5,4292001", -5.4292),
        ("longitude", "105.2611", 105.2611),
        ("province", "ID-LA", "ID-LA"),
        ("province", "", None),
        ("zone", "Asia/Jayapura", "Asia/Jayapura"),
        ("link", "zoom.us/j/1", "https://zoom.us/j/1"),
        ("link", "https://zoom.us/j/1", "https://zoom.us/j/1"),
    ],
)
def test_what_people_type_is_understood(
    in_indonesian: Flask, name: str, typed: str, value: object
) -> None:
    form = send(**{name: typed})

    assert form.problems == []
    assert form[name].data == value


def test_coordinates_are_floats_and_shares_decimals(in_indonesian: Flask) -> None:
    form = send(latitude="-5.4292", share="1")

    assert type(form.latitude.data) is float
    assert type(form.share.data) is Decimal


def test_what_is_kept_is_shown_so_that_it_is_read_the_same(in_indonesian: Flask) -> None:
    values = {
        "title": "Ekspo",
        "starts_on": date(2022, 3, 17),
        "starts_at": time(9, 5),
        "capacity": 22515,
        "spending": 1_349_800_000_000_000,
        "share": Decimal("18.53"),
        "latitude": -5.4292,
        "longitude": 105.2611,
        "province": "ID-LA",
        "zone": "Asia/Pontianak",
    }
    for locale in ("id", "en"):
        with force_locale(locale):
            shown = EventForm(formdata=None, data=values)
            typed = {
                name: shown[name].data if name in ("province", "zone") else shown[name]._value()
                for name in values
            }
            form = EventForm(MultiDict(typed), data=values)

            assert form.validate(), form.errors
            assert {name: form[name].data for name in values} == values


# --- What is refused, and how ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"title": " \u200b "}, "Title masih kosong."),
        ({"title": "x" * 10_000}, "Title terlalu panjang: 10.000 karakter, paling banyak 200."),
        (
            {"description": "x" * 10_001},
            "Description terlalu panjang: 10.001 karakter, paling banyak 10.000.",
        ),
        ({"slug": "semua"}, "“semua” sudah kami pakai untuk halaman lain."),
        (
            {"slug": "Lagawi Fest"},
            "Pakai huruf kecil, angka, dan tanda hubung saja, misalnya lagawi-fest.",
        ),
        (
            {"starts_on": "31/02/2022"},
            "“31/02/2022” bukan tanggal. Tulis seperti 17/03/2022 atau 17 Maret 2022.",
        ),
        (
            {"starts_on": "1922-03-17"},
            "Tanggal harus di antara 1 Januari 2000 dan 31 Desember 2100.",
        ),
        ({"starts_at": "25.00"}, "“25.00” bukan jam. Tulis seperti 15.00."),
        ({"capacity": "0"}, "Capacity harus di antara 1 dan 100.000."),
        ({"capacity": "100001"}, "Capacity harus di antara 1 dan 100.000."),
        ({"capacity": "1,5"}, "“1,5” bukan bilangan bulat."),
        (
            {"spending": "lima"},
            "“lima” bukan jumlah uang yang kami pahami. Tulis seperti Rp 5.230.000.000.",
        ),
        (
            {"spending": "-1"},
            "Spending harus di antara Rp 0 dan Rp 999.999.999.999.999.999.",
        ),
        ({"share": "NaN"}, "“NaN” bukan angka."),
        ({"share": "18,531"}, "Paling banyak 2 angka di belakang koma."),
        ({"share": "100,5"}, "Share harus di antara 0 dan 100."),
        ({"latitude": "91"}, "Latitude harus di antara -90° dan 90°."),
        ({"longitude": "timur"}, "“timur” bukan koordinat. Tulis derajat seperti 105.2611."),
        ({"province": "ID-XX"}, "Pilih salah satu dari daftar."),
        ({"zone": "Europe/Oslo"}, "Pilih salah satu dari daftar."),
        ({"zone": "Asia/Pontianak"}, "Pilih salah satu dari daftar."),
        ({"link": "http://zoom.us"}, "Tulis alamat web lengkap yang diawali https://"),
        ({"link": "javascript:alert(1)"}, "Tulis alamat web lengkap yang diawali https://"),
        ({"link": "mailto:a@b.id"}, "Tulis alamat web lengkap yang diawali https://"),
        (
            {"cover": FileStorage(io.BytesIO(b"<svg/>"), "foto.png")},
            "Berkas ini bukan gambar yang bisa kami baca. Pilih berkas JPEG, PNG, atau WebP.",
        ),
    ],
)
def test_a_refusal_says_what_is_wrong(
    in_indonesian: Flask, typed: dict[str, Any], message: str
) -> None:
    """ASVS 2.2.1, 2.2.2, 1.2.2, 1.4.2."""
    assert told(**typed) == message


def test_a_refusal_in_english(in_english: Flask) -> None:
    assert told(title="x" * 10_000) == "Title is too long: 10,000 characters, at most 200."
    assert told(capacity="0") == "Capacity must be between 1 and 100,000."


def test_a_long_wrong_text_is_quoted_in_part(in_indonesian: Flask) -> None:
    assert told(capacity="x" * 5000) == f"“{'x' * 39}…” bukan bilangan bulat."


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("title", "x" * 201),
        ("description", "y" * 10_001),
        ("starts_on", "31/02/2022"),
        ("starts_at", "25.00"),
        ("capacity", "lima <b>"),
        ("spending", "5 M"),
        ("share", "18,531"),
        ("latitude", "selatan"),
        ("link", "http://zoom.us"),
        ("slug", "Lagawi Fest!"),
    ],
)
def test_what_was_typed_stays_in_the_field(in_indonesian: Flask, name: str, typed: str) -> None:
    form = send(**{name: typed})

    html = str(form[name]())

    assert form[name].errors
    assert typed.replace("<b>", "&lt;b&gt;").lower() in html.lower()
    assert "<b>" not in html
    assert 'type="date"' not in html  # whose picker would hide what is wrong
    assert 'type="time"' not in html


def test_pickers_are_the_browsers_own_while_nothing_is_wrong(in_indonesian: Flask) -> None:
    form = send(starts_on="17 Maret 2022", starts_at="15.00")

    assert 'type="date" value="2022-03-17"' in str(form.starts_on())
    assert 'type="time" value="15:00"' in str(form.starts_at())


def test_a_required_field_has_its_own_sentence_where_it_needs_one(in_indonesian: Flask) -> None:
    class AskForm(GernasForm):
        nib = fields.TextField("Berapa NIB usaha Anda?", max_length=13, required="Tulis NIB Anda.")

    form = AskForm(MultiDict())

    assert not form.validate()
    assert form.problems == [("nib", "Tulis NIB Anda.")]


def test_other_checks_do_not_run_on_what_is_wrong_or_empty(in_indonesian: Flask) -> None:
    def never(_form: Any, field: Any) -> None:
        raise AssertionError(field.data)

    class AskForm(GernasForm):
        capacity = fields.BoundedIntegerField("Capacity", validators=[never])

    assert AskForm(MultiDict({"capacity": ""})).validate()
    assert not AskForm(MultiDict({"capacity": "lima"})).validate()


# --- Fields together ------------------------------------------------------------------------


def test_an_end_before_the_start_is_refused_at_the_end(in_indonesian: Flask) -> None:
    form = send(starts_on="2022-07-22", ends_on="2022-07-21")

    assert form.problems == [("ends_on", "The end is before the start.")]
    assert not form.validate()


@pytest.mark.parametrize("last", ["2022-07-22", "2022-07-24", ""])
def test_an_end_that_fits_is_taken(in_indonesian: Flask, last: str) -> None:
    assert send(starts_on="2022-07-22", ends_on=last).problems == []


def test_one_mistake_is_told_once(in_indonesian: Flask) -> None:
    form = send(starts_on="besok", ends_on="2022-07-21")

    assert [where for where, _message in form.problems] == ["starts_on"]


def test_a_services_refusal_stands_at_its_field(in_indonesian: Flask) -> None:
    form = send()

    form.refuse(form.slug, "Taken.")
    form.refuse(form.slug, "Taken.")

    assert form.problems == [("slug", "Taken.")]
    assert form.errors == {"slug": ["Taken."]}


# --- Pictures -------------------------------------------------------------------------------


def test_a_picture_is_drawn_anew_when_the_form_is_checked(in_indonesian: Flask) -> None:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(out, "PNG")
    upload = FileStorage(io.BytesIO(out.getvalue()), "foto.png")

    form = send(cover=upload)

    assert isinstance(form.cover.data, Picture)
    assert (form.cover.data.width, form.cover.data.height) == (30, 20)
    assert "value" not in str(form.cover())


def test_no_picture_is_no_mistake_unless_one_is_needed(in_indonesian: Flask) -> None:
    class CoverForm(GernasForm):
        cover = fields.PictureField("Gambar", required=True)

    assert send(cover=FileStorage(io.BytesIO(), "")).cover.data is None
    form = CoverForm(MultiDict())
    assert not form.validate()
    assert form.problems == [("cover", "Gambar masih kosong.")]


# --- Whatever is sent -----------------------------------------------------------------------

ANY_TEXT = st.one_of(
    st.text(st.characters(), max_size=80),
    st.text(st.sampled_from("0123456789.,-+/:eE rpjutaNaInf\x00\ud800\u202e٣"), max_size=40),
    st.sampled_from(["9" * 5000, "1E+9999999", "NaN", "ID-LA", "2022-02-30", "0" * 400]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(typed=st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, ANY_TEXT)))
def test_no_field_raises_on_any_text(in_indonesian: Flask, typed: dict[str, str]) -> None:
    """ASVS 1.1.2, 1.4.2, 2.2.1, 15.3.5: a value of its type, or a sentence; always a page."""
    form = EventForm(MultiDict(typed))

    form.validate()

    for field in form:
        str(field()).encode("utf-8")
        for message in field.errors:
            str(message).encode("utf-8")
    for name in ("title", "notes", "description", "slug", "link"):
        if not form[name].errors:
            assert len(form[name].data or "") <= form[name].max_length


def test_a_file_in_a_text_field_and_text_in_a_file_field_are_nothing(in_indonesian: Flask) -> None:
    typed = {name: FileStorage(io.BytesIO(b"x"), "x.png") for name in NAMES if name != "cover"}

    form = EventForm(MultiDict({**typed, "cover": "x"}))
    form.validate()

    assert form.problems == [("title", "Title masih kosong.")]
    assert form.cover.data is None


def test_of_a_doubled_parameter_the_first_counts(in_indonesian: Flask) -> None:
    """ASVS 15.3.7."""
    form = EventForm(MultiDict([("title", "Satu"), ("title", "Dua"), ("capacity", "5")]))

    assert form.validate()
    assert form.title.data == "Satu"


@pytest.mark.parametrize("body", ["[1]", '{"title": "x"}', "[" * 100_000, '"\\ud800"', "1"])
def test_json_is_no_form(small_app: Flask, body: str) -> None:
    """ASVS 15.3.5: it would reach the fields as lists and numbers."""
    with small_app.test_request_context(method="POST", data=body, content_type="application/json"):
        form = EventForm()

        assert not form.validate_on_submit()
        assert form.problems == [("title", "Title masih kosong.")]


def test_an_empty_body_is_not_taken_for_the_stored_values(small_app: Flask) -> None:
    with small_app.test_request_context(method="POST"):
        form = EventForm(data={"public": True})

        form.validate()

    assert form.public.data is False


def test_values_reach_the_form_from_a_request(small_app: Flask) -> None:
    with small_app.test_request_context(method="POST", data={"title": "Ekspo"}):
        form = EventForm()

        assert form.validate_on_submit()
        assert form.title.data == "Ekspo"
    with small_app.test_request_context():
        assert not EventForm().is_submitted()


# --- Lists ----------------------------------------------------------------------------------


def test_provinces_are_listed_by_name_and_zones_from_west_to_east(in_english: Flask) -> None:
    form = EventForm(formdata=None)

    names = [label for _code, label in form.province.list_choices()]
    assert names == sorted(province.name_en for province in PROVINCES)
    assert [code for code, _label in form.zone.list_choices()] == [
        "Asia/Jakarta",
        "Asia/Makassar",
        "Asia/Jayapura",
    ]
    assert str(form.province()).startswith(
        '<select id="province" name="province"><option selected value=""></option>'
    )


# --- Messages of WTForms --------------------------------------------------------------------

FOR_DEVELOPERS = {"Choices cannot be None.", "Invalid field name '%s'."}


def messages_in(package: Any) -> set[tuple[str, ...]]:
    """Every text that a package's code gives to gettext or ngettext."""
    calls = [
        node
        for path in Path(package.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    texts = {
        tuple(
            each.value
            for each in call.args
            if isinstance(each, ast.Constant) and isinstance(each.value, str)
        )
        for call in calls
        if call.func.attr in ("gettext", "ngettext")  # type: ignore[attr-defined]
    }
    return texts - {()}


def test_every_message_of_wtforms_is_in_our_catalogue(small_app: Flask) -> None:
    known = {(str(text),) for text in wtforms_texts.TEXTS}
    known |= {text._args[:2] for text in wtforms_texts.PLURAL_TEXTS}

    brought = messages_in(wtforms) | messages_in(flask_wtf)

    assert {texts for texts in brought if texts[0] not in FOR_DEVELOPERS} == known


def test_wtforms_speaks_indonesian(in_indonesian: Flask) -> None:
    catalogue = wtforms_texts.CatalogTexts()
    for text in wtforms_texts.TEXTS:
        english = text._args[0]
        assert catalogue.gettext(english) != english
    for text in wtforms_texts.PLURAL_TEXTS:
        one, many = text._args[:2]
        assert catalogue.ngettext(one, many, 2) not in (one, many)

    class OtherForm(GernasForm):
        kind = SelectField("Jenis", choices=[SelectChoice("a", "A")])
        name = wtforms.StringField("Nama", [validators.Length(min=3)])

    form = OtherForm(MultiDict({"kind": "b", "name": "x"}))

    assert not form.validate()
    assert form.problems == [
        ("kind", "Pilihan ini tidak ada di daftar."),
        ("name", "Panjang isian paling sedikit 3 karakter."),
    ]


def test_the_check_of_fields_together_runs_on_each_kind_of_answer(in_indonesian: Flask) -> None:
    seen: list[bool] = []

    class Watched(EventForm):
        def check(self) -> None:
            seen.append(not self.errors)

    outcomes: list[Callable[[], bool]] = [
        Watched(MultiDict({"title": "x"})).validate,
        Watched(MultiDict({"title": ""})).validate,
    ]

    assert [outcome() for outcome in outcomes] == [True, False]
    assert seen == [True, False]
