"""What a person can type about calendars."""

from flask_babel import lazy_gettext as _l

from gernas.calendars.models import LABEL_LENGTH
from gernas.core.fields import GernasForm, TextField


class AddPersonalFeedForm(GernasForm):
    """A private address, told apart from the others by where it is used."""

    label = TextField(
        _l("Where will you use it?"),
        description=_l("For example: my phone, or Outlook at the office."),
        max_length=LABEL_LENGTH,
        required=True,
    )
