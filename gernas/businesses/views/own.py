"""One's own businesses: edit, products, people, consents, the data, and being forgotten."""

import json

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.accounts.door import fresh
from gernas.accounts.models import User
from gernas.accounts.present import signed_in_user
from gernas.businesses.forms import BusinessForm, ButtonForm, NikForm
from gernas.businesses.models import Business, BusinessPerson
from gernas.businesses.personal import tell_business
from gernas.businesses.queries import (
    find_consent,
    find_person_of,
    get_own,
    list_consents,
    list_invitations,
    list_own,
)
from gernas.businesses.registries import list_own_parts
from gernas.businesses.services import (
    accept_invitation,
    add_business,
    ask_for_erasure,
    decline_invitation,
    give_consent,
    set_nik,
    take_back_erasure,
    withdraw_consent,
)
from gernas.businesses.views.blueprint import page, status_of
from gernas.businesses.views.editing import edit_page
from gernas.businesses.views.parts import Door, add_pages
from gernas.businesses.wordings import WORDINGS
from gernas.core.database import db, transaction
from gernas.core.permissions import signed_in
from gernas.core.saving import save_form
from gernas.core.text import content_disposition
from gernas.core.web import say, see_other

bp = Blueprint("own_businesses", __name__)
LAYOUT = "layout/account.html"


def get_mine(business_id: int) -> Business:
    """A business of the signed-in person; 404 for any other."""
    return get_own(signed_in_user(), business_id)


add_pages(
    Door(
        bp=bp,
        prefix="/saya/usaha",
        mark=signed_in,
        get=get_mine,
        layout=LAYOUT,
        is_office=False,
    )
)


@bp.get("/saya/usaha")
@signed_in
def index() -> ResponseReturnValue:
    user = signed_in_user()
    return page("own/index.html", businesses=list_own(user), invitations=list_invitations(user))


@bp.route("/saya/usaha/baru", methods=["GET", "POST"])
@signed_in
def add() -> ResponseReturnValue:
    form = BusinessForm()

    def show() -> str:
        return page("form.html", form=form, business=None, layout=LAYOUT, back=url_for(".index"))

    if request.method == "GET" or not form.validate():
        return show(), status_of(form)
    added: list[Business] = []
    values = form.read_values()

    def save() -> None:
        user = db.session.get_one(User, signed_in_user().id)
        added.append(add_business(values, by=user, owner=user))

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Your business is there. Add products, and decide whether the public may see it."))
    return see_other(url_for(".show", business_id=added[0].id))


@bp.get("/saya/usaha/<id:business_id>")
@signed_in
def show(business_id: int) -> ResponseReturnValue:
    business = get_mine(business_id)
    return page(
        "own/show.html",
        business=business,
        me=find_person_of(signed_in_user(), business),
        given={purpose: find_consent(business, purpose) for purpose in WORDINGS},
        wordings=WORDINGS,
        further=list_own_parts(business),
    )


@bp.route("/saya/usaha/<id:business_id>/ubah", methods=["GET", "POST"])
@signed_in
def edit(business_id: int) -> ResponseReturnValue:
    return edit_page(
        get_mine(business_id),
        layout=LAYOUT,
        again=lambda: get_mine(business_id),
        back=url_for(".show", business_id=business_id),
    )


@bp.post("/saya/usaha/undangan/<id:person_id>/terima")
@signed_in
def accept(person_id: int) -> ResponseReturnValue:
    with transaction():
        person = accept_invitation(_get_invitation(person_id), by=_me())
        business_id = person.business_id
    say(_("You manage this business from now on."))
    return see_other(url_for(".show", business_id=business_id))


@bp.post("/saya/usaha/undangan/<id:person_id>/tolak")
@signed_in
def decline(person_id: int) -> ResponseReturnValue:
    with transaction():
        decline_invitation(_get_invitation(person_id), by=_me())
    say(_("The invitation is gone."))
    return see_other(url_for(".index"))


@bp.post("/saya/usaha/<id:business_id>/persetujuan/<slug:purpose>/beri")
@signed_in
def consent(business_id: int, purpose: str) -> ResponseReturnValue:
    with transaction():
        give_consent(get_mine(business_id), purpose, by=signed_in_user())
    say(
        _("Your consent is recorded."),
        undo=url_for(".end_consent", business_id=business_id, purpose=purpose),
    )
    return see_other(url_for(".show", business_id=business_id, _anchor="persetujuan"))


@bp.post("/saya/usaha/<id:business_id>/persetujuan/<slug:purpose>/cabut")
@signed_in
def end_consent(business_id: int, purpose: str) -> ResponseReturnValue:
    with transaction():
        withdraw_consent(get_mine(business_id), purpose, by=signed_in_user())
    say(_("Your consent is withdrawn. It counts from this moment."))
    return see_other(url_for(".show", business_id=business_id, _anchor="persetujuan"))


@bp.route("/saya/usaha/<id:business_id>/nik", methods=["GET", "POST"])
@signed_in
@fresh
def nik(business_id: int) -> ResponseReturnValue:
    """Keep the NIK, or another one; what is kept is never shown whole."""
    business, form = get_mine(business_id), NikForm()

    def show() -> str:
        return page("own/nik.html", business=business, form=form)

    if request.method == "GET" or not form.validate():
        return show(), status_of(form)
    failed = save_form(
        form, lambda: set_nik(get_mine(business_id), form.nik.data, by=signed_in_user()), show
    )
    if failed is not None:
        return failed
    say(_("Kept, encrypted."))
    return see_other(url_for(".show", business_id=business_id, _anchor="data"))


@bp.post("/saya/usaha/<id:business_id>/nik/hapus")
@signed_in
def remove_nik(business_id: int) -> ResponseReturnValue:
    with transaction():
        set_nik(get_mine(business_id), None, by=signed_in_user())
    say(_("The NIK is gone."))
    return see_other(url_for(".show", business_id=business_id, _anchor="data"))


@bp.get("/saya/usaha/<id:business_id>/data.json")
@signed_in
@fresh
def download(business_id: int) -> ResponseReturnValue:
    """All that we hold about the business."""
    business = get_mine(business_id)
    text = json.dumps(tell_business(business), ensure_ascii=False, indent=2, sort_keys=True)
    answer = Response(text + "\n", mimetype="application/json")
    name = f"{business.slug}.json"
    answer.headers["Content-Disposition"] = content_disposition(name)
    return answer


@bp.get("/saya/usaha/<id:business_id>/persetujuan")
@signed_in
def consents(business_id: int) -> ResponseReturnValue:
    """All consents with time and wording, also withdrawn ones."""
    business = get_mine(business_id)
    return page("own/consents.html", business=business, consents=list_consents(business))


@bp.route("/saya/usaha/<id:business_id>/hapus", methods=["GET", "POST"])
@signed_in
@fresh
def ask_erase(business_id: int) -> ResponseReturnValue:
    """Ask to be forgotten: a page that says what happens, with one button."""
    business, form = get_mine(business_id), ButtonForm()
    if request.method == "GET" or not form.validate():
        return page("own/erase.html", business=business, form=form), status_of(form)
    with transaction():
        ask_for_erasure(get_mine(business_id), by=signed_in_user())
    say(
        _("Your wish is noted. The organizers delete the data within three days."),
        undo=url_for(".keep", business_id=business_id),
    )
    return see_other(url_for(".show", business_id=business_id))


@bp.post("/saya/usaha/<id:business_id>/hapus/batal")
@signed_in
def keep(business_id: int) -> ResponseReturnValue:
    with transaction():
        take_back_erasure(get_mine(business_id), by=signed_in_user())
    say(_("Your business stays."))
    return see_other(url_for(".show", business_id=business_id))


def _get_invitation(person_id: int) -> BusinessPerson:
    mine = {row.id: row for row in list_invitations(_me())}
    return mine.get(person_id) or abort(404)


def _me() -> User:
    return db.session.get_one(User, signed_in_user().id)
