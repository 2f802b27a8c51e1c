"""Who has which booth of the example, who holds one, who wishes for which; all made up.

Written at once, as the services would have left it: the demo starts while someone waits.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from gernas.booths.models import (
    Booth,
    BoothAllocation,
    BoothGroup,
    BoothMode,
    BoothNeed,
    BoothWish,
    How,
    Plan,
)
from gernas.booths.queries import list_booths
from gernas.booths.services.calls import set_terms
from gernas.booths.terms import TermsValues
from gernas.core.clock import now
from gernas.core.database import db
from gernas.registrations.demo_exhibitors import CHOOSERS, CURATED
from gernas.registrations.models import Call, Registration

CHOSE, HOLD = 16, 3  # of those who choose; the others look around still
HOLD_MINUTES, HELD_FOR = 15, timedelta(hours=20)  # longer, so that a demo of some hours shows it
STEP = 5  # through the booths of a zone, so that the taken ones lie scattered
GROUP = "Kelompok Tapis Contoh"


def load_choices(plan: Plan) -> None:
    """Let the exhibitors of the demo choose and wish; inside a transaction."""
    choosers, curated = (_find_call(slug) for slug in (CHOOSERS, CURATED))
    if choosers is None or curated is None:
        return
    choosing = TermsValues(mode=BoothMode.CHOOSE, hold_minutes=HOLD_MINUTES)
    set_terms(choosers, plan, choosing, by=None)
    set_terms(curated, plan, TermsValues(mode=BoothMode.WISHES), by=None)
    booths = _by_sector(list_booths(plan))
    taken = _choose(plan, _list_exhibitors(choosers), booths)
    free = {
        sector: [one for one in _scatter(rows) if one.id not in taken]
        for sector, rows in booths.items()
    }
    _wish(plan, _list_exhibitors(curated), free)
    db.session.flush()


def _find_call(slug: str) -> Call | None:
    return db.session.scalar(select(Call).where(Call.slug == slug))


def _list_exhibitors(call: Call) -> Sequence[Registration]:
    rows = select(Registration).where(Registration.call_id == call.id, Registration.holds_place)
    return db.session.scalars(rows.order_by(Registration.id)).all()


def _by_sector(booths: Sequence[Booth]) -> dict[str, list[Booth]]:
    found: dict[str, list[Booth]] = {}
    for booth in booths:
        for sector in booth.zone.sectors if booth.zone is not None else ():
            found.setdefault(sector, []).append(booth)
    return found


def _choose(
    plan: Plan, exhibitors: Sequence[Registration], booths: dict[str, list[Booth]]
) -> set[int]:
    """Each takes or holds a booth of its zone; the ids of those booths."""
    taken: set[int] = set()
    for at, one in enumerate(exhibitors[: CHOSE + HOLD]):
        booth = next(each for each in _scatter(booths[one.sector or ""]) if each.id not in taken)
        taken.add(booth.id)
        moment = now() - timedelta(minutes=40 * (CHOSE + HOLD - at))
        is_held = at >= CHOSE
        db.session.add(
            BoothAllocation(
                plan_id=plan.id,
                booth_id=booth.id,
                registration_id=one.id,
                how=How.CHOSEN,
                allocated_at=moment,
                confirmed_at=None if is_held else moment,
                held_until=now() + HELD_FOR if is_held else None,
            )
        )
    return taken


def _scatter(booths: Sequence[Booth]) -> list[Booth]:
    """All of them in the order in which they are chosen: a corner first, then here and there.

    Last those without a step, which are left to who needs them.
    """
    others = [booth for booth in booths if not booth.accessible]
    ends = [booth for booth in others if booth.corner][1:]
    mixed = [others[step * STEP % len(others)] for step in range(len(others))]
    left = [booth for booth in booths if booth.accessible]
    return list(dict.fromkeys([*ends, *mixed, *others, *left]))


def _wish(plan: Plan, exhibitors: Sequence[Registration], free: dict[str, list[Booth]]) -> None:
    """Most wish for the same few free places; two stand together, some need something."""
    group = BoothGroup(plan_id=plan.id, name=GROUP)
    db.session.add(group)
    db.session.flush()
    together = [one.id for one in exhibitors if one.sector == "fashion"][:2]
    for at, one in enumerate(exhibitors):
        wishes = free[one.sector or ""][at % 2 :][: 3 - at % 4]
        for rank, booth in enumerate(wishes, start=1):
            db.session.add(BoothWish(registration_id=one.id, rank=rank, booth_id=booth.id))
        db.session.add(
            BoothNeed(
                registration_id=one.id,
                product=str(one.answers.get("product", "")) or None,
                amps=4 if at == 0 else 2,
                accessible=at == 3,
                group_id=group.id if one.id in together else None,
            )
        )
