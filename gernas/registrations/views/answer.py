"""The page of one application, by the link from a mail: where it stands, and what can be done.

Opening a link changes nothing, since mail programs open links by themselves. The same pages stand
under ``/saya`` for those who are signed in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.accounts.door import find_signed_in_user
from gernas.businesses.documents import ATTACHMENT_POLICY
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.i18n import get_language, in_language, public_url
from gernas.core.limits import limiter
from gernas.core.permissions import Holder, public
from gernas.core.web import say, see_other
from gernas.registrations.answer_words import list_answered
from gernas.registrations.codes import get_token, link_to
from gernas.registrations.errors import LinkOver
from gernas.registrations.models import Registration
from gernas.registrations.queries import find_by_token, find_upload
from gernas.registrations.questions import read_questions
from gernas.registrations.registries import list_further
from gernas.registrations.services.answering import (
    confirm_place,
    decline_place,
    withdraw_registration,
)
from gernas.registrations.sharing import whatsapp_url
from gernas.registrations.standing import make_standing
from gernas.registrations.views.apply import resume_address
from gernas.registrations.views.files import send_upload
from gernas.registrations.views.hand import take_in_hand
from gernas.registrations.views.public import bp

Service = Callable[..., Registration]

GO_ON, CORRECT = "lanjut", "perbaiki"  # in this browser
CONFIRM, DECLINE, WITHDRAW = "konfirmasi", "lepas", "tarik"
ACTIONS = f"{GO_ON},{CORRECT},{CONFIRM},{DECLINE},{WITHDRAW}"
_SERVICES: Mapping[str, Service] = {
    CONFIRM: confirm_place,
    DECLINE: decline_place,
    WITHDRAW: withdraw_registration,
}

limit_links = limiter.shared_limit(
    # Only misses count, so that neighbours behind one address cannot shut each other out.
    "60 per hour",
    "apply-links",
    exempt_when=lambda: find_by_token((request.view_args or {}).get("token", "")) is not None,
)


@dataclass(frozen=True)
class Way:
    """How someone came to the page of an application: by its link, or signed in."""

    registration: Registration
    layout: str
    page: str  # its address
    act: Callable[[str], str]  # the address of an action
    file: Callable[[int], str]  # the address of a file
    is_owner: bool = False


@bp.get("/pendaftaran/<token>")
@public
@limit_links
def answer(token: str) -> ResponseReturnValue:
    return show_page(_way(token))


@bp.route(f"/pendaftaran/<token>/<any({ACTIONS}):action>", methods=["GET", "POST"])
@public
@limit_links
def act(token: str, action: str) -> ResponseReturnValue:
    return act_on(_way(token), action)


@bp.get("/pendaftaran/<token>/berkas/<id:upload_id>")
@public
@limit_links
def answer_file(token: str, upload_id: int) -> Response:
    registration = _find(token)
    return send_upload(find_upload(registration, upload_id) or abort(404))


answer_file.talisman_view_options = ATTACHMENT_POLICY  # type: ignore[attr-defined]


def show_page(way: Way) -> ResponseReturnValue:
    """Where it stands, what can be done, what happened, and the answers as they were given."""
    registration = way.registration
    call = registration.call
    title, lang = in_language(call.title, call.title_en)
    link = link_to(get_token(registration), language=get_language())
    questions = read_questions(registration.form_version.questions)
    return render_template(
        "registrations/mine/show.html",
        way=way,
        registration=registration,
        call=call,
        call_title=title,
        call_lang=lang,
        standing=make_standing(registration),
        answered=list_answered(questions, registration.answers, registration.uploads),
        link=link,
        whatsapp=whatsapp_url(f"{title}: {link}", to=registration.phone),
        further=list_further(registration),
    )


def act_on(way: Way, action: str) -> ResponseReturnValue:
    """Do what a button says; asked by GET, show that button alone."""
    registration = way.registration
    if request.method == "GET":
        if action in (GO_ON, CORRECT):
            return see_other(way.page)
        return _ask(way, action)
    if action in (GO_ON, CORRECT):
        take_in_hand(registration, get_token(registration))
        if action == GO_ON:
            return see_other(resume_address(registration))
        return see_other(public_url("apply.correct", call=registration.call.slug))
    registration_id = registration.id
    by: Holder | None = find_signed_in_user()
    try:
        with transaction():
            _SERVICES[action](db.session.get_one(Registration, registration_id), by=by)
    except GernasError as error:  # The page then says how things stand.
        say(error.message)
    else:
        say(_done_words(action))
    return see_other(way.page)


def _ask(way: Way, action: str) -> ResponseReturnValue:
    registration = way.registration
    call = registration.call
    title, lang = in_language(call.title, call.title_en)
    return render_template(
        "registrations/mine/ask.html",
        way=way,
        registration=registration,
        call=call,
        call_title=title,
        call_lang=lang,
        standing=make_standing(registration),
        action=action,
        **_ask_words(action),
    )


def _ask_words(action: str) -> dict[str, Any]:
    return {
        CONFIRM: {
            "question": _("Confirm your place?"),
            "text": _("The organizers then count on you, and the place is yours."),
            "button": _("Yes, I am coming"),
            "danger": False,
        },
        DECLINE: {
            "question": _("Give your place back?"),
            "text": _("It goes to the next in line at once, and you cannot take it back."),
            "button": _("Yes, give my place back"),
            "danger": True,
        },
        WITHDRAW: {
            "question": _("Withdraw your application?"),
            "text": _(
                "The organizers do not look at it any more. You can apply anew while it is open."
            ),
            "button": _("Yes, withdraw it"),
            "danger": True,
        },
    }[action]


def _done_words(action: str) -> str:
    return str(
        {
            CONFIRM: _("Thank you. Your place is confirmed."),
            DECLINE: _("Your place goes to the next in line. Thank you for telling us."),
            WITHDRAW: _("Your application is withdrawn."),
        }[action]
    )


def _find(token: str) -> Registration:
    registration = find_by_token(token)
    if registration is None:
        raise LinkOver
    return registration


def _way(token: str) -> Way:
    return Way(
        registration=_find(token),
        layout="registrations/apply/layout.html",
        page=public_url("apply.answer", token=token),
        act=lambda action: public_url("apply.act", token=token, action=action),
        file=lambda number: public_url("apply.answer_file", token=token, upload_id=number),
    )
