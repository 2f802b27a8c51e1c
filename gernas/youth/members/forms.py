"""What people can type when they sign up, name a guardian, or are written down by others."""

import secrets
from datetime import date
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, widgets
from wtforms.fields.choices import SelectChoice

from gernas.accounts.models import NAME_LENGTH
from gernas.businesses.fields import CodeField, DocumentField, EmailField, PhoneField
from gernas.core.fields import (
    DateField,
    GernasForm,
    ProvinceField,
    TextAreaField,
    TextField,
)
from gernas.events.forms import ChosenRowField
from gernas.youth.choices import ChecksField
from gernas.youth.errors import NoConsent
from gernas.youth.members.values import GuardianValues, MemberValues, OrganisationValues
from gernas.youth.members.words import (
    ORGANISATION_WORDS,
    RELATION_WORDS,
    SEX_WORDS,
    SHIRT_SIZES,
)
from gernas.youth.models import (
    CITY_LENGTH,
    NOTE_LENGTH,
    REASON_LENGTH,
    Member,
    OrganisationKind,
    Sex,
    YouthConsentPurpose,
    YouthProgramme,
)
from gernas.youth.shifts.words import SKILL_WORDS
from gernas.youth.wordings import WORDINGS

P = YouthConsentPurpose


class BirthDateField(DateField):
    """A birth date, typed: a calendar that opens today is a long way from it."""

    widget = widgets.TextInput()

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"autocomplete": "bday", "inputmode": "text"})
        super().__init__(label, earliest=date(1, 1, 1), latest=date(9999, 12, 31), **kwargs)
        del self.flags.min, self.flags.max

    def write(self, value: date) -> str:
        return f"{value.day:02}/{value.month:02}/{value.year:04}"


class SkillsField(ChecksField):
    """Any of the skills, as boxes to tick."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        choices = [SelectChoice(str(skill), words) for skill, words in SKILL_WORDS.items()]
        super().__init__(label, choices=choices, **kwargs)


def _consent(purpose: YouthConsentPurpose) -> BooleanField:
    wording = WORDINGS[purpose]
    return BooleanField(wording.title, description=wording.text)


class PersonForm(GernasForm):
    """Who somebody is, and what they can do."""

    name = TextField(
        _l("Full name"),
        max_length=NAME_LENGTH,
        required=_l("Write your name."),
        description=_l("As it shall stand on the certificate."),
        render_kw={"autocomplete": "name"},
    )
    birth_date = BirthDateField(
        _l("Birth date"),
        required=_l("Write the birth date, for example 17/03/2006."),
        description=_l("Day, month, year: 17/03/2006."),
    )
    city = TextField(
        _l("City or regency"),
        max_length=CITY_LENGTH,
        required=_l("Write the city or regency where you live."),
        description=_l("For example Kota Metro or Kabupaten Pesawaran."),
        render_kw={"autocomplete": "address-level2"},
    )
    province_code = ProvinceField(_l("Province"), required=_l("Choose a province."))
    phone = PhoneField(
        _l("Phone or WhatsApp"),
        description=_l("For example 0812 3456 7890. Only coordinators see it."),
    )
    email = EmailField(
        _l("Email"), description=_l("To send you the link to your page and news of your shifts.")
    )
    sex = CodeField(
        _l("Sex"),
        words=SEX_WORDS,
        description=_l("Only to count how many women and men take part."),
    )
    student_number = TextField(
        _l("Student number"),
        max_length=40,
        description=_l("If your campus counts your hours."),
    )
    skills = SkillsField(_l("What you are good at"))
    languages = TextField(
        _l("Languages you speak"),
        max_length=120,
        description=_l("For example Bahasa Lampung, English."),
    )
    shirt_size = CodeField(_l("Size of shirt"), words={size: size for size in SHIRT_SIZES})
    emergency_name = TextField(
        _l("Whom we call in an emergency"),
        max_length=NAME_LENGTH,
        description=_l("For example your mother, your brother."),
    )
    emergency_phone = PhoneField(_l("Their number"))

    def read_person(self) -> MemberValues:
        return MemberValues(
            name=self.name.data or "",
            birth_date=self.birth_date.data,
            city=self.city.data or "",
            province_code=self.province_code.data or "",
            phone=self.phone.data,
            email=self.email.data,
            sex=Sex(self.sex.data) if self.sex.data else None,
            student_number=self.student_number.data or None,
            skills=list(self.skills.data or []),
            languages=self.languages.data or None,
            shirt_size=self.shirt_size.data or None if "shirt_size" in self else None,
            emergency_name=self.emergency_name.data or None,
            emergency_phone=self.emergency_phone.data,
        )

    @classmethod
    def of(cls, member: Member) -> Self:
        """The form as a saved member fills it."""
        values = vars(MemberValues.of(member))
        return cls(data={**values, "sex": str(member.sex) if member.sex else None})


class JoinForm(GernasForm):
    """The part in one programme; alone it is for who is a member already."""

    group_name = TextField(
        _l("Name of your group"),
        max_length=80,
        description=_l("If you want shifts together with friends: all write the same word."),
    )
    helps_businesses = BooleanField(
        _l("I also want to help a business on other days"),
        description=_l("For example open a shop online, take product photos."),
    )
    take_part = _consent(P.TAKE_PART)
    terms = BooleanField(_l("I have read the rules of the programme and keep to them"))
    key = HiddenField()

    @classmethod
    def for_programme(cls, programme: YouthProgramme, **data: Any) -> Self:
        form = cls(data={"key": secrets.token_urlsafe(16), **data})
        if "shirt_size" in form and not programme.asks_shirt:
            del form.shirt_size
        if not programme.terms:
            del form.terms
        return form

    def read_consents(self) -> set[YouthConsentPurpose]:
        return {purpose for purpose in P if purpose in self and self[str(purpose)].data}

    def check(self) -> None:
        if not self.take_part.data:
            self.refuse(self.take_part, NoConsent().message)
        if "terms" in self and not self.terms.data:
            self.refuse(self.terms, _("Read the rules and agree to them first."))


class SignUpForm(PersonForm, JoinForm):
    """Signing oneself up."""

    phone = PhoneField(
        _l("Phone or WhatsApp"),
        required=_l("Write a phone number, your own or that of your parents."),
        description=_l("For example 0812 3456 7890. Only coordinators see it."),
    )
    organisation_id = ChosenRowField(
        _l("Your organisation"),
        description=_l("Not in the list? Leave it empty, the coordinator adds it."),
    )
    show_name = _consent(P.SHOW_NAME)
    leaderboard = _consent(P.LEADERBOARD)
    pictures = _consent(P.PICTURES)


class GuardianForm(GernasForm):
    """Whom a minor names."""

    guardian_name = TextField(
        _l("Name of your parent or guardian"),
        max_length=NAME_LENGTH,
        required=_l("Write the name of your parent or guardian."),
    )
    relation = RadioField(
        _l("Who is it?"),
        choices=[SelectChoice(code, words) for code, words in RELATION_WORDS.items()],
        validate_choice=False,
    )
    phone = PhoneField(
        _l("Their phone or WhatsApp"),
        required=_l("The coordinator calls this number, so it is needed."),
        description=_l("The coordinator calls once, before your first shift."),
    )
    email = EmailField(
        _l("Their email"), description=_l("If they have one, we send the link there.")
    )

    def read(self) -> GuardianValues:
        return GuardianValues(
            guardian_name=self.guardian_name.data or "",
            relation=self.relation.data or "",
            phone=self.phone.data,
            email=self.email.data,
        )


class PaperForm(GuardianForm):
    """A signed form, photographed."""

    paper = DocumentField(
        _l("Photo of the signed form"),
        required=_l("Choose the photo of the signed form."),
        description=_l("A photo or PDF, at most 8 MB. Only coordinators of the stop see it."),
    )


class CallForm(GernasForm):
    """What came of the coordinator's call to a guardian."""

    note = TextAreaField(
        _l("Note"),
        max_length=NOTE_LENGTH,
        description=_l("For example who answered. The member does not see it."),
    )


class ReasonForm(GernasForm):
    reason = TextAreaField(
        _l("Reason"),
        max_length=REASON_LENGTH,
        required=_l("Write a reason; the member reads it."),
        description=_l("The member reads it."),
    )


class OrganisationForm(GernasForm):
    name = TextField(_l("Name"), max_length=200, required=_l("Write the name of the organisation."))
    kind = CodeField(_l("Kind"), words=ORGANISATION_WORDS, required=True)
    city = TextField(_l("City or regency"), max_length=CITY_LENGTH)
    province_code = ProvinceField(_l("Province"))
    about = TextAreaField(_l("About the organisation"), max_length=1_000)

    def read(self) -> OrganisationValues:
        return OrganisationValues(
            name=self.name.data or "",
            kind=OrganisationKind(self.kind.data),
            city=self.city.data or None,
            province_code=self.province_code.data or None,
            about=self.about.data or None,
        )
