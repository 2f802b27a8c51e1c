"""A member's own page: what is asked, shifts, hours, businesses, certificates, data."""

from flask import render_template
from flask.typing import ResponseReturnValue

from gernas.youth.parts import list_member_parts
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
