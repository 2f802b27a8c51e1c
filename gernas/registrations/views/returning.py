"""Going on later, also on another phone: by a link in a mail, or by a code sent to the address."""

from flask import request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.core.database import db, transaction
from gernas.core.i18n import get_language, public_url
from gernas.core.permissions import public
from gernas.core.web import say, see_other
from gernas.registrations.codes import get_token, link_to
from gernas.registrations.filling import make_filling
from gernas.registrations.forms_apply import LinkForm, ReturnCodeForm, ReturnForm
from gernas.registrations.models import Call, Registration
from gernas.registrations.services.drafts import (
    ask_to_return,
    discard_draft,
    mail_draft_link,
    return_with_code,
)
from gernas.registrations.sharing import whatsapp_url
from gernas.registrations.views.apply import resume_address
from gernas.registrations.views.hand import find_in_hand, let_go, take_in_hand
from gernas.registrations.views.public import bp, get_call, limit_mails, page, text_of

WISH = "return"  # in the cookie: the secret of a browser that asked for a code


@bp.route("/daftar/<slug:call>/nanti", methods=["GET", "POST"])
@public
@limit_mails
def later(call: str) -> ResponseReturnValue:
    """The answers are kept; how to come back to them."""
    found = get_call(call)
    draft = find_in_hand(found)
    if draft is None or not draft.is_draft:
        return see_other(public_url("apply.fill", call=found.slug))
    form = LinkForm()
    if request.method == "POST" and form.validate():
        draft_id, email = draft.id, form.email.data
        with transaction():
            mailed = mail_draft_link(db.session.get_one(Registration, draft_id), email)
        if mailed:
            say(_("The link is on its way to %(email)s.", email=email))
            return see_other(public_url("apply.later", call=found.slug))
        form.refuse(form.email, _("Several mails went there just now. Wait a few minutes."))
        draft = db.session.get_one(Registration, draft_id)
    if request.method == "GET":
        form.email.data = draft.email or ""
    link = link_to(get_token(draft), language=get_language())
    text = _("Go on with my application “%(title)s”:", title=text_of(found, "title")[0])
    given, shown = make_filling(found, draft).count_answered()
    return page(
        "apply/later.html",
        found,
        422 if form.errors else 200,
        draft=draft,
        form=form,
        link=link,
        whatsapp=whatsapp_url(f"{text} {link}", to=draft.phone),
        onward=resume_address(draft),
        given=given,
        shown=shown,
    )


@bp.route("/daftar/<slug:call>/kembali", methods=["GET", "POST"])
@public
@limit_mails
def come_back(call: str) -> ResponseReturnValue:
    """Ask for a code by mail; the answer is the same whether or not there is an application."""
    found = get_call(call)
    form = ReturnForm()
    if request.method == "GET" or not form.validate():
        return page("apply/come_back.html", found, 422 if form.errors else 200, form=form)
    call_id, email = found.id, form.email.data
    with transaction():
        secret = ask_to_return(db.session.get_one(Call, call_id), email, language=get_language())
    session[WISH] = secret
    return see_other(public_url("apply.show_code", call=call))


@bp.route("/daftar/<slug:call>/kembali/kode", methods=["GET", "POST"])
@public
@limit_mails
def show_code(call: str) -> ResponseReturnValue:
    """The six digits from the mail put the application into this browser's hand."""
    found = get_call(call)
    secret = session.get(WISH)
    form = ReturnCodeForm()
    if not isinstance(secret, str):
        return see_other(public_url("apply.come_back", call=found.slug))
    if request.method == "GET" or not form.validate():
        return page("apply/code.html", found, 422 if form.errors else 200, form=form)
    with transaction():
        verdict = return_with_code(secret, form.code.data)
        token = get_token(verdict.registration) if verdict.registration is not None else ""
    if verdict.registration is not None:
        session.pop(WISH, None)
        take_in_hand(verdict.registration, token)
        return see_other(resume_address(verdict.registration))
    if not verdict.tries_left:
        session.pop(WISH, None)
        say(_("This code is over. Ask for a new one."))
        return see_other(public_url("apply.come_back", call=found.slug))
    form.refuse(form.code, _("This is not the code we sent. Look at the newest mail."))
    return page("apply/code.html", found, 422, form=form)


@bp.route("/daftar/<slug:call>/hapus", methods=["GET", "POST"])
@public
def discard(call: str) -> ResponseReturnValue:
    """Delete a draft with all that was typed, after asking."""
    found = get_call(call)
    draft = find_in_hand(found)
    if draft is None or not draft.is_draft:
        return see_other(public_url("apply.call", call=found.slug))
    if request.method == "GET":
        return page("apply/discard.html", found, onward=resume_address(draft))
    draft_id = draft.id
    with transaction():
        discard_draft(db.session.get_one(Registration, draft_id))
    let_go(found)
    return page("apply/discarded.html", found)
