"""How the log of changes calls what happens to floor plans and booths."""

from collections.abc import Collection, Mapping

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from gernas.audit.words import register_action, register_field, register_subject
from gernas.booths.models import Hall, Plan
from gernas.booths.words import COLOUR_WORDS, MODE_WORDS
from gernas.core.database import db
from gernas.events.models import Event

ALLOCATING = {
    "booth.assigned": _l("Gave the booth"),
    "booth.moved": _l("Moved an exhibitor to the booth"),
    "booth.swapped": _l("Swapped two exhibitors"),
    "booth.released": _l("Took the booth back"),
    "booth.fixed": _l("Locked the booth for its exhibitor"),
    "booth.freed": _l("Unlocked the booth"),
    "booth.undone": _l("Took a step back"),
    "booth.needs_set": _l("Noted what the exhibitor needs"),
    "plan.call_set": _l("Said how a call gets booths"),
    "plan.call_removed": _l("Ended that a call gets booths"),
}
ALLOCATING_FIELDS = {
    "booth": {
        "exhibitor": _l("Exhibitor"),
        "booth": _l("Booth"),
        "reason": _l("Reason"),
        "locked": _l("Locked"),
    },
    "registration": {
        "width_cm": _l("Width in centimetres, at least"),
        "depth_cm": _l("Depth in centimetres, at least"),
        "amps": _l("Power in ampere"),
        "water": _l("Water"),
        "accessible": _l("Without steps"),
        "product": _l("Product"),
        "sponsor": _l("Sponsor"),
        "group": _l("Group"),
        "note": _l("Note"),
    },
    "floor_plan": {
        "call": _l("Call"),
        "sponsor": _l("Sponsor"),
        "hold_minutes": _l("Minutes that a booth is held"),
        "booths_each": _l("Booths for each exhibitor"),
        "opens_at": _l("Choosing opens"),
        "closes_at": _l("Choosing closes"),
    },
}


def register_allocating() -> None:
    """Name what happens to booths once they are drawn."""
    for action, text in ALLOCATING.items():
        register_action(action, text)
    for subject, names in ALLOCATING_FIELDS.items():
        for name, text in names.items():
            register_field(subject, name, text)
    modes = {str(mode): words for mode, words in MODE_WORDS.items()}
    register_field("floor_plan", "mode", _l("How booths are given"), values=modes)


DRAWING = {
    "plan.added": _l("Began the floor plan"),
    "plan.edited": _l("Edited the floor plan"),
    "plan.published": _l("Published the floor plan"),
    "plan.withdrawn": _l("Took the floor plan off the public page"),
    "hall.added": _l("Added the hall"),
    "hall.edited": _l("Edited the hall"),
    "hall.removed": _l("Removed the hall"),
    "hall.drawn": _l("Drew in the hall"),
    "hall.backdrop_set": _l("Put a picture behind the plan"),
    "hall.backdrop_placed": _l("Moved the picture behind the plan"),
    "hall.backdrop_removed": _l("Took the picture behind the plan away"),
    "zone.added": _l("Added the zone"),
    "zone.edited": _l("Edited the zone"),
    "zone.removed": _l("Removed the zone"),
    "sponsor.added": _l("Added the sponsor"),
    "sponsor.edited": _l("Edited the sponsor"),
    "sponsor.removed": _l("Removed the sponsor"),
}
DRAWING_FIELDS = {
    "floor_plan": {
        "grid_cm": _l("Grid in centimetres"),
        "aisle_cm": _l("Narrowest aisle in centimetres"),
        "opens_daily": _l("Opens each day at"),
        "closes_daily": _l("Closes each day at"),
        "rules": _l("Rules for exhibitors"),
        "contact_name": _l("Hall manager"),
        "contact_phone": _l("Number of the hall manager"),
        "published_at": _l("Published"),
    },
    "hall": {
        "name": _l("Name"),
        "name_en": _l("Name in English"),
        "width_cm": _l("Width in centimetres"),
        "depth_cm": _l("Depth in centimetres"),
        "added": _l("New booths"),
        "changed": _l("Changed booths"),
        "removed": _l("Removed booths"),
        "carried": _l("Booths from another hall"),
        "fixtures": _l("Other things changed"),
        "booths": _l("Booths"),
        "backdrop": _l("Picture behind the plan"),
        "backdrop_x_cm": _l("Picture, from the left in centimetres"),
        "backdrop_y_cm": _l("Picture, from the top in centimetres"),
        "backdrop_width_cm": _l("Picture, width in centimetres"),
        "backdrop_opacity": _l("Picture, strength in percent"),
    },
    "zone": {
        "code": _l("Code"),
        "name": _l("Name"),
        "name_en": _l("Name in English"),
        "sectors": _l("Only for these sectors"),
    },
    "booth_sponsor": {"name": _l("Name of the sponsor"), "quota": _l("At most so many booths")},
}


def register_drawing() -> None:
    """Name what happens to plans, halls, zones and sponsors, and say where a plan is shown."""
    for action, text in DRAWING.items():
        register_action(action, text)
    for subject, names in DRAWING_FIELDS.items():
        for name, text in names.items():
            register_field(subject, name, text)
    colours = {str(colour): words for colour, words in COLOUR_WORDS.items()}
    register_field("zone", "colour", _l("Colour"), values=colours)
    register_subject("floor_plan", name=_l("Floor plan"), urls=_plan_urls)
    register_subject("hall", name=_l("Hall"), urls=_hall_urls)
    register_subject("zone", name=_l("Zone"))
    register_subject("booth_sponsor", name=_l("Sponsor"))


def _plan_urls(ids: Collection[int]) -> Mapping[int, str]:
    rows = select(Plan.id, Event.slug).join(Plan.event).where(Plan.id.in_(ids))
    return {number: url_for("booths.plan", event=slug) for number, slug in db.session.execute(rows)}


def _hall_urls(ids: Collection[int]) -> Mapping[int, str]:
    rows = select(Hall.id, Event.slug).join(Hall.plan).join(Plan.event).where(Hall.id.in_(ids))
    return {
        number: url_for("booths.table", event=slug, hall_id=number)
        for number, slug in db.session.execute(rows)
    }


PROPOSING = {
    "proposal.asked": _l("Had a proposal of booths worked out"),
    "proposal.accepted": _l("Accepted a proposal of booths"),
    "proposal.discarded": _l("Discarded a proposal of booths"),
    "proposal.undone": _l("Took an accepted proposal of booths back"),
    "group.added": _l("Added a group of exhibitors"),
    "group.edited": _l("Renamed a group of exhibitors"),
    "group.removed": _l("Removed a group of exhibitors"),
}
PROPOSING_FIELDS = {
    "booth_proposal": {
        "rules": _l("Rules"),
        "seconds": _l("Seconds for looking"),
        "given": _l("Booths given"),
        "left_out": _l("Left out"),
    },
    "booth_group": {"name": _l("Name")},
}


def register_proposing() -> None:
    """Name what happens to proposals and groups."""
    for action, text in PROPOSING.items():
        register_action(action, text)
    for subject, names in PROPOSING_FIELDS.items():
        for name, text in names.items():
            register_field(subject, name, text)
    register_subject("booth_proposal", name=_l("Proposal of booths"))
    register_subject("booth_group", name=_l("Group of exhibitors"))


LOADING = {
    "loading.added": _l("Offered times for loading"),
    "loading.changed": _l("Changed how many may come at a time"),
    "loading.removed": _l("Removed times for loading"),
    "loading.booked": _l("Chose a loading time for an exhibitor"),
    "loading.cancelled": _l("Took an exhibitor off a loading time"),
}
LOADING_FIELDS = {
    "gate": _l("Gate"),
    "first": _l("First time"),
    "last": _l("Last time"),
    "capacity": _l("Exhibitors at a time"),
    "exhibitor": _l("Exhibitor"),
}


def register_loading() -> None:
    """Name what happens to times for loading."""
    for action, text in LOADING.items():
        register_action(action, text)
    for name, text in LOADING_FIELDS.items():
        register_field("floor_plan", name, text)
    kinds = {"load_in": _l("Load-in"), "load_out": _l("Load-out")}
    register_field("floor_plan", "loading", _l("Load-in or load-out"), values=kinds)


def register_log_words() -> None:
    """Name the actions, fields and subjects of booths."""
    register_drawing()
    register_loading()
    register_allocating()
    register_proposing()
