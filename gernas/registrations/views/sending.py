"""Looking over all answers, sending them once, and the receipt."""

import re
from secrets import token_urlsafe

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.accounts.addresses import read_email
from gernas.accounts.door import find_signed_in_user
from gernas.accounts.views.door import send_code
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.i18n import get_language, public_url
from gernas.core.permissions import public
from gernas.core.web import say, see_other
from gernas.registrations.answer_words import list_answered
from gernas.registrations.cards import make_call_card
from gernas.registrations.codes import code_words, get_token, link_to
from gernas.registrations.errors import (
    AnswersMissing,
    CallClosed,
    CallNotOpenYet,
    CallNotPublic,
    FormChanged,
    NeedsBehalfConsent,
    TermsNotAgreed,
)
from gernas.registrations.filling import Filling, make_filling
from gernas.registrations.models import Registration
from gernas.registrations.queries import list_public_calls
from gernas.registrations.services.drafts import take_present_form
from gernas.registrations.services.owning import add_email
from gernas.registrations.services.submitting import prepare_submission, send_submission
from gernas.registrations.sharing import whatsapp_url
from gernas.registrations.standing import make_standing
from gernas.registrations.views.apply import (
    check_address,
    form_changed_words,
    page_address,
    read_key,
    sent_address,
)
from gernas.registrations.views.hand import find_in_hand, find_newest_in_hand
from gernas.registrations.views.public import (
    bp,
    get_call,
    limit_mails,
    page,
    text_of,
)

Problems = dict[str, str]


@bp.get("/daftar/<slug:call>/periksa")
@public
def check(call: str) -> ResponseReturnValue:
    """All answers with a way to change each; below them the button that sends."""
    found = get_call(call)
    draft = find_in_hand(found)
    if draft is None:
        return see_other(public_url("apply.fill", call=found.slug))
    if not draft.is_draft:
        return see_other(sent_address(found))
    return _show_check(make_filling(found, draft))


@bp.post("/daftar/<slug:call>/kirim")
@public  # Without a limit of its own: each draft is sent once, and beginning them is limited.
def send(call: str) -> ResponseReturnValue:
    """Send the application. Pressed ten times, it is there once."""
    draft = find_newest_in_hand(call)
    found = draft.call if draft is not None else get_call(call)
    draft = draft or find_in_hand(found)
    if draft is None:
        return see_other(public_url("apply.fill", call=found.slug))
    problems: Problems = {}
    draft_id, receipt = draft.id, sent_address(found)
    try:
        _submit(draft)
    except FormChanged:
        with transaction():
            added = take_present_form(db.session.get_one(Registration, draft_id))
        say(form_changed_words(added))
        return see_other(check_address(found))
    except (CallClosed, CallNotOpenYet, CallNotPublic):
        return see_other(check_address(found))
    except TermsNotAgreed as error:
        problems = {"syarat": error.message}
    except NeedsBehalfConsent as error:
        problems = {"wakil": error.message}
    except AnswersMissing as error:
        problems = error.problems
    return _refuse(draft_id, problems) if problems else see_other(receipt)


@bp.get("/daftar/<slug:call>/terkirim")
@public
def sent(call: str) -> ResponseReturnValue:
    """The receipt: that it arrived, its code, what happens next and when."""
    found = get_call(call)
    registration = find_in_hand(found)
    if registration is None or registration.is_draft:
        return see_other(public_url("apply.fill", call=found.slug))
    return show_sent(registration)


@bp.post("/daftar/<slug:call>/akun")
@public
@limit_mails
def join(call: str) -> ResponseReturnValue:
    """Open an account, or the one that is there, by a code sent to the applicant's address."""
    found = get_call(call)
    registration = find_in_hand(found)
    if registration is None or registration.is_draft:
        return see_other(public_url("apply.fill", call=found.slug))
    registration_id, email = registration.id, registration.email
    if email is None:
        try:
            email = read_email(request.form.get("email", ""))
            with transaction():
                add_email(db.session.get_one(Registration, registration_id), email)
        except (ValueError, GernasError) as error:
            fetched = db.session.get_one(Registration, registration_id)
            return show_sent(fetched, {"email": str(error)})
    onward = f"/saya/pendaftaran/{registration.code}"
    return send_code(email, joins=True, onward=onward)


def show_sent(registration: Registration, problems: Problems | None = None) -> ResponseReturnValue:
    user = find_signed_in_user()
    token = get_token(registration)
    link = link_to(token, language=get_language())
    title = text_of(registration.call, "title")[0]
    return page(
        "apply/sent.html",
        registration.call,
        422 if problems else 200,
        registration=registration,
        standing=make_standing(registration),
        token=token,
        link=link,
        whatsapp=whatsapp_url(
            f"{title}: {code_words(registration.code)} {link}", to=registration.phone
        ),
        is_mine=user is not None and registration.user_id == user.id,
        typed_email=request.form.get("email", ""),
        form={"errors": problems or {}},
    )


def _submit(draft: Registration) -> None:
    """Send it, if nobody has yet: looked at first, so that the writers' turn is short."""
    if not draft.is_draft:
        return
    agreed = request.form.get("syarat", "")
    submission = prepare_submission(
        draft,
        idempotency_key=read_key(),
        agreed_terms=int(agreed) if re.fullmatch("[0-9]{1,9}", agreed) else None,
        by=find_signed_in_user(),
        behalf_means=request.form.get("wakil"),
        behalf_note=request.form.get("catatan"),
    )
    with transaction():
        send_submission(submission)


def _refuse(draft_id: int, problems: Problems) -> ResponseReturnValue:
    draft = db.session.get_one(Registration, draft_id)
    return _show_check(make_filling(draft.call, draft), problems)


def _show_check(filling: Filling, problems: Problems | None = None) -> ResponseReturnValue:
    call = filling.call
    checked = filling.check()
    lacking = {**checked.problems, **(problems or {})}
    card = make_call_card(call, at=now())
    answers = {**filling.answers, **checked.answers}
    others = [] if call.is_open else [one for one in list_public_calls() if one.is_open]
    return page(
        "apply/check.html",
        call,
        422 if problems else 200,
        filling=filling,
        card=card,
        is_open=call.is_open,
        others=[one for one in others if one.id != call.id][:5],
        answered={
            one.question.key: one
            for one in list_answered(filling.questions, answers, filling.uploads)
        },
        lacking=lacking,
        change_url=lambda number, key: page_address(call, number, ubah="1", _anchor=f"f-{key}"),
        addresses={
            key: page_address(call, asked.number, ubah="1", _anchor=f"f-{key}")
            for asked in filling.pages
            for key in asked.keys
        },
        last=filling.pages[-1] if filling.pages else None,
        terms=text_of(call, "terms"),
        form={"errors": problems or {}},
        key=token_urlsafe(16),
        typed=request.form,
        hint=_("Nothing is sent until you press the button at the end."),
    )
