"""Followers hear of moves, postponements, cancellings and revivals: once, and what it means."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from gernas.campaigns.services import withdraw_campaign
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.jobs import Job, sweep
from gernas.core.permissions import Scope
from gernas.events.follows import ask_to_follow, confirm_follow, stop_following
from gernas.events.models import Event, Follow, Venue
from gernas.events.services import (
    archive_event,
    cancel_event,
    edit_event,
    edit_venue,
    postpone_event,
    revive_event,
)
from gernas.events.values import EventDates, EventValues, VenueValues
from gernas.messages.models import Message
from gernas.messages.writing import write_message
from tests.factories import make_event, make_venue
from tests.site.conftest import Clock

SITI, BUDI = "siti@contoh.id", "budi@contoh.id"
OTHER_DAY = EventDates(all_day=True, starts_on=date(2022, 7, 29))


@pytest.fixture
def event(context: Flask, time: Clock) -> Event:
    """An exhibition of 14 and 15 July 2022, seen in June, which Siti follows."""
    time.set("2022-06-24 05:00")
    venue = make_venue(name="Anjungan Manakarra", city="Mamuju")
    made = make_event(
        slug="ekspo",
        title="Ekspo Sulbar",
        starts_on=date(2022, 7, 14),
        ends_on=date(2022, 7, 15),
        zone="Asia/Makassar",
        city="Mamuju",
        venue_id=venue.id,
    )
    follow(SITI, made.scope)
    return made


def follow(email: str, scope: Scope, *, language: str = "id", confirmed: bool = True) -> None:
    with transaction():
        ask_to_follow(email, scope, language=language)
    if confirmed:
        with transaction():
            chosen = select(Follow).filter_by(email=email, scope_id=scope.id, scope_kind=scope.kind)
            confirm_follow(db.session.scalars(chosen).one())


def change(event: Event, service: Callable[..., Any], *values: Any, **named: Any) -> None:
    with transaction():
        service(db.session.get_one(Event, event.id), *values, by=None, **named)


def move(event: Event, dates: EventDates = OTHER_DAY) -> None:
    with transaction():
        row = db.session.get_one(Event, event.id)
        edit_event(row, EventValues.of(row).with_dates(dates), version=None, by=None)


def let_settle(time: Clock) -> None:
    time.forward(minutes=2, seconds=1)
    sweep()
    db.session.rollback()


def list_news() -> list[Message]:
    found = select(Message).where(Message.template.not_in(["follow_confirm", "follow_known"]))
    return list(db.session.scalars(found.order_by(Message.recipient, Message.id)))


def read(message: Message) -> str:
    """The mail as its reader sees it."""
    written = write_message(message.template, message.language, message.placeholders)
    return f"{written.subject}\n{written.text}".replace("\u00a0", " ")


def test_a_move_is_told_from_and_to(event: Event, time: Clock) -> None:
    move(event)
    let_settle(time)

    (news,) = list_news()
    text = read(news)
    assert news.recipient == SITI
    assert "Jadwal baru: Ekspo Sulbar" in text
    assert "Semula: Kamis – Jumat, 14 – 15 Juli 2022" in text
    assert "Sekarang: Jumat, 29 Juli 2022" in text
    assert "http://gernas.test/acara/ekspo" in text
    assert "http://gernas.test/ikuti/berhenti/" in text


def test_the_place_of_an_online_event_is_no_province(context: Flask, time: Clock) -> None:
    time.set("2022-06-24 05:00")
    made = make_event(
        starts_on=date(2022, 7, 14), city=None, online_url="https://contoh.example/rapat"
    )
    follow(SITI, made.scope)

    move(made)
    let_settle(time)

    (mail,) = list_news()
    assert "Tempat: Daring" in write_message(mail.template, "id", mail.placeholders).text


def test_a_postponement_a_new_date_a_cancelling_and_a_revival_are_told(
    event: Event, time: Clock
) -> None:
    told = []
    for service, named in (
        (postpone_event, {"dates": None, "reason": "Jalan putus."}),
        (postpone_event, {"dates": OTHER_DAY}),
        (cancel_event, {"reason": "Banjir."}),
        (revive_event, {}),
    ):
        change(event, service, **named)
        let_settle(time)
        told.append(read(list_news()[-1]))
        time.forward(hours=1)

    assert "Ditunda: Ekspo Sulbar" in told[0]
    assert "Semula: Kamis – Jumat, 14 – 15 Juli 2022" in told[0]
    assert "Alasan: Jalan putus." in told[0]
    assert "Jadwal baru: Ekspo Sulbar" in told[1]
    assert "Sekarang: Jumat, 29 Juli 2022" in told[1]
    assert "Dibatalkan: Ekspo Sulbar" in told[2]
    assert "Alasan: Banjir." in told[2]
    assert "Jadi dilaksanakan: Ekspo Sulbar" in told[3]
    assert "Waktu: Jumat, 29 Juli 2022" in told[3]


def test_a_venue_that_moves_is_told_to_followers_of_its_events(event: Event, time: Clock) -> None:
    with transaction():
        venue = db.session.get_one(Venue, event.venue_id)
        values = VenueValues(name="Gedung PKK", city="Mamuju", province_code="ID-SR")
        edit_venue(venue, values, version=None, by=None)
    let_settle(time)

    (news,) = list_news()
    assert "Semula: Anjungan Manakarra, Mamuju" in read(news)
    assert "Sekarang: Gedung PKK, Mamuju" in read(news)


def test_each_hears_in_his_own_language(event: Event, time: Clock) -> None:
    follow(BUDI, event.scope, language="en")

    move(event)
    let_settle(time)

    english = read(list_news()[0])
    assert "New date: Ekspo Sulbar" in english
    assert "http://gernas.test/en/acara/ekspo" in english


def test_who_follows_event_stop_and_campaign_hears_once(event: Event, time: Clock) -> None:
    for scope in (Scope("stop", event.stop_id or 0), Scope("campaign", event.campaign_id)):
        follow(SITI, scope)
        follow(BUDI, scope)

    move(event)
    let_settle(time)

    assert [news.recipient for news in list_news()] == [BUDI, SITI]


def test_neither_strangers_nor_the_unconfirmed_nor_who_has_left_hear_anything(
    event: Event, time: Clock
) -> None:
    other = make_event(slug="lain")
    follow("lain@contoh.id", other.scope)
    follow("belum@contoh.id", event.scope, confirmed=False)
    follow("pergi@contoh.id", event.scope)
    with transaction():
        gone = db.session.scalars(select(Follow).filter_by(email="pergi@contoh.id")).one()
        stop_following(gone)

    move(event)
    let_settle(time)

    assert [news.recipient for news in list_news()] == [SITI]


def test_who_leaves_while_the_news_settles_hears_nothing(event: Event, time: Clock) -> None:
    move(event)
    with transaction():
        stop_following(db.session.scalars(select(Follow).filter_by(email=SITI)).one())
    let_settle(time)

    assert list_news() == []


def test_a_slip_that_is_mended_at_once_wakes_nobody(event: Event, time: Clock) -> None:
    change(event, cancel_event, reason="Salah tekan.")
    time.forward(seconds=30)
    change(event, revive_event)
    let_settle(time)

    move(event)
    time.forward(seconds=30)
    move(event, EventDates(all_day=True, starts_on=date(2022, 7, 14), ends_on=date(2022, 7, 15)))
    let_settle(time)

    assert list_news() == []


def test_two_changes_in_a_row_are_one_mail_with_the_first_before_and_the_last_after(
    event: Event, time: Clock
) -> None:
    move(event)
    time.forward(seconds=60)
    move(event, EventDates(all_day=True, starts_on=date(2022, 8, 5)))
    let_settle(time)
    let_settle(time)

    (news,) = list_news()
    assert "Semula: Kamis – Jumat, 14 – 15 Juli 2022" in read(news)
    assert "Sekarang: Jumat, 5 Agustus 2022" in read(news)


def test_what_is_taken_back_does_not_swallow_what_came_before_it(event: Event, time: Clock) -> None:
    move(event)
    time.forward(seconds=110)
    change(event, cancel_event, reason="Salah tekan.")
    time.forward(seconds=20)
    sweep()
    change(event, revive_event)
    let_settle(time)

    (news,) = list_news()
    assert news.template == "follow_moved"


def test_a_job_that_runs_again_writes_nothing_twice(event: Event, time: Clock) -> None:
    move(event)
    let_settle(time)
    with transaction():
        again = db.session.scalars(select(Job).filter_by(kind="notify_followers")).one()
        again.state, again.finished_at = "queued", None

    sweep()

    assert len(list_news()) == 1


def test_nobody_hears_of_what_is_hidden_meanwhile(event: Event, time: Clock) -> None:
    move(event)
    change(event, archive_event)
    let_settle(time)

    assert list_news() == []


def test_nobody_hears_of_a_campaign_that_was_withdrawn(event: Event, time: Clock) -> None:
    move(event)
    with transaction():
        withdraw_campaign(db.session.get_one(Event, event.id).campaign, by=None)
    let_settle(time)

    assert list_news() == []


def test_without_followers_there_is_no_job(context: Flask, time: Clock) -> None:
    time.set("2022-06-24 05:00")
    lonely = make_event(slug="sepi", starts_on=date(2022, 7, 14))

    move(lonely)

    assert db.session.scalars(select(Job).filter_by(kind="notify_followers")).all() == []


def test_another_title_or_description_is_no_news(event: Event, time: Clock) -> None:
    with transaction():
        row = db.session.get_one(Event, event.id)
        values = EventValues.of(row)
        edit_event(
            row,
            EventValues(**{**vars(values), "title": "Ekspo besar", "description": "Baru."}),
            version=None,
            by=None,
        )
    let_settle(time)

    assert list_news() == []


def test_thousands_are_written_to_in_batches(
    event: Event, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gernas.events.follows.BATCH", 10)
    for number in range(24):
        follow(f"orang{number}@contoh.id", event.scope)

    move(event)
    let_settle(time)

    assert len({news.recipient for news in list_news()}) == 25
    done = db.session.scalars(select(Job).filter_by(kind="notify_followers")).one()
    assert (done.state, done.result, done.done_steps) == ("done", {"messages": 25}, 25)
    assert now() - done.created_at < timedelta(minutes=5)
