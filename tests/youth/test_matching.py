"""Who fits a business: near, skilled, speaking its language; who helps few comes first."""

from hypothesis import given
from hypothesis import strategies as st

from gernas.youth.helping.matching import (
    Helper,
    Place,
    Reason,
    Wanted,
    city_key,
    match,
    rank_helpers,
)
from gernas.youth.models import Skill, TaskKind

METRO, KRUI = Place("Kota Metro", "ID-LA"), Place("Pesisir Barat", "ID-LA")
PHOTOS = Wanted(METRO, [TaskKind.PRODUCT_PHOTOS, TaskKind.QRIS], "Bahasa Lampung, Jawa")


def test_city_skill_and_language_count() -> None:
    found = match(PHOTOS, Helper(1, Place("metro", "ID-LA"), ["photo", "ads"], "Jawa"))

    assert found.reasons == (Reason.CITY, Reason.SKILLS, Reason.LANGUAGE)
    assert found.skills == (Skill.PHOTO,)


def test_another_city_of_the_province_counts_less() -> None:
    near = match(PHOTOS, Helper(1, METRO, []))
    far = match(PHOTOS, Helper(2, KRUI, []))
    elsewhere = match(PHOTOS, Helper(3, Place("Denpasar", "ID-BA"), []))

    assert near.points > far.points > elsewhere.points
    assert (far.reasons, elsewhere.reasons) == ((Reason.PROVINCE,), ())


def test_who_helps_few_comes_first_among_equals_then_who_signed_up_first() -> None:
    helpers = [
        Helper(3, METRO, [], busy=1),
        Helper(2, METRO, []),
        Helper(1, METRO, []),
        Helper(4, KRUI, ["photo"], "Lampung"),
    ]

    assert [one.number for one in rank_helpers(PHOTOS, helpers)] == [4, 1, 2, 3]


def test_one_city_has_many_spellings() -> None:
    assert city_key("Kota Bandar Lampung") == city_key("bandar lampung")
    assert city_key("Kab. Pesawaran") == city_key("Kabupaten Pesawaran")
    assert city_key(None) == ""


def test_nothing_known_is_no_reason() -> None:
    nowhere = Place(None, None)

    assert match(Wanted(nowhere, []), Helper(1, nowhere, [])).reasons == ()


@given(st.lists(st.tuples(st.text(max_size=20), st.integers(0, 9)), max_size=20))
def test_everyone_is_ranked_once(rows: list[tuple[str, int]]) -> None:
    helpers = [
        Helper(number, Place(city, "ID-LA"), [], city, busy)
        for number, (city, busy) in enumerate(rows)
    ]

    ranked = rank_helpers(PHOTOS, helpers)

    assert sorted(one.number for one in ranked) == list(range(len(rows)))
