"""The plan for everyone: who exhibits where, and the way from the gate; a list does as well."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from gernas.booths.allocation_queries import find_next_lapse
from gernas.booths.finding import (
    LONGEST_SEARCH,
    Exhibit,
    find_exhibit,
    list_exhibits,
    make_way,
    search,
)
from gernas.booths.live import find_published
from gernas.booths.models import LABEL_LENGTH, Booth, Hall, Plan
from gernas.booths.outline import draw_booths, draw_way, view_around, whole_view
from gernas.booths.queries import list_booths, list_fixtures, list_halls, list_zones
from gernas.booths.views.public import bp
from gernas.booths.words import hall_title, list_booth_facts, way_words
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.i18n import in_language, public_url
from gernas.core.kept import changes_at, keep_for, kept
from gernas.core.limits import limiter
from gernas.core.permissions import public
from gernas.core.text import clean_text
from gernas.core.wording import range_words
from gernas.events.models import Event
from gernas.events.queries import find_event, find_former_event

CACHE = "public, no-cache"  # asked again each time, answered 304 while nothing changed
MOVED_CACHE = "public, max-age=300"
# A name that was corrected raises no revision of the plan; it shows after this at the latest.
RENEWED_EVERY = timedelta(minutes=10)


@bp.record
def offer(state: BlueprintSetupState) -> None:
    """Give templates the words of a way; as globals, since imported macros see only those."""
    state.app.jinja_env.globals.update(way_words=way_words, draw_way=draw_way)


@bp.get("/acara/<slug:event>/denah")
@public
@limiter.limit("60 per minute", exempt_when=lambda: not request.args)
@kept
def show(event: str) -> ResponseReturnValue:
    """The whole plan; with ``?q=`` what was found, with ``?stan=`` one booth and its way."""
    plan = _find_plan(event)
    keep_for(plan.scope)
    db.session.expire_all()  # What was read so far may be older than the revision.
    changes_at(find_next_lapse(plan.id))
    changes_at(now() + RENEWED_EVERY)
    exhibits = list_exhibits(plan)
    words = clean_text(request.args.get("q", ""))[:LONGEST_SEARCH]
    label = clean_text(request.args.get("stan", ""))[:LABEL_LENGTH]
    found = search(exhibits, words)
    if len(found) == 1 and not label:
        label = found[0].label
    booths = list_booths(plan)
    booth = next((one for one in booths if label and _same(one.label, label)), None)
    return _answer(
        "booths/public/show.html",
        plan,
        words=words,
        wanted=label,
        found=found,
        exhibits=exhibits,
        booth=_tell_booth(plan, booths, booth, exhibits) if booth else None,
        halls=[] if booth else _draw_halls(plan, booths, exhibits, found if words else None),
        zones=list_zones(plan),
    )


def _find_plan(slug: str) -> Plan:
    """The published plan of an event's address; an old address redirects, none is a 404."""
    event = find_event(slug)
    if event is None:
        former = find_former_event(slug)
        if former is not None and former.is_public:
            values: dict[str, Any] = {
                name: value for name, value in request.args.items() if name in ("q", "stan")
            }
            answer = redirect(public_url("floor_plan.show", event=former.slug, **values), 301)
            answer.headers["Cache-Control"] = MOVED_CACHE
            abort(answer)
    plan = find_published(event) if event is not None and event.is_public else None
    return plan or abort(404)


def _draw_halls(
    plan: Plan,
    booths: Sequence[Booth],
    exhibits: Sequence[Exhibit],
    found: Sequence[Exhibit] | None,
) -> list[dict[str, Any]]:
    """Each hall as the template draws it; of a search only what was found is coloured."""
    shown = {one.booth_id for one in (exhibits if found is None else found)}
    return [
        {
            "hall": hall,
            "title": hall_title(hall),
            "view": whole_view(hall),
            "fixtures": list_fixtures(hall),
            "count": len(standing),
            "groups": draw_booths(standing, shown),
        }
        for hall in list_halls(plan)
        if (standing := [one for one in booths if one.hall_id == hall.id])
    ]


def _tell_booth(
    plan: Plan, booths: Sequence[Booth], booth: Booth, exhibits: Sequence[Exhibit]
) -> dict[str, Any]:
    """One booth: who is there, the way in words, and the hall with the way drawn in."""
    hall: Hall | None = next((one for one in list_halls(plan) if one.id == booth.hall_id), None)
    told: dict[str, Any] = {
        "booth": booth,
        "exhibit": find_exhibit(exhibits, booth),
        "facts": list_booth_facts(booth),
        "hall": hall,
        "way": None,
    }
    if hall is None:
        return told
    standing = [one for one in booths if one.hall_id == hall.id]
    fixtures = list_fixtures(hall)
    way = make_way(hall, standing, fixtures, booth)
    taken = {one.booth_id for one in exhibits}
    return {
        **told,
        "way": way,
        "title": hall_title(hall),
        "view": view_around(hall, booth, way),
        "fixtures": fixtures,
        "groups": draw_booths([one for one in standing if one.id != booth.id], taken),
    }


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _answer(template: str, plan: Plan, **values: Any) -> Response:
    event: Event = plan.event
    title, lang = in_language(event.title, event.title_en)
    page = render_template(
        template,
        plan=plan,
        event=event,
        campaign=event.campaign,
        title=title,
        title_lang=lang,
        when=range_words(event.starts_on, event.last_day) if event.starts_on else "",
        **values,
    )
    answer = make_response(page)
    answer.headers["Cache-Control"] = CACHE
    return answer
