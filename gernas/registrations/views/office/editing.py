"""Add, edit and copy calls, and set their quotas."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.campaigns.models import Campaign, Stop
from gernas.core.clock import ZONES
from gernas.core.database import db
from gernas.core.permissions import Permission, requires
from gernas.core.saving import save_form
from gernas.core.web import say, see_other, signed_in_user
from gernas.core.wording import moment_words, zone_abbr, zone_name
from gernas.events.models import Event
from gernas.events.queries import list_siblings
from gernas.registrations.errors import CallArchived, CallChanged
from gernas.registrations.forms_office import (
    CallForm,
    CopyCallForm,
    is_known_kind,
    make_quota_form,
)
from gernas.registrations.models import Call, CallKind, QuotaDimension
from gernas.registrations.office_queries import list_copy_targets
from gernas.registrations.queries import get_form
from gernas.registrations.questions import read_questions
from gernas.registrations.services.calls import add_call, copy_call, edit_call, set_quotas
from gernas.registrations.values import CallValues, QuotaValues
from gernas.registrations.views.office.blueprint import bp, call_page, fetch_call, page
from gernas.registrations.words import DIMENSION_WORDS, KIND_WORDS, value_words

# A row of the page of quotas: name of its field, words, size now, places taken.
QuotaRow = tuple[str, str, int | None, int]


@bp.route("/kelola/<campaign:campaign>/pendaftaran/baru", methods=["GET", "POST"])
@requires(Permission.EDIT_CALLS)
def add_to_campaign(campaign: Campaign) -> ResponseReturnValue:
    return _add(campaign, None)


@bp.route("/kelola/<stop:stop>/pendaftaran/baru", methods=["GET", "POST"])
@requires(Permission.EDIT_CALLS)
def add_to_stop(stop: Stop) -> ResponseReturnValue:
    return _add(stop.campaign, stop)


@bp.route("/kelola/acara/<event:event>/pendaftaran/baru", methods=["GET", "POST"])
@requires(Permission.EDIT_CALLS)
def add_to_event(event: Event) -> ResponseReturnValue:
    return _add(event.campaign, event.stop, event)


@bp.route("/kelola/daftar/<call:call>/ubah", methods=["GET", "POST"])
@requires(Permission.EDIT_CALLS)
def edit(call: Call) -> ResponseReturnValue:
    if call.archived_at is not None:
        raise CallArchived
    form = CallForm.to_edit(call)
    form.offer_events([])

    def show(**more: Any) -> str:
        return call_page("form.html", call, form=form, zone_words=_zone(call.zone), **more)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    changed: list[Call] = []

    def save() -> None:
        values = form.read_values(call.zone)
        version, slug = form.shown_version, form.slug.data or None
        changed.append(
            edit_call(fetch_call(call), values, version=version, by=signed_in_user(), slug=slug)
        )

    try:
        failed = save_form(form, save, show)
    except CallChanged as error:
        rows = _differences(form, error.call)
        form.version.data = str(error.call.version)
        form.version.raw_data = None  # The next save goes over what was seen now.
        by, at = error.changed_by or _("Someone"), moment_words(error.changed_at, ZONES[0])
        return show(conflict={"by": by, "at": at}, rows=rows), 409
    if failed is not None:
        return failed
    say(_("Saved."))
    return see_other(url_for(".call", call=changed[0]))


@bp.route("/kelola/daftar/<call:call>/kuota", methods=["GET", "POST"])
@requires(Permission.EDIT_CALLS)
def quotas(call: Call) -> ResponseReturnValue:
    """How many places a zone, sector or province may take; each an empty field or a number."""
    groups = _quota_groups(call)
    rows = [row for _dimension, _asked, rows in groups for row in rows]
    form = make_quota_form([row[:3] for row in rows], limit=call.places)

    def show() -> str:
        return call_page("quotas.html", call, form=form, groups=groups)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422

    def save() -> None:
        wanted = [
            QuotaValues(dimension=dimension, value=value, size=form[name].data)
            for name, *_rest in rows
            if form[name].data is not None
            for dimension, value in [_split(name)]
        ]
        set_quotas(fetch_call(call), wanted, by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Saved."))
    return see_other(url_for(".call", call=call))


@bp.route("/kelola/daftar/<call:call>/salin", methods=["GET", "POST"])
@requires(Permission.SEE_PLANS)
def copy(call: Call) -> ResponseReturnValue:
    stops = {str(stop.id): stop for stop in list_copy_targets(signed_in_user())}
    form = CopyCallForm.of(call, list(stops.values()))

    def show() -> str:
        return call_page("copy.html", call, form=form)

    if request.method == "GET" or not form.validate():
        return show(), 422 if form.is_submitted() else 200
    copies: list[Call] = []

    def save() -> None:
        stop = db.session.get_one(Stop, stops[form.target.data].id)
        made = copy_call(
            fetch_call(call),
            to_campaign=stop.campaign,
            to_stop=stop,
            shift_days=form.shift_days(call),
            by=signed_in_user(),
        )
        copies.append(made)

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("This is the copy. Nobody sees it until you publish it."))
    return see_other(url_for(".call", call=copies[0]))


def _add(campaign: Campaign, stop: Stop | None, event: Event | None = None) -> ResponseReturnValue:
    chosen = request.args.get("jenis", "")
    if request.method == "GET" and not is_known_kind(chosen):
        kinds = [(str(kind), words) for kind, words in KIND_WORDS.items()]
        return page("choose_kind.html", campaign=campaign, stop=stop, event=event, kinds=kinds)
    form = CallForm.to_add(stop, CallKind(chosen) if is_known_kind(chosen) else CallKind.UMKM_BOOTH)
    zone = _zone_of(stop, event)
    events = list_siblings(stop.id) if stop is not None and event is None else []
    form.offer_events(events)

    def show() -> str:
        return page(
            "form.html",
            campaign=campaign,
            stop=stop,
            event=event,
            form=form,
            zone_words=_zone(zone),
            call=None,
        )

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    added: list[Call] = []
    chosen_event = event or next((one for one in events if one.id == form.event_id.data), None)

    def save() -> None:
        added.append(_save_new(form, campaign, stop, chosen_event, zone))

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("The call is prepared. Look through its form, then publish it."))
    return see_other(url_for(".builder", call=added[0]))


def _save_new(
    form: CallForm, campaign: Campaign, stop: Stop | None, event: Event | None, zone: str
) -> Call:
    return add_call(
        db.session.get_one(Campaign, campaign.id),
        form.read_values(zone),
        by=signed_in_user(),
        stop=db.session.get_one(Stop, stop.id) if stop is not None else None,
        event=db.session.get_one(Event, event.id) if event is not None else None,
        slug=form.slug.data or None,
    )


def _zone_of(stop: Stop | None, event: Event | None) -> str:
    if stop is not None:
        return stop.zone
    return event.zone if event is not None else ZONES[0]


def _zone(zone: str) -> str:
    return f"{zone_abbr(zone)}, {zone_name(zone)}"


def _differences(form: CallForm, theirs: Call) -> list[tuple[str, Any, Any]]:
    """What this person typed beside what someone else saved, where they differ."""
    other = CallForm(formdata=None, data=vars(CallValues.of(theirs)))
    return [
        (form[name].label.text, form[name].data, other[name].data)
        for name in vars(CallValues.of(theirs))
        if name in form and (form[name].data or None) != (other[name].data or None)
    ]


def _quota_groups(call: Call) -> list[tuple[str, bool, list[QuotaRow]]]:
    """For each dimension its words, whether the form asks for it, and a row for each value."""
    sizes = {(str(each.dimension), each.value): each for each in call.quotas}
    asked = {
        str(question.counts_for): question
        for question in read_questions(get_form(call).questions)
        if question.counts_for is not None
    }
    groups = []
    for dimension in QuotaDimension:
        question = asked.get(dimension)
        values = dict(question.list_options()) if question is not None else {}
        if dimension == QuotaDimension.PROVINCE and call.audience_provinces:
            values = {
                code: text for code, text in values.items() if code in call.audience_provinces
            }
        for kept_dimension, value in sizes:  # Also what the form no longer asks.
            if kept_dimension == dimension:
                values.setdefault(value, value_words(dimension, value))
        rows: list[QuotaRow] = []
        for value, text in values.items():
            quota = sizes.get((dimension, value))
            size, used = (quota.size, quota.used) if quota is not None else (None, 0)
            rows.append((f"quota-{dimension}-{value}", text, size, used))
        groups.append((str(DIMENSION_WORDS[dimension]), question is not None, rows))
    return groups


def _split(name: str) -> tuple[QuotaDimension, str]:
    _quota, dimension, value = name.split("-", 2)
    return QuotaDimension(dimension), value
