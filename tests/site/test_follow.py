"""Following by mail: asked, confirmed, left; by nobody else, and without telling who follows."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from gernas.core.database import db, transaction
from gernas.core.permissions import Scope
from gernas.events.follows import ask_to_follow, drop_stale_follows, find_follow, get_token
from gernas.events.models import Follow
from gernas.messages.models import Message
from tests.conftest import race
from tests.factories import make_campaign, make_event, make_stop
from tests.site.conftest import Clock, Page

SITI = "siti@contoh.id"


@pytest.fixture
def event_scope(app: Flask) -> Scope:
    with app.app_context():
        stop = make_stop(
            make_campaign(slug="gernas-bbi-2022", title="Gernas BBI 2022"), slug="lampung"
        )
        return make_event(stop, slug="kick-off", title="Kick-off Lampung").scope


def get_csrf(client: FlaskClient, path: str) -> str:
    text = client.get(path).get_data(as_text=True)
    (token,) = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', text)
    return str(token)


def ask(client: FlaskClient, path: str, email: str = SITI) -> int:
    data = {"email": email, "csrf_token": get_csrf(client, path)}
    return client.post(path, data=data).status_code


def list_messages(app: Flask, template: str) -> list[Message]:
    with app.app_context():
        found = select(Message).where(Message.template == template).order_by(Message.id)
        return list(db.session.scalars(found))


def get_path(message: Message, name: str = "url") -> str:
    return message.placeholders[name].removeprefix("http://gernas.test")


def list_follows(app: Flask) -> list[Follow]:
    with app.app_context():
        return list(db.session.scalars(select(Follow).order_by(Follow.id)))


def follow_and_confirm(app: Flask, client: FlaskClient, path: str = "/ikuti/acara/kick-off") -> str:
    """Follow as Siti; give the path of her link to confirm."""
    ask(client, path)
    link = get_path(list_messages(app, "follow_confirm")[-1])
    client.post(link, data={"csrf_token": get_csrf(client, link)})
    return link


# --- Asking ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "followed",
    [
        ("/ikuti/acara/kick-off", "event", "Kick-off Lampung"),
        ("/ikuti/kampanye/gernas-bbi-2022/lampung", "stop", "Gernas BBI 2022: Lampung"),
        ("/ikuti/kampanye/gernas-bbi-2022", "campaign", "Gernas BBI 2022"),
    ],
)
def test_an_event_a_stop_and_a_campaign_can_be_followed(
    app: Flask, client: FlaskClient, event_scope: Scope, page: Page, followed: tuple[str, str, str]
) -> None:
    path, kind, title = followed
    assert f"<b>{title}</b>" in page(path)
    assert ask(client, path) == 303

    (message,) = list_messages(app, "follow_confirm")
    (follow,) = list_follows(app)
    assert (message.recipient, message.placeholders["title"], message.language) == (
        SITI,
        title,
        "id",
    )
    assert (follow.scope_kind, follow.confirmed_at) == (kind, None)


def test_who_asks_in_english_gets_english_mail(
    app: Flask, client: FlaskClient, event_scope: Scope
) -> None:
    ask(client, "/en/ikuti/acara/kick-off")

    (message,) = list_messages(app, "follow_confirm")
    assert message.language == "en"
    assert get_path(message).startswith("/en/ikuti/konfirmasi/")


def test_one_address_has_one_spelling(app: Flask, client: FlaskClient, event_scope: Scope) -> None:
    for spelling in ("Siti@Contoh.ID", " siti@contoh.id "):
        ask(client, "/ikuti/acara/kick-off", spelling)

    assert [follow.email for follow in list_follows(app)] == [SITI]


@pytest.mark.parametrize(
    "email",
    [
        "",
        "siti",
        "siti@",
        "siti@localhost",
        "a@b.id, c@d.id",
        "siti@contoh.id\r\nBcc: x@y.id",
        "a" * 65 + "@contoh.id",
        "siti@" + "a" * 250 + ".id",
        "<script>@contoh.id",
    ],
)
def test_what_is_no_address_is_refused_at_the_field(
    app: Flask, client: FlaskClient, event_scope: Scope, email: str
) -> None:
    path = "/ikuti/acara/kick-off"
    data = {"email": email, "csrf_token": get_csrf(client, path)}

    answer = client.post(path, data=data)

    assert answer.status_code == 422
    assert 'href="#email"' in answer.get_data(as_text=True)
    assert list_follows(app) == []


def test_a_form_without_its_token_does_nothing(
    app: Flask, client: FlaskClient, event_scope: Scope
) -> None:
    """ASVS 3.5.1."""
    answer = client.post("/ikuti/acara/kick-off", data={"email": SITI})

    assert answer.status_code == 400
    assert list_follows(app) == []


def test_the_answer_is_the_same_for_everybody(
    app: Flask, client: FlaskClient, event_scope: Scope
) -> None:
    """ASVS 6.3.8 in spirit: nobody learns who follows."""
    follow_and_confirm(app, client)

    answers = []
    for email in (SITI, "budi@contoh.id", "budi@contoh.id"):
        path = "/ikuti/acara/kick-off"
        data = {"email": email, "csrf_token": get_csrf(client, path)}
        answers.append(client.post(path, data=data))

    assert {(a.status_code, a.headers["Location"]) for a in answers} == {(303, "/ikuti/terkirim")}
    assert {a.data for a in answers} == {answers[0].data}


def test_who_follows_already_is_told_so_and_goes_on_following(
    app: Flask, client: FlaskClient, event_scope: Scope
) -> None:
    follow_and_confirm(app, client)

    ask(client, "/ikuti/acara/kick-off")

    (known,) = list_messages(app, "follow_known")
    (follow,) = list_follows(app)
    assert known.recipient == SITI
    assert follow.confirmed_at is not None
    assert len(list_messages(app, "follow_confirm")) == 1


def test_one_address_gets_ten_mails_an_hour_at_most_and_nobody_is_told(
    app: Flask, client: FlaskClient, event_scope: Scope, time: Clock
) -> None:
    for _ in range(14):
        assert ask(client, "/ikuti/acara/kick-off") == 303
        time.forward(seconds=2)

    assert len(list_messages(app, "follow_confirm")) == 10
    time.forward(hours=1, minutes=1)
    ask(client, "/ikuti/acara/kick-off")
    assert len(list_messages(app, "follow_confirm")) == 11


def test_one_network_cannot_ask_without_end(
    app: Flask, client: FlaskClient, event_scope: Scope
) -> None:
    token = get_csrf(client, "/ikuti/acara/kick-off")

    answers = [
        client.post("/ikuti/acara/kick-off", data={"email": "x", "csrf_token": token}).status_code
        for _ in range(61)
    ]

    assert answers[:60] == [422] * 60
    assert answers[60] == 429


def test_of_two_at_once_both_follow_with_one_row(app: Flask, event_scope: Scope) -> None:
    def ask_once() -> str:
        with transaction():
            ask_to_follow(SITI, event_scope, language="id")
        return "asked"

    assert race(app, [ask_once] * 6) == ["asked"] * 6
    assert len(list_follows(app)) == 1


# --- Confirming -----------------------------------------------------------------------------


def test_opening_the_link_confirms_nothing_pressing_the_button_does(
    app: Flask, client: FlaskClient, event_scope: Scope
) -> None:
    ask(client, "/ikuti/acara/kick-off")
    link = get_path(list_messages(app, "follow_confirm")[0])

    opened = client.get(link)
    after_opening = list_follows(app)[0].confirmed_at
    client.post(link, data={"csrf_token": get_csrf(client, link)})

    assert "Ya, kirim kabar" in opened.get_data(as_text=True)
    assert after_opening is None
    assert list_follows(app)[0].confirmed_at is not None
    assert "Kabar akan kami kirim" in client.get(link).get_data(as_text=True)


def test_a_button_pressed_on_another_page_confirms_nothing(
    app: Flask, client: FlaskClient, event_scope: Scope
) -> None:
    ask(client, "/ikuti/acara/kick-off")
    link = get_path(list_messages(app, "follow_confirm")[0])

    assert client.post(link).status_code == 400
    assert list_follows(app)[0].confirmed_at is None


def test_an_unused_link_dies_after_seven_days(
    app: Flask, client: FlaskClient, event_scope: Scope, time: Clock
) -> None:
    ask(client, "/ikuti/acara/kick-off")
    link = get_path(list_messages(app, "follow_confirm")[0])
    token = get_csrf(client, link)
    time.forward(days=7, minutes=1)

    assert client.get(link).status_code == 410
    assert client.post(link, data={"csrf_token": token}).status_code == 410
    assert list_follows(app)[0].confirmed_at is None


def test_asking_again_later_makes_a_new_link_and_the_old_one_stays_dead(
    app: Flask, client: FlaskClient, event_scope: Scope, time: Clock
) -> None:
    ask(client, "/ikuti/acara/kick-off")
    time.forward(days=8)
    ask(client, "/ikuti/acara/kick-off")

    old, new = (get_path(message) for message in list_messages(app, "follow_confirm"))
    assert old != new
    assert client.get(old).status_code == 410
    assert client.get(new).status_code == 200


def test_a_replayed_confirmation_does_not_bring_back_who_has_left(
    app: Flask, client: FlaskClient, event_scope: Scope
) -> None:
    """ASVS 9.2, 6.4: a used link opens nothing."""
    link = follow_and_confirm(app, client)
    client.post(link.replace("konfirmasi", "berhenti"))

    assert client.get(link).status_code == 410
    (follow,) = list_follows(app)
    assert follow.left_at is not None
    token = get_csrf(client, "/ikuti/acara/kick-off")
    assert client.post(link, data={"csrf_token": token}).status_code == 410
    assert list_follows(app)[0].left_at is not None


@pytest.mark.parametrize("place", ["konfirmasi", "berhenti"])
def test_a_forged_link_opens_nothing(
    app: Flask, client: FlaskClient, event_scope: Scope, place: str
) -> None:
    ask(client, "/ikuti/acara/kick-off")
    link = get_path(list_messages(app, "follow_confirm")[0])
    secret = link.rpartition("/")[2]
    with app.app_context():
        stored = db.session.scalars(select(Follow.token_hash)).one()

    other = secret[:-1] + ("B" if secret.endswith("A") else "A")
    for forged in (other, secret.swapcase(), stored, "1", "%00", "x" * 5000):
        assert client.get(f"/ikuti/{place}/{forged}").status_code in (404, 410)
    assert client.post("/ikuti/berhenti/" + secret[::-1]).status_code == 410
    assert list_follows(app)[0].left_at is None


def test_the_table_does_not_hold_what_the_links_hold(
    app: Flask, client: FlaskClient, event_scope: Scope
) -> None:
    ask(client, "/ikuti/acara/kick-off")
    secret = get_path(list_messages(app, "follow_confirm")[0]).rpartition("/")[2]
    (follow,) = list_follows(app)

    columns = [str(getattr(follow, column.key)) for column in Follow.__table__.columns]
    assert not any(secret in value for value in columns)
    assert len(secret) == 32


def test_links_outlive_a_change_of_the_key(
    app: Flask, client: FlaskClient, event_scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    link = follow_and_confirm(app, client)
    settings = app.config["GERNAS"]
    secret = link.rpartition("/")[2]

    with app.app_context():
        follow = find_follow(secret)
        assert follow is not None
        rotated = replace(
            settings, secret_key="n" * 40 + "ew-key", secret_key_fallbacks=(settings.secret_key,)
        )
        monkeypatch.setitem(app.config, "GERNAS", rotated)
        assert get_token(follow) == secret
        forgotten = replace(rotated, secret_key_fallbacks=())
        monkeypatch.setitem(app.config, "GERNAS", forgotten)
        with transaction():
            renewed = get_token(db.session.get_one(Follow, follow.id))
        assert renewed != secret
        assert find_follow(renewed) is not None


# --- Leaving --------------------------------------------------------------------------------


def test_leaving_takes_one_press_and_opening_the_page_takes_none(
    app: Flask, client: FlaskClient, event_scope: Scope
) -> None:
    link = follow_and_confirm(app, client).replace("konfirmasi", "berhenti")

    opened = client.get(link).get_data(as_text=True)
    still = list_follows(app)[0].left_at
    answer = client.post(link)

    assert "Ya, hentikan" in opened
    assert still is None
    assert answer.status_code == 303
    assert list_follows(app)[0].left_at is not None
    assert "Tidak ada email lagi" in client.get(link).get_data(as_text=True)
    assert client.post(link).status_code == 303  # once more changes nothing


def test_who_has_left_can_follow_again_after_confirming_again(
    app: Flask, client: FlaskClient, event_scope: Scope
) -> None:
    link = follow_and_confirm(app, client)
    client.post(link.replace("konfirmasi", "berhenti"))

    ask(client, "/ikuti/acara/kick-off")
    (follow,) = list_follows(app)

    assert (follow.confirmed_at, follow.left_at) == (None, None)
    assert client.get(link).status_code == 410


def test_what_is_over_is_forgotten(
    app: Flask, client: FlaskClient, event_scope: Scope, time: Clock
) -> None:
    """UU 27/2022: three days after leaving, seven without confirmation."""
    link = follow_and_confirm(app, client)
    client.post(link.replace("konfirmasi", "berhenti"))
    ask(client, "/ikuti/kampanye/gernas-bbi-2022", "budi@contoh.id")
    ask(client, "/ikuti/kampanye/gernas-bbi-2022", "tetap@contoh.id")
    last = get_path(list_messages(app, "follow_confirm")[-1])
    client.post(last, data={"csrf_token": get_csrf(client, last)})

    left = []
    for hours in (71, 2, 4 * 24 + 1):
        time.forward(hours=hours)
        with app.app_context(), transaction():
            drop_stale_follows()
        left.append([follow.email for follow in list_follows(app)])

    assert left == [
        [SITI, "budi@contoh.id", "tetap@contoh.id"],
        ["budi@contoh.id", "tetap@contoh.id"],
        ["tetap@contoh.id"],
    ]


def test_pages_of_following_are_nobody_elses(
    app: Flask, client: FlaskClient, event_scope: Scope
) -> None:
    """ASVS 14.3.2: never kept, never indexed."""
    link = follow_and_confirm(app, client)

    for path in ("/ikuti/acara/kick-off", "/ikuti/terkirim", link):
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "ETag" not in answer.headers


def test_many_wrong_links_have_to_wait_and_right_ones_do_not(
    app: Flask, client: FlaskClient, event_scope: Scope
) -> None:
    link = follow_and_confirm(app, client)
    for _ in range(30):
        client.get("/ikuti/berhenti/keliru")

    assert client.get("/ikuti/berhenti/keliru").status_code == 429
    assert client.post(link.replace("konfirmasi", "berhenti")).status_code == 303
