"""What a person can type about campaigns, stops and indicators."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField

from gernas.campaigns.models import (
    KEY_LENGTH,
    SLUG_LENGTH,
    TITLE_LENGTH,
    Indicator,
    Observation,
    ObservationKind,
    Stop,
    Unit,
)
from gernas.campaigns.words import OBSERVATION_KINDS, UNITS, value_hint
from gernas.core.fields import (
    BoundedIntegerField,
    DateField,
    DecimalBoundedField,
    GernasForm,
    MarkdownField,
    ProvinceField,
    SlugField,
    TextAreaField,
    TextField,
    UrlField,
)
from gernas.core.i18n import get_language
from gernas.core.marks import list_changed, mark_values
from gernas.core.typed import parse_rupiah
from gernas.core.wording import number_words

LARGEST_VALUE = 10**18 - 1
MOST_LINES = 30


def _number_or_none(value: object) -> int | None:
    return int(str(value)) if value not in (None, "", "None") else None


class LinesField(TextAreaField):
    """Several short texts, one a line; ``data`` is the list of them."""

    empty: Any = []

    def __init__(
        self, label: Any = None, *, line_length: int = TITLE_LENGTH, **kwargs: Any
    ) -> None:
        kwargs.setdefault("max_length", 6_000)
        super().__init__(label, **kwargs)
        self.line_length = line_length

    def read(self, typed: str) -> Any:
        lines = [line.strip() for line in super().read(typed).split("\n") if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValueError(_("At most %(count)s lines, please.", count=MOST_LINES))
        if any(len(line) > self.line_length for line in lines):
            raise ValueError(
                _("One line is too long: at most %(count)s characters.", count=self.line_length)
            )
        return lines

    def write(self, value: Any) -> str:
        return "\n".join(value)


class RowForm(GernasForm):
    """A form that fills one row, and knows what it showed of it."""

    base = HiddenField()

    @classmethod
    def to_edit(cls, row: Any, **kwargs: Any) -> Self:
        """The form with the row's values, and their marks while it is not sent yet."""
        form = cls(obj=row, **kwargs)
        form.begin()
        return form

    def begin(self) -> None:
        """Note what the form shows, before anybody types."""
        if not self.is_submitted():
            self.base.data = mark_values(self.values())

    def values(self) -> dict[str, Any]:
        """Column names and what was typed for them; empty text becomes None."""
        skipped = {"version", "base", "csrf_token"}
        return {
            field.name: None if field.data == "" else field.data
            for field in self
            if field.name not in skipped
        }

    def join(self, theirs: dict[str, Any]) -> tuple[set[str], set[str]]:
        """Take over what only the other person changed.

        Returns the names of what they changed, and of those what was taken over. The form then
        begins with what the other saved, so that the next save goes over it.
        """
        mine, base = self.values(), self.base.data or ""
        changed = list_changed(theirs, base)
        taken = changed - list_changed({name: mine[name] for name in theirs}, base)
        for name in taken:
            self[name].data = theirs[name]
        self.base.data, self.base.raw_data = mark_values({**mine, **theirs}), None
        return changed, taken


class VersionedForm(RowForm):
    """A form that knows which version of the row it shows."""

    version = HiddenField()

    @property
    def shown_version(self) -> int:
        """The version the person saw; 0, which none has, when the field was tampered with."""
        sent = self.version.raw_data  # not ``data``: that is the row's own where nothing was sent
        text = sent[0] if sent and isinstance(sent[0], str) else ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


class CountField(DecimalBoundedField):
    """The value of an indicator, also typed as ``30 juta`` or ``Rp 5,23 miliar``."""

    def parse(self, typed: str) -> Decimal | None:
        if any(sign.isalpha() for sign in typed):
            amount = parse_rupiah(typed, decimal_comma=get_language() == "id")
            return None if amount is None else Decimal(amount)
        return super().parse(typed.removesuffix("%"))

    def write(self, value: Decimal) -> str:
        return number_words(int(value)) if value == int(value) else super().write(value)


class CampaignForm(VersionedForm):
    title = TextField(_l("Name"), max_length=TITLE_LENGTH, required=True)
    title_en = TextField(_l("Name in English"), max_length=TITLE_LENGTH)
    slug = SlugField(
        _l("Web address"),
        max_length=SLUG_LENGTH,
        description=_l("The last part of its web address. Old addresses go on working."),
    )
    headline = TextField(
        _l("Headline"),
        max_length=TITLE_LENGTH,
        description=_l("The big line on its page, for example: Proud of Indonesian-made"),
    )
    headline_en = TextField(_l("Headline in English"), max_length=TITLE_LENGTH)
    starts_on = DateField(_l("First day"), required=True)
    ends_on = DateField(_l("Last day"), required=True)
    host_provinces = BoundedIntegerField(
        _l("Host provinces planned"),
        maximum=38,
        description=_l("Shown beside the number of stops that are known."),
    )
    description = MarkdownField(_l("Description"))
    description_en = MarkdownField(_l("Description in English"))

    def check(self) -> None:
        self.in_order(self.starts_on, self.ends_on, _("The last day comes before the first."))


class StopForm(VersionedForm):
    province_code = ProvinceField(_l("Province"), required=True)
    slug = SlugField(
        _l("Web address"),
        max_length=SLUG_LENGTH,
        description=_l("Left empty, it is the province’s name."),
    )
    number = BoundedIntegerField(_l("Place in the roadshow"), minimum=1, maximum=99)
    theme = TextField(_l("Theme"), max_length=TITLE_LENGTH)
    theme_en = TextField(_l("Theme in English"), max_length=TITLE_LENGTH)
    manager = TextField(
        _l("Movement manager"),
        max_length=TITLE_LENGTH,
        description=_l("The institution in charge of the stop: a ministry, a bank, the province."),
    )
    manager_uncertain = BooleanField(_l("The manager is not certain yet"))
    partners = LinesField(_l("Partners"), description=_l("One institution a line."))
    opens_on = DateField(
        _l("Window from"), description=_l("Events outside the window are pointed out to you.")
    )
    closes_on = DateField(_l("Window until"))
    cohort_size = BoundedIntegerField(_l("Businesses mentored"), maximum=100_000, required=True)
    champions = BoundedIntegerField(_l("Best businesses honoured"), maximum=1_000, required=True)
    mentoring_weeks = BoundedIntegerField(_l("Weeks of mentoring"), maximum=104, required=True)
    description = MarkdownField(_l("Description"))
    description_en = MarkdownField(_l("Description in English"))
    champion_names = LinesField(_l("Names of the best"), description=_l("One business a line."))
    note = TextAreaField(
        _l("Note on the figures"),
        max_length=2_000,
        description=_l("What readers should know, for instance where sources disagree."),
    )
    note_en = TextAreaField(_l("Note in English"), max_length=2_000)
    sources = LinesField(_l("Sources"), line_length=500, description=_l("One web address a line."))

    def check(self) -> None:
        self.in_order(self.opens_on, self.closes_on, _("The window ends before it begins."))


class IndicatorForm(VersionedForm):
    name = TextField(_l("Name"), max_length=TITLE_LENGTH, required=True)
    name_en = TextField(_l("Name in English"), max_length=TITLE_LENGTH)
    unit = SelectField(_l("Unit"), coerce=str)
    definition = TextAreaField(
        _l("Definition"),
        max_length=2_000,
        description=_l("What is counted and what is not. A commitment is not spending."),
    )
    definition_en = TextAreaField(_l("Definition in English"), max_length=2_000)
    owner = TextField(_l("Who answers for it"), max_length=TITLE_LENGTH)
    position = BoundedIntegerField(_l("Place in the list"), minimum=0, maximum=999)
    is_public = BooleanField(_l("Shown to the public"), default=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit.choices = [(unit.value, text) for unit, text in UNITS.items()]
        self.unit.validate_choice = True


class ObservationForm(RowForm):
    kind = SelectField(_l("What it is"), coerce=str)
    value = CountField(_l("Value"), maximum=LARGEST_VALUE, places=2, required=True)
    on_date = DateField(_l("Date"), description=_l("Of a target: the day it is due."))
    stop_id = SelectField(_l("Counted for"), coerce=_number_or_none)
    coverage = TextField(
        _l("What exactly was counted"),
        max_length=500,
        description=_l("For example: 30 IKM, online and offline, 20 March to 17 June"),
    )
    coverage_en = TextField(_l("The same in English"), max_length=500)
    source = TextField(_l("Source"), max_length=500, description=_l("Who said it."))
    source_url = UrlField(_l("Address of the source"), allow_http=True, max_length=1_000)
    uncertain = BooleanField(_l("Uncertain: sources disagree or contradict themselves"))
    superseded = BooleanField(_l("A later decision replaced this target"))
    note = TextAreaField(_l("Note"), max_length=2_000)
    note_en = TextAreaField(_l("Note in English"), max_length=2_000)

    @classmethod
    def of(
        cls, indicator: Indicator, stops: Sequence[Stop], observation: Observation | None = None
    ) -> Self:
        """The form for a number of the indicator, or for one that is there."""
        form = cls(obj=observation, data=None if observation else {"kind": _next_kind(indicator)})
        form.unit = Unit(indicator.unit)
        form.value.description = value_hint(form.unit)
        form.kind.choices = [(kind.value, text) for kind, text in OBSERVATION_KINDS.items()]
        form.stop_id.choices = [("", _("The whole campaign"))]
        form.stop_id.choices += [(str(stop.id), stop.province.name()) for stop in stops]
        form.begin()
        return form

    def check(self) -> None:
        is_target = self.kind.data == ObservationKind.TARGET
        if is_target and not self.on_date.data and not self.on_date.errors:
            self.refuse(self.on_date, _("A target needs the day it is due."))
        if self.superseded.data and not is_target:
            self.refuse(self.superseded, _("Only a target is replaced by a later one."))
        value = self.value.data
        if self.unit != Unit.PERCENT and not self.value.errors and value % 1:
            self.refuse(self.value, _("Write a whole number here."))


def _next_kind(indicator: Indicator) -> str:
    """A target comes first, then what was counted."""
    has_target = any(one.kind == ObservationKind.TARGET for one in indicator.observations)
    return (ObservationKind.ACTUAL if has_target else ObservationKind.TARGET).value


class IndicatorKeyForm(IndicatorForm):
    """A new indicator, which can also be given its key."""

    key = SlugField(
        _l("Short name"),
        max_length=KEY_LENGTH,
        description=_l("For exports. Left empty, it is made from the name. It stays as it is."),
    )
