"""How a member comes to their own pages: by the link from a mail, or signed in.

``member_page`` puts a view at both addresses: ``/pemuda/saya/<token>/…`` in both languages and
``/saya/pemuda/…``. The view takes a ``Way`` first, then what else stands in the address.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from gernas.accounts.present import signed_in_user
from gernas.core.i18n import public_url
from gernas.core.limits import limiter
from gernas.core.permissions import public, signed_in
from gernas.youth.errors import LinkOver
from gernas.youth.models import Member, YouthProgramme
from gernas.youth.queries import find_member_by_token, find_own_member, list_live_enrolments
from gernas.youth.views.blueprint import mine_bp, public_bp

CHOICE = "program"  # in the address: which programme, for members of several
LAYOUT = "youth/layout.html"


@dataclass(frozen=True)
class Way:
    """The member, the programme the page is about, and the addresses of the same side.

    ``programme`` is None for who has left all.
    """

    member: Member
    programmes: list[YouthProgramme]  # live ones, the newest first
    programme: YouthProgramme | None
    layout: str
    build: Callable[..., str]
    is_owner: bool = False  # signed in

    def address(self, name: str, **values: Any) -> str:
        """The address of a page of the member's own by the name of its view, ``show`` the first."""
        if self.programme is not None and len(self.programmes) > 1:
            values.setdefault(CHOICE, self.programme.slug)
        return self.build(name, **values)

    @property
    def page(self) -> str:
        """The address of the member's page."""
        return self.address("show")


View = Callable[..., ResponseReturnValue]


def member_page(path: str = "", *, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Put a view at both addresses, under its name: ``@member_page("jaga/<id:shift_id>")``."""
    tail = f"/{path}" if path else ""

    def register(view: View) -> View:
        name = view.__name__

        @public_bp.route(f"/pemuda/saya/<token>{tail}", methods=methods, endpoint=f"my_{name}")
        @public
        @limit_links
        @wraps(view)
        def by_link(token: str, **values: Any) -> ResponseReturnValue:
            return view(way_by_link(token), **values)

        @mine_bp.route(f"/saya/pemuda{tail}", methods=methods, endpoint=name)
        @signed_in
        @wraps(view)
        def by_account(**values: Any) -> ResponseReturnValue:
            return view(way_of_owner(), **values)

        return view

    return register


def find_once(token: str) -> Member | None:
    """The member of a link, asked for once in a request."""
    if g.get("youth_token") != token:
        g.youth_token, g.youth_member = token, find_member_by_token(token)
    found: Member | None = g.youth_member
    return found


limit_links = limiter.shared_limit(
    # Only misses count, so that neighbours behind one address cannot shut each other out.
    "60 per hour",
    "youth-links",
    exempt_when=lambda: find_once((request.view_args or {}).get("token", "")) is not None,
)


def way_by_link(token: str) -> Way:
    """The way by a link.

    Raises:
        LinkOver: it opens nothing, or no longer.
    """
    member = find_once(token)
    if member is None:
        raise LinkOver

    def build(name: str, **values: Any) -> str:
        return public_url(f"{public_bp.name}.my_{name}", token=token, **values)

    return _make(member, LAYOUT, build)


def way_of_owner() -> Way:
    """The way of who is signed in; 404 for who is no member, who is told so on the first page."""
    member = find_own_member(signed_in_user())
    if member is None and request.path == url_for(f"{mine_bp.name}.show"):
        abort(redirect(url_for(f"{mine_bp.name}.nobody"), 303))
    if member is None:
        abort(404)

    def build(name: str, **values: Any) -> str:
        return url_for(f"{mine_bp.name}.{name}", **values)

    return _make(member, "layout/account.html", build, is_owner=True)


def _make(member: Member, layout: str, build: Callable[..., str], *, is_owner: bool = False) -> Way:
    programmes = [enrolment.programme for enrolment in list_live_enrolments(member)]
    wanted = request.args.get(CHOICE, "")
    chosen = next((p for p in programmes if p.slug == wanted), None)
    programme = chosen or (programmes[0] if programmes else None)
    return Way(member, programmes, programme, layout, build, is_owner)
