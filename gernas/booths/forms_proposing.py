"""What an organizer can type about proposals, groups, and an exhibitor's needs and wishes."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField, widgets
from wtforms.fields.choices import SelectChoice

from gernas.booths.assigning.tasks import Rule
from gernas.booths.forms_drawing import MetresField
from gernas.booths.models import (
    INCLUDED_AMPS,
    LABEL_LENGTH,
    NAME_LENGTH,
    NOTE_LENGTH,
    Booth,
    BoothGroup,
    Sponsor,
)
from gernas.booths.proposal_words import RULE_WORDS
from gernas.booths.services.proposing import LEAST_SECONDS, MOST_SECONDS, USUAL_SECONDS
from gernas.booths.terms import LARGEST_SIDE, MOST_AMPS, NeedValues
from gernas.core.fields import BoundedIntegerField, GernasForm, TextAreaField, TextField
from gernas.events.forms import ChosenRowField

SIDES = {"width_cm": "width", "depth_cm": "depth"}


class ProposalForm(GernasForm):
    rules = SelectMultipleField(
        _l("Rules"),
        choices=[],
        default=[str(rule) for rule in Rule],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
        description=_l(
            "Without the first one, those for whom there is no booth are left out; without the"
            " others, booths are given that break them."
        ),
    )
    seconds = BoundedIntegerField(
        _l("Seconds for looking"),
        required=True,
        minimum=LEAST_SECONDS,
        maximum=MOST_SECONDS,
        default=USUAL_SECONDS,
        description=_l("When they are over, the best proposal found until then is shown."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules.choices = [
            SelectChoice(str(rule), str(words)) for rule, words in RULE_WORDS.items()
        ]

    def read_rules(self) -> list[Rule]:
        return [rule for rule in Rule if str(rule) in (self.rules.data or ())]


class GroupForm(GernasForm):
    name = TextField(
        _l("Name of the group"),
        required=True,
        max_length=NAME_LENGTH,
        description=_l("For example Weavers of Lampung Barat."),
    )


class NeedForm(GernasForm):
    """What an exhibitor needs of its booth and wishes for."""

    renamed = SIDES

    width = MetresField(_l("Width in metres, at least"), least_cm=50, most_cm=LARGEST_SIDE)
    depth = MetresField(_l("Depth in metres, at least"), least_cm=50, most_cm=LARGEST_SIDE)
    amps = BoundedIntegerField(
        _l("Power in ampere"), required=True, minimum=0, maximum=MOST_AMPS, default=INCLUDED_AMPS
    )
    water = BooleanField(_l("Water"))
    accessible = BooleanField(_l("Without steps"))
    product = TextField(
        _l("Product"),
        max_length=NAME_LENGTH,
        description=_l("Exhibitors with the same words here do not stand side by side."),
    )
    group_id = ChosenRowField(_l("Group"), description=_l("Its exhibitors stand together."))
    sponsor_id = ChosenRowField(_l("Sponsor"), description=_l("Otherwise that of the call."))
    note = TextAreaField(_l("Note"), max_length=NOTE_LENGTH)
    wish_1 = TextField(_l("First wish"), max_length=LABEL_LENGTH)
    wish_2 = TextField(_l("Second wish"), max_length=LABEL_LENGTH)
    wish_3 = TextField(_l("Third wish"), max_length=LABEL_LENGTH)

    @classmethod
    def of(
        cls,
        values: NeedValues,
        wishes: Sequence[Booth],
        *,
        groups: Sequence[BoothGroup],
        sponsors: Sequence[Sponsor],
    ) -> Self:
        """The form with what is known now."""
        data: dict[str, Any] = {
            **vars(values),
            **{
                name: getattr(values, side) / 100
                for side, name in SIDES.items()
                if getattr(values, side)
            },
            **{f"wish_{rank}": booth.label for rank, booth in enumerate(wishes, 1)},
        }
        form = cls(data=data)
        form.group_id.offer(((one.id, one.name) for one in groups), none=_("None"))
        form.sponsor_id.offer(((one.id, one.name) for one in sponsors), none=_("None"))
        return form

    def read_values(self) -> NeedValues:
        return NeedValues(
            width_cm=_in_cm(self.width.data),
            depth_cm=_in_cm(self.depth.data),
            amps=self.amps.data,
            water=self.water.data,
            accessible=self.accessible.data,
            product=self.product.data or None,
            sponsor_id=self.sponsor_id.data,
            group_id=self.group_id.data,
            note=self.note.data or None,
        )

    def read_wishes(self) -> list[str]:
        return [self[f"wish_{rank}"].data or "" for rank in (1, 2, 3)]


def _in_cm(length: Decimal | None) -> int | None:
    return round(length * 100) if length is not None else None
