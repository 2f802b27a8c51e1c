"""The people of a business, what they agree to, and how it ends."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from gernas.accounts.models import User
from gernas.audit.models import AuditValue
from gernas.businesses.documents import get_folder
from gernas.businesses.errors import AlreadyOneOfThem, BusinessMerged, LastOwner
from gernas.businesses.models import Business, BusinessPerson, Consent
from gernas.businesses.queries import find_consent, list_invitations, list_own
from gernas.businesses.services import (
    accept_invitation,
    add_certificate,
    add_person,
    add_product,
    ask_for_erasure,
    decline_invitation,
    edit_business,
    erase_business,
    give_consent,
    remove_person,
    set_nik,
    take_back_erasure,
    withdraw_consent,
)
from gernas.businesses.wordings import CATALOGUE, NEWS, WORDINGS
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, NotAllowed
from gernas.core.images import read_picture
from gernas.core.permissions import Role
from gernas.core.revisions import get_revision
from gernas.events.files import get_folder as get_photos
from gernas.messages.models import Message
from tests.businesses.conftest import PDF, again, make_business, picture
from tests.factories import make_user


def do(verb: Any, row: Any, *args: Any, **values: Any) -> Any:
    """Call a service in a transaction on the row fetched there."""
    with transaction():
        return verb(db.session.get_one(type(row), row.id), *args, **values)


def me(user: User) -> User:
    return db.session.get_one(User, user.id)


def test_a_named_person_gets_a_mail_and_manages_after_accepting(context: Flask) -> None:
    owner, staff = make_user(), make_user(email="budi@contoh.id")
    business = make_business(owner)

    person = do(add_person, business, {"name": "Budi", "email": "Budi@contoh.id"}, by=owner)

    before = list(list_own(staff))
    with transaction():
        accept_invitation(db.session.get_one(BusinessPerson, person.id), by=me(staff))
    mail = db.session.scalars(select(Message)).one()
    assert (mail.template, mail.recipient) == ("business_invitation", "budi@contoh.id")
    assert before == []
    assert [row.id for row in list_own(staff)] == [business.id]


def test_nobody_takes_an_invitation_of_another_address(context: Flask) -> None:
    owner, thief = make_user(), make_user()
    person = do(
        add_person, make_business(owner), {"name": "Budi", "email": "budi@contoh.id"}, by=owner
    )

    with transaction(), pytest.raises(NotAllowed):
        accept_invitation(db.session.get_one(BusinessPerson, person.id), by=me(thief))

    assert list(list_invitations(thief)) == []


def test_an_invitation_can_be_left(context: Flask) -> None:
    owner, staff = make_user(), make_user(email="budi@contoh.id")
    person = do(
        add_person, make_business(owner), {"name": "Budi", "email": "budi@contoh.id"}, by=owner
    )

    with transaction():
        decline_invitation(db.session.get_one(BusinessPerson, person.id), by=me(staff))

    assert list(list_invitations(staff)) == []


def test_an_address_is_named_once(context: Flask) -> None:
    owner = make_user()
    business = make_business(owner)
    do(add_person, business, {"name": "Budi", "email": "budi@contoh.id"}, by=owner)

    with pytest.raises(AlreadyOneOfThem):
        do(add_person, business, {"name": "Budi S.", "email": "BUDI@contoh.id"}, by=owner)


def test_the_last_owner_stays(context: Flask) -> None:
    owner = make_user()
    business = make_business(owner)
    person = again(business).people[0]

    with pytest.raises(LastOwner):
        do(remove_person, person, by=owner)


def test_who_left_may_not_edit_any_more(context: Flask) -> None:
    owner, staff = make_user(), make_user(email="budi@contoh.id")
    business = make_business(owner)
    person = do(add_person, business, {"name": "Budi", "email": "budi@contoh.id"}, by=owner)
    with transaction():
        accept_invitation(db.session.get_one(BusinessPerson, person.id), by=me(staff))

    do(remove_person, person, by=staff)

    with pytest.raises(NotAllowed):
        do(edit_business, business, {"city": "Kota Lain"}, version=None, by=staff)


def test_a_consent_shows_the_business_and_withdrawing_hides_it_at_once(context: Flask) -> None:
    owner = make_user()
    business = make_business(owner)

    do(give_consent, business, CATALOGUE, by=owner)
    shown, revision = again(business).is_public, _revision()
    do(withdraw_consent, business, CATALOGUE, by=owner)

    assert (shown, again(business).is_public) == (True, False)
    assert _revision() == revision + 1


def _revision() -> int:
    from gernas.businesses.services.changing import CATALOGUE as SCOPE

    db.session.rollback()
    return get_revision(SCOPE)


def test_a_consent_says_what_was_read_when_and_how(context: Flask) -> None:
    owner = make_user()
    business = make_business(owner)

    do(give_consent, business, CATALOGUE, by=owner)
    do(give_consent, business, CATALOGUE, by=owner)  # pressed twice

    consent = db.session.scalars(select(Consent)).one()
    assert (consent.purpose, consent.wording_version) == (CATALOGUE, WORDINGS[CATALOGUE].version)
    assert (consent.means, consent.language, consent.user_id) == ("web", "id", owner.id)
    assert consent.given_at is not None


def test_a_withdrawn_consent_stays_as_history(context: Flask) -> None:
    owner = make_user()
    business = make_business(owner)
    do(give_consent, business, NEWS, by=owner)

    do(withdraw_consent, business, NEWS, by=owner)
    do(give_consent, business, NEWS, by=owner)

    rows = db.session.scalars(select(Consent).order_by(Consent.id)).all()
    assert [row.withdrawn_at is None for row in rows] == [False, True]
    assert rows[0].withdrawn_by_id == owner.id


def test_an_organizer_cannot_tick_for_someone(context: Flask) -> None:
    """But notes what was signed or said."""
    business, organizer = make_business(), make_user(Role.ADMINISTRATOR)

    with pytest.raises(BadValues, match="tertulis atau lisan"):
        do(give_consent, business, CATALOGUE, by=organizer)
    do(give_consent, business, CATALOGUE, means="paper", note="Map biru", by=organizer)

    consent = find_consent(again(business), CATALOGUE)
    assert consent is not None
    assert (consent.means, consent.note, consent.by_id) == ("paper", "Map biru", organizer.id)
    assert consent.user_id is None


def test_asking_to_be_forgotten_hides_the_business_and_ends_all_consents(context: Flask) -> None:
    owner = make_user()
    business = make_business(owner)
    do(give_consent, business, CATALOGUE, by=owner)
    do(give_consent, business, NEWS, by=owner)

    do(ask_for_erasure, business, by=owner)

    row = again(business)
    assert (row.is_public, row.erase_asked_at is not None) == (False, True)
    assert all(one.withdrawn_at for one in db.session.scalars(select(Consent)))
    do(take_back_erasure, business, by=owner)
    assert again(business).erase_asked_at is None


SECRETS = (
    "Siti Rahasia",
    "0812 1111 2222",
    "+6281211112222",
    "siti.rahasia@contoh.id",
    "Jl. Sepi 7",
)


def test_forgetting_leaves_nothing_personal(context: Flask) -> None:
    """Not in the row, its parts, the log, the outbox or the files."""
    owner, before = make_user(), _files()
    business = make_business(
        owner,
        name="Keripik Siti Rahasia",
        owner_name=SECRETS[0],
        phone=SECRETS[1],
        email=SECRETS[3],
        address=SECRETS[4],
        nib="9120001234567",
    )
    do(edit_business, business, {"address": "Jl. Sepi 7 Blok B"}, version=None, by=owner)
    do(set_nik, business, "1871010101900001", by=owner)
    photo = read_picture(picture((77, 33)))
    do(add_product, business, {"name": "Keripik Siti Rahasia"}, photo=photo, by=owner)
    document = _document()
    kwargs = {"kind": "halal", "number": "H-1", "expires_on": None, "document": document}
    do(add_certificate, business, **kwargs, by=owner)
    stored = len(_files() - before)

    do(erase_business, business, by=None)

    row = again(business)
    assert (row.nib, row.phone, row.nik_sealed, row.owner_name) == (None, None, None, None)
    assert (row.people, row.products, row.certificates) == ([], [], [])
    assert row.kind == "umkm"
    assert _find_everywhere(context) == []
    assert (stored, _files() - before) == (3, set())
    with pytest.raises(BusinessMerged):
        do(edit_business, business, {"city": "Kota Lain"}, version=None, by=None)


def _document() -> Any:
    import io

    from gernas.businesses.documents import check_document

    return check_document(io.BytesIO(PDF), "halal.pdf")


def _files() -> set[Path]:
    """All stored documents and photos."""
    folders = (get_folder(), get_photos())
    return {path for one in folders if one.is_dir() for path in one.iterdir() if path.is_file()}


def _find_everywhere(app: Flask) -> list[str]:
    """Where any of the secrets still stands, in any text of any table."""
    from gernas.core.database import Model

    found = []
    for table in Model.metadata.sorted_tables:
        if table.name == "user":
            continue
        for row in db.session.execute(select(table)):
            text = " ".join(str(value) for value in row)
            found += [f"{table.name}: {secret}" for secret in SECRETS if secret in text]
    return found


def test_a_photo_that_another_product_shows_stays(context: Flask) -> None:
    first, second = make_business(), make_business()
    for one in (first, second):
        do(add_product, one, {"name": "Keripik"}, photo=read_picture(picture((32, 32))), by=None)

    do(erase_business, first, by=None)

    name = again(second).products[0].photo
    assert name is not None
    assert (get_photos() / name).is_file()


def test_the_log_of_a_forgotten_business_keeps_that_something_changed(context: Flask) -> None:
    owner = make_user()
    business = make_business(owner, phone="0812 1111 2222")

    do(erase_business, business, by=None)

    values = db.session.scalars(select(AuditValue)).all()
    assert [one for one in values if one.field == "phone"] == []


def test_only_whoever_may_merge_forgets(context: Flask) -> None:
    owner, viewer = make_user(), make_user(Role.VIEWER)
    business = make_business(owner)

    for person in (owner, viewer):
        with pytest.raises(NotAllowed):
            do(erase_business, business, by=person)

    assert db.session.get_one(Business, business.id).erased_at is None
