"""Add, edit, postpone, cancel and copy events."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.campaigns.models import Campaign, Stop
from gernas.campaigns.queries import list_campaigns
from gernas.core.clock import ZONES
from gernas.core.database import db
from gernas.core.errors import BadValues
from gernas.core.marks import is_changed
from gernas.core.permissions import Permission, may, requires
from gernas.core.provinces import PROVINCES, get_province
from gernas.core.saving import save_form
from gernas.core.security import takes_uploads
from gernas.core.web import is_htmx, say, see_other, signed_in_user
from gernas.core.wording import moment_words
from gernas.events.conflicts import join_values, mark_values
from gernas.events.errors import EventArchived, EventChanged
from gernas.events.forms import (
    CancelForm,
    CopyForm,
    EventForm,
    PostponeForm,
    read_number,
    typed_dates,
)
from gernas.events.models import Event
from gernas.events.queries import find_venue, list_venues_to_choose
from gernas.events.services import (
    add_event,
    add_venue,
    cancel_event,
    copy_event,
    edit_event,
    postpone_event,
    remove_cover,
    set_cover,
)
from gernas.events.values import EventValues
from gernas.events.views.blueprint import bp, page
from gernas.events.views.event import find_warnings

CHECK = "periksa"  # the button that only looks for what to mind

Show = Callable[..., str]


@bp.route("/kelola/<campaign:campaign>/acara/baru", methods=["GET", "POST"])
@takes_uploads
@requires(Permission.EDIT_EVENTS)
def add_to_campaign(campaign: Campaign) -> ResponseReturnValue:
    return _add(campaign, None)


@bp.route("/kelola/<stop:stop>/acara/baru", methods=["GET", "POST"])
@takes_uploads
@requires(Permission.EDIT_EVENTS)
def add_to_stop(stop: Stop) -> ResponseReturnValue:
    return _add(stop.campaign, stop)


@bp.route("/kelola/acara/<event:event>/ubah", methods=["GET", "POST"])
@takes_uploads
@requires(Permission.EDIT_EVENTS)
def edit(event: Event) -> ResponseReturnValue:
    if event.archived_at is not None:
        raise EventArchived
    form = EventForm.to_edit(event)

    def show(**more: object) -> str:
        return _form_page(form, event.campaign, event.stop, event=event, **more)

    if request.method == "GET":
        _begin(form, event)
        return show()
    is_valid = form.validate()
    if event.cover and not (form.remove_cover.data or form.cover_alt.data):
        form.refuse(form.cover_alt, _("Say in a few words what the picture shows."))
        is_valid = False
    if CHECK in request.form:
        return _check(form, event.campaign, event.stop, event, show, is_valid=is_valid)
    if not is_valid:
        return show(), 422
    try:
        failed = save_form(form, lambda: _save_edit(form, event.id), show)
    except EventChanged as error:
        # Checked, since what is marked has its days told by its hours.
        mine, theirs = form.read_values().checked(), EventValues.of(error.event)
        joined = join_values(mine, theirs, form.base.data or "")
        if not is_changed(form.base.data or "", "slug", form.slug.data):
            form.slug.data = error.event.slug
        _fill(form, joined.values)
        _begin(form, error.event)
        return show(conflict=_describe_conflict(error), rows=joined.rows), 409
    if failed is not None:
        return failed
    say(_("Saved."))
    return see_other(url_for(".show", event=event))


@bp.post("/kelola/acara/baru/pratinjau")
@requires(Permission.EDIT_EVENTS)
def preview() -> ResponseReturnValue:
    """The description as visitors will read it: for htmx, or in a window of its own."""
    name = "description_en" if request.args.get("bahasa") == "en" else "description"
    text = request.form.get(name, "")
    if is_htmx():
        return page("_preview.html", text=text)
    return page("preview.html", text=text)


@bp.route("/kelola/acara/<event:event>/tunda", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENTS)
def postpone(event: Event) -> ResponseReturnValue:
    dates = typed_dates(EventValues.of(event).dates, event.zone)
    form = PostponeForm(data={"version": str(event.version), **_hours(dates)})

    def save() -> None:
        postpone_event(
            db.session.get_one(Event, event.id),
            dates=form.read_new_dates(event.zone),
            reason=form.reason.data,
            version=form.shown_version,
            by=signed_in_user(),
        )

    sentence = _("Postponed. Calendars and followers learn of it.")
    return _change(event, form, "postpone.html", save, sentence)


@bp.route("/kelola/acara/<event:event>/batalkan", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENTS)
def cancel(event: Event) -> ResponseReturnValue:
    form = CancelForm(data={"version": str(event.version)})

    def save() -> None:
        cancel_event(
            db.session.get_one(Event, event.id),
            reason=form.reason.data,
            version=form.shown_version,
            by=signed_in_user(),
        )

    sentence = _("Cancelled. Calendars and followers learn of it.")
    return _change(event, form, "cancel.html", save, sentence, undo="revive")


@bp.route("/kelola/acara/<event:event>/salin", methods=["GET", "POST"])
@requires(Permission.SEE_PLANS)
def copy(event: Event) -> ResponseReturnValue:
    form = CopyForm(data={"starts_on": event.starts_on})
    targets = _list_targets()
    form.target.choices = [(address, words) for address, (words, *_rest) in targets.items()]
    if request.method == "GET":
        own = event.stop or event.campaign
        form.target.data = _address_of(own)
    if request.method == "GET" or not form.validate():
        status = 422 if form.is_submitted() else 200
        return page("copy.html", form=form, event=event), status
    _words, campaign, stop = targets[form.target.data]
    first, chosen = event.starts_on, form.starts_on.data
    shift_days = (chosen - first).days if chosen is not None and first is not None else 0
    copies: list[Event] = []

    def save() -> None:
        made = copy_event(
            db.session.get_one(Event, event.id),
            to_campaign=db.session.get_one(Campaign, campaign.id),
            to_stop=db.session.get_one(Stop, stop.id) if stop else None,
            shift_days=shift_days,
            by=signed_in_user(),
        )
        copies.append(made)

    failed = save_form(form, save, lambda: page("copy.html", form=form, event=event))
    if failed is not None:
        return failed
    say(_("This is the copy. It is tentative until you confirm it."))
    return see_other(url_for(".show", event=copies[0]))


def _add(campaign: Campaign, stop: Stop | None) -> ResponseReturnValue:
    form = EventForm.to_add(stop)

    def show(**more: object) -> str:
        return _form_page(form, campaign, stop, event=None, **more)

    if request.method == "GET":
        return show()
    is_valid = form.validate()
    if CHECK in request.form:
        return _check(form, campaign, stop, None, show, is_valid=is_valid)
    if not is_valid:
        return show(), 422
    added: list[Event] = []
    failed = save_form(form, lambda: added.append(_save_new(form, campaign, stop)), show)
    if failed is not None:
        return failed
    say(_("The event is planned."))
    return see_other(url_for(".show", event=added[0]))


def _save_new(form: EventForm, campaign: Campaign, stop: Stop | None) -> Event:
    by = signed_in_user()
    event = add_event(
        db.session.get_one(Campaign, campaign.id),
        _values_with_venue(form),
        stop=db.session.get_one(Stop, stop.id) if stop is not None else None,
        slug=form.slug.data or None,
        by=by,
    )
    if form.picture.data is not None:
        set_cover(event, form.picture.data, alt=form.cover_alt.data, by=by)
    return event


def _save_edit(form: EventForm, event_id: int) -> Event:
    by = signed_in_user()
    slug = form.slug.data if is_changed(form.base.data or "", "slug", form.slug.data) else None
    event = edit_event(
        db.session.get_one(Event, event_id),
        _values_with_venue(form),
        version=read_number(form.version.data) or 0,
        slug=slug or None,
        quietly=bool(form.quietly.data),
        reason=form.reason.data,
        by=by,
    )
    if form.remove_cover.data:
        remove_cover(event, by=by)
    elif form.picture.data is not None:
        set_cover(event, form.picture.data, alt=form.cover_alt.data, by=by)
    return event


def _values_with_venue(form: EventForm) -> EventValues:
    """What was typed, with the new venue that was typed beside it."""
    values, venue = form.read_values(), form.read_new_venue()
    if venue is None:
        return values
    return replace(values, venue_id=add_venue(venue, by=signed_in_user()).id)


def _begin(form: EventForm, event: Event) -> None:
    """Note in the form what the person sees: the version and a mark of each value."""
    marks = mark_values(EventValues.of(event), slug=event.slug)
    for field, value in ((form.version, str(event.version)), (form.base, marks)):
        field.data, field.raw_data = value, None


def _fill(form: EventForm, values: EventValues) -> None:
    for name, value in {**vars(values), **typed_dates(values.dates, values.zone)}.items():
        if name in form:
            form[name].data = value


def _describe_conflict(error: EventChanged) -> dict[str, str]:
    return {
        "by": error.changed_by or _("Someone"),
        "at": moment_words(error.changed_at, ZONES[0]),
    }


def _form_page(
    form: EventForm, campaign: Campaign, stop: Stop | None, *, event: Event | None, **more: object
) -> str:
    chosen = form.venue_id.data
    near = form.province_code.data or (stop.province_code if stop else None)
    form.offer_venues(list_venues_to_choose(near=near, chosen=chosen))
    return page(
        "form.html",
        form=form,
        campaign=campaign,
        stop=stop,
        event=event,
        zones={province.iso_code: province.zone for province in PROVINCES},
        check=CHECK,
        **more,
    )


def _check(
    form: EventForm,
    campaign: Campaign,
    stop: Stop | None,
    event: Event | None,
    show: Show,
    *,
    is_valid: bool,
) -> ResponseReturnValue:
    """Look for what to mind, and save nothing."""
    warnings = None
    if is_valid:
        try:
            warnings = find_warnings(_draft(form, campaign, stop, event))
        except BadValues as error:
            form.show(error)
    if is_htmx():
        return page(
            "_check.html", warnings=warnings, form=form
        ), 200 if warnings is not None else 422
    if warnings is None:
        return show(), 422
    return show(warnings=warnings)


def _draft(form: EventForm, campaign: Campaign, stop: Stop | None, event: Event | None) -> Event:
    """The event as it would be; in no session, so it is never written."""
    values = form.read_values().checked()
    draft = Event(id=event.id if event else None, **vars(values))
    draft.campaign_id, draft.stop_id = campaign.id, stop.id if stop else None
    draft.date_unknown = False
    with db.session.no_autoflush:
        draft.campaign, draft.stop = campaign, stop
        draft.venue = find_venue(values.venue_id) if values.venue_id else None
    return draft


def _change(
    event: Event,
    form: PostponeForm | CancelForm,
    template: str,
    save: Callable[[], None],
    sentence: str,
    *,
    undo: str | None = None,
) -> ResponseReturnValue:
    """Show and save a small form that changes the state of an event."""
    if event.archived_at is not None:
        raise EventArchived

    def show(**more: object) -> str:
        return page(template, form=form, event=event, **more)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    try:
        failed = save_form(form, save, show)
    except EventChanged as error:
        form.version.data, form.version.raw_data = str(error.event.version), None
        return show(conflict=_describe_conflict(error)), 409
    if failed is not None:
        return failed
    say(sentence, undo=url_for(f".{undo}", event=event) if undo else None)
    return see_other(url_for(".show", event=event))


def _hours(dates: Mapping[str, object]) -> dict[str, object]:
    """The hours of the old date, which mostly hold for the new one."""
    return {name: value for name, value in dates.items() if name.endswith("_time")}


def _list_targets() -> dict[str, tuple[str, Campaign, Stop | None]]:
    """Where the person may plan a copy: campaigns (national) and stops, by address."""
    person = signed_in_user()
    targets: dict[str, tuple[str, Campaign, Stop | None]] = {}
    for campaign in list_campaigns(person):
        if may(person, Permission.EDIT_EVENTS, campaign.scopes):
            words = _("%(campaign)s: national", campaign=campaign.title)
            targets[_address_of(campaign)] = (words, campaign, None)
        for stop in campaign.stops:
            if stop.archived_at is None and may(person, Permission.EDIT_EVENTS, stop.scopes):
                name = f"{campaign.title}: {get_province(stop.province_code).name()}"
                targets[f"{campaign.slug}/{stop.slug}"] = (name, campaign, stop)
    return targets


def _address_of(row: Campaign | Stop) -> str:
    return row.slug if isinstance(row, Campaign) else f"{row.campaign.slug}/{row.slug}"
