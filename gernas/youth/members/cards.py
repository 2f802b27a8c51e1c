"""A programme as lists and heads of pages show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from gernas.campaigns.models import Stop
from gernas.core.clock import now
from gernas.core.kept import changes_at
from gernas.core.wording import moment_words
from gernas.youth.members.ages import Days, list_days
from gernas.youth.models import YouthProgramme
from gernas.youth.queries import find_programme
from gernas.youth.words import programme_title


@dataclass(frozen=True)
class Card:
    programme: YouthProgramme
    title: str
    days: Days
    note: str  # whether and until when one can sign up
    is_open: bool

    @property
    def last(self) -> date:
        return self.days.last


def make_card(programme: YouthProgramme) -> Card:
    is_open, note = _window(programme)
    return Card(programme, programme_title(programme), list_days(programme), note, is_open)


def find_stop_card(stop: Stop) -> Card | None:
    """The card of a stop's published programme, for the page of the stop; None without one."""
    programme = find_programme(stop)
    if programme is None or not programme.is_published:
        return None
    changes_with(programme)
    return make_card(programme)


def changes_with(programme: YouthProgramme) -> None:
    """Let a kept page end when signing up opens or closes, which is without anybody's doing."""
    for moment in (programme.sign_up_from, programme.sign_up_until):
        if moment is not None and moment > now():
            changes_at(moment)


def make_cards(programmes: Iterable[YouthProgramme]) -> list[Card]:
    """Those that can be joined first."""
    return sorted((make_card(one) for one in programmes), key=lambda card: not card.is_open)


def _window(programme: YouthProgramme) -> tuple[bool, str]:
    moment, begins, ends = now(), programme.sign_up_from, programme.sign_up_until
    if begins is not None and moment < begins:
        when = moment_words(begins, programme.zone)
        return False, str(_("Signing up opens on %(when)s.", when=when))
    if ends is not None and moment >= ends:
        when = moment_words(ends, programme.zone)
        return False, str(_("Signing up closed on %(when)s.", when=when))
    if ends is not None:
        when = moment_words(ends, programme.zone)
        return True, str(_("Sign up until %(when)s.", when=when))
    return True, str(_("You can sign up now."))
