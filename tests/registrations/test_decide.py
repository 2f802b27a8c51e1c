"""Organizers decide: by the table, with places, reasons, messages that wait, and undoing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from gernas.accounts.models import User
from gernas.audit.models import AuditEntry
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, NotAllowed
from gernas.core.permissions import Role
from gernas.messages.models import MessageState
from gernas.registrations.errors import (
    NeedsReason,
    NoPlaceLeft,
    NothingRequested,
    NothingToUndo,
    NotNextInLine,
    NotPossible,
    RegistrationChanged,
)
from gernas.registrations.models import Call, Registration, RegistrationState
from gernas.registrations.queries import get_position, get_told_state, when_told
from gernas.registrations.services.answering import confirm_place, edit_answers
from gernas.registrations.services.deciding import (
    accept_registration,
    find_undoable,
    offer_next,
    reject_registration,
    request_changes,
    start_review,
    undo_decision,
    waitlist_registration,
    withdraw_for_applicant,
)
from tests.factories import make_stop, make_user
from tests.registrations.making import (
    again,
    first_come,
    held,
    mails,
    make_call,
    quota_used,
    send,
    states,
    templates,
    timeline,
    used,
)

S = RegistrationState
Service = Callable[..., Registration]


def do(service: Service, registration: Registration, **more: Any) -> Registration:
    """An organizer's decision, in a transaction of its own."""
    with transaction():
        return service(db.session.get_one(Registration, registration.id), **{"by": None, **more})


def test_a_review_ends_in_a_place_that_is_to_be_confirmed(english: Flask) -> None:
    call = make_call(confirm_days=3)
    registration = send(call)

    do(start_review, registration)
    do(accept_registration, registration, reason="Kuratornya senang.")

    kept = again(registration)
    assert (kept.state, kept.holds_place) == (S.ACCEPTED, True)
    assert kept.offer_until is not None
    assert timedelta(days=2) < kept.offer_until - now() < timedelta(days=4)
    assert used(call) == held(call) == 1
    assert timeline(kept)[1:] == [("start_review", "in_review"), ("accept", "accepted")]
    assert templates(kept) == ["registration_received", "registration_accepted"]


def test_a_decision_waits_ten_minutes_before_it_is_told(english: Flask, later: Any) -> None:
    registration = send(make_call())

    do(reject_registration, registration, reason="Produk belum rutin.")

    mail = mails(registration)[1]
    assert mail.template == "registration_rejected"
    assert mail.due_at >= again(registration).history[-1].at + timedelta(minutes=10)
    assert get_told_state(again(registration)) == S.SUBMITTED
    assert when_told(again(registration)) == again(registration).history[-1].at + timedelta(
        minutes=10
    )
    later(minutes=11)
    assert get_told_state(again(registration)) == S.REJECTED
    assert when_told(again(registration)) is None


def test_within_ten_minutes_a_decision_is_taken_back_as_if_it_had_not_been(
    english: Flask,
) -> None:
    call = make_call(quotas={"food": 1})
    registration = send(call)
    do(accept_registration, registration)

    do(undo_decision, registration)

    kept = again(registration)
    assert (kept.state, kept.holds_place, kept.offer_until) == (S.SUBMITTED, False, None)
    assert (kept.decided_at, kept.decided_by_id) == (None, None)
    assert (used(call), quota_used(call)) == (0, {"food": 0})
    assert mails(kept)[1].state == MessageState.CANCELLED
    assert [event.undone_at is not None for event in again(registration).history] == [False, True]


def test_after_ten_minutes_a_decision_stands(english: Flask, later: Any) -> None:
    registration = send(make_call())
    do(accept_registration, registration)
    later(minutes=10)

    with pytest.raises(NothingToUndo):
        do(undo_decision, registration)

    assert find_undoable(again(registration)) is None
    assert again(registration).state == S.ACCEPTED


def test_what_the_applicant_answered_is_not_undone(english: Flask) -> None:
    registration = send(make_call())
    do(accept_registration, registration)
    do(confirm_place, registration)

    with pytest.raises(NothingToUndo):
        do(undo_decision, registration)


def test_a_decision_is_taken_back_once(english: Flask) -> None:
    registration = send(make_call())
    do(accept_registration, registration)
    do(undo_decision, registration)

    with pytest.raises(NothingToUndo):
        do(undo_decision, registration)


def test_an_undone_decision_can_be_made_again_with_a_message_of_its_own(english: Flask) -> None:
    registration = send(make_call())
    do(accept_registration, registration)
    do(undo_decision, registration)

    do(reject_registration, registration, reason="Belum cukup.")

    assert [(mail.template, mail.state) for mail in mails(registration)[1:]] == [
        ("registration_accepted", MessageState.CANCELLED),
        ("registration_rejected", MessageState.WAITING),
    ]


def test_undoing_a_place_on_the_waiting_list_gives_the_number_back(english: Flask) -> None:
    call = make_call()
    first, second = send(call), send(call)
    do(waitlist_registration, first)
    do(waitlist_registration, second)

    do(undo_decision, first)

    assert again(first).state == S.SUBMITTED
    assert get_position(again(second)) == 1


def test_undoing_a_rejection_takes_the_place_back_that_it_gave(english: Flask) -> None:
    call = make_call(places=1)
    registration, other = send(call), send(call)
    do(accept_registration, registration)
    do(waitlist_registration, other)
    do(edit_answers, registration, typed={"sector": "craft"})
    do(reject_registration, registration, reason="Salah sektor.")
    assert (used(call), again(other).state) == (0, S.WAITLISTED)

    do(undo_decision, registration)

    assert (again(registration).state, again(registration).holds_place) == (S.IN_REVIEW, True)
    assert used(call) == held(call) == 1


def test_a_full_call_accepts_nobody_more(english: Flask) -> None:
    call = make_call(places=1)
    first, second = send(call), send(call)
    do(accept_registration, first)

    with pytest.raises(NoPlaceLeft, match=r"^All places of this call are taken\.$"):
        do(accept_registration, second)

    assert states(call) == ["accepted", "submitted"]


def test_a_full_quota_is_named(english: Flask) -> None:
    call = make_call(quotas={"food": 1})
    first, second = send(call), send(call)
    do(accept_registration, first)

    with pytest.raises(NoPlaceLeft, match=r"^The quota Sector: Food is full\.$"):
        do(accept_registration, second)

    assert used(call) == held(call) == 1


def test_corrections_name_questions_of_the_form_and_say_what_is_wrong(english: Flask) -> None:
    registration = send(make_call())

    with pytest.raises(NeedsReason):
        do(request_changes, registration, fields=["nib"], reason="  ")
    with pytest.raises(NothingRequested):
        do(request_changes, registration, fields=["nothing"], reason="Kirim NIB.")
    do(request_changes, registration, fields=["photos", "nib"], reason="Kirim NIB Anda.")

    kept = again(registration)
    assert (kept.state, kept.requested_fields) == (S.CHANGES_REQUESTED, ["nib", "photos"])
    assert mails(kept)[1].placeholders["fields"] == "- NIB\n- Photos"
    assert mails(kept)[1].placeholders["reason"] == "Kirim NIB Anda."


def test_turning_down_needs_a_reason_of_a_length_that_is_read(english: Flask) -> None:
    registration = send(make_call())

    with pytest.raises(NeedsReason):
        do(reject_registration, registration, reason="")
    with pytest.raises(BadValues, match="at most 1000"):
        do(reject_registration, registration, reason="x" * 1_001)


def test_what_has_ended_is_not_decided_on(english: Flask) -> None:
    registration = send(make_call())
    do(withdraw_for_applicant, registration, reason="Ganda.")

    for decide in (start_review, accept_registration, waitlist_registration):
        with pytest.raises(NotPossible, match="This application is: Withdrawn"):
            do(decide, registration)


def test_a_decision_on_what_changed_meanwhile_is_refused(english: Flask) -> None:
    registration = send(make_call())
    seen = again(registration).version
    do(start_review, registration)

    with pytest.raises(RegistrationChanged):
        do(accept_registration, registration, version=seen)


def test_who_has_no_such_role_in_the_stop_decides_nothing(english: Flask) -> None:
    stop = make_stop()
    registration = send(make_call(stop))
    people = [
        make_user(Role.VIEWER, stop.scope),
        make_user(Role.FACILITATOR, stop.scope),
        make_user(Role.ORGANIZER, make_stop().scope),
    ]
    organizer = make_user(Role.ORGANIZER, stop.scope)

    for person in people:
        with pytest.raises(NotAllowed):
            do(accept_registration, registration, by=db.session.get_one(User, person.id))
    do(accept_registration, registration, by=db.session.get_one(User, organizer.id))

    assert again(registration).decided_by_id == organizer.id


def test_each_decision_is_in_the_log(english: Flask) -> None:
    registration = send(make_call())
    organizer = make_user(Role.ADMINISTRATOR)
    by = db.session.get_one(User, organizer.id)

    do(accept_registration, registration, by=by)
    do(undo_decision, registration, by=by)

    db.session.rollback()
    logged = select(AuditEntry).where(AuditEntry.subject_kind == "registration")
    entries = db.session.scalars(logged.order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.actor_id, entry.subject_label) for entry in entries] == [
        ("registration.accept", organizer.id, registration.code),
        ("registration.undone", organizer.id, registration.code),
    ]


def test_the_waiting_list_moves_in_order_whoever_decides(english: Flask) -> None:
    call = make_call(places=2)
    first, second = send(call), send(call)
    do(waitlist_registration, first)
    do(waitlist_registration, second)

    with pytest.raises(NotNextInLine) as refused:
        do(accept_registration, second)
    with transaction():
        offered = offer_next(db.session.get_one(Call, call.id), by=None)

    assert refused.value.code == f"{first.code[:4]}-{first.code[4:]}"
    assert offered is not None
    assert (offered.id, offered.state) == (first.id, S.ACCEPTED)
    assert templates(first)[-1] == "registration_offer"
    assert get_position(again(second)) == 1


def test_who_waits_for_a_full_quota_lets_the_next_one_pass(english: Flask) -> None:
    call = make_call(places=5, quotas={"food": 1})
    holder = send(call, sector="food")
    do(accept_registration, holder)
    waiting = [send(call, sector=sector) for sector in ("food", "craft")]
    for one in waiting:
        do(waitlist_registration, one)

    with transaction():
        offered = offer_next(db.session.get_one(Call, call.id), by=None)
        nobody = offer_next(db.session.get_one(Call, call.id), by=None)

    assert offered is not None
    assert (offered.id, nobody) == (waiting[1].id, None)


def test_an_organizer_ends_an_application_and_its_place_is_passed_on(english: Flask) -> None:
    call = first_come(places=1)
    first, second = send(call), send(call)

    do(withdraw_for_applicant, first, reason="Atas permintaan lewat telepon.")

    assert states(call) == ["withdrawn", "accepted"]
    assert templates(first)[-1] == "registration_ended"
    assert templates(second)[-1] == "registration_offer"
    assert used(call) == held(call) == 1
