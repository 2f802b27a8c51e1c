"""Save what was drawn: all of it or nothing, and nobody loses a booth by it."""

from typing import Any

import pytest

from gernas.audit.queries import AuditFilter, list_entries
from gernas.booths.errors import BoothsInUse, HallChanged
from gernas.booths.models import Booth, BoothAllocation, Fixture, FixtureKind, Hall, How
from gernas.booths.queries import list_booths, list_fixtures
from gernas.booths.services.drawing import (
    BadDrawing,
    Saved,
    carry_booths,
    restore_booths,
    save_drawing,
)
from gernas.booths.services.halls import remove_hall
from gernas.booths.values import BoothValues, FixtureValues, HallDrawing
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.errors import NotAllowed, NotThere
from gernas.core.permissions import ALL, Role
from tests.booths.making import make_booth, make_fixture, make_hall, make_plan, make_zone
from tests.factories import make_user, save
from tests.registrations.making import make_call, send

pytestmark = pytest.mark.usefixtures("english")


def values(label: str = "A01", **more: Any) -> BoothValues:
    return BoothValues(**{"label": label, "x_cm": 100, "y_cm": 100, **more})


def draw(hall: Hall, *, version: int | None = None, by: Any = None, **changes: Any) -> Saved:
    with transaction():
        row = db.session.get_one(Hall, hall.id)
        return save_drawing(row, HallDrawing(**changes), version=version, by=by)


def give(booth: Booth, name: str = "Keripik Bu Siti") -> BoothAllocation:
    """The booth to somebody, past the services."""
    registration = send(make_call(), business_name=name)
    moment = now()
    return save(
        BoothAllocation(
            plan_id=booth.plan_id,
            booth_id=booth.id,
            registration_id=registration.id,
            how=How.ASSIGNED,
            allocated_at=moment,
            confirmed_at=moment,
        )
    )


def labels(hall: Hall) -> list[str]:
    db.session.rollback()
    return [booth.label for booth in list_booths(hall.plan, hall)]


def test_booths_and_fixtures_are_added_changed_and_removed_at_once() -> None:
    hall = make_hall()
    kept, gone = make_booth(hall, "A01"), make_booth(hall, "A02")
    gate = make_fixture(hall)
    stage = FixtureValues(kind=FixtureKind.STAGE, x_cm=0, y_cm=0, width_cm=600, depth_cm=400)

    saved = draw(
        hall,
        version=1,
        booths=((None, values("B01")), (kept.id, values("A03", amps=16))),
        fixtures=((None, stage),),
        removed_booths=frozenset({gone.id}),
        removed_fixtures=frozenset({gate.id}),
    )

    assert labels(hall) == ["A03", "B01"]
    assert [booth.label for booth in saved.booths] == ["B01", "A03"]
    assert [one.kind for one in list_fixtures(hall)] == ["stage"]
    assert db.session.get_one(Booth, kept.id).amps == 16
    assert db.session.get_one(Hall, hall.id).version == 2


def test_labels_may_change_places() -> None:
    hall = make_hall()
    one, other = make_booth(hall, "A01"), make_booth(hall, "A02")

    draw(hall, booths=((one.id, values("A02")), (other.id, values("A01", x_cm=400))))

    db.session.rollback()
    assert db.session.get_one(Booth, one.id).label == "A02"
    assert labels(hall) == ["A01", "A02"]


def test_a_label_stands_once_on_a_plan() -> None:
    hall = make_hall()
    make_booth(make_hall(hall.plan), "A01")

    with pytest.raises(BadDrawing) as refused:
        draw(hall, booths=((None, values("B01")), (None, values("a01")), (None, values("b01"))))

    assert refused.value.of_booths == {
        1: {"label": "There is a booth a01 already."},
        2: {"label": "There is a booth b01 already."},
    }
    assert labels(hall) == []


def test_every_wrong_booth_is_named_and_nothing_is_saved() -> None:
    hall = make_hall()
    foreign = make_zone(make_plan())

    with pytest.raises(BadDrawing) as refused:
        draw(
            hall,
            booths=(
                (None, values("A01")),
                (None, values("", width_cm=0)),
                (None, values("<b>", x_cm=10**9, amps=500)),
            ),
        )
    with pytest.raises(BadDrawing) as abroad:
        draw(hall, booths=((None, values(zone_id=foreign.id)),))

    assert {place: set(found) for place, found in refused.value.of_booths.items()} == {
        1: {"label", "width_cm"},
        2: {"label", "x_cm", "amps"},
    }
    assert abroad.value.of_booths == {0: {"zone_id": "This zone is no longer there."}}
    assert labels(hall) == []


def test_what_someone_else_drew_meanwhile_is_not_overwritten() -> None:
    hall = make_hall()
    booth = make_booth(hall, "A01")
    other = make_user(Role.ORGANIZER, hall.plan.event.scope, name="Rina")
    draw(hall, version=1, by=other, booths=((booth.id, values("A09")),))

    with pytest.raises(HallChanged, match=r"^Rina changed this hall while you were drawing\.$"):
        draw(hall, version=1, booths=((booth.id, values("A05")),))
    assert labels(hall) == ["A09"]


def test_a_booth_that_was_removed_meanwhile_is_a_change_of_the_hall() -> None:
    hall = make_hall()
    booth = make_booth(hall, "A01")
    draw(hall, removed_booths=frozenset({booth.id}))

    with pytest.raises(HallChanged):
        draw(hall, booths=((booth.id, values("A05")),))


def test_a_booth_of_another_hall_is_not_touched() -> None:
    hall = make_hall()
    foreign = make_booth(label="A01")

    with pytest.raises(HallChanged):
        draw(hall, booths=((foreign.id, values("A05")),))
    draw(hall, removed_booths=frozenset({foreign.id}), booths=((None, values("B01")),))

    db.session.rollback()
    assert db.session.get_one(Booth, foreign.id).removed_at is None


def test_a_held_booth_is_never_removed_and_the_refusal_says_whose_it_is() -> None:
    hall = make_hall()
    booth, beside = make_booth(hall, "A04"), make_hall(hall.plan)
    give(booth)

    with pytest.raises(BoothsInUse, match=r"^Booth A04 belongs to Keripik Bu Siti\. Move or"):
        draw(hall, removed_booths=frozenset({booth.id}))
    with pytest.raises(BoothsInUse), transaction():
        remove_hall(db.session.get_one(Hall, hall.id), by=None)
    with pytest.raises(BoothsInUse), transaction():
        carry_booths(_rows(booth), db.session.get_one(Hall, beside.id), by=None)

    assert labels(hall) == ["A04"]


def _rows(*booths: Booth) -> list[Booth]:
    return [db.session.get_one(Booth, booth.id) for booth in booths]


def test_a_free_booth_is_carried_into_another_hall() -> None:
    hall = make_hall()
    booth, beside = make_booth(hall, "A04"), make_hall(hall.plan)

    with transaction():
        carry_booths(_rows(booth), db.session.get_one(Hall, beside.id), by=None)

    assert (labels(hall), labels(beside)) == ([], ["A04"])


def test_a_hold_that_is_over_keeps_nothing() -> None:
    hall = make_hall()
    booth = make_booth(hall, "A04")
    allocation = give(booth)
    with transaction():
        row = db.session.get_one(BoothAllocation, allocation.id)
        row.confirmed_at, row.held_until = None, now()

    draw(hall, removed_booths=frozenset({booth.id}))

    assert labels(hall) == []


def test_a_held_booth_may_move_and_be_renamed() -> None:
    hall = make_hall()
    booth = make_booth(hall, "A04")
    allocation = give(booth)

    draw(hall, booths=((booth.id, values("A14", x_cm=900)),))

    assert labels(hall) == ["A14"]
    assert db.session.get_one(BoothAllocation, allocation.id).booth.label == "A14"


def test_removed_booths_come_back_unless_their_label_was_given_away() -> None:
    hall = make_hall()
    one, other = make_booth(hall, "A01"), make_booth(hall, "A02")
    draw(hall, removed_booths=frozenset({one.id, other.id}))
    draw(hall, booths=((None, values("A02")),))

    with transaction():
        restore_booths(db.session.get_one(Hall, hall.id), [one.id, other.id], by=None)
    with pytest.raises(NotThere), transaction():
        restore_booths(db.session.get_one(Hall, hall.id), [other.id], by=None)

    assert labels(hall) == ["A01", "A02"]


def test_only_those_who_may_draw_draw() -> None:
    hall = make_hall()
    viewer = make_user(Role.VIEWER, ALL)

    with pytest.raises(NotAllowed):
        draw(hall, by=viewer, booths=((None, values()),))


def test_the_log_says_what_was_drawn() -> None:
    hall = make_hall()
    booth = make_booth(hall, "A01")
    draw(hall, booths=((None, values("B01")),), removed_booths=frozenset({booth.id}))

    newest = list_entries({hall.plan.event.scope}, AuditFilter(), limit=5).shown[0]
    kept = {one.field: one.after for one in newest.values}
    assert newest.entry.action == "hall.drawn"
    assert (kept["added"], kept["removed"]) == ("B01", "A01")


def test_an_empty_drawing_changes_nothing() -> None:
    hall = make_hall()

    draw(hall, version=1)

    assert db.session.get_one(Hall, hall.id).version == 1
    assert db.session.query(Fixture).filter_by(hall_id=hall.id).count() == 0
