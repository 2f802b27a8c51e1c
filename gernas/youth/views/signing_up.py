"""Sign up on a phone: alone, by an organisation's link, by the QR at the desk, or once more."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from gernas.accounts.door import find_signed_in_user
from gernas.accounts.models import User
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, GernasError
from gernas.core.i18n import get_language, in_language, public_url
from gernas.core.limits import limiter
from gernas.core.permissions import public
from gernas.core.web import say, see_other
from gernas.youth.codes import get_member_token
from gernas.youth.members.cards import make_card
from gernas.youth.members.forms import JoinForm, SignUpForm
from gernas.youth.members.organisation_queries import find_by_join_code, list_organisations_of
from gernas.youth.models import JoinedBy, YouthOrganisation, YouthProgramme
from gernas.youth.queries import find_by_desk_code, find_own_member
from gernas.youth.services.joining import Extras, Joined, join_again, sign_up
from gernas.youth.views.blueprint import public_bp
from gernas.youth.views.public import get_public
from gernas.youth.views.ways import Way, member_page

# Wide, since a school may share one address in one hour.
limit_sign_ups = limiter.shared_limit("3000 per hour", "youth-sign-up", methods=["POST"])


@public_bp.route("/pemuda/<slug:slug>/daftar", methods=["GET", "POST"])
@public
@limit_sign_ups
def join(slug: str) -> ResponseReturnValue:
    """The form; ``?o=`` is the code of an organisation's own link."""
    organisation = find_by_join_code(request.args.get("o", ""))
    how = JoinedBy.ALONE
    return _sign_up(get_public(slug), organisation, how)


@public_bp.route("/pemuda/meja/<code>", methods=["GET", "POST"])
@public
@limit_sign_ups
def join_at_desk(code: str) -> ResponseReturnValue:
    """The same by the QR at the desk."""
    programme = find_by_desk_code(code[:20]) or abort(404)
    return _sign_up(programme, None, JoinedBy.DESK)


@public_bp.get("/pemuda/<slug:slug>/terkirim")
@public
def sent(slug: str) -> ResponseReturnValue:
    """Said to who is known already: the link went out by mail, nothing else is told here."""
    programme = get_public(slug)
    return render_template("youth/public/sent.html", programme=programme, card=make_card(programme))


def _sign_up(
    programme: YouthProgramme, organisation: YouthOrganisation | None, how: JoinedBy
) -> ResponseReturnValue:
    user = find_signed_in_user()
    own = find_own_member(user) if user is not None else None
    if own is not None:
        return see_other(_again(programme))
    card = make_card(programme)
    form = SignUpForm.for_programme(programme, **_known(user, organisation, programme))
    offered = list_organisations_of(programme.stop_id)
    if organisation is not None and organisation not in offered:
        offered = [organisation, *offered]
    form.organisation_id.offer(((one.id, one.name) for one in offered), none=_("None"))

    def show(status: int = 200) -> ResponseReturnValue:
        terms = in_language(programme.terms, programme.terms_en)
        page = render_template(
            "youth/public/join.html",
            programme=programme,
            card=card,
            form=form,
            organisation=organisation,
            terms=terms,
        )
        return page, status

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(422)
    chosen = next((one.id for one in offered if one.id == form.organisation_id.data), None)
    extras = Extras(
        how=how,
        group_name=form.group_name.data or None,
        helps_businesses=form.helps_businesses.data,
        key=_read_key(form.key.data),
    )
    try:
        joined = _try_twice(programme.id, form, extras, chosen, user)
    except BadValues as error:
        form.show(error)
        return show(error.status)
    except GernasError as error:
        form.form_errors.append(error.message)
        return show(error.status)
    return _lead_on(programme, joined, user)


def _try_twice(
    programme_id: int,
    form: SignUpForm,
    extras: Extras,
    organisation_id: int | None,
    user: User | None,
) -> Joined:
    """Two presses at the same moment: the second one finds what the first one stored."""
    for is_last in (False, True):
        try:
            with transaction():
                programme = db.session.get_one(YouthProgramme, programme_id)
                chosen = db.session.get(YouthOrganisation, organisation_id or 0)
                values = Extras(**{**vars(extras), "organisation": chosen})
                return sign_up(
                    programme,
                    form.read_person(),
                    values,
                    consents=form.read_consents(),
                    language=get_language(),
                    user=db.session.get(User, user.id) if user is not None else None,
                )
        except IntegrityError:
            if is_last:
                raise
    raise RuntimeError("unreachable")


def _lead_on(programme: YouthProgramme, joined: Joined, user: User | None) -> ResponseReturnValue:
    if joined.member is None:
        return see_other(public_url("youth_public.sent", slug=programme.slug))
    if joined.is_new:
        say(_("You are signed up. This is your own page: keep its address."))
    if user is not None and joined.member.user_id == user.id:
        return see_other("/saya/pemuda")
    token = get_member_token(joined.member)
    return see_other(public_url("youth_public.my_show", token=token))


@member_page("gabung/<slug:slug>", methods=("GET", "POST"))
def join_more(way: Way, slug: str) -> ResponseReturnValue:
    """One more programme for who is a member: only what belongs to that programme is asked."""
    programme = get_public(slug)
    if programme in way.programmes:
        return see_other(way.build("show", program=programme.slug))
    form = JoinForm.for_programme(programme)

    def show(status: int = 200) -> ResponseReturnValue:
        terms = in_language(programme.terms, programme.terms_en)
        page = render_template(
            "youth/mine/join.html",
            way=way,
            programme=programme,
            card=make_card(programme),
            form=form,
            terms=terms,
        )
        return page, status

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(422)
    member_id, programme_id = way.member.id, programme.id
    extras = Extras(
        group_name=form.group_name.data or None,
        helps_businesses=form.helps_businesses.data,
        key=_read_key(form.key.data),
    )
    try:
        with transaction():
            join_again(
                db.session.get_one(YouthProgramme, programme_id),
                db.session.get_one(type(way.member), member_id),
                extras,
                consents=form.read_consents(),
                language=get_language(),
                by=find_signed_in_user() if way.is_owner else None,
            )
    except BadValues as error:
        form.show(error)
        return show(error.status)
    except GernasError as error:
        form.form_errors.append(error.message)
        return show(error.status)
    say(_("You are in. Your shifts and hours of this programme stand here."))
    return see_other(way.build("show", program=programme.slug))


def _again(programme: YouthProgramme) -> str:
    return f"/saya/pemuda/gabung/{programme.slug}"


def _known(
    user: User | None, organisation: YouthOrganisation | None, programme: YouthProgramme
) -> dict[str, object]:
    """What the form begins with."""
    known: dict[str, object] = {"province_code": programme.stop.province_code}
    if organisation is not None:
        known["organisation_id"] = organisation.id
    if user is not None:
        known |= {"name": user.name or "", "email": user.email}
    return known


def _read_key(sent: str | None) -> str | None:
    return sent if sent and 10 <= len(sent) <= 64 and sent.isascii() else None
