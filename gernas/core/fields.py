"""Form fields that take what people type, keep it on an error, and say honestly what is wrong.

A form subclasses ``GernasForm`` and names a length or bounds for each field. What is typed is
cleaned once (``core/text.py``), so nothing a field hands out can break a page, header or row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import Field, SelectChoice, SelectField, StringField, widgets
from wtforms.validators import StopValidation

from gernas.core import wording
from gernas.core.forms import GernasForm as GernasForm  # noqa: PLC0414  # one import for a form
from gernas.core.i18n import get_language
from gernas.core.markdown import MAX_CHARACTERS
from gernas.core.provinces import PROVINCES
from gernas.core.text import RESERVED_SLUGS, clean_text, is_slug, safe_url
from gernas.core.typed import parse_date, parse_decimal, parse_integer, parse_rupiah, parse_time

if TYPE_CHECKING:
    from gernas.core.images import Picture

INT_MAX = 2_147_483_647  # of an INTEGER column
BIGINT_DIGITS = 18
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


class Presence:
    """Stop checking what is already wrong or was left empty; refuse the latter if required."""

    def __init__(self, required: bool | str) -> None:
        self.required = required
        self.field_flags = {"required": True} if required else {}

    def __call__(self, _form: Any, field: Any) -> None:
        if field.errors:
            raise StopValidation
        if field.data in (None, ""):
            if not self.required:
                raise StopValidation
            if self.required is True:
                raise StopValidation(_("%(label)s is still empty.", label=field.label.text))
            raise StopValidation(str(self.required))


class CleanField(StringField):
    """What is common to all fields in which people type.

    Subclasses turn clean text into a value in ``read``, which raises ValueError with the
    message for people, and a value into text in ``write``.
    """

    multiline = False
    empty: Any = None  # the value when nothing is typed
    typed: str | None = None  # clean text of this request; None before a form is sent

    def __init__(
        self,
        label: Any = None,
        *,
        required: bool | str = False,
        validators: Sequence[Callable[..., Any]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(label, [Presence(required), *validators], **kwargs)

    def process_formdata(self, valuelist: Sequence[object]) -> None:
        typed = [value for value in valuelist if isinstance(value, str)]
        if not typed:
            return
        self.typed = clean_text(typed[0], multiline=self.multiline)
        self.data = self.empty
        if self.typed:
            self.data = self.read(self.typed)

    def read(self, typed: str) -> Any:
        return typed

    def write(self, value: Any) -> str:
        return str(value)

    def _value(self) -> str:
        if self.process_errors and self.typed is not None:
            return self.typed
        return "" if self.data is None else self.write(self.data)

    def quote(self) -> str:
        """What was typed, short enough to stand in a message."""
        typed = self.typed or ""
        return typed if len(typed) <= 40 else typed[:39] + "…"


class TextField(CleanField):
    """One line of at most ``max_length`` characters, the length of its column."""

    empty = ""

    def __init__(self, label: Any = None, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.max_length = max_length

    def read(self, typed: str) -> str:
        if len(typed) > self.max_length:
            raise ValueError(
                _(
                    "%(label)s is too long: %(count)s characters, at most %(limit)s.",
                    label=self.label.text,
                    count=wording.number_words(len(typed)),
                    limit=wording.number_words(self.max_length),
                )
            )
        return typed


class TextAreaField(TextField):
    """Several lines of plain text."""

    multiline = True
    widget = widgets.TextArea()


class MarkdownField(TextAreaField):
    """Several lines of Markdown, as ``render_markdown`` takes them."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, max_length=kwargs.pop("max_length", MAX_CHARACTERS), **kwargs)


class SlugField(TextField):
    """The last part of an address: small letters, digits and hyphens, no reserved word."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, max_length=kwargs.pop("max_length", 80), **kwargs)

    def read(self, typed: str) -> str:
        slug = super().read(typed.lower())
        if slug in RESERVED_SLUGS:
            raise ValueError(_("“%(typed)s” is needed for a page of ours.", typed=slug))
        if not is_slug(slug):
            raise ValueError(
                _("Use small letters, digits and hyphens only, for example lagawi-fest.")
            )
        return slug


class UrlField(TextField):
    """A web address with https, for instance of a meeting or a source."""

    def __init__(self, label: Any = None, *, allow_http: bool = False, **kwargs: Any) -> None:
        super().__init__(label, max_length=kwargs.pop("max_length", 500), **kwargs)
        self.allow_http = allow_http

    def read(self, typed: str) -> str:
        if ":" not in typed.partition("/")[0] and "." in typed:
            typed = f"https://{typed}"
        url = safe_url(super().read(typed), allow_http=self.allow_http)
        if url is None or not url.startswith("http"):
            raise ValueError(_("Write a whole web address that begins with https://"))
        return super().read(url)


class _PickerField(CleanField):
    """A date or time: the browser's picker, or plain text where it could not show what is wrong."""

    def __call__(self, **kwargs: Any) -> Any:
        if self.process_errors:
            kwargs.setdefault("type", "text")
        return super().__call__(**kwargs)


class DateField(_PickerField):
    """A day between ``earliest`` and ``latest``."""

    widget = widgets.DateInput()

    def __init__(
        self,
        label: Any = None,
        *,
        earliest: date = EARLIEST,
        latest: date = LATEST,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.earliest, self.latest = earliest, latest
        self.flags.min, self.flags.max = earliest.isoformat(), latest.isoformat()

    def read(self, typed: str) -> date:
        day = parse_date(typed)
        if day is None:
            raise ValueError(
                _(
                    "“%(typed)s” is not a date. Write it like 17/03/2022 or 17 March 2022.",
                    typed=self.quote(),
                )
            )
        if not self.earliest <= day <= self.latest:
            raise ValueError(
                _(
                    "The date must be between %(earliest)s and %(latest)s.",
                    earliest=wording.date_words(self.earliest),
                    latest=wording.date_words(self.latest),
                )
            )
        return day

    def write(self, value: date) -> str:
        return value.isoformat()


class TimeField(_PickerField):
    """Wall time at the place, to the minute."""

    widget = widgets.TimeInput()

    def read(self, typed: str) -> time:
        moment = parse_time(typed)
        if moment is None:
            raise ValueError(
                _("“%(typed)s” is not a time. Write it like 15.00.", typed=self.quote())
            )
        return moment

    def write(self, value: time) -> str:
        return value.strftime("%H:%M")


class _NumberField(CleanField):
    """A number within bounds. Not ``type="number"``, which hides what it does not understand."""

    def __init__(
        self, label: Any = None, *, minimum: Any, maximum: Any, keyboard: str, **kwargs: Any
    ) -> None:
        kwargs["render_kw"] = {"inputmode": keyboard, **(kwargs.get("render_kw") or {})}
        super().__init__(label, **kwargs)
        self.minimum, self.maximum = minimum, maximum

    def parse(self, typed: str) -> Any:
        return parse_integer(typed)

    def explain(self) -> str:
        return str(_("“%(typed)s” is not a number.", typed=self.quote()))

    def show(self, value: Any) -> str:
        return wording.number_words(value)

    def read(self, typed: str) -> Any:
        number = self.parse(typed)
        if number is None:
            raise ValueError(self.explain())
        if not self.minimum <= number <= self.maximum:
            raise ValueError(
                _(
                    "%(label)s must be between %(minimum)s and %(maximum)s.",
                    label=self.label.text,
                    minimum=self.show(self.minimum),
                    maximum=self.show(self.maximum),
                )
            )
        return number


class BoundedIntegerField(_NumberField):
    """A whole number that fits its column."""

    def __init__(
        self, label: Any = None, *, minimum: int = 0, maximum: int = INT_MAX, **kwargs: Any
    ) -> None:
        super().__init__(label, minimum=minimum, maximum=maximum, keyboard="numeric", **kwargs)

    def explain(self) -> str:
        return str(_("“%(typed)s” is not a whole number.", typed=self.quote()))


class RupiahField(_NumberField):
    """Whole rupiah, also typed as "Rp 5,23 miliar"; at most 18 digits."""

    def __init__(
        self,
        label: Any = None,
        *,
        minimum: int = 0,
        maximum: int = 10**BIGINT_DIGITS - 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, minimum=minimum, maximum=maximum, keyboard="text", **kwargs)

    def parse(self, typed: str) -> int | None:
        return parse_rupiah(typed, decimal_comma=get_language() == "id")

    def explain(self) -> str:
        return str(
            _(
                "“%(typed)s” is not an amount that we understand. Write it like %(example)s.",
                typed=self.quote(),
                example=wording.rupiah_words(5_230_000_000),
            )
        )

    def show(self, value: int) -> str:
        return wording.rupiah_words(value)

    def write(self, value: int) -> str:
        return wording.number_words(value)


class DecimalBoundedField(_NumberField):
    """A finite decimal with at most ``places`` digits after the comma."""

    def __init__(
        self,
        label: Any = None,
        *,
        minimum: int | Decimal = 0,
        maximum: int | Decimal = 10**15,
        places: int = 3,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, minimum=minimum, maximum=maximum, keyboard="decimal", **kwargs)
        self.places = places

    def parse(self, typed: str) -> Decimal | None:
        number = parse_decimal(typed, decimal_comma=get_language() == "id")
        if number is not None and number != round(number, self.places):
            raise ValueError(
                _("At most %(places)s digits after the comma, please.", places=self.places)
            )
        return number

    def write(self, value: Decimal) -> str:
        text = f"{value:f}"
        return text.replace(".", ",") if get_language() == "id" else text


class _DegreesField(_NumberField):
    """Degrees as maps show them: ``-5.4292``, south and west negative."""

    limit = 180

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        kwargs = {"minimum": -self.limit, "maximum": self.limit, "keyboard": "text", **kwargs}
        super().__init__(label, **kwargs)

    def parse(self, typed: str) -> float | None:
        number = parse_decimal(typed.replace(",", "."), decimal_comma=False)
        return None if number is None else float(round(number, 6))

    def explain(self) -> str:
        return str(
            _(
                "“%(typed)s” is not a coordinate. Write degrees like %(example)s.",
                typed=self.quote(),
                example="-5.4292" if self.limit == 90 else "105.2611",
            )
        )

    def show(self, value: int) -> str:
        return f"{value}°"


class LatitudeField(_DegreesField):
    """Degrees north of the equator, a float; most of Indonesia lies south of it."""

    limit = 90


class LongitudeField(_DegreesField):
    """Degrees east of Greenwich, a float."""


class _ListField(SelectField):
    """One of a fixed list, an empty choice first; ``data`` is a code or None."""

    def __init__(
        self,
        label: Any = None,
        *,
        required: bool | str = False,
        validators: Sequence[Callable[..., Any]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(
            label,
            [Presence(required), *validators],
            coerce=_code_or_none,
            choices=lambda: [SelectChoice(*each) for each in [("", ""), *self.list_choices()]],
            invalid_choice_message=_l("Choose one from the list."),
            **kwargs,
        )

    def list_choices(self) -> Sequence[tuple[str, str]]:
        raise ValueError(self.name)


class ProvinceField(_ListField):
    """A province, by name from A to Z; ``data`` is its ISO code, ``ID-LA``."""

    def list_choices(self) -> list[tuple[str, str]]:
        named = [(province.iso_code, province.name()) for province in PROVINCES]
        return sorted(named, key=lambda choice: choice[1])


class ZoneField(_ListField):
    """WIB, WITA or WIT; ``data`` is the IANA name. Asia/Pontianak where a row has it already."""

    def list_choices(self) -> list[tuple[str, str]]:
        return wording.zone_choices(including=self.object_data)


class PictureField(Field):
    """A JPEG, PNG or WebP picture, drawn anew; ``data`` is a ``Picture`` after validation.

    The upload is read when the form is validated. Browsers cannot keep a file on an error.
    """

    widget = widgets.FileInput()

    def __init__(self, label: Any = None, *, required: bool | str = False, **kwargs: Any) -> None:
        kwargs["render_kw"] = {
            "accept": "image/jpeg,image/png,image/webp",
            "data-shrink": True,  # in the browser, where there is script
            **(kwargs.get("render_kw") or {}),
        }
        super().__init__(label, [Presence(required)], **kwargs)
        self.upload: FileStorage | None = None

    def process_formdata(self, valuelist: Sequence[object]) -> None:
        uploads = [file for file in valuelist if isinstance(file, FileStorage) and file.filename]
        self.upload = uploads[0] if uploads else None

    def pre_validate(self, _form: Any) -> None:
        from gernas.core.images import BadPicture, read_picture

        if self.upload is None:
            return
        self.data = None
        try:
            picture: Picture = read_picture(self.upload.stream)
        except BadPicture as error:
            raise StopValidation(error.message) from error
        self.data = picture

    def _value(self) -> bool:
        return False


def _code_or_none(value: object) -> str | None:
    return clean_text(value) or None if isinstance(value, str) else None
