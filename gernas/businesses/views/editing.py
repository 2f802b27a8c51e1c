"""One business in the back office: show, add, edit, verify, archive, forget."""

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.accounts.door import fresh
from gernas.businesses.access import may_do
from gernas.businesses.checking import BUSINESS
from gernas.businesses.errors import BusinessChanged
from gernas.businesses.forms import BusinessForm, ButtonForm, ConsentForm, NikForm
from gernas.businesses.models import Business
from gernas.businesses.queries import list_cases_of, list_consents
from gernas.businesses.registries import list_panels
from gernas.businesses.sealing import CannotOpen
from gernas.businesses.services import (
    add_business,
    archive_business,
    edit_business,
    erase_business,
    give_consent,
    restore_business,
    set_nik,
    show_nik,
    verify_nib,
    withdraw_consent,
    withdraw_verification,
)
from gernas.businesses.views.blueprint import ZONE, bp, get_business, may_edit, page, status_of
from gernas.businesses.wordings import WORDINGS
from gernas.core.database import transaction
from gernas.core.permissions import Permission, requires
from gernas.core.saving import save_form
from gernas.core.web import say, see_other, signed_in_user
from gernas.core.wording import moment_words


@bp.route("/kelola/usaha/baru", methods=["GET", "POST"])
@requires(Permission.EDIT_BUSINESSES)
def add() -> ResponseReturnValue:
    form = BusinessForm()

    def show() -> str:
        return page("form.html", form=form, business=None, layout="layout/office.html")

    if request.method == "GET" or not form.validate():
        return show(), status_of(form)
    added: list[Business] = []
    values = form.read_values()
    failed = save_form(form, lambda: added.append(add_business(values, by=signed_in_user())), show)
    if failed is not None:
        return failed
    say(_("The business is in the list."))
    return see_other(url_for(".show", business_id=added[0].id))


@bp.get("/kelola/usaha/<id:business_id>")
@requires(Permission.SEE_BUSINESSES)
def show(business_id: int) -> ResponseReturnValue:
    return _show(get_business(business_id))


@bp.route("/kelola/usaha/<id:business_id>/ubah", methods=["GET", "POST"])
@requires(Permission.EDIT_BUSINESSES)
def edit(business_id: int) -> ResponseReturnValue:
    business = get_business(business_id, Permission.EDIT_BUSINESSES)
    return edit_page(
        business,
        layout="layout/office.html",
        again=lambda: get_business(business_id, Permission.EDIT_BUSINESSES),
        back=url_for(".show", business_id=business_id),
    )


def edit_page(
    business: Business, *, layout: str, again: Callable[[], Business], back: str
) -> ResponseReturnValue:
    """The form of a business, in the office and on one's own pages; ``again`` fetches the row."""
    form = BusinessForm.of(business)

    def show(**more: Any) -> str:
        shown: dict[str, Any] = {"form": form, "business": business, "layout": layout}
        return page("form.html", back=back, **shown, **more)

    if request.method == "GET" or not form.validate():
        return show(), status_of(form)
    values = form.read_values()

    def save() -> None:
        edit_business(again(), values, version=form.shown_version, by=signed_in_user())

    try:
        failed = save_form(form, save, show)
    except BusinessChanged as error:
        form.version.data, form.version.raw_data = str(error.business.version), None
        return show(conflict=_compare(form, values, error)), 409
    if failed is not None:
        return failed
    say(_("Saved."))
    return see_other(back)


@bp.post("/kelola/usaha/<id:business_id>/nib")
@requires(Permission.EDIT_BUSINESSES)
def verify(business_id: int) -> ResponseReturnValue:
    """Note that the NIB was seen; where another has it, lead to the two records."""
    with transaction():
        business = get_business(business_id, Permission.EDIT_BUSINESSES)
        done = verify_nib(business, by=signed_in_user())
    if done.is_verified:
        say(_("The NIB is verified."), undo=url_for(".unverify", business_id=business_id))
        return see_other(url_for(".show", business_id=business_id))
    say(_("Another business has this NIB, verified. Look at both records."))
    if done.other is not None and may_do(signed_in_user(), Permission.MERGE_BUSINESSES, done.other):
        return see_other(url_for(".compare", business_id=done.other.id, other_id=business_id))
    return see_other(url_for(".show", business_id=business_id))


@bp.post("/kelola/usaha/<id:business_id>/nib/batal")
@requires(Permission.EDIT_BUSINESSES)
def unverify(business_id: int) -> ResponseReturnValue:
    return _do(business_id, withdraw_verification, _("The NIB is not verified any more."), "verify")


@bp.post("/kelola/usaha/<id:business_id>/arsipkan")
@requires(Permission.EDIT_BUSINESSES)
def archive(business_id: int) -> ResponseReturnValue:
    return _do(business_id, archive_business, _("The business is in the archive."), "restore")


@bp.post("/kelola/usaha/<id:business_id>/pulihkan")
@requires(Permission.EDIT_BUSINESSES)
def restore(business_id: int) -> ResponseReturnValue:
    return _do(business_id, restore_business, _("The business is back."), "archive")


@bp.route("/kelola/usaha/<id:business_id>/nik", methods=["GET", "POST"])
@requires(Permission.EDIT_BUSINESSES)
@fresh
def nik(business_id: int) -> ResponseReturnValue:
    """Keep the NIK of the owner."""
    business, form = get_business(business_id, Permission.EDIT_BUSINESSES), NikForm()

    def show(**more: Any) -> str:
        return page("nik.html", business=business, form=form, shown=None, **more)

    if request.method == "GET" or not form.validate():
        return show(), status_of(form)

    def save() -> None:
        row = get_business(business_id, Permission.EDIT_BUSINESSES)
        set_nik(row, form.nik.data, by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Kept, encrypted."))
    return see_other(url_for(".show", business_id=business_id))


@bp.post("/kelola/usaha/<id:business_id>/nik/lihat")
@requires(Permission.EDIT_BUSINESSES)
@fresh
def reveal_nik(business_id: int) -> ResponseReturnValue:
    """Show the NIK once; the log says who looked."""
    with transaction():
        business = get_business(business_id, Permission.EDIT_BUSINESSES)
        try:
            shown = show_nik(business, by=signed_in_user())
        except CannotOpen:
            shown = None
    return page("nik.html", business=business, form=NikForm(), shown=shown, revealed=True)


@bp.post("/kelola/usaha/<id:business_id>/nik/hapus")
@requires(Permission.EDIT_BUSINESSES)
def remove_nik(business_id: int) -> ResponseReturnValue:
    with transaction():
        business = get_business(business_id, Permission.EDIT_BUSINESSES)
        set_nik(business, None, by=signed_in_user())
    say(_("The NIK is gone."))
    return see_other(url_for(".show", business_id=business_id))


@bp.post("/kelola/usaha/<id:business_id>/persetujuan")
@requires(Permission.EDIT_BUSINESSES)
def consent(business_id: int) -> ResponseReturnValue:
    """Record a consent that was signed or spoken."""
    form = ConsentForm()
    business = get_business(business_id, Permission.EDIT_BUSINESSES)
    if not form.validate():
        return _show(business, consent_form=form), 422

    def save() -> None:
        give_consent(
            get_business(business_id, Permission.EDIT_BUSINESSES),
            form.purpose.data,
            means=form.means.data,
            note=form.note.data,
            by=signed_in_user(),
        )

    failed = save_form(form, save, lambda: _show(business, consent_form=form))
    if failed is not None:
        return failed
    say(_("The consent is recorded."))
    return see_other(url_for(".show", business_id=business_id))


@bp.post("/kelola/usaha/<id:business_id>/persetujuan/<slug:purpose>/cabut")
@requires(Permission.EDIT_BUSINESSES)
def end_consent(business_id: int, purpose: str) -> ResponseReturnValue:
    with transaction():
        business = get_business(business_id, Permission.EDIT_BUSINESSES)
        withdraw_consent(business, purpose, by=signed_in_user())
    say(_("The consent is withdrawn."))
    return see_other(url_for(".show", business_id=business_id))


@bp.route("/kelola/usaha/<id:business_id>/hapus", methods=["GET", "POST"])
@requires(Permission.MERGE_BUSINESSES)
@fresh
def erase(business_id: int) -> ResponseReturnValue:
    """Forget a business for good; a page of its own says what goes."""
    business, form = get_business(business_id, Permission.MERGE_BUSINESSES), ButtonForm()
    if request.method == "GET" or not form.validate():
        return page("erase.html", business=business, form=form), status_of(form)
    with transaction():
        erase_business(get_business(business_id, Permission.MERGE_BUSINESSES), by=signed_in_user())
    say(_("What was personal about the business is gone."))
    return see_other(url_for(".index"))


def _show(business: Business, consent_form: ConsentForm | None = None) -> str:
    edits = may_edit(business)
    user = signed_in_user()
    return page(
        "show.html",
        business=business,
        edits=edits,
        merges=may_do(user, Permission.MERGE_BUSINESSES, business),
        cases=list_cases_of(business) if edits else [],
        consents=list_consents(business) if edits else [],
        consent_form=consent_form or ConsentForm(formdata=None),
        wordings=WORDINGS,
        panels=list_panels(business, user),
    )


def _do(
    business_id: int, verb: Callable[..., Business], sentence: str, undo: str
) -> ResponseReturnValue:
    with transaction():
        verb(get_business(business_id, Permission.EDIT_BUSINESSES), by=signed_in_user())
    say(sentence, undo=url_for(f".{undo}", business_id=business_id))
    return see_other(url_for(".show", business_id=business_id))


def _compare(form: BusinessForm, values: dict[str, Any], error: BusinessChanged) -> dict[str, Any]:
    """Who saved when, and what differs: label, mine, theirs."""
    rows = []
    for name in BUSINESS:
        mine, theirs = values.get(name), getattr(error.business, name)
        if name in form and (mine or None) != (theirs or None):
            rows.append((form[name].label.text, mine, theirs))
    at = moment_words(error.changed_at, ZONE)
    return {"by": error.changed_by or _("Someone"), "at": at, "rows": rows}
