"""The blueprints of youth programmes, and what their office pages share."""

from typing import Any

from flask import Blueprint, abort, render_template
from flask.blueprints import BlueprintSetupState

from gernas.campaigns.models import Stop
from gernas.core.database import db
from gernas.core.permissions import Permission, may
from gernas.core.web import signed_in_user
from gernas.youth.codes import code_words
from gernas.youth.helping.task_words import task_word
from gernas.youth.members.words import youth_word
from gernas.youth.models import Enrolment, Member, Skill, YouthProgramme
from gernas.youth.nav import list_youth_tabs
from gernas.youth.queries import find_enrolment, find_programme
from gernas.youth.shifts.words import SKILL_WORDS
from gernas.youth.words import programme_title

bp = Blueprint("youth", __name__)  # the back office
public_bp = Blueprint("youth_public", __name__)  # for everyone and by link, in both languages
mine_bp = Blueprint("my_youth", __name__)  # /saya/pemuda


@bp.record_once
def offer(state: BlueprintSetupState) -> None:
    """Give templates the words for youth; as globals, since imported macros see only those."""
    state.app.jinja_env.filters["youth_skill"] = _skill_word
    state.app.jinja_env.globals.update(
        list_youth_tabs=list_youth_tabs,
        member_code_words=code_words,
        programme_title=programme_title,
        youth_word=youth_word,
        task_word=task_word,
    )


def _skill_word(code: str) -> str:
    return str(SKILL_WORDS.get(Skill(code), code)) if code in set(Skill) else code


def page(template: str, stop: Stop | None, **values: Any) -> str:
    """An office page of a stop's programme; it extends ``youth/office/_page.html``."""
    values = {"may_edit": stop is not None and may_edit(stop), **values}
    return render_template(f"youth/office/{template}", stop=stop, **values)


def may_edit(stop: Stop) -> bool:
    return may(signed_in_user(), Permission.EDIT_YOUTH, stop.scopes)


def get_programme(stop: Stop) -> YouthProgramme:
    """The programme of a stop; without one there is no such page."""
    return find_programme(stop) or abort(404)


def fetch_programme(programme: YouthProgramme) -> YouthProgramme:
    """The programme again, inside a transaction."""
    return db.session.get_one(YouthProgramme, programme.id)


def get_enrolment(programme: YouthProgramme, member: Member) -> Enrolment:
    """A member's part in the programme; a member of another one is the same 404 as none."""
    return find_enrolment(programme.id, member.id) or abort(404)
