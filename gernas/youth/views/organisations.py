"""Organisations and their members: for coordinators of the stop, and for their own coordinators.

Whoever is a coordinator of an organisation holds no stop, so these pages stand apart from it, and
show no phone number of a minor.
"""

from flask import abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.businesses.values import phone_words
from gernas.campaigns.models import Stop
from gernas.core.clock import today_in
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.i18n import public_url
from gernas.core.permissions import Permission, may, requires
from gernas.core.saving import save_form
from gernas.core.web import say, see_other, signed_in_user
from gernas.registrations.sharing import whatsapp_url
from gernas.youth.guards import bar_of_guardian
from gernas.youth.members.forms import OrganisationForm
from gernas.youth.members.forms_groups import GroupForm
from gernas.youth.members.group_rows import GroupRow, TooLong, read_rows
from gernas.youth.members.listing import LIVE, list_members, read_listing
from gernas.youth.members.organisation_queries import (
    count_members,
    list_organisations_for,
    list_organisations_of,
    list_programmes_for,
)
from gernas.youth.members.values import OrganisationValues
from gernas.youth.models import JoinedBy, Member, YouthOrganisation, YouthProgramme
from gernas.youth.qr import qr_image
from gernas.youth.queries import find_programme
from gernas.youth.services.groups import NotAll, add_group
from gernas.youth.services.guardians import find_guardian
from gernas.youth.services.joining import Extras
from gernas.youth.services.organisations import (
    add_organisation,
    archive_organisation,
    edit_organisation,
    renew_join_link,
    restore_organisation,
)
from gernas.youth.views.blueprint import bp, get_programme, page


@bp.get("/kelola/pemuda")
@requires(Permission.SEE_YOUTH)
def start() -> ResponseReturnValue:
    """The programmes and organisations that the person looks after."""
    person = signed_in_user()
    return page(
        "start.html",
        None,
        programmes=list_programmes_for(person),
        organisations=list_organisations_for(person),
    )


@bp.get("/kelola/<stop:stop>/pemuda/organisasi")
@requires(Permission.SEE_YOUTH)
def organisations(stop: Stop) -> ResponseReturnValue:
    programme = get_programme(stop)
    archived = request.args.get("arsip") == "1"
    return page(
        "organisations.html",
        stop,
        programme=programme,
        rows=list_organisations_of(stop.id, archived=archived),
        counts=count_members(stop.id),
        archived=archived,
    )


@bp.route("/kelola/<stop:stop>/pemuda/organisasi/tambah", methods=["GET", "POST"])
@requires(Permission.EDIT_YOUTH)
def new_organisation(stop: Stop) -> ResponseReturnValue:
    programme = get_programme(stop)
    form = OrganisationForm(data={"province_code": stop.province_code})

    def show() -> str:
        return page("organisation_form.html", stop, programme=programme, form=form)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    stop_id = stop.id

    def save() -> None:
        fresh = db.session.get_one(Stop, stop_id)
        add_organisation(fresh, form.read(), by=signed_in_user())

    refused = save_form(form, save, show)
    if refused is not None:
        return refused
    say(_("Added. Send its coordinator the sign-up link, or sign the group up yourself."))
    return see_other(url_for(".organisations", stop=stop))


@bp.get("/kelola/organisasi/<organisation:organisation>")
@requires(Permission.SEE_YOUTH)
def organisation(organisation: YouthOrganisation) -> ResponseReturnValue:
    """Its members, and the link by which they sign up themselves."""
    programme = find_programme(organisation.stop)
    listing = read_listing(request.args, organisation_id=organisation.id)
    today = today_in(organisation.stop.zone)
    link = _join_link(organisation, programme)
    return _page(
        "organisation.html",
        organisation,
        programme=programme,
        listing=listing,
        found=list_members(listing, today),
        today=today,
        args=listing.to_args(),
        is_live=listing.wanted.state == LIVE,
        link=link,
        qr=qr_image(link) if link else "",
        whatsapp=whatsapp_url(link) if link else "",
        guardian_bar=lambda one: bar_of_guardian(find_guardian(one)),
        phone_of=lambda one: _phone_for_organisation(one, organisation),
        address=lambda **values: url_for(".organisation", organisation=organisation, **values),
    )


@bp.route("/kelola/organisasi/<organisation:organisation>/ubah", methods=["GET", "POST"])
@requires(Permission.ADD_YOUTH)
def change_organisation(organisation: YouthOrganisation) -> ResponseReturnValue:
    form = OrganisationForm(data=vars(OrganisationValues.of(organisation)))

    def show() -> str:
        return _page("organisation_form.html", organisation, form=form)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    number = organisation.id

    def save() -> None:
        fresh = db.session.get_one(YouthOrganisation, number)
        edit_organisation(fresh, form.read(), by=signed_in_user())

    refused = save_form(form, save, show)
    if refused is not None:
        return refused
    say(_("Saved."))
    return see_other(url_for(".organisation", organisation=organisation))


@bp.post("/kelola/organisasi/<organisation:organisation>/tautan")
@requires(Permission.ADD_YOUTH)
def new_join_link(organisation: YouthOrganisation) -> ResponseReturnValue:
    with transaction():
        fresh = db.session.get_one(YouthOrganisation, organisation.id)
        renew_join_link(fresh, by=signed_in_user())
    say(_("The old link no longer works. Send the new one."))
    return see_other(url_for(".organisation", organisation=organisation))


@bp.post("/kelola/organisasi/<organisation:organisation>/arsipkan")
@requires(Permission.EDIT_YOUTH)
def put_organisation_away(organisation: YouthOrganisation) -> ResponseReturnValue:
    with transaction():
        fresh = db.session.get_one(YouthOrganisation, organisation.id)
        archive_organisation(fresh, by=signed_in_user())
    undo = url_for(".bring_organisation_back", organisation=organisation)
    say(_("“%(name)s” is put away. Its members stay.", name=organisation.name), undo=undo)
    return see_other(url_for(".organisation", organisation=organisation))


@bp.post("/kelola/organisasi/<organisation:organisation>/pulihkan")
@requires(Permission.EDIT_YOUTH)
def bring_organisation_back(organisation: YouthOrganisation) -> ResponseReturnValue:
    with transaction():
        fresh = db.session.get_one(YouthOrganisation, organisation.id)
        restore_organisation(fresh, by=signed_in_user())
    say(_("“%(name)s” can be used again.", name=organisation.name))
    return see_other(url_for(".organisation", organisation=organisation))


@bp.route("/kelola/organisasi/<organisation:organisation>/anggota/tambah", methods=["GET", "POST"])
@requires(Permission.ADD_YOUTH)
def add_to_organisation(organisation: YouthOrganisation) -> ResponseReturnValue:
    """Sign up many of its members as a pasted list."""
    programme = find_programme(organisation.stop) or abort(404)
    back = url_for(".organisation", organisation=organisation)
    return _add_group(programme, organisation, back)


@bp.route("/kelola/<stop:stop>/pemuda/anggota/tambah", methods=["GET", "POST"])
@requires(Permission.ADD_YOUTH)
def add_members(stop: Stop) -> ResponseReturnValue:
    """The same for any organisation of the stop, or for none."""
    return _add_group(get_programme(stop), None, url_for(".members", stop=stop))


def _add_group(
    programme: YouthProgramme, organisation: YouthOrganisation | None, back: str
) -> ResponseReturnValue:
    stop = programme.stop
    own = organisation
    form = GroupForm.begin(
        province_code=(own.province_code if own else None) or stop.province_code,
        city=(own.city if own else None) or "",
        group_name="",
    )
    offered = list_organisations_of(stop.id) if own is None else []
    form.organisation_id.offer(((one.id, one.name) for one in offered), none=_("None"))

    def show(rows: list[GroupRow] | None = None) -> str:
        values = {"programme": programme, "form": form, "rows": rows or [], "back": back}
        if own is not None:
            return _page("group.html", own, **values)
        return page("group.html", stop, **values)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    try:
        rows = read_rows(
            form.people.data or "",
            city=form.city.data or "",
            province_code=form.province_code.data or "",
        )
    except TooLong as error:
        form.refuse(form.people, str(error))
        return show(), 422
    chosen = own.id if own is not None else form.organisation_id.data
    allowed = {one.id for one in offered} | ({own.id} if own is not None else set())
    try:
        with transaction():
            extras = Extras(
                how=JoinedBy.GROUP,
                organisation=db.session.get(YouthOrganisation, chosen)
                if chosen in allowed
                else None,
                group_name=form.group_name.data or None,
            )
            added = add_group(
                db.session.get_one(YouthProgramme, programme.id),
                rows,
                extras,
                by=signed_in_user(),
                means=form.means.data,
                key=(form.key.data or "")[:30],
            )
    except NotAll as error:
        form.form_errors.append(_("Nobody was signed up yet: mend the lines below, then send."))
        return show(error.rows), 422
    except GernasError as error:
        form.form_errors.append(error.message)
        return show(), error.status
    say(_("Signed up: %(count)s people.", count=added))
    return see_other(back)


def _page(template: str, organisation: YouthOrganisation, **values: object) -> str:
    """A page of an organisation, for who may hold nothing but that."""
    stop = organisation.stop
    person = signed_in_user()
    return page(
        template,
        stop,
        organisation=organisation,
        sees_stop=may(person, Permission.SEE_YOUTH, stop.scopes),
        may_add=may(person, Permission.ADD_YOUTH, organisation.scopes),
        may_invite=may(person, Permission.INVITE_PEOPLE, stop.scopes),
        **values,
    )


def _join_link(organisation: YouthOrganisation, programme: YouthProgramme | None) -> str:
    """The address by which its members sign up; none while they cannot."""
    if programme is None or not programme.is_published or organisation.archived_at is not None:
        return ""
    path = public_url(
        "youth_public.join", language="id", slug=programme.slug, o=organisation.join_code
    )
    return f"{current_app.config['GERNAS'].url}{path}"


def _phone_for_organisation(member: Member, organisation: YouthOrganisation) -> str:
    """A number as the organisation's page shows it: none of who is a minor today."""
    if member.is_minor_on(today_in(organisation.stop.zone)):
        return str(_("hidden"))
    return phone_words(member.phone)
