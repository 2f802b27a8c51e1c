"""Anyone checks a certificate: valid, revoked or unknown. Names only of who agreed."""

from dataclasses import dataclass

from flask import g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from gernas.campaigns.models import Stop
from gernas.core.clock import today_in
from gernas.core.database import db
from gernas.core.i18n import public_url
from gernas.core.limits import limiter
from gernas.core.permissions import public
from gernas.core.web import see_other
from gernas.youth.models import (
    Member,
    YouthCertificate,
    YouthConsent,
    YouthConsentPurpose,
    YouthProgramme,
)
from gernas.youth.names import initials, public_name
from gernas.youth.recognition.codes import read_certificate_code
from gernas.youth.recognition.done import Done
from gernas.youth.views.blueprint import public_bp


@dataclass(frozen=True)
class Holder:
    """Whom a certificate is for, as far as everyone may read it."""

    name: str  # "" once erased
    is_short: bool  # initials, since the member did not agree to more


def find_once(typed: str) -> YouthCertificate | None:
    """The certificate of a code, asked for once in a request."""
    if g.get("certificate_code") != typed:
        g.certificate_code, g.certificate_found = typed, find_certificate(typed)
    found: YouthCertificate | None = g.certificate_found
    return found


limit_misses = limiter.shared_limit(
    # Codes have 60 random bits; who types one wrong has a few more tries, who guesses has not.
    "30 per hour",
    "certificate-codes",
    exempt_when=lambda: find_once((request.view_args or {}).get("code", "")) is not None,
)


@public_bp.get("/sertifikat")
@public
def check_certificate() -> ResponseReturnValue:
    """A field for the code; one that was typed leads to its page."""
    typed = request.args.get("kode", "").strip()[:60]
    code = read_certificate_code(typed) if typed else None
    if code is not None:
        return see_other(public_url("youth_public.certificate", code=code))
    page = render_template("youth/public/certificate_check.html", typed=typed)
    return _private(page, 422 if typed else 200)


@public_bp.get("/sertifikat/<code>")
@public
@limit_misses
def certificate(code: str) -> ResponseReturnValue:
    found = find_once(code)
    if found is None:
        page = render_template("youth/public/certificate_check.html", typed=code, unknown=True)
        return _private(page, 404)
    return _private(
        render_template(
            "youth/public/certificate.html",
            certificate=found,
            programme=found.programme,
            holder=tell_holder(found),
            done=Done.of_facts(found.facts),
        )
    )


def find_certificate(typed: str) -> YouthCertificate | None:
    """The certificate of a code, however it was typed."""
    code = read_certificate_code(typed)
    if code is None:
        return None
    return db.session.scalar(
        select(YouthCertificate)
        .where(YouthCertificate.code == code)
        .options(
            joinedload(YouthCertificate.member),
            joinedload(YouthCertificate.programme)
            .joinedload(YouthProgramme.stop)
            .joinedload(Stop.campaign),
        )
    )


def tell_holder(found: YouthCertificate) -> Holder:
    """The name if its holder agreed, else initials; of a minor the first name only."""
    member = found.member
    if member.erased_at is not None:
        return Holder("", is_short=True)
    if not _agreed(member):
        return Holder(initials(member.name), is_short=True)
    return Holder(public_name(member, today_in(found.programme.zone)), is_short=False)


def _agreed(member: Member) -> bool:
    rows = select(YouthConsent.id).where(
        YouthConsent.member_id == member.id,
        YouthConsent.purpose == YouthConsentPurpose.SHOW_NAME,
        YouthConsent.withdrawn_at.is_(None),
    )
    return db.session.scalar(rows.limit(1)) is not None


def _private(page: str, status: int = 200) -> ResponseReturnValue:
    """Not kept anywhere: a consent that is withdrawn counts at once."""
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
