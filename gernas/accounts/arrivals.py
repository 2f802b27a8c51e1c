"""What else happens when a person signs in; the domains above add to it when the app starts."""

from collections.abc import Callable

from gernas.accounts.models import User

_arrivals: list[Callable[[User], None]] = []


def register_arrival(do: Callable[[User], None]) -> None:
    """Do something for each person who signs in, in the transaction that writes the session."""
    if do not in _arrivals:
        _arrivals.append(do)


def welcome(user: User) -> None:
    """Do all that was registered."""
    for do in _arrivals:
        do(user)
