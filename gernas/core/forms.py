"""The base of every form: messages in the reader's language, fields checked alone and together."""

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import has_request_context, request
from flask_wtf import FlaskForm
from flask_wtf.form import SUBMIT_METHODS
from werkzeug.datastructures import CombinedMultiDict

from gernas.core.errors import BadValues
from gernas.core.wtforms_texts import CatalogTexts

_FROM_REQUEST: Any = object()


class GernasForm(FlaskForm):
    """A form whose messages are in the reader's language, and which takes no JSON.

    What concerns two fields is checked in ``check``, after each field has been checked alone:

        def check(self) -> None:
            self.in_order(self.starts_on, self.ends_on, _("The end is before the start."))
    """

    # Where a service names a value that the form has under another name.
    renamed: ClassVar[Mapping[str, str]] = {}

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            if formdata is not _FROM_REQUEST:
                return super().wrap_formdata(form, formdata)
            if has_request_context() and request.method in SUBMIT_METHODS:
                return CombinedMultiDict((request.form, request.files))
            return None

        def get_translations(self, _form: Any) -> CatalogTexts:
            return CatalogTexts()

    def __init__(self, formdata: Any = _FROM_REQUEST, **kwargs: Any) -> None:
        super().__init__(formdata=formdata, **kwargs)

    def check(self) -> None:
        """Look at fields together; refuse with ``refuse`` or ``in_order``."""

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators=extra_validators)
        self.check()
        return not self.errors

    def refuse(self, field: Any, message: str) -> None:
        """Put a message at a field, such as a service's error; once is enough."""
        if message not in field.errors:
            field.errors = [*field.errors, message]

    def show(self, error: BadValues) -> None:
        """Put what a service refused at its fields, or above the form where there is none."""
        self.show_problems(error.problems)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Put sentences at the fields they are about, or above the form."""
        for given, sentence in problems.items():
            name = given if given in self else self.renamed.get(given, given)
            if name in self:
                self.refuse(self[name], sentence)
            else:
                self.form_errors.append(sentence)

    def in_order(self, first: Any, second: Any, message: str) -> None:
        """Refuse ``second`` with ``message`` if it comes before ``first``, where both are sound."""
        if first.errors or second.errors or first.data is None or second.data is None:
            return
        if second.data < first.data:
            self.refuse(second, message)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """For the error summary: the id to jump to and the message, from top to bottom."""
        found = [(field.id, str(error)) for field in self for error in field.errors]
        return found + [("", str(error)) for error in self.form_errors]
