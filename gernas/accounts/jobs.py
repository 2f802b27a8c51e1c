"""What the worker does for people at the door: look for them, make codes and links, mail them."""

from datetime import timedelta
from typing import Any

from gernas.accounts.addresses import mail_address
from gernas.accounts.errors import HoldsRoles
from gernas.accounts.models import DoorStep, LinkKind, MailLink, User
from gernas.accounts.queries import ERASE_ACCOUNT, find_user, get_user
from gernas.accounts.secrets import hash_code, hash_secret, new_code, new_secret
from gernas.accounts.services.attempts import WRONG_CODES, by_account, count_tries
from gernas.accounts.services.erasing import erase_account
from gernas.accounts.services.own_account import MAIL_EMAIL_CHANGE
from gernas.accounts.services.sessions import drop_old_sessions
from gernas.accounts.services.steps import JOIN, MAIL_CODE, MAIL_RESET, drop_old_steps
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.jobs import Run, job, timed
from gernas.core.logs import log
from gernas.messages.services import queue_message

RESET_LIVES = timedelta(hours=1)


@job(MAIL_CODE)
def mail_code(_run: Run, *, step_id: int) -> dict[str, Any] | None:
    """Make a code for a wish and mail it, where there is such a person or one may join."""
    with transaction():
        step = db.session.get(DoorStep, step_id, with_for_update=True)
        if step is None or not step.is_alive or step.code_hash is not None:
            return None
        user = find_user(step.email)
        if not _may_enter(user, joins=step.means == JOIN):
            return None
        if count_tries(by_account(WRONG_CODES, step.email)) >= WRONG_CODES.most:
            step.most_tries = 1  # Someone is guessing; whoever reads the mail needs one try.
        code = new_code()
        step.user_id = user.id if user is not None else None
        step.code_hash = hash_code(code, step_id=step.id)
        queue_message(
            "sign_in_code",
            to=step.email,
            language=step.language,
            values={"code": f"{code[:3]} {code[3:]}"},
            key=f"sign-in-code:{step.id}",
        )
    return None


@job(MAIL_RESET)
def mail_reset(_run: Run, *, step_id: int) -> dict[str, Any] | None:
    """Make a link for a new password and mail it, where there is such a person."""
    with transaction():
        step = db.session.get(DoorStep, step_id, with_for_update=True)
        if step is None or not step.is_alive:
            return None
        step.used_at = now()
        user = _find_active(step.email)
        if user is None:
            return None
        token, moment = new_secret(), now()
        link = MailLink(
            kind=LinkKind.RESET,
            user_id=user.id,
            token_hash=hash_secret(token),
            created_at=moment,
            expires_at=moment + RESET_LIVES,
        )
        db.session.add(link)
        db.session.flush()
        queue_message(
            "password_reset",
            to=user.email,
            language=step.language,
            values={
                "link": mail_address("accounts.new_password", language=step.language, token=token)
            },
            key=f"password-reset:{link.id}",
        )
    return None


@job(MAIL_EMAIL_CHANGE)
def mail_email_change(_run: Run, *, link_id: int) -> dict[str, Any] | None:
    """Mail the link that confirms a new address, to it; or say that it has an account already."""
    with transaction():
        link = db.session.get(MailLink, link_id, with_for_update=True)
        if link is None or not link.is_alive or link.token_hash is not None or not link.email:
            return None
        language, key = link.user.language, f"email-change:{link.id}"
        if find_user(link.email) is not None:
            link.used_at = now()
            queue_message("email_in_use", to=link.email, language=language, values={}, key=key)
            return None
        token = new_secret()
        link.token_hash = hash_secret(token)
        queue_message(
            "email_change",
            to=link.email,
            language=language,
            values={"link": mail_address("accounts.new_email", language=language, token=token)},
            key=key,
        )
    return None


@job(ERASE_ACCOUNT)
def erase_wished(_run: Run, *, user_id: int) -> dict[str, Any] | None:
    """Erase an account whose person asked for it three days ago and did not take it back."""
    with transaction():
        try:
            erase_account(get_user(user_id))
        except HoldsRoles:  # given since; then the wish is void, and the page offers it again
            return {"erased": 0}
    return {"erased": 1}


@timed("accounts-tidy", every=timedelta(hours=1))
def tidy() -> None:
    with transaction():
        drop_old_steps()
        drop_old_sessions()


def _find_active(email: str) -> User | None:
    user = find_user(email)
    return user if _may_enter(user) else None


def _may_enter(user: User | None, *, joins: bool = False) -> bool:
    may = joins if user is None else user.active
    if not may:
        log.info("door_wish", known=False)
    return may
