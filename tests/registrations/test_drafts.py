"""Drafts: begun without an account, kept right or wrong, found again on another device."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from gernas.accounts.models import User
from gernas.accounts.secrets import hash_code
from gernas.businesses.errors import NotYours
from gernas.businesses.models import Business
from gernas.businesses.services import add_business
from gernas.core.database import db, transaction
from gernas.core.jobs import sweep
from gernas.messages.models import Message
from gernas.registrations.codes import code_words, get_token, read_code
from gernas.registrations.errors import AlreadySent
from gernas.registrations.models import Call, DraftReturn, Registration
from gernas.registrations.queries import find_by_token, find_own, list_own
from gernas.registrations.services.drafts import (
    ask_to_return,
    discard_draft,
    mail_draft_link,
    return_with_code,
    save_draft,
    start_draft,
)
from gernas.registrations.services.submitting import prepare_submission, send_submission
from tests.factories import make_user
from tests.registrations.making import again, draft, mails, make_call, send


def start(call: Call, **more: Any) -> tuple[Registration, str]:
    with transaction():
        return start_draft(db.session.get_one(Call, call.id), **{"language": "en", **more})


def save(registration: Registration, typed: dict[str, Any], **more: Any) -> Registration:
    with transaction():
        return save_draft(db.session.get_one(Registration, registration.id), typed, **more)


def test_a_draft_is_found_by_its_link_and_by_no_other(english: Flask) -> None:
    first, token = start(make_call())
    second, other = start(make_call())

    found, found_too = find_by_token(token), find_by_token(other)

    assert found is not None
    assert found_too is not None
    assert (found.id, found_too.id) == (first.id, second.id)
    assert find_by_token(first.code) is None
    assert find_by_token(first.token_hash) is None
    assert token not in str(vars(again(first)))


def test_a_link_outlives_a_change_of_keys(english: Flask, monkeypatch: Any) -> None:
    """ASVS 11.2.2."""
    registration, token = start(make_call())
    old = english.config["GERNAS"]
    new = replace(old, secret_key="k" * 40, secret_key_fallbacks=(old.secret_key,))
    monkeypatch.setitem(english.config, "GERNAS", new)
    assert get_token(again(registration)) == token

    monkeypatch.setitem(english.config, "GERNAS", replace(new, secret_key_fallbacks=()))
    with transaction():
        renewed = get_token(db.session.get_one(Registration, registration.id))

    assert renewed != token
    assert find_by_token(token) is None
    assert find_by_token(renewed) is not None


def test_a_receipt_carries_a_link_that_works_also_when_the_key_is_gone(
    english: Flask, monkeypatch: Any
) -> None:
    registration = draft(make_call())
    lost = replace(english.config["GERNAS"], secret_key="k" * 40, secret_key_fallbacks=())
    monkeypatch.setitem(english.config, "GERNAS", lost)

    submission = prepare_submission(again(registration))
    with transaction():
        send_submission(submission)

    (mail,) = mails(registration)
    found = find_by_token(mail.placeholders["url"].rpartition("/")[2])
    assert found is not None
    assert found.id == registration.id


def test_what_is_typed_is_kept_right_or_wrong_and_by_question(english: Flask) -> None:
    registration, _token = start(make_call())

    save(registration, {"nib": "12", "business_name": "Tapis\u202e Indah"}, step=2)
    save(registration, {"sector": "craft", "unknown": "x", "photos": ["7"]})
    save(registration, {"nib": ""})

    kept = again(registration)
    assert kept.answers == {"business_name": "Tapis Indah", "sector": "craft"}
    assert (kept.step, kept.label) == (2, "Tapis Indah")


def test_an_address_that_is_none_does_not_become_the_drafts(english: Flask) -> None:
    registration, _token = start(make_call())

    save(registration, {"email": "siti@"})
    assert again(registration).email is None
    save(registration, {"email": "Siti@Contoh.id"})

    assert again(registration).email == "siti@contoh.id"
    assert again(registration).answers["email"] == "Siti@Contoh.id"


def test_what_was_sent_is_no_draft_any_more(english: Flask) -> None:
    registration = send(make_call())

    with pytest.raises(AlreadySent):
        save(registration, {"sector": "craft"})
    with pytest.raises(AlreadySent), transaction():
        discard_draft(db.session.get_one(Registration, registration.id))


def test_a_discarded_draft_is_gone(english: Flask) -> None:
    registration = draft(make_call())

    with transaction():
        discard_draft(db.session.get_one(Registration, registration.id))

    assert db.session.get(Registration, registration.id) is None


def test_who_is_signed_in_finds_the_draft_among_their_own(english: Flask) -> None:
    user, other = make_user(), make_user()
    registration, _token = start(make_call(), user=db.session.get_one(User, user.id))

    assert [one.id for one in list_own(user)] == [registration.id]
    assert find_own(other, registration.code) is None
    found = find_own(user, code_words(registration.code).lower())
    assert found is not None
    assert (found.email, found.applicant_name) == (user.email, user.name)


def test_a_business_of_ones_own_fills_in_what_it_knows(english: Flask) -> None:
    user, other = make_user(), make_user()
    with transaction():
        owner = db.session.get_one(User, user.id)
        business = add_business(
            {"name": "Kopi Abah", "kind": "umkm", "sector": "agro", "nib": "9120001234567"},
            by=owner,
            owner=owner,
        )

    registration, _token = start(
        make_call(),
        user=db.session.get_one(User, user.id),
        business=db.session.get_one(Business, business.id),
    )

    assert registration.business_id == business.id
    assert registration.answers == {
        "business_name": "Kopi Abah",
        "sector": "agro",
        "nib": "9120001234567",
    }
    with pytest.raises(NotYours):
        start(
            make_call(),
            user=db.session.get_one(User, other.id),
            business=db.session.get_one(Business, business.id),
        )


def test_the_way_back_goes_to_the_address_three_times_in_a_quarter_of_an_hour(
    english: Flask, later: Any
) -> None:
    registration, token = start(make_call())

    def mail() -> bool:
        with transaction():
            return mail_draft_link(
                db.session.get_one(Registration, registration.id), "siti@contoh.id"
            )

    sent = []
    for _ in range(4):
        sent.append(mail())
        later(seconds=2)

    assert sent == [True, True, True, False]
    assert [mail.recipient for mail in mails(registration)] == ["siti@contoh.id"] * 3
    assert mails(registration)[0].placeholders["url"].endswith(f"/en/pendaftaran/{token}")
    assert again(registration).email == "siti@contoh.id"


def test_a_link_is_not_sent_to_another_address_than_the_drafts(english: Flask) -> None:
    registration = draft(make_call(), email="siti@contoh.id")

    with transaction():
        mail_draft_link(db.session.get_one(Registration, registration.id), "tamu@contoh.id")

    assert mails(registration) == []


def ask(call: Call, email: str) -> str:
    with transaction():
        return ask_to_return(db.session.get_one(Call, call.id), email, language="id")


def mailed_code(email: str) -> str | None:
    db.session.rollback()
    mail = select(Message).where(
        Message.recipient == email, Message.template == "registration_code"
    )
    found = db.session.scalars(mail.order_by(Message.id.desc())).first()
    return found.placeholders["code"] if found else None


def test_a_code_from_a_mail_opens_the_draft_in_the_browser_that_asked(english: Flask) -> None:
    """ASVS 6.6.2."""
    call = make_call()
    registration = draft(call, email="siti@contoh.id")
    secret, other = ask(call, "siti@contoh.id"), ask(call, "siti@contoh.id")
    sweep()
    db.session.rollback()
    wishes = list(db.session.scalars(select(DraftReturn).order_by(DraftReturn.id)))
    code = mailed_code("siti@contoh.id")
    assert code is not None
    right = [wish for wish in wishes if wish.code_hash == hash_code(code, step_id=wish.id)]
    assert right == [wishes[1]]

    with transaction():
        stranger = return_with_code(secret, code)
        found = return_with_code(other, code)
        second_time = return_with_code(other, code)

    assert stranger.registration is None
    assert found.registration is not None
    assert found.registration.id == registration.id
    assert second_time.registration is None


def test_a_code_dies_after_five_tries_and_ten_minutes(english: Flask, later: Any) -> None:
    """ASVS 6.5.5."""
    call = make_call()
    draft(call, email="siti@contoh.id")
    secret = ask(call, "siti@contoh.id")
    sweep()
    code = mailed_code("siti@contoh.id")
    assert code is not None
    wrong = f"{(int(code) + 1) % 1_000_000:06}"

    with transaction():
        left = [return_with_code(secret, wrong).tries_left for _ in range(6)]
        assert return_with_code(secret, code).registration is None
    assert left == [4, 3, 2, 1, 0, 0]

    secret = ask(call, "siti@contoh.id")
    sweep()
    late = mailed_code("siti@contoh.id")
    later(minutes=10)
    with transaction():
        assert return_with_code(secret, str(late)).registration is None


def test_an_address_without_a_draft_gets_no_mail_and_the_same_answer(english: Flask) -> None:
    secret = ask(make_call(), "tidak.ada@contoh.id")
    sweep()

    with transaction():
        answer = return_with_code(secret, "123456")

    assert mailed_code("tidak.ada@contoh.id") is None
    assert (answer.registration, answer.tries_left) == (None, 4)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("7K2M9QXA", "7K2M9QXA"),
        (" 7k2m-9qxa ", "7K2M9QXA"),
        ("OIL29QXA", "01129QXA"),
        ("7K2M9QX", None),
        ("7K2M9QXU", None),
        ("\u0667K2M9QXA", None),
        ("", None),
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str, code: str | None) -> None:
    assert read_code(typed) == code
