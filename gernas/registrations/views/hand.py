"""Which applications this browser has in hand: the secrets of their links, in its signed cookie.

One for each call, so that the pages of a form need no secret in their address. They survive
signing in (``gernas.accounts.door``) and end with signing out.
"""

from flask import session

from gernas.accounts.door import CARRIED, find_signed_in_user
from gernas.registrations.models import Call, Registration
from gernas.registrations.queries import find_by_token, find_newest_own

IN_HAND = "applications"
MOST = 8  # the cookie stays small
CARRIED.add(IN_HAND)


def take_in_hand(registration: Registration, token: str) -> None:
    """Let this browser go on with an application; that of the same call before it is let go."""
    held = dict(session.get(IN_HAND) or {})
    held.pop(str(registration.call_id), None)
    held[str(registration.call_id)] = token
    session[IN_HAND] = dict(list(held.items())[-MOST:])
    session.permanent = True


def find_in_hand(call: Call) -> Registration | None:
    """The application that this browser has in hand, else the person's own newest one."""
    token = (session.get(IN_HAND) or {}).get(str(call.id))
    if isinstance(token, str):
        registration = find_by_token(token)
        if registration is not None and registration.call_id == call.id:
            return registration
    user = find_signed_in_user()
    return find_newest_own(user, call) if user is not None else None


def find_newest_in_hand(slug: str) -> Registration | None:
    """What this browser took in hand last, if that is for the call of this address.

    It asks once, where ``find_in_hand`` has to know the call first.
    """
    tokens = list((session.get(IN_HAND) or {}).values())
    registration = find_by_token(str(tokens[-1])) if tokens else None
    return registration if registration is not None and registration.call.slug == slug else None


def let_go(call: Call) -> None:
    """Forget the application of a call in this browser; it stays where it is."""
    held = dict(session.get(IN_HAND) or {})
    if held.pop(str(call.id), None) is not None:
        session[IN_HAND] = held
