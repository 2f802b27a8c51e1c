"""The frame: well-being pages, headers, and the line between reading and writing."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError

from gernas.campaigns.models import Campaign
from gernas.core.clock import now
from gernas.core.database import after_commit, db, transaction
from tests.factories import make_campaign


def test_healthz_says_ok_and_no_more(client: FlaskClient) -> None:
    """ASVS 13.4.5."""
    answer = client.get("/healthz")

    assert (answer.status_code, answer.data) == (200, b"ok\n")


def test_readyz_is_unready_while_no_worker_gives_a_sign_of_life(client: FlaskClient) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.data) == (503, b"unready\n")


def test_metrics_are_there_for_the_token_alone(client: FlaskClient) -> None:
    right = {"Authorization": "Bearer token-of-the-tests"}

    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    assert b"gernas_requests_total" in client.get("/metrics", headers=right).data


def test_what_is_changed_outside_a_transaction_is_refused_by_the_database(context: Flask) -> None:
    """ASVS 3.5.3: a GET runs in a read-only transaction."""
    campaign = make_campaign(title="Before")

    db.session.get_one(Campaign, campaign.id).title = "After"
    with pytest.raises(DBAPIError):
        db.session.commit()
    db.session.rollback()

    assert db.session.get_one(Campaign, campaign.id).title == "Before"


def test_an_error_undoes_the_transaction_and_what_waits_for_its_commit(context: Flask) -> None:
    told: list[str] = []
    campaign = make_campaign(title="Before")

    def fail() -> None:
        with transaction():
            db.session.get_one(Campaign, campaign.id).title = "After"
            after_commit(lambda: told.append("committed"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert (db.session.get_one(Campaign, campaign.id).title, told) == ("Before", [])


def test_a_moment_without_a_zone_is_refused(context: Flask) -> None:
    with pytest.raises(Exception, match="without its zone"):
        make_campaign(created_at=now().replace(tzinfo=None))
