"""The public pages of calls, the same bytes for everyone, and what the applicant's pages share."""

from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from gernas.businesses.values import phone_words
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.i18n import in_language, public_url
from gernas.core.kept import keep_for, kept
from gernas.core.limits import limiter
from gernas.core.permissions import public
from gernas.core.revisions import SITE
from gernas.core.typed import parse_date
from gernas.registrations.cards import (
    audience_words,
    ending_words,
    make_call_card,
    make_call_cards,
)
from gernas.registrations.codes import code_words
from gernas.registrations.models import Call
from gernas.registrations.queries import find_call, find_former_call, list_public_calls
from gernas.registrations.views.hand import find_in_hand

bp = Blueprint("apply", __name__)

CACHE = "public, no-cache"  # asked again each time: a call that closes is closed at once
MOVED_CACHE = "public, max-age=300"

# Wide, since a village may share one address in the last hour of a call.
limit_writes = limiter.shared_limit("20000 per hour", "apply", methods=["POST"])
limit_mails = limiter.shared_limit("300 per hour", "apply-mails", methods=["POST"])


@bp.record
def offer(state: BlueprintSetupState) -> None:
    """Give templates what they say of calls; as globals, since imported macros see only those."""
    state.app.jinja_env.globals.update(
        call_ending=ending_words,
        code_words=code_words,
        is_iso_day=is_iso_day,
        phone_words=phone_words,
        present_moment=now,
    )


@bp.get("/daftar", endpoint="list_calls")
@public
@kept
def list_calls_page() -> ResponseReturnValue:
    """All calls that are open or will open."""
    keep_for(SITE)
    cards = make_call_cards(list_public_calls(), at=now())
    return _answer(render_template("registrations/apply/calls.html", cards=cards))


@bp.get("/daftar/<slug:call>")
@public
@kept
def call(call: str) -> ResponseReturnValue:
    """What a call is about; the way in stands on a page of its own, which is not kept."""
    found = get_call(call)
    keep_for(found.scope)
    db.session.expire_all()  # What was read so far may be older than the revision.
    if not found.is_public:
        abort(404)
    page = render_template(
        "registrations/apply/call.html",
        call=found,
        card=make_call_card(found, at=now()),
        invited=audience_words(found),
        **{name: text_of(found, name) for name in ("description", "audience", "documents")},
        terms=text_of(found, "terms"),
    )
    return _answer(page)


def get_call(slug: str) -> Call:
    """The call of an address; a former address leads on, none is a 404.

    One that is not public is there only for who has an application to it in hand.
    """
    found = find_call(slug)
    if found is None:
        former = find_former_call(slug)
        if former is not None and former.is_public:
            move = redirect(public_url("apply.call", call=former.slug), 301)
            move.headers["Cache-Control"] = MOVED_CACHE
            abort(move)
    if found is None or not (found.is_public or find_in_hand(found)):
        abort(404)
    return found


def text_of(call: Call, name: str) -> tuple[str, str | None]:
    """One of its texts in the page's language and, where it is the other one, that one's code."""
    return in_language(getattr(call, name), getattr(call, f"{name}_en"))


def page(template: str, call: Call, status: int = 200, **values: Any) -> Response:
    """A page of an applicant's own; nobody keeps it."""
    title, lang = in_language(call.title, call.title_en)
    text = render_template(
        f"registrations/{template}",
        call=call,
        call_title=title,
        call_lang=lang,
        file_url=lambda number: public_url("apply.show_file", call=call.slug, upload_id=number),
        **values,
    )
    return make_response(text, status)


def is_iso_day(value: object) -> bool:
    """Whether a browser's own date field can show a value."""
    day = parse_date(value) if isinstance(value, str) else None
    return day is not None and day.isoformat() == value


def _answer(text: str) -> Response:
    answer = make_response(text)
    answer.headers["Cache-Control"] = CACHE
    return answer
