"""Draw a ready-made layout into a hall."""

from dataclasses import replace

from gernas.booths.layouts import Layout, Made, Measure, make_layout
from gernas.booths.models import Hall
from gernas.booths.queries import list_booths, list_zones
from gernas.booths.services.changing import By
from gernas.booths.services.drawing import Saved, save_drawing
from gernas.booths.services.halls import edit_hall
from gernas.booths.services.zones import add_zone
from gernas.booths.values import HallDrawing, HallValues
from gernas.core.database import db


def plan_layout(hall: Hall, layout: Layout, measure: Measure) -> Made:
    """What the layout would add to a hall; nothing is written."""
    taken = {booth.label for booth in list_booths(hall.plan)}
    taken |= {zone.code for zone in list_zones(hall.plan)} if layout is Layout.LAGAWI else set()
    return make_layout(layout, measure, taken=taken)


def draw_layout(hall: Hall, layout: Layout, measure: Measure, *, by: By) -> Saved:
    """Add the booths of a layout to what stands in the hall; a small hall grows if it must.

    Raises:
        NotAllowed, NotThere, TooManyBooths
    """
    made = plan_layout(hall, layout, measure)
    if made.size is not None:
        width, depth = max(made.size[0], hall.width_cm), max(made.size[1], hall.depth_cm)
        values = replace(HallValues.of(hall), width_cm=width, depth_cm=depth)
        hall = edit_hall(hall, values, by=by)
    zones = {zone.code: add_zone(hall.plan, zone, by=by).id for zone in made.zones}
    db.session.flush()
    booths = [
        (None, replace(one, zone_id=zones.get(one.label.rstrip("0123456789"))))
        for one in made.booths
    ]
    drawing = HallDrawing(
        booths=tuple(booths), fixtures=tuple((None, one) for one in made.fixtures)
    )
    return save_drawing(hall, drawing, version=None, by=by)
