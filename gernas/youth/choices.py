"""Form fields in which several of a list are ticked."""

from typing import Any

from flask_babel import gettext as _
from wtforms import SelectMultipleField, widgets
from wtforms.validators import StopValidation


class ChecksField(SelectMultipleField):  # type: ignore[misc]  # WTForms has no types
    """Several of a list, as boxes to tick; ``data`` is the list of their codes."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any = None, *, choices: Any = (), **kwargs: Any) -> None:
        super().__init__(label, choices=list(choices), validate_choice=False, **kwargs)

    def pre_validate(self, _form: Any) -> None:
        known = {str(value) for value, *_rest in self.iter_choices()}
        if set(self.data or ()) - known:
            raise StopValidation(_("Choose from the list."))
