"""Nothing made up may appear in a real installation."""

from dataclasses import replace

import pytest
from flask import Flask

from gernas.campaigns.models import Campaign
from gernas.core.database import db
from gernas.demo.load import NoDemoHere, load_demo


def test_a_real_installation_has_no_demo(context: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """ASVS 6.3.2."""
    real = replace(context.config["GERNAS"], demo=False)
    monkeypatch.setitem(context.config, "GERNAS", real)

    with pytest.raises(NoDemoHere):
        load_demo()

    assert db.session.query(Campaign).count() == 0
