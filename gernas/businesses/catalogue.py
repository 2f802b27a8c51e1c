"""What the public sees of businesses: the catalogue, its filters, a page for each.

Only businesses that agreed are asked for here, and only what the consent names leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from flask import current_app, url_for
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import selectinload
from werkzeug.datastructures import MultiDict

from gernas.businesses.models import (
    Business,
    Certificate,
    CertificateKind,
    Product,
    SalesChannel,
    Sector,
)
from gernas.businesses.values import SOCIAL, social_url
from gernas.businesses.words import CERTIFICATE_WORDS, CHANNEL_WORDS, SECTOR_WORDS
from gernas.core.clock import ZONES, today_in
from gernas.core.database import db
from gernas.core.i18n import get_language, in_language
from gernas.core.markdown import plain_text
from gernas.core.provinces import PROVINCES, Province, province_by_slug
from gernas.core.text import LIKE_ESCAPE, clean_text, search_like
from gernas.events.files import small_name

PAGE_SIZE = 24
SEARCH_LENGTH = 100
LAST_PAGE = 10_000
SUMMARY_LENGTH = 160
MOST_PRODUCTS = 60

Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class CatalogueFilter:
    """Checked choices of an address; a value that is none of the possible ones does not count."""

    q: str = ""
    province: str = ""  # slug
    sector: str = ""
    certificate: str = ""
    page: int = 1

    @classmethod
    def read(cls, args: MultiDict[str, str]) -> Self:
        province, number = args.get("provinsi", ""), args.get("halaman", "")
        sector, certificate = args.get("sektor", ""), args.get("sertifikat", "")
        is_number = number.isascii() and number.isdigit() and len(number) <= 5
        return cls(
            q=clean_text(args.get("q", "")[: SEARCH_LENGTH * 4])[:SEARCH_LENGTH],
            province=province if province_by_slug(province) else "",
            sector=sector if sector in set(Sector) else "",
            certificate=certificate if certificate in set(CertificateKind) else "",
            page=min(max(1, int(number)), LAST_PAGE) if is_number else 1,
        )

    @property
    def is_set(self) -> bool:
        return bool(self.q or self.province or self.sector or self.certificate)

    @property
    def found_province(self) -> Province | None:
        return province_by_slug(self.province)

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the address that chooses this, without the page number."""
        pairs = {
            "q": self.q,
            "provinsi": self.province,
            "sektor": self.sector,
            "sertifikat": self.certificate,
        }
        return {name: value for name, value in pairs.items() if value}


@dataclass(frozen=True)
class Card:
    """A business as the list shows it."""

    name: str
    slug: str
    sector: str
    place: str
    products: str  # the names of a few
    certificates: list[str]
    photo: str | None  # address of the small picture
    photo_alt: str
    is_demo: bool


@dataclass(frozen=True)
class CatalogueList:
    """One page of the catalogue, what it was narrowed by and what it could be narrowed by."""

    choice: CatalogueFilter
    cards: list[Card]
    total: int
    page: int
    pages: int
    provinces: Choices
    sectors: Choices
    certificates: Choices


@dataclass(frozen=True)
class Item:
    """A product on a business's page."""

    name: str
    lang: str | None
    text: str
    text_lang: str | None
    price: int | None
    unit: str
    url: str | None
    photo: str | None
    small: str | None
    alt: str
    width: int
    height: int


def in_catalogue() -> tuple[ColumnElement[bool], ...]:
    """The conditions for businesses that the public may see."""
    return (
        Business.shown_in_catalogue.is_(True),
        Business.archived_at.is_(None),
        Business.merged_into_id.is_(None),
        Business.erased_at.is_(None),
    )


def list_catalogue(choice: CatalogueFilter) -> CatalogueList:
    """A page of the catalogue by name; a fixed number of queries."""
    matching = select(Business).where(*in_catalogue(), *_conditions(choice))
    counted = select(func.count()).select_from(matching.subquery())
    total = db.session.scalar(counted) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(choice.page, pages)
    rows = db.session.scalars(
        matching.options(selectinload(Business.products), selectinload(Business.certificates))
        .order_by(Business.name_key, Business.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    provinces, sectors, certificates = _list_options()
    return CatalogueList(
        choice=choice,
        cards=[_make_card(row) for row in rows],
        total=total,
        page=page,
        pages=pages,
        provinces=provinces,
        sectors=sectors,
        certificates=certificates,
    )


def find_public(slug: str) -> Business | None:
    """The business of a public address, whatever its state; the view decides what to answer."""
    return db.session.scalar(
        select(Business)
        .where(Business.slug == slug)
        .options(
            selectinload(Business.products),
            selectinload(Business.certificates),
            selectinload(Business.channels),
        )
    )


def list_site_map_rows() -> list[tuple[str, datetime]]:
    """Slugs of real businesses in the catalogue, and when each changed."""
    rows = select(Business.slug, Business.updated_at).where(
        *in_catalogue(), Business.is_demo.is_(False)
    )
    return [(slug, at) for slug, at in db.session.execute(rows.order_by(Business.id))]


def list_items(business: Business) -> list[Item]:
    """The products of a business that are shown."""
    return [_make_item(product) for product in business.products if product.archived_at is None][
        :MOST_PRODUCTS
    ]


def list_certificates(business: Business) -> list[tuple[str, bool]]:
    """The certificates of a business that are valid today: its name, and whether it was seen.

    What expires is left out from the day after; of a kind that is there twice, the one that
    was looked at.
    """
    today = today_in(ZONES[0])
    found: dict[str, bool] = {}
    for one in business.certificates:
        if one.expires_on is None or one.expires_on >= today:
            word = str(CERTIFICATE_WORDS[CertificateKind(one.kind)])
            found[word] = found.get(word, False) or one.verified_at is not None
    return list(found.items())


def list_shops(business: Business) -> Choices:
    """Where the business sells: words and address, the website last."""
    shops = [(_shop_words(channel), channel.url) for channel in business.channels]
    return [*shops, *([(_host_of(business.website), business.website)] if business.website else [])]


def list_accounts(business: Business) -> list[tuple[str, str, str]]:
    return [
        (SOCIAL[key][0], name, social_url(key, name))
        for key, name in business.social.items()
        if key in SOCIAL
    ]


def describe(business: Business) -> str:
    """One or two sentences for search engines and shared links."""
    place = place_words(business)
    sector = str(SECTOR_WORDS[business.sector]) if business.sector else ""
    facts = ", ".join(part for part in (sector, place) if part)
    text, _lang = in_language(business.about, business.about_en)
    rest = plain_text(text, limit=SUMMARY_LENGTH, one_line=True) if text else ""
    return ". ".join(part for part in (facts, rest) if part)


def place_words(business: Business) -> str:
    """City and province, each once."""
    province = business.province.name() if business.province else ""
    parts = [part for part in (business.city or "", province) if part]
    return ", ".join(dict.fromkeys(parts))


def make_structured_data(
    business: Business, items: Sequence[Item], url: str
) -> dict[str, Any] | None:
    """The business in the words of schema.org; None of an example.

    https://schema.org/Organization, with what it sells as https://schema.org/Offer.
    """
    if business.is_demo:
        return None
    base = current_app.config["GERNAS"].url
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": business.name,
        "url": url,
        "description": describe(business),
        "address": {
            "@type": "PostalAddress",
            "addressLocality": business.city or "",
            "addressRegion": business.province.name() if business.province else "",
            "addressCountry": "ID",
        },
        "sameAs": [
            *(address for _words, address in list_shops(business)),
            *(address for _title, _name, address in list_accounts(business)),
        ],
    }
    if offers := [_offer(item, base) for item in items[:20]]:
        data["makesOffer"] = offers
    return data


def _offer(item: Item, base: str) -> dict[str, Any]:
    product: dict[str, Any] = {"@type": "Product", "name": item.name}
    if item.text:
        product["description"] = item.text[:300]
    if item.photo:
        product["image"] = f"{base}{item.photo}"
    offer: dict[str, Any] = {"@type": "Offer", "itemOffered": product}
    if item.price is not None:
        offer |= {"price": item.price, "priceCurrency": "IDR"}
    if item.url:
        offer["url"] = item.url
    return offer


def _conditions(choice: CatalogueFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    province = choice.found_province
    if province is not None:
        conditions.append(Business.province_code == province.iso_code)
    if choice.sector:
        conditions.append(Business.sector == choice.sector)
    if choice.certificate:
        today = today_in(ZONES[0])
        valid = or_(Certificate.expires_on.is_(None), Certificate.expires_on >= today)
        conditions.append(
            Business.certificates.any((Certificate.kind == choice.certificate) & valid)
        )
    for pattern in search_like(choice.q):
        sells = Business.products.any(
            Product.archived_at.is_(None) & Product.name.ilike(pattern, escape=LIKE_ESCAPE)
        )
        named = Business.name.ilike(pattern, escape=LIKE_ESCAPE)
        conditions.append(or_(named, Business.city.ilike(pattern, escape=LIKE_ESCAPE), sells))
    return conditions


def _list_options() -> tuple[Choices, Choices, Choices]:
    """What the catalogue has: provinces from west to east, sectors and certificates in order."""
    pairs = db.session.execute(
        select(Business.province_code, Business.sector).where(*in_catalogue()).distinct()
    ).all()
    codes = {code for code, _sector in pairs}
    sectors = {sector for _code, sector in pairs}
    kinds = set(
        db.session.scalars(
            select(Certificate.kind)
            .join(Business, Business.id == Certificate.business_id)
            .where(*in_catalogue())
            .distinct()
        )
    )
    return (
        [(p.slug, p.name()) for p in PROVINCES if p.iso_code in codes],
        [(str(key), str(text)) for key, text in SECTOR_WORDS.items() if key in sectors],
        [(str(key), str(text)) for key, text in CERTIFICATE_WORDS.items() if key in kinds],
    )


def _make_card(business: Business) -> Card:
    products = [product for product in business.products if product.archived_at is None]
    pictured = next((product for product in products if product.photo), None)
    return Card(
        name=business.name,
        slug=business.slug,
        sector=str(SECTOR_WORDS[business.sector]) if business.sector else "",
        place=place_words(business),
        products=", ".join(_name_of(product)[0] for product in products[:3]),
        certificates=[word for word, _seen in list_certificates(business)],
        photo=_photo_address(small_name(pictured.photo)) if pictured and pictured.photo else None,
        photo_alt=(pictured.photo_alt or pictured.name) if pictured else "",
        is_demo=business.is_demo,
    )


def _make_item(product: Product) -> Item:
    name, lang = _name_of(product)
    text, text_lang = in_language(product.description, product.description_en)
    return Item(
        name=name,
        lang=lang,
        text=text,
        text_lang=text_lang,
        price=product.price_rupiah,
        unit=product.unit or "",
        url=product.url,
        photo=_photo_address(product.photo) if product.photo else None,
        small=_photo_address(small_name(product.photo)) if product.photo else None,
        alt=product.photo_alt or name,
        width=product.photo_width or 0,
        height=product.photo_height or 0,
    )


def _name_of(product: Product) -> tuple[str, str | None]:
    if get_language() == "en" and product.name_en:
        return product.name_en, None
    return product.name, "id" if get_language() == "en" else None


def _photo_address(name: str) -> str:
    return url_for("events.file", name=name)


def _shop_words(channel: SalesChannel) -> str:
    from gernas.businesses.models import ChannelKind

    kind = ChannelKind(channel.kind)
    if kind in (ChannelKind.OWN_SHOP, ChannelKind.OTHER):
        return _host_of(channel.url)
    return str(CHANNEL_WORDS[kind])


def _host_of(url: str | None) -> str:
    from urllib.parse import urlsplit

    return (urlsplit(url or "").hostname or "").removeprefix("www.")
