"""The feeds. Their addresses are printed and typed into programs, so none ever changes."""

from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from flask import Blueprint, Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter import RequestLimit

from gernas.calendars import scopes
from gernas.calendars.errors import FeedRevoked, FetchedTooOften, NoSuchFeed, UnknownFilter
from gernas.calendars.feeds import FeedHead, join_feed
from gernas.calendars.models import PersonalFeed
from gernas.calendars.queries import (
    Choice,
    FeedPieces,
    get_personal_feed,
    hash_token,
    list_feed_pieces,
    list_pieces_of,
    list_window_pieces,
)
from gernas.calendars.scopes import FeedScope
from gernas.calendars.services import note_use
from gernas.core.clock import now
from gernas.core.conditional import gzip_bytes, strong_tag
from gernas.core.database import db
from gernas.core.kept import Answer, changes_at, keep_for, kept
from gernas.core.limits import get_address, limiter
from gernas.core.permissions import public
from gernas.core.provinces import Province, province_by_slug
from gernas.core.revisions import SITE
from gernas.core.text import content_disposition
from gernas.core.web import error_answer, note_refusal

bp = Blueprint("calendars", __name__)

FRESH_SECONDS = 300
MOST_VALUES = 40  # of one filter; there are 38 provinces
FETCHES_EACH = "30 per hour"
MISSES_EACH = "10 per minute"

_VARIES = ("Vary", "Accept-Encoding")


class Filters:
    """``?jenis=kickoff,harvesting&provinsi=lampung``, checked; other names are ignored.

    Raises:
        UnknownFilter: a value is no kind or no province. Left out quietly, it would fill
            someone's calendar with everything.
    """

    def __init__(self) -> None:
        labels = scopes.list_event_kinds()
        self.kinds = _values("jenis")
        self.slugs = _values("provinsi")
        for kind in self.kinds:
            if kind not in labels:
                raise UnknownFilter(kind)
        self.provinces = [_province(slug) for slug in self.slugs]
        names = [*(labels[kind] for kind in self.kinds), *(p.name() for p in self.provinces)]
        self.words = ", ".join(str(name) for name in names)

    @property
    def query(self) -> str:
        """The filters in their one spelling, with the question mark; empty without any."""
        given = [f"jenis={','.join(self.kinds)}"] * bool(self.kinds)
        given += [f"provinsi={','.join(self.slugs)}"] * bool(self.slugs)
        return "?" * bool(given) + "&".join(given)

    def choose(self, **scope_id: int) -> Choice:
        """What the feed of a scope holds under these filters."""
        codes = tuple(province.iso_code for province in self.provinces)
        return Choice(event_kinds=self.kinds, province_codes=codes, **scope_id)


@bp.get("/kalender/semua.ics")
@public
@kept
def site() -> ResponseReturnValue:
    keep_for(SITE)
    filters = Filters()
    scope = FeedScope(
        kind="site",
        id=0,
        slugs=("gernas-bbi",),
        name=_("Gernas BBI: all events"),
        description=_("Events of all campaigns: the last 90 days and everything planned."),
        page_url=f"{_base()}/kalender",
        revision=SITE,
    )
    return _answer(scope, filters, list_window_pieces(filters.choose(), at=now()))


@bp.get("/kalender/<slug:campaign>.ics")
@public
@kept
def campaign(campaign: str) -> ResponseReturnValue:
    scope = _resolve(lambda: scopes.resolve_campaign(campaign))
    filters = Filters()
    if scope.slugs != (campaign,):
        return _moved(url_for("calendars.campaign", campaign=scope.slugs[0]), filters)
    pieces = list_feed_pieces(filters.choose(campaign_id=scope.id), at=now())
    return _answer(scope, filters, pieces)


@bp.get("/kalender/<slug:campaign>/<slug:stop>.ics")
@public
@kept
def stop(campaign: str, stop: str) -> ResponseReturnValue:
    scope = _resolve(lambda: scopes.resolve_stop(campaign, stop))
    filters = Filters()
    if scope.slugs != (campaign, stop):
        present = url_for("calendars.stop", campaign=scope.slugs[0], stop=scope.slugs[1])
        return _moved(present, filters)
    pieces = list_feed_pieces(filters.choose(stop_id=scope.id), at=now())
    return _answer(scope, filters, pieces)


@bp.get("/acara/<slug:event>.ics")
@public
@kept
def event(event: str) -> ResponseReturnValue:
    scope = _resolve(lambda: scopes.resolve_event(event))
    filters = Filters()
    if scope.slugs != (event,):
        return _moved(url_for("calendars.event", event=scope.slugs[0]), filters)
    pieces = list_feed_pieces(filters.choose(event_id=scope.id), at=now())
    return _answer(scope, filters, pieces)


def _personal_feed() -> PersonalFeed | None:
    """The private feed of this request's token, fetched once."""
    if "personal_feed" not in g:
        g.personal_feed = get_personal_feed((request.view_args or {}).get("token", ""))
    feed: PersonalFeed | None = g.personal_feed
    return feed


def _too_often(limit: RequestLimit) -> Response:
    error = FetchedTooOften(max(1, limit.reset_at - int(now().timestamp())))
    note_refusal(error.status, type(error).__name__)
    answer = error_answer(error.status, "", error.message)
    answer.headers["Retry-After"] = str(error.retry_seconds)
    return answer


@bp.get("/kalender/pribadi/<token>.ics")
@public  # The token is the permission.
@limiter.limit(
    FETCHES_EACH,
    key_func=lambda: hash_token((request.view_args or {})["token"]),
    exempt_when=lambda: _personal_feed() is None,
    on_breach=_too_often,
)
@limiter.limit(
    # Only misses count, so that neighbours behind one address cannot shut each other out.
    MISSES_EACH,
    key_func=get_address,
    exempt_when=lambda: _personal_feed() is not None,
    on_breach=_too_often,
)
def personal(token: str) -> ResponseReturnValue:
    feed = _personal_feed()
    if feed is None:
        raise NoSuchFeed
    if feed.revoked_at is not None:
        raise FeedRevoked
    head = FeedHead(
        uid=_feed_uid(f"personal-{feed.id}"),
        name=_("My Gernas BBI"),
        description=_("Your private calendar. Whoever has its address can read it."),
        source=f"{_base()}{url_for('calendars.personal', token=token)}",
        url=f"{_base()}/saya",
    )
    pieces = list_pieces_of(scopes.list_personal_uids(feed.user_id), at=now())
    body = join_feed(head, pieces.vevents, pieces.zones)
    headers = _headers("gernas-bbi-saya.ics", f"private, max-age={FRESH_SECONDS}")
    answer = Answer(strong_tag(body), (*headers.items(), _VARIES), body, gzip_bytes(body))
    status, sent, payload = answer.send(request.environ)
    note_use(feed, request.user_agent.string)
    return Response(payload, status, sent)


def _resolve(find: Callable[[], FeedScope | None]) -> FeedScope:
    """Find a feed's scope, once its revision is noted.

    The first find tells whose revision it is. Its rows may be older than that number, so they
    are read again: else a change between the two would be kept out of sight.
    """
    scope = find()
    if scope is not None:
        keep_for(scope.revision)
        db.session.expire_all()
        scope = find()
    if scope is None:
        raise NoSuchFeed
    return scope


def _answer(scope: FeedScope, filters: Filters, pieces: FeedPieces) -> Response:
    head = FeedHead(
        uid=_feed_uid(f"{scope.kind}-{scope.id}{filters.query}"),
        name=f"{scope.name} ({filters.words})" if filters.words else scope.name,
        description=scope.description,
        source=f"{_base()}{request.path}{filters.query}",
        url=scope.page_url,
    )
    changes_at(pieces.changes_at)
    headers = _headers(f"{scope.slugs[-1]}.ics", f"public, max-age={FRESH_SECONDS}")
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return Response(join_feed(head, pieces.vevents, pieces.zones), headers=headers)


def _moved(path: str, filters: Filters) -> ResponseReturnValue:
    answer = redirect(path + filters.query, 301)
    answer.headers["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    return answer


def _headers(filename: str, cache: str) -> dict[str, str]:
    return {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Disposition": content_disposition(filename, inline=True),
        "Cache-Control": cache,
        "X-Robots-Tag": "noindex",
    }


def _feed_uid(name: str) -> str:
    """The same UID for a feed's life, whatever its campaign is called later."""
    return f"{uuid5(NAMESPACE_URL, f'{_base()}/kalender#{name}')}@{urlsplit(_base()).hostname}"


def _base() -> str:
    return str(current_app.config["GERNAS"].url)


def _values(name: str) -> tuple[str, ...]:
    """The comma-separated values of a parameter, each once, sorted; the first of doubled ones."""
    values = request.args.get(name, "").split(",", MOST_VALUES)
    return tuple(sorted({value.strip() for value in values if value.strip()}))


def _province(slug: str) -> Province:
    province = province_by_slug(slug)
    if province is None:
        raise UnknownFilter(slug)
    return province
