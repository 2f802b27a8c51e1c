"""Parts of addresses that load a member or an organisation."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from gernas.campaigns.models import Stop
from gernas.core.database import db
from gernas.core.routing import RowConverter
from gernas.core.web import LARGEST_ID
from gernas.youth.codes import read_code
from gernas.youth.models import Member, YouthOrganisation
from gernas.youth.queries import find_member


class MemberConverter(RowConverter):
    """``7K2M9QXA`` is a member, by the code of the QR, in large or small letters."""

    regex = "[0-9A-Za-z]{8}"

    def find(self, value: str) -> Member | None:
        code = read_code(value)
        return find_member(code) if code is not None else None

    def address(self, row: Member) -> str:
        return row.code


class OrganisationConverter(RowConverter):
    """``12`` is an organisation."""

    regex = "[1-9][0-9]{0,9}"

    def find(self, value: str) -> YouthOrganisation | None:
        if int(value) > LARGEST_ID:
            return None
        stop = joinedload(YouthOrganisation.stop, innerjoin=True)
        return db.session.scalar(
            select(YouthOrganisation)
            .where(YouthOrganisation.id == int(value))
            .options(stop.joinedload(Stop.campaign, innerjoin=True))
        )

    def address(self, row: YouthOrganisation) -> str:
        return str(row.id)
