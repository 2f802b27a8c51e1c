"""What the worker does: businesses taken in, reminders, places passed on, things forgotten."""

import os
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from gernas.accounts.models import User
from gernas.businesses.models import Business, BusinessPerson, CaseState, Consent, MergeCase
from gernas.businesses.services import add_business
from gernas.businesses.services.parts import edit_product
from gernas.core.clock import now, to_local
from gernas.core.database import db, transaction
from gernas.core.jobs import sweep
from gernas.core.permissions import Role
from gernas.messages.models import MessageState
from gernas.registrations import jobs
from gernas.registrations.files import get_folder, new_name, write_file
from gernas.registrations.jobs import (
    remind_accepted,
    remind_drafts,
    take_in_all,
    tidy,
)
from gernas.registrations.models import (
    Call,
    Registration,
    RegistrationEvent,
    RegistrationState,
    Upload,
)
from gernas.registrations.questions import Question, QuestionType
from gernas.registrations.services.answering import decline_place, edit_answers
from gernas.registrations.services.deciding import (
    accept_registration,
    reject_registration,
    waitlist_registration,
)
from gernas.registrations.services.drafts import save_draft, start_draft
from gernas.registrations.services.notes import add_note
from gernas.registrations.services.uploads import begin_upload
from tests.factories import make_stop, make_user
from tests.registrations.making import (
    SHORT_FORM,
    again,
    answers,
    draft,
    first_come,
    mails,
    make_call,
    send,
    states,
    submit,
    templates,
)
from tests.registrations.test_decide import do
from tests.registrations.test_uploads import add, photo

S = RegistrationState
CONSENTS = (
    *SHORT_FORM,
    Question(key="shown", type=QuestionType.CONSENT, label="Katalog", purpose="catalogue"),
    Question(
        key="agree",
        type=QuestionType.CONSENT,
        label="Setuju",
        purpose="application",
        required=True,
    ),
)


def business_of(registration: Registration) -> Business:
    kept = again(registration)
    assert kept.business_id is not None
    return db.session.get_one(Business, kept.business_id, populate_existing=True)


def consents(business: Business) -> list[tuple[str, str, str, bool]]:
    rows = select(Consent).where(
        Consent.business_id == business.id, Consent.source_kind == "registration"
    )
    return [
        (one.purpose, one.wording_version, str(one.means), one.is_in_force)
        for one in db.session.scalars(rows.order_by(Consent.id))
    ]


# --- Taking businesses in -------------------------------------------------------------------


def test_a_sent_application_becomes_a_business_with_its_owner(english: Flask) -> None:
    registration = send(make_call(), business_name="Tapis Indah", nib="9120001234567")
    draft(make_call())

    assert take_in_all() == 1
    assert take_in_all() == 0

    business = business_of(registration)
    assert (business.name, business.nib, business.nib_verified_at) == (
        "Tapis Indah",
        "9120001234567",
        None,
    )
    assert (business.sector, business.province_code) == ("food", "ID-LA")
    assert again(registration).taken_in_at is not None


def test_consents_are_kept_word_for_word_and_shown_businesses_asked_for_it(
    english: Flask,
) -> None:
    call = make_call(questions=CONSENTS, terms="Tanpa LPG.")
    registration = draft(call, agree="yes", shown="yes")
    submit(registration, agreed_terms=1)
    other = draft(call, agree="yes")
    submit(other, agreed_terms=1)

    take_in_all()

    number = again(registration).form_version.number
    assert consents(business_of(registration)) == [
        ("catalogue", f"call-{call.id}-{number}-shown", "web", True),
        ("application", f"call-{call.id}-{number}-agree", "web", True),
        ("terms", f"call-{call.id}-terms-1", "web", True),
    ]
    assert business_of(registration).shown_in_catalogue
    assert not business_of(other).shown_in_catalogue


def test_a_consent_that_is_taken_back_with_an_edit_is_withdrawn(english: Flask) -> None:
    registration = draft(make_call(questions=CONSENTS), agree="yes", shown="yes")
    submit(registration)
    take_in_all()

    do(edit_answers, registration, typed={"shown": "", "business_name": "Nama Baru"})
    take_in_all()

    business = business_of(registration)
    assert [(purpose, valid) for purpose, _v, _m, valid in consents(business)] == [
        ("catalogue", False),
        ("application", True),
    ]
    assert business.name == "Nama Baru"


def test_who_applies_for_a_business_of_their_own_changes_its_record(english: Flask) -> None:
    user = make_user()
    with transaction():
        owner = db.session.get_one(User, user.id)
        values = {"name": "Kopi Abah", "kind": "umkm", "sector": "food"}
        business = add_business(values, by=owner, owner=owner)
    call = make_call()
    with transaction():
        registration, _token = start_draft(
            db.session.get_one(Call, call.id),
            language="id",
            user=db.session.get_one(User, user.id),
            business=db.session.get_one(Business, business.id),
        )
        save_draft(registration, {"sector": "agro"})
    submit(registration)

    take_in_all()

    assert business_of(registration).id == business.id
    assert business_of(registration).sector == "agro"
    assert db.session.scalar(select(func.count()).select_from(Business)) == 1


def test_the_same_business_twice_is_two_records_and_a_case_for_people(english: Flask) -> None:
    first = send(make_call(), business_name="Tapis Indah", nib="9120001234567")
    second = send(make_call(), business_name="Tapis Indah", nib="9120001234567")

    take_in_all()

    ids = sorted((business_of(first).id, business_of(second).id))
    case = db.session.scalars(select(MergeCase)).one()
    assert ([case.first_id, case.second_id], case.state) == (ids, CaseState.OPEN)
    assert "nib" in case.reasons


def test_one_that_fails_does_not_hold_up_the_others(
    english: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = make_call()
    bad, good = send(call), send(call)
    real = jobs.take_in  # type: ignore[attr-defined]

    def failing(registration: Registration) -> Business:
        if registration.id == bad.id:
            raise RuntimeError
        return real(registration)

    monkeypatch.setattr(jobs, "take_in", failing)
    assert take_in_all() == 1

    assert (again(bad).business_id, again(good).business_id is not None) == (None, True)
    monkeypatch.undo()
    assert take_in_all() == 1


def test_the_owner_without_an_account_is_named_and_not_invited(english: Flask) -> None:
    owner = Question(key="owner", type=QuestionType.BUSINESS, field="owner_name", label="Pemilik")
    registration = send(
        make_call(questions=(*SHORT_FORM, owner)), owner="Siti Aminah", email="siti@contoh.id"
    )

    take_in_all()

    people = db.session.scalars(select(BusinessPerson)).all()
    assert [(one.name, one.email, one.user_id, one.role) for one in people] == [
        ("Siti Aminah", "siti@contoh.id", None, "owner")
    ]
    assert templates(registration) == ["registration_received"]


PRODUCT = (
    *SHORT_FORM[:-1],
    Question(key="product", type=QuestionType.TEXT, label="Produk apa?", is_product=True),
    Question(key="price", type=QuestionType.RUPIAH, label="Berapa?", is_product=True),
    Question(key="photos", type=QuestionType.PHOTO, label="Foto", most=3, is_product=True),
)


def test_the_product_of_an_application_is_kept_in_the_record_with_its_first_photo(
    english: Flask,
) -> None:
    registration = draft(make_call(questions=PRODUCT), product="Kopi Robusta", price="25.000")
    add(registration, photo((300, 200)))
    add(registration, photo((100, 100)))
    submit(registration)

    take_in_all()

    (product,) = business_of(registration).products
    assert (product.name, product.price_rupiah) == ("Kopi Robusta", 25_000)
    assert (product.photo_width, product.photo_height) == (300, 200)


def test_a_product_that_the_record_has_is_the_business_s_own(english: Flask) -> None:
    registration = draft(make_call(questions=PRODUCT), product="Kopi Robusta", price="25.000")
    submit(registration)
    take_in_all()
    (product,) = business_of(registration).products
    with transaction():
        edit_product(product, {"name": "Kopi robusta", "price_rupiah": 30_000}, by=None)

    do(edit_answers, registration, typed={"product": "Kopi Robusta", "price": "20.000"})
    assert take_in_all() == 1

    (product,) = business_of(registration).products
    assert (product.name, product.price_rupiah) == ("Kopi robusta", 30_000)
    do(edit_answers, registration, typed={"product": "Gula Aren"})
    take_in_all()
    names = [one.name for one in business_of(registration).products]
    assert names == ["Kopi robusta", "Gula Aren"]


def test_an_application_without_its_product_or_photo_is_taken_in_all_the_same(
    english: Flask,
) -> None:
    silent = send(make_call(questions=PRODUCT))
    bare = send(make_call(questions=PRODUCT), product="Kopi Robusta")

    assert take_in_all() == 2

    assert business_of(silent).products == []
    (product,) = business_of(bare).products
    assert (product.price_rupiah, product.photo) == (None, None)


# --- Reminding ------------------------------------------------------------------------------


def test_drafts_hear_once_that_their_call_closes_within_a_day(english: Flask, later: Any) -> None:
    call = make_call(closes_at=now() + timedelta(days=3))
    begun, silent, sent = draft(call), draft(call, email=None), send(call)
    assert remind_drafts() == 0

    later(days=2, hours=6)
    assert remind_drafts() == 1
    assert remind_drafts() == 0

    assert templates(begun) == ["registration_closing"]
    assert templates(silent) == []
    assert templates(sent) == ["registration_received"]
    hour = to_local(mails(begun)[0].due_at, call.zone).hour
    assert 7 <= hour < 21


def test_a_call_that_is_open_for_a_day_reminds_nobody(english: Flask) -> None:
    call = make_call(closes_at=now() + timedelta(hours=20))
    begun = draft(call)

    assert remind_drafts() == 0
    assert templates(begun) == []


def test_a_place_that_lapses_within_a_day_is_reminded_of_once(english: Flask, later: Any) -> None:
    registration = send(first_come(confirm_days=3))
    assert remind_accepted() == 0
    assert registration.offer_until is not None
    # A place is kept until the end of a day: how far that is depends on the hour.
    left = registration.offer_until - now()
    later(seconds=int(left.total_seconds()) - 4 * 60 * 60)

    assert remind_accepted() == 1
    assert remind_accepted() == 0

    assert templates(registration) == ["registration_place", "registration_confirm_soon"]


# --- Passing on -----------------------------------------------------------------------------


def test_a_place_given_back_by_a_decision_is_passed_on_once_it_stands(
    english: Flask, later: Any
) -> None:
    call = make_call(places=1)
    holder, waiting = send(call), send(call)
    do(accept_registration, holder)
    do(waitlist_registration, waiting)
    do(edit_answers, holder, typed={"business_name": "Nama Baru"})
    do(reject_registration, holder, reason="Ganda.")
    sweep()
    assert states(call) == ["rejected", "waitlisted"]

    later(minutes=11)
    sweep()

    assert states(call) == ["rejected", "accepted"]


def test_offers_at_night_are_told_in_the_morning(english: Flask, later: Any) -> None:
    zone = "Asia/Jayapura"
    call = first_come(stop=make_stop(province_code="ID-PA"), places=1)
    first, second = send(call), send(call)
    later(hours=(23 - to_local(now(), zone).hour) % 24)

    do(decline_place, first)

    offer = mails(second)[1]
    assert (offer.template, offer.state) == ("registration_offer", MessageState.WAITING)
    assert (to_local(offer.due_at, zone).hour, to_local(offer.due_at, zone).minute) == (7, 0)
    assert mails(first)[1].due_at <= now()  # The answer to what one does comes at once.


# --- Forgetting -----------------------------------------------------------------------------


def test_drafts_go_a_month_after_their_call_and_empty_ones_after_a_week(
    english: Flask, later: Any
) -> None:
    call = make_call()
    begun, sent = draft(call), send(call)
    with transaction():
        empty, _token = start_draft(db.session.get_one(Call, call.id), language="id")

    later(days=8)
    tidy()
    assert {begun.id, sent.id} == set(list_ids())
    later(days=40)
    tidy()

    assert list_ids() == [sent.id]
    assert empty.id not in list_ids()


def list_ids() -> list[int]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Registration.id)))


def test_uploads_that_never_arrived_and_stray_files_go(english: Flask, later: Any) -> None:
    registration = draft(make_call())
    with transaction():
        begin_upload(
            db.session.get_one(Registration, registration.id), "photos", label="a.jpg", size=10
        )
    stray, young = new_name("pdf"), new_name("pdf")
    for name in (stray, young):
        write_file(name, b"%PDF-1.4")
    old = (now() - timedelta(days=2)).timestamp()
    os.utime(get_folder() / stray, (old, old))

    later(days=4)
    os.utime(get_folder() / young, (now().timestamp(), now().timestamp()))
    tidy()

    assert db.session.scalars(select(Upload)).all() == []
    assert not (get_folder() / stray).exists()
    assert (get_folder() / young).exists()


def test_after_its_time_nobody_knows_any_more_who_applied(english: Flask, later: Any) -> None:
    """UU 27/2022: what is counted stays, whom it was about does not."""
    call = make_call(keep_months=1)
    registration = send(call, business_name="Tapis Indah", email="siti@contoh.id")
    take_in_all()
    organizer = make_user(Role.ADMINISTRATOR)
    with transaction():
        row = db.session.get_one(Registration, registration.id)
        add_note(row, "Bu Siti baik sekali.", by=db.session.get_one(User, organizer.id))
    do(reject_registration, registration, reason="Ibu Siti belum punya NIB.")

    later(days=60)
    tidy()

    kept = again(registration)
    assert (kept.state, kept.sector, kept.province) == (S.REJECTED, "food", "ID-LA")
    assert (kept.label, kept.email, kept.phone, kept.nib, kept.answers) == (
        "",
        None,
        None,
        None,
        {},
    )
    assert (kept.notes, kept.decision_reason, kept.search) == ([], None, "")
    events = select(RegistrationEvent.reason).where(
        RegistrationEvent.registration_id == registration.id
    )
    assert set(db.session.scalars(events)) == {None}
    assert take_in_all() == 0


def test_what_is_still_needed_is_kept(english: Flask, later: Any) -> None:
    registration = send(make_call(keep_months=24), **answers(business_name="Tapis Indah"))

    later(days=300)
    tidy()

    assert again(registration).label == "Tapis Indah"
