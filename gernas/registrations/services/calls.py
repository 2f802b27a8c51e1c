"""Add, edit, publish, close, reopen, copy and archive calls; set their quotas."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from gernas.audit.services import record
from gernas.campaigns.models import SLUG_LENGTH, Campaign, Stop
from gernas.core.addresses import find_former_slug, keep_former_slug
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.errors import BadValues
from gernas.core.permissions import Permission
from gernas.core.revisions import raise_revisions
from gernas.core.text import free_slug, is_slug, slugify
from gernas.events.models import Event
from gernas.events.services.changing import By, check_may
from gernas.registrations.errors import (
    BelowUsed,
    NothingToClose,
    NothingToReopen,
    NotReady,
    WrongPlace,
)
from gernas.registrations.models import (
    Call,
    CallQuota,
    FormVersion,
    QuotaDimension,
    Registration,
)
from gernas.registrations.queries import get_form
from gernas.registrations.questions import read_questions
from gernas.registrations.ready_forms import make_form
from gernas.registrations.services.changing import finish_call, hold_call, read_call
from gernas.registrations.services.places import hold_places
from gernas.registrations.services.releasing import fill_places
from gernas.registrations.values import MOST_QUOTAS, CallValues, QuotaValues

PLAIN_TAIL = 30  # characters of a slug that province and year may take


def add_call(
    campaign: Campaign,
    values: CallValues,
    *,
    by: By,
    stop: Stop | None = None,
    event: Event | None = None,
    slug: str | None = None,
    is_demo: bool = False,
) -> Call:
    """Prepare a call of a stop, of one of its events, or of a whole campaign.

    It gets the ready-made form of its kind and is seen by planners only until it is published.

    Raises:
        NotAllowed
        WrongPlace: stop or event belong elsewhere.
        BadValues: a sentence for each field that cannot be kept.
    """
    if event is not None and stop is None:
        stop = event.stop
    _check_place(campaign, stop, event)
    check_may(by, Permission.EDIT_CALLS, event or stop or campaign)
    values = values.checked()
    campaign = lock(campaign)  # Two calls of one title get two addresses.
    moment = now()
    call = Call(
        campaign=campaign,
        stop=stop,
        event=event,
        slug=_check_slug(slug) if slug else _make_slug(values, campaign, stop),
        is_demo=is_demo,
        created_at=moment,
        updated_at=moment,
        **values.columns(),
    )
    db.session.add(call)
    db.session.flush()
    _add_form(call, [question.to_json() for question in make_form(call.kind)], by=by)
    record("call.added", call, by=by, before={}, after=read_call(call), scopes=call.scopes)
    return call


def edit_call(
    call: Call, values: CallValues, *, version: int | None, by: By, slug: str | None = None
) -> Call:
    """Change a call that this person saw in ``version``.

    Other terms get a new version, which later applicants agree to. More places in a call by
    first come go to those who wait, in order.

    Raises:
        NotAllowed, CallArchived
        CallChanged: someone else saved it since ``version``.
        BelowUsed: more places are taken than there would be.
        BadValues: a sentence for each field that cannot be kept.
    """
    values = values.checked()
    call = hold_call(call, by=by, version=version)
    before, places = read_call(call), call.places
    _check_edit(call, values)
    if (values.terms, values.terms_en) != (call.terms, call.terms_en) and call.published_at:
        call.terms_version += 1
    if values.closes_at != call.closes_at:
        call.reminded_at = None
    for name, value in values.columns().items():
        setattr(call, name, value)
    if slug is not None and slug != call.slug:
        former, call.slug = call.slug, _check_slug(slug, call)
        keep_former_slug("call", former, call.id)
    finish_call("call.edited", call, before, by=by)
    if values.places > places:
        fill_places(call)
    return call


def publish_call(call: Call, *, by: By, version: int | None = None) -> Call:
    """Give a call its public page; from ``opens_at`` on people can apply.

    Raises:
        NotAllowed, CallArchived, CallChanged
        NotReady: it lacks something; the error says what.
    """
    call = hold_call(call, by=by, version=version)
    if call.published_at is not None:
        return call
    missing = list_missing(call)
    if missing:
        raise NotReady(missing)
    before = read_call(call)
    call.published_at = now()
    return finish_call("call.published", call, before, by=by)


def list_missing(call: Call) -> list[str]:
    """What a call lacks before it can be published, in sentences; [] when nothing."""
    missing: list[str] = []
    questions = read_questions(get_form(call).questions)
    if not questions:
        missing.append(_("The form has no question yet."))
    if call.closes_at <= now():
        missing.append(_("Its closing time is over already."))
    if not call.campaign.is_public:
        missing.append(_("The campaign is not shown to the public yet."))
    counted = {question.counts_for for question in questions}
    limited = {QuotaDimension(quota.dimension) for quota in call.quotas}
    missing += [_unasked(dimension) for dimension in sorted(limited - counted)]
    return missing


def close_call(call: Call, *, by: By, version: int | None = None) -> Call:
    """Close a call before its time; drafts stay, but cannot be sent any more.

    Raises:
        NotAllowed, CallArchived, CallChanged
        NothingToClose: it is closed already.
    """
    call = hold_call(call, by=by, version=version)
    if now() >= call.ends_at:
        raise NothingToClose
    before = read_call(call)
    call.closed_at = now()
    return finish_call("call.closed", call, before, by=by)


def reopen_call(call: Call, *, by: By, version: int | None = None) -> Call:
    """Take a closing by hand back; it closes at its time again.

    Raises:
        NotAllowed, CallArchived, CallChanged
        NothingToReopen: it was not closed by hand.
    """
    call = hold_call(call, by=by, version=version)
    if call.closed_at is None:
        raise NothingToReopen
    before = read_call(call)
    call.closed_at = None
    return finish_call("call.reopened", call, before, by=by)


def archive_call(call: Call, *, by: By) -> Call:
    """Put a call into the archive; its page goes, its registrations stay."""
    return _stamp(call, archived=True, by=by)


def restore_call(call: Call, *, by: By) -> Call:
    """Take a call out of the archive."""
    return _stamp(call, archived=False, by=by)


def copy_call(
    call: Call,
    *,
    to_campaign: Campaign,
    to_stop: Stop | None,
    to_event: Event | None = None,
    shift_days: int,
    by: By,
) -> Call:
    """Prepare the same call again, so many days later, with its form and quotas.

    Raises:
        NotAllowed, WrongPlace
    """
    check_may(by, Permission.SEE_PLANS, call)
    shift = timedelta(days=shift_days)
    values = replace(
        CallValues.of(call), opens_at=call.opens_at + shift, closes_at=call.closes_at + shift
    )
    copy = add_call(to_campaign, values, by=by, stop=to_stop, event=to_event)
    get_form(copy).questions = list(get_form(call).questions)
    for quota in call.quotas:
        db.session.add(
            CallQuota(
                call=copy, dimension=quota.dimension, value=quota.value, size=quota.size, used=0
            )
        )
    db.session.flush()
    return copy


def set_quotas(call: Call, quotas: Sequence[QuotaValues], *, by: By) -> list[CallQuota]:
    """Make exactly these the quotas of a call; what is taken already is counted anew.

    Raises:
        NotAllowed, CallArchived
        BelowUsed: more places are taken in one of them than it would have.
        BadValues: two count the same, or one cannot be kept.
    """
    checked = [quota.checked() for quota in quotas]
    kinds = {(quota.dimension, quota.value) for quota in checked}
    if len(kinds) < len(checked):
        raise BadValues({"quotas": _("Two quotas count the same.")})
    if len(checked) > MOST_QUOTAS:
        raise BadValues({"quotas": _("At most %(most)s quotas.", most=MOST_QUOTAS)})
    check_may(by, Permission.EDIT_CALLS, call)
    hold_places(call.id)
    call = hold_call(call, by=by)
    before = _quota_texts(call)
    db.session.execute(delete(CallQuota).where(CallQuota.call_id == call.id))
    db.session.expire(call, ["quotas"])
    for quota in checked:
        used = _count_held(call, quota)
        if used > quota.size:
            raise BelowUsed(f"quota-{quota.dimension}-{quota.value}", used)
        db.session.add(CallQuota(call=call, used=used, **vars(quota)))
    call.version += 1
    call.updated_at = now()
    db.session.flush()
    db.session.refresh(call, ["quotas"])
    after = {"quotas": _quota_texts(call)}
    record(
        "call.quotas_set", call, by=by, before={"quotas": before}, after=after, scopes=call.scopes
    )
    raise_revisions(*call.shown_on)
    fill_places(call)
    return list(call.quotas)


def _check_place(campaign: Campaign, stop: Stop | None, event: Event | None) -> None:
    if stop is not None and stop.campaign_id != campaign.id:
        raise WrongPlace
    if event is not None and (event.campaign_id != campaign.id or event.stop_id != _id(stop)):
        raise WrongPlace


def _check_edit(call: Call, values: CallValues) -> None:
    if values.places < call.used:
        raise BelowUsed("places", call.used)
    if values.decides_by != call.decides_by and _has_registrations(call):
        problem = _("Applications have arrived; how the call decides can no longer change.")
        raise BadValues({"decides_by": problem})


def _has_registrations(call: Call) -> bool:
    sent = select(Registration.id).where(
        Registration.call_id == call.id, Registration.submitted_at.is_not(None)
    )
    return db.session.scalar(sent.limit(1)) is not None


def _add_form(call: Call, questions: list[dict[str, object]], *, by: By) -> FormVersion:
    form = FormVersion(
        call=call,
        number=call.form_number or 1,
        questions=questions,
        created_at=now(),
        created_by_id=by.id if by else None,
    )
    db.session.add(form)
    db.session.flush()
    return form


def _count_held(call: Call, quota: QuotaValues) -> int:
    column = getattr(Registration, str(quota.dimension))
    held = select(func.count()).where(
        Registration.call_id == call.id, Registration.holds_place, column == quota.value
    )
    return db.session.scalar(held) or 0


def _quota_texts(call: Call) -> list[str]:
    return [f"{quota.dimension} {quota.value}: {quota.size}" for quota in call.quotas]


def _unasked(dimension: QuotaDimension) -> str:
    sentences = {
        QuotaDimension.ZONE: _("There are quotas for zones, but no question asks for the zone."),
        QuotaDimension.SECTOR: _("There are quotas for sectors, but no question asks for it."),
        QuotaDimension.PROVINCE: _("There are quotas for provinces, but no question asks for it."),
    }
    return str(sentences[dimension])


def _stamp(call: Call, *, archived: bool, by: By) -> Call:
    call = lock(call)
    check_may(by, Permission.EDIT_CALLS, call)
    if (call.archived_at is not None) == archived:
        return call
    before = read_call(call)
    call.archived_at = now() if archived else None
    return finish_call("call.archived" if archived else "call.restored", call, before, by=by)


def _check_slug(slug: str, call: Call | None = None) -> str:
    if not is_slug(slug) or len(slug) > SLUG_LENGTH:
        problem = _("Use small letters, digits and hyphens only, for example stan-umkm-lampung.")
        raise BadValues({"slug": problem})
    if _is_taken(slug, call):
        raise BadValues({"slug": _("Another call has this address, or had it once.")})
    return slug


def _make_slug(values: CallValues, campaign: Campaign, stop: Stop | None) -> str:
    """``stan-umkm-lampung-2022``: title, province and year, each once."""
    title = slugify(values.title, max_length=SLUG_LENGTH - PLAIN_TAIL)
    words = [title]
    if stop is not None and stop.province.slug not in title:
        words.append(stop.province.slug)
    if str(campaign.starts_on.year) not in title:
        words.append(str(campaign.starts_on.year))
    return free_slug("-".join(words), _is_taken)


def _is_taken(slug: str, call: Call | None = None) -> bool:
    holder = db.session.scalar(select(Call.id).where(Call.slug == slug))
    former = find_former_slug("call", slug)
    return any(one not in (None, _id(call)) for one in (holder, former))


def _id(row: Call | Stop | None) -> int | None:
    return row.id if row is not None else None
