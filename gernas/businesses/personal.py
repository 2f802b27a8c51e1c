"""All that Gernas holds about a business, for its people to take along (UU 27/2022, 7 and 13)."""

from typing import Any

from gernas.accounts.models import User
from gernas.businesses.models import Business
from gernas.businesses.queries import list_consents, list_own
from gernas.businesses.registries import list_personal_data
from gernas.core.clock import now

FORMAT = 1


def tell_own_businesses(user: User) -> list[dict[str, Any]]:
    """Each business of a person, for all that is kept of a person."""
    return [tell_business(business) for business in list_own(user)]


def tell_business(business: Business) -> dict[str, Any]:
    """Plain values for JSON: texts, numbers, lists. Of the NIK the last four digits only."""
    told: dict[str, Any] = {
        "format": FORMAT,
        "made_at": now().isoformat(),
        "business": _columns(business),
        "people": [
            {"name": one.name, "email": one.email, "phone": one.phone, "role": str(one.role)}
            for one in business.people
        ],
        "products": [
            {
                "name": one.name,
                "name_en": one.name_en,
                "description": one.description,
                "price_rupiah": one.price_rupiah,
                "unit": one.unit,
                "url": one.url,
                "photo": one.photo,
            }
            for one in business.products
        ],
        "certificates": [
            {
                "kind": str(one.kind),
                "number": one.number,
                "expires_on": one.expires_on.isoformat() if one.expires_on else None,
                "file": one.file_label,
                "verified_at": _moment(one.verified_at),
            }
            for one in business.certificates
        ],
        "channels": [{"kind": str(one.kind), "url": one.url} for one in business.channels],
        "consents": [
            {
                "purpose": one.purpose,
                "wording_version": one.wording_version,
                "language": one.language,
                "means": str(one.means),
                "given_at": _moment(one.given_at),
                "withdrawn_at": _moment(one.withdrawn_at),
            }
            for one in list_consents(business)
        ],
    }
    for name, tell in list_personal_data().items():
        told[name] = tell(business)
    return told


def _columns(business: Business) -> dict[str, Any]:
    names = (
        *("name", "kind", "nib", "npwp", "owner_name", "size_class", "sector", "address", "city"),
        *("province_code", "phone", "whatsapp", "email", "social", "website", "about", "about_en"),
        *("shown_in_catalogue", "nik_last4", "slug"),
    )
    values = {name: getattr(business, name) for name in names}
    moments = ("nib_verified_at", "created_at", "updated_at", "erase_asked_at")
    return values | {name: _moment(getattr(business, name)) for name in moments}


def _moment(value: Any) -> str | None:
    return value.isoformat() if value is not None else None
