"""What an organizer can type about how a call gets booths."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from gernas.booths.models import BoothCall, BoothMode, Sponsor
from gernas.booths.terms import MOST_EACH, MOST_MINUTES, TermsValues
from gernas.booths.words import MODE_WORDS
from gernas.core.clock import to_local, to_utc
from gernas.core.fields import BoundedIntegerField, DateField, GernasForm, TimeField
from gernas.events.forms import ChosenRowField

RENAMED = {"opens_at": "opens_on", "closes_at": "closes_on"}


class TermsForm(GernasForm):
    renamed = RENAMED

    mode = RadioField(
        _l("How they come to a booth"),
        choices=[SelectChoice(str(mode), words) for mode, words in MODE_WORDS.items()],
        default=str(BoothMode.ASSIGN),
    )
    booths_each = BoundedIntegerField(
        _l("Booths for each exhibitor"),
        required=True,
        minimum=1,
        maximum=MOST_EACH,
        default=1,
    )
    hold_minutes = BoundedIntegerField(
        _l("Minutes that a booth is held"),
        required=True,
        minimum=1,
        maximum=MOST_MINUTES,
        default=10,
        description=_l("A tap keeps a booth that long for an applicant; then it is free again."),
    )
    sponsor_id = ChosenRowField(
        _l("Sponsor"),
        description=_l("Its block of booths is for these exhibitors only, as many as agreed."),
    )
    opens_on = DateField(
        _l("Choosing opens on"),
        description=_l("Without a day it is open as soon as the plan is published."),
    )
    opens_time = TimeField(_l("at"))
    closes_on = DateField(_l("Choosing closes on"))
    closes_time = TimeField(_l("at"))

    @classmethod
    def of(cls, terms: BoothCall | None, sponsors: Sequence[Sponsor], zone: str) -> Self:
        """The form with what holds now; moments as wall time at the event."""
        data: dict[str, Any] = {}
        if terms is not None:
            data = {**vars(TermsValues.of(terms)), "mode": str(terms.mode)}
            for name in ("opens", "closes"):
                moment = data.pop(f"{name}_at")
                if moment is not None:
                    local = to_local(moment, zone)
                    data |= {f"{name}_on": local.date(), f"{name}_time": local.time()}
        form = cls(data=data)
        form.sponsor_id.offer(((one.id, one.name) for one in sponsors), none=_("None"))
        return form

    def read(self, zone: str) -> TermsValues:
        return TermsValues(
            mode=BoothMode(self.mode.data),
            sponsor_id=self.sponsor_id.data,
            hold_minutes=self.hold_minutes.data,
            booths_each=self.booths_each.data,
            opens_at=self._moment("opens", zone),
            closes_at=self._moment("closes", zone),
        )

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        for name in ("opens", "closes"):
            day, hour = self[f"{name}_on"], self[f"{name}_time"]
            if good and day.data is None and hour.data is not None:
                self.refuse(day, _("Write the day as well."))
                good = False
            if good and day.data is not None and hour.data is None:
                self.refuse(hour, _("Write the hour as well."))
                good = False
        return good

    def _moment(self, name: str, zone: str) -> datetime | None:
        day, hour = self[f"{name}_on"].data, self[f"{name}_time"].data
        return to_utc(day, hour, zone) if day is not None and hour is not None else None
