"""The blueprint of floor plans and booths in the back office, and what its pages share."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from gernas.booths.words import (
    dm,
    fixture_word,
    hall_title,
    letter_size,
    metres,
    plan_size,
    plan_title,
    size_words,
    zone_class,
    zone_title,
)

bp = Blueprint("booths", __name__)


@bp.record_once
def offer(state: BlueprintSetupState) -> None:
    """Give templates the words for plans; as globals, since imported macros see only those."""
    state.app.jinja_env.globals.update(
        dm=dm,
        fixture_word=fixture_word,
        hall_title=hall_title,
        letter_size=letter_size,
        metres=metres,
        plan_size=plan_size,
        plan_title=plan_title,
        size_words=size_words,
        zone_class=zone_class,
        zone_title=zone_title,
    )
