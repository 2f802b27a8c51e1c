"""Begin, edit, publish and withdraw the youth programme of a stop."""

from flask_babel import gettext as _
from sqlalchemy import select

from gernas.campaigns.models import Stop
from gernas.core.addresses import keep_former_slug
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.errors import BadValues
from gernas.core.permissions import Permission
from gernas.core.text import free_slug
from gernas.youth.codes import new_code
from gernas.youth.errors import (
    AlreadyPublished,
    NotPublished,
    NotReady,
    ProgrammeThere,
    StopPutAway,
)
from gernas.youth.members.values import TAKEN_PATHS, ProgrammeValues
from gernas.youth.models import YouthProgramme
from gernas.youth.queries import find_programme
from gernas.youth.services.changing import (
    By,
    check_may,
    finish_programme,
    hold_programme,
    log_of_programme,
    shows,
)
from gernas.youth.services.roles import add_ready_roles

TERMS = ("terms", "terms_en")


def add_programme(
    stop: Stop, values: ProgrammeValues | None = None, *, by: By, is_demo: bool = False
) -> YouthProgramme:
    """Begin the programme of a stop, as a draft with the usual roles.

    Raises:
        NotAllowed, StopPutAway, ProgrammeThere
        BadValues: a sentence for each field that cannot be kept.
    """
    stop = lock(stop)
    check_may(by, Permission.EDIT_YOUTH, stop)
    if stop.archived_at is not None:
        raise StopPutAway
    if find_programme(stop) is not None:
        raise ProgrammeThere
    values = (values or ProgrammeValues(slug=suggest_slug(stop))).checked()
    _refuse_taken(values.slug, None)
    moment = now()
    programme = YouthProgramme(
        stop_id=stop.id, desk_code=new_code(), is_demo=is_demo, created_at=moment, updated_at=moment
    )
    for name, value in vars(values).items():
        setattr(programme, name, value)
    db.session.add(programme)
    db.session.flush()
    log_of_programme("programme.added", programme, programme, {}, vars(values), by=by)
    add_ready_roles(programme, by=by)
    shows(programme)
    return programme


def edit_programme(
    programme: YouthProgramme, values: ProgrammeValues, *, version: int | None, by: By
) -> YouthProgramme:
    """Change what holds for the programme; other terms get a new version, asked of newcomers.

    Raises:
        NotAllowed, ProgrammeChanged
        BadValues: a sentence for each field that cannot be kept.
    """
    values = values.checked()
    programme = hold_programme(programme, by=by, version=version)
    before = vars(ProgrammeValues.of(programme))
    if before == vars(values):
        return programme
    if values.slug != programme.slug:
        _refuse_taken(values.slug, programme)
        keep_former_slug("youth_programme", programme.slug, programme.id)
    if any(before[name] != getattr(values, name) for name in TERMS):
        programme.terms_version += 1
    for name, value in vars(values).items():
        setattr(programme, name, value)
    return finish_programme("programme.edited", programme, before, vars(values), by=by)


def publish_programme(programme: YouthProgramme, *, by: By) -> YouthProgramme:
    """Show it to everyone and let people sign up.

    Raises:
        NotAllowed, AlreadyPublished
        NotReady: it lacks something; the error says what.
    """
    programme = hold_programme(programme, by=by)
    if programme.published_at is not None:
        raise AlreadyPublished
    if missing := find_missing(programme):
        raise NotReady(missing)
    programme.published_at = now()
    after = {"published_at": programme.published_at}
    return finish_programme("programme.published", programme, {"published_at": None}, after, by=by)


def withdraw_programme(programme: YouthProgramme, *, by: By) -> YouthProgramme:
    """Take it off the public pages; members keep their pages and shifts.

    Raises:
        NotAllowed, NotPublished
    """
    programme = hold_programme(programme, by=by)
    if programme.published_at is None:
        raise NotPublished
    before = {"published_at": programme.published_at}
    programme.published_at = None
    after = {"published_at": None}
    return finish_programme("programme.withdrawn", programme, before, after, by=by)


def find_missing(programme: YouthProgramme) -> list[str]:
    """What a programme lacks before it can be published, in sentences; [] if nothing."""
    missing = []
    if not programme.about:
        missing.append(str(_("Say what young people do in this programme.")))
    if not programme.contact_name or not programme.contact_phone:
        missing.append(str(_("Name the coordinator, with a phone number.")))
    if not any(role.archived_at is None for role in programme.roles):
        missing.append(str(_("Add at least one role.")))
    return missing


def suggest_slug(stop: Stop) -> str:
    """A free address for a stop's programme: ``lampung``, else ``lampung-2``."""
    return free_slug(stop.slug, lambda slug: slug in TAKEN_PATHS or _find(slug) is not None)


def _find(slug: str) -> YouthProgramme | None:
    return db.session.scalar(select(YouthProgramme).where(YouthProgramme.slug == slug))


def _refuse_taken(slug: str, programme: YouthProgramme | None) -> None:
    other = _find(slug)
    if other is not None and other is not programme:
        raise BadValues({"slug": str(_("Another programme has this address already."))})
