"""People in the back office: seen through the reader's scopes, roles ended and given back."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from gernas.accounts.errors import GrantIsOver, LastAdministrator, NotOneself
from gernas.accounts.models import Grant, Invitation, User, UserSession
from gernas.accounts.services.grants import end_grant, give_grant, restore_grant
from gernas.accounts.services.invitations import Offer, invite
from gernas.accounts.services.people import deactivate_user
from gernas.campaigns.models import Campaign
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.permissions import Role, Scope
from tests.accounts.conftest import Clock
from tests.accounts.door import is_signed_in, send
from tests.conftest import count_queries, race
from tests.factories import make_event, make_stop, make_user, sign_in


def grant_of(user: User) -> Grant:
    return db.session.scalars(select(Grant).where(Grant.user_id == user.id)).one()


def user(person: User) -> User:
    return db.session.get_one(User, person.id)


def test_managers_see_the_people_of_their_own_scope(app: Flask, client: FlaskClient) -> None:
    """ASVS 8.2.2."""
    with app.app_context():
        stop, elsewhere = make_stop(), make_stop()
        event = make_event(stop)
        make_user(Role.ORGANIZER, Scope("event", event.id), name="Cici Acara")
        make_user(Role.ORGANIZER, stop.scope, name="Budi Panitia")
        make_user(Role.ORGANIZER, elsewhere.scope, name="Dodi Jauh")
        make_user(name="Eka Tanpa")
        make_user(Role.CAMPAIGN_MANAGER, stop.campaign.scope, name="Fani Kampanye")
        manager = make_user(Role.STOP_MANAGER, stop.scope, name="Ayu Manajer")
    sign_in(app, client, manager)

    page = client.get("/kelola/orang").get_data(as_text=True)

    seen = [name for name in ("Ayu", "Budi", "Cici", "Dodi", "Eka", "Fani") if name in page]
    assert seen == ["Ayu", "Budi", "Cici"]


def test_campaign_managers_see_all_stops_and_events_of_theirs(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        stop, elsewhere = make_stop(), make_stop()
        event = make_event(stop)
        make_user(Role.ORGANIZER, stop.scope, name="Budi")
        make_user(Role.ORGANIZER, Scope("event", event.id), name="Cici")
        make_user(Role.ORGANIZER, elsewhere.scope, name="Dodi")
        manager = make_user(Role.CAMPAIGN_MANAGER, stop.campaign.scope, name="Ayu")
    sign_in(app, client, manager)

    page = client.get("/kelola/orang").get_data(as_text=True)

    assert [name for name in ("Ayu", "Budi", "Cici", "Dodi") if name in page] == [
        "Ayu",
        "Budi",
        "Cici",
    ]


def test_another_scopes_person_grant_or_invitation_is_the_same_404(
    app: Flask, client: FlaskClient
) -> None:
    """ASVS 8.2.2, 8.4.1."""
    with app.app_context():
        stop, elsewhere = make_stop(), make_stop()
        manager = make_user(Role.STOP_MANAGER, stop.scope)
        stranger = make_user(Role.ORGANIZER, elsewhere.scope)
        with transaction():
            offer = Offer(Role.VIEWER, elsewhere.scope, starts_at=now())
            foreign, _ = invite("lain@contoh.id", offer, by=None)
        grant_id = grant_of(stranger).id
    sign_in(app, client, manager)
    at = "/kelola/undang"

    foreign_answers = [
        client.get(f"/kelola/orang/{stranger.id}"),
        send(client, f"/kelola/peran/{grant_id}/akhiri", form_at=at),
        send(client, f"/kelola/undangan/{foreign.id}/batal", form_at=at),
        send(client, f"/kelola/undangan/{foreign.id}/kirim", form_at=at),
        send(client, f"/kelola/orang/{stranger.id}/langkah-kedua/minta", form_at=at),
    ]
    absent_answers = [
        client.get("/kelola/orang/99999"),
        send(client, "/kelola/peran/99999/akhiri", form_at=at),
        send(client, "/kelola/undangan/99999/batal", form_at=at),
        send(client, "/kelola/undangan/99999/kirim", form_at=at),
        send(client, "/kelola/orang/99999/langkah-kedua/minta", form_at=at),
    ]

    assert [answer.status_code for answer in foreign_answers] == [404] * 5
    for foreign_answer, absent in zip(foreign_answers, absent_answers, strict=True):
        texts = [
            a.get_data(as_text=True).replace(a.headers["X-Request-ID"], "")
            for a in (foreign_answer, absent)
        ]
        assert texts[0] == texts[1]
    with app.app_context():
        assert grant_of(stranger).ended_at is None
        assert db.session.scalars(select(Invitation)).one().withdrawn_at is None


@pytest.mark.parametrize("act", ["tutup", "buka", "sesi", "sesi/1"])
def test_only_administrators_close_accounts_and_sessions(
    app: Flask, client: FlaskClient, act: str
) -> None:
    """ASVS 8.2.1."""
    with app.app_context():
        stop = make_stop()
        organizer_id = make_user(Role.ORGANIZER, stop.scope).id
        manager = make_user(Role.CAMPAIGN_MANAGER, stop.campaign.scope)
    sign_in(app, client, manager)

    answer = send(client, f"/kelola/orang/{organizer_id}/{act}", form_at="/kelola/undang")

    assert answer.status_code == 403


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.VIEWER])
def test_who_may_not_invite_sees_nobody(app: Flask, client: FlaskClient, role: Role) -> None:
    with app.app_context():
        person = make_user(role, make_stop().scope)
    sign_in(app, client, person)

    answers = [client.get(path) for path in ("/kelola/orang", "/kelola/undang", "/kelola/undangan")]

    assert [answer.status_code for answer in answers] == [403] * 3


def test_a_role_is_ended_and_given_back(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        stop = make_stop()
        manager = make_user(Role.STOP_MANAGER, stop.scope)
        organizer = make_user(Role.ORGANIZER, stop.scope, name="Budi")
        grant_id = grant_of(organizer).id
    sign_in(app, client, manager)
    page = f"/kelola/orang/{organizer.id}"

    answer = send(client, f"/kelola/peran/{grant_id}/akhiri", form_at=page)
    toast = client.get(page).get_data(as_text=True)
    with app.app_context():
        ended = user(organizer).held
    send(client, f"/kelola/peran/{grant_id}/pulihkan", form_at=page)

    assert answer.headers["Location"] == page
    assert f'action="/kelola/peran/{grant_id}/pulihkan"' in toast
    assert ended == ()
    with app.app_context():
        assert [held.role for held in user(organizer).held] == [Role.ORGANIZER]


def test_a_role_above_is_seen_and_cannot_be_ended(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        stop = make_stop()
        manager = make_user(Role.STOP_MANAGER, stop.scope)
        other = make_user(Role.STOP_MANAGER, stop.scope)
        grant_id = grant_of(other).id
    sign_in(app, client, manager)

    page = client.get(f"/kelola/orang/{other.id}")
    answer = send(client, f"/kelola/peran/{grant_id}/akhiri", form_at="/kelola/undang")

    assert page.status_code == 200
    assert "/akhiri" not in page.get_data(as_text=True)
    assert answer.status_code == 403
    with app.app_context():
        assert grant_of(other).ended_at is None


def test_a_grant_holds_from_its_moment_until_its_moment(context: Flask, time: Clock) -> None:
    person, stop = make_user(), make_stop()
    with transaction():
        give_grant(
            user(person),
            Role.VIEWER,
            stop.scope,
            starts_at=now() + timedelta(hours=36),
            ends_at=now() + timedelta(hours=84),
            by=None,
        )

    held = []
    for _ in range(5):
        someone = user(person)
        someone.forget_held()
        held.append(len(someone.held))
        time.forward(days=1)

    assert held == [0, 0, 1, 1, 0]


def test_ending_twice_is_refused(context: Flask) -> None:
    stop = make_stop()
    administrator = make_user(Role.ADMINISTRATOR)
    organizer = make_user(Role.ORGANIZER, stop.scope)
    with transaction():
        end_grant(grant_of(organizer), by=user(administrator))

    with pytest.raises(GrantIsOver), transaction():
        end_grant(grant_of(organizer), by=user(administrator))


def test_a_role_given_anew_cannot_be_given_back_as_well(context: Flask) -> None:
    stop = make_stop()
    administrator = make_user(Role.ADMINISTRATOR)
    organizer = make_user(Role.ORGANIZER, stop.scope)
    former = grant_of(organizer).id
    with transaction():
        end_grant(grant_of(organizer), by=user(administrator))
    with transaction():
        give_grant(user(organizer), Role.ORGANIZER, stop.scope, starts_at=now(), by=None)

    with pytest.raises(GrantIsOver), transaction():
        restore_grant(db.session.get_one(Grant, former), by=user(administrator))


def test_someone_stays_administrator(context: Flask) -> None:
    one = make_user(Role.ADMINISTRATOR)
    make_user(Role.ADMINISTRATOR, active=False)

    with pytest.raises(LastAdministrator), transaction():
        end_grant(grant_of(one), by=user(one))
    with pytest.raises(LastAdministrator), transaction():
        deactivate_user(user(one), by=None)
    with pytest.raises(NotOneself), transaction():
        deactivate_user(user(one), by=user(one))


def test_two_administrators_cannot_end_each_other_at_once(app: Flask) -> None:
    """ASVS 15.4.2."""
    with app.app_context():
        pair = [make_user(Role.ADMINISTRATOR) for _ in range(2)]

    def attempt(mine: User, other: User) -> str:
        with transaction():
            end_grant(grant_of(other), by=user(mine))
        return "ended"

    results = race(app, [lambda: attempt(pair[0], pair[1]), lambda: attempt(pair[1], pair[0])])

    assert results == ["LastAdministrator", "ended"]


def test_a_closed_account_is_signed_out_and_can_be_opened_again(
    app: Flask, client: FlaskClient
) -> None:
    """ASVS 7.4.2."""
    with app.app_context():
        administrator = make_user(Role.ADMINISTRATOR)
        organizer = make_user(Role.ORGANIZER, make_stop().scope)
    browser = app.test_client()
    sign_in(app, browser, organizer)
    sign_in(app, client, administrator)
    page = f"/kelola/orang/{organizer.id}"

    send(client, f"{page}/tutup", form_at=page)
    closed = is_signed_in(browser)
    send(client, f"{page}/buka", form_at=page)

    assert not closed
    assert not is_signed_in(browser)
    with app.app_context():
        assert user(organizer).active


def test_administrators_see_and_end_sessions_of_others(app: Flask, client: FlaskClient) -> None:
    """ASVS 7.4.5."""
    with app.app_context():
        administrator = make_user(Role.ADMINISTRATOR)
        organizer = make_user(Role.ORGANIZER, make_stop().scope)
    browsers = [app.test_client() for _ in range(3)]
    for browser in browsers:
        sign_in(app, browser, organizer)
    sign_in(app, client, administrator)
    page = f"/kelola/orang/{organizer.id}"
    with app.app_context():
        mine = select(UserSession.id).where(UserSession.user_id == organizer.id)
        first = db.session.scalars(mine.order_by(UserSession.id)).first()

    send(client, f"{page}/sesi/{first}", form_at=page)
    after_one = [is_signed_in(browser) for browser in browsers]
    send(client, f"{page}/sesi", form_at=page)

    assert after_one == [False, True, True]
    assert [is_signed_in(browser) for browser in browsers] == [False] * 3
    assert is_signed_in(client)


def test_roles_and_accounts_change_after_a_fresh_sign_in_only(
    app: Flask, client: FlaskClient, time: Clock
) -> None:
    """ASVS 7.5.1."""
    with app.app_context():
        administrator = make_user(Role.ADMINISTRATOR)
        organizer = make_user(Role.ORGANIZER, make_stop().scope)
        grant_id = grant_of(organizer).id
    sign_in(app, client, administrator)
    page = f"/kelola/orang/{organizer.id}"
    time.forward(minutes=25)

    answers = [
        send(client, path, form_at=page)
        for path in (f"/kelola/peran/{grant_id}/akhiri", f"{page}/tutup", f"{page}/sesi")
    ]

    assert all(a.headers["Location"].startswith("/masuk?lagi=1") for a in answers)
    assert client.get("/kelola/undang").headers["Location"].startswith("/masuk?lagi=1")
    with app.app_context():
        assert grant_of(organizer).ended_at is None


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Ayu", "Budi", "Cici", "Dodi"]),
        ("q=budi", ["Budi"]),
        ("q=%25", []),
        ("peran=viewer", ["Cici"]),
        ("status=now", ["Ayu", "Budi", "Cici"]),
        ("status=none", ["Dodi"]),
        ("status=over", []),
        ("peran=nonsense&halaman=-1&status=x", ["Ayu", "Budi", "Cici", "Dodi"]),
    ],
)
def test_the_list_is_narrowed_by_its_address(
    app: Flask, client: FlaskClient, query: str, names: list[str]
) -> None:
    with app.app_context():
        stop = make_stop()
        administrator = make_user(Role.ADMINISTRATOR, name="Ayu")
        make_user(Role.ORGANIZER, stop.scope, name="Budi")
        make_user(Role.VIEWER, stop.scope, name="Cici")
        make_user(name="Dodi")
    sign_in(app, client, administrator)

    page = client.get(f"/kelola/orang?{query}").get_data(as_text=True)
    table = page.partition("<tbody>")[2]

    assert [name for name in ("Ayu", "Budi", "Cici", "Dodi") if f">{name}</a>" in table] == names


def test_lists_cost_the_same_for_one_and_for_three(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        campaign_id = make_stop().campaign_id
        manager = make_user(Role.CAMPAIGN_MANAGER, Scope("campaign", campaign_id))
    sign_in(app, client, manager)

    def add_someone() -> None:
        with app.app_context():
            other = make_stop(db.session.get_one(Campaign, campaign_id))
            make_user(Role.ORGANIZER, other.scope)
            make_user(Role.ORGANIZER, Scope("event", make_event(other).id))
            with transaction():
                offer = Offer(Role.VIEWER, other.scope, starts_at=now())
                invite("sama@contoh.id", offer, by=user(manager))

    counts = []
    for _ in range(3):
        add_someone()
        pages = []
        for path in ("/kelola/orang", "/kelola/undangan", "/kelola/undang"):
            with count_queries(app) as statements:
                assert client.get(path).status_code == 200
            pages.append(len(statements))
        counts.append(pages)

    assert counts[0] == counts[2]
