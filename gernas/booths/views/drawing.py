"""The editor of a hall, and what it asks the server: the present state, a check, to save."""

import json
from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from gernas.booths.editor_words import list_editor_words
from gernas.booths.errors import HallChanged
from gernas.booths.models import Hall
from gernas.booths.queries import (
    list_booths,
    list_fixtures,
    list_held,
    list_sponsors,
    list_zones,
)
from gernas.booths.services.drawing import BadDrawing, Saved, check_things, save_drawing
from gernas.booths.services.halls import name_holder
from gernas.booths.views.blueprint import bp, get_hall, page
from gernas.booths.wire import (
    NotADrawing,
    Sent,
    name_fixture,
    read_drawing,
    write_hall,
    write_problems,
)
from gernas.booths.words import FIXTURE_WORDS
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.permissions import Permission, requires
from gernas.core.web import signed_in_user
from gernas.events.models import Event


@bp.get("/kelola/acara/<event:event>/denah/<id:hall_id>/gambar")
@requires(Permission.EDIT_BOOTHS)
def draw(event: Event, hall_id: int) -> ResponseReturnValue:
    """The editor; what it draws first lies in the page."""
    hall = get_hall(event, hall_id)
    return page(
        "draw.html",
        event,
        plan=hall.plan,
        hall=hall,
        state=_state(hall),
        fixture_words=FIXTURE_WORDS,
        editor_words=list_editor_words(),
    )


@bp.get("/kelola/acara/<event:event>/denah/<id:hall_id>/gambar.json")
@requires(Permission.EDIT_BOOTHS)
def drawing_state(event: Event, hall_id: int) -> ResponseReturnValue:
    """The present state, and the token of a session that began after the page was opened."""
    return _answer({"state": _state(get_hall(event, hall_id)), "csrf": generate_csrf()})


@bp.post("/kelola/acara/<event:event>/denah/<id:hall_id>/periksa.json")
@requires(Permission.EDIT_BOOTHS)
def check_drawing(event: Event, hall_id: int) -> ResponseReturnValue:
    """What is wrong with a drawing that is not saved: all of the hall is sent."""
    hall = get_hall(event, hall_id)
    try:
        sent = read_drawing(_payload())
    except GernasError as error:
        return _refusal(error)
    booths = list(zip(sent.booth_keys, (one for _id, one in sent.drawing.booths), strict=True))
    fixtures = list(
        zip(sent.fixture_keys, (one for _id, one in sent.drawing.fixtures), strict=True)
    )
    problems = check_things(hall, hall.plan.aisle_cm, booths, fixtures)
    names = {key: one.label for key, one in booths}
    names |= {key: name_fixture(one) for key, one in fixtures}
    return _answer({"problems": write_problems(problems, names)})


@bp.post("/kelola/acara/<event:event>/denah/<id:hall_id>/gambar.json")
@requires(Permission.EDIT_BOOTHS)
def save_hall(event: Event, hall_id: int) -> ResponseReturnValue:
    """Save what changed; all of it or nothing.

    409 brings the present state, on which the editor puts what was drawn; nothing is lost there.
    """
    hall = get_hall(event, hall_id)
    try:
        sent = read_drawing(_payload())
        with transaction():
            saved = save_drawing(
                db.session.get_one(Hall, hall.id),
                sent.drawing,
                version=sent.version,
                by=signed_in_user(),
            )
    except HallChanged as error:
        db.session.rollback()
        return _refusal(error, state=_state(get_hall(event, hall_id)))
    except BadDrawing as error:
        return _refusal(error, of=_problems_by_key(error, sent))
    except GernasError as error:
        return _refusal(error)
    except IntegrityError:
        db.session.rollback()
        text = _("Someone changed this hall just now. Look at it and save again.")
        return _answer({"text": text, "state": _state(get_hall(event, hall_id))}, 409)
    except SQLAlchemyError:
        text = _("This cannot be saved right now. Your drawing is still here; try again.")
        return _answer({"text": text}, 503)
    return _answer({"state": _state(get_hall(event, hall_id)), "ids": _ids(sent, saved)})


def _payload() -> Any:
    """What was sent as JSON.

    Raises:
        NotADrawing
    """
    if not request.is_json:
        raise NotADrawing
    try:
        return json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError) as error:
        raise NotADrawing from error


def _state(hall: Hall) -> dict[str, Any]:
    plan = hall.plan
    all_booths = list_booths(plan)
    booths = [booth for booth in all_booths if booth.hall_id == hall.id]
    return write_hall(
        hall,
        booths=booths,
        fixtures=list_fixtures(hall),
        zones=list_zones(plan),
        sponsors=list_sponsors(plan),
        held={one.booth_id: name_holder(one) for one in list_held([one.id for one in booths])},
        elsewhere=[booth.label for booth in all_booths if booth.hall_id != hall.id],
        grid_cm=plan.grid_cm,
        aisle_cm=plan.aisle_cm,
    )


def _ids(sent: Sent, saved: Saved) -> dict[str, int]:
    """The numbers that the rows got, by the names that the editor gave them."""
    rows: Sequence[Any] = [*saved.booths, *saved.fixtures]
    keys = [*sent.booth_keys, *sent.fixture_keys]
    return {key: row.id for key, row in zip(keys, rows, strict=True)} if rows else {}


def _problems_by_key(error: BadDrawing, sent: Sent) -> dict[str, list[str]]:
    found = {
        sent.booth_keys[place]: list(texts.values()) for place, texts in error.of_booths.items()
    }
    found |= {
        sent.fixture_keys[place]: list(texts.values()) for place, texts in error.of_fixtures.items()
    }
    return found


def _refusal(error: GernasError, **more: Any) -> Response:
    return _answer({"text": error.message, **more}, error.status)


def _answer(values: dict[str, Any], status: int = 200) -> Response:
    answer = jsonify(values)
    answer.status_code = status
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
