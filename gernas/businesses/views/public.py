"""The public catalogue: all businesses that agreed to be shown, and a page for each."""

from flask import Blueprint, Response, abort, current_app, make_response, redirect, request
from flask.typing import ResponseReturnValue

from gernas.businesses.catalogue import (
    CatalogueFilter,
    describe,
    find_public,
    list_accounts,
    list_catalogue,
    list_certificates,
    list_items,
    list_shops,
    make_structured_data,
    place_words,
)
from gernas.businesses.models import Business
from gernas.businesses.services.changing import CATALOGUE
from gernas.businesses.views.blueprint import page
from gernas.businesses.words import SECTOR_WORDS
from gernas.core.clock import ZONES, next_midnight, now
from gernas.core.database import db
from gernas.core.i18n import in_language, public_url
from gernas.core.kept import changes_at, keep_for, kept
from gernas.core.limits import limiter
from gernas.core.permissions import public

bp = Blueprint("catalogue", __name__)

CACHE = "public, no-cache"  # asked again each time: a withdrawn consent counts at once
MOVED_CACHE = "public, max-age=300"

limit_search = limiter.shared_limit(
    "60 per minute", "catalogue", exempt_when=lambda: not request.args.get("q")
)


@bp.get("/umkm")
@public
@limit_search
@kept
def index() -> ResponseReturnValue:
    keep_for(CATALOGUE)
    changes_at(next_midnight(ZONES[0], after=now()))  # certificates expire
    listed = list_catalogue(CatalogueFilter.read(request.args))
    return _answer(page("public/index.html", listed=listed))


@bp.get("/umkm/<slug:business>")
@public
@kept
def show(business: str) -> ResponseReturnValue:
    keep_for(CATALOGUE)
    changes_at(next_midnight(ZONES[0], after=now()))
    found = _get_public(business)
    url = f"{current_app.config['GERNAS'].url}{request.path}"
    about, about_lang = in_language(found.about, found.about_en)
    items = list_items(found)
    return _answer(
        page(
            "public/show.html",
            business=found,
            items=items,
            sector=str(SECTOR_WORDS[found.sector]) if found.sector else "",
            place=place_words(found),
            about=about,
            about_lang=about_lang,
            shops=list_shops(found),
            accounts=list_accounts(found),
            certificates=list_certificates(found),
            whatsapp=(found.whatsapp or "").removeprefix("+"),
            summary=describe(found),
            page_url=url,
            structured=make_structured_data(found, items, url),
        )
    )


def _get_public(slug: str) -> Business:
    """The business of an address; one that was merged leads on, one that did not agree is a 404."""
    found = find_public(slug)
    for _step in range(5):  # merged into one that was merged itself
        if found is None or found.merged_into_id is None:
            break
        found = db.session.get(Business, found.merged_into_id)
    if found is None or not found.is_public or found.erased_at is not None:
        abort(404)
    if found.slug != slug:
        answer = redirect(public_url("catalogue.show", business=found.slug), 301)
        answer.headers["Cache-Control"] = MOVED_CACHE
        abort(answer)
    return found


def _answer(text: str) -> Response:
    answer = make_response(text)
    answer.headers["Cache-Control"] = CACHE
    return answer
