"""What members published about the campaign, its events and businesses: a log of links."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask_babel import gettext as _
from sqlalchemy import select

from gernas.audit.services import record
from gernas.businesses.models import TITLE_LENGTH, Business, Product
from gernas.core.clock import now, today_in
from gernas.core.database import db, lock
from gernas.core.errors import NotAllowed
from gernas.core.permissions import Permission
from gernas.core.text import safe_url
from gernas.events.models import Event
from gernas.events.services.changing import By, check_may
from gernas.youth.guards import bar_words, may_work
from gernas.youth.helping.errors import BadReport, LinkTaken, MayNotHelp
from gernas.youth.models import ContentPiece, Member, Platform, YouthProgramme

MOST_REACH = 2_000_000_000
FIRST_DAY = date(2020, 5, 14)  # the movement began

_HOSTS = {
    "instagram.com": Platform.INSTAGRAM,
    "tiktok.com": Platform.TIKTOK,
    "youtube.com": Platform.YOUTUBE,
    "youtu.be": Platform.YOUTUBE,
    "facebook.com": Platform.FACEBOOK,
    "fb.watch": Platform.FACEBOOK,
    "twitter.com": Platform.X,
    "x.com": Platform.X,
    "blogspot.com": Platform.BLOG,
    "wordpress.com": Platform.BLOG,
    "medium.com": Platform.BLOG,
    "kompasiana.com": Platform.BLOG,
}
_MEANING = ("v", "story_fbid", "id", "p")  # parts of a query that say which piece it is


@dataclass(frozen=True)
class ContentReport:
    url: str
    published_on: date
    title: str | None = None
    reach: int | None = None
    event: Event | None = None
    business: Business | None = None
    product: Product | None = None


def add_content(programme: YouthProgramme, member: Member, report: ContentReport) -> ContentPiece:
    """Keep a link in the programme's log; one's own that was removed comes back.

    Raises:
        MayNotHelp
        LinkTaken: it stands there already, perhaps of someone else.
        BadReport: a sentence for each field that cannot be kept.
    """
    bar = may_work(member, programme.id, today_in(programme.zone))
    if bar is not None:
        raise MayNotHelp(member.name, bar_words(bar))
    url = _check(programme, report)
    programme = lock(programme)  # one link is there once
    key = make_key(url)
    piece = db.session.scalar(
        select(ContentPiece).where(
            ContentPiece.programme_id == programme.id, ContentPiece.url_key == key
        )
    )
    if piece is not None and (piece.removed_at is None or piece.member_id != member.id):
        raise LinkTaken
    if piece is None:
        piece = ContentPiece(
            programme_id=programme.id, member_id=member.id, url_key=key, created_at=now()
        )
        db.session.add(piece)
    piece.removed_at = None
    piece.url, piece.platform = url, find_platform(url)
    _set(programme, piece, report)
    db.session.flush()
    _log("content.added", piece, {}, {"url": url, "platform": piece.platform}, by=None)
    return piece


def edit_content(piece: ContentPiece, member: Member, report: ContentReport) -> ContentPiece:
    """Change what is said of one's own piece, such as its reach; the link stays.

    Raises:
        NotAllowed, BadReport
    """
    piece = lock(piece)
    if piece.member_id != member.id:
        raise NotAllowed(_("Your role does not allow this."))
    _check(piece.programme, report)
    before = {"reach": piece.reach, "title": piece.title}
    _set(piece.programme, piece, report)
    db.session.flush()
    _log("content.edited", piece, before, {"reach": piece.reach, "title": piece.title}, by=None)
    return piece


def remove_content(piece: ContentPiece, *, by: By, member: Member | None = None) -> None:
    """Take a piece off the log: the ``member`` their own, a coordinator any.

    Raises:
        NotAllowed
    """
    piece = lock(piece)
    _check_may_remove(piece, by=by, member=member)
    if piece.removed_at is None:
        piece.removed_at = now()
        db.session.flush()
        _log("content.removed", piece, {"url": piece.url}, {}, by=by)


def restore_content(piece: ContentPiece, *, by: By, member: Member | None = None) -> None:
    """Undo that a piece was taken off.

    Raises:
        NotAllowed
    """
    piece = lock(piece)
    _check_may_remove(piece, by=by, member=member)
    if piece.removed_at is not None:
        piece.removed_at = None
        db.session.flush()
        _log("content.restored", piece, {}, {"url": piece.url}, by=by)


def find_platform(url: str) -> Platform:
    """Where a link leads, by its host."""
    host = (urlsplit(url).hostname or "").lower()
    for known, platform in _HOSTS.items():
        if host == known or host.endswith(f".{known}"):
            return platform
    return Platform.OTHER


def make_key(url: str) -> str:
    """SHA-256 of an address without what does not say which piece it is: tail, host's ``www``."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    for prefix in ("www.", "m.", "vt."):
        host = host.removeprefix(prefix)
    path = parts.path.rstrip("/")
    if host == "youtu.be":
        host, path, kept = "youtube.com", "/watch", [("v", path.lstrip("/"))]
    else:
        query = parse_qs(parts.query)
        kept = [(name, query[name][0]) for name in _MEANING if name in query]
    text = f"{host}{path}?" + "&".join(f"{name}={value}" for name, value in kept)
    return hashlib.sha256(text.encode()).hexdigest()


def _check_may_remove(piece: ContentPiece, *, by: By, member: Member | None) -> None:
    if member is None:
        check_may(by, Permission.EDIT_YOUTH, piece)
    elif piece.member_id != member.id:
        raise NotAllowed(_("Your role does not allow this."))


def _check(programme: YouthProgramme, report: ContentReport) -> str:
    problems: dict[str, str] = {}
    url = safe_url(report.url) or ""
    if not url.startswith("https"):
        problems["url"] = _("Write a whole web address that begins with https://")
    if report.published_on > today_in(programme.zone):
        problems["published_on"] = _("This day has not come yet.")
    elif report.published_on < FIRST_DAY:
        problems["published_on"] = _("The movement had not begun on that day.")
    if report.reach is not None and not 0 <= report.reach <= MOST_REACH:
        problems["reach"] = _("Write a number from 0 to 2,000,000,000.")
    if len(report.title or "") > TITLE_LENGTH:
        problems["title"] = _("This is too long. Use at most 200 characters.")
    if report.product is not None and report.business is None:
        problems["product_id"] = _("Choose the business of this product as well.")
    if problems:
        raise BadReport(problems)
    return url


def _set(programme: YouthProgramme, piece: ContentPiece, report: ContentReport) -> None:
    piece.published_on = report.published_on
    piece.title = (report.title or "").strip() or None
    if report.reach != piece.reach:
        piece.reach = report.reach
        piece.reach_reported_on = today_in(programme.zone) if report.reach is not None else None
    piece.event_id = report.event.id if report.event else None
    piece.business_id = report.business.id if report.business else None
    product = report.product
    fits = product is not None and report.business and product.business_id == report.business.id
    piece.product_id = product.id if product is not None and fits else None


def _log(
    action: str,
    piece: ContentPiece,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    by: By,
) -> None:
    record(
        action,
        piece,
        by=by,
        before=before,
        after=after,
        scopes=piece.programme.scopes,
        personal=frozenset({"url", "title", "label"}),
        label=piece.title or str(piece.platform),
    )
