"""The list of businesses: filters, order, pages, and the same list as a file."""

from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.accounts.door import fresh
from gernas.businesses.export import XLSX, build_csv, build_xlsx
from gernas.businesses.filters import nib_choices, read_listing
from gernas.businesses.forms import ButtonForm
from gernas.businesses.queries import (
    ARCHIVED,
    count_cases,
    list_businesses,
    list_province_codes,
    list_with,
)
from gernas.businesses.services.exporting import note_export
from gernas.businesses.views.blueprint import bp, page
from gernas.businesses.words import CERTIFICATE_WORDS, KIND_WORDS, SECTOR_WORDS, choices
from gernas.core.database import transaction
from gernas.core.limits import limiter
from gernas.core.permissions import Permission, may_anywhere, requires
from gernas.core.provinces import get_province
from gernas.core.text import content_disposition
from gernas.core.web import signed_in_user

limit_exports = limiter.shared_limit(
    "10 per hour",
    "business-exports",
    key_func=lambda: str(signed_in_user().id),
    exempt_when=lambda: (
        request.endpoint == "businesses.export_contacts" and request.method == "GET"
    ),
)


@bp.get("/kelola/usaha")
@requires(Permission.SEE_BUSINESSES)
def index() -> ResponseReturnValue:
    listing, user = read_listing(request.args), signed_in_user()
    found = list_businesses(user, listing.wanted, listing.sorting, page=listing.page)
    ids = [row.id for row in found.rows]
    merges = may_anywhere(user, Permission.MERGE_BUSINESSES)
    return page(
        "list.html",
        listing=listing,
        found=found,
        open_ids=list_with(user, Permission.EDIT_BUSINESSES, ids),
        args=listing.to_args(),
        archived=listing.wanted.state == ARCHIVED,
        cases=count_cases(user) if merges else None,
        may=lambda permission: may_anywhere(user, Permission(permission)),
        **_options(),
    )


@bp.get("/kelola/usaha/usaha.xlsx")
@requires(Permission.SEE_BUSINESSES)
@limit_exports
def export_xlsx() -> ResponseReturnValue:
    return _export(personal=False, is_csv=False)


@bp.get("/kelola/usaha/usaha.csv")
@requires(Permission.SEE_BUSINESSES)
@limit_exports
def export_csv() -> ResponseReturnValue:
    return _export(personal=False, is_csv=True)


@bp.route("/kelola/usaha/kontak", methods=["GET", "POST"])
@requires(Permission.EDIT_BUSINESSES)
@fresh
@limit_exports
def export_contacts() -> ResponseReturnValue:
    """Say what goes into the file with personal data; sent, the file, which the log notes."""
    listing, form = read_listing(request.args), ButtonForm()
    if request.method == "POST" and form.validate():
        return _export(personal=True, is_csv=request.form.get("format") == "csv")
    found = list_businesses(
        signed_in_user(), listing.wanted, listing.sorting, permission=Permission.EDIT_BUSINESSES
    )
    return page(
        "contacts.html",
        form=form,
        total=found.total,
        args=listing.to_args(),
        filters=listing.describe(),
    )


def _export(*, personal: bool, is_csv: bool) -> ResponseReturnValue:
    """The list as filtered; with personal data only what the person may edit, and logged."""
    listing, user = read_listing(request.args), signed_in_user()
    permission = Permission.EDIT_BUSINESSES if personal else Permission.SEE_BUSINESSES
    found = list_businesses(user, listing.wanted, listing.sorting, size=None, permission=permission)
    if is_csv:
        content = build_csv(found.rows, found.certificates, personal=personal)
        kind, ending = "text/csv; charset=utf-8", "csv"
    else:
        content = build_xlsx(
            found.rows, found.certificates, personal=personal, filters=listing.describe()
        )
        kind, ending = XLSX, "xlsx"
    if personal:
        with transaction():
            note_export(rows=found.total, by=user)
    answer = Response(content, content_type=kind)
    name = _("businesses with contacts") if personal else _("businesses")
    answer.headers["Content-Disposition"] = content_disposition(f"{name}.{ending}")
    return answer


def _options() -> dict[str, Any]:
    """What the filters can be set to."""
    provinces = [get_province(code) for code in list_province_codes(signed_in_user())]
    return {
        "kinds": choices(KIND_WORDS),
        "sectors": choices(SECTOR_WORDS),
        "certificates": choices(CERTIFICATE_WORDS),
        "nibs": nib_choices(),
        "provinces": sorted(((p.slug, p.name()) for p in provinces), key=lambda pair: pair[1]),
    }
