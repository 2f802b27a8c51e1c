"""Settings: what is missing, weak or contradictory stops the start with a sentence."""

import re
import secrets
from pathlib import Path

import pytest

import gernas
from gernas.config import BadSettings, new_secret_key, read_settings

ROOT = Path(gernas.__file__).parent
KEY = secrets.token_urlsafe(48)
GOOD = {"GERNAS_URL": "https://gernas.example.id", "GERNAS_SECRET_KEY": KEY}


def test_two_settings_are_enough() -> None:
    settings = read_settings(GOOD)

    assert (settings.host, settings.is_https) == ("gernas.example.id", True)
    assert (settings.demo, settings.second_factor) == (False, True)
    assert settings.database_url.startswith("sqlite:///")


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"GERNAS_SECRET_KEY": ""}, "GERNAS_SECRET_KEY is missing"),
        ({"GERNAS_SECRET_KEY": "short"}, "too short"),
        ({"GERNAS_SECRET_KEY": "a" * 64}, "too plain"),
        ({"GERNAS_SECRET_KEY_FALLBACKS": f"{KEY},short"}, "SECRET_KEY_FALLBACKS is too short"),
        ({"GERNAS_URL": ""}, "GERNAS_URL"),
        ({"GERNAS_URL": "http://gernas.example.id"}, "https://"),
        ({"GERNAS_URL": "gernas.example.id"}, "GERNAS_URL"),
        ({"GERNAS_DATABASE_URL": "mysql://x"}, "GERNAS_DATABASE_URL"),
        ({"GERNAS_PROXIES": "many"}, "GERNAS_PROXIES"),
        ({"GERNAS_PROXIES": "9"}, "GERNAS_PROXIES"),
        ({"GERNAS_DEMO": "perhaps"}, "GERNAS_DEMO"),
        ({"GERNAS_MAIL_SECURITY": "maybe"}, "GERNAS_MAIL_SECURITY"),
        ({"GERNAS_REDIS_URL_FILE": "/nowhere/at/all"}, "GERNAS_REDIS_URL_FILE"),
    ],
)
def test_what_is_wrong_is_named(values: dict[str, str], word: str) -> None:
    """ASVS 13.2.3, 11.2.3."""
    with pytest.raises(BadSettings, match=word):
        read_settings({**GOOD, **values})


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    """ASVS 13.3.1."""
    (tmp_path / "key").write_text(KEY + "\n")

    settings = read_settings(
        {"GERNAS_URL": GOOD["GERNAS_URL"], "GERNAS_SECRET_KEY_FILE": str(tmp_path / "key")}
    )

    assert settings.secret_key == KEY


def test_a_made_secret_is_good_enough() -> None:
    assert read_settings({**GOOD, "GERNAS_SECRET_KEY": new_secret_key()}).secret_key


def test_the_sample_names_every_setting_and_no_other() -> None:
    code = (ROOT / "config.py").read_text("utf-8")
    read = set(re.findall(r'(?:_value|_secret|_flag|_number)\(env, "([A-Z_]+)"', code))
    sample = (ROOT.parent / "gernas.env.sample").read_text("utf-8")
    named = set(re.findall(r"^#?GERNAS_([A-Z_]+)=", sample, re.MULTILINE))

    assert named == read
