"""Whose a member is: a page without an account goes to who proves its mail address."""

from sqlalchemy import select

from gernas.accounts.models import User
from gernas.core.clock import now
from gernas.core.database import db
from gernas.youth.models import Member


def claim_member(user: User) -> Member | None:
    """Make the oldest member with a person's address theirs, unless they are one already.

    Call it when the person has just proved the address, by a code or link from a mail.
    """
    own = select(Member.id).where(Member.user_id == user.id, Member.erased_at.is_(None))
    if db.session.scalar(own) is not None:
        return None
    unclaimed = select(Member).where(
        Member.email == user.email, Member.user_id.is_(None), Member.erased_at.is_(None)
    )
    oldest = unclaimed.order_by(Member.id).limit(1)
    member = db.session.scalar(oldest.with_for_update(of=Member))
    if member is None:
        return None
    member.user_id = user.id
    member.updated_at = now()
    db.session.flush()
    return member
