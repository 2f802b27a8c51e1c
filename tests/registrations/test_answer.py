"""What applicants do after they have sent: confirm, decline, withdraw, correct, change."""

from typing import Any

import pytest
from flask import Flask

from gernas.core.database import db, transaction
from gernas.registrations.errors import AnswersMissing, NoPlaceLeft, NotPossible, OfferOver
from gernas.registrations.jobs import release_by_the_clock
from gernas.registrations.models import Registration, RegistrationState
from gernas.registrations.services.answering import (
    confirm_place,
    decline_place,
    edit_answers,
    resubmit,
    withdraw_registration,
)
from gernas.registrations.services.deciding import (
    accept_registration,
    request_changes,
    waitlist_registration,
)
from tests.registrations.making import (
    again,
    first_come,
    held,
    make_call,
    quota_used,
    send,
    states,
    templates,
    timeline,
    used,
)
from tests.registrations.test_decide import do

S = RegistrationState


def test_a_confirmed_place_stays(english: Flask, later: Any) -> None:
    registration = send(first_come(bring="KTP dan meja lipat."))

    do(confirm_place, registration)
    do(confirm_place, registration)  # The button pressed once more.
    later(days=30)
    release_by_the_clock()

    kept = again(registration)
    assert (kept.state, kept.offer_until, kept.holds_place) == (S.CONFIRMED, None, True)
    assert timeline(kept) == [("submit", "accepted"), ("confirm", "confirmed")]
    assert templates(kept) == ["registration_place", "registration_confirmed"]


def test_a_declined_place_is_offered_to_the_next_in_line(english: Flask) -> None:
    call = first_come(places=1)
    first, second, third = send(call), send(call), send(call)

    do(decline_place, first)

    assert states(call) == ["declined", "accepted", "waitlisted"]
    assert again(second).offer_until is not None
    assert templates(second) == ["registration_queue", "registration_offer"]
    assert templates(third) == ["registration_queue"]
    assert used(call) == held(call) == 1


def test_an_offer_is_over_when_its_time_is_also_without_a_worker(
    english: Flask, later: Any
) -> None:
    call = first_come(places=1, confirm_days=1)
    registration = send(call)
    later(days=2)

    assert again(registration).state_now == S.EXPIRED
    for move in (confirm_place, decline_place, withdraw_registration):
        with pytest.raises(OfferOver):
            do(move, registration)


def test_who_comes_after_an_offer_lapsed_gets_its_place_if_nobody_waits(
    english: Flask, later: Any
) -> None:
    call = first_come(places=1, confirm_days=1)
    first = send(call)
    later(days=2)

    send(call)

    assert states(call) == ["expired", "accepted"]
    assert templates(first)[-1] == "registration_expired"
    assert used(call) == held(call) == 1


def test_the_worker_passes_lapsed_offers_on_to_who_waits(english: Flask, later: Any) -> None:
    call = first_come(places=2, confirm_days=1)
    sent = [send(call) for _ in range(5)]
    do(confirm_place, sent[0])
    later(days=2)

    release_by_the_clock()

    assert states(call) == ["confirmed", "expired", "accepted", "waitlisted", "waitlisted"]
    later(days=2)
    release_by_the_clock()
    assert states(call) == ["confirmed", "expired", "expired", "accepted", "waitlisted"]
    assert used(call) == held(call) == 2


def test_in_a_review_a_place_is_passed_on_but_free_ones_are_not_given(english: Flask) -> None:
    call = make_call(places=10)
    holder, waiting, other = send(call), send(call), send(call)
    do(accept_registration, holder)
    do(waitlist_registration, waiting)
    do(waitlist_registration, other)
    release_by_the_clock()
    assert states(call) == ["accepted", "waitlisted", "waitlisted"]

    do(decline_place, holder)

    assert states(call) == ["declined", "accepted", "waitlisted"]


def test_a_withdrawn_application_leaves_the_waiting_list(english: Flask) -> None:
    call = first_come(places=1)
    send(call)
    waiting = send(call)

    do(withdraw_registration, waiting)
    do(withdraw_registration, waiting)

    assert (again(waiting).state, again(waiting).waiting_number) == (S.WITHDRAWN, None)
    assert used(call) == 1


def test_only_what_was_asked_for_can_be_corrected(english: Flask) -> None:
    registration = send(make_call(), business_name="Tapis Indah")
    do(request_changes, registration, fields=["nib"], reason="Kirim NIB Anda.")

    do(resubmit, registration, typed={"nib": "9120001234567", "business_name": "Lain"})

    kept = again(registration)
    assert (kept.state, kept.label, kept.nib) == (S.IN_REVIEW, "Tapis Indah", "9120001234567")
    assert kept.requested_fields == []
    assert timeline(kept)[-1] == ("resubmit", "in_review")


def test_a_correction_that_shows_another_question_asks_it_too(english: Flask) -> None:
    registration = send(make_call(), cooks="no")
    do(request_changes, registration, fields=["cooks"], reason="Benar tidak memasak?")

    with pytest.raises(AnswersMissing) as refused:
        do(resubmit, registration, typed={"cooks": "yes"})
    do(resubmit, registration, typed={"cooks": "yes", "device": "Kompor listrik"})

    assert set(refused.value.problems) == {"device"}
    assert again(registration).answers["device"] == "Kompor listrik"


def test_nothing_is_corrected_unasked(english: Flask) -> None:
    registration = send(make_call())

    with pytest.raises(NotPossible):
        do(resubmit, registration, typed={"nib": "9120001234567"})


def test_an_accepted_answer_that_changes_goes_back_to_review_and_keeps_the_place(
    english: Flask,
) -> None:
    call = make_call(places=1)
    registration = send(call)
    do(accept_registration, registration)
    do(confirm_place, registration)

    do(edit_answers, registration, typed={"business_name": "Nama Baru"})

    kept = again(registration)
    assert (kept.state, kept.holds_place, kept.label) == (S.IN_REVIEW, True, "Nama Baru")
    assert used(call) == held(call) == 1
    do(accept_registration, registration)
    assert (again(registration).state, used(call)) == (S.ACCEPTED, 1)


def test_the_same_answers_again_change_nothing(english: Flask) -> None:
    registration = send(first_come())
    before = again(registration).version

    do(edit_answers, registration, typed={"sector": "food"})

    assert (again(registration).state, again(registration).version) == (S.ACCEPTED, before)


def test_another_sector_counts_for_the_other_quota(english: Flask) -> None:
    call = first_come(places=5, quotas={"food": 2, "craft": 1})
    registration = send(call, sector="food")

    do(edit_answers, registration, typed={"sector": "craft"})

    assert quota_used(call) == {"food": 0, "craft": 1}
    assert again(registration).sector == "craft"


def test_a_change_into_a_full_quota_is_refused_and_changes_nothing(english: Flask) -> None:
    call = first_come(places=5, quotas={"food": 2, "craft": 1})
    send(call, sector="craft")
    registration = send(call, sector="food")

    with pytest.raises(NoPlaceLeft, match="Sector: Craft"):
        do(edit_answers, registration, typed={"sector": "craft"})

    assert quota_used(call) == {"food": 1, "craft": 1}
    assert (again(registration).sector, again(registration).state) == ("food", S.ACCEPTED)


def test_who_waits_changes_answers_and_keeps_the_number(english: Flask) -> None:
    call = first_come(places=1)
    send(call)
    waiting = send(call)
    number = again(waiting).waiting_number

    do(edit_answers, waiting, typed={"business_name": "Nama Baru"})

    assert (again(waiting).state, again(waiting).waiting_number) == (S.WAITLISTED, number)


def test_a_quota_that_has_room_again_is_filled_from_the_waiting_list(english: Flask) -> None:
    call = first_come(places=9, quotas={"food": 1})
    first, second, third = (send(call, sector=sector) for sector in ("food", "food", "craft"))
    assert states(call) == ["accepted", "waitlisted", "accepted"]

    do(withdraw_registration, third)
    assert again(second).state == S.WAITLISTED
    do(withdraw_registration, first)

    assert states(call) == ["withdrawn", "accepted", "withdrawn"]
    assert quota_used(call) == {"food": 1}


def test_what_ended_cannot_be_changed(english: Flask) -> None:
    registration = send(make_call())
    do(withdraw_registration, registration)

    with pytest.raises(NotPossible), transaction():
        edit_answers(
            db.session.get_one(Registration, registration.id), {"sector": "craft"}, by=None
        )
