"""Blueprints of the pages on which an exhibitor chooses a booth and reads what there is to know.

Each page stands twice: ``bp`` has it by the link from a mail, in both languages, ``mine_bp`` under
``/saya`` for who is signed in. ``Way`` says by which of the two someone came.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, abort, g, request, url_for

from gernas.accounts.present import signed_in_user
from gernas.booths.models import LABEL_LENGTH
from gernas.booths.taps import Tap, find_tap_by_token
from gernas.core.i18n import public_url
from gernas.core.limits import limiter
from gernas.core.text import clean_text
from gernas.registrations.errors import LinkOver
from gernas.registrations.models import Registration
from gernas.registrations.queries import find_by_token, find_own

bp = Blueprint("exhibitor", __name__)
mine_bp = Blueprint("my_booth", __name__)

Address = Callable[..., str]  # of a view of both blueprints, by its name
TAP = "gernas.booth_tap"
BOOTH = "stan"  # the field with the booth that is tapped


@dataclass(frozen=True)
class Way:
    """How someone came to the page of a booth: by its link, or signed in."""

    registration: Registration
    layout: str
    page: str  # the address of the registration
    address: Address
    is_owner: bool = False


def find_tap_once() -> Tap | None:
    """What the tap that this request sends by a link meets; None if it sends none, or for nothing.

    Asked for before all else, since most who tap when many do are too late.
    """
    values = request.view_args or {}
    if request.method != "POST" or "token" not in values or BOOTH not in request.form:
        return None
    if TAP not in request.environ:
        request.environ[TAP] = find_tap_by_token(values["token"], read_label())
    found: Tap | None = request.environ[TAP]
    return found


def read_label() -> str:
    """The booth that was tapped."""
    return clean_text(request.form.get(BOOTH, ""))[:LABEL_LENGTH]


def find_once(token: str) -> Registration | None:
    """The registration of a link, asked for once in a request."""
    if g.get("booth_token") != token:
        g.booth_token, g.booth_registration = token, find_by_token(token)
    found: Registration | None = g.booth_registration
    return found


limit_links = limiter.shared_limit(
    # Only misses count, so that neighbours behind one address cannot shut each other out.
    "60 per hour",
    "apply-links",
    exempt_when=lambda: _opens((request.view_args or {}).get("token", "")),
)


def _opens(token: str) -> bool:
    return find_tap_once() is not None or find_once(token) is not None


def address_by_link(token: str) -> Address:
    return lambda name, **values: public_url(f"{bp.name}.{name}", token=token, **values)


def address_of_owner(code: str) -> Address:
    return lambda name, **values: url_for(f"{mine_bp.name}.{name}", code=code, **values)


def way_by_link(token: str) -> Way:
    """The way by a link.

    Raises:
        LinkOver: it opens nothing, or no longer.
    """
    registration = find_once(token)
    if registration is None:
        raise LinkOver
    return Way(
        registration=registration,
        layout="registrations/apply/layout.html",
        page=public_url("apply.answer", token=token),
        address=address_by_link(token),
    )


def way_of_owner(code: str) -> Way:
    """The way of who is signed in; 404 for registrations of others."""
    registration = find_own(signed_in_user(), code) or abort(404)
    return Way(
        registration=registration,
        layout="layout/account.html",
        page=url_for("my_registrations.show", code=code),
        address=address_of_owner(code),
        is_owner=True,
    )
