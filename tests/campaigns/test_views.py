"""The back-office pages of campaigns, stops and indicators."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gernas.campaigns.models import Campaign, Indicator, Observation, Stop
from gernas.core.database import db
from gernas.core.permissions import Role
from tests.conftest import count_queries
from tests.events.browsing import read_form, send
from tests.factories import make_campaign, make_indicator, make_stop, make_user, sign_in


def post(client: FlaskClient, path: str, **values: object) -> TestResponse:
    """Send a form as its page does, with the page's token."""
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "raw"
    client.application.config["WTF_CSRF_ENABLED"] = False
    try:
        return client.post(path, data=values)
    finally:
        client.application.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def campaign(app: Flask, client: FlaskClient) -> Campaign:
    """A campaign, and the client signed in as its manager."""
    with app.app_context():
        campaign = make_campaign(slug="bbi-2030", title="BBI 2030")
        manager = make_user(Role.CAMPAIGN_MANAGER, campaign.scope)
    sign_in(app, client, manager)
    return campaign


def test_a_stranger_is_sent_to_sign_in(client: FlaskClient) -> None:
    """ASVS 8.2.1."""
    answer = client.get("/kelola/kampanye")

    assert (answer.status_code, answer.location) == (303, "/masuk?next=/kelola/kampanye")


def test_another_campaign_is_the_same_404_as_none(
    app: Flask, client: FlaskClient, campaign: Campaign
) -> None:
    """ASVS 8.2.2."""
    with app.app_context():
        make_campaign(slug="rahasia")

    statuses = [
        client.get(path).status_code
        for path in ("/kelola/bbi-2030", "/kelola/rahasia", "/kelola/tidak-ada")
    ]

    assert statuses == [200, 404, 404]


def test_a_viewer_sees_and_may_not_change(app: Flask, client: FlaskClient) -> None:
    """ASVS 8.2.1."""
    with app.app_context():
        campaign = make_campaign(slug="bbi-2030")
        viewer = make_user(Role.VIEWER, campaign.scope)
    sign_in(app, client, viewer)

    assert client.get("/kelola/bbi-2030").status_code == 200
    assert client.get("/kelola/bbi-2030/ubah").status_code == 403
    assert post(client, "/kelola/bbi-2030/terbitkan").status_code == 403


def test_a_stop_is_planned_and_edited(app: Flask, client: FlaskClient, campaign: Campaign) -> None:
    added = post(
        client,
        "/kelola/bbi-2030/provinsi/baru",
        province_code="ID-LA",
        theme="Lagawi Fest",
        partners="Pemprov Lampung\nBank Indonesia Lampung\n",
        cohort_size="30",
        champions="5",
        mentoring_weeks="13",
        opens_on="2030-02-27",
        closes_on="2030-06-23",
    )
    page = client.get(added.location)

    assert added.location == "/kelola/bbi-2030/lampung"
    assert page.status_code == 200
    assert "Lagawi Fest" in page.text
    with app.app_context():
        stop = db.session.query(Stop).one()
        assert stop.partners == ["Pemprov Lampung", "Bank Indonesia Lampung"]
        assert (stop.opens_on, stop.closes_on) == (date(2030, 2, 27), date(2030, 6, 23))


def test_a_mistake_keeps_what_was_typed(client: FlaskClient, campaign: Campaign) -> None:
    answer = post(
        client,
        "/kelola/bbi-2030/provinsi/baru",
        province_code="ID-LA",
        theme="Lagawi Fest",
        cohort_size="many",
        champions="5",
        mentoring_weeks="13",
        opens_on="2030-06-23",
        closes_on="2030-02-27",
    )

    assert answer.status_code == 422
    assert 'value="Lagawi Fest"' in answer.text
    assert 'value="many"' in answer.text
    assert "“many” is not a whole number." in answer.text
    assert "The window ends before it begins." in answer.text


def test_two_editors_do_not_overwrite_each_other(
    app: Flask, client: FlaskClient, campaign: Campaign
) -> None:
    with app.app_context():
        make_stop(campaign, slug="lampung", theme="Before")
    form = {"province_code": "ID-LA", "cohort_size": 30, "champions": 5, "mentoring_weeks": 13}
    post(client, "/kelola/bbi-2030/lampung/ubah", version=1, theme="Theirs", **form)

    late = post(client, "/kelola/bbi-2030/lampung/ubah", version=1, theme="Mine", **form)
    again = post(client, "/kelola/bbi-2030/lampung/ubah", version=2, theme="Mine", **form)

    assert late.status_code == 409
    assert "Theirs" in late.text
    assert 'value="Mine"' in late.text
    assert 'name="version" type="hidden" value="2"' in late.text
    assert again.status_code == 303
    with app.app_context():
        assert db.session.query(Stop).one().theme == "Mine"


def test_what_only_the_other_editor_changed_is_taken_over(
    app: Flask, client: FlaskClient, campaign: Campaign
) -> None:
    with app.app_context():
        make_stop(campaign, slug="lampung", theme="Before", manager="Before", partners=["OJK"])
    path = "/kelola/bbi-2030/lampung/ubah"
    form = read_form(client.get(path), having="theme")
    send(client, path, having="theme", theme="Theirs", partners="Bank Indonesia")

    late = client.post(path, data={**form.values, "manager": "Mine"})
    again = client.post(path, data=read_form(late, having="theme").values)

    assert late.status_code == 409
    assert "(you did not change it: theirs stays)</td><td><ins>Theirs</ins>" in late.text
    assert "<ins>Before</ins>" not in late.text
    assert again.status_code == 303
    with app.app_context():
        saved = db.session.query(Stop).one()
        assert (saved.theme, saved.manager) == ("Theirs", "Mine")
        assert saved.partners == ["Bank Indonesia"]


def test_targets_and_what_was_counted_are_kept_apart(
    app: Flask, client: FlaskClient, campaign: Campaign
) -> None:
    with app.app_context():
        indicator = make_indicator(campaign, name="UMKM daring")
    path = f"/kelola/bbi-2030/indikator/{indicator.id}"

    for kind, value in (("target", "30.000.000"), ("actual", "17.200.000")):
        post(
            client,
            f"{path}/angka/baru",
            kind=kind,
            value=value.replace(".", ""),
            on_date="2030-12-31",
        )
    page = client.get(path)

    assert "30,000,000" in page.text
    assert "17,200,000" in page.text
    with app.app_context():
        kinds = {str(row.kind): int(row.value) for row in db.session.query(Observation)}
        assert kinds == {"target": 30_000_000, "actual": 17_200_000}


def test_a_target_needs_its_day(client: FlaskClient, app: Flask, campaign: Campaign) -> None:
    with app.app_context():
        indicator = make_indicator(campaign)
    path = f"/kelola/bbi-2030/indikator/{indicator.id}/angka/baru"

    answer = post(client, path, kind="target", value="5")

    assert answer.status_code == 422
    assert "A target needs the day it is due." in answer.text


def test_the_indicator_of_another_campaign_is_a_404(
    client: FlaskClient, app: Flask, campaign: Campaign
) -> None:
    """ASVS 8.2.2."""
    with app.app_context():
        foreign = make_indicator()

    assert client.get(f"/kelola/bbi-2030/indikator/{foreign.id}").status_code == 404
    assert post(client, f"/kelola/bbi-2030/indikator/{foreign.id}/hapus").status_code == 404
    with app.app_context():
        assert db.session.get(Indicator, foreign.id) is not None


def test_publishing_and_its_undo(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        campaign = make_campaign(slug="bbi-2030", published_at=None)
        manager = make_user(Role.CAMPAIGN_MANAGER, campaign.scope)
    sign_in(app, client, manager)

    post(client, "/kelola/bbi-2030/terbitkan")
    page = client.get("/kelola/bbi-2030")
    post(client, "/kelola/bbi-2030/sembunyikan")

    assert 'action="/kelola/bbi-2030/sembunyikan"' in page.text
    with app.app_context():
        assert db.session.query(Campaign).one().published_at is None


@pytest.mark.parametrize(
    "path", ["/kelola/kampanye", "/kelola/bbi-2030", "/kelola/bbi-2030/indikator"]
)
def test_a_list_costs_the_same_queries_for_three_and_three_hundred_rows(
    app: Flask, client: FlaskClient, campaign: Campaign, path: str
) -> None:
    with app.app_context():
        for _ in range(3):
            make_stop(campaign)
            make_indicator(campaign)
    with count_queries(app) as few:
        client.get(path)
    with app.app_context():
        for _ in range(40):
            make_stop(campaign)
            make_indicator(campaign)
    with count_queries(app) as many:
        client.get(path)

    assert len(many) == len(few)
