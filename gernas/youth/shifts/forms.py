"""What a coordinator can type about shifts."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from gernas.businesses.models import TITLE_LENGTH
from gernas.core.errors import BadValues
from gernas.core.fields import (
    BoundedIntegerField,
    DateField,
    GernasForm,
    TextAreaField,
    TextField,
    TimeField,
)
from gernas.core.typed import parse_date
from gernas.core.wording import range_words
from gernas.events.forms import ChosenRowField
from gernas.events.models import Event
from gernas.youth.models import (
    NOTE_LENGTH,
    PLACE_LENGTH,
    REASON_LENGTH,
    ShiftKind,
    YouthProgramme,
    YouthRole,
)
from gernas.youth.services.shifts import MOST_DAYS
from gernas.youth.shifts.values import MOST_LEAVE_HOURS, MOST_WANTED, ZONE_LENGTH, ShiftValues
from gernas.youth.shifts.words import KIND_WORDS, role_title

WANTED = "wanted_"
MOST_TYPED_DAYS = 31


class ShiftForm(GernasForm):
    """A shift in wall time at its event; the numbers of people come from ``make_shift_form``."""

    event_id = ChosenRowField(_l("Event"))
    title = TextField(
        _l("Name of the shift"),
        required=True,
        max_length=TITLE_LENGTH,
        description=_l("For example: Registration desk, morning."),
    )
    title_en = TextField(_l("Name in English"), max_length=TITLE_LENGTH)
    kind = SelectField(_l("Kind of work"), choices=[])
    day = DateField(_l("Day"), required=True)
    starts = TimeField(_l("From what time"), required=True)
    ends = TimeField(
        _l("Until what time"),
        required=True,
        description=_l("Earlier than the beginning means the next day."),
    )
    place = TextField(
        _l("Where to come"), max_length=PLACE_LENGTH, description=_l("For example: East gate.")
    )
    zone = TextField(_l("Zone of the hall"), max_length=ZONE_LENGTH)
    leave_hours = BoundedIntegerField(
        _l("Hours before, until which members may leave it themselves"),
        required=True,
        minimum=0,
        maximum=MOST_LEAVE_HOURS,
    )
    note = TextAreaField(
        _l("What to bring, what to wear"),
        max_length=NOTE_LENGTH,
        description=_l("Members read it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(str(kind), str(words)) for kind, words in KIND_WORDS.items()]

    @property
    def wanted_fields(self) -> list[Any]:
        return [field for field in self if field.name.startswith(WANTED)]

    def check(self) -> None:
        if self.event_id.data is None and not self.event_id.errors:
            self.refuse(self.event_id, _("Choose an event of this province."))

    def read_values(self) -> ShiftValues:
        return ShiftValues(
            event_id=self.event_id.data,
            title=self.title.data or "",
            title_en=self.title_en.data,
            kind=ShiftKind(self.kind.data),
            place=self.place.data,
            zone=self.zone.data,
            day=self.day.data,
            starts=self.starts.data,
            ends=self.ends.data,
            leave_hours=self.leave_hours.data,
            note=self.note.data,
            wanted={
                int(field.name.removeprefix(WANTED)): field.data or 0
                for field in self.wanted_fields
            },
        )

    def at_fields(self, error: BadValues) -> BadValues:
        """What a service refused, the numbers of people at the first of their fields."""
        fields = self.wanted_fields
        if "wanted" not in error.problems or not fields:
            return error
        problems = dict(error.problems)
        problems[fields[0].name] = problems.pop("wanted")
        return BadValues(problems)


def make_shift_form(
    programme: YouthProgramme,
    events: Sequence[Event],
    roles: Sequence[YouthRole],
    values: ShiftValues | None = None,
    *,
    event_id: int | None = None,
) -> ShiftForm:
    """A form with a field for each role; with ``values`` what a shift is now."""
    fields = {
        f"{WANTED}{role.id}": BoundedIntegerField(role_title(role), minimum=0, maximum=MOST_WANTED)
        for role in roles
    }
    form_class = cast(type[ShiftForm], type("ShiftFormOfProgramme", (ShiftForm,), fields))
    if values is not None:
        data = {name: value for name, value in vars(values).items() if name != "wanted"}
        data |= {f"{WANTED}{key}": number for key, number in values.wanted.items()}
    else:
        event = next((one for one in events if one.id == event_id), None)
        event = event or (events[0] if len(events) == 1 else None)
        data = {
            "event_id": event.id if event else None,
            "day": event.starts_on if event else None,
            "leave_hours": programme.leave_hours,
            "kind": str(ShiftKind.ORDINARY),
        }
    form = form_class(data=data)
    form.event_id.offer(((one.id, _event_label(one)) for one in events), none=_("Choose an event"))
    return form


def _event_label(event: Event) -> str:
    if event.starts_on is None:
        return event.title
    return f"{event.title}, {range_words(event.starts_on, event.ends_on)}"


class ReasonForm(GernasForm):
    """Why a shift is cancelled or somebody taken off."""

    reason = TextField(
        _l("Reason"),
        required=True,
        max_length=REASON_LENGTH,
        description=_l("The members read it."),
    )


class CopyForm(GernasForm):
    """The days to which a shift is copied, one on each line or divided by semicolons."""

    days = TextAreaField(
        _l("Days"),
        required=True,
        max_length=1_000,
        description=_l("One day on each line, for example 23/07/2022."),
    )

    def read_days(self) -> list[date]:
        """The days that were typed.

        Raises:
            BadValues: one of them is none.
        """
        found: list[date] = []
        lines = (self.days.data or "").replace(";", "\n").splitlines()
        for typed in (line.strip() for line in lines):
            if not typed:
                continue
            day = parse_date(typed)
            if day is None or len(found) >= MOST_TYPED_DAYS:
                sentence = _(
                    "“%(typed)s” is not a date. Write it like 17/03/2022 or 17 March 2022.",
                    typed=typed[:40],
                )
                raise BadValues({"days": sentence})
            found.append(day)
        return found


class MoveForm(GernasForm):
    """By how many days the shifts of an event move."""

    event_id = ChosenRowField(_l("Event"))
    days = BoundedIntegerField(
        _l("By how many days"),
        required=True,
        minimum=-MOST_DAYS,
        maximum=MOST_DAYS,
        description=_l("With a minus sign they move to earlier days."),
    )

    def check(self) -> None:
        if self.event_id.data is None and not self.event_id.errors:
            self.refuse(self.event_id, _("Choose an event of this province."))
