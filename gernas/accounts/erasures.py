"""What else goes with an account that is erased; the domains above add to it at the start."""

from collections.abc import Callable
from dataclasses import dataclass

from gernas.accounts.models import User


@dataclass(frozen=True)
class Erasure:
    """What one domain holds of a person, and how it forgets it."""

    explain: Callable[[User], list[str]]  # what will happen to it, one sentence each
    erase: Callable[[User], None]  # in the transaction that erases the account


_erasures: list[Erasure] = []


def register_erasure(
    *, explain: Callable[[User], list[str]], erase: Callable[[User], None]
) -> None:
    """Forget what a domain holds of a person, in the order of registration."""
    erasure = Erasure(explain, erase)
    if erasure not in _erasures:
        _erasures.append(erasure)


def explain_erasure(user: User) -> list[str]:
    """What erasing the account does elsewhere, as the person reads it before."""
    return [line for erasure in _erasures for line in erasure.explain(user)]


def erase_elsewhere(user: User) -> None:
    """Let all domains above forget a person."""
    for erasure in _erasures:
        erasure.erase(user)
