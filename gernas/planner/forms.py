"""What a person can choose when copying."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from gernas.campaigns.models import TITLE_LENGTH, Campaign
from gernas.core.fields import BoundedIntegerField, GernasForm, SlugField, TextField

FURTHEST_WEEKS = 52 * 20


class CopyCampaignForm(GernasForm):
    title = TextField(_l("Name of the copy"), max_length=TITLE_LENGTH, required=True)
    slug = SlugField(_l("Web address"), description=_l("Left empty, it is made from the name."))
    shift_weeks = BoundedIntegerField(
        _l("Move by how many weeks"),
        minimum=-FURTHEST_WEEKS,
        maximum=FURTHEST_WEEKS,
        required=True,
        description=_l("Whole weeks keep the weekdays. 52 weeks are a year."),
    )


class CopyStopForm(GernasForm):
    campaign_id = SelectField(_l("Into the campaign"), coerce=str)
    shift_weeks = BoundedIntegerField(
        _l("Move by how many weeks"),
        minimum=-FURTHEST_WEEKS,
        maximum=FURTHEST_WEEKS,
        required=True,
        description=_l("Whole weeks keep the weekdays. 52 weeks are a year."),
    )

    @classmethod
    def into(cls, campaigns: list[Campaign], **kwargs: Any) -> "CopyStopForm":
        """The form with the campaigns to which the person may add stops."""
        form = cls(**kwargs)
        form.campaign_id.choices = [(str(one.id), one.title) for one in campaigns]
        return form
