"""What members change of their own."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from gernas.businesses.fields import PhoneField
from gernas.core.fields import BoundedIntegerField, GernasForm
from gernas.events.forms import ChosenRowField
from gernas.youth.choices import ChecksField
from gernas.youth.members.forms import PersonForm


class OwnForm(PersonForm):
    """Who I am, for who is a member."""

    phone = PhoneField(
        _l("Phone or WhatsApp"),
        required=_l("Write a phone number, your own or that of your parents."),
        description=_l("For example 0812 3456 7890. Only coordinators see it."),
    )
    organisation_id = ChosenRowField(_l("Your organisation"))


class WishesForm(GernasForm):
    """What somebody would like; the coordinator’s suggestion looks at it."""

    roles = ChecksField(_l("What I would like to do"))
    days = ChecksField(_l("On which days I can"))
    most_hours = BoundedIntegerField(
        _l("At most so many hours in all"),
        minimum=1,
        maximum=500,
        description=_l("Empty: as many as there are."),
    )
    helps_businesses = BooleanField(_l("I also want to help a business on other days"))
