"""Each paper as data for its template: every text and every length, ready to be set.

The templates hold no words; what people typed goes to them as JSON and nowhere else.
"""

import io
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from gernas.booths.papers.facts import Facts, PaperBooth, PaperHall, Shape
from gernas.core.wording import number_words

BADGES_EACH = 3
SCALES = (20, 25, 50, 75, 100, 125, 150, 200, 250, 300, 400, 500, 750, 1_000, 1_500, 2_000, 5_000)
BARS = (1, 2, 5, 10, 20, 50, 100, 200)  # metres of the ruler
MARGIN = 12  # mm
HEAD = 34  # mm, above and below the hall
LONGEST_BAR = 60  # mm

_LONG_WORD = re.compile(r"(\S{14})(?=\S)")
_MAY_BREAK = "\N{ZERO WIDTH SPACE}"

Data = dict[str, Any]


class Paper(StrEnum):
    """What can be printed; the value is its file's name and a part of its address."""

    PLAN_A3 = "denah-a3"
    PLAN_A1 = "denah-a1"
    SIGNS = "papan-stan"
    FASCIA = "papan-nama"
    BADGES = "kartu-peserta"
    MANAGER = "daftar-aula"


PAPER_WORDS: Mapping[Paper, Any] = {
    Paper.PLAN_A3: _l("Plan to scale, A3"),
    Paper.PLAN_A1: _l("Plan to scale, A1"),
    Paper.SIGNS: _l("Booth signs with a code"),
    Paper.FASCIA: _l("Fascia names"),
    Paper.BADGES: _l("Badges, three a booth"),
    Paper.MANAGER: _l("List for the hall manager"),
}
TEMPLATES: Mapping[Paper, str] = {
    Paper.PLAN_A3: "plan.typ",
    Paper.PLAN_A1: "plan.typ",
    Paper.SIGNS: "signs.typ",
    Paper.FASCIA: "fascia.typ",
    Paper.BADGES: "badges.typ",
    Paper.MANAGER: "manager.typ",
}
PERSONAL = frozenset({Paper.MANAGER})  # with names and numbers of people
_PAGES = {Paper.PLAN_A3: (420, 297), Paper.PLAN_A1: (841, 594)}


def make_data(paper: Paper, facts: Facts) -> Data:
    """What the template of a paper reads."""
    makers: Mapping[Paper, Callable[[Facts], Data]] = {
        Paper.PLAN_A3: partial(_plan, paper=Paper.PLAN_A3),
        Paper.PLAN_A1: partial(_plan, paper=Paper.PLAN_A1),
        Paper.SIGNS: _signs,
        Paper.FASCIA: _fascia,
        Paper.BADGES: _badges,
        Paper.MANAGER: _manager,
    }
    return {
        "title": f"{PAPER_WORDS[paper]} · {facts.event}",
        "event": breakable(facts.event),
        "when": facts.when,
        "made": facts.made,
        "language": facts.language,
        "words": {},
        **makers[paper](facts),
    }


def breakable(text: str) -> str:
    """The text with places where a very long word may be broken."""
    return _LONG_WORD.sub(rf"\1{_MAY_BREAK}", text)


# --- The plan -------------------------------------------------------------------------------


def _plan(facts: Facts, *, paper: Paper) -> Data:
    page = _PAGES[paper]
    wide, high = page if paper == Paper.PLAN_A3 else (page[1], page[0])
    return {
        "words": {"who": _("Who exhibits where")},
        "sheet": {
            "margin": MARGIN,
            "list_width": wide,
            "list_height": high,
            "columns": wide // 130,
        },
        "zones": [vars(zone) for zone in facts.zones],
        "halls": [_hall(hall, page) for hall in facts.halls],
        "list": [_listed(booth) for booth in facts.given],
    }


def _hall(hall: PaperHall, page: tuple[int, int]) -> Data:
    long, short = page
    wide, high = min((long, short), (short, long), key=lambda sides: find_scale(hall, sides))
    scale = find_scale(hall, (wide, high))
    bar = max((one for one in BARS if one * 1_000 / scale <= LONGEST_BAR), default=BARS[0])
    return {
        "name": breakable(hall.name),
        "size": hall.size,
        "page_width": wide,
        "page_height": high,
        "width": _mm(hall.width, scale),
        "depth": _mm(hall.depth, scale),
        "scale_words": _("Scale 1:%(scale)s", scale=number_words(scale)),
        "bar": bar * 1_000 / scale,
        "bar_words": f"{number_words(bar)}\N{NO-BREAK SPACE}m",
        "fixtures": [
            {"kind": one.kind, "name": breakable(one.name), **_scaled(one.shape, scale)}
            for one in hall.fixtures
        ],
        "booths": [
            {
                "label": booth.label,
                "name": breakable(booth.exhibitor) if booth.exhibitor else None,
                "colour": _colour(booth),
                **_scaled(booth.shape, scale),
            }
            for booth in hall.booths
        ],
    }


def find_scale(hall: PaperHall, sides: tuple[int, int]) -> int:
    """The largest usual scale at which a hall fits onto a page with these sides in mm."""
    room_wide, room_deep = sides[0] - 2 * MARGIN, sides[1] - 2 * MARGIN - HEAD
    needed = max(hall.width * 10 / room_wide, hall.depth * 10 / room_deep)
    return next((scale for scale in SCALES if scale >= needed), round(needed + 0.5))


def _mm(cm: int, scale: int) -> float:
    return round(cm * 10 / scale, 3)


def _scaled(shape: Shape, scale: int) -> Data:
    return {
        "x": _mm(shape.x, scale),
        "y": _mm(shape.y, scale),
        "width": _mm(shape.width, scale),
        "depth": _mm(shape.depth, scale),
        "turn": shape.turn,
    }


def _listed(booth: PaperBooth) -> Data:
    return {"label": booth.label, "name": breakable(booth.exhibitor or "")}


# --- Signs and badges -----------------------------------------------------------------------


def _signs(facts: Facts) -> Data:
    return {
        "words": {"find": _("Scan the code to find this booth on the plan.")},
        "booths": [
            {
                **_listed(booth),
                "zone": _zone_words(booth),
                "colour": _colour(booth),
                "qr": make_code(booth.address),
                "address": booth.address,
            }
            for booth in facts.iter_booths()
        ],
    }


def _badges(facts: Facts) -> Data:
    return {
        "words": {"person": _("Name"), "exhibitor": _("Exhibitor")},
        "badges": [
            {
                **_listed(booth),
                "code": booth.zone.code if booth.zone else None,
                "colour": _colour(booth),
                "number": f"{number}/{BADGES_EACH}",
            }
            for booth in facts.given
            for number in range(1, BADGES_EACH + 1)
        ],
    }


def make_code(address: str) -> str:
    """A QR code as SVG, medium error correction, always with the same mask.

    To try all eight masks takes five times as long, and readers are told which one it is.
    """
    import segno  # Only signs need it.

    out = io.BytesIO()
    code = segno.make_qr(address, error="m", mask=2)
    code.save(out, kind="svg", border=2, xmldecl=False, omitsize=True, nl=False)
    return out.getvalue().decode()


# --- Lists ----------------------------------------------------------------------------------


def _fascia(facts: Facts) -> Data:
    booths = facts.given
    count = ngettext("%(num)s name", "%(num)s names", len(booths))
    return {
        "words": {
            "heading": _("Fascia names"),
            "columns": [
                _("Booth"),
                _("Name on the fascia"),
                _("Size of the booth"),
                _("Zone"),
                _("Letters"),
            ],
        },
        "note": f"{count} · {facts.when}",
        "booths": [
            {
                **_listed(booth),
                "size": booth.size,
                "code": booth.zone.code if booth.zone else None,
                "colour": _colour(booth),
                "letters": number_words(len(booth.exhibitor or "")),
            }
            for booth in booths
        ],
    }


def _manager(facts: Facts) -> Data:
    return {
        "words": {
            "heading": _("List for the hall manager"),
            "columns": [
                _("Booth"),
                _("Exhibitor"),
                _("Contact"),
                _("Equipment"),
                _("Load-in"),
                _("Load-out"),
                _("There"),
            ],
        },
        "halls": [_manager_hall(hall, facts) for hall in facts.halls],
    }


def _manager_hall(hall: PaperHall, facts: Facts) -> Data:
    given = sum(1 for booth in hall.booths if booth.exhibitor)
    count = ngettext("%(num)s booth", "%(num)s booths", len(hall.booths))
    note = _("%(booths)s, %(given)s with an exhibitor", booths=count, given=number_words(given))
    return {
        "name": breakable(hall.name),
        "note": f"{note} · {facts.when}",
        "booths": [
            {
                "label": booth.label,
                "name": breakable(booth.exhibitor or "–"),
                "zone": _zone_words(booth),
                "contact": breakable(booth.contact),
                "equipment": booth.equipment,
                "note": breakable(booth.note) if booth.note else None,
                "load_in": breakable(booth.load_in),
                "load_out": breakable(booth.load_out),
            }
            for booth in hall.booths
        ],
    }


def _zone_words(booth: PaperBooth) -> str | None:
    return f"{booth.zone.code} · {breakable(booth.zone.name)}" if booth.zone else None


def _colour(booth: PaperBooth) -> str:
    return booth.zone.colour if booth.zone else ""
