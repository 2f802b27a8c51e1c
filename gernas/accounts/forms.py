"""What people type at the door, about their own account, and about others."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, widgets
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from gernas.accounts.addresses import read_email
from gernas.accounts.errors import WeakPassword
from gernas.accounts.models import EMAIL_LENGTH, NAME_LENGTH, User
from gernas.accounts.passwords import check_password
from gernas.accounts.scopes import list_choices, list_kinds
from gernas.accounts.services.invitations import Offer
from gernas.accounts.words import SCOPE_KIND_WORDS, role_hint, role_words
from gernas.core.clock import now, to_utc, today_in
from gernas.core.fields import DateField, GernasForm, TextField
from gernas.core.permissions import MAY_INVITE, ROLE_SCOPES, Role, Scope

ZONE = "Asia/Jakarta"  # in which the days of a grant are meant
LANGUAGES = [SelectChoice("id", "Bahasa Indonesia"), SelectChoice("en", "English")]
CHOOSE = _l("Choose one from the list.")

_CODE = re.compile(r"[0-9]{6}")
_BLANKS = re.compile(r"[ \t.-]+")


class EmailField(TextField):
    """An e-mail address in its one spelling."""

    widget = widgets.EmailInput()

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        kwargs["render_kw"] = {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
            **(kwargs.get("render_kw") or {}),
        }
        super().__init__(label, max_length=EMAIL_LENGTH, **kwargs)

    def read(self, typed: str) -> str:
        return read_email(super().read(typed))


class PasswordField(StringField):
    """A password as it was typed: never trimmed, never sent back. "" when nothing was typed."""

    widget = widgets.PasswordInput()

    def __init__(
        self, label: Any = None, *, autocomplete: str, required: bool = True, **kwargs: Any
    ) -> None:
        kwargs["render_kw"] = {"autocomplete": autocomplete, "spellcheck": "false"}
        super().__init__(label, **kwargs)
        self.is_required = required
        if required:
            self.flags.required = True

    def process_formdata(self, valuelist: Sequence[object]) -> None:
        first = valuelist[0] if valuelist else ""
        self.data = first if isinstance(first, str) else ""

    def pre_validate(self, _form: Any) -> None:
        if not self.data and self.is_required:
            raise StopValidation(_("%(label)s is still empty.", label=self.label.text))


class NewPasswordField(PasswordField):
    """A password that is chosen now. ``person`` gives the words it may not be made of."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, autocomplete="new-password", **kwargs)
        self.person: tuple[str, str] = ("", "")  # address and name

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.data:
            return
        email, name = self.person
        try:
            check_password(self.data, email=email, name=name)
        except WeakPassword as error:
            raise StopValidation(error.message) from error


class CodeField(TextField):
    """Six digits, however they were grouped."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        kwargs["render_kw"] = {
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
            "spellcheck": "false",
        }
        super().__init__(label, max_length=20, **kwargs)

    def read(self, typed: str) -> str:
        code = _BLANKS.sub("", super().read(typed))
        if not _CODE.fullmatch(code):
            raise ValueError(_("A code has six digits."))
        return code


class SignInForm(GernasForm):
    email = EmailField(_l("Email"), required=True, description=_l("For example ibu.sari@contoh.id"))


class CodeForm(GernasForm):
    code = CodeField(_l("Code from the mail"), required=True)


class PasswordForm(GernasForm):
    email = EmailField(_l("Email"), required=True)
    password = PasswordField(_l("Password"), autocomplete="current-password")


class FactorForm(GernasForm):
    code = CodeField(_l("Code from your app"), required=True)


class RecoveryForm(GernasForm):
    recovery = TextField(
        _l("Recovery code"),
        max_length=40,
        required=True,
        description=_l("For example 3-k7f2-9qxm-w0ha"),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class NewPasswordForm(GernasForm):
    password = NewPasswordField(_l("New password"))

    @classmethod
    def for_person(cls, person: User) -> "NewPasswordForm":
        form = cls()
        form.password.person = (person.email, person.name)
        return form


class ChangePasswordForm(NewPasswordForm):
    present = PasswordField(_l("Present password"), autocomplete="current-password", required=False)

    def check(self) -> None:
        if self.present.is_required and not self.present.data:
            self.refuse(self.present, _("%(label)s is still empty.", label=self.present.label.text))


class NameField(TextField):
    """What a person is called. No signs that could make an address of it."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        kwargs["render_kw"] = {"autocomplete": "name", "spellcheck": "false"}
        super().__init__(label, max_length=NAME_LENGTH, required=True, **kwargs)

    def read(self, typed: str) -> str:
        name = super().read(typed)
        if any(sign in name for sign in "/@<>{}[]|\\") or "www." in name.lower():
            raise ValueError(_("Write the name only, without addresses."))
        return name


class AcceptForm(GernasForm):
    """For a new account; the password may stay empty, since codes by mail open the door too."""

    name = NameField(_l("Your name"))
    password = NewPasswordField(_l("Password"), required=False)


class EmptyForm(GernasForm):
    """Nothing but the token against forged requests."""


class ProfileForm(GernasForm):
    name = NameField(_l("Name"))
    language = RadioField(
        _l("Language of these pages and of mails"),
        choices=LANGUAGES,
        invalid_choice_message=CHOOSE,
    )


class ChangeEmailForm(GernasForm):
    email = EmailField(_l("New email"), required=True)


class SetUpFactorForm(FactorForm):
    """A code that shows that the app was set up right."""


class InviteForm(GernasForm):
    """A role on a place for an address. The place is kind and id in one, ``stop:3``."""

    email = EmailField(_l("Email"), required=True, render_kw={"autocomplete": "off"})
    role = RadioField(_l("Role"), invalid_choice_message=CHOOSE)
    place = SelectField(_l("Where"), invalid_choice_message=CHOOSE)
    starts_on = DateField(_l("From"), description=_l("Empty: at once."))
    ends_on = DateField(_l("Until, this day included"), description=_l("Empty: open end."))
    language = RadioField(
        _l("Language of the mail"),
        choices=LANGUAGES,
        default="id",
        invalid_choice_message=CHOOSE,
    )

    @classmethod
    def for_inviter(cls, inviter: User, *, place: str = "") -> "InviteForm":
        """A form that offers what the inviter may give, and where; ``place`` is chosen at first."""
        form = cls(data={"place": place, "language": "id"})
        roles = [role for role in Role if any(role in MAY_INVITE[h.role] for h in inviter.held)]
        kinds = [kind for kind in list_kinds() if any(kind in ROLE_SCOPES[r] for r in roles)]
        form.role.choices = [SelectChoice(str(role), role_words(role)) for role in roles]
        places = [
            SelectChoice(f"{kind}:{number}", label, optgroup=str(SCOPE_KIND_WORDS[kind]))
            for kind in kinds
            for number, label in list_choices(kind, inviter)
        ]
        form.place.choices = places if len(places) == 1 else [SelectChoice("", ""), *places]
        return form

    def check(self) -> None:
        self.in_order(self.starts_on, self.ends_on, _("The end is before the start."))
        if self.ends_on.data and not self.ends_on.errors and self.ends_on.data < today_in(ZONE):
            self.refuse(self.ends_on, _("This day is over."))
        if not self.place.data:
            self.refuse(self.place, str(CHOOSE))
        if self.role.errors or self.place.errors or not self.role.data:
            return
        if self.scope.kind not in ROLE_SCOPES[Role(self.role.data)]:
            self.refuse(self.place, _("This role cannot be given there. Choose another place."))

    @property
    def scope(self) -> Scope:
        kind, _colon, number = str(self.place.data).partition(":")
        return Scope(kind, int(number))

    @property
    def offer(self) -> Offer:
        """What was chosen; only after validation."""
        return Offer(
            role=Role(self.role.data),
            scope=self.scope,
            starts_at=_begin(self.starts_on.data),
            ends_at=_end(self.ends_on.data),
        )

    @property
    def hints(self) -> dict[str, str]:
        """What each offered role may do."""
        return {choice.value: role_hint(Role(choice.value)) for choice in self.role.choices}


def _begin(day: date | None) -> datetime:
    moment = now()
    return max(moment, to_utc(day, time(0), ZONE)) if day else moment


def _end(day: date | None) -> datetime | None:
    return to_utc(day + timedelta(days=1), time(0), ZONE) if day else None
