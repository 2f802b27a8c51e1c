"""What people may say about programmes, roles, members, guardians and organisations, checked."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Self

from flask_babel import gettext as _

from gernas.accounts.addresses import read_email
from gernas.accounts.models import NAME_LENGTH
from gernas.businesses.models import TITLE_LENGTH
from gernas.businesses.values import read_phone
from gernas.campaigns.models import SLUG_LENGTH
from gernas.core.errors import BadValues
from gernas.core.markdown import MAX_CHARACTERS
from gernas.core.provinces import find_province
from gernas.core.text import clean_text, is_slug
from gernas.core.wording import number_words
from gernas.youth.members.words import RELATION_WORDS, SHIRT_SIZES
from gernas.youth.models import (
    CITY_LENGTH,
    GuardianConsent,
    Member,
    OrganisationKind,
    Sex,
    Skill,
    YouthOrganisation,
    YouthProgramme,
    YouthRole,
)

Problems = dict[str, str]
TAKEN_PATHS = frozenset({"saya", "meja", "tukar"})  # below /pemuda
ABOUT_LENGTH = 1_000


@dataclass(frozen=True, kw_only=True)
class _Values(ABC):
    @classmethod
    def of(cls, row: Any) -> Self:
        """What a row holds."""
        return cls(**{one.name: getattr(row, one.name) for one in fields(cls)})

    def checked(self) -> Self:
        """The values cleaned and in order.

        Raises:
            BadValues: a sentence for each field that cannot be kept as it is.
        """
        problems: Problems = {}
        values = dict(vars(self))
        self._check(values, problems)
        if problems:
            raise BadValues(problems)
        return type(self)(**values)

    @abstractmethod
    def _check(self, values: dict[str, Any], problems: Problems) -> None:
        """Clean ``values`` in place; what cannot be kept has its sentence in ``problems``."""


@dataclass(frozen=True, kw_only=True)
class ProgrammeValues(_Values):
    slug: str
    about: str | None = None
    about_en: str | None = None
    terms: str | None = None
    terms_en: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    asks_shirt: bool = False
    sign_up_from: datetime | None = None
    sign_up_until: datetime | None = None
    rest_minutes: int = 480
    travel_minutes: int = 180
    leave_hours: int = 24
    certificate_minutes: int = 480
    issues_certificates: bool = False

    @classmethod
    def of(cls, row: YouthProgramme) -> Self:
        return super().of(row)

    def _check(self, values: dict[str, Any], problems: Problems) -> None:
        values["slug"] = _line(self.slug, SLUG_LENGTH, "slug", problems) or ""
        if not is_slug(values["slug"]) or values["slug"] in TAKEN_PATHS:
            problems["slug"] = _("Use small letters, digits and hyphens only, for example lampung.")
        for name in ("about", "about_en", "terms", "terms_en"):
            values[name] = _text(getattr(self, name), MAX_CHARACTERS, name, problems)
        values["contact_name"] = _line(self.contact_name, NAME_LENGTH, "contact_name", problems)
        values["contact_phone"] = _phone(self.contact_phone, "contact_phone", problems)
        if self.sign_up_from and self.sign_up_until and self.sign_up_until <= self.sign_up_from:
            problems["sign_up_until"] = _("Signing up ends before it begins.")
        _within(self.rest_minutes, 1_440, "rest_minutes", problems)
        _within(self.travel_minutes, 2_880, "travel_minutes", problems)
        _within(self.leave_hours, 336, "leave_hours", problems)
        _within(self.certificate_minutes, 60_000, "certificate_minutes", problems)


@dataclass(frozen=True, kw_only=True)
class RoleValues(_Values):
    name: str
    name_en: str | None = None
    description: str | None = None
    description_en: str | None = None
    skills: list[str] = field(default_factory=list)
    needs_approval: bool = False
    minimum_age: int = 16

    @classmethod
    def of(cls, row: YouthRole) -> Self:
        return super().of(row)

    def _check(self, values: dict[str, Any], problems: Problems) -> None:
        values["name"] = _line(self.name, 80, "name", problems)
        _needed(values["name"], "name", _("Give the role a name."), problems)
        values["name_en"] = _line(self.name_en, 80, "name_en", problems)
        for name in ("description", "description_en"):
            values[name] = _text(getattr(self, name), ABOUT_LENGTH, name, problems)
        values["skills"] = _skills(self.skills)
        if not 10 <= self.minimum_age <= 60:
            problems["minimum_age"] = _("An age between 10 and 60.")


@dataclass(frozen=True, kw_only=True)
class MemberValues(_Values):
    """Whether the age fits, ``ages`` tells."""

    name: str
    birth_date: date | None
    city: str
    province_code: str
    phone: str | None = None
    email: str | None = None
    sex: Sex | None = None
    student_number: str | None = None
    skills: list[str] = field(default_factory=list)
    languages: str | None = None
    shirt_size: str | None = None
    emergency_name: str | None = None
    emergency_phone: str | None = None

    @classmethod
    def of(cls, row: Member) -> Self:
        return super().of(row)

    def _check(self, values: dict[str, Any], problems: Problems) -> None:
        values["name"] = _line(self.name, NAME_LENGTH, "name", problems)
        _needed(values["name"], "name", _("Write your name."), problems)
        if self.birth_date is None:
            problems["birth_date"] = _("Write the birth date, for example 17/03/2006.")
        values["city"] = _line(self.city, CITY_LENGTH, "city", problems)
        _needed(values["city"], "city", _("Write the city or regency where you live."), problems)
        if find_province(self.province_code) is None:
            problems["province_code"] = _("Choose a province.")
        values["phone"] = _phone(self.phone, "phone", problems)
        values["email"] = _email(self.email, "email", problems)
        values["student_number"] = _line(self.student_number, 40, "student_number", problems)
        values["skills"] = _skills(self.skills)
        values["languages"] = _line(self.languages, 120, "languages", problems)
        values["shirt_size"] = self.shirt_size if self.shirt_size in SHIRT_SIZES else None
        name = _line(self.emergency_name, NAME_LENGTH, "emergency_name", problems)
        values["emergency_name"] = name
        values["emergency_phone"] = _phone(self.emergency_phone, "emergency_phone", problems)
        if values["emergency_phone"] and values["emergency_phone"] == values["phone"]:
            problems["emergency_phone"] = _("Give another number than your own.")


@dataclass(frozen=True, kw_only=True)
class GuardianValues(_Values):
    guardian_name: str
    relation: str
    phone: str | None = None
    email: str | None = None

    @classmethod
    def of(cls, row: GuardianConsent) -> Self:
        return super().of(row)

    def _check(self, values: dict[str, Any], problems: Problems) -> None:
        name = _line(self.guardian_name, NAME_LENGTH, "guardian_name", problems)
        values["guardian_name"] = name
        _needed(name, "guardian_name", _("Write the name of your parent or guardian."), problems)
        if self.relation not in RELATION_WORDS:
            problems["relation"] = _("Choose who it is.")
        values["phone"] = _phone(self.phone, "phone", problems)
        if values["phone"] is None and "phone" not in problems:
            problems["phone"] = _("The coordinator calls this number, so it is needed.")
        values["email"] = _email(self.email, "email", problems)


@dataclass(frozen=True, kw_only=True)
class OrganisationValues(_Values):
    name: str
    kind: OrganisationKind
    city: str | None = None
    province_code: str | None = None
    about: str | None = None

    @classmethod
    def of(cls, row: YouthOrganisation) -> Self:
        return super().of(row)

    def _check(self, values: dict[str, Any], problems: Problems) -> None:
        values["name"] = _line(self.name, TITLE_LENGTH, "name", problems)
        _needed(values["name"], "name", _("Write the name of the organisation."), problems)
        values["city"] = _line(self.city, CITY_LENGTH, "city", problems)
        if self.province_code and find_province(self.province_code) is None:
            problems["province_code"] = _("Choose a province.")
        values["province_code"] = self.province_code or None
        values["about"] = _text(self.about, ABOUT_LENGTH, "about", problems)


def _line(value: str | None, most: int, name: str, problems: Problems) -> str | None:
    return _clean(value, most, name, problems, multiline=False)


def _text(value: str | None, most: int, name: str, problems: Problems) -> str | None:
    return _clean(value, most, name, problems, multiline=True)


def _clean(
    value: str | None, most: int, name: str, problems: Problems, *, multiline: bool
) -> str | None:
    text = clean_text(value or "", multiline=multiline)
    if len(text) > most:
        problems[name] = _("This is too long: at most %(most)s signs.", most=number_words(most))
    return text or None


def _needed(value: object, name: str, sentence: str, problems: Problems) -> None:
    if not value and name not in problems:
        problems[name] = sentence


def _phone(value: str | None, name: str, problems: Problems) -> str | None:
    if not value:
        return None
    try:
        return read_phone(value)
    except ValueError as error:
        problems[name] = str(error)
        return None


def _email(value: str | None, name: str, problems: Problems) -> str | None:
    if not value:
        return None
    try:
        return read_email(value)
    except ValueError as error:
        problems[name] = str(error)
        return None


def _skills(given: list[str]) -> list[str]:
    """Known ones, each once, in the order of the table."""
    return [str(skill) for skill in Skill if skill in given]


def _within(value: int, most: int, name: str, problems: Problems) -> None:
    if not 0 <= value <= most:
        problems[name] = _("A number between 0 and %(most)s.", most=number_words(most))
