"""Invitations: who may, once per address and role, taken once, for a week."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from gernas.accounts.errors import (
    AlreadyHolds,
    AlreadyInvited,
    InvitationIsClosed,
    LinkIsOver,
    MayNotGive,
)
from gernas.accounts.models import Grant, Invitation, User
from gernas.accounts.services import invitations
from gernas.accounts.services.grants import end_grant
from gernas.accounts.services.invitations import (
    Offer,
    accept_invitation,
    invite,
    resend_invitation,
    withdraw_invitation,
)
from gernas.accounts.words import role_hint, role_words
from gernas.audit.models import AuditEntry
from gernas.campaigns.models import Stop
from gernas.core.clock import now
from gernas.core.database import Model, db, transaction
from gernas.core.permissions import ALL, MAY_INVITE, ROLE_SCOPES, Role, Scope
from tests.accounts.conftest import Clock
from tests.accounts.door import is_signed_in, list_mails, mailed_path, send, type_password
from tests.conftest import race
from tests.factories import make_campaign, make_event, make_stop, make_user, sign_in
from tests.youth.making import make_organisation

EMAIL = "baru@contoh.id"
_INVITATIONS = Model.metadata.tables["invitation"]


def offer(role: Role = Role.ADMINISTRATOR, scope: Scope = ALL, **values: object) -> Offer:
    return Offer(role, scope, **{"starts_at": now(), **values})  # type: ignore[arg-type]


def do_invite(by: User | None, offered: Offer, email: str = EMAIL) -> tuple[Invitation, str]:
    with transaction():
        return invite(email, offered, by=by and db.session.get_one(User, by.id))


def make_places(stop: Stop) -> dict[str, Scope]:
    """The stop, an event and a youth organisation of it."""
    return {
        "stop": stop.scope,
        "event": Scope("event", make_event(stop).id),
        "organisation": make_organisation(stop).scope,
    }


def test_an_invitation_makes_an_account_with_the_role_and_opens_no_session(
    app: Flask, client: FlaskClient
) -> None:
    """ASVS 6.4.1, 6.4.3."""
    with app.app_context():
        stop = make_stop()
        inviter = make_user(Role.STOP_MANAGER, stop.scope, name="Rahmat")
        do_invite(inviter, offer(Role.ORGANIZER, stop.scope))
    path = mailed_path(app, "invitation")

    page = client.get(path).get_data(as_text=True)
    answer = send(client, path, name="Putri", password="kerupuk kulit renyah")

    assert "Panitia" in page or "Organizer" in page
    assert EMAIL in page
    assert answer.headers["Location"] == "/masuk/kata-sandi"
    assert not is_signed_in(client)
    assert type_password(client, EMAIL, "kerupuk kulit renyah").status_code == 303
    with app.app_context():
        person = db.session.scalars(select(User).where(User.email == EMAIL)).one()
        grant = db.session.scalars(select(Grant).where(Grant.user_id == person.id)).one()
        assert [(held.role, held.scope) for held in person.held] == [(Role.ORGANIZER, stop.scope)]
        assert (person.name, grant.given_by_id) == ("Putri", inviter.id)


def test_without_a_password_the_new_person_signs_in_by_code(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        do_invite(None, offer(Role.ADMINISTRATOR))

    answer = send(client, mailed_path(app, "invitation"), name="Putri", password="")

    assert answer.headers["Location"] == "/masuk"


def test_an_existing_account_gets_the_role_and_keeps_name_and_password(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        person = make_user(email=EMAIL, name="Sari", password="hash")
        do_invite(make_user(Role.ADMINISTRATOR), offer(Role.VIEWER, make_stop().scope))

    answer = send(
        client, mailed_path(app, "invitation"), name="Orang lain", password="kerupuk kulit renyah"
    )

    assert answer.status_code == 303
    assert not is_signed_in(client)
    with app.app_context():
        kept = db.session.get_one(User, person.id)
        assert (kept.name, kept.password, len(kept.held)) == ("Sari", "hash", 1)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("wanted", list(Role))
def test_each_role_invites_only_those_below_within_its_scope(
    context: Flask, role: Role, wanted: Role
) -> None:
    """ASVS 8.2.1, 8.3.1: the table in core/permissions, asked of the service."""
    stop, elsewhere = make_stop(), make_stop()
    inside = make_places(stop)
    mine = {"all": ALL, "campaign": stop.campaign.scope, **inside}
    theirs = {"campaign": elsewhere.campaign.scope, **make_places(elsewhere)}
    held_on = next(place for kind, place in mine.items() if kind in ROLE_SCOPES[role])
    inviter = make_user(role, held_on)

    allowed = set()
    places = [*mine.values(), *theirs.values()]
    for number, place in enumerate(places):
        try:
            do_invite(inviter, offer(wanted, place), f"p{number}@contoh.id")
        except MayNotGive:
            continue
        allowed.add(place)

    reach = {
        Role.ADMINISTRATOR: set(places),
        Role.CAMPAIGN_MANAGER: set(mine.values()) - {ALL},
        Role.STOP_MANAGER: set(inside.values()),
        Role.YOUTH_COORDINATOR: set(inside.values()),
    }.get(role, set())
    fitting = {place for place in reach if place.kind in ROLE_SCOPES[wanted]}
    assert allowed == (fitting if wanted in MAY_INVITE[role] else set())


@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_its_words(context: Flask, role: Role) -> None:
    assert role_words(role)
    assert role_hint(role)
    assert ROLE_SCOPES[role]


def test_a_role_cannot_be_given_on_what_is_not_there(context: Flask) -> None:
    administrator = make_user(Role.ADMINISTRATOR)

    for scope in (Scope("stop", 999), Scope("nothing", 1), Scope("stop", 0)):
        with pytest.raises(MayNotGive):
            do_invite(administrator, offer(Role.VIEWER, scope))


def test_one_open_invitation_for_an_address_and_role(context: Flask) -> None:
    administrator = make_user(Role.ADMINISTRATOR)
    stop = make_stop()
    do_invite(administrator, offer(Role.VIEWER, stop.scope))

    with pytest.raises(AlreadyInvited, match=f"^{EMAIL} "):
        do_invite(administrator, offer(Role.VIEWER, stop.scope))

    do_invite(administrator, offer(Role.ORGANIZER, stop.scope))
    do_invite(administrator, offer(Role.VIEWER, make_stop().scope))
    assert len(list_mails(context)) == 3


def test_of_many_invitations_at_once_for_one_address_one_is_kept(app: Flask) -> None:
    """ASVS 2.3.4, 15.4.2."""
    with app.app_context():
        scope = make_stop().scope
        by = make_user(Role.ADMINISTRATOR)

    def attempt() -> str:
        do_invite(by, offer(Role.VIEWER, scope))
        return "invited"

    results = race(app, [attempt] * 8)

    assert results == ["AlreadyInvited"] * 7 + ["invited"]
    assert len(list_mails(app)) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Invitation)) == 1


def test_without_its_index_many_are_kept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: all looked before any wrote, and nothing in the database keeps them apart."""
    with app.app_context():
        scope = make_stop().scope
        by = make_user(Role.ADMINISTRATOR)
        with transaction():
            db.session.execute(text("DROP INDEX uq_invitation_open"))
    monkeypatch.setattr(invitations, "_close_expired", lambda _email, _offer: None)

    def attempt() -> str:
        do_invite(by, offer(Role.VIEWER, scope))
        return "invited"

    try:
        assert race(app, [attempt] * 8) == ["invited"] * 8
    finally:
        with app.app_context(), transaction():
            db.session.execute(text("DELETE FROM invitation"))
            index = next(
                index for index in _INVITATIONS.indexes if index.name == "uq_invitation_open"
            )
            index.create(db.session.connection())


def test_an_invitation_is_taken_once_however_many_press(app: Flask) -> None:
    """ASVS 6.4.1, 15.4.2."""
    with app.app_context():
        _, token = do_invite(None, offer(Role.ADMINISTRATOR))

    def attempt() -> str:
        with transaction():
            accept_invitation(token, name="Putri")
        return "taken"

    assert race(app, [attempt] * 8) == ["LinkIsOver"] * 7 + ["taken"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Grant)) == 1


def test_two_invitations_accepted_at_once_make_one_account(app: Flask) -> None:
    with app.app_context():
        stops = [make_stop() for _ in range(4)]
        by = make_user(Role.ADMINISTRATOR)
        tokens = [do_invite(by, offer(Role.VIEWER, stop.scope))[1] for stop in stops]

    def attempt(token: str) -> str:
        with transaction():
            accept_invitation(token, name="Putri")
        return "taken"

    results = race(app, [lambda token=token: attempt(token) for token in tokens])  # type: ignore[misc]

    assert results == ["taken"] * 4
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(User.email == EMAIL)) == 1


def test_a_link_lasts_a_week_and_can_be_sent_again(context: Flask, time: Clock) -> None:
    """ASVS 6.4.1."""
    by = make_user(Role.ADMINISTRATOR)
    invitation, former = do_invite(by, offer())
    time.forward(days=7)
    with pytest.raises(LinkIsOver), transaction():
        accept_invitation(former)

    with transaction():
        again = db.session.get_one(Invitation, invitation.id)
        resend_invitation(again, by=db.session.get_one(User, by.id))

    with pytest.raises(LinkIsOver), transaction():
        accept_invitation(former)
    token = mailed_path(context, "invitation").rpartition("/")[2]
    with transaction():
        assert accept_invitation(token, name="Putri").email == EMAIL


def test_an_expired_invitation_does_not_stand_in_the_way(context: Flask, time: Clock) -> None:
    by = make_user(Role.ADMINISTRATOR)
    first, _ = do_invite(by, offer())

    time.forward(days=8)
    second, _ = do_invite(by, offer())

    assert first.id != second.id
    assert db.session.get_one(Invitation, first.id).withdrawn_at is not None


def test_a_withdrawn_invitation_is_over(context: Flask) -> None:
    by = make_user(Role.ADMINISTRATOR)
    invitation, token = do_invite(by, offer())
    with transaction():
        withdraw_invitation(
            db.session.get_one(Invitation, invitation.id), by=db.session.get_one(User, by.id)
        )

    with pytest.raises(LinkIsOver), transaction():
        accept_invitation(token)
    with pytest.raises(InvitationIsClosed), transaction():
        resend_invitation(
            db.session.get_one(Invitation, invitation.id), by=db.session.get_one(User, by.id)
        )
    do_invite(by, offer())


def test_an_invitation_dies_with_the_power_of_who_sent_it(context: Flask) -> None:
    """A former manager's open invitations give nothing any more."""
    stop = make_stop()
    by = make_user(Role.STOP_MANAGER, stop.scope)
    administrator = make_user(Role.ADMINISTRATOR)
    _, token = do_invite(by, offer(Role.ORGANIZER, stop.scope))
    with transaction():
        grant = db.session.scalars(select(Grant).where(Grant.user_id == by.id)).one()
        end_grant(grant, by=db.session.get_one(User, administrator.id))

    with pytest.raises(LinkIsOver), transaction():
        accept_invitation(token, name="Putri")


def test_who_holds_the_role_is_not_invited_to_it(context: Flask) -> None:
    stop = make_stop()
    make_user(Role.VIEWER, stop.scope, email=EMAIL)

    with pytest.raises(AlreadyHolds):
        do_invite(make_user(Role.ADMINISTRATOR), offer(Role.VIEWER, stop.scope))


def test_an_offer_that_is_over_gives_nothing(context: Flask, time: Clock) -> None:
    ends = now() + timedelta(days=2)
    _, token = do_invite(make_user(Role.ADMINISTRATOR), offer(ends_at=ends))

    time.forward(days=3)

    with pytest.raises(LinkIsOver), transaction():
        accept_invitation(token, name="Putri")


def test_a_closed_account_takes_no_invitation(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_user(email=EMAIL, active=False)
        do_invite(None, offer(Role.ADMINISTRATOR))

    assert client.get(mailed_path(app, "invitation")).status_code == 410


def test_every_step_is_in_the_log(context: Flask) -> None:
    by = make_user(Role.ADMINISTRATOR)
    invitation, _ = do_invite(by, offer())
    with transaction():
        resend_invitation(
            db.session.get_one(Invitation, invitation.id), by=db.session.get_one(User, by.id)
        )
    token = mailed_path(context, "invitation").rpartition("/")[2]
    with transaction():
        accept_invitation(token, name="Putri")

    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == [
        "invitation.sent",
        "invitation.sent_again",
        "user.added",
        "invitation.accepted",
        "grant.given",
    ]


def test_the_form_offers_only_what_the_inviter_may_give(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        stop, elsewhere = make_stop(), make_stop()
        manager = make_user(Role.STOP_MANAGER, stop.scope)
    sign_in(app, client, manager)

    page = client.get("/kelola/undang").get_data(as_text=True)
    forged = send(
        client,
        "/kelola/undang",
        email=EMAIL,
        role="viewer",
        place=f"stop:{elsewhere.id}",
        language="id",
    )
    upward = send(
        client,
        "/kelola/undang",
        email=EMAIL,
        role="administrator",
        place="all:0",
        language="id",
    )

    assert f'value="stop:{stop.id}"' in page
    assert f'value="stop:{elsewhere.id}"' not in page
    assert 'value="administrator"' not in page
    assert (forged.status_code, upward.status_code) == (422, 422)
    assert list_mails(app) == []


def test_the_form_sends_an_invitation_from_a_day_until_a_day(
    app: Flask, client: FlaskClient
) -> None:
    """Days are meant in Jakarta; the last one counts whole."""
    with app.app_context():
        stop = make_stop(make_campaign())
        place = f"stop:{stop.id}"
        manager = make_user(Role.CAMPAIGN_MANAGER, stop.campaign.scope)
    sign_in(app, client, manager)
    year = date.today().year + 1  # noqa: DTZ011 - any day to come

    answer = send(
        client,
        "/kelola/undang",
        email=" Baru@Contoh.id",
        role="stop_manager",
        place=place,
        starts_on=f"{year}-03-01",
        ends_on=f"31/12/{year}",
        language="en",
    )

    assert answer.headers["Location"] == "/kelola/undangan"
    with app.app_context():
        row = db.session.scalars(select(Invitation)).one()
        assert (row.email, row.language) == (EMAIL, "en")
        assert row.starts_at == datetime(year, 3, 1, tzinfo=UTC) - timedelta(hours=7)
        assert row.ends_at is not None
        assert row.ends_at.isoformat() == f"{year}-12-31T17:00:00+00:00"
    assert EMAIL in client.get("/kelola/undangan").get_data(as_text=True)


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "bukan"},
        {"role": "nothing"},
        {"place": "stop:999999999999"},
        {"place": "stop:x"},
        {"starts_on": "31/02/2027"},
        {"starts_on": "2030-05-02", "ends_on": "2030-05-01"},
        {"ends_on": "2022-01-01"},
        {"role": "campaign_manager"},
        {"language": "xx"},
    ],
)
def test_bad_input_is_said_at_its_field(
    app: Flask, client: FlaskClient, fields: dict[str, str]
) -> None:
    """ASVS 2.2.1."""
    with app.app_context():
        stop = make_stop()
        administrator = make_user(Role.ADMINISTRATOR)
    sign_in(app, client, administrator)
    right = {"email": EMAIL, "role": "viewer", "place": f"stop:{stop.id}", "language": "id"}

    answer = send(client, "/kelola/undang", **{**right, **fields})

    assert answer.status_code == 422
    assert "g-error" in answer.get_data(as_text=True)
    assert list_mails(app) == []


def test_an_invitation_asks_for_what_is_to_come(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        stop = make_stop(make_campaign(title="BBI 2099"))
        make_event(stop, title="Sudah lewat", starts_on=date(2022, 3, 17))
        make_event(stop, title="Akan datang", starts_on=date(2099, 3, 17))
        make_event(stop, title="Belum bertanggal", starts_on=None)
        manager = make_user(Role.STOP_MANAGER, stop.scope)
    sign_in(app, client, manager)

    page = client.get(f"/kelola/undang?di=stop:{stop.id}").text

    assert f'<option selected value="stop:{stop.id}">' in page
    assert "Sudah lewat" not in page
    assert page.index("Akan datang") < page.index("Belum bertanggal")
