"""People in the back office: who holds what, invitations, ending roles, accounts and sessions."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.accounts.door import fresh
from gernas.accounts.errors import AlreadyHolds, AlreadyInvited, MayNotGive
from gernas.accounts.forms import ZONE, InviteForm
from gernas.accounts.models import Grant, User
from gernas.accounts.present import signed_in_user
from gernas.accounts.queries import (
    PeopleFilter,
    find_release,
    get_grant,
    get_invitation,
    get_person,
    get_user,
    list_grants,
    list_open_invitations,
    list_people,
    list_sessions,
)
from gernas.accounts.scopes import scope_labels
from gernas.accounts.services import attempts, grants, invitations, people
from gernas.accounts.services.attempts import claim_tries
from gernas.accounts.services.invitations import may_give
from gernas.accounts.words import role_words
from gernas.core.database import transaction
from gernas.core.permissions import Permission, Role, may_anywhere, requires
from gernas.core.text import clean_text
from gernas.core.web import say, see_other

bp = Blueprint("people", __name__)

STATES = ("now", "later", "over", "none")


@bp.context_processor
def offer() -> dict[str, Any]:
    return {"zone": ZONE, "role_words": role_words}


@bp.get("/kelola/orang")
@requires(Permission.INVITE_PEOPLE)
def index() -> ResponseReturnValue:
    """People with roles where the reader may invite; administrators see everybody."""
    me = signed_in_user()
    narrowed = _read_filter()
    page = list_people(me, narrowed)
    open_invitations = list_open_invitations(me)
    return render_template(
        "accounts/people.html",
        page=page,
        filters=_filter_values(narrowed),
        roles=[(str(role), role_words(role)) for role in Role],
        states=_state_words(sees_all=may_anywhere(me, Permission.MANAGE_USERS)),
        labels=scope_labels({one.scope for held in page.grants.values() for one in held}),
        invited=len(open_invitations),
    )


@bp.get("/kelola/orang/<id:user_id>")
@requires(Permission.INVITE_PEOPLE)
def show(user_id: int) -> ResponseReturnValue:
    """One person: roles in the reader's scopes; for administrators sessions and the account."""
    me = signed_in_user()
    person = get_person(me, user_id)
    held = list_grants(me, person)
    manages = may_anywhere(me, Permission.MANAGE_USERS)
    return render_template(
        "accounts/person.html",
        person=person,
        grants=held,
        labels=scope_labels({grant.scope for grant in held}),
        endable={grant.id for grant in held if _may_end(me, grant)},
        manages=manages,
        sessions=list_sessions(person) if manages else [],
        may_release=people.may_release(me, person),
        release=find_release(person),
    )


@bp.route("/kelola/undang", methods=["GET", "POST"])
@requires(Permission.INVITE_PEOPLE)
@fresh
def invite() -> ResponseReturnValue:
    """Offer a role to an address."""
    me = signed_in_user()
    form = InviteForm.for_inviter(me, place=request.args.get("di", ""))  # e.g. stop:12
    if form.validate_on_submit():
        claim_tries(attempts.by_user(attempts.INVITATIONS, me.id))
        email, offered, language = form.email.data, form.offer, form.language.data
        try:
            with transaction():
                invitations.invite(email, offered, by=get_user(me.id), language=language)
        except (AlreadyInvited, AlreadyHolds) as error:
            form.refuse(form.email, error.message)
        except MayNotGive as error:
            form.refuse(form.place, error.message)
        else:
            say(_("The invitation to %(email)s is on its way.", email=email))
            return see_other(url_for(".invited"))
    return render_template("accounts/invite.html", form=form), 422 if form.errors else 200


@bp.get("/kelola/undangan")
@requires(Permission.INVITE_PEOPLE)
def invited() -> ResponseReturnValue:
    """Invitations that nobody took yet."""
    rows = list_open_invitations(signed_in_user())
    labels = scope_labels({row.scope for row in rows})
    return render_template("accounts/invitations.html", invitations=rows, labels=labels)


@bp.post("/kelola/undangan/<id:invitation_id>/kirim")
@requires(Permission.INVITE_PEOPLE)
@fresh
def resend(invitation_id: int) -> ResponseReturnValue:
    """Mail a new link; the former one is over."""
    me = signed_in_user()
    claim_tries(attempts.by_user(attempts.INVITATIONS, me.id))
    with transaction():
        by = get_user(me.id)
        invitation = get_invitation(by, invitation_id)
        invitations.resend_invitation(invitation, by=by)
    say(_("The invitation to %(email)s is on its way.", email=invitation.email))
    return see_other(url_for(".invited"))


@bp.post("/kelola/undangan/<id:invitation_id>/batal")
@requires(Permission.INVITE_PEOPLE)
@fresh
def withdraw(invitation_id: int) -> ResponseReturnValue:
    with transaction():
        by = get_user(signed_in_user().id)
        invitation = get_invitation(by, invitation_id)
        invitations.withdraw_invitation(invitation, by=by)
    say(_("The invitation to %(email)s was withdrawn.", email=invitation.email))
    return see_other(url_for(".invited"))


@bp.post("/kelola/peran/<id:grant_id>/akhiri")
@requires(Permission.INVITE_PEOPLE)
@fresh
def end(grant_id: int) -> ResponseReturnValue:
    """Take a role back; the next page offers to undo it."""
    with transaction():
        grant = _grant_to_change(grant_id)
        grants.end_grant(grant, by=get_user(signed_in_user().id))
    sentence = _("%(name)s no longer holds this role.", name=grant.user.label)
    say(sentence, undo=url_for(".restore", grant_id=grant_id))
    return see_other(_back_to(grant))


@bp.post("/kelola/peran/<id:grant_id>/pulihkan")
@requires(Permission.INVITE_PEOPLE)
@fresh
def restore(grant_id: int) -> ResponseReturnValue:
    """Undo the end of a role."""
    with transaction():
        grant = _grant_to_change(grant_id)
        grants.restore_grant(grant, by=get_user(signed_in_user().id))
    say(_("%(name)s holds this role again.", name=grant.user.label))
    return see_other(_back_to(grant))


@bp.post("/kelola/orang/<id:user_id>/tutup")
@requires(Permission.MANAGE_USERS)
@fresh
def deactivate(user_id: int) -> ResponseReturnValue:
    """Close an account and sign the person out everywhere."""
    with transaction():
        by = get_user(signed_in_user().id)
        person = get_person(by, user_id)
        people.deactivate_user(person, by=by)
    sentence = _("The account of %(name)s is closed.", name=person.label)
    say(sentence, undo=url_for(".activate", user_id=user_id))
    return see_other(url_for(".show", user_id=user_id))


@bp.post("/kelola/orang/<id:user_id>/buka")
@requires(Permission.MANAGE_USERS)
@fresh
def activate(user_id: int) -> ResponseReturnValue:
    with transaction():
        by = get_user(signed_in_user().id)
        person = get_person(by, user_id)
        people.activate_user(person, by=by)
    say(_("The account of %(name)s is open again.", name=person.label))
    return see_other(url_for(".show", user_id=user_id))


@bp.post("/kelola/orang/<id:user_id>/sesi")
@requires(Permission.MANAGE_USERS)
@fresh
def end_sessions(user_id: int) -> ResponseReturnValue:
    """Sign a person out everywhere."""
    with transaction():
        by = get_user(signed_in_user().id)
        person = get_person(by, user_id)
        people.end_sessions_of(person, by=by)
    say(_("%(name)s is signed out everywhere.", name=person.label))
    return see_other(url_for(".show", user_id=user_id))


@bp.post("/kelola/orang/<id:user_id>/sesi/<id:session_id>")
@requires(Permission.MANAGE_USERS)
@fresh
def end_session(user_id: int, session_id: int) -> ResponseReturnValue:
    """Sign a person out in one browser."""
    with transaction():
        by = get_user(signed_in_user().id)
        person = get_person(by, user_id)
        people.end_sessions_of(person, by=by, session_id=session_id)
    say(_("That device is signed out."))
    return see_other(url_for(".show", user_id=user_id))


@bp.post("/kelola/orang/<id:user_id>/langkah-kedua/minta")
@requires(Permission.INVITE_PEOPLE)
@fresh
def ask_release(user_id: int) -> ResponseReturnValue:
    """Ask a second organizer to take away a lost second factor."""
    with transaction():
        by = get_user(signed_in_user().id)
        people.ask_for_release(get_person(by, user_id), by=by)
    say(_("Ask a second organizer to open this page within a day and to agree."))
    return see_other(url_for(".show", user_id=user_id))


@bp.post("/kelola/orang/<id:user_id>/langkah-kedua/setuju")
@requires(Permission.INVITE_PEOPLE)
@fresh
def agree_release(user_id: int) -> ResponseReturnValue:
    """Agree, as the second of two; the person sets up a new factor at the next sign-in."""
    with transaction():
        by = get_user(signed_in_user().id)
        person = get_person(by, user_id)
        people.agree_to_release(person, by=by)
    say(_("The second step of %(name)s is off until a new one is set up.", name=person.label))
    return see_other(url_for(".show", user_id=user_id))


def _grant_to_change(grant_id: int) -> Grant:
    """A grant within reach.

    Raises:
        NoSuchGrant: there is none in the scopes of the person who asks.
        MayNotGive: seen, but not theirs to change.
    """
    me = get_user(signed_in_user().id)
    grant = get_grant(me, grant_id)
    if not may_give(me.held, Role(grant.role), grant.scope):
        raise MayNotGive
    return grant


def _may_end(me: User, grant: Grant) -> bool:
    is_over = grant.ended_at is not None or not (grant.is_in_force() or grant.is_to_come)
    return not is_over and may_give(me.held, Role(grant.role), grant.scope)


def _back_to(grant: Grant) -> str:
    return url_for(".show", user_id=grant.user_id)


def _read_filter() -> PeopleFilter:
    role, page = request.args.get("peran", ""), request.args.get("halaman", "")
    state = request.args.get("status", "")
    return PeopleFilter(
        text=clean_text(request.args.get("q", "")[:200])[:100],
        role=Role(role) if role in set(Role) else None,
        state=state if state in STATES else "",
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
    )


def _filter_values(narrowed: PeopleFilter) -> dict[str, str]:
    """The filter as it stands in the address."""
    values = {
        "q": narrowed.text,
        "peran": str(narrowed.role or ""),
        "status": narrowed.state,
    }
    return {name: value for name, value in values.items() if value}


def _state_words(*, sees_all: bool) -> list[tuple[str, str]]:
    words = [("now", _("In force")), ("later", _("Later")), ("over", _("Over"))]
    return [*words, ("none", _("Without a role"))] if sees_all else words
