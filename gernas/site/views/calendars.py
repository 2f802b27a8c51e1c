"""How to subscribe: one feed at a time, with a button for each program."""

from collections.abc import Sequence

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.calendars.links import list_subscribe_links
from gernas.campaigns.models import Campaign, Stop
from gernas.core.kept import keep_for, kept
from gernas.core.permissions import public
from gernas.core.provinces import PROVINCES, province_by_slug
from gernas.core.revisions import SITE
from gernas.events.models import EventKind
from gernas.events.words import kind_word
from gernas.site.calendar_links import webcal_address, whole_address
from gernas.site.qr import qr_image
from gernas.site.queries import list_campaigns, list_options, list_public_stops
from gernas.site.views.blueprint import answer_page, bp, name_of

EVERYTHING = "semua"


@bp.get("/kalender")
@public
@kept
def calendars() -> ResponseReturnValue:
    keep_for(SITE)
    campaigns = list_campaigns()
    stops = list_public_stops()
    sources = _list_sources(campaigns, stops)
    source = request.args.get("dari", EVERYTHING)
    if source not in dict(sources):
        source = EVERYTHING
    kind, province = request.args.get("jenis", ""), request.args.get("provinsi", "")
    kind = kind if kind in set(EventKind) else ""
    province = province if province_by_slug(province) and "/" not in source else ""
    path, name = _choose_feed(source, dict(sources)[source], kind, province)
    url = whole_address(path)
    options = list_options()
    return answer_page(
        "site/calendars.html",
        campaign=next((c for c in campaigns if c.slug == source.partition("/")[0]), None),
        source=source,
        kind=kind,
        province=province,
        sources=sources,
        kinds=[(k.value, kind_word(k)) for k in options.kinds],
        provinces=[(p.slug, str(p)) for p in PROVINCES if p.iso_code in options.province_codes],
        name=name,
        feed_url=url,
        webcal_url=webcal_address(path),
        links=list_subscribe_links(url, name),
        qr=qr_image(webcal_address(path)),
    )


def _list_sources(campaigns: Sequence[Campaign], stops: Sequence[Stop]) -> list[tuple[str, str]]:
    """Everything, each campaign, and below it each of its stops."""
    sources = [(EVERYTHING, str(_("All campaigns")))]
    for campaign in campaigns:
        sources.append((campaign.slug, name_of(campaign)))
        for stop in stops:
            if stop.campaign_id == campaign.id:
                words = f"{name_of(campaign)}: {stop.province}"
                sources.append((f"{campaign.slug}/{stop.slug}", words))
    return sources


def _choose_feed(source: str, words: str, kind: str, province: str) -> tuple[str, str]:
    campaign, _slash, stop = source.partition("/")
    if source == EVERYTHING:
        path, name = url_for("calendars.site"), "Gernas BBI"
    elif stop:
        path, name = url_for("calendars.stop", campaign=campaign, stop=stop), words
    else:
        path, name = url_for("calendars.campaign", campaign=campaign), words
    filters = {"jenis": kind, "provinsi": province}
    query = "&".join(f"{key}={value}" for key, value in filters.items() if value)
    chosen = province_by_slug(province)
    named = [kind_word(kind) if kind else "", str(chosen) if chosen else ""]
    narrowed = ", ".join(word for word in named if word)
    return (
        f"{path}?{query}" if query else path,
        f"{name} ({narrowed})" if narrowed else name,
    )
