"""What everyone reads of youth programmes, the same bytes for all."""

from flask import Response, abort, make_response, redirect, render_template
from flask.typing import ResponseReturnValue

from gernas.core.addresses import find_former_slug
from gernas.core.database import db
from gernas.core.i18n import in_language, public_url
from gernas.core.kept import keep_for, kept
from gernas.core.permissions import public
from gernas.core.revisions import SITE
from gernas.youth.members.cards import changes_with, make_card, make_cards
from gernas.youth.models import YouthProgramme
from gernas.youth.queries import find_public_programme, list_public_programmes
from gernas.youth.views.blueprint import public_bp

CACHE = "public, no-cache"
MOVED_CACHE = "public, max-age=300"
KIND = "youth_programme"  # of a former address


@public_bp.get("/pemuda")
@public
@kept
def programmes() -> ResponseReturnValue:
    """All published programmes."""
    keep_for(SITE)
    found = list_public_programmes()
    for one in found:
        changes_with(one)
    return _answer(render_template("youth/public/programmes.html", cards=make_cards(found)))


@public_bp.get("/pemuda/<slug:slug>")
@public
@kept
def programme(slug: str) -> ResponseReturnValue:
    """What a programme is about; signing up stands on a page of its own, which is not kept."""
    found = get_public(slug)
    keep_for(found.scope)
    db.session.expire_all()  # What was read so far may be older than the revision.
    changes_with(found)
    page = render_template(
        "youth/public/programme.html",
        programme=found,
        card=make_card(found),
        about=in_language(found.about, found.about_en),
        terms=in_language(found.terms, found.terms_en),
        roles=[role for role in found.roles if role.archived_at is None],
    )
    return _answer(page)


def get_public(slug: str) -> YouthProgramme:
    """The published programme of an address; a former address leads on, none is a 404."""
    found = find_public_programme(slug)
    if found is not None:
        return found
    number = find_former_slug(KIND, slug)
    moved = db.session.get(YouthProgramme, number) if number is not None else None
    if moved is not None and moved.published_at is not None and moved.slug != slug:
        answer = redirect(public_url("youth_public.programme", slug=moved.slug), 301)
        answer.headers["Cache-Control"] = MOVED_CACHE
        abort(answer)
    return abort(404)


def _answer(text: str) -> Response:
    answer = make_response(text)
    answer.headers["Cache-Control"] = CACHE
    return answer
