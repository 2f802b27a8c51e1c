"""A member's own QR for the desk."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.youth.models import Member, YouthProgramme
from gernas.youth.parts import Part, register_member_part
from gernas.youth.qr import qr_image
from gernas.youth.views.ways import Way, member_page


@member_page("kode")
def code(way: Way) -> ResponseReturnValue:
    """The QR alone, large; once it is open it needs no network."""
    return render_template("youth/mine/code.html", way=way, picture=qr_image(way.member.code))


def make_code_part(_way: Way, member: Member, _programme: YouthProgramme) -> Part:
    """The QR that the desk scans."""
    values = {"picture": qr_image(member.code)}
    return Part("kode", _("My code for the desk"), "youth/mine/_code.html", values)


register_member_part(make_code_part, number=30)
