"""What help adds to the records of businesses: what moves with a merge, what is taken along."""

from collections.abc import Collection

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select, update

from gernas.businesses.models import Business
from gernas.businesses.registries import (
    OwnPart,
    register_eraser,
    register_merge,
    register_own_part,
    register_personal_data,
    register_use,
)
from gernas.core.database import db
from gernas.youth.helping.queries import (
    count_reported,
    list_of_business,
    list_programmes_for,
    list_tasks_of,
)
from gernas.youth.models import Assistance, AssistanceTask, ContentPiece


def register_with_businesses() -> None:
    register_merge("assistance", move=move_assistances, move_back=move_assistances_back)
    register_merge("content_piece", move=move_contents, move_back=move_contents_back)
    register_use(list_in_use)
    register_personal_data("assistances", tell_assistances)
    register_eraser(forget_business)
    register_own_part(make_own_part)


def move_assistances(gone: Business, kept: Business) -> list[int]:
    """Let help for one record be help for another; help under way in both stays where it is."""
    busy = select(Assistance.programme_id).where(
        Assistance.business_id == kept.id, Assistance.ended_at.is_(None)
    )
    mine = select(Assistance.id).where(
        Assistance.business_id == gone.id,
        Assistance.ended_at.is_not(None) | Assistance.programme_id.not_in(busy),
    )
    ids = list(db.session.scalars(mine))
    move_assistances_back(ids, kept)
    return ids


def move_assistances_back(ids: Collection[int], business: Business) -> None:
    rows = update(Assistance).where(Assistance.id.in_(ids))
    db.session.execute(rows.values(business_id=business.id))


def move_contents(gone: Business, kept: Business) -> list[int]:
    mine = select(ContentPiece.id).where(ContentPiece.business_id == gone.id)
    ids = list(db.session.scalars(mine))
    move_contents_back(ids, kept)
    return ids


def move_contents_back(ids: Collection[int], business: Business) -> None:
    rows = update(ContentPiece).where(ContentPiece.id.in_(ids))
    db.session.execute(rows.values(business_id=business.id))


def list_in_use(ids: Collection[int]) -> Collection[int]:
    """Those of the businesses that were helped or written about."""
    found: set[int] = set()
    for column in (Assistance.business_id, ContentPiece.business_id):
        rows = select(column).where(column.in_(ids)).distinct()
        found |= {number for number in db.session.scalars(rows) if number is not None}
    return found


def tell_assistances(business: Business) -> list[dict[str, object]]:
    """What is kept of help for a business, for itself to take along; members without names."""
    return [
        {
            "programme": one.programme.slug,
            "state": str(one.state),
            "wish": one.wish,
            "wanted": list(one.wanted),
            "languages": one.languages,
            "asked_at": one.created_at.isoformat(),
            "results": [
                {
                    "kind": str(task.kind),
                    "done_on": task.done_on.isoformat(),
                    "count": task.count,
                    "state": str(task.state),
                    "link": task.evidence_url,
                }
                for task in list_tasks_of(one)
            ],
        }
        for one in list_of_business(business)
    ]


def forget_business(business: Business) -> None:
    """Erase an owner's own words; what members did stays counted."""
    mine = select(Assistance.id).where(Assistance.business_id == business.id)
    db.session.execute(
        update(Assistance)
        .where(Assistance.business_id == business.id)
        .values(wish=None, languages=None, end_reason=None)
    )
    db.session.execute(
        update(AssistanceTask)
        .where(AssistanceTask.assistance_id.in_(mine))
        .values(answer_note=None)
    )


def make_own_part(business: Business) -> OwnPart | None:
    """What the owner reads on the business's own page: what waits, or how to ask for help."""
    assistances = list_of_business(business)
    if not assistances and not list_programmes_for(business):
        return None
    waiting = sum(one.waiting for one in count_reported([each.id for each in assistances]).values())
    if waiting:
        text = ngettext(
            "%(num)s result waits for your word.", "%(num)s results wait for your word.", waiting
        )
        link = _("Look and confirm")
    elif any(one.ended_at is None for one in assistances):
        text, link = _("You asked for help, or have it."), _("How it stands")
    else:
        text = _("Young people open shops, take photos and set up QRIS with you, free of charge.")
        link = _("Ask for help")
    return OwnPart(
        title=_("Help by young people"),
        text=text,
        link=link,
        endpoint="my_youth.helped_business",
        is_asked=bool(waiting),
    )
