"""Exhibitors of a plan: what each needs and wishes for, as organizers note it, and their groups."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.booths.allocation_queries import find_exhibitor, list_needs, list_wishes
from gernas.booths.forms_proposing import GroupForm, NeedForm
from gernas.booths.giving import make_giving
from gernas.booths.models import BoothGroup, Plan
from gernas.booths.proposal_queries import count_members, find_group, list_groups
from gernas.booths.queries import list_booths, list_sponsors
from gernas.booths.services.groups import add_group, remove_group, rename_group
from gernas.booths.services.wishes import set_needs, set_wishes_for
from gernas.booths.terms import NeedValues
from gernas.booths.views.blueprint import bp, fetch_plan, get_plan, page, register_tab
from gernas.booths.words import needs_words
from gernas.core.database import db, transaction
from gernas.core.permissions import Permission, requires
from gernas.core.saving import save_form
from gernas.core.web import say, see_other, signed_in_user
from gernas.events.models import Event
from gernas.registrations.models import Registration

register_tab(45, _l("Exhibitors"), "booths.exhibitors", Permission.ALLOCATE_BOOTHS)


@bp.get("/kelola/acara/<event:event>/denah/peserta")
@requires(Permission.ALLOCATE_BOOTHS)
def exhibitors(event: Event) -> ResponseReturnValue:
    """Who exhibits, with needs, wishes and booth; and the groups."""
    return _show(event, get_plan(event), GroupForm())


@bp.route("/kelola/acara/<event:event>/denah/peserta/<id:registration_id>", methods=["GET", "POST"])
@requires(Permission.ALLOCATE_BOOTHS)
def edit_needs(event: Event, registration_id: int) -> ResponseReturnValue:
    """What one exhibitor needs of its booth, and its three wishes."""
    plan = get_plan(event)
    registration = find_exhibitor(plan, registration_id) or abort(404)
    name = registration.label
    need = list_needs([registration.id]).get(registration.id)
    wishes = list_wishes([registration.id]).get(registration.id, [])
    form = NeedForm.of(
        NeedValues.of(need), wishes, groups=list_groups(plan), sponsors=list_sponsors(plan)
    )

    def show() -> str:
        booths = list_booths(plan)
        return page(
            "needs.html", event, plan=plan, registration=registration, form=form, booths=booths
        )

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422

    def save() -> None:
        row = db.session.get_one(Registration, registration_id)
        set_needs(row, form.read_values(), by=signed_in_user())
        set_wishes_for(row, form.read_wishes(), by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Saved what %(name)s needs and wishes for.", name=name))
    return see_other(url_for(".exhibitors", event=event))


@bp.post("/kelola/acara/<event:event>/denah/kelompok")
@requires(Permission.ALLOCATE_BOOTHS)
def new_group(event: Event) -> ResponseReturnValue:
    plan = get_plan(event)
    form = GroupForm()

    def show() -> str:
        return _show(event, plan, form)

    if not form.validate():
        return show(), 422
    failed = save_form(
        form,
        lambda: add_group(fetch_plan(plan), form.name.data or "", by=signed_in_user()),
        show,
    )
    if failed is not None:
        return failed
    say(_("The group is there. Put exhibitors into it with what they need."))
    return see_other(url_for(".exhibitors", event=event))


@bp.route("/kelola/acara/<event:event>/denah/kelompok/<id:group_id>", methods=["GET", "POST"])
@requires(Permission.ALLOCATE_BOOTHS)
def change_group(event: Event, group_id: int) -> ResponseReturnValue:
    plan = get_plan(event)
    group = find_group(plan, group_id) or abort(404)
    form = GroupForm(data={"name": group.name})

    def show() -> str:
        return page("group.html", event, plan=plan, group=group, form=form)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422

    def save() -> None:
        row = db.session.get(BoothGroup, group_id) or abort(404)
        rename_group(row, form.name.data or "", by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Saved."))
    return see_other(url_for(".exhibitors", event=event))


@bp.post("/kelola/acara/<event:event>/denah/kelompok/<id:group_id>/hapus")
@requires(Permission.ALLOCATE_BOOTHS)
def drop_group(event: Event, group_id: int) -> ResponseReturnValue:
    group = find_group(get_plan(event), group_id) or abort(404)
    with transaction():
        remove_group(db.session.get(BoothGroup, group.id) or abort(404), by=signed_in_user())
    say(_("The group is gone. Its exhibitors stay, and may stand anywhere."))
    return see_other(url_for(".exhibitors", event=event))


def _show(event: Event, plan: Plan, form: GroupForm) -> str:
    groups = list_groups(plan)
    return page(
        "exhibitors.html",
        event,
        plan=plan,
        board=make_giving(plan),
        groups=groups,
        group_names={group.id: group.name for group in groups},
        members=count_members(plan),
        sponsor_names={sponsor.id: sponsor.name for sponsor in list_sponsors(plan)},
        form=form,
        needs_words=needs_words,
    )
