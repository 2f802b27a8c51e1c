"""What people type as NIB, NIK, NPWP, phone, account and shop."""

import re
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gernas.businesses.models import ChannelKind
from gernas.businesses.values import (
    city_key,
    guess_channel,
    mask_nik,
    name_key,
    phone_words,
    read_channel,
    read_nib,
    read_nik,
    read_npwp,
    read_phone,
    read_social,
    social_url,
)

pytestmark = pytest.mark.usefixtures("context")
ANY_TEXT = st.one_of(
    st.text(max_size=60),
    st.text(st.sampled_from("0123456789+-. ()/@:wameIG\u0663\u00bd\u00a0"), max_size=40),
)
IN_CONTEXT = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
READERS: list[Callable[[str], object]] = [
    read_nib,
    read_nik,
    read_npwp,
    read_phone,
    read_channel,
    lambda typed: read_social("instagram", typed),
]


@pytest.mark.parametrize(
    "typed", ["9120001234567", "9120 0012 3456 7", "9120.0012.3456.7", " 9120-0012-34567 "]
)
def test_a_nib_is_read_with_its_spaces_and_dots(typed: str) -> None:
    assert read_nib(typed) == "9120001234567"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("912000123456", "NIB harus 13 angka. Yang Anda tulis baru 12."),
        ("91200012345678", "NIB harus 13 angka. Yang Anda tulis 14."),
        ("91200O1234567", "NIB hanya berisi angka, misalnya 9120 0012 3456 7."),
        ("٩١٢٠٠٠١٢٣٤٥٦٧", "NIB hanya berisi angka, misalnya 9120 0012 3456 7."),
        ("012345678901000", "Ini tampaknya NPWP. NIB terdiri atas 13 angka, dari OSS."),
    ],
)
def test_a_wrong_nib_is_refused_with_the_reason(typed: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_nib(typed)


def test_a_nik_in_the_field_of_the_nib_is_not_taken_and_not_repeated() -> None:
    with pytest.raises(ValueError, match="jangan tulis NIK di sini") as caught:
        read_nib("1871010101900001")

    assert "1871" not in str(caught.value)


@pytest.mark.parametrize("typed", ["1871010101900001", "1871 0101 0190 0001"])
def test_a_nik_has_16_digits(typed: str) -> None:
    assert read_nik(typed) == "1871010101900001"


@pytest.mark.parametrize("typed", ["187101010190000", "9120001234567", "0000000000000000", "x"])
def test_what_is_no_nik_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_nik(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("01.234.567.8-901.000", "0012345678901000"),  # the former 15 digits
        ("0012345678901000", "0012345678901000"),
        ("1000 0000 0012 3456", "1000000000123456"),  # the newer series of organisations
    ],
)
def test_the_npwp_of_an_organisation_is_kept_with_16_digits(typed: str, kept: str) -> None:
    assert read_npwp(typed) == kept


def test_the_npwp_of_a_person_is_not_kept_readable() -> None:
    with pytest.raises(ValueError, match="NPWP perorangan adalah NIK"):
        read_npwp("1871010101900001")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0812 3456 7890", "+6281234567890"),
        ("081234567890", "+6281234567890"),
        ("6281234567890", "+6281234567890"),  # would be a landline of area 62 without its plus
        ("62812-3456-7890", "+6281234567890"),
        ("+62 812-3456-7890", "+6281234567890"),
        ("+62 0812 3456 7890", "+6281234567890"),
        ("0062 812 3456 7890", "+6281234567890"),
        ("81234567890", "+6281234567890"),  # a spreadsheet dropped the zero
        ("https://wa.me/6281234567890?text=halo", "+6281234567890"),
        ("(0721) 123456", "+62721123456"),
        ("021-5551234", "+62215551234"),
        ("+65 6123 4567", "+6561234567"),
    ],
)
def test_a_phone_is_read_as_people_write_it(typed: str, kept: str) -> None:
    assert read_phone(typed) == kept


@pytest.mark.parametrize("typed", ["112", "0812", "telepon saya", "+62", "0812345678901234567", ""])
def test_what_is_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="tidak kami kenali"):
        read_phone(typed)


@IN_CONTEXT
@given(digits=st.integers(10**8, 10**9 - 1))
def test_all_ways_of_writing_a_mobile_number_are_one(digits: int) -> None:
    local = f"81{digits}"
    ways = [f"0{local}", f"62{local}", f"+62{local}", f"+62 {local[:3]}-{local[3:]}", local]

    assert {read_phone(way) for way in ways} == {f"+62{local}"}


def test_a_number_is_shown_as_people_read_it() -> None:
    numbers = ["+6281234567890", "+62721123456", "+6561234567", None]

    shown = [phone_words(number) for number in numbers]

    assert shown == ["0812-3456-7890", "(0721) 123456", "+65 6123 4567", ""]


@pytest.mark.parametrize(
    ("platform", "typed", "kept"),
    [
        ("instagram", "@kopi.lampung", "kopi.lampung"),
        ("instagram", "https://www.instagram.com/kopi.lampung/?hl=id", "kopi.lampung"),
        ("tiktok", "tiktok.com/@kopi.lampung", "kopi.lampung"),
        ("facebook", "https://web.facebook.com/kopilampung", "kopilampung"),
        ("facebook", "facebook.com/profile.php?id=10001&ref=x", "profile.php?id=10001"),
        ("youtube", "https://youtube.com/c/KopiLampung", "KopiLampung"),
        ("x", "https://twitter.com/kopilampung", "kopilampung"),
    ],
)
def test_an_account_is_its_name_however_it_was_given(platform: str, typed: str, kept: str) -> None:
    assert read_social(platform, typed) == kept
    assert social_url(platform, kept).startswith("https://")


@pytest.mark.parametrize(
    "typed",
    ["https://evil.example/x", "javascript:alert(1)", "<b>", "a b", "facebook.com/groups/1"],
)
def test_what_is_no_account_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_social("facebook", typed)


@pytest.mark.parametrize(
    ("typed", "kind", "url"),
    [
        ("shopee.co.id/kopi", ChannelKind.SHOPEE, "https://shopee.co.id/kopi"),
        ("http://www.tokopedia.com/kopi", ChannelKind.TOKOPEDIA, "https://www.tokopedia.com/kopi"),
        ("https://kopi.example.id", ChannelKind.OWN_SHOP, "https://kopi.example.id"),
        (
            "https://e-katalog.lkpp.go.id/x",
            ChannelKind.E_CATALOGUE,
            "https://e-katalog.lkpp.go.id/x",
        ),
    ],
)
def test_the_host_tells_what_kind_of_shop_it_is(typed: str, kind: ChannelKind, url: str) -> None:
    assert read_channel(typed) == (kind, url)


def test_a_host_that_only_ends_like_a_marketplace_is_none() -> None:
    assert guess_channel("https://notshopee.co.id/x") == ChannelKind.OWN_SHOP


def test_names_are_compared_without_their_legal_form() -> None:
    names = ["CV. Keripik Bu Siti", "KERIPIK  Bu Siti (UMKM)", "Toko keripik bu siti", "UD"]

    assert [name_key(name) for name in names] == [*["keripik bu siti"] * 3, "ud"]


def test_cities_are_compared_without_their_kind() -> None:
    cities = ["Kota Metro", "METRO", "Kab. Pesawaran", "Kabupaten Pesawaran", None]

    assert [city_key(city) for city in cities] == ["metro", "metro", "pesawaran", "pesawaran", ""]


def test_a_nik_is_shown_by_its_last_digits() -> None:
    assert (mask_nik("0001"), mask_nik(None)) == ("•••• •••• •••• 0001", "")


def _value_or_sentence(read: Callable[[str], object], typed: str) -> object:
    try:
        return read(typed)
    except ValueError as error:
        return str(error).strip()


@IN_CONTEXT
@given(typed=ANY_TEXT)
def test_whatever_is_typed_gives_a_value_or_a_sentence(typed: str) -> None:
    for read in READERS:
        assert _value_or_sentence(read, typed)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("sign", ["9", " ", "+", "@", "a/", "."])
def test_a_long_text_is_refused_fast(read: Callable[[str], object], sign: str) -> None:
    """ASVS 1.2.9: 100 kB within 50 ms (a few more for a busy machine)."""
    started = time.thread_time()

    with pytest.raises(ValueError, match=r"."):
        read(sign * (100_000 // len(sign)))

    assert time.thread_time() - started < 0.5
