"""What the report says, from rows; small groups in public."""

from datetime import date, timedelta
from typing import Any

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from gernas.accounts.secrets import hash_secret, new_secret
from gernas.core.clock import now
from gernas.youth.models import (
    Assistance,
    AssistanceTask,
    ContentPiece,
    Member,
    OutsideHours,
    YouthProgramme,
)
from gernas.youth.reporting.figures import (
    ALL_TOGETHER,
    Dimension,
    Figures,
    Selection,
    age_band,
    count_figures,
)
from gernas.youth.reporting.suppression import hide_small_groups, hide_small_share
from tests.businesses.conftest import make_business
from tests.factories import save
from tests.youth.making import (
    make_assignment,
    make_member,
    make_organisation,
    make_programme,
    make_shift,
)


def total(programme: YouthProgramme, **values: Any) -> Figures:
    return count_figures(Selection([programme.id], **values))[ALL_TOGETHER]


def make_assistance(programme: YouthProgramme, **values: Any) -> Assistance:
    defaults: dict[str, Any] = {
        "programme_id": programme.id,
        "business_id": make_business().id,
        "state": "active",
        "wanted": [],
        "owner_token_hash": hash_secret(new_secret()),
        "created_at": now(),
    }
    return save(Assistance(**{**defaults, **values}))


def make_task(assistance: Assistance, member: Member, **values: Any) -> AssistanceTask:
    defaults: dict[str, Any] = {
        "assistance_id": assistance.id,
        "kind": "qris",
        "done_on": date(2027, 3, 1),
        "state": "confirmed",
        "reported_by_id": member.id,
        "reported_at": now(),
    }
    return save(AssistanceTask(**{**defaults, **values}))


def make_outside(programme: YouthProgramme, member: Member, **values: Any) -> OutsideHours:
    defaults: dict[str, Any] = {
        "programme_id": programme.id,
        "member_id": member.id,
        "on": date(2027, 3, 2),
        "minutes": 90,
        "note": "Memotret produk",
        "state": "confirmed",
        "reported_at": now(),
    }
    return save(OutsideHours(**{**defaults, **values}))


def make_past_shift(programme: YouthProgramme, **values: Any) -> Any:
    return make_shift(programme, starts_at=now() - timedelta(days=2), **values)


def test_nothing_counts_as_nothing(context: Flask) -> None:
    assert total(make_programme()) == Figures()


def test_only_certain_hours_count(context: Flask) -> None:
    programme = make_programme()
    shift = make_past_shift(programme, wanted=5)
    measured, corrected, waiting, absent = (make_member(programme) for _ in range(4))
    make_assignment(shift, measured, minutes=240, attendance="present")
    make_assignment(shift, corrected, minutes=240, corrected_minutes=100, attendance="late")
    make_assignment(shift, absent, attendance="no_show")
    make_outside(programme, waiting, state="reported")
    make_outside(programme, measured, minutes=30)

    figures = total(programme)

    assert (figures.registered, figures.active, figures.minutes) == (4, 2, 370)
    assert (figures.places, figures.filled) == (5, 3)
    assert (figures.expected, figures.no_shows) == (3, 1)


def test_a_shift_to_come_or_cancelled_has_no_places_to_be_filled(context: Flask) -> None:
    programme = make_programme()
    make_shift(programme, wanted=5)
    make_past_shift(programme, wanted=7, cancelled_at=now(), cancel_reason="Hujan")

    assert total(programme).places is None


def test_how_many_helped_how_many_and_how(context: Flask) -> None:
    programme = make_programme()
    one, other, idle = (make_member(programme) for _ in range(3))
    first, second, third = (make_assistance(programme) for _ in range(3))
    make_task(first, one)
    make_task(first, other, kind="product_photos", count=12)
    make_task(first, one, kind="product_photos")
    make_outside(programme, other, assistance_id=second.id)
    make_task(third, idle, state="disputed")

    figures = total(programme)

    assert (figures.businesses, figures.helpers, figures.active) == (2, 2, 2)
    assert figures.tasks == {"qris": 1, "product_photos": 2}


def test_other_programmes_and_removed_contents_stay_out(context: Flask) -> None:
    programme, elsewhere = make_programme(), make_programme()
    member = make_member(programme)
    make_task(make_assistance(elsewhere), make_member(elsewhere))
    for number, removed in enumerate((None, now())):
        save(
            ContentPiece(
                programme_id=programme.id,
                member_id=member.id,
                url=f"https://www.tiktok.com/@rina/{number}",
                url_key=hash_secret(str(number)),
                platform="tiktok",
                published_on=date(2027, 3, 1),
                reach=1_200,
                removed_at=removed,
                created_at=now(),
            )
        )

    figures = total(programme)

    assert (figures.contents, figures.reach, figures.businesses) == (1, 1_200, 0)


def test_each_dimension_tells_the_same_apart(context: Flask) -> None:
    programme = make_programme()
    campus = make_organisation(programme.stop)
    inside = make_member(programme, organisation_id=campus.id, sex="female")
    outside = make_member(programme, province_code="ID-JA", sex="male")
    shift = make_past_shift(programme)
    make_assignment(shift, inside, minutes=60, attendance="present")
    make_assignment(shift, outside, minutes=120, attendance="present")
    selection = Selection([programme.id])

    by_group = count_figures(selection, Dimension.ORGANISATION)
    by_province = count_figures(selection, Dimension.PROVINCE)
    by_stop = count_figures(selection, Dimension.PROGRAMME)

    assert {key: one.minutes for key, one in by_group.items()} == {campus.id: 60, None: 120}
    assert {key: one.minutes for key, one in by_province.items()} == {"ID-LA": 60, "ID-JA": 120}
    assert by_stop[programme.id].minutes == total(programme).minutes == 180
    assert total(programme, organisation_id=campus.id).women == 1
    assert total(programme, province_code="ID-JA").women == 0


def test_ages_count_on_the_day_of_joining(context: Flask) -> None:
    programme = make_programme()
    today = now().date()
    make_member(programme, birth_date=date(today.year - 17, 1, 1))
    make_member(programme, birth_date=date(today.year - 30, 1, 1))

    assert total(programme).ages == {"16-17": 1, "25-30": 1}


def test_age_bands_have_no_gaps() -> None:
    day = date(2027, 3, 1)
    bands = [age_band(date(2027 - age, 3, 1), day) for age in range(15, 32)]

    assert bands == [
        "other",
        *["16-17"] * 2,
        *["18-20"] * 3,
        *["21-24"] * 4,
        *["25-30"] * 6,
        "other",
    ]
    assert age_band(date(2009, 3, 2), day) == "16-17"  # eighteen tomorrow


def test_small_groups_are_hidden_and_cannot_be_reckoned() -> None:
    counts = {"a": 40, "b": 2, "c": 7, "d": 0}

    assert hide_small_groups(counts, smallest=5) == {"a": 40, "b": None, "c": None, "d": 0}
    assert hide_small_groups(counts, smallest=5, total_is_shown=False)["c"] == 7


@given(st.dictionaries(st.integers(), st.integers(0, 60), max_size=8), st.integers(1, 10))
def test_what_is_hidden_is_never_one_group_nor_few_people(
    counts: dict[int, int], smallest: int
) -> None:
    shown = hide_small_groups(counts, smallest=smallest)

    hidden = [counts[key] for key, value in shown.items() if value is None]
    assert all(value == counts[key] for key, value in shown.items() if value is not None)
    assert all(value == 0 or value >= smallest for value in shown.values() if value is not None)
    if hidden and any(value for value in shown.values()):
        assert len(hidden) >= 2
        assert sum(hidden) >= smallest


def test_a_share_of_few_is_not_told() -> None:
    assert hide_small_share(3, 40, smallest=5) is None
    assert hide_small_share(38, 40, smallest=5) is None
    assert hide_small_share(3, 4, smallest=5) is None
    assert hide_small_share(24, 40, smallest=5) == 60
    assert hide_small_share(0, 40, smallest=5) == 0
