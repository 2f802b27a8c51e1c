"""What a person can type about plans, halls, zones, sponsors and booths."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, widgets
from wtforms.fields.choices import SelectChoice

from gernas.booths.layouts import Layout
from gernas.booths.models import (
    CODE_LENGTH,
    HALL_NAME_LENGTH,
    INCLUDED_AMPS,
    LABEL_LENGTH,
    NAME_LENGTH,
    NOTE_LENGTH,
    FixtureKind,
    Sponsor,
    Zone,
    ZoneColour,
)
from gernas.booths.values import (
    MOST_AMPS,
    MOST_FURNITURE,
    MOST_PRICE,
    MOST_QUOTA,
    RULES_LENGTH,
    BoothValues,
    FixtureValues,
    HallValues,
    PlanValues,
    SponsorValues,
    ZoneValues,
)
from gernas.booths.words import COLOUR_WORDS, FIXTURE_WORDS, LAYOUT_WORDS, metres, zone_title
from gernas.businesses.fields import SheetField
from gernas.businesses.models import Sector
from gernas.businesses.words import SECTOR_WORDS
from gernas.core.errors import BadValues
from gernas.core.fields import (
    BoundedIntegerField,
    DecimalBoundedField,
    GernasForm,
    MarkdownField,
    PictureField,
    RupiahField,
    TextAreaField,
    TextField,
    TimeField,
)


class MetresField(DecimalBoundedField):
    """A length typed in metres, with a comma or a point; kept in centimetres (``in_cm``)."""

    def __init__(self, label: Any, *, least_cm: int, most_cm: int, **kwargs: Any) -> None:
        bounds = {"minimum": Decimal(least_cm) / 100, "maximum": Decimal(most_cm) / 100}
        super().__init__(label, places=2, **bounds, **kwargs)

    def write(self, value: Any) -> str:
        return metres(float(value) * 100).replace("\N{NO-BREAK SPACE}", "")


class ButtonForm(GernasForm):
    """A form that is only a button."""


class PlanForm(GernasForm):
    version = HiddenField()
    grid_cm = BoundedIntegerField(
        _l("Grid in centimetres"),
        required=True,
        minimum=5,
        maximum=1_000,
        description=_l("What is drawn snaps to it, for example 50."),
    )
    aisle = MetresField(
        _l("Narrowest aisle in metres"),
        required=True,
        least_cm=0,
        most_cm=2_000,
        description=_l("Narrower ones are warned of. Wheelchairs need 1.5 m to turn."),
    )
    opens_daily = TimeField(_l("Opens each day at"))
    closes_daily = TimeField(_l("Closes each day at"))
    contact_name = TextField(_l("Hall manager"), max_length=NAME_LENGTH)
    contact_phone = TextField(_l("Number of the hall manager"), max_length=30)
    rules = MarkdownField(
        _l("Rules for exhibitors"),
        max_length=RULES_LENGTH,
        description=_l("On the sheet of each exhibitor, for example: no gas stoves, no smoking."),
    )

    @classmethod
    def of(cls, values: PlanValues, version: int) -> "PlanForm":
        shown = {**vars(values), "aisle": values.aisle_cm / 100, "version": str(version)}
        return cls(data=shown)

    def read_values(self) -> PlanValues:
        return PlanValues(
            grid_cm=self.grid_cm.data,
            aisle_cm=in_cm(self.aisle),
            opens_daily=self.opens_daily.data,
            closes_daily=self.closes_daily.data,
            rules=self.rules.data,
            contact_name=self.contact_name.data,
            contact_phone=self.contact_phone.data,
        )


class HallForm(GernasForm):
    name = TextField(
        _l("Name"),
        required=True,
        max_length=HALL_NAME_LENGTH,
        description=_l("For example Main tent, Hall A or Yard."),
    )
    name_en = TextField(_l("Name in English"), max_length=HALL_NAME_LENGTH)
    width = MetresField(
        _l("Width in metres, from left to right"), required=True, least_cm=100, most_cm=100_000
    )
    depth = MetresField(
        _l("Depth in metres, from top to bottom"), required=True, least_cm=100, most_cm=100_000
    )

    @classmethod
    def of(cls, values: HallValues) -> "HallForm":
        shown = {
            **vars(values),
            "width": values.width_cm / 100,
            "depth": values.depth_cm / 100,
        }
        return cls(data=shown)

    def read_values(self) -> HallValues:
        return HallValues(
            name=self.name.data or "",
            name_en=self.name_en.data or None,
            width_cm=in_cm(self.width),
            depth_cm=in_cm(self.depth),
        )


class LayoutForm(GernasForm):
    layout = RadioField(_l("Layout"), choices=[], validate_choice=True)
    booth_width = MetresField(
        _l("Width of a booth in metres"), required=True, least_cm=100, most_cm=2_000, default=3
    )
    booth_depth = MetresField(
        _l("Depth of a booth in metres"), required=True, least_cm=100, most_cm=2_000, default=3
    )
    aisle = MetresField(
        _l("Aisles in metres"), required=True, least_cm=100, most_cm=2_000, default=3
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.layout.choices = [
            SelectChoice(str(one), str(text)) for one, text in LAYOUT_WORDS.items()
        ]
        if not self.layout.data:
            self.layout.data = str(Layout.BACK_TO_BACK)


class BackdropForm(GernasForm):
    picture = PictureField(
        _l("Picture of the venue"),
        description=_l("JPEG, PNG or WebP up to 8 MB. It lies behind the plan, pale."),
    )
    x = MetresField(
        _l("From the left in metres"), required=True, least_cm=-100_000, most_cm=100_000
    )
    y = MetresField(_l("From the top in metres"), required=True, least_cm=-100_000, most_cm=100_000)
    width = MetresField(
        _l("Width of the picture in metres"),
        required=True,
        least_cm=10,
        most_cm=100_000,
        description=_l("Its height follows."),
    )
    opacity = BoundedIntegerField(
        _l("Strength in percent"), required=True, minimum=5, maximum=100, default=40
    )


class ZoneForm(GernasForm):
    code = TextField(
        _l("Code"),
        required=True,
        max_length=CODE_LENGTH,
        description=_l("Short, as applications name it: A, B or FOOD."),
    )
    name = TextField(_l("Name"), required=True, max_length=NAME_LENGTH)
    name_en = TextField(_l("Name in English"), max_length=NAME_LENGTH)
    colour = SelectField(_l("Colour"), choices=[])
    sectors = SelectMultipleField(
        _l("Only for these sectors"),
        choices=[],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
        description=_l("Tick none where everyone may stand."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colour.choices = [
            SelectChoice(str(one), str(text)) for one, text in COLOUR_WORDS.items()
        ]
        self.sectors.choices = [SelectChoice(str(one), str(SECTOR_WORDS[one])) for one in Sector]

    @classmethod
    def of(cls, values: ZoneValues) -> "ZoneForm":
        return cls(data={**vars(values), "sectors": list(values.sectors)})

    def read_values(self) -> ZoneValues:
        return ZoneValues(
            code=self.code.data or "",
            name=self.name.data or "",
            name_en=self.name_en.data or None,
            colour=ZoneColour(self.colour.data),
            sectors=tuple(self.sectors.data or ()),
        )


class SponsorForm(GernasForm):
    name = TextField(_l("Name of the sponsor"), required=True, max_length=NAME_LENGTH)
    quota = BoundedIntegerField(
        _l("At most so many booths"),
        maximum=MOST_QUOTA,
        description=_l("Leave it empty where only the size of its block counts."),
    )

    def read_values(self) -> SponsorValues:
        return SponsorValues(name=self.name.data or "", quota=self.quota.data)


class _PlacedForm(GernasForm):
    """Where something stands, in metres from the upper left corner of the hall."""

    x = MetresField(
        _l("From the left in metres"), required=True, least_cm=-100_000, most_cm=100_000
    )
    y = MetresField(_l("From the top in metres"), required=True, least_cm=-100_000, most_cm=100_000)
    width = MetresField(_l("Width in metres"), required=True, least_cm=10, most_cm=100_000)
    depth = MetresField(_l("Depth in metres"), required=True, least_cm=10, most_cm=100_000)
    turn = BoundedIntegerField(
        _l("Turned by degrees, clockwise"), minimum=-359, maximum=359, default=0
    )

    def read_place(self) -> dict[str, int]:
        return {
            "x_cm": in_cm(self.x),
            "y_cm": in_cm(self.y),
            "width_cm": in_cm(self.width),
            "depth_cm": in_cm(self.depth),
            "turn": (self.turn.data or 0) % 360,
        }

    def show(self, error: BadValues) -> None:
        """Put what a service refused at the field that it means."""
        of_row = getattr(error, "of_booths", {}).get(0, {})
        of_row = of_row or getattr(error, "of_fixtures", {}).get(0, {})
        problems = of_row or error.problems
        self.show_problems({name.removesuffix("_cm"): text for name, text in problems.items()})


class BoothForm(_PlacedForm):
    version = HiddenField()
    label = TextField(
        _l("Label"), required=True, max_length=LABEL_LENGTH, description=_l("For example A04.")
    )
    zone_id = SelectField(_l("Zone"), coerce=int, choices=[])
    sponsor_id = SelectField(_l("Only for exhibitors of"), coerce=int, choices=[])
    amps = BoundedIntegerField(
        _l("Power in ampere"), required=True, maximum=MOST_AMPS, default=INCLUDED_AMPS
    )
    tables = BoundedIntegerField(_l("Tables"), required=True, maximum=MOST_FURNITURE, default=1)
    chairs = BoundedIntegerField(_l("Chairs"), required=True, maximum=MOST_FURNITURE, default=2)
    corner = BooleanField(_l("Corner: open on two sides"))
    water = BooleanField(_l("Water and drain"))
    accessible = BooleanField(_l("Without steps, with room for a wheelchair"))
    locked = BooleanField(_l("Locked: only organizers give it, by hand"))
    price = RupiahField(_l("Price"), maximum=MOST_PRICE)
    note = TextAreaField(_l("Note for organizers"), max_length=NOTE_LENGTH)

    def offer(self, zones: Sequence[Zone], sponsors: Sequence[Sponsor]) -> None:
        offer_zones(self.zone_id, zones)
        offer_sponsors(self.sponsor_id, sponsors)

    def fill(self, values: BoothValues) -> "BoothForm":
        for name, value in vars(values).items():
            if name in self:
                self[name].data = value
        fill_place(self, values)
        self.zone_id.data = values.zone_id or 0
        self.sponsor_id.data = values.sponsor_id or 0
        return self

    def read_values(self) -> BoothValues:
        return BoothValues(
            label=self.label.data or "",
            zone_id=self.zone_id.data or None,
            sponsor_id=self.sponsor_id.data or None,
            amps=self.amps.data,
            tables=self.tables.data,
            chairs=self.chairs.data,
            corner=bool(self.corner.data),
            water=bool(self.water.data),
            accessible=bool(self.accessible.data),
            locked=bool(self.locked.data),
            price=self.price.data,
            note=self.note.data or None,
            **self.read_place(),
        )


class RowForm(GernasForm):
    """A row of booths side by side, for those who draw without a pointer."""

    label = TextField(
        _l("Label of the first booth"),
        required=True,
        max_length=LABEL_LENGTH,
        description=_l("The others count on: A01, A02, A03."),
    )
    count = BoundedIntegerField(_l("How many booths"), required=True, minimum=1, maximum=100)
    x = MetresField(
        _l("From the left in metres"), required=True, least_cm=-100_000, most_cm=100_000
    )
    y = MetresField(_l("From the top in metres"), required=True, least_cm=-100_000, most_cm=100_000)
    width = MetresField(
        _l("Width in metres"), required=True, least_cm=50, most_cm=10_000, default=3
    )
    depth = MetresField(
        _l("Depth in metres"), required=True, least_cm=50, most_cm=10_000, default=3
    )
    gap = MetresField(
        _l("Gap between them in metres"), required=True, least_cm=0, most_cm=10_000, default=0
    )
    direction = SelectField(
        _l("Direction"),
        choices=[SelectChoice("right", _l("to the right")), SelectChoice("down", _l("downwards"))],
        default="right",
    )
    zone_id = SelectField(_l("Zone"), coerce=int, choices=[], default=0)


class BulkForm(GernasForm):
    """What to do with the booths that are ticked in the table."""

    booths = SelectMultipleField(coerce=int, validate_choice=False)
    action = SelectField(_l("What to do with the ticked ones"), choices=[])
    zone_id = SelectField(_l("Zone"), coerce=int, choices=[], default=0)
    sponsor_id = SelectField(_l("Only for exhibitors of"), coerce=int, choices=[], default=0)
    amps = BoundedIntegerField(_l("Power in ampere"), maximum=MOST_AMPS)


class ImportForm(GernasForm):
    file = SheetField(
        _l("Spreadsheet"),
        required=_l("Choose a file."),
        description=_l("XLSX or CSV, one booth in each row."),
    )
    hall_id = SelectField(
        _l("Hall of booths without one"),
        coerce=int,
        choices=[],
        description=_l("For rows that name no hall."),
    )


class FixtureForm(_PlacedForm):
    kind = SelectField(_l("What it is"), choices=[])
    label = TextField(
        _l("Name"),
        max_length=HALL_NAME_LENGTH,
        description=_l("For example River gate. Empty: what it is."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [
            SelectChoice(str(one), str(text)) for one, text in FIXTURE_WORDS.items()
        ]

    def fill(self, values: FixtureValues) -> "FixtureForm":
        self.kind.data, self.label.data = str(values.kind), values.label
        self.turn.data = values.turn
        fill_place(self, values)
        return self

    def read_values(self) -> FixtureValues:
        return FixtureValues(
            kind=FixtureKind(self.kind.data), label=self.label.data or None, **self.read_place()
        )


def offer_zones(field: Any, zones: Sequence[Zone]) -> None:
    choices = [SelectChoice(zone.id, f"{zone.code} · {zone_title(zone)}") for zone in zones]
    field.choices = [SelectChoice(0, str(_("No zone"))), *choices]


def offer_sponsors(field: Any, sponsors: Sequence[Sponsor]) -> None:
    field.choices = [
        SelectChoice(0, str(_("Everyone"))),
        *(SelectChoice(one.id, one.name) for one in sponsors),
    ]


def fill_place(form: Any, values: BoothValues | FixtureValues) -> None:
    for name in ("x", "y", "width", "depth"):
        form[name].data = getattr(values, f"{name}_cm") / 100


def in_cm(field: Any) -> int:
    """What was typed in metres, in centimetres."""
    return round(float(field.data) * 100)
