"""All events, and one of them."""

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue

from gernas.booths.live import find_published
from gernas.core.clock import now
from gernas.core.i18n import in_language, public_url
from gernas.core.kept import keep_for, kept
from gernas.core.permissions import public
from gernas.core.revisions import SITE
from gernas.registrations.cards import list_invitations
from gernas.site.agenda import make_agenda
from gernas.site.calendar_links import list_event_links, webcal_address
from gernas.site.cards import doubt_words, make_card, make_cards, second_clock_words_of
from gernas.site.filters import COMING, EventFilter
from gernas.site.history import make_lines
from gernas.site.lists import make_list
from gernas.site.places import cover_address, make_place
from gernas.site.queries import get_public_event, list_related_events
from gernas.site.results import host_words, source_link
from gernas.site.sharing import describe_event, make_structured_data, share_message
from gernas.site.stages import manager_words
from gernas.site.views.blueprint import answer_page, bp, get_event_of_address, limit_search


@bp.get("/acara")
@public
@limit_search
@kept
def list_events() -> ResponseReturnValue:
    keep_for(SITE)
    choice = EventFilter.read(request.args, usual=COMING)
    return answer_page("site/events.html", listed=make_list(choice, at=now()))


@bp.get("/acara/<slug:event>")
@public
@kept
def event(event: str) -> ResponseReturnValue:
    found = get_public_event(get_event_of_address(event).id)
    at = now()
    url = f"{current_app.config['GERNAS'].url}{request.path}"
    card = make_card(found, at=at)
    description, description_lang = in_language(found.description, found.description_en)
    related = list_related_events(found, at=at)
    feed_path = url_for("calendars.event", event=found.slug)
    return answer_page(
        "site/event.html",
        campaign=found.campaign,
        event=found,
        card=card,
        second_time=second_clock_words_of(found),
        doubt=doubt_words(found),
        history=make_lines(found),
        agenda=make_agenda(found),
        place=make_place(found),
        description=description,
        description_lang=description_lang,
        summary=describe_event(found, card),
        calendar=list_event_links(found) if found.is_dated else [],
        feed_url=feed_path,
        webcal_url=webcal_address(feed_path),
        cover_url=cover_address(found),
        source_url=source_link(found.source_url),
        source_name=host_words(found.source_url),
        share_text=share_message(card),
        page_url=url,
        structured=make_structured_data(found, card, url),
        related=make_cards(related, at=at),
        calls=list_invitations(at=at, event=found),
        plan_url=public_url("floor_plan.show", event=found.slug) if find_published(found) else None,
        manager=manager_words(found.stop) if found.stop and found.stop.manager else "",
    )
