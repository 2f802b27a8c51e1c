"""Places: taken, given back, passed on to the next in line; never more than there are.

Locks are taken in one order: registrations, then quotas by id, then the call. Whoever holds the
call waits for nothing more, so no two transactions wait for each other.
"""

from sqlalchemy import ColumnElement, and_, or_, select, update

from gernas.core.database import db, is_sqlite
from gernas.core.revisions import raise_revisions
from gernas.registrations.models import Call, CallQuota, QuotaDimension, Registration


def hold_places(call_id: int) -> None:
    """Hold all quotas of a call and the call until the transaction ends.

    For whoever takes or gives more than one place. SQLite has one writer at a time anyway.
    """
    if is_sqlite():
        return
    quotas = select(CallQuota.id).where(CallQuota.call_id == call_id).order_by(CallQuota.id)
    db.session.execute(quotas.with_for_update())
    db.session.execute(select(Call.id).where(Call.id == call_id).with_for_update())


def take_place(registration: Registration) -> CallQuota | Call | None:
    """Take a place for a registration, in the call and in each quota that it counts for.

    Returns None when it has one now, else what is full; then nothing was taken.
    """
    if registration.holds_place:
        return None
    quotas = list_quotas(registration)
    for number, quota in enumerate(quotas):
        if not _count_up(quota.id):
            _count_down(quotas[:number])
            return quota
    if not _take_of_call(registration.call):
        _count_down(quotas)
        return registration.call
    registration.holds_place = True
    return None


def give_place_back(registration: Registration) -> bool:
    """Give a place back, if the registration holds one; say whether it did."""
    if not registration.holds_place:
        return False
    _count_down(list_quotas(registration))
    statement = update(Call).where(Call.id == registration.call_id).values(used=Call.used - 1)
    used, places = db.session.execute(statement.returning(Call.used, Call.places)).one()
    registration.holds_place = False
    if used == places - 1:
        raise_revisions(registration.call.scope)  # its page no longer says that it is full
    return True


def move_place(registration: Registration, values: dict[QuotaDimension, str]) -> CallQuota | None:
    """Let a held place count for other quotas, since the answers changed.

    Returns None when that worked, else the quota that is full; then nothing changed.
    """
    before = list_quotas(registration)
    former = {str(one): getattr(registration, str(one)) for one in QuotaDimension}
    _count_down(before)
    for dimension in QuotaDimension:
        setattr(registration, str(dimension), values.get(dimension))
    after = list_quotas(registration)
    for number, quota in enumerate(after):
        if not _count_up(quota.id):
            _count_down(after[:number])
            for name, value in former.items():
                setattr(registration, name, value)
            for quota_before in before:
                _count_up(quota_before.id)
            return quota
    return None


def next_waiting_number(call_id: int) -> int:
    """The next number of the call's waiting list: whoever asks first stands first."""
    statement = update(Call).where(Call.id == call_id).values(last_waiting=Call.last_waiting + 1)
    return db.session.execute(statement.returning(Call.last_waiting)).scalar_one()


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
    """The quotas that a registration counts for, locked, in the order of their ids."""
    wanted: list[ColumnElement[bool]] = [
        and_(CallQuota.dimension == dimension, CallQuota.value == value)
        for dimension in map(str, QuotaDimension)
        if (value := getattr(registration, dimension)) is not None
    ]
    if not wanted:
        return []
    quotas = select(CallQuota).where(CallQuota.call_id == registration.call_id, or_(*wanted))
    locked = quotas.order_by(CallQuota.id).with_for_update()
    return list(db.session.scalars(locked.execution_options(populate_existing=True)))


def _take_of_call(call: Call) -> bool:
    statement = update(Call).where(Call.id == call.id, Call.used < Call.places)
    statement = statement.values(used=Call.used + 1).execution_options(synchronize_session=False)
    taken = db.session.execute(statement.returning(Call.used, Call.places)).first()
    if taken is None:
        return False
    if taken.used == taken.places:
        raise_revisions(call.scope)  # its page says now that it is full
    return True


def _count_up(quota_id: int) -> bool:
    statement = update(CallQuota).where(CallQuota.id == quota_id, CallQuota.used < CallQuota.size)
    counted = statement.values(used=CallQuota.used + 1).returning(CallQuota.id)
    counted = counted.execution_options(synchronize_session=False)
    return db.session.execute(counted).first() is not None


def _count_down(quotas: list[CallQuota]) -> None:
    if quotas:
        statement = update(CallQuota).where(CallQuota.id.in_([quota.id for quota in quotas]))
        statement = statement.values(used=CallQuota.used - 1)
        db.session.execute(statement.execution_options(synchronize_session=False))
