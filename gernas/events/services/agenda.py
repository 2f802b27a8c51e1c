"""Add, edit, move and remove parts of an event's agenda."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from gernas.audit.models import AuditEntry, AuditValue
from gernas.core.clock import now, to_local
from gernas.core.database import db, lock
from gernas.core.errors import BadValues, NotThere
from gernas.core.permissions import Permission
from gernas.events.calendar import drop_agenda_item
from gernas.events.models import AgendaItem, Event
from gernas.events.services.changing import By, Values, check_may, check_open, finish, log_row
from gernas.events.values import AgendaValues

MOST_ITEMS = 200


def add_agenda_item(
    event: Event, values: AgendaValues, *, by: By, is_demo: bool = False
) -> AgendaItem:
    """Add a part at the end of the agenda; with a time it gets a calendar entry of its own.

    Raises:
        NotAllowed, EventArchived
        BadValues: a sentence for each field that cannot be kept.
    """
    values, event = values.checked(), lock(event)
    check_open(event, by=by, version=None)
    _check_day(event, values)
    last, count = db.session.execute(
        select(func.max(AgendaItem.position), func.count()).where(AgendaItem.event_id == event.id)
    ).one()
    if count >= MOST_ITEMS:
        raise BadValues({"title": _("An agenda has at most %(most)s parts.", most=MOST_ITEMS)})
    moment = now()
    item = AgendaItem(
        event=event,
        position=(last or 0) + 1,
        is_demo=is_demo,
        created_at=moment,
        updated_at=moment,
        **_columns(values),
    )
    db.session.add(item)
    db.session.flush()
    _log("agenda.added", event, item, {}, read_item(item), by=by)
    finish([event])
    return item


def edit_agenda_item(item: AgendaItem, values: AgendaValues, *, by: By) -> AgendaItem:
    """Change a part of the agenda; its event's version stays, since its form does not show it.

    Raises:
        NotAllowed, EventArchived
        BadValues: a sentence for each field that cannot be kept.
    """
    values, event = values.checked(), lock(item.event)
    item = _lock_item(item)
    check_open(event, by=by, version=None)
    _check_day(event, values)
    before = read_item(item)
    for name, value in _columns(values).items():
        setattr(item, name, value)
    db.session.flush()
    if read_item(item) == before:
        return item
    item.updated_at = now()
    _log("agenda.edited", event, item, before, read_item(item), by=by)
    finish([event])
    return item


def move_agenda_item(item: AgendaItem, *, up: bool, by: By) -> AgendaItem:
    """Swap a part with the one before it, or after it; at the end of the list nothing happens."""
    event = lock(item.event)
    check_open(event, by=by, version=None)
    items = list_items(event)
    index = next((n for n, one in enumerate(items) if one.id == item.id), None)
    if index is None:
        raise NotThere(_("This part of the agenda is no longer there."))
    other = index - 1 if up else index + 1
    if not 0 <= other < len(items):
        return items[index]
    items[index], items[other] = items[other], items[index]
    _number(items)
    finish([event])
    return item


def remove_agenda_item(item: AgendaItem, *, by: By) -> None:
    """Delete a part of the agenda with its calendar entry; the log keeps what it was."""
    event = lock(item.event)
    item = _lock_item(item)
    check_open(event, by=by, version=None)
    place = list_items(event).index(item) + 1
    _log("agenda.removed", event, item, {**read_item(item), "position": place}, {}, by=by)
    drop_agenda_item(item)
    db.session.delete(item)
    db.session.flush()
    db.session.expire(event, ["agenda"])
    finish([event])


def restore_agenda_item(event: Event, item_id: int, *, by: By) -> AgendaItem:
    """Take the removal of a part back: it is made again, as the log remembers it, where it was.

    Raises:
        NotAllowed, EventArchived
        NotThere: no such part was removed from this event.
        BadValues: it no longer fits the event, which was moved meanwhile.
    """
    check_may(by, Permission.EDIT_EVENTS, event)
    removed = find_removed_item(event, item_id)
    if removed is None:
        raise NotThere(_("This part of the agenda is no longer there."))
    values, position = removed
    item = add_agenda_item(event, values, by=by)
    items = [one for one in list_items(event) if one.id != item.id]
    items.insert(min(max(position - 1, 0), len(items)), item)
    _number(items)
    return item


def find_removed_item(event: Event, item_id: int) -> tuple[AgendaValues, int] | None:
    """A removed part of the event's agenda, as the log remembers it, and where it stood."""
    removal = (
        select(AuditEntry.id)
        .where(
            AuditEntry.action == "agenda.removed",
            AuditEntry.subject_id == item_id,
            AuditEntry.event_id == event.id,
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    rows = select(AuditValue.field, AuditValue.before).where(
        AuditValue.entry_id == removal.scalar_subquery()
    )
    texts = {name: text for name, text in db.session.execute(rows) if text is not None}
    if not texts:
        return None
    moments = {
        name: datetime.fromisoformat(texts[name])
        for name in ("starts_at", "ends_at")
        if name in texts
    }
    values = AgendaValues(
        title=texts["title"],
        title_en=texts.get("title_en"),
        description=texts.get("description"),
        stage=texts.get("stage"),
        speakers=tuple(texts.get("speakers", "").split("\n")),
        **moments,
    )
    return values, int(texts.get("position", "0"))


def list_items(event: Event) -> list[AgendaItem]:
    items = select(AgendaItem).where(AgendaItem.event_id == event.id)
    return list(db.session.scalars(items.order_by(AgendaItem.position, AgendaItem.id)))


def read_item(item: AgendaItem) -> Values:
    """What the log keeps of a part of an agenda."""
    return {**_columns(AgendaValues.of(item)), "speakers": "\n".join(item.speakers)}


def _number(items: list[AgendaItem]) -> None:
    for position, one in enumerate(items, 1):
        one.position = position
    db.session.flush()


def _columns(values: AgendaValues) -> Values:
    return {**vars(values), "speakers": list(values.speakers)}


def _lock_item(item: AgendaItem) -> AgendaItem:
    found = db.session.get(AgendaItem, item.id, populate_existing=True)
    if found is None:
        raise NotThere(_("This part of the agenda is no longer there."))
    return found


def _check_day(event: Event, values: AgendaValues) -> None:
    """Refuse a time on another day than the event's: it would be an entry nobody looks for."""
    if values.starts_at is None or event.starts_on is None:
        return
    day = to_local(values.starts_at, event.zone).date()
    if not event.starts_on <= day <= (event.last_day or event.starts_on):
        raise BadValues({"starts_at": _("This is not on a day of the event.")})


def _log(
    action: str, event: Event, item: AgendaItem, before: Values, after: Values, *, by: By
) -> None:
    log_row(action, item, before, after, event.scopes, by=by)
