"""Where things stand on a roadshow's timeline."""

from datetime import date

from flask import Flask

from gernas.campaigns.queries import list_stops
from gernas.events.queries import list_all_events
from gernas.events.timeline import Timeline, draw_timeline
from tests.events.conftest import plan
from tests.factories import make_campaign, make_stop


def draw(context: Flask, campaign: object, today: date = date(2027, 7, 2)) -> Timeline:
    with context.test_request_context("/kelola"):
        return draw_timeline(
            campaign,  # type: ignore[arg-type]
            list_stops(campaign),  # type: ignore[arg-type]
            list_all_events(campaign),  # type: ignore[arg-type]
            today=today,
        )


def test_positions_are_percent_of_the_campaigns_months(context: Flask) -> None:
    campaign = make_campaign(starts_on=date(2027, 1, 20), ends_on=date(2027, 12, 10))
    stop = make_stop(campaign)
    plan(stop, starts_on=date(2027, 3, 17))
    plan(stop, kind="mentoring", starts_on=date(2027, 4, 1), ends_on=date(2027, 6, 30))

    timeline = draw(context, campaign)

    assert (timeline.first, timeline.last) == (date(2027, 1, 1), date(2027, 12, 31))
    assert [name for name, _x in timeline.months][:3] == ["Jan", "Feb", "Mar"]
    assert timeline.months[1][1] == round(31 / 365 * 100, 2)
    assert timeline.today == round(182 / 365 * 100, 2)
    [lane] = timeline.lanes
    [mark], [bar] = lane.marks, lane.bars
    assert (mark.kind, mark.x, mark.text) == ("kickoff", round(75 / 365 * 100, 2), "17\xa0Mar")
    assert (bar.kind, bar.x, bar.width) == ("mentoring", 24.66, 24.93)


def test_an_event_outside_the_campaign_stretches_the_months(context: Flask) -> None:
    campaign = make_campaign(starts_on=date(2027, 3, 1), ends_on=date(2027, 5, 31))
    plan(make_stop(campaign), starts_on=date(2027, 1, 5), ends_on=date(2027, 6, 2))

    timeline = draw(context, campaign, today=date(2030, 1, 1))

    assert (timeline.first, timeline.last) == (date(2027, 1, 1), date(2027, 6, 30))
    assert timeline.today is None


def test_one_slip_of_a_century_does_not_squeeze_the_rest(context: Flask) -> None:
    campaign = make_campaign(starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    stop = make_stop(campaign)
    plan(stop)
    plan(stop, starts_on=date(2099, 3, 17))

    timeline = draw(context, campaign)

    assert timeline.last == date(2027, 12, 31)
    assert max(mark.x for mark in timeline.lanes[0].marks) == 100


def test_texts_never_lie_on_each_other(context: Flask) -> None:
    campaign = make_campaign(starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    stop = make_stop(campaign)
    plan(stop, kind="harvesting", starts_on=date(2027, 12, 30))
    for day in (1, 2, 3, 4):
        plan(stop, kind="webinar", starts_on=date(2027, 6, day))

    marks = {mark.x: mark for mark in draw(context, campaign).lanes[0].marks}

    last = marks[max(marks)]
    assert (last.text, last.before) == ("30\xa0Des", True)  # no room to the right
    webinars = [mark for mark in marks.values() if mark.kind == "webinar"]
    assert [bool(mark.text) for mark in sorted(webinars, key=lambda m: m.x)] == [
        True,  # to the right of all
        True,  # to the left
        False,
        False,
    ]


def test_doubt_and_cancelling_are_drawn(context: Flask) -> None:
    campaign = make_campaign(starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    plan(make_stop(campaign), uncertain=True, note="Dua media menulis lain")

    [mark] = draw(context, campaign).lanes[0].marks

    assert (mark.unsure, mark.off, mark.text) == (True, False, "17\xa0Mar (?)")
