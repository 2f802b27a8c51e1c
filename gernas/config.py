"""Settings, read once from the GERNAS_… variables; all of them stand in ``gernas.env.sample``."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from urllib.parse import urlsplit

from gernas import paths

MINIMUM_KEY_BYTES = 32


class BadSettings(Exception):
    """The program cannot start with these settings; the sentence says which and why."""


@dataclass(frozen=True, kw_only=True)
class MailSettings:
    """How mail leaves. ``security`` is ``tls``, ``starttls`` or ``none`` (local sockets, tests)."""

    host: str
    port: int
    user: str
    password: str
    security: str
    sender: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an installation decides. Secrets come from the environment or from files."""

    url: str  # e.g. https://gernas.example.go.id
    secret_key: str
    secret_key_fallbacks: tuple[str, ...]
    database_url: str
    instance: Path
    files: Path  # uploaded pictures
    redis_url: str | None
    proxies: int
    extra_hosts: tuple[str, ...]
    mail: MailSettings
    metrics_token: str | None
    demo: bool
    second_factor: bool  # asked of organizers and above
    log_level: str
    web_workers: int
    web_threads: int
    youth_ages: tuple[int, int]  # in whole years on the day in question, both inclusive
    night: tuple[time, time]  # no shifts for minors from one to the other, local time
    minor_hours: int  # a day, at most
    small_group: int  # public figures about fewer people are hidden
    contact_name: str
    contact_email: str
    contact_phone: str

    @property
    def host(self) -> str:
        """The host with its port, as browsers send it."""
        return urlsplit(self.url).netloc

    @property
    def is_https(self) -> bool:
        return self.url.startswith("https://")


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings.

    Raises:
        BadSettings: a needed value is missing, too short or contradicts another.
    """
    env = os.environ if environ is None else environ
    instance = Path(_value(env, "INSTANCE") or paths.INSTANCE).absolute()
    demo = _flag(env, "DEMO", default=False)
    url = (_value(env, "URL") or ("http://127.0.0.1:8000" if demo else "")).rstrip("/")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise BadSettings(
            "GERNAS_URL must be the address people open, e.g. https://gernas.example.id"
        )
    if url.startswith("http://") and not demo:
        raise BadSettings("GERNAS_URL must begin with https:// outside the demo.")
    keys = [part for part in (_secret(env, "SECRET_KEY_FALLBACKS") or "").split(",") if part]
    for key in keys:  # Each of them opens what it signed.
        _check_key("SECRET_KEY_FALLBACKS", key)
    return Settings(
        url=url,
        secret_key=_read_key(env),
        secret_key_fallbacks=tuple(keys),
        database_url=_database_url(env, instance),
        instance=instance,
        files=Path(_value(env, "FILES") or instance / "files").absolute(),
        redis_url=_secret(env, "REDIS_URL"),
        proxies=_number(env, "PROXIES", default=0, most=5),
        extra_hosts=tuple(h for h in (_value(env, "EXTRA_HOSTS") or "").split(",") if h),
        mail=_read_mail(env),
        metrics_token=_secret(env, "METRICS_TOKEN"),
        demo=demo,
        second_factor=_flag(env, "SECOND_FACTOR", default=not demo),
        log_level=(_value(env, "LOG_LEVEL") or "INFO").upper(),
        web_workers=_number(env, "WEB_WORKERS", default=2, most=64),
        web_threads=_number(env, "WEB_THREADS", default=4, most=64),
        youth_ages=_read_ages(env),
        night=_read_night(env),
        minor_hours=_number(env, "MINOR_HOURS", default=4, most=24),
        small_group=_number(env, "SMALL_GROUP", default=5, most=100),
        contact_name=_value(env, "CONTACT_NAME") or "",
        contact_email=_value(env, "CONTACT_EMAIL") or "",
        contact_phone=_value(env, "CONTACT_PHONE") or "",
    )


def new_secret_key() -> str:
    """A fresh key for GERNAS_SECRET_KEY."""
    return secrets.token_urlsafe(48)


def _value(env: Mapping[str, str], name: str) -> str | None:
    return env.get(f"GERNAS_{name}", "").strip() or None


def _secret(env: Mapping[str, str], name: str) -> str | None:
    """A value from GERNAS_<name>, or the content of the file that GERNAS_<name>_FILE names."""
    path = _value(env, f"{name}_FILE")
    if path is None:
        return _value(env, name)
    try:
        return Path(path).read_text("utf-8").strip() or None
    except OSError as error:
        raise BadSettings(f"GERNAS_{name}_FILE cannot be read: {error.strerror}") from error


def _read_key(env: Mapping[str, str]) -> str:
    key = _secret(env, "SECRET_KEY")
    if key is None:
        raise BadSettings("GERNAS_SECRET_KEY is missing; make one with: gernas secret")
    _check_key("SECRET_KEY", key)
    return key


def _check_key(name: str, key: str) -> None:
    if len(key.encode()) < MINIMUM_KEY_BYTES or len(set(key)) < 12:
        raise BadSettings(f"GERNAS_{name} is too short or too plain; make one with: gernas secret")


def _database_url(env: Mapping[str, str], instance: Path) -> str:
    url = _secret(env, "DATABASE_URL") or f"sqlite:///{instance / 'gernas.db'}"
    if url.startswith(("postgresql://", "postgres://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSettings("GERNAS_DATABASE_URL must begin with sqlite:/// or postgresql://")
    return url


def _read_mail(env: Mapping[str, str]) -> MailSettings:
    security = _value(env, "MAIL_SECURITY") or "tls"
    if security not in ("tls", "starttls", "none"):
        raise BadSettings("GERNAS_MAIL_SECURITY must be tls, starttls or none.")
    return MailSettings(
        host=_value(env, "MAIL_HOST") or "",
        port=_number(env, "MAIL_PORT", default=465 if security == "tls" else 587, most=65535),
        user=_value(env, "MAIL_USER") or "",
        password=_secret(env, "MAIL_PASSWORD") or "",
        security=security,
        sender=_value(env, "MAIL_FROM") or "",
    )


def _read_ages(env: Mapping[str, str]) -> tuple[int, int]:
    """``16-30``, the law's youth (UU 40/2009 art. 1)."""
    first, dash, last = (_value(env, "YOUTH_AGES") or "16-30").partition("-")
    if not (dash and first.isdecimal() and last.isdecimal() and 10 <= int(first) < int(last) < 100):
        raise BadSettings("GERNAS_YOUTH_AGES must be two ages, e.g. 16-30.")
    return int(first), int(last)


def _read_night(env: Mapping[str, str]) -> tuple[time, time]:
    """``18:00-06:00``."""
    try:
        starts, ends = (
            time.fromisoformat(part) for part in (_value(env, "NIGHT") or "18:00-06:00").split("-")
        )
    except ValueError as error:
        raise BadSettings("GERNAS_NIGHT must be two times, e.g. 18:00-06:00.") from error
    return starts, ends


def _number(env: Mapping[str, str], name: str, *, default: int, most: int) -> int:
    text = _value(env, name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or int(text) > most:
        raise BadSettings(f"GERNAS_{name} must be a whole number up to {most}.")
    return int(text)


def _flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = (_value(env, name) or "").lower()
    if not text:
        return default
    if text not in ("1", "0", "yes", "no", "true", "false", "on", "off"):
        raise BadSettings(f"GERNAS_{name} must be 1 or 0.")
    return text in ("1", "yes", "true", "on")
