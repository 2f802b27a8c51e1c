"""What a person can type about times for loading."""

from datetime import time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from gernas.booths.models import GATE_LENGTH, Plan, SlotKind
from gernas.booths.services.loading import LEAST_MINUTES, MOST_MINUTES, MOST_PLACES, SlotSeries
from gernas.core.fields import BoundedIntegerField, DateField, GernasForm, TextField, TimeField

KIND_WORDS = {SlotKind.LOAD_IN: _l("Load-in"), SlotKind.LOAD_OUT: _l("Load-out")}


class SeriesForm(GernasForm):
    """Several times at once: from, until, so many minutes each."""

    kind = SelectField(_l("Goods come"), choices=[])
    gate = TextField(
        _l("Gate"),
        required=True,
        max_length=GATE_LENGTH,
        description=_l("As it is called on the plan and on its sign."),
    )
    day = DateField(_l("Day"), required=True)
    starts = TimeField(_l("From what time"), required=True)
    ends = TimeField(_l("Until what time"), required=True)
    minutes = BoundedIntegerField(
        _l("Minutes for each"), required=True, minimum=LEAST_MINUTES, maximum=MOST_MINUTES
    )
    capacity = BoundedIntegerField(
        _l("Exhibitors at a time"),
        required=True,
        minimum=1,
        maximum=MOST_PLACES,
        description=_l("As many as can unload at the gate without waiting."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [
            (str(SlotKind.LOAD_IN), str(_l("in, before the exhibition"))),
            (str(SlotKind.LOAD_OUT), str(_l("out, after the exhibition"))),
        ]

    @classmethod
    def of(cls, plan: Plan, gate: str = "") -> "SeriesForm":
        """What is usual: the day before, from eight to four, an hour each."""
        first = plan.event.starts_on
        return cls(
            data={
                "kind": str(SlotKind.LOAD_IN),
                "gate": gate,
                "day": first - timedelta(days=1) if first else None,
                "starts": time(8),
                "ends": time(16),
                "minutes": 60,
                "capacity": 10,
            }
        )

    def read_values(self) -> SlotSeries:
        return SlotSeries(
            kind=SlotKind(self.kind.data),
            gate=self.gate.data or "",
            day=self.day.data,
            starts=self.starts.data,
            ends=self.ends.data,
            minutes=self.minutes.data,
            capacity=self.capacity.data,
        )


class CapacityForm(GernasForm):
    capacity = BoundedIntegerField(
        _l("Exhibitors at a time"), required=True, minimum=1, maximum=MOST_PLACES
    )
