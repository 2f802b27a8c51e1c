"""Calls as the public reads them: whether one can apply, until when, who, with what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from flask_babel import gettext as _

from gernas.businesses.models import BusinessKind
from gernas.businesses.words import KIND_WORDS
from gernas.campaigns.models import Stop
from gernas.core.clock import to_local
from gernas.core.i18n import in_language
from gernas.core.kept import changes_at
from gernas.core.provinces import get_province
from gernas.core.wording import moment_words
from gernas.events.models import Event
from gernas.registrations.models import Call, DecidesBy
from gernas.registrations.queries import list_public_calls

Stage = Literal["coming", "open", "full", "closed"]


@dataclass(frozen=True)
class CallCard:
    """What a list and the page of a call say of it."""

    call: Call
    title: str
    lang: str | None  # of the title, where it is not the page's
    place: str  # Lampung; Gernas BBI 2022 for a call without a stop
    stage: Stage
    until: str  # Dibuka sampai Minggu, 6 Maret 2022 pukul 23.59 WIB

    @property
    def can_apply(self) -> bool:
        return self.stage in ("open", "full")


def make_call_cards(calls: Iterable[Call], *, at: datetime) -> list[CallCard]:
    """The calls as cards; says when time alone will change what they tell."""
    return [make_call_card(call, at=at) for call in calls]


def make_call_card(call: Call, *, at: datetime) -> CallCard:
    title, lang = in_language(call.title, call.title_en)
    stage = get_stage(call, at=at)
    if stage == "coming":
        changes_at(call.opens_at)
        until = _("Opens on %(when)s", when=moment_words(call.opens_at, call.zone))
    elif stage == "closed":
        until = _("Closed since %(when)s", when=ending_words(call))
    else:
        changes_at(call.ends_at)
        until = _("Open until %(when)s", when=ending_words(call))
    return CallCard(call, title, lang, place_words(call), stage, until)


def list_invitations(
    *, at: datetime, stop: Stop | None = None, event: Event | None = None
) -> list[CallCard]:
    """What one can apply for, now or soon: in a province, at an event, or anywhere."""
    if event is None:
        return make_call_cards(list_public_calls(stop=stop), at=at)
    calls = list_public_calls(stop=event.stop) if event.stop else list_public_calls()
    return make_call_cards(
        (call for call in calls if call.event_id == event.id or (event.stop and not call.event_id)),
        at=at,
    )


def get_stage(call: Call, *, at: datetime) -> Stage:
    """Whether one can apply; ``full`` where a place is given at once and none is left."""
    if at >= call.ends_at:
        return "closed"
    if at < call.opens_at:
        return "coming"
    is_full = call.decides_by == DecidesBy.FIRST_COME and call.is_full
    return "full" if is_full else "open"


def ending_words(call: Call) -> str:
    """When it closes; the midnight of a day is told as 23.59 of the day before."""
    moment = call.ends_at
    local = to_local(moment, call.zone)
    if (local.hour, local.minute) == (0, 0):
        moment -= timedelta(minutes=1)
    return moment_words(moment, call.zone)


def place_words(call: Call) -> str:
    """Where it belongs: the province, else the campaign."""
    if call.stop is not None:
        return str(call.stop.province)
    return in_language(call.campaign.title, call.campaign.title_en)[0]


def audience_words(call: Call) -> str:
    """Who may apply by kind and province: ``UMKM, Koperasi · Lampung``; "" for everyone."""
    kinds = ", ".join(str(KIND_WORDS[BusinessKind(kind)]) for kind in call.audience_kinds)
    provinces = ", ".join(str(get_province(code)) for code in call.audience_provinces)
    return " · ".join(filter(None, (kinds, provinces)))
