"""Places: taken, given back, passed on to the next in line; never more than there are.

Locks are taken in one order: registrations, then the call, whose lock also guards its quotas.
Whoever holds the call waits for nothing more, so no two transactions wait for each other.
A place and the state that goes with it are written together, so callers flush after both.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm.attributes import set_committed_value

from gernas.core.database import db, is_sqlite
from gernas.core.revisions import raise_revisions
from gernas.registrations.models import Call, CallQuota, QuotaDimension, Registration


def hold_places(call_id: int) -> None:
    """Hold a call's places until the transaction ends. SQLite has one writer at a time anyway."""
    if not is_sqlite():
        db.session.execute(select(Call.id).where(Call.id == call_id).with_for_update())


def take_place(registration: Registration) -> CallQuota | Call | None:
    """Take a place for a registration, in the call and in each quota that it counts for.

    Returns None when it has one now, else what is full; then nothing was taken.
    """
    if registration.holds_place:
        return None
    call = registration.call
    statement = update(Call).where(Call.id == call.id, Call.used < Call.places)
    counted = statement.values(used=Call.used + 1).returning(Call.used, Call.places)
    taken = db.session.execute(counted.execution_options(synchronize_session=False)).first()
    if taken is None:
        return call
    set_committed_value(call, "used", taken.used)
    full = _take_of_quotas(list_quotas(registration))
    if full is not None:
        _give_to_call(call)
        return full
    if taken.used == taken.places:
        raise_revisions(*call.shown_on)  # its page says now that it is full
    registration.holds_place = True
    return None


def give_place_back(registration: Registration) -> bool:
    """Give a place back, if the registration holds one; say whether it did."""
    if not registration.holds_place:
        return False
    used, places = _give_to_call(registration.call)
    _count_down(list_quotas(registration))
    if used == places - 1:
        raise_revisions(*registration.call.shown_on)  # its page no longer says that it is full
    registration.holds_place = False
    return True


def move_place(
    registration: Registration, values: Mapping[QuotaDimension, str]
) -> CallQuota | None:
    """Let a registration count for other quotas, since its answers changed.

    Returns None when that worked, else the quota that is full; then nothing changed.
    """
    former = {one: getattr(registration, str(one)) for one in QuotaDimension}
    if not registration.holds_place:
        _set_quota_values(registration, values)
        return None
    hold_places(registration.call_id)
    _count_down(list_quotas(registration))
    _set_quota_values(registration, values)
    full = _take_of_quotas(list_quotas(registration))
    if full is not None:
        _set_quota_values(registration, former)
        _take_of_quotas(list_quotas(registration))
    return full


def next_waiting_number(call_id: int) -> int:
    """The next number of the call's waiting list: whoever asks first stands first."""
    statement = update(Call).where(Call.id == call_id).values(last_waiting=Call.last_waiting + 1)
    numbered = statement.returning(Call.last_waiting)
    return db.session.execute(numbered.execution_options(synchronize_session=False)).scalar_one()


def find_next_in_line(call_id: int) -> int | None:
    """The id of the first on the waiting list whose quotas all have room; None if none.

    It does not look at the call's own places.
    """
    counts = or_(
        *(
            and_(
                CallQuota.dimension == dimension,
                CallQuota.value == getattr(Registration, dimension),
            )
            for dimension in map(str, QuotaDimension)
        )
    )
    full = select(CallQuota.id).where(
        CallQuota.call_id == Registration.call_id, CallQuota.used >= CallQuota.size, counts
    )
    waiting = (
        select(Registration.id)
        .where(
            Registration.call_id == call_id,
            Registration.waiting_number.is_not(None),
            ~full.exists(),
        )
        .order_by(Registration.waiting_number)
        .limit(1)
    )
    return db.session.scalar(waiting)


def list_quotas(registration: Registration) -> list[CallQuota]:
    """The quotas that a registration counts for."""
    wanted: list[ColumnElement[bool]] = [
        and_(CallQuota.dimension == dimension, CallQuota.value == value)
        for dimension in map(str, QuotaDimension)
        if (value := getattr(registration, dimension)) is not None
    ]
    if not wanted:
        return []
    quotas = select(CallQuota).where(CallQuota.call_id == registration.call_id, or_(*wanted))
    return list(db.session.scalars(quotas.execution_options(populate_existing=True)))


def _take_of_quotas(quotas: list[CallQuota]) -> CallQuota | None:
    """Count one up in each quota, or in none; the one that is full, if any."""
    for number, quota in enumerate(quotas):
        statement = update(CallQuota).where(
            CallQuota.id == quota.id, CallQuota.used < CallQuota.size
        )
        counted = statement.values(used=CallQuota.used + 1).returning(CallQuota.id)
        counted = counted.execution_options(synchronize_session=False)
        if db.session.execute(counted).first() is None:
            _count_down(quotas[:number])
            return quota
    return None


def _count_down(quotas: list[CallQuota]) -> None:
    if quotas:
        statement = update(CallQuota).where(CallQuota.id.in_([quota.id for quota in quotas]))
        statement = statement.values(used=CallQuota.used - 1)
        db.session.execute(statement.execution_options(synchronize_session=False))


def _give_to_call(call: Call) -> tuple[int, int]:
    """How many places of the call are held after one was given back, and how many there are."""
    statement = update(Call).where(Call.id == call.id).values(used=Call.used - 1)
    counted = statement.returning(Call.used, Call.places)
    used, places = db.session.execute(counted.execution_options(synchronize_session=False)).one()
    set_committed_value(call, "used", used)
    return used, places


def _set_quota_values(
    registration: Registration, values: Mapping[QuotaDimension, str | None]
) -> None:
    for dimension in QuotaDimension:
        setattr(registration, str(dimension), values.get(dimension))
