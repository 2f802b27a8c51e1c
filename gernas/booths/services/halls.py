"""Add, edit, move and remove halls, and the pictures behind them."""

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import func, select

from gernas.booths.errors import BoothsInUse
from gernas.booths.models import LARGEST_CM, Booth, BoothAllocation, Hall, Plan
from gernas.booths.queries import find_hall, list_booths, list_halls, list_held
from gernas.booths.services.changing import By, Values, hold_plan, log_row, shows
from gernas.booths.values import HallValues
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.errors import BadValues, NotThere
from gernas.core.images import Picture
from gernas.events.files import store_picture

MOST_HALLS = 20


def add_hall(plan: Plan, values: HallValues, *, by: By) -> Hall:
    """Add a hall after the others.

    Raises:
        NotAllowed
        BadValues: a sentence for each field that cannot be kept.
    """
    values = values.checked()
    plan = hold_plan(plan, by=by)
    last, count = db.session.execute(
        select(func.max(Hall.position), func.count()).where(Hall.plan_id == plan.id)
    ).one()
    if count >= MOST_HALLS:
        raise BadValues({"name": _("A plan has at most %(most)s halls.", most=MOST_HALLS)})
    hall = Hall(plan_id=plan.id, position=(last or 0) + 1, updated_at=now(), **vars(values))
    db.session.add(hall)
    db.session.flush()
    log_row("hall.added", plan, hall, {}, vars(values), by=by)
    shows(plan)
    return hall


def edit_hall(hall: Hall, values: HallValues, *, by: By) -> Hall:
    """Change a hall's name or measure; booths that lie outside then are warned of.

    Raises:
        NotAllowed, NotThere
        BadValues: a sentence for each field that cannot be kept.
    """
    values = values.checked()
    hall = hold_hall(hall, by=by)
    before = vars(HallValues.of(hall))
    if before == vars(values):
        return hall
    for name, value in vars(values).items():
        setattr(hall, name, value)
    return _finish("hall.edited", hall, before, vars(values), by=by)


def move_hall(hall: Hall, *, up: bool, by: By) -> Hall:
    """Swap a hall with the one before it, or after it; at the end of the list nothing happens."""
    hall = hold_hall(hall, by=by)
    halls = list_halls(hall.plan)
    index = next(n for n, one in enumerate(halls) if one.id == hall.id)
    other = index - 1 if up else index + 1
    if 0 <= other < len(halls):
        halls[index], halls[other] = halls[other], halls[index]
        for position, one in enumerate(halls, 1):
            one.position = position
        db.session.flush()
        shows(hall.plan)
    return hall


def remove_hall(hall: Hall, *, by: By) -> None:
    """Remove a hall with what stands in it; its booths stay as history.

    Raises:
        NotAllowed, NotThere
        BoothsInUse: exhibitors hold booths in it.
    """
    hall = hold_hall(hall, by=by)
    plan = hall.plan
    booths = lock_booths({booth.id for booth in list_booths(plan, hall)})
    refuse_if_held({booth.id for booth in booths})
    moment = now()
    for booth in booths:
        booth.removed_at = booth.updated_at = moment
        booth.version += 1
    log_row(
        "hall.removed",
        plan,
        hall,
        {**vars(HallValues.of(hall)), "booths": [booth.label for booth in booths]},
        {},
        by=by,
    )
    db.session.flush()
    db.session.delete(hall)
    db.session.flush()
    shows(plan)


def set_backdrop(hall: Hall, picture: Picture, *, by: By) -> Hall:
    """Put a picture of the venue behind the hall, at first as wide as the hall.

    Raises:
        NotAllowed, NotThere
        CannotStore: the disk is full or not writable.
    """
    hall = hold_hall(hall, by=by)
    before = _read_backdrop(hall)
    hall.backdrop = store_picture(picture)
    hall.backdrop_x_cm = hall.backdrop_y_cm = 0
    hall.backdrop_width_cm = hall.width_cm
    return _finish("hall.backdrop_set", hall, before, _read_backdrop(hall), by=by)


def place_backdrop(
    hall: Hall, *, x_cm: int, y_cm: int, width_cm: int, opacity: int, by: By
) -> Hall:
    """Lay the picture where it fits the hall.

    Raises:
        NotAllowed, NotThere
        BadValues: a sentence for each number that cannot be kept.
    """
    problems = {}
    for name, value in (("x_cm", x_cm), ("y_cm", y_cm)):
        if not -LARGEST_CM <= value <= LARGEST_CM:
            problems[name] = _("That is too far away.")
    if not 10 <= width_cm <= LARGEST_CM:
        problems["width_cm"] = _("The width must be between 0.1 m and 1 km.")
    if not 5 <= opacity <= 100:
        problems["opacity"] = _("The strength must be between 5 and 100.")
    if problems:
        raise BadValues(problems)
    hall = hold_hall(hall, by=by)
    before = _read_backdrop(hall)
    hall.backdrop_x_cm, hall.backdrop_y_cm = x_cm, y_cm
    hall.backdrop_width_cm, hall.backdrop_opacity = width_cm, opacity
    return _finish("hall.backdrop_placed", hall, before, _read_backdrop(hall), by=by)


def remove_backdrop(hall: Hall, *, by: By) -> Hall:
    hall = hold_hall(hall, by=by)
    before = _read_backdrop(hall)
    hall.backdrop, hall.backdrop_width_cm = None, 0
    return _finish("hall.backdrop_removed", hall, before, _read_backdrop(hall), by=by)


def hold_hall(hall: Hall, *, by: By) -> Hall:
    """The hall as it is now, its plan locked, if this person may draw it.

    Raises:
        NotAllowed
        NotThere: someone removed it.
    """
    plan = hold_plan(db.session.get_one(Plan, hall.plan_id), by=by)
    found = db.session.get(Hall, hall.id, populate_existing=True)
    if found is None or find_hall(plan, hall.id) is None:
        raise NotThere(_("This hall is no longer there."))
    return found


def refuse_if_held(booth_ids: Collection[int]) -> None:
    """Refuse to take booths away that exhibitors hold.

    Raises:
        BoothsInUse: it names who holds which.
    """
    if held := list_held(booth_ids):
        raise BoothsInUse([(one.booth.label, name_holder(one)) for one in held])


def lock_booths(booth_ids: Collection[int]) -> list[Booth]:
    """Booths held until the transaction ends, by their ids as whoever gives them takes them too."""
    rows = select(Booth).where(Booth.id.in_(booth_ids)).order_by(Booth.id)
    rows = rows.with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(rows))


def name_holder(allocation: BoothAllocation) -> str:
    return allocation.registration.label or str(_("an exhibitor"))


def count_hall_booths(hall: Hall) -> int:
    counted = select(func.count()).select_from(Booth)
    return (
        db.session.scalar(counted.where(Booth.hall_id == hall.id, Booth.removed_at.is_(None))) or 0
    )


def _finish(action: str, hall: Hall, before: Values, after: Values, *, by: By) -> Hall:
    hall.version += 1
    hall.updated_at = now()
    db.session.flush()
    log_row(action, hall.plan, hall, before, after, by=by)
    shows(hall.plan)
    return hall


def _read_backdrop(hall: Hall) -> Values:
    names = ("backdrop", "backdrop_x_cm", "backdrop_y_cm", "backdrop_width_cm", "backdrop_opacity")
    return {name: getattr(hall, name) for name in names}
