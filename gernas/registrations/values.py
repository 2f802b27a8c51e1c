"""What people may say about calls and quotas, checked and put in order for services."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Self

from flask_babel import gettext as _

from gernas.accounts.addresses import read_email
from gernas.accounts.models import NAME_LENGTH
from gernas.businesses.models import BusinessKind, Sector
from gernas.businesses.values import read_phone
from gernas.campaigns.models import MARKDOWN_LENGTH, TITLE_LENGTH
from gernas.core.errors import BadValues
from gernas.core.provinces import find_province
from gernas.core.text import clean_text
from gernas.registrations.models import (
    QUOTA_VALUE_LENGTH,
    REASON_LENGTH,
    Call,
    CallKind,
    DecidesBy,
    QuotaDimension,
)

MOST_PLACES = 1_000_000
MOST_CONFIRM_DAYS = 60
MOST_KEEP_MONTHS = 120
MOST_QUOTAS = 100
LONGEST_WINDOW = timedelta(days=366)
SHORT_TEXT = 2_000

_LINES = {"title": TITLE_LENGTH, "title_en": TITLE_LENGTH, "contact_name": NAME_LENGTH}
_TEXTS = {
    "description": MARKDOWN_LENGTH,
    "description_en": MARKDOWN_LENGTH,
    "audience": SHORT_TEXT,
    "audience_en": SHORT_TEXT,
    "documents": SHORT_TEXT,
    "documents_en": SHORT_TEXT,
    "bring": SHORT_TEXT,
    "bring_en": SHORT_TEXT,
    "terms": MARKDOWN_LENGTH,
    "terms_en": MARKDOWN_LENGTH,
}


@dataclass(frozen=True, kw_only=True)
class CallValues:
    """All that the form of a call holds. Unknown is None; texts are cleaned by ``checked``."""

    title: str
    kind: CallKind
    opens_at: datetime
    closes_at: datetime  # not any more at this moment
    places: int
    decides_by: DecidesBy = DecidesBy.REVIEW
    title_en: str | None = None
    description: str | None = None
    description_en: str | None = None
    audience: str | None = None
    audience_en: str | None = None
    audience_kinds: tuple[str, ...] = ()
    audience_provinces: tuple[str, ...] = ()
    documents: str | None = None
    documents_en: str | None = None
    bring: str | None = None
    bring_en: str | None = None
    terms: str | None = None
    terms_en: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None
    confirm_days: int = 3
    keep_months: int = 24

    @classmethod
    def of(cls, call: Call) -> Self:
        values = {one.name: getattr(call, one.name) for one in fields(cls)}
        values["audience_kinds"] = tuple(call.audience_kinds)
        values["audience_provinces"] = tuple(call.audience_provinces)
        return cls(**values)

    def checked(self) -> Self:
        """The values cleaned and in order.

        Raises:
            BadValues: a sentence for each field that cannot be kept as it is.
        """
        problems: dict[str, str] = {}
        values = vars(self) | self._texts(problems)
        if not values["title"]:
            problems.setdefault("title", _("Give the call a title."))
        for name, choices in (("kind", CallKind), ("decides_by", DecidesBy)):
            if values[name] not in {str(each) for each in choices}:
                problems[name] = _("Choose one from the list.")
        self._check_window(problems)
        self._check_numbers(problems)
        self._check_audience(problems)
        for name, read in (("contact_phone", read_phone), ("contact_email", read_email)):
            typed = getattr(self, name)
            try:
                values[name] = read(typed) if typed else None
            except ValueError as error:
                problems[name] = str(error)
        if problems:
            raise BadValues(problems)
        return type(self)(**values)

    def columns(self) -> dict[str, Any]:
        """The values as a ``Call`` has them."""
        return {
            **vars(self),
            "audience_kinds": [str(kind) for kind in self.audience_kinds],
            "audience_provinces": list(self.audience_provinces),
        }

    def _texts(self, problems: dict[str, str]) -> dict[str, Any]:
        cleaned: dict[str, Any] = {}
        for name, limit in (_LINES | _TEXTS).items():
            text = clean_text(getattr(self, name) or "", multiline=name in _TEXTS)
            if len(text) > limit:
                problems[name] = _(
                    "Too long: %(count)s characters, at most %(limit)s.",
                    count=len(text),
                    limit=limit,
                )
            cleaned[name] = text or None
        return cleaned

    def _check_window(self, problems: dict[str, str]) -> None:
        if self.closes_at <= self.opens_at:
            problems["closes_at"] = _("It closes before it opens.")
        elif self.closes_at - self.opens_at > LONGEST_WINDOW:
            problems["closes_at"] = _("A call is open for a year at most.")

    def _check_numbers(self, problems: dict[str, str]) -> None:
        bounds = {
            "places": (1, MOST_PLACES),
            "confirm_days": (0, MOST_CONFIRM_DAYS),
            "keep_months": (1, MOST_KEEP_MONTHS),
        }
        for name, (low, high) in bounds.items():
            if not low <= getattr(self, name) <= high:
                problems[name] = _("Between %(low)s and %(high)s, please.", low=low, high=high)

    def _check_audience(self, problems: dict[str, str]) -> None:
        if set(self.audience_kinds) - {str(kind) for kind in BusinessKind}:
            problems["audience_kinds"] = _("Choose from the list.")
        if any(find_province(code) is None for code in self.audience_provinces):
            problems["audience_provinces"] = _("Choose from the list.")


@dataclass(frozen=True, kw_only=True)
class QuotaValues:
    """How many places one zone, sector or province may take."""

    dimension: QuotaDimension
    value: str  # a zone's name, a sector's code, a province's ISO code
    size: int

    def checked(self) -> Self:
        """The values cleaned and in order.

        Raises:
            BadValues: a sentence for each field that cannot be kept as it is.
        """
        problems: dict[str, str] = {}
        value = clean_text(self.value)
        if not value or len(value) > QUOTA_VALUE_LENGTH or not _exists(self.dimension, value):
            problems["value"] = _("Choose what the quota counts.")
        if not 0 <= self.size <= MOST_PLACES:
            problems["size"] = _("Between %(low)s and %(high)s, please.", low=0, high=MOST_PLACES)
        if problems:
            raise BadValues(problems)
        return type(self)(dimension=QuotaDimension(self.dimension), value=value, size=self.size)


def check_reason(reason: str | None) -> str | None:
    """What the applicant will read, cleaned; None if there is nothing.

    Raises:
        BadValues: it is too long.
    """
    reason = clean_text(reason or "", multiline=True) or None
    if reason is not None and len(reason) > REASON_LENGTH:
        raise BadValues(
            {
                "reason": _(
                    "Too long: %(count)s characters, at most %(limit)s.",
                    count=len(reason),
                    limit=REASON_LENGTH,
                )
            }
        )
    return reason


def _exists(dimension: QuotaDimension, value: str) -> bool:
    if dimension == QuotaDimension.SECTOR:
        return value in {str(sector) for sector in Sector}
    if dimension == QuotaDimension.PROVINCE:
        return find_province(value) is not None
    return True
