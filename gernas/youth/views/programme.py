"""Begin, edit, publish and withdraw the programme of a stop; its roles."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.campaigns.models import Stop
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.permissions import Permission, requires
from gernas.core.saving import save_form
from gernas.core.web import say, see_other, signed_in_user
from gernas.youth.members.forms_programme import ProgrammeForm, RoleForm
from gernas.youth.models import YouthProgramme, YouthRole
from gernas.youth.services.programme import (
    add_programme,
    edit_programme,
    publish_programme,
    withdraw_programme,
)
from gernas.youth.services.roles import (
    add_ready_roles,
    add_role,
    archive_role,
    edit_role,
    restore_role,
)
from gernas.youth.shifts.words import SKILL_WORDS
from gernas.youth.views.blueprint import bp, fetch_programme, get_programme, page


@bp.post("/kelola/<stop:stop>/pemuda/mulai")
@requires(Permission.EDIT_YOUTH)
def begin(stop: Stop) -> ResponseReturnValue:
    with transaction():
        add_programme(db.session.get_one(Stop, stop.id), by=signed_in_user())
    say(_("The programme is begun, with the usual roles. Now say what it is about."))
    return see_other(url_for(".edit", stop=stop))


@bp.route("/kelola/<stop:stop>/pemuda/ubah", methods=["GET", "POST"])
@requires(Permission.EDIT_YOUTH)
def edit(stop: Stop) -> ResponseReturnValue:
    programme = get_programme(stop)
    form = ProgrammeForm.of(programme)

    def show() -> str:
        return page("edit.html", stop, programme=programme, form=form)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    programme_id, zone = programme.id, programme.zone

    def save() -> None:
        fresh = db.session.get_one(YouthProgramme, programme_id)
        edit_programme(fresh, form.read(zone), version=form.seen_version, by=signed_in_user())

    refused = save_form(form, save, show)
    if refused is not None:
        return refused
    say(_("Saved."))
    return see_other(url_for(".overview", stop=stop))


@bp.post("/kelola/<stop:stop>/pemuda/terbitkan")
@requires(Permission.EDIT_YOUTH)
def publish(stop: Stop) -> ResponseReturnValue:
    programme = get_programme(stop)
    try:
        with transaction():
            publish_programme(fetch_programme(programme), by=signed_in_user())
    except GernasError as error:
        say(error.message)
    else:
        say(
            _("The programme is published. People can sign up."),
            undo=url_for(".withdraw", stop=stop),
        )
    return see_other(url_for(".overview", stop=stop))


@bp.post("/kelola/<stop:stop>/pemuda/tarik")
@requires(Permission.EDIT_YOUTH)
def withdraw(stop: Stop) -> ResponseReturnValue:
    programme = get_programme(stop)
    try:
        with transaction():
            withdraw_programme(fetch_programme(programme), by=signed_in_user())
    except GernasError as error:
        say(error.message)
    else:
        say(
            _("The programme is off the public pages. Members keep their pages."),
            undo=url_for(".publish", stop=stop),
        )
    return see_other(url_for(".overview", stop=stop))


@bp.get("/kelola/<stop:stop>/pemuda/peran")
@requires(Permission.SEE_YOUTH)
def roles(stop: Stop) -> ResponseReturnValue:
    programme = get_programme(stop)
    return page(
        "roles.html",
        stop,
        programme=programme,
        roles=[role for role in programme.roles if role.archived_at is None],
        archived=[role for role in programme.roles if role.archived_at is not None],
        skill_words=SKILL_WORDS,
    )


@bp.route("/kelola/<stop:stop>/pemuda/peran/tambah", methods=["GET", "POST"])
@requires(Permission.EDIT_YOUTH)
def new_role(stop: Stop) -> ResponseReturnValue:
    return _role_form(stop, get_programme(stop), None)


@bp.route("/kelola/<stop:stop>/pemuda/peran/<id:role_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_YOUTH)
def change_role(stop: Stop, role_id: int) -> ResponseReturnValue:
    programme = get_programme(stop)
    return _role_form(stop, programme, get_role(programme, role_id))


@bp.post("/kelola/<stop:stop>/pemuda/peran/<id:role_id>/arsipkan")
@requires(Permission.EDIT_YOUTH)
def put_role_away(stop: Stop, role_id: int) -> ResponseReturnValue:
    get_role(get_programme(stop), role_id)
    try:
        with transaction():
            role = archive_role(db.session.get_one(YouthRole, role_id), by=signed_in_user())
            name = role.name
    except GernasError as error:
        say(error.message)
    else:
        undo = url_for(".bring_role_back", stop=stop, role_id=role_id)
        say(_("“%(name)s” is put away.", name=name), undo=undo)
    return see_other(url_for(".roles", stop=stop))


@bp.post("/kelola/<stop:stop>/pemuda/peran/<id:role_id>/pulihkan")
@requires(Permission.EDIT_YOUTH)
def bring_role_back(stop: Stop, role_id: int) -> ResponseReturnValue:
    get_role(get_programme(stop), role_id)
    with transaction():
        role = restore_role(db.session.get_one(YouthRole, role_id), by=signed_in_user())
        name = role.name
    say(_("“%(name)s” can be used again.", name=name))
    return see_other(url_for(".roles", stop=stop))


@bp.post("/kelola/<stop:stop>/pemuda/peran/umum")
@requires(Permission.EDIT_YOUTH)
def add_usual_roles(stop: Stop) -> ResponseReturnValue:
    programme = get_programme(stop)
    with transaction():
        added = add_ready_roles(fetch_programme(programme), by=signed_in_user())
    say(_("The usual roles are there.") if added else _("Nothing was missing."))
    return see_other(url_for(".roles", stop=stop))


def get_role(programme: YouthProgramme, role_id: int) -> YouthRole:
    """A role of the programme; one of another is the same 404 as none."""
    return next((role for role in programme.roles if role.id == role_id), None) or abort(404)


def _role_form(
    stop: Stop, programme: YouthProgramme, role: YouthRole | None
) -> ResponseReturnValue:
    form = RoleForm.of(role)

    def show() -> str:
        return page("role.html", stop, programme=programme, role=role, form=form)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    programme_id, role_id = programme.id, role.id if role is not None else None

    def save() -> None:
        if role_id is None:
            fresh = db.session.get_one(YouthProgramme, programme_id)
            add_role(fresh, form.read(), by=signed_in_user())
        else:
            edit_role(db.session.get_one(YouthRole, role_id), form.read(), by=signed_in_user())

    refused = save_form(form, save, show)
    if refused is not None:
        return refused
    say(_("Saved."))
    return see_other(url_for(".roles", stop=stop))
