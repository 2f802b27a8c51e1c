"""What a coordinator can type about the programme and its roles."""

from datetime import datetime
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from gernas.accounts.models import NAME_LENGTH
from gernas.businesses.fields import PhoneField
from gernas.campaigns.models import SLUG_LENGTH
from gernas.core.clock import to_local, to_utc
from gernas.core.fields import (
    BoundedIntegerField,
    DateField,
    GernasForm,
    MarkdownField,
    SlugField,
    TextAreaField,
    TextField,
    TimeField,
)
from gernas.core.typed import parse_integer
from gernas.youth.members.forms import SkillsField
from gernas.youth.members.values import ProgrammeValues, RoleValues
from gernas.youth.models import YouthProgramme, YouthRole

RENAMED = {
    "sign_up_from": "from_on",
    "sign_up_until": "until_on",
    "rest_minutes": "rest_hours",
    "travel_minutes": "travel_hours",
    "certificate_minutes": "certificate_hours",
}
HOUR = 60


class ProgrammeForm(GernasForm):
    renamed = RENAMED

    about = MarkdownField(
        _l("What it is about"),
        description=_l("What young people do, when and where, and what they get for it."),
    )
    about_en = MarkdownField(_l("The same in English"))
    terms = MarkdownField(
        _l("Rules of the programme"),
        description=_l(
            "Members agree to them when they sign up. Leave it empty if there are none."
        ),
    )
    terms_en = MarkdownField(_l("The rules in English"))
    contact_name = TextField(
        _l("Coordinator"),
        max_length=NAME_LENGTH,
        description=_l("Whom members and guardians can call."),
    )
    contact_phone = PhoneField(_l("Number of the coordinator"))
    slug = SlugField(
        _l("Address"),
        max_length=SLUG_LENGTH,
        required=True,
        description=_l("The last part: /pemuda/lampung. An old address leads on for ever."),
    )
    from_on = DateField(
        _l("Signing up opens on"),
        description=_l("Without a day it is open as soon as the programme is published."),
    )
    from_time = TimeField(_l("at"))
    until_on = DateField(_l("Signing up closes on"), description=_l("Empty: it stays open."))
    until_time = TimeField(_l("at"))
    asks_shirt = BooleanField(_l("Ask for the size of a shirt"))
    rest_hours = BoundedIntegerField(
        _l("Hours of rest between two days"), required=True, minimum=0, maximum=24
    )
    travel_hours = BoundedIntegerField(
        _l("Hours to travel from city to city"),
        required=True,
        minimum=0,
        maximum=48,
        description=_l("Between shifts in different cities; twice as long to another province."),
    )
    leave_hours = BoundedIntegerField(
        _l("Hours before a shift until which members may give it back"),
        required=True,
        minimum=0,
        maximum=336,
    )
    certificate_hours = BoundedIntegerField(
        _l("Hours for a certificate, at least"), required=True, minimum=0, maximum=1_000
    )
    issues_certificates = BooleanField(
        _l("Give certificates by this rule"),
        description=_l("Who came and has so many confirmed hours gets one."),
    )
    version = HiddenField()

    @classmethod
    def of(cls, programme: YouthProgramme) -> Self:
        """The form with what holds now; moments as wall time at the stop."""
        values = vars(ProgrammeValues.of(programme))
        data: dict[str, Any] = {**values, "version": programme.version}
        for name in ("from", "until"):
            if (moment := values[f"sign_up_{name}"]) is not None:
                local = to_local(moment, programme.zone)
                data |= {f"{name}_on": local.date(), f"{name}_time": local.time()}
        for name in ("rest", "travel", "certificate"):
            data[f"{name}_hours"] = values[f"{name}_minutes"] // HOUR
        return cls(data=data)

    def read(self, zone: str) -> ProgrammeValues:
        return ProgrammeValues(
            slug=self.slug.data or "",
            about=self.about.data or None,
            about_en=self.about_en.data or None,
            terms=self.terms.data or None,
            terms_en=self.terms_en.data or None,
            contact_name=self.contact_name.data or None,
            contact_phone=self.contact_phone.data,
            asks_shirt=self.asks_shirt.data,
            sign_up_from=self._moment("from", zone),
            sign_up_until=self._moment("until", zone),
            rest_minutes=(self.rest_hours.data or 0) * HOUR,
            travel_minutes=(self.travel_hours.data or 0) * HOUR,
            leave_hours=self.leave_hours.data or 0,
            certificate_minutes=(self.certificate_hours.data or 0) * HOUR,
            issues_certificates=self.issues_certificates.data,
        )

    @property
    def seen_version(self) -> int | None:
        return parse_integer(str(self.version.data or ""))

    def check(self) -> None:
        for name in ("from", "until"):
            day, hour = self[f"{name}_on"], self[f"{name}_time"]
            if day.errors or hour.errors:
                continue
            if day.data is None and hour.data is not None:
                self.refuse(day, _("Write the day as well."))
            if day.data is not None and hour.data is None:
                self.refuse(hour, _("Write the hour as well."))

    def _moment(self, name: str, zone: str) -> datetime | None:
        day, hour = self[f"{name}_on"].data, self[f"{name}_time"].data
        return to_utc(day, hour, zone) if day is not None and hour is not None else None


class RoleForm(GernasForm):
    name = TextField(_l("Name"), max_length=80, required=_l("Give the role a name."))
    name_en = TextField(_l("Name in English"), max_length=80)
    description = TextAreaField(_l("What one does in it"), max_length=1_000)
    description_en = TextAreaField(_l("The same in English"), max_length=1_000)
    skills = SkillsField(
        _l("Skills that are needed"), description=_l("All of those that you tick.")
    )
    minimum_age = BoundedIntegerField(
        _l("Minimum age"), required=True, minimum=10, maximum=60, default=16
    )
    needs_approval = BooleanField(
        _l("Only with the coordinator’s word"),
        description=_l("Members ask for it; you say who may take this role."),
    )

    @classmethod
    def of(cls, role: YouthRole | None) -> Self:
        return cls(data=vars(RoleValues.of(role)) if role is not None else {})

    def read(self) -> RoleValues:
        return RoleValues(
            name=self.name.data or "",
            name_en=self.name_en.data or None,
            description=self.description.data or None,
            description_en=self.description_en.data or None,
            skills=list(self.skills.data or []),
            needs_approval=self.needs_approval.data,
            minimum_age=self.minimum_age.data,
        )
