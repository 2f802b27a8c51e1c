"""What people can type about help for businesses, content and certificates."""

import secrets
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.fields.choices import SelectChoice

from gernas.businesses.fields import CodeField
from gernas.businesses.models import TITLE_LENGTH
from gernas.core.fields import (
    BoundedIntegerField,
    DateField,
    GernasForm,
    PictureField,
    TextAreaField,
    TextField,
    UrlField,
)
from gernas.events.forms import ChosenRowField
from gernas.youth.choices import ChecksField
from gernas.youth.helping.task_words import TASK_WORDS
from gernas.youth.models import NOTE_LENGTH, REASON_LENGTH
from gernas.youth.services.assisting import Wish
from gernas.youth.services.contents import FIRST_DAY, MOST_REACH, ContentReport
from gernas.youth.services.outside import HoursReport
from gernas.youth.services.tasks import MOST_OF_ONE, TaskReport

LONGEST_LANGUAGES = 120


class TasksField(ChecksField):
    """Any of what members do for businesses, as boxes to tick."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        choices = [SelectChoice(str(kind), words) for kind, words in TASK_WORDS.items()]
        super().__init__(label, choices=choices, **kwargs)


class WishForm(GernasForm):
    """What an owner wants help with."""

    wanted = TasksField(_l("What shall young people help with?"))
    text = TextAreaField(
        _l("In your own words"),
        max_length=NOTE_LENGTH,
        description=_l("For example: my photos are dark, and I do not know how to open a shop."),
        render_kw={"rows": 3},
    )
    languages = TextField(
        _l("Languages you speak at home"),
        max_length=LONGEST_LANGUAGES,
        description=_l("For example Lampung, Jawa. Somebody who speaks them comes first."),
    )

    def read(self) -> Wish:
        return Wish(self.text.data or None, self.wanted.data or (), self.languages.data or None)


class TaskForm(GernasForm):
    """A result, with what proves it."""

    kind = CodeField(_l("What did you do?"), words=TASK_WORDS, required=_l("Choose what you did."))
    done_on = DateField(_l("On which day?"), required=_l("Write the day."))
    count = BoundedIntegerField(
        _l("How many?"),
        minimum=1,
        maximum=MOST_OF_ONE,
        required=_l("Write how many, 1 if it is one thing."),
        description=_l("Photos, descriptions, videos. One shop or one QRIS is 1."),
        default=1,
    )
    evidence_url = UrlField(
        _l("Link to it"), description=_l("To the shop, the product, the video or the map.")
    )
    photo = PictureField(
        _l("Or a photo"),
        description=_l("A screenshot, or a picture of the QRIS stand. At most 8 MB."),
    )
    note = TextAreaField(_l("A word for the owner"), max_length=NOTE_LENGTH, render_kw={"rows": 2})

    def read(self) -> TaskReport:
        return TaskReport(
            kind=self.kind.data or "",
            done_on=self.done_on.data,
            count=self.count.data,
            evidence_url=self.evidence_url.data or None,
            note=self.note.data or None,
        )


class HoursForm(GernasForm):
    """Hours outside shifts."""

    key = HiddenField()
    assistance_id = ChosenRowField(_l("For which business?"))
    on = DateField(_l("On which day?"), required=_l("Write the day."))
    hours = BoundedIntegerField(_l("Hours"), minimum=0, maximum=24, default=1)
    more = BoundedIntegerField(_l("Minutes"), minimum=0, maximum=59, default=0)
    note = TextAreaField(
        _l("What did you do?"),
        max_length=NOTE_LENGTH,
        required=_l("Say in a few words what you did."),
        render_kw={"rows": 3},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not (self.key.data or "").strip():
            self.key.data = secrets.token_urlsafe(16)

    @property
    def sent_key(self) -> str | None:
        """The key of this sending, if it looks like one of ours."""
        key = str(self.key.data or "")
        return key if 16 <= len(key) <= 40 and key.isascii() and key.isprintable() else None

    def read(self) -> HoursReport:
        minutes = (self.hours.data or 0) * 60 + (self.more.data or 0)
        return HoursReport(on=self.on.data, minutes=minutes, note=self.note.data or "")


class ContentForm(GernasForm):
    """Something that was published."""

    url = UrlField(
        _l("Link"),
        required=_l("Paste the link."),
        description=_l("To the post, the video or the article itself."),
    )
    published_on = DateField(_l("Published on"), earliest=FIRST_DAY, required=_l("Write the day."))
    title = TextField(_l("Title, if it has one"), max_length=TITLE_LENGTH)
    reach = BoundedIntegerField(
        _l("Views or accounts reached"),
        minimum=0,
        maximum=MOST_REACH,
        description=_l("As the platform shows it today. You can change it later."),
    )
    business_id = ChosenRowField(_l("About which business?"))
    product_id = ChosenRowField(_l("About which product?"))
    event_id = ChosenRowField(_l("About which event?"))

    def read(self) -> ContentReport:
        """Without the rows that were chosen, which the view fetches in their scope."""
        return ContentReport(
            url=self.url.data or "",
            published_on=self.published_on.data,
            title=self.title.data or None,
            reach=self.reach.data,
        )


class StartForm(GernasForm):
    """Which business, and who helps it."""

    business_id = ChosenRowField(_l("Business"))
    first_id = ChosenRowField(_l("Who helps"))
    second_id = ChosenRowField(_l("And together with"))

    def check(self) -> None:
        if self.business_id.data is None:
            self.refuse(self.business_id, _("Choose a business."))
        if self.second_id.data is not None and self.second_id.data == self.first_id.data:
            self.refuse(self.second_id, _("Choose somebody else."))


class ReasonForm(GernasForm):
    """Why something ends."""

    reason = TextAreaField(
        _l("Why?"),
        max_length=REASON_LENGTH,
        required=_l("Say in a few words why."),
        render_kw={"rows": 3},
    )


class RuleForm(GernasForm):
    """When members get a certificate."""

    hours = BoundedIntegerField(
        _l("Hours that are enough"),
        minimum=0,
        maximum=1_000,
        required=_l("Write how many hours."),
        description=_l("Confirmed hours, in shifts and outside; and one shift at least."),
    )
    automatic = BooleanField(
        _l("Issue certificates by itself, a day after the last shift"),
        description=_l("Else somebody presses the button below."),
    )
