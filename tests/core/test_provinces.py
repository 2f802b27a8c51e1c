"""The 38 provinces: codes, zones, addresses, place on the map."""

import dataclasses
from datetime import date

import pytest
from flask import Flask

from gernas.core.provinces import PROVINCES, find_province, get_province, province_by_slug
from gernas.core.text import RESERVED_SLUGS

WIDTH, TOP, BOTTOM = 2379, 87, 87 + 864  # the map's view box
LETTER = 17  # units, of the widest letters at 29 units


def test_there_are_34_provinces_and_the_four_of_2022() -> None:
    young = {p.iso_code: p.valid_from for p in PROVINCES if p.valid_from}

    assert len(PROVINCES) == 38
    assert young == {
        "ID-PS": date(2022, 7, 25),
        "ID-PT": date(2022, 7, 25),
        "ID-PE": date(2022, 7, 25),
        "ID-PD": date(2022, 12, 8),
    }


def test_a_province_tells_what_is_known() -> None:
    lampung = get_province("ID-LA")

    assert (lampung.kemendagri_code, lampung.bps_code) == ("18", "18")
    assert (lampung.zone, lampung.island_group) == ("Asia/Jakarta", "Sumatera")
    assert (lampung.slug, lampung.short, lampung.shape_code) == ("lampung", "Lampung", "ID-LA")
    with pytest.raises(dataclasses.FrozenInstanceError):
        lampung.zone = "Asia/Makassar"  # type: ignore[misc]


def test_the_two_systems_of_numbers_differ_in_papua_only() -> None:
    differing = {p.iso_code for p in PROVINCES if p.kemendagri_code != p.bps_code}

    assert differing == {"ID-PA", "ID-PB", "ID-PS", "ID-PT", "ID-PE", "ID-PD"}
    for code in ("iso_code", "kemendagri_code", "bps_code", "slug", "short"):
        assert len({getattr(province, code) for province in PROVINCES}) == 38


@pytest.mark.parametrize(
    ("zone", "groups"),
    [
        ("Asia/Jakarta", {"Sumatera", "Jawa", "Kalimantan"}),
        ("Asia/Makassar", {"Bali dan Nusa Tenggara", "Kalimantan", "Sulawesi"}),
        ("Asia/Jayapura", {"Maluku", "Papua"}),
    ],
)
def test_zones_follow_the_decree(zone: str, groups: set[str]) -> None:
    """Keppres 41/1987."""
    assert {p.island_group for p in PROVINCES if p.zone == zone} == groups


def test_names_are_in_the_readers_language(in_indonesian: Flask) -> None:
    south = get_province("ID-SN")

    assert (south.name(), str(south)) == ("Sulawesi Selatan", "Sulawesi Selatan")
    assert south.name("en") == "South Sulawesi"


def test_names_in_english(in_english: Flask) -> None:
    assert str(get_province("ID-KR")) == "Riau Islands"


def test_a_province_is_found_by_code_and_by_address() -> None:
    assert province_by_slug("dki-jakarta") is get_province("ID-JK")
    assert province_by_slug("kepulauan-bangka-belitung") is get_province("ID-BB")
    assert find_province("ID-JK") is get_province("ID-JK")
    assert province_by_slug("atlantis") is find_province("ID-XX") is find_province(None) is None
    with pytest.raises(KeyError):
        get_province("ID-XX")
    assert not {p.slug for p in PROVINCES} & RESERVED_SLUGS


def test_the_youngest_point_at_the_shape_they_were_cut_from() -> None:
    shapes = {p.iso_code: p.shape_code for p in PROVINCES if p.shape_code != p.iso_code}

    assert shapes == {"ID-PS": "ID-PA", "ID-PT": "ID-PA", "ID-PE": "ID-PA", "ID-PD": "ID-PB"}


def test_short_names_are_those_of_the_newspapers() -> None:
    short = {p.iso_code: p.short for p in PROVINCES}

    assert short["ID-SB"] == "Sumbar"
    assert short["ID-SN"] == "Sulsel"
    assert short["ID-BB"] == "Babel"
    assert short["ID-NT"] == "NTT"
    assert all(len(text) <= 16 for text in short.values())


def box(label: object) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a label, taken a little large."""
    width = len(label.text) * LETTER  # type: ignore[attr-defined]
    shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor]  # type: ignore[attr-defined]
    left = label.x - shift * width  # type: ignore[attr-defined]
    return left, label.y - 24, left + width, label.y + 6  # type: ignore[attr-defined]


def test_labels_stand_on_the_map_and_not_on_each_other() -> None:
    boxes = {province.iso_code: box(province.label) for province in PROVINCES}

    for code, (left, top, right, bottom) in boxes.items():
        assert left >= 0, code
        assert right <= WIDTH, code
        assert top >= TOP, code
        assert bottom <= BOTTOM, code
    for code, (left, top, right, bottom) in boxes.items():
        for other, (left2, top2, right2, bottom2) in boxes.items():
            apart = right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top
            assert code == other or apart, (code, other)
