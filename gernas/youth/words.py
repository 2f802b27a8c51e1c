"""How programmes, members and what they do are called on pages."""

from flask_babel import gettext as _

from gernas.youth.models import YouthProgramme


def programme_title(programme: YouthProgramme) -> str:
    """``Program pemuda Lampung``, in the reader's language."""
    return str(_("Youth programme of %(province)s", province=programme.stop.province.name()))
