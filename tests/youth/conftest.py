"""What tests of youth share: sentences in English, and a clock that can be moved."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from gernas.core import clock


@pytest.fixture
def english(context: Flask) -> Iterator[Flask]:
    """The application with a context in which everything is told in English."""
    with force_locale("en"):
        yield context


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call it to let time pass: ``later(minutes=5)``."""
    real, passed = clock.now, [timedelta()]

    def shifted() -> Any:
        return real() + passed[0]

    def let_pass(**amount: int) -> None:
        passed[0] += timedelta(**amount)

    for module in _modules_that_read_the_clock():
        monkeypatch.setattr(module, "now", shifted)
    return let_pass


def _modules_that_read_the_clock() -> list[Any]:
    return [
        module
        for name, module in list(sys.modules.items())
        if name.startswith(("gernas.", "tests.registrations", "tests.booths", "tests.youth"))
        and getattr(module, "now", None) is clock.now
    ]
