"""What a person can type about events, agendas and venues."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from gernas.campaigns.models import SLUG_LENGTH, TITLE_LENGTH, Stop
from gernas.core.clock import to_local, to_utc
from gernas.core.fields import (
    BoundedIntegerField,
    DateField,
    GernasForm,
    LatitudeField,
    LongitudeField,
    MarkdownField,
    PictureField,
    ProvinceField,
    SlugField,
    TextAreaField,
    TextField,
    TimeField,
    UrlField,
    ZoneField,
)
from gernas.core.web import LARGEST_ID
from gernas.core.wording import date_words
from gernas.events.models import AgendaItem, Event, EventKind, EventStatus, Venue
from gernas.events.values import (
    FIRST_DAY,
    LAST_DAY,
    MOST_PEOPLE,
    REASON_LENGTH,
    AgendaValues,
    EventDates,
    EventValues,
    VenueValues,
)
from gernas.events.words import KIND_WORDS, STATUS_WORDS, venue_words

# Where a service names a field that this form has under another name.
RENAMED = {"starts_at": "starts_time", "ends_at": "ends_time"}
KNOWN, UNKNOWN = "known", "unknown"


def read_number(value: object) -> int | None:
    """A row's number out of a form; None for nothing and for what is none."""
    text = str(value or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        return None
    return int(text) if 0 < int(text) <= LARGEST_ID else None


class ChosenRowField(SelectField):
    """One row of a list that the view fills in; ``data`` is its number or None."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, coerce=read_number, validate_choice=False, choices=[], **kwargs)

    def pre_validate(self, _form: Any) -> None:
        if self.data is None and any(str(value).strip() for value in self.raw_data or ()):
            raise StopValidation(_("Choose one from the list."))

    def offer(self, choices: Iterable[tuple[int, str]], *, none: str) -> None:
        self.choices = [("", none), *((str(number), text) for number, text in choices)]


class DatesMixin(GernasForm):
    """Days and, where they are known, hours at the place."""

    renamed = RENAMED

    starts_on = DateField(_l("First day"), earliest=FIRST_DAY, latest=LAST_DAY)
    ends_on = DateField(
        _l("Last day"),
        earliest=FIRST_DAY,
        latest=LAST_DAY,
        description=_l("Empty for a single day."),
    )
    starts_time = TimeField(
        _l("Begins at"), description=_l("Empty as long as the hours are not known.")
    )
    ends_time = TimeField(_l("Ends at"))

    def check_hours(self) -> None:
        self.in_order(self.starts_on, self.ends_on, _("The last day is before the first."))
        if self.ends_on.data and not self.starts_on.data and not self.starts_on.errors:
            self.refuse(self.starts_on, _("Write the first day too."))
        if self.starts_time.data and not self.starts_on.data and not self.starts_on.errors:
            self.refuse(self.starts_on, _("Write the day too, not only the hour."))
        if self.ends_time.data and not self.starts_time.data and not self.starts_time.errors:
            self.refuse(self.starts_time, _("Write when it begins too."))
        several = self.ends_on.data and self.ends_on.data != self.starts_on.data
        if self.starts_time.data and several and not self.ends_time.data:
            self.refuse(self.ends_time, _("Write when it ends on the last day."))

    def read_dates(self, zone: str) -> EventDates:
        """The dates of a form that validates."""
        first, hour = self.starts_on.data, self.starts_time.data
        if first is None or hour is None:
            return EventDates(starts_on=first, ends_on=self.ends_on.data)
        ends_at = None
        if self.ends_time.data is not None:
            ends_at = to_utc(self.ends_on.data or first, self.ends_time.data, zone)
        return EventDates(all_day=False, starts_at=to_utc(first, hour, zone), ends_at=ends_at)


def typed_dates(dates: EventDates, zone: str) -> dict[str, date | time | None]:
    """Dates as the fields of ``DatesMixin`` hold them."""
    typed: dict[str, date | time | None] = {"starts_on": dates.starts_on, "ends_on": dates.ends_on}
    for name, moment in (("starts_time", dates.starts_at), ("ends_time", dates.ends_at)):
        typed[name] = to_local(moment, zone).time() if moment is not None else None
    return typed


class EventForm(DatesMixin):
    title = TextField(
        _l("Title"),
        max_length=TITLE_LENGTH,
        required=_l("Give the event a title."),
        description=_l("As people would call it, for example: Kick-off Gernas BBI Lampung"),
    )
    kind = SelectField(
        _l("Kind"),
        choices=[SelectChoice(str(kind), words) for kind, words in KIND_WORDS.items()],
        coerce=EventKind,
    )
    status = SelectField(_l("State"), coerce=EventStatus)
    zone = ZoneField(_l("Time zone"), required=_l("Choose WIB, WITA or WIT."))
    venue_id = ChosenRowField(_l("Venue"))
    new_venue = TextField(_l("Name of the new venue"), max_length=TITLE_LENGTH)
    new_venue_address = TextField(_l("Its street address"), max_length=300)
    city = TextField(_l("City or regency"), max_length=100)
    province_code = ProvinceField(_l("Province"))
    online_url = UrlField(
        _l("Link to join"),
        description=_l("Of the meeting or stream, when it can be joined online."),
    )
    capacity = BoundedIntegerField(
        _l("Capacity"), minimum=1, maximum=MOST_PEOPLE, description=_l("How many people fit in.")
    )
    admission = TextField(
        _l("Admission"),
        max_length=TITLE_LENGTH,
        description=_l("For example: free, without a ticket"),
    )
    description = MarkdownField(
        _l("Description"),
        description=_l("An empty line begins a paragraph, *stars* stress, - begins a list."),
    )
    title_en = TextField(_l("Title in English"), max_length=TITLE_LENGTH)
    description_en = MarkdownField(_l("Description in English"))
    picture = PictureField(
        _l("Cover picture"), description=_l("JPEG, PNG or WebP, at most 8 MB. Places are removed.")
    )
    cover_alt = TextField(
        _l("What the picture shows"),
        max_length=TITLE_LENGTH,
        description=_l("For people who do not see it, and while it loads."),
    )
    remove_cover = BooleanField(_l("Show no picture"))
    uncertain = BooleanField(
        _l("Sources disagree"), description=_l("The page says so, with your note.")
    )
    note = TextAreaField(
        _l("Note for readers"),
        max_length=2_000,
        description=_l("For example: two other media write 1 to 5 June."),
    )
    note_en = TextAreaField(_l("Note in English"), max_length=2_000)
    source_url = UrlField(_l("Source"), allow_http=True)
    slug = SlugField(
        _l("Web address"),
        max_length=SLUG_LENGTH,
        description=_l("Empty: made of title, province and year. Old addresses go on working."),
    )
    reason = TextField(
        _l("Why date or place change"),
        max_length=REASON_LENGTH,
        description=_l("Shown in the event’s history and in the mail to its followers."),
    )
    quietly = BooleanField(
        _l("I only mend a mistake"),
        description=_l("No line in its public history, no mail to followers."),
    )
    version = HiddenField()
    base = HiddenField()

    @classmethod
    def to_add(cls, stop: Stop | None) -> Self:
        """The empty form, with the stop's province and zone."""
        province = stop.province if stop is not None else None
        form = cls(
            data={
                "status": EventStatus.TENTATIVE,
                "kind": EventKind.KICKOFF if stop is not None else EventKind.OTHER,
                "zone": province.zone if province else "Asia/Jakarta",
                "province_code": province.iso_code if province else None,
            }
        )
        form.status.choices = _status_choices(None)
        return form

    @classmethod
    def to_edit(cls, event: Event) -> Self:
        """The form with the event's values."""
        values = EventValues.of(event)
        form = cls(
            data={
                **vars(values),
                **typed_dates(values.dates, values.zone),
                "slug": event.slug,
                "kind": EventKind(values.kind),
                "status": EventStatus(values.status),
            }
        )
        form.status.choices = _status_choices(event)
        return form

    def offer_venues(self, venues: Iterable[Venue]) -> None:
        choices = [(venue.id, venue_words(venue)) for venue in venues]
        self.venue_id.offer(choices, none=_("No venue yet"))

    def check(self) -> None:
        self.check_hours()
        if self.new_venue.data and self.venue_id.data:
            self.refuse(self.new_venue, _("Choose a venue from the list or add one, not both."))
        has_picture = self.picture.data is not None and not self.picture.errors
        if has_picture and not self.cover_alt.data:
            self.refuse(self.cover_alt, _("Say in a few words what the picture shows."))
        if self.uncertain.data and not self.note.data and not self.note.errors:
            self.refuse(self.note, _("Say what is uncertain."))

    def read_values(self) -> EventValues:
        """What was typed, of a form that validates; a new venue is not in it."""
        texts: dict[str, Any] = {
            name: self[name].data or None
            for name in (
                "title_en",
                "description",
                "description_en",
                "city",
                "province_code",
                "online_url",
                "admission",
                "cover_alt",
                "note",
                "note_en",
                "source_url",
            )
        }
        zone = str(self.zone.data)
        values = EventValues(
            title=self.title.data,
            kind=self.kind.data,
            status=self.status.data,
            zone=zone,
            venue_id=self.venue_id.data,
            capacity=self.capacity.data,
            uncertain=bool(self.uncertain.data),
            **texts,
        )
        return values.with_dates(self.read_dates(zone))

    def read_new_venue(self) -> VenueValues | None:
        """The venue to add with the event; None when none was typed."""
        if not self.new_venue.data:
            return None
        return VenueValues(
            name=self.new_venue.data,
            address=self.new_venue_address.data or None,
            city=self.city.data or None,
            province_code=self.province_code.data,
        )


def _status_choices(event: Event | None) -> list[tuple[EventStatus, Any]]:
    """How sure it is; what is postponed or cancelled stays so until its own button is used."""
    if event is not None and event.status == EventStatus.CANCELLED:
        offered = [EventStatus.CANCELLED]
    elif event is not None and event.status == EventStatus.POSTPONED:
        offered = [EventStatus.POSTPONED, EventStatus.TENTATIVE, EventStatus.CONFIRMED]
    else:
        offered = [EventStatus.TENTATIVE, EventStatus.CONFIRMED]
    return [(status, STATUS_WORDS[status]) for status in offered]


class VersionForm(GernasForm):
    """A form that knows which version of the event was on the screen."""

    version = HiddenField()

    @property
    def shown_version(self) -> int:
        return read_number(self.version.data) or 0


class PostponeForm(DatesMixin, VersionForm):
    new_date = RadioField(
        _l("Is the new date known?"),
        choices=[
            SelectChoice(KNOWN, _l("Yes, it is written below")),
            SelectChoice(
                UNKNOWN, _l("Not yet. The old date stays in calendars, marked as postponed.")
            ),
        ],
        default=KNOWN,
    )
    reason = TextField(
        _l("Why"),
        max_length=REASON_LENGTH,
        description=_l("Shown in the event’s history and in the mail to its followers."),
    )

    def check(self) -> None:
        if self.new_date.data == UNKNOWN:
            return
        self.check_hours()
        if self.starts_on.data is None and not self.starts_on.errors:
            self.refuse(self.starts_on, _("Write the new date, or say that it is not known yet."))

    def read_new_dates(self, zone: str) -> EventDates | None:
        return None if self.new_date.data == UNKNOWN else self.read_dates(zone)


class CancelForm(VersionForm):
    reason = TextAreaField(
        _l("Why is it cancelled?"),
        max_length=REASON_LENGTH,
        required=_l("Say why. Visitors and exhibitors read this."),
        description=_l("On the event’s page, in calendars and in the mail to its followers."),
    )


class CopyForm(GernasForm):
    target = SelectField(_l("Copy to"), validate_choice=True)
    starts_on = DateField(
        _l("First day of the copy"),
        earliest=FIRST_DAY,
        latest=LAST_DAY,
        description=_l("Its agenda moves along, at the same hours."),
    )


class AgendaForm(GernasForm):
    renamed = RENAMED

    title = TextField(
        _l("What happens"),
        max_length=TITLE_LENGTH,
        required=_l("Give this part of the agenda a title."),
    )
    title_en = TextField(_l("In English"), max_length=TITLE_LENGTH)
    day = SelectField(_l("Day"), coerce=str)
    starts_time = TimeField(_l("Begins at"), description=_l("Empty as long as it is not known."))
    ends_time = TimeField(_l("Ends at"))
    stage = TextField(_l("Stage or room"), max_length=100)
    speakers = TextAreaField(
        _l("Speakers"), max_length=6_000, description=_l("One a line: name, office.")
    )
    description = MarkdownField(_l("Description"))

    @classmethod
    def of(cls, event: Event, item: AgendaItem | None = None) -> Self:
        """The form for a new part of the event's agenda, or for one that is there."""
        days = _days_of(event)
        data: dict[str, Any] = {"day": days[0] if days else ""}
        if item is not None:
            data = {**vars(AgendaValues.of(item)), "speakers": "\n".join(item.speakers)}
            if item.starts_at is not None:
                data["day"] = to_local(item.starts_at, event.zone).date().isoformat()
                data["starts_time"] = to_local(item.starts_at, event.zone).time()
            if item.ends_at is not None:
                data["ends_time"] = to_local(item.ends_at, event.zone).time()
        form = cls(data=data)
        form.day.choices = [(day, _day_words(day)) for day in days]
        return form

    def check(self) -> None:
        if self.ends_time.data and not self.starts_time.data and not self.starts_time.errors:
            self.refuse(self.starts_time, _("Write when it begins too."))
        if self.starts_time.data and not self.day.choices:
            self.refuse(self.starts_time, _("The event has no date yet, so leave the time empty."))

    def read_values(self, zone: str) -> AgendaValues:
        """What was typed, of a form that validates."""
        starts_at = ends_at = None
        if self.starts_time.data is not None:
            day = date.fromisoformat(self.day.data)
            starts_at = to_utc(day, self.starts_time.data, zone)
            if self.ends_time.data is not None:
                ends_at = _end_after(starts_at, day, self.ends_time.data, zone)
        return AgendaValues(
            title=self.title.data,
            title_en=self.title_en.data or None,
            description=self.description.data or None,
            stage=self.stage.data or None,
            speakers=tuple(self.speakers.data.split("\n")) if self.speakers.data else (),
            starts_at=starts_at,
            ends_at=ends_at,
        )


def _end_after(starts_at: datetime, day: date, at: time, zone: str) -> datetime:
    ends_at = to_utc(day, at, zone)
    early = starts_at - ends_at
    # A concert from 20.00 to 01.00 ends the next day; 15.00 to 14.00 is a slip.
    return ends_at + timedelta(days=1) if early > timedelta(hours=12) else ends_at


def _days_of(event: Event) -> list[str]:
    if event.starts_on is None or event.last_day is None:
        return []
    length = min((event.last_day - event.starts_on).days, 366)
    days = [event.starts_on + timedelta(days=number) for number in range(length + 1)]
    return [day.isoformat() for day in days]


def _day_words(day: str) -> str:
    return date_words(date.fromisoformat(day), weekday=True)


class VenueForm(VersionForm):
    name = TextField(_l("Name"), max_length=TITLE_LENGTH, required=_l("Give the venue a name."))
    address = TextField(_l("Street address"), max_length=300)
    city = TextField(_l("City or regency"), max_length=100)
    province_code = ProvinceField(_l("Province"))
    latitude = LatitudeField(
        _l("Latitude"),
        description=_l("From a map, for example -5.4292. South is negative. Leave both empty."),
    )
    longitude = LongitudeField(_l("Longitude"), description=_l("For example 105.2611"))
    access = TextField(
        _l("Getting in"),
        max_length=300,
        description=_l("For example: ramp at the east gate, boat every half hour"),
    )
    quietly = BooleanField(
        _l("I only mend a mistake"),
        description=_l("No line in the public history of its events, no mail to followers."),
    )

    @classmethod
    def of(cls, venue: Venue) -> Self:
        return cls(data={**vars(VenueValues.of(venue)), "version": str(venue.version)})

    def check(self) -> None:
        pair = (self.latitude, self.longitude)
        if any(field.errors for field in pair):
            return
        for field in pair:
            if field.data is None and any(other.data is not None for other in pair):
                self.refuse(field, _("A place on the map needs both numbers, or none."))

    def read_values(self) -> VenueValues:
        """What was typed, of a form that validates."""
        return VenueValues(
            name=self.name.data,
            address=self.address.data or None,
            city=self.city.data or None,
            province_code=self.province_code.data,
            latitude=self.latitude.data,
            longitude=self.longitude.data,
            access=self.access.data or None,
        )


class MergeForm(GernasForm):
    into = ChosenRowField(_l("Same place as"))
