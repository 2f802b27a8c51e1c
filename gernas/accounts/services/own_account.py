"""What people change about their own account. Each change of a way in ends the other sessions."""

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from gernas.accounts.addresses import veiled
from gernas.accounts.errors import LinkIsOver, WrongFactorCode
from gernas.accounts.models import FactorRelease, LinkKind, MailLink, RecoveryCode, User
from gernas.accounts.passwords import hash_secret_slowly
from gernas.accounts.secrets import hash_secret, new_recovery_code, read_recovery_code
from gernas.accounts.services.sessions import end_sessions
from gernas.accounts.totp import get_totp
from gernas.audit.services import record
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.jobs import enqueue
from gernas.core.permissions import Holder
from gernas.messages.services import queue_message

EMAIL_LINK_LIVES = timedelta(hours=1)
RECOVERY_CODES = 10

MAIL_EMAIL_CHANGE = "accounts_mail_email_change"


def change_profile(user: User, *, name: str, language: str) -> None:
    before = {"name": user.name, "language": user.language}
    user.name, user.language = name, language
    record(
        "user.profile_changed",
        user,
        by=user,
        before=before,
        after={"name": name, "language": language},
        scopes=(),
        personal=frozenset({"name"}),
    )


def set_password(user: User, password_hash: str) -> None:
    """Set a password that was checked and hashed before, end all sessions, tell the person."""
    lock(user)
    user.password, user.password_changed_at = password_hash, now()
    end_sessions(user)
    _end_links(user)
    record("user.password_changed", user, by=user, before={}, after={}, scopes=())
    _tell(user, "password_changed")


def reset_password(token: str, password_hash: str) -> User:
    """Set a new password by a link from a mail; opens no session.

    Raises:
        LinkIsOver: used, expired, or never sent.
    """
    link = _lock_link(LinkKind.RESET, token)
    set_password(link.user, password_hash)
    return link.user


def ask_for_email_change(user: User, email: str) -> None:
    """Note the new address; the worker sends it a link. The answer is the same if it is taken."""
    moment = now()
    link = MailLink(
        kind=LinkKind.EMAIL,
        user_id=user.id,
        email=email,
        created_at=moment,
        expires_at=moment + EMAIL_LINK_LIVES,
    )
    db.session.add(link)
    db.session.flush()
    enqueue(MAIL_EMAIL_CHANGE, link_id=link.id)


def change_email(token: str) -> User:
    """Change the address by the link that went to the new one, end all sessions, tell the old one.

    Raises:
        LinkIsOver: used, expired, never sent, or the address is someone else's by now.
    """
    link = _lock_link(LinkKind.EMAIL, token)
    user = lock(link.user)
    former, email = user.email, link.email or ""
    try:
        with db.session.begin_nested():
            user.email = email
    except IntegrityError as error:
        raise LinkIsOver from error
    end_sessions(user)
    _end_links(user)
    record(
        "user.email_changed",
        user,
        by=user,
        before={"email": former},
        after={"email": email},
        scopes=(),
        personal=frozenset({"email"}),
    )
    for address, number in ((former, 1), (email, 2)):
        queue_message(
            "email_changed",
            to=address,
            language=user.language,
            values={"email": veiled(email)},
            key=f"email-changed:{link.id}:{number}",
        )
    return user


def new_recovery_codes() -> tuple[list[str], list[str]]:
    """Ten codes and their slow hashes, made before the transaction."""
    codes = [new_recovery_code(number) for number in range(RECOVERY_CODES)]
    rests = [read[1] for code in codes if (read := read_recovery_code(code)) is not None]
    return codes, [hash_secret_slowly(rest) for rest in rests]


def set_up_factor(user: User, totp_secret: str, typed: str, code_hashes: list[str]) -> None:
    """Set up the authenticator app, once a code shows that it works, and end all sessions.

    Raises:
        WrongFactorCode: the code does not fit the secret.
    """
    lock(user)
    user.totp_secret, user.totp_counter = totp_secret, None
    if not get_totp().check(user, typed):
        raise WrongFactorCode
    user.totp_since_at = now()
    replace_recovery_codes(user, code_hashes)
    end_sessions(user)
    record("user.factor_added", user, by=user, before={}, after={}, scopes=())
    _tell(user, "second_factor_added")


def replace_recovery_codes(user: User, code_hashes: list[str]) -> None:
    """Keep new recovery codes; the former ones are worth nothing any more."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.add_all(
        RecoveryCode(user_id=user.id, number=number, code_hash=code_hash)
        for number, code_hash in enumerate(code_hashes)
    )
    db.session.flush()


def renew_recovery_codes(user: User, code_hashes: list[str]) -> None:
    """Keep new recovery codes and tell the person."""
    lock(user)
    replace_recovery_codes(user, code_hashes)
    record("user.recovery_codes_renewed", user, by=user, before={}, after={}, scopes=())
    _tell(user, "recovery_codes_renewed")


def remove_factor(user: User, *, by: Holder | None) -> None:
    """Take the second factor away, end all sessions, tell the person."""
    lock(user)
    user.totp_secret = user.totp_counter = user.totp_since_at = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.execute(delete(FactorRelease).where(FactorRelease.user_id == user.id))
    end_sessions(user)
    record("user.factor_removed", user, by=by, before={}, after={}, scopes=())
    _tell(user, "second_factor_removed")


def tell_of_recovery_code(user: User, *, left: int) -> None:
    """Tell a person that one of the recovery codes was used, and how many are left."""
    queue_message(
        "recovery_code_used",
        to=user.email,
        language=user.language,
        values={"left": str(left)},
        key=f"recovery-code:{user.id}:{now().timestamp():.0f}",
    )


def _tell(user: User, template: str) -> None:
    queue_message(
        template,
        to=user.email,
        language=user.language,
        values={},
        key=f"{template}:{user.id}:{now().timestamp():.3f}",
    )


def _end_links(user: User) -> None:
    """No link that went out before a change works after it."""
    db.session.execute(
        update(MailLink)
        .where(MailLink.user_id == user.id, MailLink.used_at.is_(None))
        .values(used_at=now())
    )


def _lock_link(kind: LinkKind, token: str) -> MailLink:
    link = db.session.scalar(
        select(MailLink)
        .where(MailLink.token_hash == hash_secret(token), MailLink.kind == kind)
        .with_for_update()
    )
    if link is None or not link.is_alive or not link.user.active:
        raise LinkIsOver
    link.used_at = now()
    return link
