"""Members hand over places and exchange them; both at once or neither."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from gernas.core.database import db, transaction
from gernas.core.permissions import Role, Scope
from gernas.messages.models import Message
from gernas.youth.models import Assignment, Member, ShiftSwap
from gernas.youth.services.swaps import (
    accept_swap,
    ask_swap,
    cancel_swap,
    decline_swap,
    find_swap,
    get_swap_token,
)
from gernas.youth.shifts.errors import (
    NotForYou,
    PlaceOver,
    SwapNoLonger,
    SwapNotForYou,
    SwapOver,
    SwapThere,
    SwapWithSelf,
)
from tests.conftest import race
from tests.factories import make_user, sign_in
from tests.youth.making import (
    make_member,
    make_organisation,
    make_programme,
    make_role,
    make_shift,
)
from tests.youth.shifting import (
    fresh,
    holders,
    id_of,
    leave,
    make_rush,
    need_of,
    take,
    waiting,
)
from tests.youth.test_shift_views import mine, post

swaps = pytest.mark.usefixtures("english")


def ask(place: Assignment, *, to: Member | None = None, wanted: Assignment | None = None) -> Any:
    with transaction():
        return ask_swap(
            fresh(place),
            to=fresh(to) if to is not None else None,
            wanted=fresh(wanted) if wanted is not None else None,
        )


def accept(swap: ShiftSwap, member: Member) -> Assignment:
    with transaction():
        return accept_swap(fresh(swap), fresh(member))


def told() -> list[tuple[str, str]]:
    rows = select(Message.template, Message.recipient).order_by(Message.id)
    return [(row.template, row.recipient) for row in db.session.execute(rows)]


@swaps
def test_a_place_is_handed_over_by_a_link_and_the_coordinator_hears_of_it() -> None:
    programme = make_programme()
    boss = make_user(Role.YOUTH_COORDINATOR, Scope("stop", programme.stop_id))
    shift = make_shift(programme, wanted=1)
    one, two = make_member(programme, email="a@contoh.id"), make_member(programme)
    swap = ask(take(shift, one))

    token = get_swap_token(fresh(swap))
    assert token is not None
    present = accept(find_swap(token), two)

    assert holders(shift) == [two.id]
    assert (present.how, need_of(shift).used) == ("swap", 1)
    assert told() == [("shift_handed_over", "a@contoh.id"), ("shift_swapped", boss.email)]
    with pytest.raises(SwapOver):
        accept(swap, make_member(programme))


@swaps
def test_until_somebody_agrees_the_place_stays_where_it_is() -> None:
    programme = make_programme()
    shift = make_shift(programme, wanted=1)
    one, two = make_member(programme), make_member(programme, email="b@contoh.id")
    place = take(shift, one)
    swap = ask(place, to=two)

    assert told() == [("shift_swap_asked", "b@contoh.id")]
    with pytest.raises(SwapThere):
        ask(place)
    with transaction():
        decline_swap(fresh(swap), fresh(two))

    assert holders(shift) == [one.id]
    with pytest.raises(SwapOver):
        accept(swap, two)


@swaps
def test_a_wish_is_for_whom_it_names_and_nobody_takes_the_own_place() -> None:
    programme = make_programme()
    shift = make_shift(programme)
    one, two, three = (make_member(programme) for _ in range(3))
    swap = ask(take(shift, one), to=two)

    with pytest.raises(SwapNotForYou):
        accept(swap, three)
    with pytest.raises(SwapWithSelf):
        accept(swap, one)


@swaps
def test_who_takes_over_must_be_allowed_to() -> None:
    programme = make_programme()
    shift = make_shift(programme, make_role(programme, skills=["photo"]))
    swap = ask(take(shift, make_member(programme, skills=["photo"])))
    unable = make_member(programme)

    with pytest.raises(NotForYou, match=r"^Needs: Photography\.$"):
        accept(swap, unable)


@swaps
def test_two_places_are_exchanged_both_or_neither() -> None:
    programme = make_programme()
    first = make_shift(programme, wanted=1)
    second = make_shift(programme, wanted=1, starts_at=first.starts_at + timedelta(hours=1))
    one, two = make_member(programme), make_member(programme)
    mine_, theirs = take(first, one), take(second, two)

    accept(ask(mine_, wanted=theirs), two)  # overlapping, which is no obstacle in an exchange

    assert (holders(first), holders(second)) == ([two.id], [one.id])
    assert (need_of(first).used, need_of(second).used) == (1, 1)


@swaps
def test_an_exchange_that_the_other_can_no_longer_make_changes_nothing() -> None:
    programme = make_programme()
    first = make_shift(programme)
    second = make_shift(programme, starts_at=first.starts_at + timedelta(days=1))
    third = make_shift(programme, starts_at=second.starts_at)
    one, two = make_member(programme), make_member(programme)
    swap = ask(take(first, one), wanted=take(second, two))
    take(third, one)

    with pytest.raises(SwapNoLonger, match=r"nothing was swapped\.$"):
        accept(swap, two)

    assert holders(first) == [one.id]
    assert holders(second) == [two.id]


@swaps
def test_a_place_that_was_left_is_not_handed_over() -> None:
    shift, [one, two] = make_rush(2, 2)
    place = take(shift, one)
    swap = ask(place)
    leave(place)

    with pytest.raises(PlaceOver):
        accept(swap, two)


@swaps
def test_who_waits_for_the_shift_may_take_over_and_waits_no_longer() -> None:
    shift, [one, two, three] = make_rush(1, 3)
    place = take(shift, one)
    take(shift, two)
    take(shift, three)

    accept(ask(place), three)

    assert (holders(shift), waiting(shift)) == ([three.id], [two.id])
    assert need_of(shift).used == 1


@swaps
def test_a_wish_is_taken_back() -> None:
    shift, [one, two] = make_rush(2, 2)
    swap = ask(take(shift, one))
    with transaction():
        cancel_swap(fresh(swap))

    with pytest.raises(SwapOver):
        accept(swap, two)


def test_of_many_who_open_a_link_at_once_one_takes_over(app: Flask) -> None:
    with app.app_context():
        shift, [one, *others] = make_rush(1, 9)
        swap = ask(take(shift, one))

    def attempt(member: Member) -> str:
        accept(swap, member)
        return "taken"

    results = race(app, [lambda m=m: attempt(m) for m in others])  # type: ignore[misc]

    assert Counter(results) == {"taken": 1, "SwapOver": 7}
    with app.app_context():
        assert (len(holders(shift)), need_of(shift).used) == (1, 1)


def test_exchanges_in_both_directions_at_once_lose_nobody(app: Flask) -> None:
    with app.app_context():
        first, [one, two] = make_rush(1, 2)
        second = make_shift(first.programme, starts_at=first.starts_at + timedelta(days=1))
        a, b = take(first, one), take(second, two)
        there, back = ask(a, wanted=b), ask(b, wanted=a)

    def attempt(swap: ShiftSwap, member: Member) -> str:
        accept(swap, member)
        return "swapped"

    results = race(app, [lambda: attempt(there, two), lambda: attempt(back, one)])

    assert Counter(results) == {"swapped": 1, "PlaceOver": 1}
    with app.app_context():
        assert (holders(first), holders(second)) == ([id_of(two)], [id_of(one)])


# --- Pages ----------------------------------------------------------------------------------


def test_a_member_sends_a_link_and_a_friend_takes_the_place(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        programme = make_programme()
        shift = make_shift(programme, wanted=1, title="Jaga gerbang")
        one, two = make_member(programme, language="en"), make_member(programme, name="Sari Dewi")
        take(shift, one)
        links = [mine(one), mine(two)]
    friend = app.test_client()
    here = f"{links[0]}/jaga/{id_of(shift)}"

    page = post(client, f"{here}/tukar", {"kepada": ""}, follow_redirects=True).text
    link = page.split("http://gernas.test")[1].split("<")[0]
    assert "/pemuda/tukar/" in link
    unknown = friend.get(link)
    assert "Open your own page in this browser" in unknown.text
    friend.get(links[1])  # now the browser knows whose it is
    offered = friend.get(link, follow_redirects=True)
    assert "cannot come and offers you this place" in offered.text
    done = post(friend, f"{offered.request.path}/terima", follow_redirects=True)

    assert "“Jaga gerbang” is yours. The coordinator is told." in done.text
    with app.app_context():
        assert holders(shift) == [id_of(two)]
    late = client.get(offered.request.path.replace("/terima", ""))
    assert "answered or taken back already" in late.text


def test_colleagues_are_asked_by_name_and_others_are_not_shown(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        programme = make_programme()
        campus = make_organisation(programme.stop)
        one = make_member(programme, organisation_id=campus.id)
        friend = make_member(programme, organisation_id=campus.id, name="Sari Dewi")
        stranger = make_member(programme, name="Budi Asing")
        shift = make_shift(programme)
        take(shift, one)
        link = mine(one)
    here = f"{link}/jaga/{id_of(shift)}"

    page = client.get(here).text
    assert "Sari Dewi" in page
    assert "Budi Asing" not in page
    refused = post(
        client, f"{here}/tukar", {"kepada": f"anggota-{id_of(stranger)}"}, follow_redirects=True
    )
    assert "Choose someone from the list." in refused.text
    asked = post(
        client, f"{here}/tukar", {"kepada": f"anggota-{id_of(friend)}"}, follow_redirects=True
    )
    assert "You asked Sari Dewi." in asked.text
    back = post(client, f"{here}/tukar/batal", follow_redirects=True)
    assert "The wish is taken back." in back.text


def test_a_signed_in_member_is_known_at_once(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        user = make_user()
        make_member(programme, user_id=user.id)
        shift = make_shift(programme)
        swap = ask(take(shift, make_member(programme)))
        token = get_swap_token(fresh(swap))
        sign_in(app, client, user)

    page = client.get(f"/pemuda/tukar/{token}", follow_redirects=True)

    assert page.request.path == f"/saya/pemuda/tukar/{token}"
    assert page.status_code == 200


@pytest.mark.parametrize("path", ["/en/pemuda/tukar/ABCDEFGHIJKLMNOP", "/en/pemuda/tukar/x"])
def test_a_link_that_is_none_says_so(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 410
