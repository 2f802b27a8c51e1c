"""What coordinators may say about a shift, checked and put in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self

from flask_babel import gettext as _

from gernas.businesses.models import TITLE_LENGTH
from gernas.core.clock import to_local, to_utc
from gernas.core.errors import BadValues
from gernas.core.text import clean_text
from gernas.core.wording import number_words
from gernas.events.values import FIRST_DAY, LAST_DAY
from gernas.youth.models import NOTE_LENGTH, PLACE_LENGTH, Shift, ShiftKind

ZONE_LENGTH = 20
MOST_HOURS = 16  # of one shift
MOST_WANTED = 1_000  # of one role
MOST_LEAVE_HOURS = 336

Problems = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class ShiftValues:
    """A shift in wall time at its event; an end that is not later is one on the next day."""

    event_id: int
    title: str
    title_en: str | None = None
    kind: ShiftKind = ShiftKind.ORDINARY
    place: str | None = None
    zone: str | None = None  # of the hall
    day: date
    starts: time
    ends: time
    leave_hours: int = 24  # before it begins, to leave it oneself
    note: str | None = None
    wanted: Mapping[int, int] = field(default_factory=dict)  # by role id; 0: none of this role

    @classmethod
    def of(cls, shift: Shift) -> Self:
        zone = shift.event.zone
        starts, ends = to_local(shift.starts_at, zone), to_local(shift.ends_at, zone)
        leave = shift.starts_at - shift.leave_until
        return cls(
            event_id=shift.event_id,
            title=shift.title,
            title_en=shift.title_en,
            kind=ShiftKind(shift.kind),
            place=shift.place,
            zone=shift.zone,
            day=starts.date(),
            starts=starts.time(),
            ends=ends.time(),
            leave_hours=int(leave.total_seconds() // 3600),
            note=shift.note,
            wanted={need.role_id: need.wanted for need in shift.needs},
        )

    def checked(self) -> Self:
        """The values cleaned and in order.

        Raises:
            BadValues: a sentence for each field that cannot be kept as it is.
        """
        problems: Problems = {}
        title = _line(self.title, TITLE_LENGTH, "title", problems)
        if not title and "title" not in problems:
            problems["title"] = _("Give the shift a name, for example Registration desk, morning.")
        if not FIRST_DAY <= self.day <= LAST_DAY:
            problems["day"] = _("Choose a day of the event, or one shortly before or after it.")
        elif self._minutes() > MOST_HOURS * 60:
            problems["ends"] = _(
                "A shift is at most %(most)s hours long. Make two of it.",
                most=number_words(MOST_HOURS),
            )
        if not 0 <= self.leave_hours <= MOST_LEAVE_HOURS:
            problems["leave_hours"] = _(
                "Give between 0 and %(most)s hours.", most=number_words(MOST_LEAVE_HOURS)
            )
        if any(not 0 <= number <= MOST_WANTED for number in self.wanted.values()):
            problems["wanted"] = _(
                "Give between 0 and %(most)s people.", most=number_words(MOST_WANTED)
            )
        elif not any(self.wanted.values()):
            problems["wanted"] = _("Say how many people of which role the shift needs.")
        values: dict[str, Any] = {
            "title": title or "",
            "title_en": _line(self.title_en, TITLE_LENGTH, "title_en", problems),
            "place": _line(self.place, PLACE_LENGTH, "place", problems),
            "zone": _line(self.zone, ZONE_LENGTH, "zone", problems),
            "note": _line(self.note, NOTE_LENGTH, "note", problems),
        }
        if problems:
            raise BadValues(problems)
        return replace(self, **values)

    def starts_at(self, zone: str) -> datetime:
        return to_utc(self.day, self.starts, zone)

    def ends_at(self, zone: str) -> datetime:
        return self.starts_at(zone).astimezone(UTC) + timedelta(minutes=self._minutes())

    def leave_until(self, zone: str) -> datetime:
        return self.starts_at(zone) - timedelta(hours=self.leave_hours)

    def on(self, day: date) -> Self:
        """The same on another day."""
        return replace(self, day=day)

    def _minutes(self) -> int:
        starts, ends = (at.hour * 60 + at.minute for at in (self.starts, self.ends))
        return ends - starts if ends > starts else ends - starts + 24 * 60


def _line(value: str | None, most: int, name: str, problems: Problems) -> str | None:
    text = clean_text(value or "")
    if len(text) > most:
        problems[name] = _(
            "This is too long: at most %(most)s characters.", most=number_words(most)
        )
    return text or None
