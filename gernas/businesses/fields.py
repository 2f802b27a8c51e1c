"""Form fields for what is typed about businesses; each hands out the form that is kept."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import Field, SelectChoice, SelectField, widgets
from wtforms.validators import StopValidation

from gernas.accounts.addresses import read_email
from gernas.accounts.models import EMAIL_LENGTH
from gernas.businesses.documents import ACCEPT, BadDocument, Document, check_document
from gernas.businesses.values import (
    phone_words,
    read_channel,
    read_nib,
    read_nik,
    read_npwp,
    read_phone,
    read_social,
)
from gernas.core.fields import Presence, TextField

SHEETS = ".xlsx,.csv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _ReadField(TextField):
    """One line that a parser turns into a value or refuses with its sentence."""

    keyboard = "text"
    autocomplete = "off"
    empty: Any = None

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        kwargs["render_kw"] = {
            "inputmode": self.keyboard,
            "autocomplete": self.autocomplete,
            "spellcheck": "false",
            **(kwargs.get("render_kw") or {}),
        }
        super().__init__(label, max_length=kwargs.pop("max_length", 200), **kwargs)

    def parse(self, typed: str) -> Any:
        return typed

    def read(self, typed: str) -> Any:
        return self.parse(super().read(typed))


class NibField(_ReadField):
    """A NIB; ``data`` has its 13 digits."""

    keyboard = "numeric"

    def parse(self, typed: str) -> str:
        return read_nib(typed)


class NikField(_ReadField):
    """A NIK; ``data`` has its 16 digits. What is kept is never shown in the field again."""

    keyboard = "numeric"

    def parse(self, typed: str) -> str:
        return read_nik(typed)

    def write(self, value: Any) -> str:  # noqa: ARG002 - a NIK does not go back to a page
        return ""


class NpwpField(_ReadField):
    """The NPWP of an organisation; ``data`` has its 16 digits."""

    keyboard = "numeric"

    def parse(self, typed: str) -> str:
        return read_npwp(typed)


class PhoneField(_ReadField):
    """A phone number, typed in any usual way; ``data`` is E.164."""

    keyboard = "tel"
    autocomplete = "tel"

    def parse(self, typed: str) -> str:
        return read_phone(typed)

    def write(self, value: Any) -> str:
        return phone_words(value)


class EmailField(_ReadField):
    """An address in its one spelling."""

    keyboard = "email"
    autocomplete = "email"

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, max_length=EMAIL_LENGTH, **kwargs)

    def parse(self, typed: str) -> str:
        return read_email(typed)


class SocialField(_ReadField):
    """An account of one platform: its name, @name or address; ``data`` is the name."""

    def __init__(self, label: Any = None, *, platform: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.platform = platform

    def parse(self, typed: str) -> str:
        return read_social(self.platform, typed)


class ChannelField(_ReadField):
    """Where a business sells on the web; ``data`` is the pair of kind and address."""

    keyboard = "url"

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, max_length=500, **kwargs)

    def parse(self, typed: str) -> Any:
        return read_channel(typed)

    def write(self, value: Any) -> str:
        return str(value[1] if isinstance(value, tuple) else value)


class CodeField(SelectField):
    """One code of a table of words, an empty choice first unless it is required."""

    def __init__(
        self,
        label: Any = None,
        *,
        words: Any,
        required: bool | str = False,
        **kwargs: Any,
    ) -> None:
        def list_choices() -> list[SelectChoice]:
            first = [] if required is True and not kwargs.get("empty") else [("", "")]
            return [
                SelectChoice(*pair)
                for pair in [*first, *((str(c), str(t)) for c, t in words.items())]
            ]

        super().__init__(
            label,
            [Presence(required)],
            coerce=lambda value: str(value) if value else None,
            choices=list_choices,
            invalid_choice_message=_l("Choose one from the list."),
            **kwargs,
        )


class DocumentField(Field):
    """A PDF or a photo of a paper; ``data`` is a checked ``Document`` after validation."""

    widget = widgets.FileInput()

    def __init__(self, label: Any = None, *, required: bool | str = False, **kwargs: Any) -> None:
        kwargs["render_kw"] = {"accept": ACCEPT, **(kwargs.get("render_kw") or {})}
        super().__init__(label, [Presence(required)], **kwargs)
        self.upload: FileStorage | None = None

    def process_formdata(self, valuelist: Sequence[object]) -> None:
        uploads = [file for file in valuelist if isinstance(file, FileStorage) and file.filename]
        self.upload = uploads[0] if uploads else None

    def pre_validate(self, _form: Any) -> None:
        self.data = None
        if self.upload is None:
            return
        try:
            found: Document = check_document(self.upload.stream, self.upload.filename or "")
        except BadDocument as error:
            raise StopValidation(error.message) from error
        self.data = found

    def _value(self) -> bool:
        return False


class SheetField(Field):
    """A spreadsheet; ``data`` is the upload, which only the process that reads it opens."""

    widget = widgets.FileInput()

    def __init__(self, label: Any = None, *, required: bool | str = False, **kwargs: Any) -> None:
        kwargs["render_kw"] = {"accept": SHEETS, **(kwargs.get("render_kw") or {})}
        super().__init__(label, [Presence(required)], **kwargs)

    def process_formdata(self, valuelist: Sequence[object]) -> None:
        uploads = [file for file in valuelist if isinstance(file, FileStorage) and file.filename]
        self.data = uploads[0] if uploads else None

    def _value(self) -> bool:
        return False
