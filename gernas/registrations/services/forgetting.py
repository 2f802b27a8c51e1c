"""Forget the applications of a business or person that wants to be forgotten (UU 27/2022, 8).

Those that are still running end first, as if the applicant had withdrawn them, so that a place goes
to the next in line. Then nothing is left but what is counted.
"""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, delete, select

from gernas.accounts.models import User
from gernas.businesses.models import Business, BusinessPerson
from gernas.businesses.queries import find_heir, list_left_behind
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.i18n import in_language
from gernas.messages.services import erase_messages_to
from gernas.registrations.codes import code_words, make_token
from gernas.registrations.models import DraftReturn, Registration, RegistrationState, SavedView
from gernas.registrations.queries import list_own
from gernas.registrations.services.drafts import discard_draft
from gernas.registrations.services.moving import move
from gernas.registrations.services.remembering import erase_registration
from gernas.registrations.transitions import Actor, Move, list_moves
from gernas.registrations.words import STATE_WORDS

S = RegistrationState


def forget_business(business: Business) -> None:
    """Forget the applications of a business, whoever sent them."""
    _forget(_hold(Registration.business_id == business.id))


def forget_person(user: User) -> None:
    """Forget a person's applications; those of a business that stays go to whoever runs it now.

    The person's part in businesses has ended before.
    """
    gone = []
    for registration in _hold(Registration.user_id == user.id):
        heir = find_heir(registration.business_id, but=user)
        if heir is None or registration.is_draft:
            gone.append(registration)
        else:
            _pass_to(heir, registration, former=user)
    _forget(gone)
    db.session.execute(delete(DraftReturn).where(DraftReturn.email == user.email))
    db.session.execute(delete(SavedView).where(SavedView.user_id == user.id))


def explain_forgetting(user: User) -> list[str]:
    """What will happen to each running application, then to the others."""
    staying = {business.id for business in list_left_behind(user)}
    lines, ended = [], 0
    for one in list_own(user):
        named = {"title": in_language(one.call.title, one.call.title_en)[0]}
        if one.is_draft:
            lines.append(_("Application “%(title)s”: not sent yet, is deleted.", **named))
        elif one.business_id in staying:
            text = _(
                "Application “%(title)s” (%(code)s): stays with the business.",
                **named,
                **_code(one),
            )
            lines.append(text)
        elif Move.WITHDRAW in list_moves(one, Actor.APPLICANT):
            lines.append(_explain_running(one, **named))
        else:
            ended += 1
    if ended:
        lines.append(
            ngettext(
                "%(num)d application that is over: answers and files are deleted.",
                "%(num)d applications that are over: answers and files are deleted.",
                ended,
            )
        )
    return lines


def _explain_running(one: Registration, *, title: str) -> str:
    values = {"title": title, **_code(one), "state": str(STATE_WORDS[one.state_now]).lower()}
    if one.holds_place:
        return str(
            _(
                "Application “%(title)s” (%(code)s, %(state)s): is withdrawn, and your place goes"
                " to the next in line.",
                **values,
            )
        )
    return str(_("Application “%(title)s” (%(code)s, %(state)s): is withdrawn.", **values))


def _code(registration: Registration) -> dict[str, str]:
    return {"code": code_words(registration.code)}


def _hold(which: ColumnElement[bool]) -> list[Registration]:
    """Lock them in the order of their ids, before the places of any call (see ``hold_many``)."""
    rows = select(Registration).where(which).order_by(Registration.id)
    locked = rows.with_for_update(of=Registration).execution_options(populate_existing=True)
    return list(db.session.scalars(locked))


def _forget(registrations: Iterable[Registration]) -> None:
    """End them, call by call so that two of these never wait for each other, and forget them."""
    for registration in sorted(registrations, key=lambda one: (one.call_id, one.id)):
        if registration.is_draft:
            discard_draft(registration)
            continue
        if registration.is_lapsed:
            move(registration, Move.EXPIRE, actor=Actor.SYSTEM, by=None)
        elif Move.WITHDRAW in list_moves(registration, Actor.APPLICANT):
            move(registration, Move.WITHDRAW, actor=Actor.APPLICANT, by=None)
        if registration.email:
            erase_messages_to(registration.email)
        erase_registration(registration)


def _pass_to(heir: BusinessPerson, registration: Registration, *, former: User) -> None:
    """Let another of the business's people have an application; the links of before end."""
    if registration.email in (None, former.email):
        registration.email = heir.email
    registration.user_id, registration.applicant_name = heir.user_id, heir.name
    registration.token_number += 1
    _token, registration.token_hash = make_token(registration.code, registration.token_number)
    registration.version += 1
    registration.updated_at = now()
    db.session.flush()
