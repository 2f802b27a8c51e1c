"""How far a stop is, as map and list tell it."""

from datetime import date

import pytest
from flask import Flask

from gernas.campaigns.models import Campaign, Stop
from gernas.core.clock import now
from gernas.events.models import EventKind
from gernas.site.queries import StopDate, list_results, list_stop_dates, list_stops
from gernas.site.stages import StopCard, get_stage, make_stop_cards, split_theme
from tests.factories import make_campaign, make_event, make_indicator, make_stop, save
from tests.site.conftest import Clock

KICKOFF, PEAK = date(2022, 3, 17), date(2022, 6, 23)


def get_card(stop: Stop) -> StopCard:
    campaign = stop.campaign
    (card,) = make_stop_cards(
        campaign,
        list_stops(campaign),
        list_stop_dates(campaign),
        list_results(campaign),
        at=now(),
    )
    return card


def plan(**values: object) -> Stop:
    stop = make_stop(make_campaign(), **values)
    make_event(stop, kind="kickoff", starts_on=KICKOFF)
    make_event(stop, kind="harvesting", starts_on=PEAK)
    return stop


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2022-03-15 10:00", ("next", "2 hari lagi", "Kick-off 17 Maret")),
        ("2022-03-16 16:59", ("next", "Besok", "Kick-off 17 Maret")),
        ("2022-03-16 17:00", ("now", "Berjalan", "Puncak 23 Juni")),  # midnight of WIB
        ("2022-06-23 16:59", ("now", "Berjalan", "Puncak 23 Juni")),
        ("2022-06-23 17:00", ("done", "Selesai", "Hasil belum tercatat")),
    ],
)
def test_the_stage_changes_at_midnight_of_the_province(
    app: Flask, time: Clock, moment: str, expected: tuple[str, str, str]
) -> None:
    with app.test_request_context("/"):
        stop = plan()
        time.set(moment)

        card = get_card(stop)

        told = (card.state, card.state_text, card.outcome)
        assert tuple(words.replace("\u00a0", " ") for words in told) == expected


def test_a_finished_stop_tells_its_sales_before_its_heads(app: Flask, time: Clock) -> None:
    with app.test_request_context("/"):
        stop = plan()
        sales = make_indicator(stop.campaign, key="sales_idr", unit="rupiah")
        heads = make_indicator(stop.campaign, key="umkm_involved")
        observe(heads, stop, 600)
        observe(sales, stop, 5_230_000_000)
        time.set("2022-07-01 10:00")

        card = get_card(stop)

        assert card.outcome.replace("\u00a0", " ") == "Rp 5,23 miliar penjualan"


def test_without_a_harvesting_only_the_kickoff_is_told_as_finished(app: Flask, time: Clock) -> None:
    with app.test_request_context("/"):
        stop = make_stop(make_campaign())
        make_event(stop, kind="kickoff", starts_on=KICKOFF)
        time.set("2022-05-01 10:00")

        card = get_card(stop)

        assert (card.state_text, card.outcome) == ("Kick-off selesai", "Harvesting belum tercatat")


def test_a_peak_without_a_new_date_keeps_the_stop_running(app: Flask, time: Clock) -> None:
    with app.test_request_context("/"):
        stop = make_stop(make_campaign())
        make_event(stop, kind="kickoff", starts_on=KICKOFF)
        make_event(stop, kind="harvesting", starts_on=PEAK, status="postponed", date_unknown=True)
        time.set("2022-09-01 10:00")

        card = get_card(stop)

        assert (card.state, card.outcome) == ("now", "Puncak: tanggal menyusul")


def test_a_cancelled_event_does_not_count(app: Flask, time: Clock) -> None:
    with app.test_request_context("/"):
        stop = make_stop(make_campaign())
        make_event(stop, kind="kickoff", starts_on=KICKOFF)
        make_event(stop, kind="harvesting", starts_on=PEAK, status="cancelled")
        time.set("2022-05-01 10:00")

        assert get_card(stop).state == "done"


def test_without_events_the_window_tells_and_without_a_window_the_campaign(
    app: Flask, time: Clock
) -> None:
    campaign = Campaign(starts_on=date(2022, 1, 1), ends_on=date(2022, 12, 31))
    windowed = Stop(province_code="ID-LA", opens_on=KICKOFF, closes_on=PEAK)
    empty = Stop(province_code="ID-LA")

    with app.test_request_context("/"):
        for moment, expected in (
            ("2022-03-01 10:00", ["next", "next"]),
            ("2022-05-01 10:00", ["now", "next"]),
            ("2022-07-01 10:00", ["done", "next"]),
            ("2023-01-01 10:00", ["done", "done"]),
        ):
            time.set(moment)
            assert [get_stage(campaign, s, [], now()) for s in (windowed, empty)] == expected


def test_a_day_in_the_past_of_an_open_event_is_not_its_day() -> None:
    day = StopDate(1, EventKind.HARVESTING, KICKOFF, None, is_open=True)

    assert day.last_day == KICKOFF
    assert day.is_open


@pytest.mark.parametrize(
    ("theme", "short", "rest"),
    [
        (
            "Lagawi Fest (Lampung Bangga Wirausaha Industri) - Satu Bumi Juta Karya",
            "Lagawi Fest",
            "Lampung Bangga Wirausaha Industri: Satu Bumi Juta Karya",
        ),
        ("#CahayaBangkaBelitung - Laskar UMKM", "#CahayaBangkaBelitung", "Laskar UMKM"),
        ("Semangat Pinisi (Perkuat Inisiasi Nyata)", "Semangat Pinisi", "Perkuat Inisiasi Nyata"),
        ("Binar Digital Papua", "Binar Digital Papua", ""),
        (None, "", ""),
    ],
)
def test_a_long_theme_has_a_short_form(
    app: Flask, theme: str | None, short: str, rest: str
) -> None:
    with app.test_request_context("/"):
        found = split_theme(Stop(theme=theme))

    assert (found.short, found.rest) == (short, rest)


def observe(indicator: object, stop: Stop, value: int) -> None:
    from gernas.campaigns.models import Observation

    save(
        Observation(
            indicator_id=indicator.id,  # type: ignore[attr-defined]
            stop_id=stop.id,
            kind="actual",
            value=value,
            created_at=now(),
        )
    )


def test_what_is_near_and_what_is_named_are_the_same_day(app: Flask, time: Clock) -> None:
    with app.test_request_context("/"):
        stop = make_stop(make_campaign())
        make_event(stop, kind="registration", starts_on=date(2022, 2, 1))
        make_event(stop, kind="kickoff", starts_on=KICKOFF)
        time.set("2022-01-31 05:00")

        card = get_card(stop)

        told = [words.replace("\u00a0", " ") for words in (card.state_text, card.outcome)]
        assert told == ["6 minggu lagi", "Kick-off 17 Maret"]


def test_a_stop_without_a_great_day_tells_when_it_begins(app: Flask, time: Clock) -> None:
    with app.test_request_context("/"):
        stop = make_stop(make_campaign(), opens_on=date(2022, 3, 1))
        time.set("2022-02-27 05:00")

        card = get_card(stop)

        told = [words.replace("\u00a0", " ") for words in (card.state_text, card.outcome)]
        assert told == ["2 hari lagi", "Mulai 1 Maret"]
