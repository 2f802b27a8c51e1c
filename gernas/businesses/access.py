"""Who may see and change which businesses.

A business lies in no campaign. Whoever holds the permission on a campaign or on all of Gernas
holds it on every business; others on those that registered in their stops and events, and on
those that they added themselves. The people of a business may change it without any role.
"""

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, false, or_, select, true

from gernas.businesses.models import Business, BusinessPerson
from gernas.businesses.registries import list_visible
from gernas.core.database import db
from gernas.core.errors import NotAllowed
from gernas.core.permissions import Holder, Permission, may_anywhere, scopes_with

By = Holder | None  # None: the program itself (demo, import)


def holds_on_all(holder: Holder, permission: Permission) -> bool:
    """Whether the person holds the permission on every business."""
    return any(scope.kind in ("all", "campaign") for scope in scopes_with(holder, permission))


def visible_to(holder: Holder, permission: Permission) -> ColumnElement[bool]:
    """The condition for businesses on which the person holds the permission."""
    if holds_on_all(holder, permission):
        return true()
    if not may_anywhere(holder, permission):
        return false()
    ways = [Business.id.in_(select_ids(holder, permission)) for select_ids in list_visible()]
    return or_(Business.created_by_id == holder.id, *ways)


def may_do(holder: Holder, permission: Permission, business: Business) -> bool:
    """Whether a role of the person carries the permission on this business."""
    if holds_on_all(holder, permission):
        return True
    statement = select(Business.id).where(Business.id == business.id)
    return db.session.scalar(statement.where(visible_to(holder, permission))) is not None


def is_one_of_its_people(holder: Holder, business: Business) -> bool:
    """Whether the person manages the business under the own account."""
    statement = select(BusinessPerson.id).where(
        BusinessPerson.business_id == business.id, BusinessPerson.user_id == holder.id
    )
    return db.session.scalar(statement.limit(1)) is not None


def check_may(by: By, permission: Permission, business: Business) -> None:
    """Check a permission of an organizer again, as every service does.

    Raises:
        NotAllowed
    """
    if by is not None and not may_do(by, permission, business):
        raise NotAllowed(_("Your role does not allow this."))


def check_may_change(by: By, business: Business) -> None:
    """Check that someone is one of the business's people, or may edit it by a role.

    Raises:
        NotAllowed
    """
    if by is not None and not is_one_of_its_people(by, business):
        check_may(by, Permission.EDIT_BUSINESSES, business)
