"""What `gernas doctor` finds."""

from dataclasses import replace

import pytest
from flask import Flask

from gernas.audit.health import examine_log
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.doctor import Finding, examine
from gernas.core.jobs import WorkerBeat
from gernas.messages.health import examine_outbox


def sentences(*examiners: object) -> str:
    return "\n".join(one.sentence for one in examine(*examiners))  # type: ignore[arg-type]


def test_a_healthy_installation_has_nothing_serious(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = context.config["GERNAS"]
    healthy = replace(
        settings,
        url="https://gernas.example.id",
        demo=False,
        second_factor=True,
        contact_email="sekretariat@example.id",
        mail=replace(settings.mail, host="smtp.example.id"),
    )
    monkeypatch.setitem(context.config, "GERNAS", healthy)
    with transaction():
        db.session.add(WorkerBeat(name="test", at=now()))

    assert [one for one in examine(examine_log, examine_outbox) if one.serious] == []


def test_what_is_missing_or_unsafe_is_said(context: Flask) -> None:
    """ASVS 13.2.3."""
    found = sentences()

    assert "No worker gave a sign of life" in found
    assert "GERNAS_DEMO is on" in found
    assert "GERNAS_SECOND_FACTOR is off" in found


def test_serious_findings_come_first(context: Flask) -> None:
    mild = Finding("mild", serious=False)

    found = examine(lambda: [mild])

    assert found[-1] == mild
    assert found[0].serious
