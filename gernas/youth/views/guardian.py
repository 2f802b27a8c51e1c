"""The guardian's page by link, and where the member names the guardian."""

from flask import abort, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.core.clock import today_in
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.i18n import get_language, public_url
from gernas.core.limits import limiter
from gernas.core.permissions import public
from gernas.core.saving import save_form
from gernas.core.web import say, see_other
from gernas.registrations.sharing import whatsapp_url
from gernas.youth.errors import LinkOver
from gernas.youth.guards import Bar, bar_of_guardian, bar_words
from gernas.youth.members.ages import list_days
from gernas.youth.members.forms import GuardianForm
from gernas.youth.members.telling import guardian_url
from gernas.youth.members.values import GuardianValues
from gernas.youth.models import GuardianAnswer, GuardianConsent, Member, YouthProgramme
from gernas.youth.parts import Part, register_member_part
from gernas.youth.qr import qr_image
from gernas.youth.queries import find_guardian_by_token, list_live_enrolments
from gernas.youth.services.guardians import answer_as_guardian, ask_guardian, find_guardian
from gernas.youth.views.blueprint import public_bp
from gernas.youth.views.ways import Way, member_page
from gernas.youth.words import programme_title

ANSWERS = {
    "setuju": GuardianAnswer.GIVEN,
    "tolak": GuardianAnswer.REFUSED,
    "tarik": GuardianAnswer.WITHDRAWN,
}


def _find_once(token: str) -> GuardianConsent | None:
    if g.get("guardian_token") != token:
        g.guardian_token, g.guardian = token, find_guardian_by_token(token)
    found: GuardianConsent | None = g.guardian
    return found


limit_guardians = limiter.shared_limit(
    "60 per hour",
    "guardian-links",
    exempt_when=lambda: _find_once((request.view_args or {}).get("token", "")) is not None,
)


@public_bp.route("/wali/<token>", methods=["GET", "POST"])
@public
@limit_guardians
def guardian(token: str) -> ResponseReturnValue:
    """What the consent is about, and the answer; opening it changes nothing."""
    consent = _find_once(token)
    if consent is None:
        raise LinkOver
    if request.method == "POST":
        return _answer(consent, token)
    member = consent.member
    programmes = [enrolment.programme for enrolment in list_live_enrolments(member)]
    return render_template(
        "youth/public/guardian.html",
        consent=consent,
        member=member,
        programmes=[(one, programme_title(one), list_days(one)) for one in programmes],
        age=member.age_on(today_in(programmes[0].zone if programmes else "Asia/Jakarta")),
        is_over=consent.ended_at is not None,
    )


def _answer(consent: GuardianConsent, token: str) -> ResponseReturnValue:
    answer = ANSWERS.get(request.form.get("jawaban", "")) or abort(400)
    consent_id = consent.id
    try:
        with transaction():
            fresh = db.session.get_one(GuardianConsent, consent_id)
            answer_as_guardian(fresh, answer, language=get_language())
    except GernasError as error:
        say(error.message)
    else:
        say(_("Thank you. Your answer is noted."))
    return see_other(public_url("youth_public.guardian", token=token))


@member_page("wali", methods=("GET", "POST"))
def name_guardian(way: Way) -> ResponseReturnValue:
    """Name the parent or guardian, or another one."""
    present = find_guardian(way.member)
    data = vars(GuardianValues.of(present)) if present is not None else {}
    form = GuardianForm(data=data)

    def show() -> str:
        return render_template("youth/mine/guardian.html", way=way, form=form, present=present)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    member_id, address = way.member.id, f"{way.page}#wali"

    def save() -> None:
        ask_guardian(db.session.get_one(Member, member_id), form.read(), by=None)

    refused = save_form(form, save, show)
    if refused is not None:
        return refused
    say(_("Now let your parent or guardian open the link."))
    return see_other(address)


def make_guardian_part(_way: Way, member: Member, programme: YouthProgramme) -> Part | None:
    """What is still needed of a parent or guardian, for who is a minor on a day to come."""
    if not member.is_minor_on(today_in(programme.zone)):
        return None
    consent = find_guardian(member)
    bar = bar_of_guardian(consent)
    title = str(_("Consent of your parent or guardian"))
    values: dict[str, object] = {"bar": bar, "consent": consent, "sentence": ""}
    if bar is not None:
        values["sentence"] = bar_words(bar)
    if consent is not None and bar in (Bar.GUARDIAN_OPEN, Bar.GUARDIAN_REFUSED):
        link = guardian_url(consent, language=get_language())
        text = _(
            "%(name)s would like to take part in “%(title)s” and needs your consent. Please read"
            " and answer here: %(link)s",
            name=member.name,
            title=programme_title(programme),
            link=link,
        )
        values |= {
            "link": link,
            "qr": qr_image(link),
            "whatsapp": whatsapp_url(text, to=consent.phone),
        }
    return Part("wali", title, "youth/mine/_guardian.html", values)


register_member_part(make_guardian_part, number=10)
