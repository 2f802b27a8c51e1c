"""Filling in: one page of the form after the other, each kept when it is left."""

import re
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.accounts.door import find_signed_in_user
from gernas.accounts.models import User
from gernas.businesses.models import Business
from gernas.businesses.queries import list_own as list_own_businesses
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.i18n import get_language, public_url
from gernas.core.permissions import public
from gernas.core.security import takes_uploads
from gernas.core.web import say, see_other
from gernas.registrations.errors import (
    AlreadySent,
    CallClosed,
    CallNotOpenYet,
    CallNotPublic,
)
from gernas.registrations.filling import Filling, make_filling
from gernas.registrations.models import Call, Registration
from gernas.registrations.pages import FormPage
from gernas.registrations.queries import find_upload, list_public_calls
from gernas.registrations.questions import Question, QuestionType
from gernas.registrations.services.drafts import save_draft, start_draft, take_present_form
from gernas.registrations.services.owning import claim_registration
from gernas.registrations.services.uploads import (
    Prepared,
    add_upload,
    prepare_upload,
    remove_upload,
)
from gernas.registrations.views.hand import find_in_hand, take_in_hand
from gernas.registrations.views.public import bp, get_call, limit_writes, page

FIELD = "f-"  # before the key of a question: its name and id on the page
ASKED = "asked"  # the keys of the questions that a page showed
CHANGING = "ubah"  # in the address: back to the check page afterwards
_KEY = re.compile(r"[A-Za-z0-9_-]{22}")
AGAIN = "baru"  # in the address: another application, whatever is in hand


@dataclass(frozen=True)
class Typed:
    """What one page sent: answers by key, files that were checked, and what is wrong with files."""

    answers: dict[str, str | list[str]]
    files: list[tuple[str, Prepared]]
    problems: dict[str, str]


@bp.route("/daftar/<slug:call>/isi", methods=["GET", "POST"])
@public
@limit_writes
def fill(call: str) -> ResponseReturnValue:
    """Go on where one stopped; or choose for which of one's businesses to begin."""
    found = get_call(call)
    again = AGAIN in request.args
    registration = None if again else find_in_hand(found)
    if registration is not None:
        return see_other(resume_address(registration))
    if not found.is_open:
        return show_closed(found)
    user = find_signed_in_user()
    businesses = list_own_businesses(user)
    if user is None or not businesses:
        return see_other(page_address(found, 1, **({AGAIN: "1"} if again else {})))
    chosen = request.form.get("usaha", "")
    business = next((one for one in businesses if str(one.id) == chosen), None)
    problems = {}
    if request.method == "POST":
        if business is not None or chosen == "baru":
            return _start_for(found, user, business)
        problems = {"usaha": _("Choose one of the answers.")}
    return page(
        "apply/choose.html",
        found,
        422 if problems else 200,
        businesses=businesses,
        form={"errors": problems},
        key=token_urlsafe(16),
    )


@bp.route("/daftar/<slug:call>/isi/<id:number>", methods=["GET", "POST"])
@public
@limit_writes
@takes_uploads
def fill_page(call: str, number: int) -> ResponseReturnValue:
    """One page of the form. Whatever is typed is kept, right or not."""
    found = get_call(call)
    draft = None if AGAIN in request.args else find_in_hand(found)
    if draft is not None and not draft.is_draft:
        return see_other(sent_address(found))
    if draft is None and not found.is_open:
        return show_closed(found)
    filling = make_filling(found, draft)
    asked = filling.find(number)
    if asked is None:
        nearest = filling.from_number(number)
        return see_other(page_address(found, nearest.number) if nearest else check_address(found))
    return _show(filling, asked) if request.method == "GET" else _receive(filling, asked)


def page_address(call: Call, number: int, **query: Any) -> str:
    return public_url("apply.fill_page", call=call.slug, number=number, **query)


def check_address(call: Call) -> str:
    return public_url("apply.check", call=call.slug)


def sent_address(call: Call) -> str:
    return public_url("apply.sent", call=call.slug)


def resume_address(registration: Registration) -> str:
    """Where an application goes on: its next page, the check page, or what became of it."""
    call = registration.call
    if not registration.is_draft:
        return sent_address(call)
    following = make_filling(call, registration).from_number(registration.step)
    return page_address(call, following.number) if following else check_address(call)


def show_closed(call: Call) -> ResponseReturnValue:
    """A call that takes nothing now: since when, whom to ask, what else is open."""
    others = [other for other in list_public_calls() if other.is_open and other.id != call.id]
    return page("apply/closed.html", call, 409, others=others[:5])


def read_typed(questions: list[Question]) -> dict[str, str | list[str]]:
    """The answers that the form holds to those of the questions which it showed."""
    shown = set(request.form.getlist(ASKED))
    typed: dict[str, str | list[str]] = {}
    for question in questions:
        if question.key not in shown or question.takes_files:
            continue
        values = request.form.getlist(FIELD + question.key)
        several = question.type == QuestionType.CHOICES
        typed[question.key] = values if several else (values[0] if values else "")
    skipped = request.form.get("lewati", "")
    if skipped in typed:
        typed[skipped] = ""
    return typed


def read_files(registration: Registration, questions: list[Question]) -> Typed:
    """Check and store the files that came with a form, before the transaction."""
    files: list[tuple[str, Prepared]] = []
    problems: dict[str, str] = {}
    for question in questions:
        if not question.takes_files:
            continue
        for sent in request.files.getlist(FIELD + question.key):
            if not sent.filename:
                continue
            try:
                prepared = prepare_upload(
                    registration, question.key, sent.stream, label=sent.filename
                )
                files.append((question.key, prepared))
            except GernasError as error:
                problems[question.key] = error.message
    return Typed(read_typed(questions), files, problems)


def keep_files(registration: Registration, typed: Typed) -> None:
    """Add the files, and take one away where its button was pressed; inside the transaction."""
    removed = request.form.get("hapus", "")
    if removed.isascii() and removed.isdigit() and len(removed) < 10:
        upload = find_upload(registration, int(removed))
        if upload is not None:
            remove_upload(upload)
    for key, prepared in typed.files:
        try:
            add_upload(registration, key, prepared)
        except GernasError as error:
            prepared.drop()
            typed.problems[key] = error.message


def read_key() -> str | None:
    """The random key that the page was given, so that it counts once; None for anything else."""
    key = request.form.get("key", "")
    return key if _KEY.fullmatch(key) else None


def wants_json() -> bool:
    """Whether our script asks, which goes on by itself."""
    return request.accept_mimetypes.best == "application/json"


def _start_for(call: Call, user: User, business: Business | None) -> ResponseReturnValue:
    business_id = business.id if business is not None else None
    with transaction():
        draft, token = start_draft(
            db.session.get_one(Call, call.id),
            language=get_language(),
            user=db.session.get_one(User, user.id),
            business=db.session.get_one(Business, business_id) if business_id else None,
            idempotency_key=read_key(),
        )
    take_in_hand(draft, token)
    return see_other(page_address(draft.call, 1))


def _show(
    filling: Filling,
    asked: FormPage,
    problems: dict[str, str] | None = None,
) -> ResponseReturnValue:
    before = filling.before(asked)
    call = filling.call
    if CHANGING in request.args:
        back = check_address(call)
    elif before is not None:
        back = page_address(call, before.number)
    else:
        back = public_url("apply.call", call=call.slug)
    return page(
        "apply/fill.html",
        call,
        422 if problems else 200,
        filling=filling,
        asked=asked,
        place=filling.place_of(asked),
        total=len(filling.pages) + 1,
        back=back,
        action=page_address(call, asked.number, **_changing(), **_again(filling)),
        form={"errors": problems or {}},
        key=token_urlsafe(16) if filling.draft is None else "",
    )


def _receive(filling: Filling, asked: FormPage) -> ResponseReturnValue:
    """Keep a page, unless the call closed or the application was sent in this moment."""
    try:
        return _save(filling, asked)
    except AlreadySent:
        return see_other(sent_address(filling.call))
    except (CallClosed, CallNotOpenYet, CallNotPublic):
        return show_closed(filling.call)


def _save(filling: Filling, asked: FormPage) -> ResponseReturnValue:
    """Keep what was typed, whatever it is; then say what must be mended, or go on."""
    draft = filling.draft or _start(filling.call)
    draft_id = draft.id
    typed = read_files(draft, list(asked.questions))
    user = find_signed_in_user()
    user_id = user.id if user is not None else None
    following = asked.number if "nanti" in request.form else asked.number + 1
    with transaction():
        draft = db.session.get_one(Registration, draft_id)
        save_draft(draft, typed.answers, step=None if CHANGING in request.args else following)
        keep_files(draft, typed)
        if user_id is not None and draft.user_id is None and draft.on_behalf_by_id is None:
            claim_registration(draft, db.session.get_one(User, user_id))
        changed = _renew_form(draft)
    kept = make_filling(draft.call, draft)
    if changed:
        return _go_on(kept, kept.first_problem())
    return _after(kept, asked, typed)


def _after(kept: Filling, asked: FormPage, typed: Typed) -> ResponseReturnValue:
    """What comes after a page was kept."""
    if "hapus" in request.form and not typed.problems:
        return see_other(page_address(kept.call, asked.number, **_changing()))
    if "nanti" in request.form:
        return see_other(public_url("apply.later", call=kept.call.slug))
    keys = [key for key in asked.keys if key in request.form.getlist(ASKED)]
    problems = {**kept.check(keys).problems, **typed.problems}
    if problems and wants_json():
        return jsonify(problems=problems)
    if problems:
        return _show(kept, kept.find(asked.number) or asked, problems)
    changes = CHANGING in request.args
    return _go_on(kept, kept.first_problem() if changes else kept.from_number(asked.number + 1))


def _start(call: Call) -> Registration:
    """A draft for what this page sent; the same page sent again begins no second one."""
    user = find_signed_in_user()
    user_id = user.id if user is not None else None
    with transaction():
        draft, token = start_draft(
            db.session.get_one(Call, call.id),
            language=get_language(),
            user=db.session.get_one(User, user_id) if user_id is not None else None,
            idempotency_key=read_key(),
        )
    take_in_hand(draft, token)
    return draft


def _renew_form(draft: Registration) -> bool:
    """Bring the draft to the form as it is asked now, where that changed since."""
    if draft.form_version.number == draft.call.form_number:
        return False
    added = take_present_form(draft)
    say(form_changed_words(added))
    return True


def form_changed_words(added: list[str]) -> str:
    if not added:
        return str(_("The form has changed since you began. Your answers are kept."))
    return str(
        _(
            "The form has changed since you began. Your answers are kept. New questions:"
            " %(questions)s",
            questions=", ".join(f"“{text}”" for text in added),
        )
    )


def _go_on(kept: Filling, following: FormPage | None) -> ResponseReturnValue:
    """Open the page to go on with; behind the last one look over all answers."""
    call = kept.call
    address = page_address(call, following.number) if following else check_address(call)
    if wants_json():
        return jsonify(next=address)
    return see_other(address)


def _changing() -> dict[str, str]:
    return {CHANGING: "1"} if CHANGING in request.args else {}


def _again(filling: Filling) -> dict[str, str]:
    """Whether the first page still has to begin another application."""
    return {AGAIN: "1"} if filling.draft is None and AGAIN in request.args else {}
