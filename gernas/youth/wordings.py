"""What members and guardians agree to, word for word; a changed text gets a new version."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from gernas.youth.models import YouthConsentPurpose

P = YouthConsentPurpose


@dataclass(frozen=True)
class Wording:
    """A purpose with the present text of its consent (UU 27/2022, 22)."""

    purpose: YouthConsentPurpose
    version: str
    title: Any  # lazy
    text: Any
    effect: Any  # what withdrawing does


WORDINGS: Mapping[YouthConsentPurpose, Wording] = {
    P.TAKE_PART: Wording(
        P.TAKE_PART,
        "take_part-1",
        _l("I want to take part, and agree that my data are used for it"),
        _l(
            "The coordinators of the programme and of my organisation see what I write here, to"
            " plan shifts, count hours and reach me. Nobody else sees it."
        ),
        _l("You leave all programmes, and your places in shifts to come are given back."),
    ),
    P.SHOW_NAME: Wording(
        P.SHOW_NAME,
        "show_name-1",
        _l("Show my name to whoever checks my certificate"),
        _l("Without it, only my initials are shown. Of minors only the first name is shown."),
        _l("Whoever checks your certificate sees only your initials from now on."),
    ),
    P.LEADERBOARD: Wording(
        P.LEADERBOARD,
        "leaderboard-1",
        _l("Show me on the leaderboard"),
        _l("My name and my hours may stand on a public page."),
        _l("You disappear from the leaderboard at once."),
    ),
    P.PICTURES: Wording(
        P.PICTURES,
        "pictures-1",
        _l("Pictures of me may be published"),
        _l("Photos and videos of events on which I can be recognised may be shown."),
        _l("The organizers publish no new pictures of you."),
    ),
}

GUARDIAN_VERSION = "guardian-1"
