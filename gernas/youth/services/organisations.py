"""Organisations that send members: added, edited, put away; their own sign-up link."""

from sqlalchemy import select

from gernas.audit.services import record
from gernas.businesses.values import name_key
from gernas.campaigns.models import Stop
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.permissions import Permission
from gernas.core.text import free_slug
from gernas.youth.codes import new_code
from gernas.youth.errors import OrganisationThere
from gernas.youth.members.values import OrganisationValues
from gernas.youth.models import YouthOrganisation
from gernas.youth.services.changing import By, Values, check_may


def add_organisation(
    stop: Stop, values: OrganisationValues, *, by: By, is_demo: bool = False
) -> YouthOrganisation:
    """Take an organisation in; one of the same name is there only once at a stop.

    Raises:
        NotAllowed, OrganisationThere, BadValues
    """
    values = values.checked()
    stop = lock(stop)
    check_may(by, Permission.EDIT_YOUTH, stop)
    key = name_key(values.name)
    _refuse_twin(stop.id, key, None)
    moment = now()
    organisation = YouthOrganisation(
        stop_id=stop.id,
        slug=free_slug(values.name, _is_taken),
        name_key=key,
        join_code=new_code(),
        is_demo=is_demo,
        created_at=moment,
        updated_at=moment,
    )
    _write(organisation, values)
    db.session.add(organisation)
    db.session.flush()
    scopes = organisation.scopes
    record("organisation.added", organisation, by=by, before={}, after=vars(values), scopes=scopes)
    return organisation


def edit_organisation(
    organisation: YouthOrganisation, values: OrganisationValues, *, by: By
) -> YouthOrganisation:
    """Change what is known of an organisation; its coordinators may do so too.

    Raises:
        NotAllowed, OrganisationThere, BadValues
    """
    values = values.checked()
    organisation = lock(organisation)
    check_may(by, Permission.ADD_YOUTH, organisation)
    before = vars(OrganisationValues.of(organisation))
    if before == vars(values):
        return organisation
    key = name_key(values.name)
    _refuse_twin(organisation.stop_id, key, organisation)
    _write(organisation, values)
    organisation.name_key = key
    return _finish("organisation.edited", organisation, before, vars(values), by=by)


def archive_organisation(organisation: YouthOrganisation, *, by: By) -> YouthOrganisation:
    """Put it away: its link ends, nobody chooses it any more, its members stay.

    Raises:
        NotAllowed
    """
    return _set_archived(organisation, True, by=by)


def restore_organisation(organisation: YouthOrganisation, *, by: By) -> YouthOrganisation:
    """Take it into use again.

    Raises:
        NotAllowed
    """
    return _set_archived(organisation, False, by=by)


def renew_join_link(organisation: YouthOrganisation, *, by: By) -> YouthOrganisation:
    """End the sign-up link and its QR, and make new ones.

    Raises:
        NotAllowed
    """
    organisation = lock(organisation)
    check_may(by, Permission.ADD_YOUTH, organisation)
    organisation.join_code = new_code()
    return _finish("organisation.link_renewed", organisation, {}, {}, by=by)


def _set_archived(organisation: YouthOrganisation, away: bool, *, by: By) -> YouthOrganisation:
    organisation = lock(organisation)
    check_may(by, Permission.EDIT_YOUTH, organisation)
    if (organisation.archived_at is not None) == away:
        return organisation
    before = {"archived_at": organisation.archived_at}
    organisation.archived_at = now() if away else None
    action = "organisation.archived" if away else "organisation.restored"
    after = {"archived_at": organisation.archived_at}
    return _finish(action, organisation, before, after, by=by)


def _finish(
    action: str, organisation: YouthOrganisation, before: Values, after: Values, *, by: By
) -> YouthOrganisation:
    organisation.version += 1
    organisation.updated_at = now()
    db.session.flush()
    record(action, organisation, by=by, before=before, after=after, scopes=organisation.scopes)
    return organisation


def _write(organisation: YouthOrganisation, values: OrganisationValues) -> None:
    for name, value in vars(values).items():
        setattr(organisation, name, value)


def _refuse_twin(stop_id: int, key: str, but: YouthOrganisation | None) -> None:
    twins = select(YouthOrganisation).where(
        YouthOrganisation.stop_id == stop_id, YouthOrganisation.name_key == key
    )
    if any(one is not but for one in db.session.scalars(twins)):
        raise OrganisationThere


def _is_taken(slug: str) -> bool:
    taken = select(YouthOrganisation.id).where(YouthOrganisation.slug == slug)
    return db.session.scalar(taken) is not None
