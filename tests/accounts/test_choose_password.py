"""Which new passwords are taken: long enough, and not what is guessed first."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gernas.accounts.demo import PASSWORD as DEMO_PASSWORD
from gernas.accounts.errors import WeakPassword
from gernas.accounts.passwords import check_password, hash_password, is_right_password
from gernas.core.provinces import PROVINCES
from tests.factories import make_user

GOOD = [
    "lumbung-padi-cerah-7",
    "kopi hitam tanpa gula",
    "x7Gk2pQw9LmZ",
    "Tikar pandan 3 lembar",
    "correct pony staple fence",
    "ᮘᮞ ᮞᮥᮔ᮪ᮓ ᮜᮨᮙᮨᮞ᮪ ᮕᮤᮞᮔ᮪",
    "🙂🌊🚲🥭🎋🪁🧵🛶🌋🐘🍜🎏",
    " di awal dan akhir ",
    "Sungai, bukit dan pantai: " * 4,
]
COMMON = [
    "password1234",
    "P@ssw0rd1234",
    "123456789012",
    "qwertyuiop123",
    "bismillah123",
    "1q2w3e4r5t6y",
    "correct horse battery staple",
    "akusayangkamu",
]
EASY = [
    "aaaaaaaaaaaaaaa",
    "abcabcabcabcabc",
    "abcdefghijklmnop",
    "0987654321098765",
    "gernas-bbi-2022",
    "Gernas BBI UMKM 2022!",
    "G3rn4s-BB1-2026!!",
    "umkmindonesia123",
    "lampung lampung 2022",
    "sulawesi selatan 45",
    "!!!!!!!!!!!!!!!",
    "indonesia merdeka 1945",
    "password rahasia 99",
    "asdfghjkl;12345",
]


@pytest.mark.parametrize("password", GOOD)
def test_a_password_of_ones_own_words_is_taken(context: Flask, password: str) -> None:
    """ASVS 6.2.1, 6.2.5, 6.2.9: any signs, no rules of composition."""
    check_password(password)


def test_the_password_of_the_demo_is_a_good_one(context: Flask) -> None:
    check_password(DEMO_PASSWORD)


@pytest.mark.parametrize("length", [0, 1, 11, 129, 100_000])
def test_a_password_has_12_to_128_characters(context: Flask, length: int) -> None:
    """ASVS 6.2.1, 6.2.9."""
    with pytest.raises(WeakPassword, match=r" 12(8)? "):
        check_password(("k7 Wq!2z" * 20_000)[:length])


@pytest.mark.parametrize("password", COMMON)
def test_a_common_password_is_refused(context: Flask, password: str) -> None:
    """ASVS 6.2.4, 6.2.12."""
    with pytest.raises(WeakPassword):
        check_password(password)


@pytest.mark.parametrize("password", EASY)
def test_runs_repeats_and_words_of_the_place_are_refused(context: Flask, password: str) -> None:
    """ASVS 6.1.2, 6.2.11."""
    with pytest.raises(WeakPassword):
        check_password(password)


@pytest.mark.parametrize("name", [province.name_id for province in PROVINCES])
def test_the_name_of_a_province_makes_no_password(context: Flask, name: str) -> None:
    """ASVS 6.1.2."""
    with pytest.raises(WeakPassword):
        check_password(f"{name} {name} 2022")


def test_ones_own_name_and_address_make_no_password(context: Flask) -> None:
    """ASVS 6.2.11."""
    with pytest.raises(WeakPassword):
        check_password("wulandari.contoh.1", email="wulandari@contoh.id", name="Sri Wulandari")
    check_password("wulandari memasak rendang", email="wulandari@contoh.id")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(min_size=0, max_size=200))
def test_no_text_breaks_the_rules(context: Flask, text: str) -> None:
    """ASVS 1.2.9: neither an error nor a long wait, whatever is typed."""
    try:
        check_password(text, email=f"{text[:20]}@contoh.id", name=text)
    except WeakPassword:
        return
    assert 12 <= len(text) <= 128


def test_a_password_is_kept_as_argon2id(context: Flask) -> None:
    """ASVS 11.4.2."""
    kept = hash_password("kopi hitam tanpa gula")

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    user = make_user(password=kept)
    assert is_right_password(user, "kopi hitam tanpa gula")
    assert not is_right_password(user, "kopi hitam tanpa gula ")
    assert not is_right_password(None, "kopi hitam tanpa gula")


def test_signs_that_look_the_same_are_the_same(context: Flask) -> None:
    """One keyboard sends é as one sign, another as two (NFKD)."""
    user = make_user(password=hash_password("warung kopi caf\u00e9 tua"))

    assert is_right_password(user, "warung kopi cafe\u0301 tua")
