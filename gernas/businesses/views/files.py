"""Parts of businesses in the back office, and certificates that an organizer has looked at."""

from flask import abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.businesses.queries import find_certificate
from gernas.businesses.services import verify_certificate
from gernas.businesses.views.blueprint import bp, get_business
from gernas.businesses.views.parts import Door, add_pages
from gernas.core.database import transaction
from gernas.core.permissions import Permission, requires
from gernas.core.web import say, see_other, signed_in_user

add_pages(
    Door(
        bp=bp,
        prefix="/kelola/usaha",
        mark=requires(Permission.EDIT_BUSINESSES),
        get=lambda business_id: get_business(business_id, Permission.EDIT_BUSINESSES),
        layout="layout/office.html",
        is_office=True,
    )
)


@bp.post("/kelola/usaha/<id:business_id>/sertifikat/<id:certificate_id>/sah")
@requires(Permission.EDIT_BUSINESSES)
def approve_certificate(business_id: int, certificate_id: int) -> ResponseReturnValue:
    _set(business_id, certificate_id, verified=True)
    undo = url_for(
        ".disapprove_certificate", business_id=business_id, certificate_id=certificate_id
    )
    say(_("You have looked at the certificate."), undo=undo)
    return see_other(url_for(".show", business_id=business_id, _anchor="sertifikat"))


@bp.post("/kelola/usaha/<id:business_id>/sertifikat/<id:certificate_id>/sah/batal")
@requires(Permission.EDIT_BUSINESSES)
def disapprove_certificate(business_id: int, certificate_id: int) -> ResponseReturnValue:
    _set(business_id, certificate_id, verified=False)
    say(_("The certificate waits to be looked at."))
    return see_other(url_for(".show", business_id=business_id, _anchor="sertifikat"))


def _set(business_id: int, certificate_id: int, *, verified: bool) -> None:
    with transaction():
        business = get_business(business_id, Permission.EDIT_BUSINESSES)
        row = find_certificate(business, certificate_id) or abort(404)
        verify_certificate(row, verified=verified, by=signed_in_user())
