"""The reviewer's list: what an address asks for, page by page, and how little it costs."""

from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, text

from gernas.accounts.models import User
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, NotThere
from gernas.core.permissions import Role
from gernas.registrations.listing import (
    Listing,
    Sorting,
    Wanted,
    count_found,
    list_ids,
    list_neighbours,
    list_registrations,
    read_listing,
)
from gernas.registrations.models import Call, Registration, RegistrationState, SavedView
from gernas.registrations.office_queries import (
    count_by_state,
    count_shares,
    list_saved_views,
    list_twins,
    list_values,
)
from gernas.registrations.services.deciding import accept_registration
from gernas.registrations.services.notes import add_note, remove_note, save_view
from tests.factories import make_stop, make_user
from tests.registrations.making import draft, make_call, send

S = RegistrationState
TEXTS = st.text(max_size=30)


def labels(call: Call, **args: str) -> list[str]:
    """The names that an address finds, in its order."""
    db.session.rollback()
    return [row.label for row in list_registrations(read_listing(args, [call.id])).rows]


def note_columns(registration: Registration, **columns: Any) -> None:
    with transaction():
        row = db.session.get_one(Registration, registration.id)
        for name, value in columns.items():
            setattr(row, name, value)


@pytest.fixture
def call(english: Flask) -> Call:
    """A call with four applications and a draft."""
    call = make_call()
    rows = [
        send(call, business_name="Abon Laut", sector="food", nib="9120003411201"),
        send(call, business_name="Batik Siger", sector="fashion", email="batik@contoh.id"),
        send(call, business_name="dodol Durian", sector="food", province="ID-JA"),
        send(call, business_name="Kopi Pagi", sector="drink"),
    ]
    for row, city in zip(
        rows, ("Kota Metro", "Kota Metro", "Kota Jambi", "Pesawaran"), strict=True
    ):
        note_columns(row, city=city)
    note_columns(rows[0], files_given=1)
    draft(call, business_name="Belum Dikirim")
    return call


def test_what_is_new_or_in_review_waits_for_a_decision(call: Call) -> None:
    by = {row.label: row for row in list_registrations(read_listing({}, [call.id])).rows}
    note_columns(by["Abon Laut"], state=S.IN_REVIEW)
    note_columns(by["Kopi Pagi"], state=S.REJECTED)

    assert labels(call, status="to_decide") == ["dodol Durian", "Batik Siger", "Abon Laut"]
    assert count_by_state([call.id])[call.id].waiting_for_us == 3


def test_the_newest_come_first_and_drafts_are_not_shown(call: Call) -> None:
    assert labels(call) == ["Kopi Pagi", "dodol Durian", "Batik Siger", "Abon Laut"]


@pytest.mark.parametrize(
    ("args", "found"),
    [
        ({"sektor": "food"}, ["dodol Durian", "Abon Laut"]),
        ({"kota": "Kota Metro"}, ["Batik Siger", "Abon Laut"]),
        ({"kota": "Kota Metro", "sektor": "food"}, ["Abon Laut"]),
        ({"provinsi": "jambi"}, ["dodol Durian"]),
        ({"nib": "ada"}, ["Abon Laut"]),
        ({"nib": "belum"}, ["Kopi Pagi", "dodol Durian", "Batik Siger"]),
        ({"berkas": "lengkap"}, ["Abon Laut"]),
        ({"berkas": "kurang"}, ["Kopi Pagi", "dodol Durian", "Batik Siger"]),
        ({"lewat": "pendamping"}, []),
        ({"q": "BATIK"}, ["Batik Siger"]),
        ({"q": "dodol durian"}, ["dodol Durian"]),
        ({"q": "9120 0034"}, ["Abon Laut"]),
        ({"q": "batik@contoh.id"}, ["Batik Siger"]),
        ({"q": "100%"}, []),
        ({"status": "submitted"}, ["Kopi Pagi", "dodol Durian", "Batik Siger", "Abon Laut"]),
        ({"status": "ended"}, []),
        ({"status": "nonsense"}, ["Kopi Pagi", "dodol Durian", "Batik Siger", "Abon Laut"]),
        ({"urut": "usaha"}, ["Abon Laut", "Batik Siger", "dodol Durian", "Kopi Pagi"]),
        ({"urut": "-usaha"}, ["Kopi Pagi", "dodol Durian", "Batik Siger", "Abon Laut"]),
        ({"urut": "dikirim"}, ["Abon Laut", "Batik Siger", "dodol Durian", "Kopi Pagi"]),
        ({"urut": "berkas"}, ["Abon Laut", "Batik Siger", "dodol Durian", "Kopi Pagi"]),
    ],
)
def test_the_address_narrows_and_orders_the_list(
    call: Call, args: dict[str, str], found: list[str]
) -> None:
    assert labels(call, **args) == found


def test_a_code_is_found_as_it_is_read_aloud(call: Call) -> None:
    row = list_registrations(read_listing({}, [call.id])).rows[0]

    typed = f"{row.code[:4]}-{row.code[4:]}".lower()

    assert labels(call, q=typed) == [row.label]


@pytest.mark.parametrize("code", ["ABCDEFGH", "08123456", "12345678", "7K2M9QXA"])
@pytest.mark.parametrize("shape", ["{0}{1}", "{0}-{1}", "{0} {1}"])
def test_any_code_is_found_in_any_shape(english: Flask, code: str, shape: str) -> None:
    call = make_call()
    row = send(call, business_name="Abon Laut")
    send(call, business_name="Lain")
    note_columns(row, code=code, search=f"abon laut {code.lower()}")

    assert labels(call, q=shape.format(code[:4].lower(), code[4:])) == ["Abon Laut"]


def test_a_phone_is_found_as_it_is_dialled(call: Call) -> None:
    row = list_registrations(read_listing({}, [call.id])).rows[0]
    note_columns(row, search=f"{row.search} 6281234567890")

    assert labels(call, q="0812-3456-7890") == [row.label]


def test_another_calls_applications_are_not_found(call: Call) -> None:
    other = make_call()
    send(other, business_name="Lain Sekali")

    assert "Lain Sekali" not in labels(call)
    assert labels(other) == ["Lain Sekali"]


@pytest.mark.parametrize("order", ["", "dikirim", "usaha", "-usaha", "kota", "sektor", "-berkas"])
def test_pages_go_on_where_the_one_before_ended(call: Call, order: str) -> None:
    for number in range(7):
        send(call, business_name=f"Usaha {number % 3}", sector="craft")
    whole = list_registrations(read_listing({"urut": order}, [call.id]), size=50)

    seen: list[int] = []
    listing = read_listing({"urut": order}, [call.id])
    while True:
        page = list_registrations(listing, size=3)
        seen += [row.id for row in page.rows]
        assert page.total == 11
        if not page.has_after:
            break
        listing = read_listing({"urut": order, "setelah": page.rows[-1].code}, [call.id])
    backwards = read_listing({"urut": order, "sebelum": page.rows[0].code}, [call.id])
    previous = list_registrations(backwards, size=3)

    assert seen == [row.id for row in whole.rows]
    assert [row.id for row in previous.rows] == seen[6:9]
    assert (previous.has_before, previous.has_after) == (True, True)
    assert not list_registrations(read_listing({"urut": order}, [call.id]), size=3).has_before


def test_what_changed_between_two_pages_is_neither_lost_nor_shown_twice(call: Call) -> None:
    first = list_registrations(read_listing({}, [call.id]), size=2)
    send(call, business_name="Baru Datang")

    rest = list_registrations(read_listing({"setelah": first.rows[-1].code}, [call.id]), size=2)

    assert [row.label for row in rest.rows] == ["Batik Siger", "Abon Laut"]


def test_the_neighbours_of_an_application_are_those_of_its_list(call: Call) -> None:
    listing = read_listing({"urut": "usaha", "sektor": "food"}, [call.id])
    first, last = list_registrations(listing).rows

    assert list_neighbours(listing, first) == ("", last.code)
    assert list_neighbours(listing, last) == (first.code, "")


def test_a_lapsed_offer_counts_as_ended_also_without_a_worker(call: Call, later: Any) -> None:
    row = list_registrations(read_listing({"q": "kopi"}, [call.id])).rows[0]
    with transaction():
        accept_registration(db.session.get_one(Registration, row.id), by=None)
    before = labels(call, status="accepted")

    later(days=5)

    assert before == ["Kopi Pagi"]
    assert labels(call, status="accepted") == []
    assert labels(call, status="ended") == ["Kopi Pagi"]
    numbers = count_by_state([call.id])[call.id]
    assert (numbers.of(S.ACCEPTED), numbers.of("ended"), numbers.sent) == (0, 1, 4)


def test_the_numbers_of_a_call(call: Call) -> None:
    numbers = count_by_state([call.id])[call.id]

    assert (numbers.sent, numbers.drafts, numbers.waiting_for_us) == (4, 1, 4)
    shares = count_shares(call)
    assert shares["sector"] == [("food", 2, 0), ("drink", 1, 0), ("fashion", 1, 0)]
    assert shares["city"] == [("Kota Metro", 2, 0), ("Kota Jambi", 1, 0), ("Pesawaran", 1, 0)]
    assert list_values([call.id], "city") == ["Kota Jambi", "Kota Metro", "Pesawaran"]


def test_likely_twins_of_a_call_are_found(call: Call) -> None:
    again = send(call, business_name="Abon Lautan", nib="9120003411201")
    other = make_call()
    send(other, business_name="Abon Laut", nib="9120003411201")

    assert [row.label for row in list_twins(again)] == ["Abon Laut"]


def test_what_an_address_asks_for_is_written_back_into_it(english: Flask) -> None:
    args = {
        "status": "ended",
        "sektor": "food",
        "provinsi": "lampung",
        "kota": "Kota Metro",
        "nib": "ada",
        "berkas": "kurang",
        "lewat": "pendamping",
        "q": "abon",
        "urut": "-usaha",
    }

    listing = read_listing(args, [1])

    assert listing.to_args() == args
    assert read_listing(listing.sorted_by("label"), [1]).sorting == Sorting("label", False)
    assert listing.without_filters() == {"status": "ended", "urut": "-usaha"}


@given(
    st.dictionaries(st.sampled_from(["status", "sektor", "kota", "q", "urut", "setelah"]), TEXTS)
)
def test_whatever_stands_in_an_address_can_be_read(args: dict[str, str]) -> None:
    listing = read_listing(args, [1])

    urlencode(listing.to_args())
    assert isinstance(listing, Listing)


@given(q=TEXTS, city=TEXTS)
def test_whatever_is_searched_for_breaks_nothing(one_app: Flask, q: str, city: str) -> None:
    with one_app.app_context():
        listing = read_listing({"q": q, "kota": city, "urut": "kota", "setelah": "7K2M9QXA"}, [1])

        assert list_registrations(listing).total == count_found(listing.wanted)
        db.session.remove()


# --- What it costs ---------------------------------------------------------------------------


def fill(call: Call, count: int) -> None:
    """So many applications at once."""
    first = db.session.scalars(
        Registration.__table__.select().where(Registration.call_id == call.id)
    ).first()
    assert first is not None
    row = db.session.get_one(Registration, first)
    columns = {
        column.name: getattr(row, column.name)
        for column in Registration.__table__.columns
        if column.name != "id"
    }
    moment = now()
    rows = [
        {
            **columns,
            "code": f"{number:08d}",
            "token_hash": f"{number:064d}",
            "idempotency_key": None,
            "submitted_at": moment,
            "search": f"usaha {number}",
        }
        for number in range(count)
    ]
    with transaction():
        db.session.execute(insert(Registration), rows)


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"q": "usaha 77"},
        {"sektor": "craft"},
        {"sektor": "food", "kota": "Kota Metro", "nib": "belum", "berkas": "lengkap"},
        {"urut": "usaha"},
        {"urut": "kota", "setelah": "00000017"},
        {"lewat": "pendamping"},
    ],
)
def test_the_filters_are_answered_from_one_index(call: Call, args: dict[str, str]) -> None:
    """100,000 applications are looked through without reading their rows."""
    fill(call, 3_000)
    listing = read_listing(args, [call.id])

    plans = [_explain(statement) for statement in _statements(listing)]

    for plan in plans:
        assert "ix_registration" in plan
        assert "SCAN registration" not in plan
        assert "Seq Scan" not in plan


def _statements(listing: Listing) -> list[str]:
    """What the list asks, as the database gets it."""
    from gernas.registrations import listing as module

    statement = module._select_page(listing, 50)
    compiled = statement.compile(db.engine, compile_kwargs={"literal_binds": True})
    return [str(compiled)]


def _explain(statement: str) -> str:
    if db.engine.dialect.name == "postgresql":  # To it, so few rows are not worth an index.
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        rows = db.session.execute(text(f"EXPLAIN {statement}".replace(":", r"\:")))
    else:
        rows = db.session.execute(text(f"EXPLAIN QUERY PLAN {statement}".replace(":", r"\:")))
    return "\n".join(str(row[-1]) for row in rows)


# --- Notes and views -------------------------------------------------------------------------


def test_views_are_kept_for_each_person(call: Call) -> None:
    mine, other = make_user(Role.ADMINISTRATOR), make_user(Role.ADMINISTRATOR)
    with transaction():
        fresh = db.session.get_one(Call, call.id)
        for name, query in (("Kuliner", "sektor=food"), ("Kuliner", "sektor=drink")):
            save_view(fresh, name, query, by=db.session.get_one(User, mine.id))

    views = list_saved_views(mine, call)

    assert [(view.name, view.query) for view in views] == [("Kuliner", "sektor=drink")]
    assert list_saved_views(other, call) == []


def test_a_view_needs_a_name_and_there_are_not_too_many(call: Call) -> None:
    mine = make_user(Role.ADMINISTRATOR)
    with transaction():
        for number in range(20):
            view = SavedView(user_id=mine.id, call_id=call.id, name=f"v{number}", query="")
            view.created_at = now()
            db.session.add(view)

    for name in ("", " ", "x" * 61, "Satu lagi"):
        with pytest.raises(BadValues), transaction():
            save_view(
                db.session.get_one(Call, call.id), name, "", by=db.session.get_one(User, mine.id)
            )


def test_only_who_wrote_a_note_deletes_it(call: Call) -> None:
    mine, other = make_user(Role.ADMINISTRATOR), make_user(Role.ADMINISTRATOR)
    row = list_registrations(read_listing({}, [call.id])).rows[0]
    with transaction():
        note = add_note(
            db.session.get_one(Registration, row.id),
            " Kemasan bagus. ",
            by=db.session.get_one(User, mine.id),
        )
        note_id = note.id

    with pytest.raises(NotThere), transaction():
        remove_note(
            db.session.get_one(Registration, row.id),
            note_id,
            by=db.session.get_one(User, other.id),
        )
    with transaction():
        removed = remove_note(
            db.session.get_one(Registration, row.id),
            note_id,
            by=db.session.get_one(User, mine.id),
        )

    assert removed == "Kemasan bagus."


def test_the_ids_of_all_that_match_are_limited(call: Call) -> None:
    wanted = Wanted(call_ids=(call.id,))

    assert len(list_ids(Listing(wanted), limit=3)) == 3


def test_a_list_of_several_calls_is_one_list(call: Call) -> None:
    other = make_call(make_stop())
    send(other, business_name="Zamrud")
    listing = read_listing({"urut": "usaha"}, [call.id, other.id])

    assert [row.label for row in list_registrations(listing).rows] == [
        "Abon Laut",
        "Batik Siger",
        "dodol Durian",
        "Kopi Pagi",
        "Zamrud",
    ]
