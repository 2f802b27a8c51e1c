"""What organizers can type: calls, quotas, decisions, notes, views of the list."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, widgets
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from gernas.accounts.models import NAME_LENGTH
from gernas.businesses.fields import EmailField, PhoneField
from gernas.businesses.models import BusinessKind
from gernas.businesses.words import KIND_WORDS as BUSINESS_KIND_WORDS
from gernas.campaigns.models import SLUG_LENGTH, TITLE_LENGTH, Stop
from gernas.core.clock import now, to_local, to_utc, today_in
from gernas.core.fields import (
    BoundedIntegerField,
    DateField,
    GernasForm,
    MarkdownField,
    SlugField,
    TextAreaField,
    TextField,
    TimeField,
)
from gernas.core.provinces import PROVINCES
from gernas.events.forms import ChosenRowField, VersionForm
from gernas.events.models import Event
from gernas.registrations.models import REASON_LENGTH, Call, CallKind, DecidesBy
from gernas.registrations.ready_forms import USUAL_AUDIENCE
from gernas.registrations.values import (
    MOST_CONFIRM_DAYS,
    MOST_KEEP_MONTHS,
    MOST_PLACES,
    SHORT_TEXT,
    CallValues,
)
from gernas.registrations.words import DECIDES_WORDS, KIND_WORDS

OPENS, CLOSES = time(8), time(23, 59)  # hours that are offered at first
VIEW_NAME_LENGTH = 60
NOTE_LENGTH = 2_000

# Where a service names a value that this form has under another name.
RENAMED = {"opens_at": "opens_on", "closes_at": "closes_on"}


class ChecksField(SelectMultipleField):  # type: ignore[misc]  # WTForms has no types
    """Several of a list, as boxes to tick; ``data`` is the list of their codes."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def pre_validate(self, _form: Any) -> None:
        known = {str(value) for value, *_rest in self.iter_choices()}
        if set(self.data or ()) - known:
            raise StopValidation(_("Choose from the list."))


class CallForm(VersionForm):
    renamed = RENAMED

    title = TextField(
        _l("Title"),
        max_length=TITLE_LENGTH,
        required=_l("Give the call a title."),
        description=_l("As people will say it, for example: Stan UMKM Lagawi Fest"),
    )
    kind = SelectField(
        _l("For what"),
        choices=[SelectChoice(str(kind), words) for kind, words in KIND_WORDS.items()],
        coerce=CallKind,
        description=_l("A new call gets the ready-made form of its kind, which you then change."),
    )
    decides_by = SelectField(
        _l("How places are given"),
        choices=[SelectChoice(str(way), words) for way, words in DECIDES_WORDS.items()],
        coerce=DecidesBy,
        description=_l("Fixed as soon as the first application has arrived."),
    )
    event_id = ChosenRowField(
        _l("Event"), description=_l("When the call is for one event of the stop.")
    )
    opens_on = DateField(_l("Opens on"), required=_l("Write the day on which it opens."))
    opens_time = TimeField(_l("at"), required=_l("Write the hour at which it opens."))
    closes_on = DateField(_l("Closes on"), required=_l("Write the day on which it closes."))
    closes_time = TimeField(_l("at"), required=_l("Write the hour at which it closes."))
    places = BoundedIntegerField(
        _l("Places"),
        minimum=1,
        maximum=MOST_PLACES,
        required=_l("Write how many places there are."),
    )
    confirm_days = BoundedIntegerField(
        _l("Days to confirm"),
        maximum=MOST_CONFIRM_DAYS,
        required=True,
        description=_l("Until 23.59 of that day; then the place goes on. 0: nothing to confirm."),
    )
    keep_months = BoundedIntegerField(
        _l("Months to keep"),
        minimum=1,
        maximum=MOST_KEEP_MONTHS,
        required=True,
        description=_l("So long after it closes; then applications are deleted."),
    )
    description = MarkdownField(
        _l("What it is about"),
        description=_l("An empty line begins a paragraph, *stars* stress, - begins a list."),
    )
    audience_kinds = ChecksField(
        _l("Who may apply"),
        choices=[SelectChoice(str(kind), text) for kind, text in BUSINESS_KIND_WORDS.items()],
        description=_l("None ticked: all kinds."),
    )
    audience_provinces = ChecksField(
        _l("From which provinces"), description=_l("None ticked: from all.")
    )
    audience = TextAreaField(
        _l("Who may apply, in words"),
        max_length=SHORT_TEXT,
        description=_l("For example: owners whose products are made in Lampung"),
    )
    documents = TextAreaField(
        _l("What to have at hand"),
        max_length=SHORT_TEXT,
        description=_l("For example: NIB, photo of a permit, three photos of the product"),
    )
    bring = TextAreaField(
        _l("What accepted ones bring, and when"),
        max_length=SHORT_TEXT,
        description=_l("Stands in the message that says they are accepted."),
    )
    terms = MarkdownField(
        _l("Terms"),
        description=_l("Everyone agrees to them when sending. A change makes a new version."),
    )
    contact_name = TextField(_l("Whom to ask"), max_length=NAME_LENGTH)
    contact_phone = PhoneField(_l("WhatsApp"))
    contact_email = EmailField(_l("Email"))
    title_en = TextField(_l("Title in English"), max_length=TITLE_LENGTH)
    description_en = MarkdownField(_l("What it is about, in English"))
    audience_en = TextAreaField(_l("Who may apply, in English"), max_length=SHORT_TEXT)
    documents_en = TextAreaField(_l("What to have at hand, in English"), max_length=SHORT_TEXT)
    bring_en = TextAreaField(_l("What to bring, in English"), max_length=SHORT_TEXT)
    terms_en = MarkdownField(_l("Terms in English"))
    slug = SlugField(
        _l("Address"),
        max_length=SLUG_LENGTH,
        description=_l("Empty: made of title, province and year. Old addresses go on working."),
    )

    @classmethod
    def to_add(cls, stop: Stop | None, kind: CallKind) -> Self:
        """The form with what is usual for this kind of call."""
        zone = stop.zone if stop is not None else "Asia/Jakarta"
        today = today_in(zone)
        own = [stop.province_code] if stop is not None and kind == CallKind.UMKM_BOOTH else []
        return cls._with_provinces(
            {
                "kind": kind,
                "decides_by": DecidesBy.REVIEW,
                "opens_on": today + timedelta(days=1),
                "opens_time": OPENS,
                "closes_on": today + timedelta(days=8),  # Lampung 2022 was open for eight days.
                "closes_time": CLOSES,
                "confirm_days": 3,
                "keep_months": 24,
                "audience_kinds": [str(each) for each in USUAL_AUDIENCE[kind]],
                "audience_provinces": own,
            }
        )

    @classmethod
    def to_edit(cls, call: Call) -> Self:
        values = vars(CallValues.of(call))
        local = {
            name: to_local(getattr(call, f"{name}_at"), call.zone) for name in ("opens", "closes")
        }
        return cls._with_provinces(
            {
                **values,
                "kind": CallKind(call.kind),
                "decides_by": DecidesBy(call.decides_by),
                "audience_kinds": list(call.audience_kinds),
                "audience_provinces": list(call.audience_provinces),
                **{f"{name}_on": moment.date() for name, moment in local.items()},
                **{f"{name}_time": moment.time() for name, moment in local.items()},
                "slug": call.slug,
                "version": str(call.version),
            }
        )

    @classmethod
    def _with_provinces(cls, data: Mapping[str, Any]) -> Self:
        form = cls(data=data)
        named = sorted((each.name(), each.iso_code) for each in PROVINCES)
        form.audience_provinces.choices = [SelectChoice(code, name) for name, code in named]
        return form

    def offer_events(self, events: Sequence[Event]) -> None:
        none = _("For the whole stop")
        self.event_id.offer([(event.id, event.title) for event in events], none=none)

    def read_values(self, zone: str) -> CallValues:
        """What was typed, of a form that validates; hours in ``zone``."""
        names = (
            *("title_en", "description", "description_en", "audience", "audience_en"),
            *("documents", "documents_en", "bring", "bring_en", "terms", "terms_en"),
            *("contact_name", "contact_phone", "contact_email"),
        )
        texts: dict[str, Any] = {name: self[name].data or None for name in names}
        return CallValues(
            title=self.title.data,
            kind=self.kind.data,
            decides_by=self.decides_by.data,
            opens_at=to_utc(self.opens_on.data, self.opens_time.data, zone),
            closes_at=to_utc(self.closes_on.data, self.closes_time.data, zone),
            places=self.places.data,
            confirm_days=self.confirm_days.data,
            keep_months=self.keep_months.data,
            audience_kinds=tuple(self.audience_kinds.data or ()),
            audience_provinces=tuple(self.audience_provinces.data or ()),
            **texts,
        )


def make_quota_form(rows: Sequence[tuple[str, str, int | None]], *, limit: int) -> Any:
    """A form with a number for each ``(name, label, size now)``; empty is no quota."""
    fields = {
        name: BoundedIntegerField(label, minimum=0, maximum=max(limit, 1))
        for name, label, _size in rows
    }
    form_class = type("QuotaForm", (VersionForm,), fields)
    return form_class(data={name: size for name, _label, size in rows})


class CopyCallForm(GernasForm):
    target = SelectField(_l("Copy to"), validate_choice=True)
    opens_on = DateField(
        _l("The copy opens on"),
        required=_l("Write the day on which it opens."),
        description=_l("It stays open as long as the first one. Its form and quotas come along."),
    )

    @classmethod
    def of(cls, call: Call, stops: Sequence[Stop]) -> Self:
        default = max(to_local(call.opens_at, call.zone), to_local(now(), call.zone)).date()
        form = cls(data={"opens_on": default, "target": str(call.stop_id or "")})
        form.target.choices = [
            SelectChoice(str(stop.id), f"{stop.campaign.title}: {stop.province.name()}")
            for stop in stops
        ]
        return form

    def shift_days(self, call: Call) -> int:
        """By how many days the window moves."""
        first: datetime = to_local(call.opens_at, call.zone)
        return int((self.opens_on.data - first.date()).days)


class DecisionForm(VersionForm):
    """A decision on one registration, or on many at once (``ids``)."""

    what = HiddenField()
    ids = HiddenField()
    reason = TextAreaField(
        _l("Message to the applicant"),
        max_length=REASON_LENGTH,
        description=_l("Stands in the mail and on the applicant’s page."),
    )
    rest_waits = BooleanField(
        _l("Those for whom there is no place go to the waiting list"),
        description=_l("In the order in which they were sent."),
    )


class ChangesForm(DecisionForm):
    fields = ChecksField(_l("Which answers need a correction?"))

    def offer(self, questions: Sequence[tuple[str, str]]) -> None:
        self.fields.choices = [SelectChoice(key, text) for key, text in questions]


class NoteForm(GernasForm):
    text = TextAreaField(
        _l("Note for the team"),
        max_length=NOTE_LENGTH,
        required=_l("Write the note first."),
        description=_l("The applicant never reads it."),
    )


class SavedViewForm(GernasForm):
    name = TextField(
        _l("Name of this view"), max_length=VIEW_NAME_LENGTH, required=_l("Give the view a name.")
    )


class HandOverForm(GernasForm):
    email = EmailField(
        _l("Email of the owner"),
        required=_l("Write the email address of the owner."),
        description=_l("They get a link with which they go on themselves."),
    )


def is_known_kind(text: str) -> bool:
    return text in {str(kind) for kind in CallKind}


def list_kinds() -> list[tuple[str, str]]:
    """All kinds of business with their words."""
    return [(str(kind), str(BUSINESS_KIND_WORDS[kind])) for kind in BusinessKind]
