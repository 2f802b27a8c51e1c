"""What an organizer can type about one question of a form."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from gernas.core.fields import BoundedIntegerField, TextAreaField, TextField
from gernas.events.forms import VersionForm
from gernas.registrations.models import QuotaDimension
from gernas.registrations.questions import (
    BUSINESS_FIELDS,
    CHOOSING,
    FILES,
    HELP_LENGTH,
    LABEL_LENGTH,
    MOST_FILES,
    MOST_OPTIONS,
    STEP_LENGTH,
    Option,
    Question,
    QuestionType,
    ShownIf,
)

LARGEST = 10**15
_APART = "\n"

TYPE_WORDS: Mapping[QuestionType, Any] = {
    QuestionType.TEXT: _l("One line of text"),
    QuestionType.LONG_TEXT: _l("Several lines of text"),
    QuestionType.NUMBER: _l("Number"),
    QuestionType.RUPIAH: _l("Amount in rupiah"),
    QuestionType.CHOICE: _l("One of several answers"),
    QuestionType.CHOICES: _l("Several of several answers"),
    QuestionType.DATE: _l("Date"),
    QuestionType.FILE: _l("File (PDF or photo of a paper)"),
    QuestionType.PHOTO: _l("Photos"),
    QuestionType.LINK: _l("Web address"),
    QuestionType.CONSENT: _l("Consent, to be ticked"),
    QuestionType.BUSINESS: _l("Field of the business’s record"),
}
FIELD_WORDS: Mapping[str, Any] = {
    "name": _l("Name of the business"),
    "kind": _l("Kind of business"),
    "nib": _l("NIB"),
    "npwp": _l("NPWP of the organisation"),
    "owner_name": _l("Owner"),
    "size_class": _l("Size"),
    "sector": _l("Sector"),
    "province_code": _l("Province"),
    "city": _l("City or regency"),
    "address": _l("Street address"),
    "phone": _l("Phone"),
    "whatsapp": _l("WhatsApp"),
    "email": _l("Email"),
    "website": _l("Website"),
    "instagram": _l("Instagram"),
    "about": _l("About the business"),
}
# Which fields of this form a type of question has, beside those that all have.
NEEDS: Mapping[QuestionType, tuple[str, ...]] = {
    QuestionType.TEXT: ("is_product",),
    QuestionType.CHOICE: ("options", "options_en", "quota"),
    QuestionType.CHOICES: ("options", "options_en"),
    QuestionType.NUMBER: ("minimum", "maximum"),
    QuestionType.RUPIAH: ("minimum", "maximum", "is_product"),
    QuestionType.FILE: ("most",),
    QuestionType.PHOTO: ("most", "is_product"),
    QuestionType.BUSINESS: ("field",),
}


class QuestionForm(VersionForm):
    kind = HiddenField()  # its type
    label = TextField(
        _l("Question"),
        max_length=LABEL_LENGTH,
        required=_l("Write the question."),
        description=_l("As you would ask it: What is your business called?"),
    )
    help = TextAreaField(
        _l("Help below it"),
        max_length=HELP_LENGTH,
        description=_l("Say where the answer is found, or give an example."),
    )
    required = BooleanField(_l("Must be answered"))
    options = TextAreaField(
        _l("Answers to choose from"),
        max_length=MOST_OPTIONS * (LABEL_LENGTH + 1),
        description=_l("One on each line."),
    )
    options_en = TextAreaField(
        _l("The same answers in English"),
        max_length=MOST_OPTIONS * (LABEL_LENGTH + 1),
        description=_l("In the same order, one on each line. Empty: shown in Indonesian."),
    )
    quota = SelectField(
        _l("Counts for a quota"),
        choices=[
            SelectChoice("", _l("No")),
            SelectChoice(str(QuotaDimension.ZONE), _l("Yes, the answers are zones of the hall")),
        ],
        description=_l("Then each answer can have a number of places of its own."),
    )
    minimum = BoundedIntegerField(_l("At least"), minimum=-LARGEST, maximum=LARGEST)
    maximum = BoundedIntegerField(_l("At most"), minimum=-LARGEST, maximum=LARGEST)
    most = BoundedIntegerField(_l("How many files at most"), minimum=1, maximum=MOST_FILES)
    field = SelectField(_l("Which field"), validate_choice=True)
    is_product = BooleanField(
        _l("It is about the product of the business"),
        description=_l("Its name, price and first photo are also kept in the business’s record."),
    )
    shown_if = SelectField(
        _l("Show it"),
        description=_l("It can depend on the answer to a choice that stands before it."),
    )
    step = TextField(
        _l("Begins a page called"),
        max_length=STEP_LENGTH,
        description=_l("Empty: on the same page as the question before it."),
    )
    label_en = TextField(_l("Question in English"), max_length=LABEL_LENGTH)
    help_en = TextAreaField(_l("Help in English"), max_length=HELP_LENGTH)
    step_en = TextField(_l("Name of the page in English"), max_length=STEP_LENGTH)

    @classmethod
    def of(
        cls,
        kind: QuestionType,
        question: Question | None,
        others: Sequence[Question],
        *,
        version: int,
    ) -> Self:
        """The form for a question of a type; ``others`` are those that stand before it."""
        data: dict[str, Any] = {"version": str(version), "kind": str(kind), "most": 1}
        if question is not None:
            data |= vars(question)
            data["options"] = _APART.join(option.label for option in question.options)
            english = [option.label_en or "" for option in question.options]
            data["options_en"] = _APART.join(english) if any(english) else ""
            data["quota"] = str(question.quota or "")
            condition = question.shown_if
            data["shown_if"] = _pack(condition.key, condition.equals) if condition else ""
        form = cls(data=data)
        form.shown_if.choices = _list_conditions(others)
        form.field.choices = [SelectChoice(name, FIELD_WORDS[name]) for name in BUSINESS_FIELDS]
        for name in {each for names in NEEDS.values() for each in names} - {*NEEDS.get(kind, ())}:
            del form[name]  # what its type does not have is neither shown nor read
        return form

    def read_question(self, kind: QuestionType, former: Question | None) -> Question:
        """What was typed, of a form that validates; answers keep the value they had before."""
        needs = NEEDS.get(kind, ())
        condition = self.shown_if.data or ""
        return Question(
            key=former.key if former is not None else "",
            type=kind,
            label=self.label.data,
            label_en=self.label_en.data or None,
            help=self.help.data or None,
            help_en=self.help_en.data or None,
            required=bool(self.required.data),
            options=self._read_options(former) if kind in CHOOSING else (),
            shown_if=ShownIf(**_unpack(condition)) if condition else None,
            field=self.field.data if "field" in needs else None,
            quota=self._read_quota() if "quota" in needs else None,
            step=self.step.data or None,
            step_en=self.step_en.data or None,
            most=self.most.data or 1 if kind in FILES else 1,
            minimum=self.minimum.data if "minimum" in needs else None,
            maximum=self.maximum.data if "maximum" in needs else None,
            purpose=former.purpose if former is not None else None,
            is_product=bool(self.is_product.data) if "is_product" in needs else False,
        )

    def _read_quota(self) -> QuotaDimension | None:
        return QuotaDimension(self.quota.data) if self.quota.data else None

    def _read_options(self, former: Question | None) -> tuple[Option, ...]:
        """The answers, each with the value of the one that had its words, or its place."""
        labels = [line.strip() for line in (self.options.data or "").split(_APART)]
        labels = [line for line in labels if line]
        english = [line.strip() for line in (self.options_en.data or "").split(_APART)]
        known = former.options if former is not None else ()
        by_label = {option.label: option.value for option in known}
        same_places = len(known) == len(labels)
        values = []
        for place, label in enumerate(labels):
            value = by_label.get(label, "")
            if not value and same_places and known[place].label not in labels:
                value = known[place].value
            values.append(value)
        return tuple(
            Option(
                value=value,
                label=label,
                label_en=(english[place] or None) if place < len(english) else None,
            )
            for place, (label, value) in enumerate(zip(labels, values, strict=True))
        )


def _list_conditions(others: Sequence[Question]) -> list[SelectChoice]:
    choices = [SelectChoice("", _("Always"))]
    for other in others:
        for value, words in other.list_options():
            text = _("Only if “%(question)s” is: %(answer)s", question=other.text, answer=words)
            choices.append(SelectChoice(_pack(other.key, value), text))
    return choices


def _pack(key: str, value: str) -> str:
    return f"{key}={value}"


def _unpack(packed: str) -> dict[str, str]:
    key, _equals, value = packed.partition("=")
    return {"key": key, "equals": value}
