"""Accounts to try the demo with. All have one password, so they exist in a demo only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app

from gernas.accounts.passwords import hash_password
from gernas.accounts.queries import find_user, list_held_scopes
from gernas.accounts.services.grants import give_grant
from gernas.accounts.services.invitations import add_user
from gernas.core.clock import now
from gernas.core.database import transaction
from gernas.core.permissions import ALL, Role, Scope

PASSWORD = "lumbung-padi-cerah-7"  # noqa: S105 - printed at every start of the demo


class NoDemoAccountsHere(Exception):
    """The settings are those of a real installation."""


@dataclass(frozen=True)
class DemoAccount:
    """One account; ``places`` names what the caller says its role is on."""

    email: str
    name: str
    role: Role | None
    places: str = ""


ACCOUNTS = (
    DemoAccount("admin@contoh.id", "Dewi Anggraini", Role.ADMINISTRATOR, "all"),
    DemoAccount("kampanye@contoh.id", "Bayu Nugroho", Role.CAMPAIGN_MANAGER, "campaigns"),
    DemoAccount("lampung@contoh.id", "Rahmat Hidayat", Role.STOP_MANAGER, "lampung"),
    DemoAccount("panitia@contoh.id", "Putri Maharani", Role.ORGANIZER, "lampung"),
    DemoAccount("koordinator@contoh.id", "Sri Lestari", Role.YOUTH_COORDINATOR, "lampung"),
    DemoAccount("pengamat@contoh.id", "Yusuf Tarigan", Role.VIEWER, "campaigns"),
    DemoAccount("ibu.sari@contoh.id", "Ibu Sari", None),
    DemoAccount("alya@contoh.id", "Alya Contoh", None),
)


def load_demo_accounts(
    *, campaigns: Sequence[Scope] = (), lampung: Sequence[Scope] = ()
) -> list[str]:
    """Make the demo accounts that are missing and give them their roles; own transaction.

    ``campaigns`` are the scopes of the campaigns, ``lampung`` those of its stops. Returns lines
    to print: the password, then address, name and role of each.

    Raises:
        NoDemoAccountsHere: GERNAS_DEMO is not set.
    """
    if not current_app.config["GERNAS"].demo:
        raise NoDemoAccountsHere
    places = {"all": [ALL], "campaigns": campaigns, "lampung": lampung, "": []}
    missing = [account for account in ACCOUNTS if find_user(account.email) is None]
    hashes = {account.email: hash_password(PASSWORD) for account in missing}
    with transaction():
        for account in ACCOUNTS:
            _load(account, hashes, places[account.places])
    lines = [f"{one.email:<22} {one.name} ({one.role or 'no role'})" for one in ACCOUNTS]
    return [f"Demo accounts, all with the password {PASSWORD}:", *lines]


def _load(account: DemoAccount, hashes: Mapping[str, str], scopes: Sequence[Scope]) -> None:
    person = find_user(account.email)
    if person is None:
        person = add_user(account.email, name=account.name, password_hash=hashes[account.email])
    held = list_held_scopes(person)
    for scope in scopes:
        if account.role is not None and (account.role, scope) not in held:
            give_grant(person, account.role, scope, starts_at=now(), by=None)
