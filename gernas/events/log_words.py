"""How the log of changes calls what happens to events, agendas and venues."""

from collections.abc import Collection, Mapping

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from gernas.audit.words import register_action, register_field, register_subject
from gernas.core.database import db
from gernas.events.models import AgendaItem, Event
from gernas.events.words import KIND_WORDS, STATUS_WORDS

ACTIONS = {
    "event.added": _l("Planned the event"),
    "event.edited": _l("Edited the event"),
    "event.postponed": _l("Postponed the event"),
    "event.cancelled": _l("Cancelled the event"),
    "event.revived": _l("Revived the event"),
    "event.confirmed": _l("Confirmed the event"),
    "event.archived": _l("Archived the event"),
    "event.restored": _l("Restored the event"),
    "agenda.added": _l("Added to the agenda"),
    "agenda.edited": _l("Edited the agenda"),
    "agenda.removed": _l("Removed from the agenda"),
    "venue.added": _l("Added the venue"),
    "venue.edited": _l("Edited the venue"),
    "venue.archived": _l("Archived the venue"),
    "venue.restored": _l("Restored the venue"),
}
FIELDS = {
    "title": _l("Title"),
    "title_en": _l("Title in English"),
    "kind": _l("Kind"),
    "status": _l("State"),
    "slug": _l("Address"),
    "description": _l("Description"),
    "description_en": _l("Description in English"),
    "venue": _l("Venue"),
    "city": _l("City or regency"),
    "province_code": _l("Province"),
    "zone": _l("Time zone"),
    "all_day": _l("Whole days"),
    "starts_on": _l("First day"),
    "ends_on": _l("Last day"),
    "starts_at": _l("Begins"),
    "ends_at": _l("Ends"),
    "date_unknown": _l("New date not known yet"),
    "capacity": _l("Capacity"),
    "online_url": _l("Link to join"),
    "admission": _l("Admission"),
    "cover": _l("Cover picture"),
    "cover_alt": _l("What the picture shows"),
    "uncertain": _l("Uncertain"),
    "note": _l("Note"),
    "note_en": _l("Note in English"),
    "source_url": _l("Source"),
    "cancel_reason": _l("Reason for cancelling"),
    "archived_at": _l("Archived"),
    "stage": _l("Stage"),
    "speakers": _l("Speakers"),
    "position": _l("Place in the agenda"),
    "name": _l("Name"),
    "address": _l("Street address"),
    "latitude": _l("Latitude"),
    "longitude": _l("Longitude"),
    "access": _l("Getting in"),
}


def register_log_words() -> None:
    for action, words in ACTIONS.items():
        register_action(action, words)
    for kind in ("event", "agenda_item", "venue"):
        for name, words in FIELDS.items():
            register_field(kind, name, words)
    register_field(
        "event", "kind", FIELDS["kind"], values={str(k): v for k, v in KIND_WORDS.items()}
    )
    register_field(
        "event", "status", FIELDS["status"], values={str(k): v for k, v in STATUS_WORDS.items()}
    )
    register_subject("event", name=_l("Event"), urls=_event_urls)
    register_subject("agenda_item", name=_l("Part of an agenda"), urls=_agenda_urls)
    register_subject(
        "venue", name=_l("Venue"), url=lambda number: url_for("events.venue", venue_id=number)
    )


def _event_urls(ids: Collection[int]) -> Mapping[int, str]:
    rows = db.session.execute(select(Event.id, Event.slug).where(Event.id.in_(ids)))
    return {number: url_for("events.show", event=slug) for number, slug in rows}


def _agenda_urls(ids: Collection[int]) -> Mapping[int, str]:
    rows = db.session.execute(
        select(AgendaItem.id, Event.slug).join(AgendaItem.event).where(AgendaItem.id.in_(ids))
    )
    return {number: url_for("events.show", event=slug) for number, slug in rows}
