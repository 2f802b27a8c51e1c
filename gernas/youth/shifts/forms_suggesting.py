"""What a coordinator can choose for a suggestion."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from gernas.core.fields import BoundedIntegerField, GernasForm
from gernas.events.models import Event
from gernas.youth.services.suggesting import LEAST_SECONDS, MOST_SECONDS, USUAL_SECONDS


class SuggestionForm(GernasForm):
    event = SelectField(_l("For which event"), choices=[])
    seconds = BoundedIntegerField(
        _l("Seconds for looking"),
        required=True,
        minimum=LEAST_SECONDS,
        maximum=MOST_SECONDS,
        default=USUAL_SECONDS,
        description=_l("When they are over, the best suggestion found until then is shown."),
    )

    def offer(self, events: Sequence[Event]) -> None:
        """Let one of these events be chosen, or all."""
        every = (("", str(_("All open shifts"))),)
        self.event.choices = [*every, *((str(event.id), event.title) for event in events)]

    def find_event(self, events: Sequence[Event]) -> Event | None:
        return next((event for event in events if str(event.id) == self.event.data), None)
