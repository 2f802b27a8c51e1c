"""How the log of changes calls what happens to floor plans and booths."""

from flask_babel import lazy_gettext as _l

from gernas.audit.words import register_action, register_field
from gernas.booths.words import MODE_WORDS

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


def register_log_words() -> None:
    """Name the actions, fields and subjects of booths."""
    register_allocating()
