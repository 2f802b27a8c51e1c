"""Whether somebody has the age for a programme on one of its days. Limits are settings."""

from dataclasses import dataclass
from datetime import date

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select

from gernas.core.clock import today_in
from gernas.core.database import db
from gernas.core.wording import date_words
from gernas.events.models import Event, EventStatus
from gernas.youth.models import YouthProgramme

OLDEST_AT_ALL = 110


@dataclass(frozen=True)
class Days:
    """The days on which a programme can have work: from today until its last event."""

    first: date
    last: date


def list_days(programme: YouthProgramme) -> Days:
    """Without events to come it is today alone."""
    today = today_in(programme.zone)
    last = db.session.scalar(
        select(func.max(func.coalesce(Event.ends_on, Event.starts_on))).where(
            Event.stop_id == programme.stop_id,
            Event.archived_at.is_(None),
            Event.status != EventStatus.CANCELLED,
        )
    )
    return Days(today, max(last, today) if last is not None else today)


def age_on(birth_date: date, day: date) -> int:
    """Whole years; born on 29 February counts from 1 March in other years."""
    had = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (not had)


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; of 29 February the 1st of March."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


def refuse_birth_date(birth_date: date, days: Days) -> str | None:
    """Why somebody born then cannot take part on any of the days; None if they can."""
    youngest, oldest = current_app.config["GERNAS"].youth_ages
    if birth_date > days.first:
        return str(_("This birth date lies in the future. Look at the year again."))
    age = age_on(birth_date, days.first)
    if age >= OLDEST_AT_ALL:
        return str(_("Look at the year again: %(year)s is long ago.", year=birth_date.year))
    if age_on(birth_date, days.last) < youngest:
        return str(
            _(
                "You must be %(age)s on the last day of the programme, %(day)s. You are too young"
                " this time, and welcome later.",
                age=youngest,
                day=date_words(days.last),
            )
        )
    if age > oldest:
        return str(
            _(
                "The programme is for young people up to %(age)s. You are %(years)s.",
                age=oldest,
                years=age,
            )
        )
    return None
