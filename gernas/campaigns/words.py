"""Words for what the campaigns domain names by code."""

from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.campaigns.models import ObservationKind, Unit
from gernas.core.wording import number_words, percent_words, rupiah_words

UNITS = {
    Unit.UMKM: _l("UMKM"),
    Unit.UMKM_PER_YEAR: _l("UMKM a year"),
    Unit.IKM: _l("IKM"),
    Unit.RUPIAH: _l("rupiah"),
    Unit.PERCENT: _l("percent"),
    Unit.PROVINCE: _l("provinces"),
    Unit.BUSINESS: _l("businesses"),
    Unit.PERSON: _l("people"),
    Unit.BRAND: _l("brands"),
}

OBSERVATION_KINDS = {
    ObservationKind.TARGET: _l("Target"),
    ObservationKind.ACTUAL: _l("Counted"),
    ObservationKind.BASELINE: _l("Baseline"),
}

_VALUE_HINTS = {
    Unit.RUPIAH: _l("For example: 5.23 billion, 400 trillion, or all its digits"),
    Unit.PERCENT: _l("For example: 95 or 12.5"),
}


def value_hint(unit: Unit) -> str:
    """How a value of this unit can be typed."""
    return str(_VALUE_HINTS.get(unit) or _("For example: 17.2 million or 17,200,000"))


def value_words(value: Decimal, unit: Unit) -> str:
    """A value with its unit, exact: ``17.200.000 UMKM``, ``Rp 5.230.000.000``, ``95 %``."""
    whole = int(value) if value == int(value) else value
    if unit == Unit.RUPIAH:
        return rupiah_words(whole)
    if unit == Unit.PERCENT:
        return percent_words(whole / 100)
    return f"{number_words(whole)}\N{NO-BREAK SPACE}{UNITS[unit]}"
