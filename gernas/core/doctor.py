"""What ails an installation, in sentences for whoever runs it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from flask import current_app

from gernas import paths
from gernas.config import Settings
from gernas.core.views import find_missing

SENTENCES = {
    "database": "The database cannot be reached.",
    "migrations": "Tables are missing or old: run `gernas db upgrade`.",
    "worker": "No worker gave a sign of life: run `gernas run`, or `gernas worker`.",
}


@dataclass(frozen=True)
class Finding:
    """Something to mend; ``serious`` when people are not served or not safe meanwhile."""

    sentence: str
    serious: bool


Examiner = Callable[[], Iterable[Finding]]


def examine(*examiners: Examiner) -> list[Finding]:
    """Everything found, the serious first; [] for a healthy installation.

    ``examiners`` look at what a domain alone knows, and are asked while the database answers.
    """
    settings: Settings = current_app.config["GERNAS"]
    findings = [*_examine_parts(), *_examine_settings(settings)]
    if find_missing() in (None, "worker"):
        findings += [finding for examiner in examiners for finding in examiner()]
    return sorted(findings, key=lambda finding: not finding.serious)


def _examine_parts() -> Iterator[Finding]:
    missing = find_missing()
    if missing is not None:
        yield Finding(SENTENCES[missing], serious=True)
    if not (paths.STATIC / "vendor" / "jakarta.woff2").exists():
        yield Finding("Style sheets and map are not built: run `make setup`.", serious=True)
    if not (paths.TRANSLATIONS / "id" / "LC_MESSAGES" / "messages.mo").exists():
        yield Finding("Indonesian is not compiled: run `make setup`.", serious=True)


def _examine_settings(settings: Settings) -> Iterator[Finding]:
    if settings.demo:
        yield Finding("GERNAS_DEMO is on: accounts with a known password may exist.", serious=True)
    if not settings.mail.host:
        yield Finding("GERNAS_MAIL_HOST is empty: no mail leaves.", serious=not settings.demo)
    if not settings.second_factor:
        yield Finding("GERNAS_SECOND_FACTOR is off: a password alone opens data.", serious=True)
    if not settings.is_https:
        yield Finding("GERNAS_URL is http: cookies travel in the clear.", serious=True)
    if not (settings.contact_email or settings.contact_phone):
        yield Finding(
            "GERNAS_CONTACT_… is empty: people cannot ask about their data.", serious=True
        )
    if not settings.metrics_token:
        yield Finding("GERNAS_METRICS_TOKEN is empty: nobody can read the metrics.", serious=False)
    if settings.redis_url is None and settings.database_url.startswith("postgresql"):
        yield Finding(
            "GERNAS_REDIS_URL is empty: with several machines, limits count on each alone.",
            serious=False,
        )
