"""Where an event is, and how to get there."""

from dataclasses import dataclass
from urllib.parse import quote

from flask import url_for
from flask_babel import gettext as _

from gernas.core.provinces import find_province
from gernas.core.text import safe_url
from gernas.events.models import Event


@dataclass(frozen=True)
class Place:
    """The place of an event in lines, with the links that lead there."""

    name: str  # Taman Siring 0 KM; empty when no venue is known
    lines: list[str]  # Tepi Sungai Martapura; Banjarmasin; Kalimantan Selatan
    map_url: str | None
    online_url: str | None
    access: str

    @property
    def is_known(self) -> bool:
        return bool(self.name or self.lines or self.online_url)


def make_place(event: Event) -> Place:
    """The place as its panel shows it."""
    venue = event.venue
    province = find_province((venue.province_code if venue else None) or event.province_code)
    city = (venue.city if venue else None) or event.city
    found = [venue.address if venue else None, city, province.name() if province else None]
    if event.online_url and not (venue or city):  # then a province says nothing
        found = [_("Online")]
    lines = list(dict.fromkeys(line for line in found if line))
    return Place(
        name=venue.name if venue else "",
        lines=lines,
        map_url=_map_url(event, lines),
        online_url=safe_url(event.online_url) if event.online_url else None,
        access=venue.access or "" if venue else "",
    )


def _map_url(event: Event, lines: list[str]) -> str | None:
    """A search on the map that phones here open by themselves; by coordinates where known."""
    venue = event.venue
    if venue is not None and venue.latitude is not None and venue.longitude is not None:
        sought = f"{venue.latitude:.6f},{venue.longitude:.6f}"
    elif venue is not None and (venue.address or venue.city or event.city):
        sought = ", ".join([venue.name, *lines])
    else:
        return None
    return f"https://www.google.com/maps/search/?api=1&query={quote(sought, safe='')}"


def cover_address(event: Event) -> str | None:
    """The path of the event's picture; None without one."""
    if not event.cover or not event.cover_width or not event.cover_height:
        return None
    return url_for("events.file", name=event.cover)
