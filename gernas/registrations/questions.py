"""The questions of a call's form: what each asks, when it is shown, and whether a form holds."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from flask_babel import gettext as _

from gernas.businesses.models import BusinessKind, Sector, SizeClass
from gernas.businesses.words import KIND_WORDS, SECTOR_WORDS, SIZE_LIMITS
from gernas.core.errors import BadValues
from gernas.core.i18n import in_language
from gernas.core.provinces import PROVINCES
from gernas.core.text import clean_text, slugify
from gernas.registrations.models import KEY_LENGTH, QUOTA_VALUE_LENGTH, QuotaDimension

MOST_QUESTIONS = 80
MOST_OPTIONS = 60
MOST_FILES = 10
LABEL_LENGTH, HELP_LENGTH, STEP_LENGTH = 300, 1_000, 120
TEXT_LENGTH, LONG_TEXT_LENGTH = 200, 2_000

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


class QuestionType(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    RUPIAH = "rupiah"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    FILE = "file"  # a PDF or a photo of a paper
    PHOTO = "photo"
    LINK = "link"
    CONSENT = "consent"
    BUSINESS = "business"  # a field of the business's record, ``field`` says which


FILES = frozenset({QuestionType.FILE, QuestionType.PHOTO})
# What an answer about the product tells its record, by the type of the question.
PRODUCT_FIELDS = {
    QuestionType.TEXT: "name",
    QuestionType.RUPIAH: "price_rupiah",
    QuestionType.PHOTO: "photo",
}
CHOOSING = frozenset({QuestionType.CHOICE, QuestionType.CHOICES})

# Fields of the business's record that a form may ask for.
BUSINESS_FIELDS = (
    "name",
    "kind",
    "nib",
    "npwp",
    "owner_name",
    "size_class",
    "sector",
    "province_code",
    "city",
    "address",
    "phone",
    "whatsapp",
    "email",
    "website",
    "instagram",
    "about",
)
_QUOTA_FIELDS = {"sector": QuotaDimension.SECTOR, "province_code": QuotaDimension.PROVINCE}
YES = "yes"  # the answer to a consent that was ticked


@dataclass(frozen=True, kw_only=True)
class Option:
    """One of the answers to choose from."""

    value: str  # e.g. food
    label: str
    label_en: str | None = None

    @property
    def text(self) -> str:
        return in_language(self.label, self.label_en)[0]


@dataclass(frozen=True, kw_only=True)
class ShownIf:
    """Show a question only when an earlier one is answered so; several choices: among others."""

    key: str
    equals: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of a form. Texts are Indonesian, ``…_en`` English."""

    key: str  # in small letters, for good
    type: QuestionType
    label: str
    label_en: str | None = None
    help: str | None = None
    help_en: str | None = None
    required: bool = False
    options: tuple[Option, ...] = ()  # of choice and choices
    shown_if: ShownIf | None = None
    field: str | None = None  # of type business: one of BUSINESS_FIELDS
    quota: QuotaDimension | None = None  # of a choice: its values are those of this quota
    step: str | None = None  # a heading: from here on another page of the form
    step_en: str | None = None
    most: int = 1  # files
    minimum: int | None = None  # of numbers and rupiah
    maximum: int | None = None
    purpose: str | None = None  # of a consent, e.g. catalogue
    is_product: bool = False  # goes into the business's record, as PRODUCT_FIELDS says

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """A question as it lies in a ``FormVersion``."""
        values = dict(kept)
        values["type"] = QuestionType(values["type"])
        values["options"] = tuple(Option(**each) for each in values.get("options") or ())
        shown_if, quota = values.get("shown_if"), values.get("quota")
        values["shown_if"] = ShownIf(**shown_if) if shown_if else None
        values["quota"] = QuotaDimension(quota) if quota else None
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """What a ``FormVersion`` keeps: only what is set."""
        unset = (None, (), False)
        kept = {k: v for k, v in vars(self).items() if not any(v is each for each in unset)}
        kept["type"] = str(self.type)
        if self.options:
            kept["options"] = [_set(vars(option)) for option in self.options]
        if self.shown_if is not None:
            kept["shown_if"] = vars(self.shown_if)
        if self.quota is not None:
            kept["quota"] = str(self.quota)
        if self.most == 1:
            del kept["most"]
        return kept

    @property
    def text(self) -> str:
        """The question in the reader's language."""
        return in_language(self.label, self.label_en)[0]

    @property
    def hint(self) -> str:
        """Its help in the reader's language; "" if none."""
        return in_language(self.help, self.help_en)[0]

    @property
    def takes_files(self) -> bool:
        return self.type in FILES

    @property
    def counts_for(self) -> QuotaDimension | None:
        """The quota that its answer counts for."""
        if self.type == QuestionType.BUSINESS:
            return _QUOTA_FIELDS.get(self.field or "")
        return self.quota

    def list_options(self) -> list[tuple[str, str]]:
        """Its values with their words in the reader's language; [] if it is no choice."""
        if self.type in CHOOSING:
            return [(option.value, option.text) for option in self.options]
        if self.type == QuestionType.CONSENT:
            return [(YES, str(_("Yes")))]
        return list_field_options(self.field) if self.field else []


@dataclass(frozen=True)
class Step:
    """One page of a form."""

    number: int  # from 0
    title: str  # "" when the form names none
    questions: tuple[Question, ...]


def list_field_options(field: str) -> list[tuple[str, str]]:
    """The codes of a business's field with their words; [] where people type freely."""
    match field:
        case "kind":
            return [(str(kind), str(KIND_WORDS[kind])) for kind in BusinessKind]
        case "size_class":
            return [(str(size), str(SIZE_LIMITS[size])) for size in SizeClass]
        case "sector":
            return [(str(sector), str(SECTOR_WORDS[sector])) for sector in Sector]
        case "province_code":
            named = [(province.iso_code, province.name()) for province in PROVINCES]
            return sorted(named, key=lambda choice: choice[1])
    return []


def read_questions(kept: Iterable[Mapping[str, Any]]) -> list[Question]:
    return [Question.of(each) for each in kept]


def list_steps(questions: Sequence[Question]) -> list[Step]:
    """The pages of a form: each begins with a question that has a ``step``, the first always."""
    pages: list[tuple[str, list[Question]]] = []
    for question in questions:
        if question.step or not pages:
            pages.append((in_language(question.step, question.step_en)[0], []))
        pages[-1][1].append(question)
    return [Step(n, title, tuple(asked)) for n, (title, asked) in enumerate(pages)]


def make_key(label: str, taken: Iterable[str]) -> str:
    """A key for a new question, made of its words: ``nama_usaha``, ``nama_usaha_2``."""
    known = set(taken)
    stem = slugify(label, max_length=KEY_LENGTH - 4).replace("-", "_").lstrip("0123456789_")
    stem = stem or "pertanyaan"
    key, number = stem, 1
    while key in known:
        number += 1
        key = f"{stem}_{number}"
    return key


def clean_question(question: Question) -> Question:
    """The question with its texts cleaned, its options' values made, and nothing that it ignores.

    Raises:
        BadValues: a sentence for each field that cannot be kept.
    """
    problems: dict[str, str] = {}
    texts = {
        "label": _clean(question.label, LABEL_LENGTH, "label", problems),
        "label_en": _clean(question.label_en, LABEL_LENGTH, "label_en", problems) or None,
        "help": _clean(question.help, HELP_LENGTH, "help", problems) or None,
        "help_en": _clean(question.help_en, HELP_LENGTH, "help_en", problems) or None,
        "step": _clean(question.step, STEP_LENGTH, "step", problems) or None,
        "step_en": _clean(question.step_en, STEP_LENGTH, "step_en", problems) or None,
    }
    if not texts["label"]:
        problems["label"] = _("Write the question.")
    if not _KEY.fullmatch(question.key):
        problems["key"] = _("A key has small letters, digits and underscores only.")
    cleaned = replace(question, **texts)  # type: ignore[arg-type]
    cleaned = _only_what_counts(cleaned)
    if cleaned.type in CHOOSING:
        cleaned = replace(cleaned, options=_clean_options(cleaned, problems))
    if cleaned.type == QuestionType.BUSINESS and cleaned.field not in BUSINESS_FIELDS:
        problems["field"] = _("Choose a field from the list.")
    if not 1 <= cleaned.most <= MOST_FILES:
        problems["most"] = _("Between 1 and %(most)s files.", most=MOST_FILES)
    low, high = cleaned.minimum, cleaned.maximum
    if low is not None and high is not None and high < low:
        problems["maximum"] = _("The largest number is below the smallest.")
    if problems:
        raise BadValues(problems)
    return cleaned


def check_form(questions: Sequence[Question]) -> None:
    """Check that questions make a form together; each of them was cleaned before.

    Raises:
        BadValues: a sentence by the key of each question that does not fit.
    """
    problems: dict[str, str] = {}
    if len(questions) > MOST_QUESTIONS:
        problems["form"] = _("A form has at most %(most)s questions.", most=MOST_QUESTIONS)
    before: dict[str, Question] = {}
    for question in questions:
        problem = _misfit(question, before)
        if problem:
            problems[question.key] = problem
        before[question.key] = question
    if problems:
        raise BadValues(problems)


def _misfit(question: Question, before: Mapping[str, Question]) -> str | None:
    """What keeps a question from standing after those before it."""
    others = before.values()
    if question.key in before:
        return str(_("Two questions have the same key."))
    if question.field and any(other.field == question.field for other in others):
        return str(_("The form asks for this field of the business already."))
    if question.is_product and any(
        other.is_product and other.type == question.type for other in others
    ):
        return str(_("The form asks for this of the product already."))
    if question.counts_for and any(other.counts_for == question.counts_for for other in others):
        return str(_("Another question counts for this quota already."))
    return _bad_condition(question.shown_if, before) if question.shown_if else None


def _bad_condition(condition: ShownIf, before: Mapping[str, Question]) -> str | None:
    asked = before.get(condition.key)
    if asked is None:
        return str(_("It can only depend on a question that stands before it."))
    if condition.equals not in {value for value, _words in asked.list_options()}:
        return str(_("It depends on an answer that cannot be given."))
    return None


def _only_what_counts(question: Question) -> Question:
    """Without what its type ignores, so that nothing lies hidden in a form."""
    kind = question.type
    return replace(
        question,
        options=question.options if kind in CHOOSING else (),
        field=question.field if kind == QuestionType.BUSINESS else None,
        quota=question.quota if kind == QuestionType.CHOICE else None,
        most=question.most if kind in FILES else 1,
        minimum=question.minimum if kind in (QuestionType.NUMBER, QuestionType.RUPIAH) else None,
        maximum=question.maximum if kind in (QuestionType.NUMBER, QuestionType.RUPIAH) else None,
        purpose=(question.purpose or question.key) if kind == QuestionType.CONSENT else None,
        is_product=question.is_product and kind in PRODUCT_FIELDS,
    )


def _clean_options(question: Question, problems: dict[str, str]) -> tuple[Option, ...]:
    options: list[Option] = []
    for option in question.options:
        label = _clean(option.label, LABEL_LENGTH, "options", problems)
        english = _clean(option.label_en, LABEL_LENGTH, "options", problems) or None
        if not label:
            continue
        taken = {known.value for known in options}
        value = option.value if question.quota else (option.value or make_key(label, taken))
        value = clean_text(value or label)[:QUOTA_VALUE_LENGTH]
        if value in taken:
            problems["options"] = _("Two of the answers are the same.")
        options.append(Option(value=value, label=label, label_en=english))
    if not 2 <= len(options) <= MOST_OPTIONS:
        problems["options"] = _(
            "Write 2 to %(most)s answers to choose from, one on each line.", most=MOST_OPTIONS
        )
    return tuple(options)


def _clean(text: str | None, limit: int, name: str, problems: dict[str, str]) -> str:
    cleaned = clean_text(text or "", multiline=name.startswith("help"))
    if len(cleaned) > limit:
        problems[name] = _(
            "Too long: %(count)s characters, at most %(limit)s.", count=len(cleaned), limit=limit
        )
    return cleaned


def _set(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
