"""Decisions on more than the reader can wait for: portion by portion, with progress."""

from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from gernas.accounts.models import User
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.jobs import Run, job
from gernas.registrations.models import Call, RegistrationEvent
from gernas.registrations.services.bulk import DECIDE, PORTION, Tally, decide_many
from gernas.registrations.transitions import Move


@job(DECIDE)
def decide_by_portions(
    run: Run,
    *,
    call_id: int,
    ids: list[int],
    what: str,
    by_id: int,
    reason: str | None,
    fields: list[str],
    rest_waits: bool,
    batch: str,
) -> dict[str, Any]:
    """Decide on all of ``ids`` in their order; begun again, it goes on where it stopped."""
    tally = _count_done(batch)
    decided = {*tally.done, *tally.waits}
    left = [number for number in ids if number not in decided]
    language = db.session.scalar(select(User.language).where(User.id == by_id)) or "id"
    db.session.rollback()
    for at in range(0, len(left), PORTION):
        with force_locale(language), transaction():
            try:
                portion = decide_many(
                    db.session.get_one(Call, call_id),
                    left[at : at + PORTION],
                    Move(what),
                    by=db.session.get_one(User, by_id),
                    reason=reason,
                    fields=fields,
                    rest_waits=rest_waits,
                    batch=batch,
                )
            except GernasError as error:
                return {**tally.to_json(), "stopped": error.message}
        tally.add(portion)
        run.progress(len(decided) + min(at + PORTION, len(left)), len(ids))
    return tally.to_json()


def _count_done(batch: str) -> Tally:
    """What an earlier run of the same job has decided already."""
    rows = select(RegistrationEvent.registration_id, RegistrationEvent.what).where(
        RegistrationEvent.batch == batch
    )
    tally = Tally(batch=batch)
    for number, what in db.session.execute(rows):
        (tally.waits if what == Move.WAITLIST else tally.done).append(number)
    return tally
