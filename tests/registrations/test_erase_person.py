"""A person is forgotten with all that hangs on the account: businesses, applications, what is read.

The wish and its three days are those of accounts; what is told before and left after spans domains.
"""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from gernas.accounts.erasures import explain_erasure
from gernas.accounts.errors import HoldsRoles
from gernas.accounts.models import User
from gernas.accounts.queries import find_erasure
from gernas.accounts.services.erasing import (
    ask_for_account_erasure,
    erase_account,
    take_back_account_erasure,
)
from gernas.audit.chain import close_chain, verify_chain
from gernas.businesses.models import Business, BusinessPerson, PersonRole
from gernas.businesses.services.erasing import erase_business
from gernas.businesses.services.people import link_person
from gernas.core import jobs
from gernas.core.database import Model, db, transaction
from gernas.core.permissions import Role
from gernas.messages.models import Message
from gernas.registrations.jobs import take_in_all
from gernas.registrations.models import Registration
from gernas.registrations.services.answering import confirm_place
from gernas.registrations.services.owning import claim_registrations
from tests.accounts.door import send as press
from tests.factories import make_user, sign_in
from tests.registrations.making import (
    again,
    draft,
    first_come,
    held,
    make_call,
    send,
    states,
    templates,
    timeline,
    used,
)

EMAIL, NAME, SHOP = "siti.rahasia@contoh.id", "Siti Rahasia", "Keripik Rahasia"
SECRETS = (EMAIL, NAME, SHOP, "9120001234567")
ZONE = "Asia/Jakarta"


def make_siti() -> User:
    return make_user(email=EMAIL, name=NAME)


def claim(user: User) -> None:
    take_in_all()
    with transaction():
        claim_registrations(db.session.get_one(User, user.id))


def do(service: Any, user: User, **more: Any) -> Any:
    with transaction():
        return service(db.session.get_one(User, user.id), **more)


def let_days_pass(app: Flask, later: Any, *, days: int) -> None:
    later(days=days, minutes=1)
    jobs.sweep()
    db.session.rollback()
    db.session.expire_all()


def find_secrets() -> list[str]:
    """Where any of the secrets still stands, in any text of any table."""
    db.session.rollback()
    found = []
    for table in Model.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            text = " ".join(str(value) for value in row)
            found += [f"{table.name}: {secret}" for secret in SECRETS if secret in text]
    return found


def test_an_erased_person_leaves_nothing_but_counts(english: Flask, later: Any) -> None:
    """The person, the business, what was sent, mails and the log; the chain stays whole."""
    siti = make_siti()
    values = {"email": EMAIL, "business_name": SHOP, "nib": "9120001234567"}
    call = make_call()
    registration = send(call, **values)
    draft(make_call(), user=siti, **values)
    claim(siti)
    before = find_secrets()

    do(ask_for_account_erasure, siti, zone=ZONE)
    let_days_pass(english, later, days=3)

    person = db.session.get_one(User, siti.id)
    row = again(registration)
    assert {one.split(":")[0] for one in before} >= {"user", "business", "registration", "message"}
    assert find_secrets() == []
    assert (person.is_erased, person.active, person.name) == (True, False, "Erased account")
    assert (row.state, row.answers, row.sector, row.user_id) == ("withdrawn", {}, "food", None)
    assert db.session.scalars(select(Business.erased_at)).one() is not None
    close_chain()
    assert verify_chain().broken == []


def test_the_place_of_someone_who_is_forgotten_goes_to_the_next_in_line(english: Flask) -> None:
    siti = make_siti()
    call = first_come(places=1)
    mine, other = send(call, email=EMAIL), send(call, email="budi@contoh.id")
    with transaction():
        confirm_place(db.session.get_one(Registration, mine.id), by=None)
    claim(siti)

    told = explain_erasure(siti)
    do(erase_account, siti)

    assert any("your place goes to the next in line" in line for line in told)
    assert states(call) == ["withdrawn", "accepted"]
    assert (used(call), held(call)) == (1, 1)
    assert templates(other)[-1] == "registration_offer"
    waiting = select(Message).where(Message.recipient == EMAIL)
    assert db.session.scalars(waiting).all() == []


def test_a_business_that_someone_else_runs_stays_with_its_applications(english: Flask) -> None:
    siti, budi = make_siti(), make_user(email="budi@contoh.id", name="Budi")
    registration = send(make_call(), email=EMAIL)
    claim(siti)
    business_id = again(registration).business_id
    with transaction():
        business = db.session.get_one(Business, business_id)
        link_person(business, db.session.get_one(User, budi.id), role=PersonRole.STAFF, by=None)
    token = again(registration).token_hash

    told = explain_erasure(db.session.get_one(User, siti.id))
    do(erase_account, siti)

    people = db.session.scalars(select(BusinessPerson)).all()
    row = again(registration)
    assert any("stays, since Budi runs it as well" in line for line in told)
    assert [(one.user_id, one.role) for one in people] == [(budi.id, "owner")]
    assert (row.user_id, row.email, row.state) == (budi.id, "budi@contoh.id", "submitted")
    assert row.token_hash != token
    assert db.session.get_one(Business, business_id).erased_at is None


def test_staff_leaves_the_business_to_an_owner_without_account(english: Flask) -> None:
    staff = make_siti()
    registration = send(make_call(), email="pemilik@contoh.id")
    take_in_all()
    with transaction():
        row = db.session.get_one(Registration, registration.id)
        business = db.session.get_one(Business, row.business_id)
        owner = BusinessPerson(
            business_id=business.id,
            name="Bu Pemilik",
            email="pemilik@contoh.id",
            role=PersonRole.OWNER,
            created_at=row.created_at,
        )
        db.session.add(owner)
        person = db.session.get_one(User, staff.id)
        link_person(business, person, role=PersonRole.STAFF, by=None)

    do(erase_account, staff)

    assert db.session.scalars(select(Business.erased_at)).one() is None
    assert "pemilik@contoh.id" in [one.email for one in db.session.scalars(select(BusinessPerson))]


def test_what_happens_is_told_application_by_application(english: Flask) -> None:
    siti = make_siti()
    running = send(make_call(title_en="Running"), email=EMAIL, business_name=SHOP)
    draft(make_call(title_en="Begun"), user=siti, email=EMAIL)
    claim(siti)

    told = explain_erasure(siti)

    code = f"{running.code[:4]}-{running.code[4:]}"
    deleted = "leaves the catalogue, and is deleted with its contacts, products, photos"
    assert told == [
        f"Business “{SHOP}”: {deleted}, certificates and applications.",
        "Application “Begun”: not sent yet, is deleted.",
        f"Application “Running” ({code}, sent): is withdrawn.",
    ]


def test_a_wish_can_be_taken_back_until_its_time_comes(english: Flask, later: Any) -> None:
    siti = make_siti()
    first = do(ask_for_account_erasure, siti, zone=ZONE)
    again_asked = do(ask_for_account_erasure, siti, zone=ZONE)
    later(days=2)

    do(take_back_account_erasure, siti)
    let_days_pass(english, later, days=2)

    mails = db.session.scalars(select(Message).where(Message.recipient == EMAIL)).all()
    assert first == again_asked
    assert [mail.template for mail in mails] == ["account_erasing"]
    assert not db.session.get_one(User, siti.id).is_erased
    assert find_erasure(siti) is None


def test_whoever_holds_a_role_hands_it_over_first(english: Flask) -> None:
    organizer = make_user(Role.ADMINISTRATOR)

    with pytest.raises(HoldsRoles):
        do(ask_for_account_erasure, organizer, zone=ZONE)


def test_erasing_twice_changes_nothing_more(english: Flask) -> None:
    siti = make_siti()

    do(erase_account, siti)
    do(erase_account, siti)

    assert db.session.get_one(User, siti.id).email == f"{siti.id}@terhapus.invalid"


def test_a_forgotten_business_takes_its_applications_along(english: Flask) -> None:
    call = first_come(places=1)
    registration = send(call, email=EMAIL, business_name=SHOP, nib="9120001234567")
    take_in_all()

    with transaction():
        erase_business(db.session.scalars(select(Business)).one(), by=None)

    row = again(registration)
    assert (row.state, row.answers, row.label, row.email) == ("withdrawn", {}, "", None)
    assert timeline(registration)[-1] == ("withdraw", "withdrawn")
    assert used(call) == 0
    assert find_secrets() == []


def test_the_page_tells_what_goes_and_leads_back(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        siti = make_user(email=EMAIL, name=NAME, language="id")
        send(make_call(), email=EMAIL, business_name=SHOP)
        claim(siti)
    sign_in(app, client, siti)

    page = client.get("/akun/hapus").get_data(as_text=True)
    answer = press(client, "/akun/hapus")
    asked = client.get("/akun/hapus").get_data(as_text=True)
    kept = press(client, "/akun/hapus/batal", form_at="/akun/hapus")

    assert f"Usaha “{SHOP}”: keluar dari katalog" in page
    assert answer.status_code == 303
    assert "Jangan hapus akun saya" in asked
    assert kept.status_code == 303
    assert "Hapus akun saya tiga hari lagi" in client.get("/akun/hapus").get_data(as_text=True)
