"""The events of a campaign or stop: a list with filters, a spreadsheet, a sheet for paper."""

from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.campaigns.models import Campaign, Stop
from gernas.core.clock import now, today_in
from gernas.core.permissions import Permission, may, requires
from gernas.core.provinces import get_province
from gernas.core.text import content_disposition
from gernas.core.web import signed_in_user
from gernas.core.wording import month_names
from gernas.events.export import MIMETYPE, build_schedule
from gernas.events.filters import Listing, read_listing
from gernas.events.queries import list_events, list_months, list_province_codes
from gernas.events.views.blueprint import bp, may_edit, page
from gernas.events.words import KIND_WORDS, STATUS_WORDS, kind_word, status_word


@bp.get("/kelola/<campaign:campaign>/acara")
@requires(Permission.SEE_PLANS)
def list_campaign_events(campaign: Campaign) -> ResponseReturnValue:
    return _list(campaign, None)


@bp.get("/kelola/<stop:stop>/acara")
@requires(Permission.SEE_PLANS)
def list_stop_events(stop: Stop) -> ResponseReturnValue:
    return _list(stop.campaign, stop)


@bp.get("/kelola/<campaign:campaign>/acara/cetak")
@requires(Permission.SEE_PLANS)
def print_campaign_events(campaign: Campaign) -> ResponseReturnValue:
    return _print(campaign, None)


@bp.get("/kelola/<stop:stop>/acara/cetak")
@requires(Permission.SEE_PLANS)
def print_stop_events(stop: Stop) -> ResponseReturnValue:
    return _print(stop.campaign, stop)


@bp.get("/kelola/<campaign:campaign>/jadwal.xlsx")
@requires(Permission.EXPORT_SCHEDULE)
def export_campaign_events(campaign: Campaign) -> ResponseReturnValue:
    return _export(campaign, None)


@bp.get("/kelola/<stop:stop>/jadwal.xlsx")
@requires(Permission.EXPORT_SCHEDULE)
def export_stop_events(stop: Stop) -> ResponseReturnValue:
    return _export(stop.campaign, stop)


def _list(campaign: Campaign, stop: Stop | None) -> ResponseReturnValue:
    listing = read_listing(request.args, campaign, stop)
    row: Campaign | Stop = stop or campaign
    return page(
        "list.html",
        campaign=campaign,
        stop=stop,
        listing=listing,
        found=list_events(listing.wanted, listing.sorting, page=listing.page),
        filters=_describe(listing),
        today=today_in("Asia/Jakarta"),
        may_edit=may_edit(row),
        may_export=may(signed_in_user(), Permission.EXPORT_SCHEDULE, row.scopes),
        address=_addresses(campaign, stop),
        **_options(campaign, stop),
    )


def _print(campaign: Campaign, stop: Stop | None) -> ResponseReturnValue:
    listing = read_listing(request.args, campaign, stop)
    return page(
        "print.html",
        campaign=campaign,
        stop=stop,
        found=list_events(listing.wanted, listing.sorting, size=None),
        filters=_describe(listing),
        printed_at=now(),
    )


def _export(campaign: Campaign, stop: Stop | None) -> ResponseReturnValue:
    listing = read_listing(request.args, campaign, stop)
    found = list_events(listing.wanted, listing.sorting, size=None)
    title = _name(campaign, stop)
    content = build_schedule(found.events, title=title, filters=_describe(listing))
    answer = Response(content, mimetype=MIMETYPE)
    slug = f"{campaign.slug}-{stop.slug}" if stop else campaign.slug
    name = _("schedule-%(slug)s.xlsx", slug=slug)
    answer.headers["Content-Disposition"] = content_disposition(name)
    return answer


def _name(campaign: Campaign, stop: Stop | None) -> str:
    return f"{campaign.title}: {get_province(stop.province_code)}" if stop else campaign.title


def _addresses(campaign: Campaign, stop: Stop | None) -> Callable[..., str]:
    """Addresses of this list's pages: ``address("list", halaman=2)``."""
    values: dict[str, Any] = {"stop": stop} if stop is not None else {"campaign": campaign}
    kind = "stop" if stop is not None else "campaign"
    endpoints = {
        "list": f"events.list_{kind}_events",
        "print": f"events.print_{kind}_events",
        "export": f"events.export_{kind}_events",
        "add": f"events.add_to_{kind}",
    }

    def address(what: str, **args: Any) -> str:
        return url_for(endpoints[what], **values, **args)

    return address


def _options(campaign: Campaign, stop: Stop | None) -> dict[str, Any]:
    """What the filters can be set to."""
    stop_id = stop.id if stop is not None else None
    provinces = [get_province(code) for code in list_province_codes(campaign.id, stop_id)]
    names = month_names()
    return {
        "kinds": [(str(kind), words) for kind, words in KIND_WORDS.items()],
        "statuses": [(str(status), words) for status, words in STATUS_WORDS.items()],
        "provinces": sorted(((p.slug, p.name()) for p in provinces), key=lambda pair: pair[1]),
        "months": [
            (f"{month:%Y-%m}", f"{names[month.month - 1]} {month.year}")
            for month in list_months(campaign.id, stop_id)
        ],
    }


def _describe(listing: Listing) -> list[tuple[str, str]]:
    """The filters that are set, in words."""
    wanted = listing.wanted
    month = wanted.month
    pairs = [
        (_("Kind"), kind_word(wanted.kind) if wanted.kind else ""),
        (_("State"), status_word(wanted.status) if wanted.status else ""),
        (_("Province"), get_province(wanted.province_code).name() if wanted.province_code else ""),
        (_("Month"), f"{month_names()[month.month - 1]} {month.year}" if month else ""),
        (_("Search"), wanted.text),
        (_("Archived"), _("only archived events") if wanted.archived else ""),
    ]
    return [(term, str(text)) for term, text in pairs if text]
