"""Sending an application: once, in time, complete, with a place or a number."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from gernas.accounts.models import User
from gernas.audit.models import AuditEntry
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.errors import NotAllowed
from gernas.core.permissions import Role
from gernas.registrations.errors import (
    AnswersMissing,
    CallClosed,
    CallNotOpenYet,
    CallNotPublic,
    FormChanged,
    NeedsBehalfConsent,
    TermsNotAgreed,
)
from gernas.registrations.models import Call, QuotaDimension, Registration, RegistrationState
from gernas.registrations.queries import explain_waiting, get_position
from gernas.registrations.questions import Question, QuestionType
from gernas.registrations.services.calls import close_call, set_quotas
from gernas.registrations.services.drafts import save_draft, start_draft, take_present_form
from gernas.registrations.services.forms import add_question
from gernas.registrations.services.places import claim_place
from gernas.registrations.services.sending import Submission
from gernas.registrations.services.submitting import (
    prepare_submission,
    send_submission,
    submit_at_once,
)
from gernas.registrations.values import QuotaValues
from tests.factories import make_stop, make_user
from tests.registrations.making import (
    again,
    answers,
    draft,
    first_come,
    held,
    mails,
    make_call,
    quota_used,
    send,
    states,
    submit,
    templates,
    timeline,
    used,
)

S = RegistrationState


def count_registrations() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Registration)) or 0


def test_an_application_to_a_review_waits_for_a_decision(english: Flask) -> None:
    call = make_call()

    registration = send(call, business_name="Kopi Way Kanan", nib="9120 0012 3456 7")

    kept = again(registration)
    assert (kept.state, kept.holds_place, kept.label) == (S.SUBMITTED, False, "Kopi Way Kanan")
    assert (kept.nib, kept.sector, kept.province) == ("9120001234567", "food", "ID-LA")
    assert kept.submitted_at is not None
    assert timeline(kept) == [("submit", "submitted")]
    assert templates(kept) == ["registration_received"]
    assert used(call) == 0


def test_the_first_to_come_take_the_places_and_the_others_wait_in_order(english: Flask) -> None:
    call = first_come(places=2)

    sent = [send(call) for _ in range(4)]

    assert states(call) == ["accepted", "accepted", "waitlisted", "waitlisted"]
    assert [get_position(again(one)) for one in sent] == [0, 0, 1, 2]
    assert used(call) == held(call) == 2
    assert [templates(one)[0] for one in sent[1:3]] == ["registration_place", "registration_queue"]
    assert mails(sent[3])[0].placeholders["position"] == "2"


def test_a_full_quota_lets_wait_whoever_counts_for_it_and_nobody_else(english: Flask) -> None:
    call = first_come(places=5, quotas={"food": 1, "craft": 2})

    sent = [send(call, sector=sector) for sector in ("food", "food", "craft", "fashion")]

    assert states(call) == ["accepted", "waitlisted", "accepted", "accepted"]
    assert quota_used(call) == {"food": 1, "craft": 1}
    why = explain_waiting(again(sent[1]))
    assert (why.position, why.waiting, why.is_full) == (1, 1, False)
    assert [quota.value for quota in why.full_quotas] == ["food"]


def test_a_full_call_gives_nothing_to_its_quotas(english: Flask) -> None:
    call = first_come(places=1, quotas={"food": 5})

    send(call), send(call)

    assert states(call) == ["accepted", "waitlisted"]
    assert quota_used(call) == {"food": 1}


def test_sent_again_it_is_the_same_and_nothing_happens_twice(english: Flask) -> None:
    call = first_come(places=5)
    registration = draft(call)

    first = submit(registration, idempotency_key="pressed")
    second = submit(registration, idempotency_key="pressed")

    assert first.id == second.id
    assert used(call) == 1
    assert timeline(registration) == [("submit", "accepted")]
    assert len(mails(registration)) == 1


def test_the_same_key_makes_one_registration_without_a_draft(english: Flask) -> None:
    call = make_call()
    typed = answers()

    def press() -> int:
        with transaction():
            fresh = db.session.get_one(Call, call.id)
            return submit_at_once(fresh, typed, idempotency_key="import-7", language="id").id

    assert press() == press()
    assert count_registrations() == 1


def test_a_deadline_is_told_in_the_zone_of_the_call(english: Flask) -> None:
    call = first_come(stop=make_stop(province_code="ID-PA"), confirm_days=2)

    registration = send(call)

    until = again(registration).offer_until
    assert until is not None
    assert (until - now()) <= timedelta(days=3)
    assert until.hour == 14  # 23.59 in Jayapura is 14.59 in UTC
    assert "23:59" in mails(registration)[0].placeholders["until"]
    assert "WIT" in mails(registration)[0].placeholders["until"]


def test_without_days_to_confirm_a_place_does_not_lapse(english: Flask) -> None:
    registration = send(first_come(confirm_days=0))

    assert again(registration).offer_until is None


def test_what_was_typed_stays_when_the_call_is_closed(english: Flask) -> None:
    call = make_call()
    registration = draft(call, business_name="Tapis Indah")
    with transaction():
        close_call(db.session.get_one(Call, call.id), by=None)

    with pytest.raises(CallClosed, match="What you typed is kept"):
        submit(registration)

    kept = again(registration)
    assert (kept.state, kept.answers["business_name"]) == (S.DRAFT, "Tapis Indah")


def test_after_its_time_a_call_takes_nothing_although_nobody_closed_it(
    english: Flask, later: Any
) -> None:
    registration = draft(make_call())
    later(days=5)

    with pytest.raises(CallClosed):
        submit(registration)


def test_before_its_time_a_call_takes_no_drafts(english: Flask) -> None:
    call = make_call(opens_at=now() + timedelta(hours=2), closes_at=now() + timedelta(days=2))

    with pytest.raises(CallNotOpenYet, match="This call opens on"):
        draft(call)


def test_a_call_that_is_not_published_takes_nothing(english: Flask) -> None:
    with pytest.raises(CallNotPublic):
        draft(make_call(published=False))


def test_missing_and_bad_answers_are_told_by_question(english: Flask) -> None:
    registration = draft(make_call(), business_name=None, nib="12345", cooks="yes")

    with pytest.raises(AnswersMissing) as refused:
        submit(registration)

    assert refused.value.problems == {
        "business_name": "This answer is still empty.",
        "nib": "A NIB has 13 digits. You wrote only 5.",
        "device": "This answer is still empty.",
    }
    assert again(registration).answers["nib"] == "12345"


def test_a_changed_form_is_shown_first_and_keeps_the_answers(english: Flask) -> None:
    call = make_call()
    registration = draft(call, business_name="Tapis Indah")
    with transaction():
        question = Question(key="", type=QuestionType.TEXT, label="Butuh listrik?", required=True)
        add_question(db.session.get_one(Call, call.id), question, by=None)

    with pytest.raises(FormChanged) as refused:
        submit(registration)
    with transaction():
        new = take_present_form(db.session.get_one(Registration, registration.id))
        save_draft(db.session.get_one(Registration, registration.id), {"butuh_listrik": "450 W"})

    assert refused.value.added == new == ["Butuh listrik?"]
    assert submit(registration).answers["butuh_listrik"] == "450 W"
    assert again(registration).label == "Tapis Indah"


def test_the_terms_as_they_are_now_must_be_agreed_to(english: Flask) -> None:
    registration = draft(make_call(terms="Tanpa LPG."))

    with pytest.raises(TermsNotAgreed):
        submit(registration)
    with pytest.raises(TermsNotAgreed):
        submit(registration, agreed_terms=7)

    assert submit(registration, agreed_terms=1).terms_version == 1


def test_businesses_that_are_not_invited_are_told_why(english: Flask) -> None:
    registration = draft(make_call(audience_provinces=("ID-AC",)), province="ID-LA")

    with pytest.raises(AnswersMissing) as refused:
        submit(registration)

    assert refused.value.problems == {"province": "This call is for other provinces."}


def test_a_second_application_with_one_nib_takes_no_place_but_is_looked_at(
    english: Flask,
) -> None:
    call = first_come(places=5)
    send(call, nib="9120001234567")

    second = send(call, nib="9120001234567")

    assert states(call) == ["accepted", "submitted"]
    assert (used(call), templates(second)) == (1, ["registration_received"])


def test_a_facilitator_notes_how_the_owner_agreed(english: Flask) -> None:
    stop = make_stop()
    call = make_call(stop)
    facilitator = make_user(Role.FACILITATOR, stop.scope)
    with transaction():
        registration, _token = start_draft(
            db.session.get_one(Call, call.id),
            language="id",
            facilitator=db.session.get_one(User, facilitator.id),
        )
        save_draft(registration, answers())

    with pytest.raises(NeedsBehalfConsent):
        submit(registration)
    sent = submit(registration, behalf_means="paper", behalf_note="Map 3")

    assert (sent.on_behalf_by_id, sent.behalf_means, sent.behalf_note) == (
        facilitator.id,
        "paper",
        "Map 3",
    )


def test_a_facilitator_applies_in_the_own_stop_only(english: Flask) -> None:
    call = make_call()
    stranger = make_user(Role.FACILITATOR, make_stop().scope)

    with pytest.raises(NotAllowed), transaction():
        start_draft(
            db.session.get_one(Call, call.id),
            language="id",
            facilitator=db.session.get_one(User, stranger.id),
        )


# --- Looked at before the writers' turn -----------------------------------------------------


def prepare(registration: Registration, **more: Any) -> Submission:
    return prepare_submission(again(registration), **more)


def send_prepared(submission: Submission) -> None:
    with transaction():
        send_submission(submission)


def test_what_was_found_good_is_sent_as_it_was(english: Flask) -> None:
    call = first_come(places=1, quotas={"food": 1})
    first, second = draft(call, nib="9120001234567"), draft(call)

    for registration in (first, second):
        send_prepared(prepare(registration, idempotency_key=f"key-{registration.id}"))

    assert states(call) == ["accepted", "waitlisted"]
    assert (used(call), held(call), quota_used(call)) == (1, 1, {"food": 1})
    assert [templates(one) for one in (first, second)] == [
        ["registration_place"],
        ["registration_queue"],
    ]
    kept = again(first)
    assert (kept.nib, kept.sector, kept.province) == ("9120001234567", "food", "ID-LA")
    assert (kept.idempotency_key, kept.offer_until is not None) == (f"key-{first.id}", True)
    assert timeline(first) == [("submit", "accepted")]


def test_sent_twice_it_is_sent_once(english: Flask) -> None:
    call = first_come(places=5)
    submission = prepare(draft(call))

    send_prepared(submission)
    send_prepared(submission)

    assert (states(call), used(call)) == (["accepted"], 1)


def test_an_answer_that_changed_meanwhile_is_sent_as_it_is_now(english: Flask) -> None:
    registration = draft(make_call(), business_name="Nama Lama")
    submission = prepare(registration)
    with transaction():
        row = db.session.get_one(Registration, registration.id)
        save_draft(row, {"business_name": "Nama Baru"})

    send_prepared(submission)

    assert (again(registration).state, again(registration).label) == (S.SUBMITTED, "Nama Baru")


def test_a_call_that_closed_meanwhile_takes_nothing(english: Flask, later: Any) -> None:
    by_hand, by_time = make_call(), make_call()
    prepared = [prepare(draft(call)) for call in (by_hand, by_time)]
    with transaction():
        close_call(db.session.get_one(Call, by_hand.id), by=None)

    with pytest.raises(CallClosed):
        send_prepared(prepared[0])
    later(days=6)
    with pytest.raises(CallClosed):
        send_prepared(prepared[1])


def test_a_quota_that_was_set_meanwhile_counts(english: Flask) -> None:
    call = first_come(places=5)
    prepared = [prepare(draft(call)) for _ in range(2)]
    limit = QuotaValues(dimension=QuotaDimension.SECTOR, value="food", size=1)
    with transaction():
        set_quotas(db.session.get_one(Call, call.id), [limit], by=None)

    for submission in prepared:
        send_prepared(submission)

    assert (states(call), quota_used(call)) == (["accepted", "waitlisted"], {"food": 1})


def test_quotas_are_looked_for_once_the_call_is_not_as_it_was_seen(english: Flask) -> None:
    """Also when they are set between the look and the place, where only the call is held."""
    call = first_come(places=5, quotas={"food": 0})
    wished = {QuotaDimension.SECTOR: "food"}

    with transaction():
        version = db.session.get_one(Call, call.id).version
        since_changed = claim_place(call.id, wished, without_quotas_in=version - 1)
        as_seen = claim_place(call.id, wished, without_quotas_in=version)

    assert (since_changed.is_good, as_seen.is_good) == (False, True)


def test_who_waits_is_served_before_who_comes(english: Flask, later: Any) -> None:
    call = first_come(places=1, confirm_days=1)
    send(call), send(call)
    later(days=2)

    send_prepared(prepare(draft(call)))

    assert states(call) == ["expired", "accepted", "waitlisted"]


def test_what_a_facilitator_enters_is_in_the_log(english: Flask) -> None:
    stop = make_stop()
    call = make_call(stop)
    facilitator = make_user(Role.FACILITATOR, stop.scope)
    with transaction():
        registration, _token = start_draft(
            db.session.get_one(Call, call.id),
            language="id",
            facilitator=db.session.get_one(User, facilitator.id),
        )
        save_draft(registration, answers())
    by = db.session.get_one(User, facilitator.id)

    send_prepared(prepare(registration, by=by, behalf_means="spoken"))

    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "registration.entered")
    ).one()
    assert (entry.actor_id, entry.subject_label) == (facilitator.id, registration.code)
