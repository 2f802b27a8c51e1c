"""What registrations wish for and need of their booths."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import delete, select

from gernas.audit.services import record
from gernas.booths.allocation_queries import find_terms, get_exhibitor, list_booths_of
from gernas.booths.errors import BadWishes, CallWithoutBooths, OthersChoose
from gernas.booths.models import (
    Booth,
    BoothCall,
    BoothGroup,
    BoothMode,
    BoothNeed,
    BoothWish,
    Sponsor,
)
from gernas.booths.rights import Hindrance, list_hindrances
from gernas.booths.services.turns import check_place, check_window, hold_registration
from gernas.booths.terms import NeedValues
from gernas.booths.words import hindrance_words
from gernas.core.database import db
from gernas.core.errors import BadValues
from gernas.core.permissions import Permission
from gernas.events.services.changing import By, check_may
from gernas.registrations.codes import code_words
from gernas.registrations.models import Registration

MOST_WISHES = 3


def set_wishes(registration: Registration, labels: Sequence[str]) -> list[Booth]:
    """Keep up to three booths that an applicant wishes for, the dearest first; "" is none.

    Whoever calls this has fetched the registration for its applicant.

    Raises:
        CallWithoutBooths, NoPlaceForBooth
        NotChoosing: wishes are not asked for, or not now.
        BadWishes: a sentence for each wish that cannot be kept.
    """
    registration = hold_registration(registration)
    terms = _get_terms(registration)
    if terms.mode != BoothMode.WISHES:
        raise OthersChoose
    check_window(terms)
    check_place(registration)
    return _put_wishes(registration, terms, labels)


def set_wishes_for(registration: Registration, labels: Sequence[str], *, by: By) -> list[Booth]:
    """Keep the wishes that an exhibitor told an organizer, whatever the call's way and window.

    Raises:
        NotAllowed, CallWithoutBooths, BadWishes
    """
    registration = hold_registration(registration)
    terms = _get_terms(registration)
    check_may(by, Permission.ALLOCATE_BOOTHS, terms.plan)
    return _put_wishes(registration, terms, labels)


def set_needs(registration: Registration, values: NeedValues, *, by: By) -> BoothNeed:
    """Say what a registration needs of its booth; by organizers.

    Raises:
        NotAllowed, CallWithoutBooths
        BadValues: a sentence for each field that cannot be kept.
    """
    registration = hold_registration(registration)
    terms = _get_terms(registration)
    check_may(by, Permission.ALLOCATE_BOOTHS, terms.plan)
    values = values.checked()
    _check_of_plan(values, terms.plan_id)
    need = db.session.get(BoothNeed, registration.id)
    before = vars(NeedValues.of(need))
    if need is None:
        need = BoothNeed(registration_id=registration.id)
        db.session.add(need)
    for name, value in vars(values).items():
        setattr(need, name, value)
    db.session.flush()
    record(
        "booth.needs_set",
        registration,
        by=by,
        before=_name_rows(before),
        after=_name_rows(vars(values)),
        scopes=terms.plan.scopes,
        personal=frozenset({"note", "product"}),
        label=code_words(registration.code),
    )
    return need


def _get_terms(registration: Registration) -> BoothCall:
    terms = find_terms(registration.call_id)
    if terms is None:
        raise CallWithoutBooths
    return terms


def _put_wishes(registration: Registration, terms: BoothCall, labels: Sequence[str]) -> list[Booth]:
    booths = _read_wishes(registration, terms, labels)
    db.session.execute(delete(BoothWish).where(BoothWish.registration_id == registration.id))
    db.session.add_all(
        BoothWish(registration_id=registration.id, rank=rank, booth_id=booth.id)
        for rank, booth in enumerate(booths, 1)
    )
    db.session.flush()
    return booths


def _read_wishes(
    registration: Registration, terms: BoothCall, labels: Sequence[str]
) -> list[Booth]:
    by_label = {booth.label.casefold(): booth for booth in list_booths_of(terms.plan_id)}
    exhibitor = get_exhibitor(registration, terms)
    problems: dict[str, str] = {}
    wished: list[Booth] = []
    for number, label in enumerate(labels[:MOST_WISHES], 1):
        if not label.strip():
            continue
        booth = by_label.get(label.strip().casefold())
        if booth is None:
            problems[f"wish_{number}"] = _("There is no booth with this number on the plan.")
        elif booth in wished:
            problems[f"wish_{number}"] = _("You named booth %(booth)s twice.", booth=booth.label)
        elif found := [one for one in list_hindrances(booth, exhibitor) if one != Hindrance.LOCKED]:
            problems[f"wish_{number}"] = " ".join(hindrance_words(one, booth) for one in found)
        else:
            wished.append(booth)
    if problems:
        raise BadWishes(problems)
    return wished


def _check_of_plan(values: NeedValues, plan_id: int) -> None:
    rows = (
        ("sponsor_id", Sponsor, values.sponsor_id),
        ("group_id", BoothGroup, values.group_id),
    )
    for name, table, number in rows:
        if number is None:
            continue
        found = db.session.scalar(select(table.plan_id).where(table.id == number))
        if found != plan_id:
            raise BadValues({name: _("Choose one of these.")})


def _name_rows(values: dict[str, object]) -> dict[str, object]:
    """The values with sponsor and group by their names, as the log keeps them."""
    named = dict(values)
    sponsor, group = named.pop("sponsor_id"), named.pop("group_id")
    named["sponsor"] = db.session.get_one(Sponsor, sponsor).name if sponsor else None
    named["group"] = db.session.get_one(BoothGroup, group).name if group else None
    return named
