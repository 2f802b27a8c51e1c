"""Add, edit, claim and verify a NIB, archive; who may, and what happens at once."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from gernas.audit.models import AuditEntry, AuditValue
from gernas.businesses.errors import BusinessArchived, BusinessChanged, NoNib
from gernas.businesses.models import Business, CaseState, MergeCase
from gernas.businesses.registries import register_visible_businesses
from gernas.businesses.services import (
    add_business,
    archive_business,
    businesses,
    edit_business,
    restore_business,
    verify_nib,
)
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, NotAllowed
from gernas.core.permissions import Role, Scope
from gernas.messages.models import Message
from tests.businesses.conftest import again, make_business
from tests.conftest import race
from tests.factories import make_campaign, make_stop, make_user

NIB = "9120001234567"


def edit(business: Business, version: int | None = None, by: Any = None, **values: Any) -> Business:
    with transaction():
        return edit_business(
            db.session.get_one(Business, business.id), values, version=version, by=by
        )


def verify(business: Business, by: Any = None) -> bool:
    with transaction():
        return verify_nib(db.session.get_one(Business, business.id), by=by).is_verified


def test_values_are_kept_in_one_form(context: Flask) -> None:
    business = make_business(
        name="  Keripik   Bu Siti ",
        nib="9120 0012 3456 7",
        phone="0812 3456 7890",
        whatsapp="62812-3456-7890",
        email="Siti@Contoh.ID",
        social={"instagram": "https://instagram.com/keripik.siti"},
    )

    row = again(business)
    assert (row.name, row.name_key, row.slug) == (
        "Keripik Bu Siti",
        "keripik bu siti",
        "keripik-bu-siti",
    )
    assert (row.nib, row.phone, row.whatsapp) == (NIB, "+6281234567890", "+6281234567890")
    assert (row.email, row.social) == ("siti@contoh.id", {"instagram": "keripik.siti"})


def test_bad_values_are_told_for_each_field_and_nothing_is_written(context: Flask) -> None:
    with transaction(), pytest.raises(BadValues) as caught:
        add_business({"name": "", "kind": "umkm", "nib": "12", "phone": "x"}, by=None)

    assert set(caught.value.problems) == {"name", "nib", "phone"}
    assert db.session.scalars(select(Business)).all() == []


def test_an_unknown_column_cannot_be_set(context: Flask) -> None:
    """ASVS 15.3.3: whatever a form or file sends."""
    with transaction(), pytest.raises(KeyError):
        add_business({"name": "A", "kind": "umkm", "shown_in_catalogue": True}, by=None)


def test_an_edit_is_logged_with_before_and_after(context: Flask) -> None:
    business, user = make_business(city="Kota Metro"), make_user(Role.ADMINISTRATOR)

    edit(business, by=user, city="Kota Bandar Lampung")

    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "business.edited")
    ).one()
    value = db.session.scalars(select(AuditValue).where(AuditValue.entry_id == entry.id)).all()
    changed = [(one.field, one.before, one.after) for one in value if one.field == "city"]
    assert changed == [("city", "Kota Metro", "Kota Bandar Lampung")]
    assert entry.actor_id == user.id


def test_an_edit_that_began_before_anothers_is_told(context: Flask) -> None:
    business = make_business(city="Kota Metro")
    seen = business.version
    edit(business, seen, city="Kota Bandar Lampung")

    with pytest.raises(BusinessChanged):
        edit(business, seen, city="Kota Metro")

    assert again(business).city == "Kota Bandar Lampung"


def test_two_edits_that_want_the_same_agree(context: Flask) -> None:
    business = make_business(city="Kota Metro")
    seen = business.version
    edit(business, seen, city="Kota Bandar Lampung")

    edit(business, seen, city="Kota Bandar Lampung")

    assert again(business).version == seen + 1


def test_a_nib_is_claimed_by_as_many_as_like(context: Flask) -> None:
    first, second = make_business(nib=NIB), make_business(nib=NIB)

    assert {again(one).nib for one in (first, second)} == {NIB}


def test_a_nib_is_verified_for_one_business(context: Flask) -> None:
    first, second = make_business(nib=NIB), make_business(nib=NIB)

    results = [verify(first), verify(second)]

    assert results == [True, False]
    assert again(second).nib_verified_at is None


def test_a_clash_tells_the_verified_owner_and_nobody_else(context: Flask) -> None:
    """And opens a case for organizers; pressing again sends nothing again."""
    owner, claimant = make_user(email="siti@contoh.id"), make_user(email="budi@contoh.id")
    verified, claimed = make_business(owner, nib=NIB), make_business(claimant)
    verify(verified)

    edit(claimed, by=claimant, nib=NIB)
    verify(claimed)
    verify(claimed)

    mails = db.session.scalars(select(Message).where(Message.template == "nib_claimed")).all()
    cases = db.session.scalars(select(MergeCase)).all()
    assert [mail.recipient for mail in mails] == ["siti@contoh.id"]
    assert [(case.first_id, case.second_id, case.reasons, case.state) for case in cases] == [
        (verified.id, claimed.id, ["nib"], CaseState.OPEN)
    ]


def test_of_two_verifications_of_one_nib_at_once_one_counts(app: Flask) -> None:
    """Rule 3 of the design: one NIB is one business."""
    with app.app_context():
        ids = [make_business(nib=NIB).id for _ in range(6)]

    def attempt(number: int) -> Any:
        def run() -> str:
            with transaction():
                done = verify_nib(db.session.get_one(Business, number), by=None)
                return "verified" if done.is_verified else "clash"

        return run

    assert race(app, [attempt(one) for one in ids]) == ["clash"] * 5 + ["verified"]
    with app.app_context():
        rows = db.session.scalars(select(Business).where(Business.nib_verified_at.is_not(None)))
        assert len(rows.all()) == 1


def test_without_the_question_the_database_still_keeps_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: when nobody looks first, the index refuses the second."""
    with app.app_context():
        ids = [make_business(nib=NIB).id for _ in range(2)]
    monkeypatch.setattr(businesses, "find_verified", lambda _nib: None)

    def attempt(number: int) -> Any:
        def run() -> str:
            with transaction():
                row = db.session.get_one(Business, number)
                verify_nib(row, by=None)
                return "verified" if row.nib_verified_at else "refused"

        return run

    results = race(app, [attempt(one) for one in ids])

    assert results == ["refused", "verified"]


def test_another_nib_has_to_be_verified_anew(context: Flask) -> None:
    business = make_business(nib=NIB)
    verify(business)

    edit(business, nib="9120001234568")

    row = again(business)
    assert (row.nib, row.nib_verified_at) == ("9120001234568", None)


def test_nothing_can_be_verified_without_a_nib(context: Flask) -> None:
    with pytest.raises(NoNib):
        verify(make_business())


def test_its_people_may_edit_a_business_and_others_may_not(context: Flask) -> None:
    owner, stranger = make_user(), make_user()
    business = make_business(owner)

    edit(business, by=owner, about="Dibuat sejak 2015.")

    with pytest.raises(NotAllowed):
        edit(business, by=stranger, about="Milik saya.")
    assert again(business).about == "Dibuat sejak 2015."


def test_its_people_do_not_verify_their_own_nib(context: Flask) -> None:
    owner = make_user()
    business = make_business(owner, nib=NIB)

    with pytest.raises(NotAllowed):
        verify(business, by=owner)


@pytest.mark.usefixtures("registry")
def test_an_organizer_edits_only_what_registered_in_the_stop(context: Flask) -> None:
    """ASVS 8.2.2."""
    stop = make_stop(make_campaign())
    organizer = make_user(Role.ORGANIZER, stop.scope)
    registered, other = make_business(), make_business()
    register_visible_businesses(
        lambda holder, _permission: select(Business.id).where(
            Business.id == (registered.id if holder.id == organizer.id else 0)
        )
    )

    edit(registered, by=organizer, city="Kota Metro Baru")

    with pytest.raises(NotAllowed):
        edit(other, by=organizer, city="Kota Metro Baru")


def test_a_campaign_manager_edits_every_business(context: Flask) -> None:
    manager = make_user(Role.CAMPAIGN_MANAGER, Scope("campaign", make_campaign().id))

    business = make_business()
    edit(business, by=manager, city="Kota Lain")

    assert again(business).city == "Kota Lain"


def test_an_archived_business_is_left_alone_until_it_is_restored(context: Flask) -> None:
    business = make_business()
    with transaction():
        archive_business(db.session.get_one(Business, business.id), by=None)

    with pytest.raises(BusinessArchived):
        edit(business, city="Kota Lain")
    with transaction():
        restore_business(db.session.get_one(Business, business.id), by=None)
    edit(business, city="Kota Lain")

    assert again(business).city == "Kota Lain"
