"""Indicators with their targets, told so that nobody takes one number for another."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from gernas.campaigns.models import Campaign, Indicator, Observation
from gernas.core.clock import now
from gernas.site.results import Result, headline_words, make_results, result_words
from gernas.site.targets import TargetCard, make_target_cards

CAMPAIGN = Campaign(starts_on=date(2022, 1, 1), ends_on=date(2022, 12, 31))


def number(
    kind: str, day: date | None, value: int | str, *, of: int = 1, **values: object
) -> Observation:
    return Observation(
        id=of,
        kind=kind,
        on_date=day,
        value=Decimal(value),
        created_at=now(),
        **{"superseded": False, "uncertain": False, **values},
    )


def tell(*numbers: Observation, unit: str = "umkm", today: date = date(2022, 6, 24)) -> TargetCard:
    indicator = Indicator(key="umkm_onboarded_total", name="UMKM berjualan daring", unit=unit)
    indicator.observations = list(numbers)
    (card,) = make_target_cards([indicator], CAMPAIGN, today=today)
    return card


@pytest.fixture(autouse=True)
def in_indonesian(app: Flask) -> object:
    with app.test_request_context("/"):
        yield


def test_the_latest_number_stands_beside_the_next_target() -> None:
    card = tell(
        number("baseline", date(2020, 5, 14), 8_000_000),
        number("actual", date(2022, 2, 28), 17_900_000),
        number("actual", date(2022, 3, 31), 18_500_000, source="Kementerian Koperasi dan UKM"),
        number("target", date(2022, 12, 31), 20_000_000),
        number("target", date(2023, 12, 31), 24_000_000),
    )

    assert (str(card.number), card.unit) == ("18,5\u00a0juta", "UMKM")
    assert plain(card.target) == "dari target 20 juta sampai 31 Desember 2022"
    assert plain(card.baseline) == "Awalnya, 14 Mei 2020: 8 juta UMKM."
    assert (card.shown.source, plain(card.shown.date)) == (
        "Kementerian Koperasi dan UKM",
        "31 Maret 2022",
    )
    assert (card.value, card.maximum) == (18_500_000, 20_000_000)


def test_a_target_that_was_replaced_is_named_and_not_used() -> None:
    card = tell(
        number("actual", date(2022, 3, 31), 18_500_000),
        number("target", date(2023, 12, 31), 30_000_000, superseded=True),
        number("target", date(2024, 12, 31), 30_000_000),
    )

    assert plain(card.target) == "dari target 30 juta sampai 31 Desember 2024"
    assert plain(card.former) == "Menggantikan target lama: 30 juta sampai 31 Desember 2023."


def test_a_campaign_that_is_over_tells_how_it_stood_at_its_end() -> None:
    card = tell(
        number("actual", date(2022, 12, 31), 749_000_000_000_000),
        number("actual", date(2023, 12, 31), 1_349_800_000_000_000, of=2),
        number("target", date(2022, 12, 31), 400_000_000_000_000, of=3),
        unit="rupiah",
        today=date(2026, 11, 24),
    )

    assert plain(str(card.number)) == "Rp 749 triliun"
    assert plain(card.target) == "dari target Rp 400 triliun sampai 31 Desember 2022"
    assert [plain(told.number) for told in card.all_told] == [
        "Rp 749 triliun",
        "Rp 1.349,8 triliun",
        "Rp 400 triliun",
    ]


def test_a_target_without_a_result_is_not_taken_for_one() -> None:
    card = tell(number("target", date(2022, 12, 31), 1_000_000))

    assert card.is_only_target
    assert (card.value, card.maximum, card.target) == (None, None, "")


def test_of_two_numbers_of_one_day_the_undisputed_one_is_shown() -> None:
    card = tell(
        number("actual", date(2022, 3, 31), 18_000_000, uncertain=True, of=2),
        number("actual", date(2022, 3, 31), 18_500_000, of=1),
    )

    assert plain(str(card.number)) == "18,5 juta"


def test_a_doubt_is_told_in_words() -> None:
    named = tell(number("actual", date(2022, 3, 31), 17, uncertain=True, note="Media lain: 12."))
    unnamed = tell(number("actual", date(2022, 3, 31), 17, uncertain=True))

    assert named.shown.doubt == "Belum pasti: Media lain: 12."
    assert unnamed.shown.doubt == "Belum pasti: sumber-sumber berbeda."


def test_percent_and_rupiah_carry_their_unit_in_the_number() -> None:
    percent = tell(number("target", None, 95), unit="percent")
    rupiah = tell(number("actual", None, "214100000000000"), unit="rupiah")

    assert (percent.number, percent.unit) == ("95%", "")
    assert (plain(str(rupiah.number)), rupiah.unit) == ("Rp 214,1 triliun", "")


def test_a_source_that_is_only_an_address_is_named_by_its_site() -> None:
    card = tell(
        number("actual", None, 1, source_url="https://www.antaranews.com/berita/1/x"),
    )
    bad = tell(number("actual", None, 1, source_url="javascript:alert(1)"))

    assert (card.shown.source, card.shown.source_url) == (
        "antaranews.com",
        "https://www.antaranews.com/berita/1/x",
    )
    assert bad.shown.source_url is None


# --- Results of a stop ----------------------------------------------------------------------


def result(key: str, value: int, unit: str = "ikm", **values: Any) -> Observation:
    found = number("actual", None, value, **values)
    found.indicator = Indicator(key=key, name=key, unit=unit)
    return found


def texts(results: list[Result]) -> list[str]:
    return [plain(f"{r.number} {r.text}") for r in results]


def test_the_counts_of_a_stop_stand_apart_in_the_order_of_its_journey() -> None:
    results = make_results(
        [
            result("sales_idr", 5_230_000_000, "rupiah"),
            result("winners_count", 5),
            result("mentored", 110),
            result("curated", 25),
            result("registrants", 478),
        ]
    )

    assert texts(results) == [
        "478 mendaftar",
        "25 lolos kurasi",
        "110 didampingi",
        "5 menjadi yang terbaik",
        "Rp 5,23 miliar penjualan",
    ]
    assert headline_words(results) == "Dari 478 pendaftar, 5 menjadi yang terbaik"


def test_two_counts_share_a_line_only_when_they_are_the_same_and_both_are_named() -> None:
    same = make_results([result("curated", 30), result("mentored", 30)])
    doubted = make_results([result("curated", 30), result("mentored", 30, uncertain=True)])

    assert texts(same) == ["30 lolos kurasi dan didampingi"]
    assert texts(doubted) == ["30 lolos kurasi", "30 didampingi"]


def test_a_count_nobody_foresaw_is_told_by_its_own_name() -> None:
    assert texts(make_results([result("kontrak_dagang", 12)])) == ["12 kontrak_dagang"]


def test_without_numbers_there_is_nothing_to_tell() -> None:
    assert (make_results([]), result_words([]), headline_words([])) == ([], "", None)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")
