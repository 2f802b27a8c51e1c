"""What a coordinator types to sign up a group."""

import secrets
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice

from gernas.core.fields import GernasForm, ProvinceField, TextAreaField, TextField
from gernas.events.forms import ChosenRowField
from gernas.youth.members.group_rows import LONGEST
from gernas.youth.models import CITY_LENGTH


class GroupForm(GernasForm):
    people = TextAreaField(
        _l("The list"),
        max_length=LONGEST,
        required=_l("Write or paste at least one person."),
        description=_l(
            "One person a line: name, birth date, phone, city, email, student number. Paste it"
            " from a spreadsheet, or write commas between. Name and birth date are needed."
        ),
    )
    city = TextField(
        _l("City or regency"),
        max_length=CITY_LENGTH,
        description=_l("For all lines without one."),
    )
    province_code = ProvinceField(_l("Province"), required=_l("Choose a province."))
    organisation_id = ChosenRowField(_l("Organisation"))
    group_name = TextField(
        _l("Name of the group"),
        max_length=80,
        description=_l("Who has the same word gets shifts together where possible."),
    )
    means = RadioField(
        _l("How did they agree that their data are used?"),
        choices=[
            SelectChoice("paper", _l("They signed a paper, which I keep")),
            SelectChoice("spoken", _l("They told me so")),
        ],
        validate_choice=False,
    )
    key = HiddenField()

    @classmethod
    def begin(cls, **data: Any) -> "GroupForm":
        return cls(data={"key": secrets.token_urlsafe(16), **data})

    def check(self) -> None:
        if self.means.data not in ("paper", "spoken"):
            self.refuse(self.means, str(_l("Say how they agreed; without it nothing is kept.")))
