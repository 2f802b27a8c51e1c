"""Load everything the demo has; loading again changes nothing that is there."""

from dataclasses import dataclass, field

from flask import current_app

from gernas.accounts.demo import load_demo_accounts
from gernas.accounts.queries import find_user
from gernas.booths.demo import load_plan
from gernas.businesses.demo import give_owner, load_businesses
from gernas.campaigns.queries import find_campaign, find_stop
from gernas.core.database import db, transaction
from gernas.demo.example import SLUG as EXAMPLE
from gernas.demo.example import load_example, move_example
from gernas.demo.other_years import load_other_years
from gernas.demo.real import SLUG as REAL
from gernas.demo.real import load_roadshow
from gernas.registrations.demo import load_calls, move_calls
from gernas.registrations.demo_exhibitors import load_exhibitors
from gernas.youth.demo import load_youth

YOUNG = "alya@contoh.id"  # a made-up member of the youth programme
OWNER = "ibu.sari@contoh.id"  # of a made-up business
ORGANIZER = "panitia@contoh.id"  # who looked at some of the made-up applications
HOST = "lampung"


class NoDemoHere(Exception):
    """The settings are those of a real installation, where nothing made up may appear."""


@dataclass
class Loaded:
    """What a run did, as lines for the terminal."""

    lines: list[str] = field(default_factory=list)


def load_demo(*, fresh: bool = False) -> Loaded:
    """Load the real roadshow, the other years, the running example and the demo accounts.

    ``fresh`` moves the example's dates to today again.

    Raises:
        NoDemoHere: GERNAS_DEMO is not set.
    """
    if not current_app.config["GERNAS"].demo:
        raise NoDemoHere
    loaded = Loaded()
    if find_campaign(REAL) is None:
        with transaction():
            load_roadshow()
            load_other_years()
        loaded.lines.append("Gernas BBI 2022 and other years: loaded")
    example = find_campaign(EXAMPLE)
    if example is None:
        with transaction():
            load_example()
        loaded.lines.append("Running example: made")
    elif fresh:
        with transaction():
            again = db.session.get_one(type(example), example.id)
            loaded.lines.append(f"Running example: moved by {move_example(again)} days")
    with transaction():
        if number := load_businesses():
            loaded.lines.append(f"Made-up businesses: {number}")
    loaded.lines += _load_accounts()
    with transaction():
        give_owner(OWNER)
    loaded.lines += _load_calls(fresh=fresh)
    loaded.lines += _load_youth()
    return loaded


def _load_calls(*, fresh: bool) -> list[str]:
    """Calls of the example with made-up applications, and its floor plan; ``fresh`` opens anew."""
    stop = find_stop(EXAMPLE, HOST)
    if stop is None:
        return []
    with transaction():
        again = db.session.get_one(type(stop), stop.id)
        if fresh:
            move_calls()
        number = load_calls(again.campaign, again, by=find_user(ORGANIZER))
        number += load_exhibitors(again.campaign, again, owner=find_user(OWNER))
        booths = load_plan(again)
    lines = [f"Made-up applications: {number}"] if number else []
    return lines + ([f"Floor plan of the example: {booths} booths"] if booths else [])


def _load_youth() -> list[str]:
    """The youth programme of the example."""
    stop = find_stop(EXAMPLE, HOST)
    if stop is None:
        return []
    with transaction():
        again = db.session.get_one(type(stop), stop.id)
        number = load_youth(again, account=find_user(YOUNG))
    return [f"Youth programme of the example: {number} members"] if number else []


def _load_accounts() -> list[str]:
    """Accounts for the real roadshow and the example; returns how to sign in, to print."""
    campaigns = [one for one in map(find_campaign, (REAL, EXAMPLE)) if one is not None]
    stops = [stop for one in campaigns if (stop := find_stop(one.slug, "lampung")) is not None]
    return load_demo_accounts(
        campaigns=[one.scope for one in campaigns], lampung=[stop.scope for stop in stops]
    )
