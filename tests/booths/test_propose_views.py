"""Pages: asking for a proposal, its progress, the proposal itself; exhibitors and groups."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from gernas.booths.assigning.tasks import Rule
from gernas.booths.models import BoothCall, BoothGroup, BoothNeed, BoothWish, Plan, Proposal
from gernas.core.database import db
from gernas.core.jobs import run_job
from gernas.core.permissions import Role
from gernas.registrations.models import Registration
from tests.booths.exhibiting import assign, live, make_booth_call, make_exhibitor
from tests.booths.making import make_booth, make_fixture, make_hall, make_sponsor
from tests.conftest import count_queries
from tests.factories import make_user, save, sign_in
from tests.registrations.applying import fields_of

RULES = [str(rule) for rule in Rule]


@pytest.fixture
def terms(app: Flask) -> BoothCall:
    with app.app_context():
        return make_booth_call()


@pytest.fixture
def base(app: Flask, terms: BoothCall) -> str:
    with app.app_context():
        event = db.session.get_one(Plan, terms.plan_id).event
        return f"/kelola/acara/{event.slug}/denah"


@pytest.fixture
def organizer(app: Flask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        user = make_user(Role.ADMINISTRATOR)
    sign_in(app, client, user)
    return client


def fill(app: Flask, terms: BoothCall, booths: int = 3, exhibitors: int = 2, **need: Any) -> None:
    with app.app_context():
        plan = db.session.get_one(Plan, terms.plan_id)
        hall = make_hall(plan, name="Tenda utama")
        make_fixture(hall)
        made = [
            make_booth(hall, f"A{number:02}", x_cm=number * 300, y_cm=0)
            for number in range(1, booths + 1)
        ]
        for number in range(exhibitors):
            one = make_exhibitor(terms, business_name=f"Kopi {number}", need=need or None)
            save(BoothWish(registration_id=one.id, rank=1, booth_id=made[0].id))


def work(app: Flask) -> int:
    """Have the worker do what was asked; the proposal's number."""
    with app.app_context():
        row = db.session.scalars(select(Proposal).order_by(Proposal.id.desc())).first()
        assert row is not None
        assert row.job_id is not None
        assert run_job(row.job_id)
        return row.id


def send(client: FlaskClient, base: str, to: str, **data: Any) -> Any:
    """Send a form of the plan's pages to ``to`` below them; the page that follows."""
    token = fields_of(client.get(f"{base}/peserta").text)["csrf_token"]
    return client.post(f"{base}/{to}", data={"csrf_token": token, **data}, follow_redirects=True)


def ask(client: FlaskClient, base: str, rules: list[str] | None = None) -> Any:
    return send(client, base, "usulan", rules=RULES if rules is None else rules, seconds="5")


def test_from_asking_to_accepting_and_back(
    app: Flask, organizer: FlaskClient, terms: BoothCall, base: str
) -> None:
    fill(app, terms)
    page = organizer.get(f"{base}/usulan").text
    assert "2 exhibitors have no booth yet." in page

    waiting = ask(organizer, base).text
    assert "Looking for the fairest booths" in waiting
    number = work(app)

    progress = organizer.get(f"{base}/usulan/{number}/kemajuan", headers={"HX-Request": "true"})
    assert (progress.status_code, progress.headers["HX-Redirect"]) == (204, f"{base}/usulan")
    proposal = organizer.get(f"{base}/usulan", follow_redirects=True).text
    assert "Proven: no proposal is better by these rules" in proposal
    assert "A01 goes to Kopi 0, who applied earlier." in proposal
    assert proposal.count('<svg class="g-plan') >= 2
    with app.app_context():
        assert live(terms.plan_id) == []

    accepted = send(organizer, base, f"usulan/{number}/terima").text
    assert "2 booths are given." in accepted
    with app.app_context():
        assert len(live(terms.plan_id)) == 2
        db.session.rollback()
    undone = send(organizer, base, f"usulan/{number}/urungkan").text
    assert "2 booths are free again." in undone
    send(organizer, base, f"usulan/{number}/buang")
    assert "Nobody waits" not in organizer.get(f"{base}/usulan").text
    with app.app_context():
        assert live(terms.plan_id) == []


def test_the_progress_shows_how_far_it_is_and_can_be_stopped(
    app: Flask, organizer: FlaskClient, terms: BoothCall, base: str
) -> None:
    fill(app, terms)
    ask(organizer, base)
    with app.app_context():
        number = db.session.scalars(select(Proposal.id)).one()

    fragment = organizer.get(f"{base}/usulan/{number}/kemajuan", headers={"HX-Request": "true"})
    assert "hx-trigger" in fragment.text
    assert organizer.get(f"{base}/usulan/{number}").status_code == 303
    again = ask(organizer, base)
    assert again.status_code == 409
    assert "A proposal is being worked out already." in again.text
    stopped = send(organizer, base, f"usulan/{number}/buang").text
    assert "The proposal is discarded." in stopped


def test_what_clashes_is_said_by_names_and_the_way_out(
    app: Flask, organizer: FlaskClient, terms: BoothCall, base: str
) -> None:
    fill(app, terms, exhibitors=1, amps=16)
    ask(organizer, base)
    work(app)

    page = organizer.get(f"{base}/usulan").text

    assert "There is no way to keep all these rules" in page
    assert "No free booth fits Kopi 0: “Enough power”." in page
    assert "Switching off this rule would help: “Enough power”." in page
    ask(organizer, base, [rule for rule in RULES if rule != "power"])
    work(app)
    assert "Accept the proposal" in organizer.get(f"{base}/usulan", follow_redirects=True).text


def test_what_changed_since_is_said_after_accepting(
    app: Flask, organizer: FlaskClient, terms: BoothCall, base: str
) -> None:
    fill(app, terms, booths=2, exhibitors=1)
    ask(organizer, base)
    number = work(app)
    with app.app_context():
        stranger = make_exhibitor(terms)
        plan = db.session.get_one(Plan, terms.plan_id)
        assign(plan.halls[0].booths[0], stranger)

    page = send(organizer, base, f"usulan/{number}/terima").text

    assert "0 booths are given. 1 was left out, see below." in page
    assert "Kopi 0: someone else has A01 by now." in page


def test_nonsense_is_refused_and_nothing_typed_is_lost(
    app: Flask, organizer: FlaskClient, terms: BoothCall, base: str
) -> None:
    fill(app, terms)

    answer = send(organizer, base, "usulan", rules=["apart"], seconds="900000")

    assert answer.status_code == 422
    assert 'value="900000"' in answer.text
    wrong = send(organizer, base, "usulan", rules=["magic"], seconds="5")
    assert wrong.status_code == 422
    assert send(organizer, base, "usulan/999/terima").status_code == 404
    assert organizer.get(f"{base}/usulan/999").status_code == 404


def test_nobody_waits_or_there_is_no_booth(
    organizer: FlaskClient, app: Flask, terms: BoothCall, base: str
) -> None:
    assert "There is no booth yet" in organizer.get(f"{base}/usulan").text
    fill(app, terms, exhibitors=0)
    assert "Nobody waits for a booth" in organizer.get(f"{base}/usulan").text


def test_a_long_proposal_takes_no_more_queries_than_a_short_one(
    app: Flask, organizer: FlaskClient, terms: BoothCall, base: str
) -> None:
    fill(app, terms, booths=2, exhibitors=1)
    ask(organizer, base, [])
    short = work(app)
    with count_queries(app) as few:
        organizer.get(f"{base}/usulan/{short}")
    with app.app_context():
        hall = db.session.get_one(Plan, terms.plan_id).halls[0]
        for number in range(3, 8):
            make_booth(hall, f"A{number:02}", x_cm=number * 300, y_cm=0)
            make_exhibitor(terms)
    ask(organizer, base, [])
    long = work(app)

    with count_queries(app) as many:
        organizer.get(f"{base}/usulan/{long}")

    assert len(many) == len(few)


def test_needs_and_wishes_of_an_exhibitor_are_edited(
    app: Flask, organizer: FlaskClient, terms: BoothCall, base: str
) -> None:
    fill(app, terms, exhibitors=1)
    with app.app_context():
        number = db.session.scalars(select(Registration.id)).one()
        sponsor = make_sponsor(db.session.get_one(Plan, terms.plan_id))
    group_page = send(organizer, base, "kelompok", name="Penenun Metro")
    assert "Penenun Metro" in group_page.text
    with app.app_context():
        group = db.session.scalars(select(BoothGroup.id)).one()
    data = {
        "product": "Kopi bubuk",
        "width": "2,5",
        "amps": "2",
        "accessible": "",
        "group_id": str(group),
        "sponsor_id": str(sponsor.id),
        "wish_1": "a03",
        "wish_2": "A01",
    }

    answer = send(organizer, base, f"peserta/{number}", **data)

    assert "Saved what Kopi 0 needs and wishes for." in answer.text
    assert "A03, A01" in answer.text
    with app.app_context():
        need = db.session.get_one(BoothNeed, number)
        assert (need.width_cm, need.amps, need.water, need.accessible) == (250, 2, False, False)
        assert (need.product, need.group_id, need.sponsor_id) == ("Kopi bubuk", group, sponsor.id)
    shown = organizer.get(f"{base}/peserta/{number}").text
    assert 'value="2.5"' in shown or 'value="2,5"' in shown
    bad = send(organizer, base, f"peserta/{number}", **{**data, "wish_2": "Z99"})
    assert bad.status_code == 422
    assert "There is no booth with this number on the plan." in bad.text
    assert 'value="Z99"' in bad.text


def test_groups_are_renamed_and_removed(
    app: Flask, organizer: FlaskClient, terms: BoothCall, base: str
) -> None:
    send(organizer, base, "kelompok", name="Satu")
    send(organizer, base, "kelompok", name="Dua")
    with app.app_context():
        one = db.session.scalars(select(BoothGroup.id).where(BoothGroup.name == "Satu")).one()

    taken = send(organizer, base, f"kelompok/{one}", name="Dua")
    assert taken.status_code == 422
    assert "There is a group with this name already." in taken.text
    assert "Tiga" in send(organizer, base, f"kelompok/{one}", name="Tiga").text
    assert "The group is gone." in send(organizer, base, f"kelompok/{one}/hapus").text
    assert send(organizer, base, "kelompok", name=" ").status_code == 422
    assert organizer.get(f"{base}/kelompok/{one}").status_code == 404


def test_who_may_not_give_booths_sees_none_of_it(
    app: Flask, client: FlaskClient, terms: BoothCall, base: str
) -> None:
    with app.app_context():
        plan = db.session.get_one(Plan, terms.plan_id)
        viewer = make_user(Role.VIEWER, plan.event.campaign.scope)
    sign_in(app, client, viewer)

    assert client.get(f"{base}/usulan").status_code == 403
    assert client.get(f"{base}/peserta").status_code == 403
