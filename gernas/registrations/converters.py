"""Parts of back-office addresses that load a call or a registration."""

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from gernas.campaigns.converters import SLUG
from gernas.core.addresses import find_former_slug
from gernas.core.database import db
from gernas.core.routing import RowConverter
from gernas.registrations.codes import read_code
from gernas.registrations.models import Call, Registration

_PLACE = (
    joinedload(Call.campaign, innerjoin=True),
    joinedload(Call.stop),
    joinedload(Call.event),
)


class CallConverter(RowConverter):
    """``stan-umkm-lampung`` is a call, also under a former slug."""

    regex = SLUG

    def find(self, value: str) -> Call | None:
        calls = select(Call).options(*_PLACE)
        call = db.session.scalar(calls.where(Call.slug == value))
        if call is None and (row_id := find_former_slug("call", value)) is not None:
            call = db.session.scalar(calls.where(Call.id == row_id))
        return call


class RegistrationConverter(RowConverter):
    """``7K2M9QXA`` is a registration, by the code of its receipt, in large or small letters."""

    regex = "[0-9A-Za-z]{8}"

    def find(self, value: str) -> Registration | None:
        code = read_code(value)
        if code is None:
            return None
        return db.session.scalar(
            select(Registration)
            .join(Registration.call)
            .where(Registration.code == code)
            .options(contains_eager(Registration.call).options(*_PLACE))
        )

    def address(self, row: Registration) -> str:
        return row.code
