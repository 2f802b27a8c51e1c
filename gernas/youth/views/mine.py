"""A member's own page: what is asked, shifts, hours, businesses, certificates, data."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from gernas.accounts.present import signed_in_user
from gernas.core.permissions import signed_in
from gernas.core.web import see_other
from gernas.youth.parts import list_member_parts
from gernas.youth.queries import find_own_member
from gernas.youth.views.blueprint import mine_bp
from gernas.youth.views.ways import Way, member_page


@member_page()
def show(way: Way) -> ResponseReturnValue:
    parts = list_member_parts(way, way.member, way.programme) if way.programme else []
    return render_template(
        "youth/mine/show.html",
        way=way,
        member=way.member,
        programme=way.programme,
        parts=parts,
    )


@mine_bp.get("/saya/pemuda/belum")
@signed_in
def nobody() -> ResponseReturnValue:
    """Said to who is signed in and no member: how one becomes one, or finds one's page."""
    if find_own_member(signed_in_user()) is not None:
        return see_other(url_for(".show"))
    return render_template("youth/mine/nobody.html")
