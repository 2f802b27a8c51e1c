"""People who hear of changes by mail without an account: asked, confirmed, told, gone.

The secret of a mailed link is an HMAC of the row, so that every later mail can carry it, while the
table keeps its SHA-256 only. Whoever reads the table can neither confirm nor leave for anyone.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, delete, or_, select
from sqlalchemy.orm import joinedload

from gernas.accounts.addresses import mail_address
from gernas.accounts.models import User
from gernas.campaigns.models import Campaign, Stop
from gernas.core.clock import now
from gernas.core.database import db, is_sqlite, lock, transaction
from gernas.core.errors import TooMany
from gernas.core.i18n import in_language
from gernas.core.jobs import Run, enqueue, job, timed
from gernas.core.limits import check_limit, note_attempt
from gernas.core.permissions import Scope
from gernas.events.change_words import day_words, planned_words, spot_words
from gernas.events.models import Event, EventChange, EventStatus, Follow
from gernas.messages.services import queue_message

FOLLOWED = ("event", "stop", "campaign")  # narrowest first
UNCONFIRMED_KEPT = timedelta(days=7)
LEFT_KEPT = timedelta(hours=72)  # withdrawn consent: UU 27/2022, 3 x 24 hours
ASKED_AT_MOST, ASKED_WITHIN = 10, timedelta(hours=1)  # mails to one address
SETTLING = timedelta(minutes=2)  # a slip that is mended meanwhile wakes nobody
BATCH = 200


# --- Questions ------------------------------------------------------------------------------


def find_follow(token: str) -> Follow | None:
    """The row whose mailed links carry ``token``; None if there is none, or no longer."""
    return db.session.scalar(select(Follow).where(Follow.token_hash == _hash(token)))


def is_confirmable(follow: Follow) -> bool:
    """Whether its link still confirms: not left, and asked for within seven days."""
    return follow.left_at is None and follow.asked_at > now() - UNCONFIRMED_KEPT


def name_followed(scope: Scope) -> str | None:
    """The title of what is followed, in the reader's language; None if nobody may see it."""
    if scope.kind == "event":
        event = db.session.get(Event, scope.id)
        return in_language(event.title, event.title_en)[0] if event and event.is_public else None
    if scope.kind == "stop":
        stop = db.session.get(Stop, scope.id, options=[joinedload(Stop.campaign)])
        if stop is None or stop.archived_at is not None or not stop.campaign.is_public:
            return None
        return f"{in_language(stop.campaign.title, stop.campaign.title_en)[0]}: {stop.province}"
    campaign = db.session.get(Campaign, scope.id) if scope.kind == "campaign" else None
    if campaign is None or not campaign.is_public:
        return None
    return in_language(campaign.title, campaign.title_en)[0]


# --- Following ------------------------------------------------------------------------------


def ask_to_follow(email: str, scope: Scope, *, language: str) -> None:
    """Send a link that confirms to an address in its one spelling (``read_email``).

    Who follows already is told so by mail; nobody else learns of it. Beyond ten mails an hour
    to one address nothing is sent, without a word to whoever asked.
    """
    limit = f"follow:{_hash(email)[:32]}"
    try:
        check_limit(limit, most=ASKED_AT_MOST, within=ASKED_WITHIN)
    except TooMany:
        return
    note_attempt(limit)
    follow = _get_or_add(email, scope, language)
    if follow.confirmed_at is None or follow.left_at is not None:
        if not is_confirmable(follow):
            follow.asked_at, follow.confirmed_at, follow.left_at = now(), None, None
            follow.token_hash = _hash(_derive(follow, _keys()[0]))
        follow.language = language
    with force_locale(language):
        title = name_followed(scope)
    if title is None:
        return
    db.session.flush()
    token, sent = get_token(follow), int(now().timestamp())
    leave_url = _address("leave", token, language)
    if follow.confirmed_at is not None:
        queue_message(
            "follow_known",
            to=email,
            language=language,
            values={"title": title, "leave_url": leave_url},
            key=f"follow-known:{follow.id}:{sent // 86_400}",
        )
        return
    queue_message(
        "follow_confirm",
        to=email,
        language=language,
        values={"title": title, "url": _address("confirm", token, language)},
        key=f"follow-confirm:{follow.id}:{sent}",
    )


def confirm_follow(follow: Follow) -> bool:
    """Begin to send news; False when the link is too old or its owner has left."""
    follow = lock(follow)
    if follow.confirmed_at is None and is_confirmable(follow):
        follow.confirmed_at = now()
    db.session.flush()
    return follow.confirmed_at is not None and follow.left_at is None


def stop_following(follow: Follow) -> None:
    """End it at once; the row goes within three days."""
    follow = lock(follow)
    follow.left_at = follow.left_at or now()
    db.session.flush()


def get_token(follow: Follow) -> str:
    """The secret of the row's links; made anew, in a transaction, once its key is gone."""
    for key in _keys():
        token = _derive(follow, key)
        if hmac.compare_digest(_hash(token), follow.token_hash):
            return token
    token = _derive(follow, _keys()[0])
    follow.token_hash = _hash(token)
    db.session.flush()
    return token


def drop_stale_follows() -> None:
    """Forget who never confirmed, and who left; inside a transaction."""
    unconfirmed = Follow.confirmed_at.is_(None) & (Follow.asked_at < now() - UNCONFIRMED_KEPT)
    db.session.execute(delete(Follow).where(unconfirmed))
    db.session.execute(delete(Follow).where(Follow.left_at < now() - LEFT_KEPT))


@timed("drop stale follows", every=timedelta(hours=6))
def drop_by_the_clock() -> None:
    with transaction():
        drop_stale_follows()


# --- Telling --------------------------------------------------------------------------------


def notify_followers(event: Event, change: EventChange | None) -> None:
    """Let those who follow the event, its stop or its campaign know, two minutes from now.

    Call it in the transaction that changes the event; the mails are written by a job.
    """
    if change is None or not _has_followers(event):
        return
    since = (change.at - SETTLING).isoformat()
    enqueue("notify_followers", run_after=now() + SETTLING, event_id=event.id, since=since)


@job("notify_followers")
def write_to_followers(run: Run, event_id: int, since: str) -> dict[str, int]:
    """Queue one mail a follower about the latest change, and those it came right after.

    A change that was taken back meanwhile is not there any more; one that came later, and has not
    settled either, is told by its own job.
    """
    event = db.session.get(Event, event_id)
    latest = next(iter(event.changes), None) if event else None
    if event is None or latest is None or not event.is_public:
        return {"messages": 0}
    if latest.at < datetime.fromisoformat(since) or now() - latest.at < SETTLING:
        return {"messages": 0}
    first_id, change_id = _first_of_series(event).id, latest.id
    template = _choose_template(_first_of_series(event).before, latest.after)
    if template is None:
        return {"messages": 0}
    followers = _list_followers(event)
    for start in range(0, len(followers), BATCH):
        with transaction():
            for row in followers[start : start + BATCH]:
                _queue_news(template, row.id, first_id, change_id)
        run.progress(min(start + BATCH, len(followers)), len(followers))
    return {"messages": len(followers)}


def _has_followers(event: Event) -> bool:
    return db.session.scalar(select(Follow.id).where(*_follows(event)).limit(1)) is not None


def _list_followers(event: Event) -> Sequence[Row[tuple[int, str]]]:
    """Each address once, by what it follows most closely."""
    rows = db.session.execute(
        select(Follow.id, Follow.email, Follow.scope_kind).where(*_follows(event))
    ).all()
    nearest: dict[str, Row[tuple[int, str]]] = {}
    for row in sorted(rows, key=lambda r: (FOLLOWED.index(r.scope_kind), r.id)):
        nearest.setdefault(row.email, row)  # type: ignore[arg-type]
    return sorted(nearest.values(), key=lambda row: row.id)


def _follows(event: Event) -> tuple[ColumnElement[bool], ...]:
    scopes = [scope for scope in event.scopes if scope.kind in FOLLOWED]
    places = [(Follow.scope_kind == s.kind) & (Follow.scope_id == s.id) for s in scopes]
    return (or_(*places), Follow.confirmed_at.is_not(None), Follow.left_at.is_(None))


def _first_of_series(event: Event) -> EventChange:
    """The change after which followers have heard nothing: each waits for the next to settle."""
    first: EventChange = event.changes[0]
    for earlier in event.changes[1:]:  # latest first
        if first.at - earlier.at > SETTLING:
            break
        first = earlier
    return first


def _choose_template(before: Mapping[str, object], after: Mapping[str, object]) -> str | None:
    """Which mail tells the difference; None when there is none any more."""
    was_cancelled = before.get("status") == EventStatus.CANCELLED
    if after.get("status") == EventStatus.CANCELLED:
        return None if was_cancelled else "follow_cancelled"
    if after.get("date_unknown"):
        return None if before.get("date_unknown") and not was_cancelled else "follow_postponed"
    if planned_words(before) != day_words(after) and not was_cancelled:
        return "follow_moved"
    if was_cancelled or before.get("date_unknown"):
        return "follow_revived"
    return "follow_place" if spot_words(before) != spot_words(after) else None


def _queue_news(template: str, follow_id: int, first_id: int, change_id: int) -> None:
    follow = db.session.get(Follow, follow_id)
    change = db.session.get_one(EventChange, change_id)
    if follow is None or follow.left_at is not None:  # left while the job was writing
        return
    before = db.session.get_one(EventChange, first_id).before
    event = change.event
    language = follow.language
    with force_locale(language):
        values = _values(template, event, change, before)
    queue_message(
        template,
        to=follow.email,
        language=language,
        values={
            **values,
            "url": mail_address("site.event", language=language, event=event.slug),
            "leave_url": _address("leave", get_token(follow), language),
        },
        key=f"follow:{change_id}:{follow_id}",
    )


def _place_words(event: Event, after: Mapping[str, object]) -> str:
    """The place; of an event that is only online, that instead of its province."""
    is_online = event.online_url and not (after.get("venue") or after.get("city"))
    return str(_("Online")) if is_online else spot_words(after)


def _values(
    template: str, event: Event, change: EventChange, before: Mapping[str, object]
) -> dict[str, str]:
    title = in_language(event.title, event.title_en)[0]
    after = change.after
    when, place = day_words(after, weekday=True), _place_words(event, after)
    earlier = planned_words(before, weekday=True)
    reason = change.reason or ""
    place_before = spot_words(before)
    return {
        "follow_cancelled": {"title": title, "when": earlier, "reason": reason},
        "follow_postponed": {"title": title, "when": earlier, "reason": reason},
        "follow_revived": {"title": title, "when": when, "place": place},
        "follow_moved": {
            "title": title,
            "before": earlier,
            "after": when or "",
            "place": place,
            "place_before": place_before if place_before != place else "",
            "reason": reason,
        },
        "follow_place": {
            "title": title,
            "before": place_before,
            "after": place,
            "when": when,
            "reason": reason,
        },
    }[template]


# --- Rows and secrets -----------------------------------------------------------------------


def _get_or_add(email: str, scope: Scope, language: str) -> Follow:
    """The row of an address and what it follows, locked; of two at once both get the same."""
    from sqlalchemy.dialects import postgresql, sqlite  # The loaded one only.

    new = Follow(
        email=email,
        scope_kind=scope.kind,
        scope_id=scope.id,
        language=language,
        asked_at=now(),
    )
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    statement = insert(Follow).values(
        email=email,
        scope_kind=scope.kind,
        scope_id=scope.id,
        language=language,
        token_hash=_hash(_derive(new, _keys()[0])),
        asked_at=new.asked_at,
    )
    db.session.execute(
        statement.on_conflict_do_nothing(index_elements=["email", "scope_kind", "scope_id"])
    )
    return db.session.scalars(
        select(Follow)
        .where(
            Follow.email == email,
            Follow.scope_kind == scope.kind,
            Follow.scope_id == scope.id,
        )
        .with_for_update()
    ).one()


def _derive(follow: Follow, key: str) -> str:
    """192 bits that only the holder of a key can make; ``asked_at`` makes each asking differ."""
    facts = (follow.email, follow.scope_kind, str(follow.scope_id), _second(follow.asked_at))
    secret = hashlib.sha256(b"gernas follow:" + key.encode()).digest()
    digest = hmac.new(secret, "\n".join(facts).encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest[:24]).decode()


def _second(moment: datetime) -> str:
    return f"{moment.timestamp():.6f}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _keys() -> list[str]:
    settings = current_app.config["GERNAS"]
    return [settings.secret_key, *settings.secret_key_fallbacks]


def _address(view: str, token: str, language: str) -> str:
    return mail_address(f"follow.{view}", language=language, token=token)


# --- A person who is forgotten --------------------------------------------------------------


def explain_forgetting(user: User) -> list[str]:
    """What will happen to what a person follows; nothing where that is nothing."""
    count = len(db.session.scalars(select(Follow.id).where(Follow.email == user.email)).all())
    if not count:
        return []
    sentence = ngettext(
        "You no longer hear of the %(num)d event, province or campaign that you follow.",
        "You no longer hear of the %(num)d events, provinces and campaigns that you follow.",
        count,
    )
    return [sentence]


def forget_person(user: User) -> None:
    """Drop what a person follows."""
    db.session.execute(delete(Follow).where(Follow.email == user.email))


def tell_follows(user: User) -> list[dict[str, Any]]:
    """What a person follows by mail, for all that is kept of a person."""
    rows = db.session.scalars(select(Follow).where(Follow.email == user.email).order_by(Follow.id))
    return [
        {
            "kind": one.scope_kind,
            "title": name_followed(Scope(one.scope_kind, one.scope_id)),
            "language": one.language,
            "asked_at": one.asked_at.isoformat(),
            "confirmed_at": one.confirmed_at.isoformat() if one.confirmed_at else None,
        }
        for one in rows
    ]
