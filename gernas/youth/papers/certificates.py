"""Certificates as data for their template: every text ready to be set, and the QR of each.

The template holds no words; what people typed goes to it as JSON and nowhere else.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import select

from gernas.booths.papers.sheets import breakable
from gernas.booths.papers.typeset import typeset
from gernas.businesses.models import Business
from gernas.core.clock import to_local
from gernas.core.database import db
from gernas.core.i18n import DEFAULT_LANGUAGE, LANGUAGES, in_language
from gernas.core.wording import date_words, hours_words, range_words
from gernas.youth.helping.words import task_count_words
from gernas.youth.models import YouthCertificate
from gernas.youth.recognition.codes import certificate_code_words
from gernas.youth.recognition.done import Done
from gernas.youth.words import programme_title

TEMPLATE = "certificate.typ"
MOST_NAMED = 6  # businesses by name; more are counted

Data = dict[str, Any]


def typeset_certificates(
    certificates: Sequence[YouthCertificate], *, language: str | None = None
) -> bytes:
    """A PDF with a page for each, in each member's language or all in one.

    Raises:
        PaperFailed: it cannot be made, or needs too much memory or time.
    """
    return typeset_pages(make_pages(certificates, language=language), language=language)


def typeset_pages(pages: Sequence[Data], *, language: str | None = None) -> bytes:
    """A PDF of pages that were made before.

    Raises:
        PaperFailed
    """
    return typeset(TEMPLATE, make_data(pages, language=language))


def make_data(pages: Sequence[Data], *, language: str | None = None) -> Data:
    """What the template reads."""
    with force_locale(language or DEFAULT_LANGUAGE):
        title = str(_("Certificates"))
    return {
        "title": title,
        "language": language or DEFAULT_LANGUAGE,
        "words": {},
        "pages": list(pages),
    }


def make_pages(
    certificates: Sequence[YouthCertificate], *, language: str | None = None
) -> list[Data]:
    """A page for each; one query besides the rows given."""
    names = _name_businesses(certificates)
    pages = []
    for certificate in certificates:
        spoken = language or certificate.member.language
        with force_locale(spoken if spoken in LANGUAGES else DEFAULT_LANGUAGE):
            pages.append(_page(certificate, names, spoken))
    return pages


def certificate_url(code: str, *, language: str = "id") -> str:
    """The address at which anyone can check a certificate; short, since it is typed and scanned."""
    prefix = "/en" if language == "en" else ""
    return f"{current_app.config['GERNAS'].url}{prefix}/sertifikat/{code}"


def make_qr(address: str) -> str:
    """A QR code as SVG, medium error correction, always with the same mask, drawn row by row.

    To try all eight masks takes five times as long, and so does segno's own way to write SVG.
    """
    import segno  # Only papers need it.

    matrix = segno.make_qr(address, error="m", mask=2, boost_error=False).matrix
    size = len(matrix) + 4
    path = "".join(_draw(y, row) for y, row in enumerate(matrix, 2))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path d="{path}"/></svg>'
    )


def _draw(y: int, row: Iterable[int]) -> str:
    """The dark runs of a row as rectangles."""
    parts, start = [], None
    for x, dark in enumerate([*row, 0], 2):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            parts.append(f"M{start} {y}h{x - start}v1h{start - x}z")
            start = None
    return "".join(parts)


def _page(certificate: YouthCertificate, names: Mapping[int, str], language: str) -> Data:
    programme = certificate.programme
    done = Done.of_facts(certificate.facts)
    issued_on = to_local(certificate.issued_at, programme.zone).date()
    address = certificate_url(certificate.code, language=language)
    return {
        "language": language,
        "heading": _("Certificate"),
        "campaign": breakable(programme.stop.campaign.title),
        "programme": programme_title(programme),
        "given": _("is given to"),
        "name": breakable(certificate.member.name),
        "text": _summary(done),
        "columns": [
            column for column in (_roles(done), _tasks(done), _helped(done, names)) if column
        ],
        "issued": _("Issued on %(day)s", day=date_words(issued_on)),
        "signed": programme.contact_name or "",
        "signed_as": _("Youth coordinator") if programme.contact_name else "",
        "check": _("Anyone can check this certificate here:"),
        "address": address.partition("//")[2],
        "code": certificate_code_words(certificate.code),
        "qr": make_qr(address),
        "revoked": _("Revoked") if certificate.revoked_at else "",
    }


def _summary(done: Done) -> str:
    """``for 32 hours of work, from 17 March to 24 June 2022``."""
    when = range_words(done.first_on, done.last_on) if done.first_on else ""
    if done.minutes and when:
        return str(
            _(
                "for %(hours)s of voluntary work for proud Indonesian-made products, %(when)s.",
                hours=hours_words(done.minutes),
                when=when,
            )
        )
    return str(_("for voluntary work for proud Indonesian-made products, %(when)s.", when=when))


def _roles(done: Done) -> Data | None:
    lines = [
        [breakable(in_language(role.name, role.name_en)[0]), hours_words(role.minutes)]
        for role in done.roles[:5]
    ]
    rest = done.outside_minutes + sum(role.minutes for role in done.roles[5:])
    if done.outside_minutes and len(done.roles) <= 5:
        lines.append([str(_("Outside shifts")), hours_words(rest)])
    elif rest:
        lines.append([str(_("Other")), hours_words(rest)])
    return {"title": _("Roles"), "lines": lines} if lines else None


def _tasks(done: Done) -> Data | None:
    lines = [list(task_count_words(kind, count)) for kind, count in done.tasks.items()]
    return {"title": _("Results, confirmed"), "lines": lines} if lines else None


def _helped(done: Done, names: Mapping[int, str]) -> Data | None:
    if not done.business_ids:
        return None
    count = len(done.business_ids)
    known = [names[number] for number in done.business_ids if number in names][:MOST_NAMED]
    lines = [[breakable(name), ""] for name in known]
    if count > len(known):
        more = count - len(known)
        words = ngettext("and %(num)s more", "and %(num)s more", more) if known else ""
        lines += [[words, ""]] if words else []
    title = ngettext("%(num)s business helped", "%(num)s businesses helped", count)
    return {"title": title, "lines": lines}


def _name_businesses(certificates: Sequence[YouthCertificate]) -> dict[int, str]:
    """Names of the businesses helped; of those that were erased none."""
    ids: Collection[int] = sorted(
        {number for one in certificates for number in one.facts.get("business_ids", ())}
    )
    found: dict[int, str] = {}
    numbers = list(ids)
    for start in range(0, len(numbers), 500):  # SQLite takes so many values in a statement.
        rows = select(Business.id, Business.name).where(
            Business.id.in_(numbers[start : start + 500]), Business.erased_at.is_(None)
        )
        found |= {number: name for number, name in db.session.execute(rows)}  # noqa: C416
    return found
