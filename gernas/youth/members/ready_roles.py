"""The roles that most programmes need, to begin with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from gernas.youth.models import Skill


@dataclass(frozen=True)
class ReadyRole:
    code: str
    name: Any  # lazy
    description: Any
    skills: Sequence[Skill] = ()
    needs_approval: bool = False
    minimum_age: int = 16


READY_ROLES = (
    ReadyRole(
        "digital_companion",
        _l("Digital companion"),
        _l("Helps a business to open a shop online, take photos of its products and use QRIS."),
        (Skill.MARKETPLACE,),
        needs_approval=True,
    ),
    ReadyRole(
        "content_creator",
        _l("Content creator"),
        _l("Makes short videos and posts about products and businesses."),
        (Skill.VIDEO,),
    ),
    ReadyRole(
        "registration_desk",
        _l("Registration desk"),
        _l("Welcomes guests, finds their names and hands out what they need."),
    ),
    ReadyRole(
        "gate_crew",
        _l("Gate crew"),
        _l("Lets people in, counts them and shows the way."),
    ),
    ReadyRole(
        "exhibitor_helper",
        _l("Exhibitor helper"),
        _l("Stands by exhibitors at their booths: carrying, selling, a short break."),
    ),
    ReadyRole(
        "translator",
        _l("Translator"),
        _l("Helps guests and exhibitors who speak different languages."),
        (Skill.LANGUAGE,),
        needs_approval=True,
    ),
    ReadyRole(
        "guide",
        _l("Guide"),
        _l("Takes visitors, schools and delegations through the halls."),
    ),
    ReadyRole(
        "documentation",
        _l("Documentation"),
        _l("Takes photos and videos of the event for the organizers."),
        (Skill.PHOTO,),
    ),
    ReadyRole(
        "runner",
        _l("Runner"),
        _l("Is where help is needed: messages, things, queues."),
    ),
)
