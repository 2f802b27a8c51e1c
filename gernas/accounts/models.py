"""Tables of people, their sessions, grants and invitations, and of what is under way at the door.

Whatever opens a door is kept as a hash: passwords and recovery codes with argon2id, random
secrets with SHA-256, mailed codes with HMAC-SHA-256 under a key from the settings.
"""

from datetime import datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    CheckConstraint,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    bindparam,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gernas.core.clock import now
from gernas.core.database import Model, UtcDateTime, db
from gernas.core.permissions import Held, Role, Scope

EMAIL_LENGTH = 254  # RFC 5321, 4.5.3.1.3, with the note in erratum 1690
NAME_LENGTH = 120
DEVICE_LENGTH = 80
HASH_LENGTH = 64  # SHA-256 in hexadecimal
ERASED_DOMAIN = "terhapus.invalid"  # of addresses that belong to nobody any more (RFC 2606, 2)

_LIVE = text("ended_at IS NULL")
_OPEN = text("accepted_at IS NULL AND withdrawn_at IS NULL")


class User(Model):
    """A person who can sign in."""

    __tablename__ = "user"
    __table_args__ = (CheckConstraint("language IN ('id', 'en')", name="language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    language: Mapped[str] = mapped_column(String(2), default="id")
    password: Mapped[str | None] = mapped_column(String(255))  # None: signs in with mailed codes
    active: Mapped[bool] = mapped_column(default=True)  # Flask-Security's name
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)  # stands in the cookie
    totp_secret: Mapped[str | None] = mapped_column(Text)  # encrypted, JSON with the key's tag
    totp_counter: Mapped[int | None] = mapped_column(BigInteger)  # of the last code that was used
    totp_since_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the last time
    deactivated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    grants: Mapped[list["Grant"]] = relationship(
        back_populates="user", foreign_keys="Grant.user_id", order_by="Grant.id"
    )

    is_authenticated = True  # for Flask-Login
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        """What Flask-Login writes into the cookie."""
        return self.fs_uniquifier

    @property
    def label(self) -> str:
        """What others call the person."""
        return self.name or self.email

    @property
    def is_erased(self) -> bool:
        """Whether the person was forgotten; only the row's number is left."""
        return self.email.endswith(f"@{ERASED_DOMAIN}")

    @property
    def has_second_factor(self) -> bool:
        return self.totp_secret is not None

    @cached_property
    def held(self) -> tuple[Held, ...]:
        """The grants in force when first asked; ``forget_held`` asks again."""
        rows = db.session.execute(_select_held(), {"user_id": self.id, "moment": now()})
        return tuple(
            Held(Role(role), Scope(kind, scope_id), ends_at)
            for role, kind, scope_id, ends_at in rows
        )

    def forget_held(self) -> None:
        self.__dict__.pop("held", None)

    def __repr__(self) -> str:
        return f"<User {self.id}>"  # Nothing personal in logs.


class UserSession(Model):
    """A browser that is signed in. Without the row it is not, whatever its cookie says."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    means: Mapped[str] = mapped_column(String(20))  # the first factor: password or code
    second_factor: Mapped[bool] = mapped_column(default=False)  # was shown as well
    device: Mapped[str] = mapped_column(String(DEVICE_LENGTH), default="")  # e.g. Chrome, Android
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)  # the person proved who they are
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)  # to the minute

    user: Mapped[User] = relationship()


class Grant(Model):
    """A role of a person on a scope, from a moment until another. An ended one stays as history."""

    __tablename__ = "grant"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="moments"),
        Index(  # one live grant of a kind
            "uq_grant_live",
            "user_id",
            "role",
            "scope_kind",
            "scope_id",
            unique=True,
            postgresql_where=_LIVE,
            sqlite_where=_LIVE,
        ),
        Index("ix_grant_scope", "scope_kind", "scope_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(String(30))
    scope_kind: Mapped[str] = mapped_column(
        String(16)
    )  # all, campaign, stop, event or organisation
    scope_id: Mapped[int] = mapped_column(default=0)  # 0 for all; its table lies above
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # as planned; None: open end
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # someone took it back
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    user: Mapped[User] = relationship(back_populates="grants", foreign_keys=[user_id])
    given_by: Mapped[User | None] = relationship(foreign_keys=[given_by_id])

    @property
    def scope(self) -> Scope:
        return Scope(self.scope_kind, self.scope_id)

    def is_in_force(self, moment: datetime | None = None) -> bool:
        at = moment or now()
        is_over = self.ended_at is not None or (self.ends_at is not None and self.ends_at <= at)
        return self.starts_at <= at and not is_over

    @property
    def is_to_come(self) -> bool:
        return self.ended_at is None and self.starts_at > now()

    @staticmethod
    def in_force(moment: datetime | BindParameter[datetime]) -> tuple[Any, ...]:
        """The conditions of a query for grants in force at ``moment``."""
        return (
            Grant.ended_at.is_(None),
            Grant.starts_at <= moment,
            (Grant.ends_at.is_(None)) | (Grant.ends_at > moment),
        )


@lru_cache(maxsize=1)  # Asked on every page behind the door; to make it takes as long as to ask.
def _select_held() -> Select[Role, str, int, datetime | None]:
    moment = bindparam("moment", type_=UtcDateTime)
    return (
        select(Grant.role, Grant.scope_kind, Grant.scope_id, Grant.ends_at)
        .where(Grant.user_id == bindparam("user_id"), *Grant.in_force(moment))
        .order_by(Grant.id)
    )


class Invitation(Model):
    """An offer of a role by mail, taken once and within a week."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="moments"),
        Index(  # one open invitation of a kind for an address
            "uq_invitation_open",
            "email",
            "role",
            "scope_kind",
            "scope_id",
            unique=True,
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        ),
        Index("ix_invitation_scope", "scope_kind", "scope_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    language: Mapped[str] = mapped_column(String(2), default="id")  # of the mail
    role: Mapped[Role] = mapped_column(String(30))
    scope_kind: Mapped[str] = mapped_column(String(16))
    scope_id: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)  # of the grant
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)  # the last time
    sent_count: Mapped[int] = mapped_column(default=1)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)  # of the link
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    invited_by: Mapped[User | None] = relationship()

    @property
    def scope(self) -> Scope:
        return Scope(self.scope_kind, self.scope_id)

    @property
    def is_open(self) -> bool:
        """Neither taken nor withdrawn; its link may have expired."""
        return self.accepted_at is None and self.withdrawn_at is None

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= now()


class StepKind(StrEnum):
    """What a browser waits for at the door."""

    CODE = "code"  # a code by mail
    RESET = "reset"  # a link by mail to set a new password
    FACTOR = "factor"  # the second factor of a person who showed the first


class DoorStep(Model):
    """Something under way at the door, for one browser and a few minutes.

    It is written the same for known and unknown addresses; the worker looks for the person.
    """

    __tablename__ = "door_step"
    __table_args__ = (CheckConstraint("kind IN ('code', 'reset', 'factor')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[StepKind] = mapped_column(String(10))
    browser_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)  # of its secret
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))  # as wished for
    language: Mapped[str] = mapped_column(String(2))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    means: Mapped[str] = mapped_column(String(20), default="")  # the first factor; of a code: join
    code_hash: Mapped[str | None] = mapped_column(String(HASH_LENGTH))
    most_tries: Mapped[int] = mapped_column(default=5)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_alive(self) -> bool:
        return self.used_at is None and self.tries < self.most_tries and self.expires_at > now()


class LinkKind(StrEnum):
    """What a link in a mail is good for."""

    RESET = "reset"
    EMAIL = "email"


class MailLink(Model):
    """A link that went out by mail: random, used once, of short life; it opens no session."""

    __tablename__ = "mail_link"
    __table_args__ = (CheckConstraint("kind IN ('reset', 'email')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LinkKind] = mapped_column(String(10))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str | None] = mapped_column(String(HASH_LENGTH), unique=True)
    email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH))  # the new address
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()

    @property
    def is_alive(self) -> bool:
        return self.used_at is None and self.expires_at > now()


class RecoveryCode(Model):
    """A code that stands in for the second factor once; people keep ten of them on paper."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("uq_recovery_code", "user_id", "number", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    number: Mapped[int]  # its first sign, 0 to 9, so that one hash is compared and not ten
    code_hash: Mapped[str] = mapped_column(String(255))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FactorRelease(Model):
    """A wish to take away the second factor a person lost; a second organizer has to agree."""

    __tablename__ = "factor_release"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), unique=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])

    @property
    def is_alive(self) -> bool:
        return self.expires_at > now()
