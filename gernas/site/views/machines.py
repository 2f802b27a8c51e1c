"""What machines read: which addresses there are, and which they may open."""

from xml.sax.saxutils import escape

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue

from gernas.businesses.catalogue import list_site_map_rows as list_businesses
from gernas.core.i18n import public_url
from gernas.core.kept import keep_for, kept
from gernas.core.permissions import public
from gernas.core.revisions import SITE
from gernas.registrations.queries import list_public_calls
from gernas.site.queries import list_campaigns, list_site_map_rows
from gernas.site.views.blueprint import CACHE
from gernas.youth.queries import list_public_programmes

bp = Blueprint("machines", __name__)

PAGES = (
    "site.home",
    "site.list_campaigns",
    "site.list_events",
    "catalogue.index",
    "apply.list_calls",
    "youth_public.programmes",
    "site.calendars",
    "site.about",
    "site.help",
    "site.privacy",
    "site.contact",
)
# Calendar programs obey robots.txt, Google's fetcher too: the feeds stay open.
ROBOTS = """\
User-agent: *
Allow: /kalender/
Disallow: /kelola
Disallow: /akun
Disallow: /saya
Disallow: /masuk
Disallow: /ikuti
Disallow: /en/ikuti
Disallow: /pendaftaran
Disallow: /en/pendaftaran
Disallow: /daftar/*/
Disallow: /en/daftar/*/
Disallow: /kalender/pribadi/
Sitemap: {url}/sitemap.xml
"""


@bp.get("/robots.txt")
@public
@kept
def robots() -> ResponseReturnValue:
    keep_for(SITE)
    text = ROBOTS.format(url=current_app.config["GERNAS"].url)
    return Response(text, mimetype="text/plain", headers={"Cache-Control": "public, max-age=3600"})


@bp.get("/sitemap.xml")
@public
@kept
def sitemap() -> ResponseReturnValue:
    """Every real public page in both languages; examples are left out."""
    keep_for(SITE)
    stops, events = list_site_map_rows()
    entries = [_entry(endpoint, "") for endpoint in PAGES]
    for campaign in list_campaigns():
        if not campaign.is_example:
            day = campaign.updated_at.date().isoformat()
            entries.append(_entry("site.campaign", day, campaign=campaign.slug))
    for campaign_slug, slug, at in stops:
        day = at.date().isoformat()
        entries.append(_entry("site.stop", day, campaign=campaign_slug, stop=slug))
    entries += [_entry("site.event", at.date().isoformat(), event=slug) for slug, at in events]
    for slug, at in list_businesses():
        entries.append(_entry("catalogue.show", at.date().isoformat(), business=slug))
    for call in list_public_calls():
        if not call.campaign.is_example:
            entries.append(_entry("apply.call", call.updated_at.date().isoformat(), call=call.slug))
    for programme in list_public_programmes():
        if not programme.stop.campaign.is_example and not programme.is_demo:
            day = programme.updated_at.date().isoformat()
            entries.append(_entry("youth_public.programme", day, slug=programme.slug))
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n' + "".join(entries) + "</urlset>\n"
    )
    return Response(text, mimetype="application/xml", headers={"Cache-Control": CACHE})


def _entry(endpoint: str, day: str, **values: str) -> str:
    """Both addresses of a page, each naming the other (sitemaps.org, hreflang)."""
    base = current_app.config["GERNAS"].url
    addresses = {
        language: escape(base + public_url(endpoint, language=language, **values))
        for language in ("id", "en")
    }
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{address}"/>'
        for language, address in addresses.items()
    )
    changed = f"<lastmod>{day}</lastmod>" if day else ""
    return "".join(
        f"<url><loc>{address}</loc>{changed}{others}</url>\n" for address in addresses.values()
    )
