"""Places: taken, given back, passed on to the next in line; never more than there are.

Locks are taken in one order: registrations, then the call, whose lock also guards its quotas.
Whoever holds the call waits for nothing more, so no two transactions wait for each other.
A place and the state that goes with it are written together, so callers flush after both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement, Table, and_, bindparam, func, or_, select, update
from sqlalchemy.orm.attributes import set_committed_value

from gernas.core.database import db, is_sqlite
from gernas.core.revisions import raise_revisions
from gernas.registrations.models import Call, CallQuota, QuotaDimension, Registration

Wished = Mapping[QuotaDimension, str]

# Put together once: that takes longer than to ask the database.
_TABLE = cast(Table, Call.__table__)
_CLAIM = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("wanted"), _TABLE.c.used < _TABLE.c.places)
    .values(used=_TABLE.c.used + 1)
    .returning(_TABLE.c.used, _TABLE.c.places, _TABLE.c.version)
)
_WAITING = cast(Table, Registration.__table__)
_COUNT_WAITING = (
    select(func.count())
    .select_from(_WAITING)
    .where(_WAITING.c.call_id == bindparam("wanted"), _WAITING.c.waiting_number.is_not(None))
    .scalar_subquery()
)
_QUEUE = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("wanted"))
    .values(last_waiting=_TABLE.c.last_waiting + 1)
    .returning(_TABLE.c.last_waiting, _COUNT_WAITING.label("waiting"))
)
_QUEUE_IF_FULL = _QUEUE.where(_TABLE.c.used >= _TABLE.c.places)


def hold_places(call_id: int) -> None:
    """Hold a call's places until the transaction ends. SQLite has one writer at a time anyway."""
    if not is_sqlite():
        db.session.execute(select(Call.id).where(Call.id == call_id).with_for_update())


@dataclass(frozen=True)
class Claim:
    """What came of asking for a place: ``used`` places are held now, or None where all are.

    ``full`` is the quota that has no room; then nothing was taken.
    """

    used: int | None
    fills: bool = False  # it was the last one
    full: CallQuota | None = None

    @property
    def is_good(self) -> bool:
        return self.used is not None and self.full is None


def claim_place(call_id: int, counts_for: Wished, *, without_quotas_in: int | None = None) -> Claim:
    """Count a place of the call, and of each quota that it counts for, or none at all.

    ``without_quotas_in`` is the version in which the call was seen to have none, if it was: then
    they are looked for only if somebody changed it since.
    """
    taken = db.session.connection().execute(_CLAIM, {"wanted": call_id}).first()
    if taken is None:
        return Claim(None)
    full = None
    if taken.version != without_quotas_in:
        full = _take_of_quotas(list_quotas(call_id, counts_for))
    if full is not None:
        used, _places = _give_to_call(call_id)
        return Claim(used, full=full)
    return Claim(taken.used, fills=taken.used == taken.places)


def release_place(call_id: int, counts_for: Wished) -> tuple[int, int]:
    """Count a place back; how many are held now, and how many there are."""
    used, places = _give_to_call(call_id)
    _count_down(list_quotas(call_id, counts_for))
    return used, places


def take_place(registration: Registration) -> CallQuota | Call | None:
    """Take a place for a registration, in the call and in each quota that it counts for.

    Returns None when it has one now, else what is full; then nothing was taken.
    """
    if registration.holds_place:
        return None
    call = registration.call
    claim = claim_place(call.id, wishes_of(registration))
    if claim.used is not None:
        set_committed_value(call, "used", claim.used)
    if not claim.is_good:
        return claim.full or call
    if claim.fills:
        raise_revisions(*call.shown_on)  # its page says now that it is full
    registration.holds_place = True
    return None


def give_place_back(registration: Registration) -> bool:
    """Give a place back, if the registration holds one; say whether it did."""
    if not registration.holds_place:
        return False
    call = registration.call
    used, places = release_place(call.id, wishes_of(registration))
    set_committed_value(call, "used", used)
    if used == places - 1:
        raise_revisions(*call.shown_on)  # its page no longer says that it is full
    registration.holds_place = False
    return True


def move_place(registration: Registration, counts_for: Wished) -> CallQuota | None:
    """Let a registration count for other quotas, since its answers changed.

    Returns None when that worked, else the quota that is full; then nothing changed.
    """
    full: CallQuota | None = None
    if registration.holds_place:
        call_id, former = registration.call_id, wishes_of(registration)
        hold_places(call_id)
        _count_down(list_quotas(call_id, former))
        full = _take_of_quotas(list_quotas(call_id, counts_for))
        if full is not None:
            _take_of_quotas(list_quotas(call_id, former))
            return full
    for dimension in QuotaDimension:
        setattr(registration, str(dimension), counts_for.get(dimension))
    return None


def wishes_of(registration: Registration) -> dict[QuotaDimension, str]:
    """Zone, sector and province by which a registration counts for quotas."""
    wished = {one: getattr(registration, str(one)) for one in QuotaDimension}
    return {dimension: value for dimension, value in wished.items() if value is not None}


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


def queue_behind(call_id: int) -> tuple[int, int]:
    """The next number of the waiting list, and the position on it."""
    number, waiting = db.session.connection().execute(_QUEUE, {"wanted": call_id}).one()
    return number, waiting + 1


def queue_behind_all(call_id: int) -> tuple[int, int] | None:
    """The same if no place of the call is free; else None."""
    queued = db.session.connection().execute(_QUEUE_IF_FULL, {"wanted": call_id}).first()
    return (queued[0], queued[1] + 1) if queued is not None else None


def list_quotas(call_id: int, counts_for: Wished) -> list[CallQuota]:
    """The quotas of a call in which these wishes count."""
    wanted: list[ColumnElement[bool]] = [
        and_(CallQuota.dimension == str(dimension), CallQuota.value == value)
        for dimension, value in counts_for.items()
    ]
    if not wanted:
        return []
    quotas = select(CallQuota).where(CallQuota.call_id == call_id, or_(*wanted))
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


def _give_to_call(call_id: int) -> tuple[int, int]:
    statement = update(Call).where(Call.id == call_id).values(used=Call.used - 1)
    counted = statement.returning(Call.used, Call.places)
    used, places = db.session.execute(counted.execution_options(synchronize_session=False)).one()
    return used, places
