"""How what is known of members is called on pages."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from gernas.youth.models import (
    GuardianAnswer,
    JoinedBy,
    OrganisationKind,
    Sex,
    YouthConsentPurpose,
)

SEX_WORDS: Mapping[Sex, Any] = {
    Sex.FEMALE: _l("Female"),
    Sex.MALE: _l("Male"),
    Sex.UNDISCLOSED: _l("I would rather not say"),
}
JOINED_WORDS: Mapping[JoinedBy, Any] = {
    JoinedBy.ALONE: _l("Alone"),
    JoinedBy.GROUP: _l("By the organisation"),
    JoinedBy.DESK: _l("At the desk"),
}
ORGANISATION_WORDS: Mapping[OrganisationKind, Any] = {
    OrganisationKind.CAMPUS: _l("Campus"),
    OrganisationKind.KARANG_TARUNA: "Karang Taruna",
    OrganisationKind.GENBI: "GenBI",
    OrganisationKind.SMK: _l("Vocational school (SMK)"),
    OrganisationKind.HIPMI: "HIPMI",
    OrganisationKind.SCOUTS: _l("Scouts"),
    OrganisationKind.COMMUNITY: _l("Community"),
    OrganisationKind.OTHER: _l("Other"),
}
RELATION_WORDS: Mapping[str, Any] = {
    "mother": _l("Mother"),
    "father": _l("Father"),
    "guardian": _l("Guardian"),
}
ANSWER_WORDS: Mapping[GuardianAnswer, Any] = {
    GuardianAnswer.GIVEN: _l("Agreed"),
    GuardianAnswer.REFUSED: _l("Did not agree"),
    GuardianAnswer.WITHDRAWN: _l("Withdrawn"),
}
PURPOSE_WORDS: Mapping[YouthConsentPurpose, Any] = {
    YouthConsentPurpose.TAKE_PART: _l("Take part"),
    YouthConsentPurpose.SHOW_NAME: _l("Name on the certificate page"),
    YouthConsentPurpose.LEADERBOARD: _l("Leaderboard"),
    YouthConsentPurpose.PICTURES: _l("Pictures"),
}
MEANS_WORDS: Mapping[str, Any] = {
    "web": _l("on this site"),
    "link": _l("by the link"),
    "paper": _l("on paper"),
    "spoken": _l("spoken"),
}
SHIRT_SIZES = ("XS", "S", "M", "L", "XL", "XXL", "3XL")

_TABLES: Mapping[str, Mapping[Any, Any]] = {
    "sex": SEX_WORDS,
    "how": JOINED_WORDS,
    "kind": ORGANISATION_WORDS,
    "relation": RELATION_WORDS,
    "answer": ANSWER_WORDS,
    "purpose": PURPOSE_WORDS,
    "means": MEANS_WORDS,
}


def youth_word(table: str, code: str | None) -> str:
    """The word for a kept code; of an unknown one the code itself, of none nothing."""
    return str(_TABLES[table].get(code, code)) if code else ""
