"""Apply for someone else, as a facilitator or organizer does beside them."""

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from gernas.accounts.models import User
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.i18n import get_language
from gernas.core.permissions import Permission, requires
from gernas.core.web import say, see_other, signed_in_user
from gernas.registrations.codes import get_token, link_to
from gernas.registrations.models import Call
from gernas.registrations.office_queries import list_entered_by
from gernas.registrations.queries import find_applied_for
from gernas.registrations.services.drafts import start_draft
from gernas.registrations.views.hand import take_in_hand
from gernas.registrations.views.office.blueprint import bp, call_page, fetch_call, window_words


@bp.get("/kelola/daftar/<call:call>/atas-nama")
@requires(Permission.APPLY_FOR_OTHERS)
def behalf(call: Call) -> ResponseReturnValue:
    """What this person entered for others in the call, and the button that begins another."""
    return call_page(
        "behalf.html",
        call,
        rows=list_entered_by(signed_in_user(), call),
        form=FlaskForm(),
        window=window_words(call),
    )


@bp.post("/kelola/daftar/<call:call>/atas-nama")
@requires(Permission.APPLY_FOR_OTHERS)
def begin_behalf(call: Call) -> ResponseReturnValue:
    """Begin an application for someone; the applicant's own pages go on from there."""
    user = signed_in_user()
    try:
        with transaction():
            registration, token = start_draft(
                fetch_call(call),
                language="id",  # that of the owner, not of the facilitator
                facilitator=db.session.get_one(User, user.id),
            )
    except GernasError as error:
        say(error.message)
        return see_other(url_for(".behalf", call=call))
    take_in_hand(registration, token)
    return see_other(url_for("apply.fill", call=call.slug))


@bp.post("/kelola/daftar/<call:call>/atas-nama/<code>")
@requires(Permission.APPLY_FOR_OTHERS)
def go_on_behalf(call: Call, code: str) -> ResponseReturnValue:
    """Go on with what this person entered for someone and has not handed over yet.

    A draft comes into this browser's hand again; what was sent opens as its owner sees it, to
    correct, confirm or withdraw it beside them.
    """
    registration = find_applied_for(signed_in_user(), code)
    if registration is None or registration.call_id != call.id:
        abort(404)
    token = get_token(registration)
    if not registration.is_draft:
        return redirect(link_to(token, language=get_language()), 303)
    take_in_hand(registration, token)
    return see_other(url_for("apply.fill", call=call.slug))
