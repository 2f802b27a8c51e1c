"""Numbers of an indicator as people type them, and two people who mend the same one."""

from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.campaigns.models import Campaign, Indicator, Observation, Unit
from gernas.core.database import db
from gernas.core.permissions import Role
from tests.events.browsing import read_form, send
from tests.factories import make_campaign, make_indicator, make_user, sign_in


@pytest.fixture
def campaign(app: Flask, client: FlaskClient) -> Campaign:
    """A campaign, and the client signed in as its manager, who reads English."""
    with app.app_context():
        campaign = make_campaign(slug="bbi-2030")
        manager = make_user(Role.CAMPAIGN_MANAGER, campaign.scope, name="Rina Halim")
    sign_in(app, client, manager)
    return campaign


def add_path(app: Flask, campaign: Campaign, unit: Unit) -> str:
    with app.app_context():
        indicator = make_indicator(campaign, unit=unit)
    return f"/kelola/bbi-2030/indikator/{indicator.id}/angka/baru"


@pytest.mark.parametrize(
    "case",
    [
        (Unit.UMKM, "30 million", "30000000"),
        (Unit.UMKM, "17,200,000", "17200000"),
        (Unit.RUPIAH, "Rp 5.23 billion", "5230000000"),
        (Unit.RUPIAH, "400 triliun", "400000000000000"),
        (Unit.PERCENT, "12.5 %", "12.5"),
    ],
)
def test_a_number_is_read_as_people_write_it(
    app: Flask, client: FlaskClient, campaign: Campaign, case: tuple[Unit, str, str]
) -> None:
    unit, typed, value = case
    path = add_path(app, campaign, unit)

    answer = send(client, path, having="value", kind="actual", value=typed)

    assert answer.status_code == 303
    with app.app_context():
        assert db.session.query(Observation).one().value == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("21.5", "Write a whole number here."), ("many", "“many” is not a number.")],
)
def test_what_is_no_count_is_refused(
    app: Flask, client: FlaskClient, campaign: Campaign, typed: str, sentence: str
) -> None:
    path = add_path(app, campaign, Unit.UMKM)

    answer = send(client, path, having="value", kind="actual", value=typed)

    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_target_is_asked_for_first(app: Flask, client: FlaskClient, campaign: Campaign) -> None:
    path = add_path(app, campaign, Unit.UMKM)

    first = read_form(client.get(path), having="value").values["kind"]
    send(client, path, having="value", value="5", on_date="2030-12-31")
    second = read_form(client.get(path), having="value").values["kind"]

    assert (first, second) == ("target", "actual")


def test_an_unchanged_number_is_saved_as_it_was(
    app: Flask, client: FlaskClient, campaign: Campaign
) -> None:
    path = add_path(app, campaign, Unit.RUPIAH)
    send(client, path, having="value", kind="actual", value="749 trillion")
    edit = f"/kelola/bbi-2030/angka/{number_id(app)}/ubah"

    answer = send(client, edit, having="value")

    assert answer.status_code == 303
    with app.app_context():
        assert db.session.query(Observation).one().value == 749 * 10**12


def test_two_who_mend_a_number_are_shown_to_each_other(
    app: Flask, client: FlaskClient, campaign: Campaign
) -> None:
    path = add_path(app, campaign, Unit.UMKM)
    send(client, path, having="value", kind="actual", value="5", source="Before")
    edit = f"/kelola/bbi-2030/angka/{number_id(app)}/ubah"
    form = read_form(client.get(edit), having="value")
    send(client, edit, having="value", value="6", source="Theirs")

    late = client.post(edit, data={**form.values, "value": "7"})
    again = client.post(edit, data=read_form(late, having="value").values)

    assert late.status_code == 409
    assert "Rina Halim changed this while you were editing" in late.text
    assert again.status_code == 303
    with app.app_context():
        saved = db.session.query(Observation).one()
        assert (int(saved.value), saved.source) == (7, "Theirs")


def test_an_indicator_without_a_key_gets_one_from_its_name(
    app: Flask, client: FlaskClient, campaign: Campaign
) -> None:
    for _ in range(2):
        send(client, "/kelola/bbi-2030/indikator/baru", having="name", name="UMKM Daring")

    with app.app_context():
        keys = [row.key for row in db.session.query(Indicator).order_by(Indicator.id)]
    assert keys == ["umkm_daring", "umkm_daring_2"]


def number_id(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Observation).one().id
