"""Find records that are one business, make one of them, and take that back."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from gernas.audit.models import AuditEntry
from gernas.businesses.errors import BusinessMerged, SameBusiness, TooLateToUndo
from gernas.businesses.likeness import find_twins, find_twins_of_many, is_alike
from gernas.businesses.models import Business, CaseState, Merge, MergeCase
from gernas.businesses.registries import register_merge, register_visible_businesses
from gernas.businesses.sealing import open_nik
from gernas.businesses.services import (
    add_certificate,
    add_channel,
    add_product,
    changing,
    dismiss_case,
    give_consent,
    merge_businesses,
    merging,
    set_nik,
    undo_merge,
    verify_nib,
    withdraw_consent,
)
from gernas.businesses.wordings import CATALOGUE
from gernas.core import clock
from gernas.core.database import db, transaction
from gernas.core.errors import NotAllowed
from gernas.core.permissions import Role
from tests.businesses.conftest import again, make_business
from tests.businesses.test_people_and_consents import do
from tests.conftest import race
from tests.factories import make_stop, make_user

NIB = "9120001234567"


def merge(kept: Business, gone: Business, *names: str, by: Any = None) -> Merge:
    with transaction():
        both = [db.session.get_one(Business, one.id) for one in (kept, gone)]
        return merge_businesses(*both, from_gone=frozenset(names), by=by)


def undo(one: Merge, by: Any = None) -> None:
    with transaction():
        undo_merge(db.session.get_one(Merge, one.id), by=by)


def verify(business: Business) -> None:
    do(verify_nib, business, by=None)


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        ({"nib": NIB}, ["nib"]),
        ({"phone": "0812 3456 7890"}, ["phone"]),
        ({"whatsapp": "62812 3456 7890"}, ["phone"]),
        ({"email": "SITI@contoh.id"}, ["email"]),
        ({"name": "CV Kripik Bu Siti", "city": "METRO"}, ["name"]),
        ({"name": "Siti Keripik Bu", "city": "Kota Metro"}, ["name"]),
        ({"name": "Keripik Bu Siti", "city": "Kota Bandung"}, []),
        ({"name": "Kopi Pak Budi"}, []),
    ],
)
def test_twins_are_found_by_what_they_share(
    context: Flask, values: dict[str, Any], reasons: list[str]
) -> None:
    first = make_business(
        name="Keripik Bu Siti", nib=NIB, phone="0812 3456 7890", email="siti@contoh.id"
    )
    second = make_business(**values)

    assert find_twins(again(second)) == ({first.id: reasons} if reasons else {})
    pairs = find_twins_of_many([second.id])
    assert pairs == ({(first.id, second.id): reasons} if reasons else {})
    cases = db.session.scalars(select(MergeCase)).all()
    assert [case.reasons for case in cases] == ([reasons] if reasons else [])


def test_names_that_share_a_word_are_not_alike() -> None:
    assert not is_alike("keripik pisang siti", "keripik singkong budi")
    assert not is_alike("batik", "batik tulis jambi")
    assert is_alike("kopi way kanan", "kopi waykanan")


def test_everything_that_hangs_on_a_record_goes_along(context: Flask) -> None:
    owner, other = make_user(), make_user()
    kept, gone = make_business(owner, phone="0812 3456 7890"), make_business(other, nib=NIB)
    do(add_product, gone, {"name": "Keripik"}, by=None)
    do(add_certificate, gone, kind="halal", number="H-1", expires_on=None, by=None)
    do(add_channel, gone, "https://shopee.co.id/siti", by=None)
    do(set_nik, gone, "1871010101900001", by=None)
    verify(gone)

    merge(kept, gone)

    one, away = again(kept), db.session.get_one(Business, gone.id)
    assert ([p.name for p in one.products], [c.number for c in one.certificates]) == (
        ["Keripik"],
        ["H-1"],
    )
    assert {person.user_id for person in one.people} == {owner.id, other.id}
    assert (one.phone, one.nib, one.nib_verified_at is not None) == ("+6281234567890", NIB, True)
    assert open_nik(one.nik_sealed or b"", business_id=one.id) == "1871010101900001"
    assert (away.merged_into_id, away.products, away.people) == (one.id, [], [])


def test_where_both_say_something_the_organizer_chooses(context: Flask) -> None:
    kept = make_business(city="Kota Metro", about="Lama.")
    gone = make_business(city="Kota Bandar Lampung", about="Baru.")

    merge(kept, gone, "about")

    one = again(kept)
    assert (one.city, one.about) == ("Kota Metro", "Baru.")


def test_a_verified_nib_is_not_lost_to_a_claimed_one(context: Flask) -> None:
    kept, gone = make_business(nib="9120001234568"), make_business(nib=NIB)
    verify(gone)

    merge(kept, gone)

    one = again(kept)
    assert (one.nib, one.nib_verified_at is not None) == (NIB, True)


def test_a_no_to_the_catalogue_outweighs_the_yes_of_the_other_record(context: Flask) -> None:
    owner, other = make_user(), make_user()
    kept, gone = make_business(owner), make_business(other)
    do(give_consent, kept, CATALOGUE, by=owner)
    do(withdraw_consent, kept, CATALOGUE, by=owner)
    do(give_consent, gone, CATALOGUE, by=other)

    merge(kept, gone)

    assert again(kept).shown_in_catalogue is False


def test_a_merge_is_logged_and_its_case_closed(context: Flask) -> None:
    user = make_user(Role.ADMINISTRATOR)
    kept, gone = make_business(nib=NIB), make_business(nib=NIB)

    merge(kept, gone, by=user)

    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "business.merged")
    ).one()
    case = db.session.scalars(select(MergeCase)).one()
    assert (entry.actor_id, entry.subject_id) == (user.id, kept.id)
    assert (case.state, case.closed_by_id) == (CaseState.MERGED, user.id)


def test_undo_brings_both_back_as_they_were(context: Flask) -> None:
    owner, other = make_user(), make_user()
    kept, gone = make_business(owner, about=None), make_business(other, nib=NIB, about="Baru.")
    do(add_product, gone, {"name": "Keripik"}, by=None)
    do(set_nik, gone, "1871010101900001", by=None)
    do(give_consent, gone, CATALOGUE, by=other)
    verify(gone)
    before = [_picture(one) for one in (kept, gone)]

    undo(merge(kept, gone))

    assert [_picture(one) for one in (kept, gone)] == before


def _picture(business: Business) -> dict[str, Any]:
    row = again(business)
    names = ("name", "nib", "about", "city", "email", "shown_in_catalogue", "merged_into_id")
    values = {name: getattr(row, name) for name in names}
    return values | {
        "verified": row.nib_verified_at is not None,
        "nik": open_nik(row.nik_sealed, business_id=row.id) if row.nik_sealed else None,
        "people": sorted(person.user_id or 0 for person in row.people),
        "products": sorted(product.name for product in row.products),
    }


def test_what_was_edited_since_survives_the_undo(context: Flask) -> None:
    from tests.businesses.test_edit_business import edit

    kept, gone = make_business(about=None), make_business(about="Baru.")
    done = merge(kept, gone)
    edit(kept, about="Disunting.")

    undo(done)

    assert again(kept).about == "Disunting."


def test_a_product_added_since_stays_where_it_was_added(context: Flask) -> None:
    kept, gone = make_business(), make_business()
    done = merge(kept, gone)
    do(add_product, kept, {"name": "Baru"}, by=None)

    undo(done)

    assert [product.name for product in again(kept).products] == ["Baru"]


def test_a_merge_is_taken_back_once_and_within_a_week(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, late = merge(make_business(), make_business()), merge(make_business(), make_business())
    undo(done)

    with pytest.raises(TooLateToUndo):
        undo(done)
    real = clock.now
    monkeypatch.setattr(merging, "now", lambda: real() + timedelta(days=7, seconds=1))
    with pytest.raises(TooLateToUndo):
        undo(late)


def test_a_record_is_not_merged_into_itself_or_twice(context: Flask) -> None:
    first, second, third = (make_business() for _ in range(3))

    with pytest.raises(SameBusiness):
        merge(first, first)
    merge(first, second)
    with pytest.raises(BusinessMerged):
        merge(third, second)


def test_of_two_merges_of_one_record_at_once_one_counts(app: Flask) -> None:
    with app.app_context():
        gone = make_business()
        kept = [make_business() for _ in range(4)]

    def attempt(one: Business) -> Callable[[], object]:
        def run() -> str:
            merge(one, gone)
            return "merged"

        return run

    assert race(app, [attempt(one) for one in kept]) == ["BusinessMerged"] * 3 + ["merged"]
    with app.app_context():
        assert len(db.session.scalars(select(Merge)).all()) == 1


def test_two_merges_in_opposite_directions_leave_one_record(app: Flask) -> None:
    """And do not wait for each other for ever: rows are held in the order of their ids."""
    with app.app_context():
        first, second = make_business(), make_business()
    attempts: list[Callable[[], object]] = [
        lambda: merge(first, second).kept_id,
        lambda: merge(second, first).kept_id,
    ]

    results = race(app, attempts)

    assert results.count("BusinessMerged") == 1


def test_without_the_lock_a_record_goes_into_two(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control. SQLite has one writer, so there the lock is the transaction itself."""
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        return
    with app.app_context():
        gone = make_business()
        kept = [make_business() for _ in range(2)]
    import threading

    both_looked = threading.Barrier(2, timeout=5)
    monkeypatch.setattr(merging, "lock", lambda row: row)
    real = changing.check_open

    def look(row: Business) -> None:
        real(row)
        if row.id == gone.id:
            both_looked.wait()

    monkeypatch.setattr(merging, "check_open", look)

    def attempt(one: Business) -> int:
        return merge(one, gone).kept_id

    results = race(app, [partial(attempt, one) for one in kept])

    assert len(results) == len([one for one in results if one.isdigit()]) == 2


@pytest.mark.usefixtures("registry")
def test_rows_of_other_domains_go_along_and_come_back(context: Flask) -> None:
    places = {"A": 0}

    def move(gone: Business, kept: Business) -> list[int]:
        moved = [7] if places["A"] == gone.id else []
        places["A"] = kept.id
        return moved

    def move_back(ids: list[int], business: Business) -> None:
        if ids == [7]:
            places["A"] = business.id

    register_merge("registration", move=move, move_back=move_back)
    kept, gone = make_business(), make_business()
    places["A"] = gone.id

    done = merge(kept, gone)
    after = places["A"]
    undo(done)

    assert (after, places["A"]) == (kept.id, gone.id)


def test_two_records_that_are_two_are_not_brought_up_again(context: Flask) -> None:
    from tests.businesses.test_edit_business import edit

    first, second = make_business(nib=NIB), make_business(nib=NIB)
    case = db.session.scalars(select(MergeCase)).one()

    do(dismiss_case, case, by=None)
    edit(second, city="Kota Lain")

    states = db.session.scalars(select(MergeCase.state)).all()
    assert states == [CaseState.DISMISSED]
    assert first.id != second.id


@pytest.mark.usefixtures("registry")
def test_an_organizer_merges_only_what_both_registered(context: Flask) -> None:
    organizer = make_user(Role.ORGANIZER, make_stop().scope)
    mine, foreign = make_business(), make_business()
    register_visible_businesses(
        lambda _holder, _permission: select(Business.id).where(Business.id == mine.id)
    )

    with pytest.raises(NotAllowed):
        merge(mine, foreign, by=organizer)
