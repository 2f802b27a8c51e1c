"""Indicators as the public reads them: where it began, where it stands, where it should be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from gernas.campaigns.models import Campaign, Indicator, Observation, ObservationKind, Unit
from gernas.campaigns.words import UNITS
from gernas.core.i18n import in_language
from gernas.core.wording import Figure, date_words, figure, percent_words
from gernas.site.results import doubt_of, source_link, source_of


@dataclass(frozen=True)
class Told:
    """One number with who said it and when."""

    kind: ObservationKind
    number: str  # Rp 214,1 triliun; 18,5 juta UMKM
    date: str
    source: str
    source_url: str | None
    coverage: str
    coverage_lang: str | None
    doubt: str
    superseded: bool


@dataclass(frozen=True)
class TargetCard:
    """An indicator: its latest number, the target in force beside it, and all that was said."""

    key: str
    name: str
    name_lang: str | None
    number: Figure | str
    unit: str  # UMKM; empty where the number carries it
    is_only_target: bool  # nothing was counted yet
    target: str  # dari target 30 juta, paling lambat 31 Desember 2024; empty without one
    former: str  # the target that this one replaced
    baseline: str
    value: float | None  # of the bar
    maximum: float | None
    shown: Told  # the number that is shown large
    definition: str
    definition_lang: str | None
    all_told: list[Told]  # by date, with every target


def make_target_cards(
    indicators: Sequence[Indicator], campaign: Campaign, *, today: date
) -> list[TargetCard]:
    """A card for each indicator that has a number for the whole campaign.

    Of a campaign that is over they tell how things stood at its end; what was said later is
    among all that was said.
    """
    as_of = min(today, campaign.ends_on)
    cards = []
    for indicator in indicators:
        told = [o for o in indicator.observations if o.stop_id is None]
        if told:
            cards.append(_make_card(indicator, told, as_of))
    return cards


def unit_word(unit: Unit | str) -> str:
    """``UMKM``, ``provinsi``; empty for rupiah and percent, which stand at the number."""
    known = Unit(unit)
    return "" if known in (Unit.RUPIAH, Unit.PERCENT) else str(UNITS[known])


def _make_card(indicator: Indicator, told: Sequence[Observation], as_of: date) -> TargetCard:
    actual = _latest(told, ObservationKind.ACTUAL, as_of)
    baseline = _latest(told, ObservationKind.BASELINE, as_of)
    target = _target_in_force(told, actual, as_of)
    shown = actual or target or baseline or told[-1]
    name, name_lang = in_language(indicator.name, indicator.name_en)
    definition, definition_lang = in_language(indicator.definition, indicator.definition_en)
    is_bar = actual is not None and target is not None and target.value > 0
    return TargetCard(
        key=indicator.key,
        name=name,
        name_lang=name_lang,
        number=_number(indicator, shown.value),
        unit=unit_word(indicator.unit),
        is_only_target=shown.kind == ObservationKind.TARGET,
        target=_target_words(indicator, target) if target is not None and actual else "",
        former=_former_words(indicator, told, target),
        baseline=_baseline_words(indicator, baseline) if baseline is not shown else "",
        value=float(actual.value) if is_bar and actual else None,
        maximum=float(target.value) if is_bar and target else None,
        shown=_tell(indicator, shown),
        definition=definition,
        definition_lang=definition_lang,
        all_told=[_tell(indicator, o) for o in told],
    )


def _latest(told: Sequence[Observation], kind: ObservationKind, as_of: date) -> Observation | None:
    """The last number up to a day, else the first one after it."""
    known = [o for o in told if o.kind == kind]
    until = [o for o in known if o.on_date is None or o.on_date <= as_of]
    if until:
        return max(until, key=lambda o: (o.on_date or date.min, not o.uncertain, o.id))
    return min(known, key=lambda o: (o.on_date or date.max, o.id), default=None)


def _target_in_force(
    told: Sequence[Observation], actual: Observation | None, as_of: date
) -> Observation | None:
    """The next target after the latest number, else the last one; replaced ones do not count."""
    since = (actual.on_date if actual else None) or as_of
    live = [o for o in told if o.kind == ObservationKind.TARGET and not o.superseded]
    ahead = [o for o in live if o.on_date is None or o.on_date >= since]
    if ahead:
        return min(ahead, key=lambda o: (o.on_date or date.max, o.id))
    return max(live, key=lambda o: (o.on_date or date.min, o.id), default=None)


def _number(indicator: Indicator, value: Decimal) -> Figure | str:
    if indicator.unit == Unit.PERCENT:
        return percent_words(value / 100)
    return figure(value, rupiah=indicator.unit == Unit.RUPIAH)


def _target_words(indicator: Indicator, target: Observation) -> str:
    number = str(_number(indicator, target.value))
    if target.on_date is None:
        return str(_("of a target of %(number)s", number=number))
    return str(
        _("of a target of %(number)s by %(date)s", number=number, date=date_words(target.on_date))
    )


def _former_words(
    indicator: Indicator, told: Sequence[Observation], target: Observation | None
) -> str:
    """The replaced target, by name, so that nobody takes it for the one in force."""
    replaced = [o for o in told if o.kind == ObservationKind.TARGET and o.superseded]
    if not replaced or target is None:
        return ""
    words = [
        _(
            "%(number)s by %(date)s",
            number=_number(indicator, o.value),
            date=date_words(o.on_date),
        )
        if o.on_date
        else str(_number(indicator, o.value))
        for o in replaced
    ]
    return str(_("Replaces the earlier target: %(targets)s.", targets=", ".join(words)))


def _baseline_words(indicator: Indicator, baseline: Observation | None) -> str:
    if baseline is None:
        return ""
    number = " ".join(
        filter(None, [str(_number(indicator, baseline.value)), unit_word(indicator.unit)])
    )
    if baseline.on_date is None:
        return str(_("At the start: %(number)s.", number=number))
    return str(
        _("At the start, %(date)s: %(number)s.", date=date_words(baseline.on_date), number=number)
    )


def _tell(indicator: Indicator, observation: Observation) -> Told:
    coverage, coverage_lang = in_language(observation.coverage, observation.coverage_en)
    unit = unit_word(indicator.unit)
    number = str(_number(indicator, observation.value))
    return Told(
        kind=ObservationKind(observation.kind),
        number=f"{number} {unit}" if unit else number,
        date=date_words(observation.on_date) if observation.on_date else "",
        source=source_of(observation),
        source_url=source_link(observation.source_url),
        coverage=coverage,
        coverage_lang=coverage_lang,
        doubt=doubt_of(observation),
        superseded=observation.superseded,
    )
