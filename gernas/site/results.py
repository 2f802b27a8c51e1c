"""What a stop reported: each number by itself, since each counts something else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import ngettext

from gernas.campaigns.models import Observation, Unit
from gernas.core.i18n import in_language
from gernas.core.text import safe_url
from gernas.core.wording import Figure, date_words, figure, short_rupiah

# The counts of a stop in the order of its journey; whatever else it reports comes after.
ORDER = (
    "registrants",
    "curated",
    "mentored",
    "winners_count",
    "sales_idr",
    "umkm_involved",
    "exhibitors",
    "top_brands",
)


@dataclass(frozen=True)
class Result:
    """A number that a stop reported."""

    key: str
    number: Figure
    text: str  # what it counts
    text_lang: str | None
    coverage: str  # whom and when exactly
    coverage_lang: str | None
    source: str
    source_url: str | None
    date: str
    doubt: str  # empty when the sources agree


def make_results(observations: Sequence[Observation]) -> list[Result]:
    """The numbers of a stop, in the order of its journey."""

    def place(observation: Observation) -> int:
        key = observation.indicator.key
        return ORDER.index(key) if key in ORDER else len(ORDER)

    results = [_make_result(observation) for observation in sorted(observations, key=place)]
    return _join_curated_and_mentored(results)


def headline_words(results: Sequence[Result]) -> str | None:
    """``Dari 478 pendaftar, 5 menjadi yang terbaik``, where both were reported."""
    numbers = {result.key: str(result.number) for result in results}
    if "registrants" in numbers and "winners_count" in numbers:
        return str(
            _(
                "From %(registrants)s applicants to the best %(winners)s",
                registrants=numbers["registrants"],
                winners=numbers["winners_count"],
            )
        )
    return None


def result_words(observations: Sequence[Observation]) -> str:
    """The one number that tells most of a stop: ``Rp 5,23 miliar penjualan``; empty if none."""
    values = {observation.indicator.key: observation.value for observation in observations}
    if "sales_idr" in values:
        return str(_("%(amount)s in sales", amount=short_rupiah(values["sales_idr"])))
    if "umkm_involved" in values:
        return str(_("%(num)s businesses took part", num=figure(values["umkm_involved"])))
    if "winners_count" in values:
        count = int(values["winners_count"])
        return str(ngettext("%(num)s champion", "%(num)s champions", count))
    if "mentored" in values:
        return str(_("%(num)s businesses mentored", num=figure(values["mentored"])))
    if "exhibitors" in values:
        return str(_("%(num)s exhibitors", num=figure(values["exhibitors"])))
    return ""


def _join_curated_and_mentored(results: list[Result]) -> list[Result]:
    """Tell two counts in one line where all who passed were mentored too; both stay named."""
    found = {result.key: result for result in results}
    curated, mentored = found.get("curated"), found.get("mentored")
    if curated is None or mentored is None or curated.number != mentored.number:
        return results
    told = (curated.coverage, curated.source, curated.doubt)
    if told != (mentored.coverage, mentored.source, mentored.doubt):
        return results
    both = replace(curated, text=_("passed curation and were mentored"))
    return [both if result is curated else result for result in results if result is not mentored]


def _make_result(observation: Observation) -> Result:
    indicator = observation.indicator
    known = _known_words().get(indicator.key)
    text, text_lang = (known, None) if known else in_language(indicator.name, indicator.name_en)
    coverage, coverage_lang = in_language(observation.coverage, observation.coverage_en)
    return Result(
        key=indicator.key,
        number=figure(observation.value, rupiah=indicator.unit == Unit.RUPIAH),
        text=text,
        text_lang=text_lang,
        coverage=coverage,
        coverage_lang=coverage_lang,
        source=source_of(observation),
        source_url=source_link(observation.source_url),
        date=date_words(observation.on_date) if observation.on_date else "",
        doubt=doubt_of(observation),
    )


def doubt_of(observation: Observation) -> str:
    """The doubt about a number in words; empty when the sources agree."""
    if not observation.uncertain:
        return ""
    note, _lang = in_language(observation.note, observation.note_en)
    return str(_("Uncertain: %(note)s", note=note) if note else _("Uncertain: sources disagree."))


def source_of(observation: Observation) -> str:
    """Who said it: as written, else the site where it stands; empty if neither is known."""
    if observation.source:
        return observation.source
    return host_words(observation.source_url)


def host_words(url: str | None) -> str:
    """``antaranews.com`` of an address; empty without one."""
    host = urlsplit(url or "").hostname or ""
    return host.removeprefix("www.").removeprefix("m.")


def source_link(url: str | None) -> str | None:
    """The address of a source, if it is harmless; many are old and plain http."""
    return safe_url(url, allow_http=True) if url else None


def _known_words() -> dict[str, str]:
    return {
        "registrants": _("applied"),
        "curated": _("passed curation"),
        "mentored": _("were mentored"),
        "winners_count": _("champions"),
        "sales_idr": _("in sales"),
        "umkm_involved": _("businesses took part"),
        "exhibitors": _("exhibitors"),
        "top_brands": _("top brands"),
    }
