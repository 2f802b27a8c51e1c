"""What plans, fixtures, colours and allocations are called, for pages, files and papers."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from gernas.booths.layouts import Layout
from gernas.booths.models import (
    INCLUDED_AMPS,
    Booth,
    BoothMode,
    BoothNeed,
    Fixture,
    FixtureKind,
    Hall,
    How,
    Zone,
    ZoneColour,
)
from gernas.booths.path import Leg, Turn, Way
from gernas.core.i18n import in_language
from gernas.core.wording import number_words

# --- Plans ----------------------------------------------------------------------------------

FIXTURE_WORDS: Mapping[FixtureKind, Any] = {
    FixtureKind.STAGE: _l("Stage"),
    FixtureKind.GATE: _l("Gate"),
    FixtureKind.TOILET: _l("Toilet"),
    FixtureKind.PRAYER_ROOM: _l("Prayer room"),
    FixtureKind.FIRST_AID: _l("First aid"),
    FixtureKind.INFO: _l("Information desk"),
    FixtureKind.WALL: _l("Wall"),
    FixtureKind.OTHER: _l("Something else"),
}
COLOUR_WORDS: Mapping[ZoneColour, Any] = {
    ZoneColour.RED: _l("Red"),
    ZoneColour.GOLD: _l("Gold"),
    ZoneColour.GREEN: _l("Green"),
    ZoneColour.BLUE: _l("Blue"),
    ZoneColour.VIOLET: _l("Violet"),
    ZoneColour.TEAL: _l("Teal"),
    ZoneColour.BROWN: _l("Brown"),
    ZoneColour.GREY: _l("Grey"),
}
LAYOUT_WORDS: Mapping[Layout, Any] = {
    Layout.BACK_TO_BACK: _l("Rows back to back"),
    Layout.ROUND_WALLS: _l("Along the walls, free in the middle"),
    Layout.BAZAAR: _l("Bazaar: rows of tents"),
    Layout.LAGAWI: _l("Hall of Lagawi Fest: 70 booths, stage, two gates (72 × 21 m)"),
}
LETTER = 9.5  # decimetres that a label is high on the plan
_LETTER_WIDTH = 0.68  # of its height


def fixture_word(kind: FixtureKind | str) -> str:
    return str(FIXTURE_WORDS[FixtureKind(kind)])


def colour_word(colour: ZoneColour | str) -> str:
    return str(COLOUR_WORDS[ZoneColour(colour)])


def hall_title(hall: Hall) -> str:
    return in_language(hall.name, hall.name_en)[0]


def zone_title(zone: Zone) -> str:
    return in_language(zone.name, zone.name_en)[0]


def plan_title(hall: Hall, count: int) -> str:
    """``Plan of Tenda utama, 67 booths``: what a screen reader says of the picture."""
    booths = ngettext("%(num)s booth", "%(num)s booths", count)
    return str(_("Plan of %(hall)s, %(booths)s", hall=hall_title(hall), booths=booths))


def metres(cm: float) -> str:
    """``3`` for 300, ``2,5`` for 250: as people read a length."""
    return number_words(round(cm) / 100)


def size_words(one: Booth | Fixture | Hall) -> str:
    """``3 × 2 m``."""
    return f"{metres(one.width_cm)} × {metres(one.depth_cm)}\N{NO-BREAK SPACE}m"


# --- Drawing --------------------------------------------------------------------------------


def dm(cm: float) -> str:
    """Centimetres as the decimetres of a drawing, in as few characters as it takes."""
    return f"{cm / 10:.2f}".rstrip("0").rstrip(".")


def zone_class(zone: Zone | None) -> str:
    """The class of a zone's colour, with a space before it; "" without a zone."""
    return f" z-{zone.colour}" if zone is not None else ""


def plan_size(hall: Hall) -> str:
    """The class of a wide hall, so that a booth in it can be hit with a finger."""
    if hall.width_cm > 10_000:
        return " g-plan--vast"
    return " g-plan--wide" if hall.width_cm > 5_500 else ""


def letter_size(one: Booth | Fixture, words: str) -> str:
    """The height of a smaller letter, where the words are longer than what they stand on."""
    upright = one.turn % 180 < 45 or one.turn % 180 > 135
    room = (one.width_cm if upright else one.depth_cm) / 10 - 2
    needed = len(words) * LETTER * _LETTER_WIDTH
    if needed <= room or not words:
        return ""
    return f"{max(LETTER * room / needed, 2.5):.1f}"


# --- Allocating -----------------------------------------------------------------------------

MODE_WORDS: Mapping[BoothMode, Any] = {
    BoothMode.ASSIGN: _l("Organizers give the booths"),
    BoothMode.CHOOSE: _l("Applicants choose"),
    BoothMode.WISHES: _l("Applicants give three wishes"),
}
HOW_WORDS: Mapping[How, Any] = {
    How.ASSIGNED: _l("Given by an organizer"),
    How.CHOSEN: _l("Chosen by the applicant"),
    How.PROPOSED: _l("By a proposal"),
    How.MOVED: _l("Moved"),
    How.SWAPPED: _l("Swapped"),
}


def hindrance_words(hindrance: str, booth: Booth) -> str:
    """Why somebody cannot have a booth, as a sentence."""
    zone = zone_title(booth.zone) if booth.zone is not None else ""
    sponsor = booth.sponsor.name if booth.sponsor is not None else ""
    sentences = {
        "sponsor": _(
            "Booth %(booth)s is kept for exhibitors of %(sponsor)s.",
            booth=booth.label,
            sponsor=sponsor,
        ),
        "locked": _("Booth %(booth)s is given by the organizers only.", booth=booth.label),
        "zone": _("Booth %(booth)s is in another zone than yours.", booth=booth.label),
        "sector": _(
            "Booth %(booth)s is in the zone %(zone)s, which is for other products.",
            booth=booth.label,
            zone=zone,
        ),
        "size": _("Booth %(booth)s is smaller than what you need.", booth=booth.label),
        "power": _(
            "Booth %(booth)s has %(amps)s ampere, less than what you need.",
            booth=booth.label,
            amps=number_words(booth.amps),
        ),
        "water": _("Booth %(booth)s has no water.", booth=booth.label),
        "accessible": _("Booth %(booth)s cannot be reached without steps.", booth=booth.label),
    }
    return str(sentences[str(hindrance)])


def needs_words(need: BoothNeed) -> str:
    """What an exhibitor needs of its booth: ``at least 3 × 3 m, 6 ampere, water``."""
    needs = []
    if need.width_cm or need.depth_cm:
        sides = [metres(side) for side in (need.width_cm, need.depth_cm) if side]
        size = " × ".join(sides) + "\N{NO-BREAK SPACE}m"
        needs.append(str(_("at least %(size)s", size=size)))
    if need.amps > INCLUDED_AMPS:
        needs.append(str(_("%(amps)s ampere", amps=number_words(need.amps))))
    if need.water:
        needs.append(str(_("water")))
    if need.accessible:
        needs.append(str(_("without steps")))
    return ", ".join(needs)


def list_booth_facts(booth: Booth) -> list[str]:
    """What a booth is and has, besides table and chairs: ``3 × 3 m``, ``corner``, ``4 ampere``."""
    facts = [size_words(booth)]
    if booth.corner:
        facts.append(str(_("corner")))
    facts.append(str(_("%(amps)s ampere", amps=number_words(booth.amps))))
    if booth.water:
        facts.append(str(_("water")))
    if booth.accessible:
        facts.append(str(_("without steps")))
    if booth.price:
        facts.append(f"Rp\N{NO-BREAK SPACE}{number_words(booth.price)}")
    return facts


def booth_option(booth: Booth) -> str:
    """A booth in a list to choose from: ``A08, 3 × 3 m, corner, 2 ampere``."""
    return ", ".join((booth.label, *list_booth_facts(booth)))


def furniture_words(booth: Booth) -> str:
    """``1 table and 2 chairs``."""
    tables = ngettext("%(num)s table", "%(num)s tables", booth.tables)
    chairs = ngettext("%(num)s chair", "%(num)s chairs", booth.chairs)
    return str(_("%(tables)s and %(chairs)s", tables=tables, chairs=chairs))


# --- The way from the gate ------------------------------------------------------------------


def way_words(way: Way) -> list[str]:
    """How to walk from the gate to a booth, a sentence a step."""
    steps = [
        str(
            _("Come in through %(gate)s.", gate=way.gate) if way.gate else _("Come in at the gate.")
        )
    ]
    steps += [_leg_words(leg) for leg in way.legs]
    sentences = {
        Turn.LEFT: _("Booth %(booth)s is on your left.", booth=way.booth),
        Turn.RIGHT: _("Booth %(booth)s is on your right.", booth=way.booth),
        Turn.STRAIGHT: _("Booth %(booth)s is in front of you.", booth=way.booth),
        Turn.BACK: _("Booth %(booth)s is behind you.", booth=way.booth),
    }
    return [*steps, str(sentences[way.side])]


def _leg_words(leg: Leg) -> str:
    values = {"length": f"{number_words(leg.metres)}\N{NO-BREAK SPACE}m"}
    if leg.turn == Turn.STRAIGHT:
        return str(_("Walk straight on for %(length)s.", **values))
    if leg.at is None:
        turned = {
            Turn.LEFT: _("Turn left and walk %(length)s.", **values),
            Turn.RIGHT: _("Turn right and walk %(length)s.", **values),
            Turn.BACK: _("Turn round and walk %(length)s.", **values),
        }
        return str(turned[leg.turn])
    values["booth"] = leg.at
    turned = {
        Turn.LEFT: _("At booth %(booth)s turn left and walk %(length)s.", **values),
        Turn.RIGHT: _("At booth %(booth)s turn right and walk %(length)s.", **values),
        Turn.BACK: _("At booth %(booth)s turn round and walk %(length)s.", **values),
    }
    return str(turned[leg.turn])
