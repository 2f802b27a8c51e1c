"""Exhibitors for a plan: registrations that hold a place in a call of it, committed."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import inspect, select

from gernas.accounts.models import User
from gernas.booths.models import (
    Booth,
    BoothAllocation,
    BoothCall,
    BoothMode,
    BoothNeed,
    Plan,
)
from gernas.booths.services.allocating import assign_booth, hold_booth
from gernas.core.clock import now
from gernas.core.database import Model, db, transaction
from gernas.registrations.models import Call, Registration
from tests.booths.making import make_booth, make_hall, make_plan
from tests.factories import Row, save
from tests.registrations.making import first_come, send

_number = count(1)


def make_booth_call(
    plan: Plan | None = None,
    *,
    mode: BoothMode = BoothMode.CHOOSE,
    call: Call | None = None,
    places: int = 400,
    confirm_days: int = 0,
    **terms: Any,
) -> BoothCall:
    """A call by first come whose applicants choose a booth on the plan, which is published."""
    plan = plan or make_plan(published=True)
    call = call or first_come(places=places, confirm_days=confirm_days)
    return save(BoothCall(call_id=call.id, plan_id=plan.id, mode=mode, **terms))


def make_exhibitor(
    terms: BoothCall | None = None, *, need: dict[str, Any] | None = None, **answers: Any
) -> Registration:
    """An accepted registration of a call that gets booths; ``need`` is what its booth must have."""
    terms = terms or make_booth_call()
    call = db.session.get_one(Call, terms.call_id)
    registration = send(call, **{"business_name": f"Usaha {next(_number)}", **answers})
    assert registration.holds_place
    if need is not None:
        save(BoothNeed(registration_id=registration.id, **need))
    return registration


def make_choice(
    booths: int = 2, exhibitors: int = 2, **terms: Any
) -> tuple[list[Booth], list[Any]]:
    """Booths A01, A02, … of one hall, and exhibitors who may choose among them."""
    plan = make_plan(published=True)
    hall = make_hall(plan)
    rows = [make_booth(hall, f"A{number:02}") for number in range(1, booths + 1)]
    booth_call = make_booth_call(plan, **terms)
    return rows, [make_exhibitor(booth_call) for _ in range(exhibitors)]


def hold(booth: Booth, registration: Registration) -> BoothAllocation:
    """Hold a booth as the applicant does, in a transaction of its own."""
    with transaction():
        return hold_booth(
            fresh(booth),
            fresh(registration),
            by=None,
        )


def assign(
    booth: Booth, registration: Registration, *, by: User | None = None, **more: Any
) -> BoothAllocation:
    """Give a booth as an organizer does, in a transaction of its own."""
    with transaction():
        return assign_booth(
            fresh(booth),
            fresh(registration),
            by=fresh(by) if by else None,
            **more,
        )


def do(service: Callable[..., Any], *rows: Any, by: User | None = None, **more: Any) -> Any:
    """Let a service do something with rows as they are now, in a transaction of its own."""
    with transaction():
        return service(*[fresh(row) for row in rows], by=fresh(by) if by else None, **more)


def fresh(row: Row) -> Row:
    """The row as it is in the database now, whichever session once read it."""
    return db.session.get_one(type(row), id_of(row), populate_existing=True)


def id_of(row: Model) -> int:
    """The id of a row, also of one whose session has forgotten it."""
    (number,) = inspect(row).identity or (0,)
    return int(number)


def live(plan_id: int) -> list[tuple[str, int]]:
    """Label and registration of what is not released on a plan, by label."""
    db.session.rollback()
    rows = (
        select(Booth.label, BoothAllocation.registration_id)
        .join(BoothAllocation, BoothAllocation.booth_id == Booth.id)
        .where(BoothAllocation.plan_id == plan_id, BoothAllocation.released_at.is_(None))
    )
    return [(label, number) for label, number in db.session.execute(rows.order_by(Booth.label))]


def soon(minutes: float) -> Any:
    return now() + timedelta(minutes=minutes)
