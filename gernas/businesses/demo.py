"""Made-up businesses for the demo, marked as such: names, numbers and shops are nobody's.

Everything follows from the lists below, so each load makes the same.
"""

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from gernas.accounts.queries import find_user
from gernas.businesses.models import Business, ConsentMeans, PersonRole
from gernas.businesses.queries import list_own
from gernas.businesses.services import (
    add_business,
    add_certificate,
    add_channel,
    add_product,
    give_consent,
    link_person,
    verify_nib,
)
from gernas.businesses.wordings import CATALOGUE
from gernas.core.clock import today_in
from gernas.core.database import db
from gernas.core.images import Picture, read_picture

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

# Province, city, then businesses: name, sector, and products with price and unit.
Product = tuple[str, int, str]
_MADE_UP: tuple[tuple[str, str, tuple[tuple[str, str, tuple[Product, ...]], ...]], ...] = (
    (
        "ID-LA",
        "Kota Bandar Lampung",
        (
            (
                "Keripik Pisang Contoh Sai",
                "food",
                (
                    ("Keripik pisang cokelat", 18_000, "bungkus 200 g"),
                    ("Keripik pisang asin", 16_000, "bungkus 200 g"),
                ),
            ),
            ("Tapis Contoh Mekhanai", "fashion", (("Selendang tapis", 650_000, "helai"),)),
            ("Kopi Contoh Way Kanan", "drink", (("Kopi robusta bubuk", 45_000, "250 g"),)),
            ("Anyaman Contoh Pesisir", "craft", (("Tas anyam pandan", 120_000, "buah"),)),
            ("Sambal Contoh Krui", "food", (("Sambal tempoyak", 28_000, "botol 150 g"),)),
            ("Kripik Pisang Contoh Sai", "food", ()),
        ),
    ),
    (
        "ID-JA",
        "Kota Jambi",
        (
            ("Batik Contoh Sungai", "fashion", (("Kain batik tulis", 480_000, "helai"),)),
            ("Dodol Contoh Nanas", "food", (("Dodol nanas", 22_000, "kotak 300 g"),)),
            ("Kopi Liberika Contoh", "drink", (("Kopi liberika", 52_000, "200 g"),)),
            ("Rotan Contoh Muaro", "home", (("Kursi rotan", 750_000, "buah"),)),
        ),
    ),
    (
        "ID-SN",
        "Kota Makassar",
        (
            ("Abon Contoh Losari", "food", (("Abon ikan tuna", 35_000, "100 g"),)),
            ("Sutera Contoh Mandar Baru", "fashion", (("Sarung sutera", 900_000, "helai"),)),
            ("Perahu Mini Contoh", "craft", (("Miniatur pinisi", 350_000, "buah"),)),
            ("Markisa Contoh Segar", "drink", (("Sirup markisa", 40_000, "botol 600 ml"),)),
        ),
    ),
    (
        "ID-KR",
        "Kota Batam",
        (
            ("Kerupuk Contoh Laut", "food", (("Kerupuk ikan", 25_000, "250 g"),)),
            ("Tas Contoh Bahari", "fashion", (("Tas kanvas", 150_000, "buah"),)),
            ("Sabun Contoh Rumput Laut", "beauty", (("Sabun rumput laut", 20_000, "buah"),)),
            ("Aplikasi Contoh Niaga", "digital", ()),
        ),
    ),
    (
        "ID-SB",
        "Kota Padang",
        (
            ("Rendang Contoh Uni", "food", (("Rendang kemasan", 85_000, "250 g"),)),
            ("Songket Contoh Pandai", "fashion", (("Songket benang emas", 1_800_000, "set"),)),
            ("Kopi Kawa Contoh", "drink", (("Kopi kawa daun", 30_000, "100 g"),)),
            ("Ukir Contoh Nagari", "craft", (("Kotak ukir", 175_000, "buah"),)),
        ),
    ),
    (
        "ID-BB",
        "Kota Pangkalpinang",
        (
            ("Getas Contoh Bangka", "food", (("Getas ikan", 30_000, "250 g"),)),
            ("Lada Contoh Muntok", "agro", (("Lada putih", 38_000, "100 g"),)),
            ("Timah Contoh Kriya", "craft", (("Cendera mata timah", 95_000, "buah"),)),
            ("Madu Contoh Pelawan", "agro", (("Madu hutan", 110_000, "botol 250 ml"),)),
        ),
    ),
    (
        "ID-KS",
        "Kota Banjarmasin",
        (
            ("Sasirangan Contoh Siring", "fashion", (("Kain sasirangan", 225_000, "helai"),)),
            ("Amplang Contoh Barito", "food", (("Amplang ikan", 24_000, "200 g"),)),
            ("Purun Contoh Rawa", "craft", (("Topi purun", 65_000, "buah"),)),
            ("Jamu Contoh Banjar", "beauty", (("Bedak dingin", 18_000, "bungkus"),)),
        ),
    ),
    (
        "ID-PA",
        "Kota Jayapura",
        (
            ("Noken Contoh Sentani", "craft", (("Noken kulit kayu", 250_000, "buah"),)),
            ("Sagu Contoh Yotefa", "food", (("Kue sagu", 27_000, "toples 250 g"),)),
            ("Kopi Contoh Lembah", "drink", (("Kopi arabika", 70_000, "250 g"),)),
        ),
    ),
    (
        "ID-MU",
        "Kota Ternate",
        (
            ("Pala Contoh Benteng", "agro", (("Sirup pala", 45_000, "botol 500 ml"),)),
            ("Ikan Asap Contoh Oranje", "food", (("Ikan cakalang asap", 90_000, "ekor"),)),
            ("Bagea Contoh Gamalama", "food", (("Bagea kenari", 32_000, "kotak"),)),
        ),
    ),
    (
        "ID-SR",
        "Kabupaten Mamuju",
        (
            ("Cokelat Contoh Mandar", "food", (("Cokelat batang", 28_000, "80 g"),)),
            ("Sutra Contoh Sekomandi", "fashion", (("Tenun sekomandi", 1_200_000, "helai"),)),
            ("Minyak Kelapa Contoh", "beauty", (("Minyak kelapa murni", 55_000, "250 ml"),)),
            ("Koperasi Contoh Sejahtera", "service", ()),
        ),
    ),
)
_COLOURS = ("#9f0c18", "#855700", "#23633d", "#294a8c", "#5c4c43", "#bd8420")
_GROUNDS = ("#faf6f0", "#fdf1d8", "#e6f2e9", "#e8eef9")
_ABOUT = (
    "Usaha karangan untuk contoh. Nama, nomor, dan produknya dibuat-buat.\n\n"
    "Dibuat di {city} dengan bahan dari sekitar, oleh keluarga dan tetangga."
)
_ABOUT_EN = "A made-up business, for the example only. Made in {city} of what grows nearby."


def load_businesses() -> int:
    """Add the made-up businesses; returns how many, 0 when they are there. In a transaction."""
    if db.session.scalar(select(Business.id).where(Business.is_demo).limit(1)) is not None:
        return 0
    pictures = [_draw(number) for number in range(8)]
    number = 0
    for province, city, group in _MADE_UP:
        for name, sector, products in group:
            business = _add(number, name, sector, province, city)
            for at, (product, price, unit) in enumerate(products):
                values = {
                    "name": product,
                    "price_rupiah": price,
                    "unit": unit,
                    "photo_alt": f"Gambar hiasan untuk {product.lower()}",
                }
                add_product(business, values, photo=pictures[(number + at) % 8], by=None)
            _add_papers(business, number, sector)
            number += 1
    return number


def give_owner(email: str) -> None:
    """Let a demo account manage the first made-up business; inside a transaction."""
    user = find_user(email)
    business = db.session.scalar(select(Business).where(Business.is_demo).order_by(Business.id))
    if user is not None and business is not None and not list_own(user):
        link_person(business, user, role=PersonRole.OWNER, by=None)


def _add(number: int, name: str, sector: str, province: str, city: str) -> Business:
    kinds = {"service": "cooperative", "digital": "ikm"}
    has_nib = number % 4 != 3
    return add_business(
        {
            "name": name,
            "kind": kinds.get(sector, "ikm" if number % 5 == 2 else "umkm"),
            "sector": sector,
            "size_class": ("micro", "micro", "small")[number % 3],
            "nib": f"00000000{number:05}" if has_nib else None,
            "owner_name": f"Pemilik Contoh {number + 1}",
            "address": f"Jl. Contoh No. {number + 1}",
            "city": city,
            "province_code": province,
            "email": f"usaha{number + 1}@contoh.id",
            "about": _ABOUT.format(city=city),
            "about_en": _ABOUT_EN.format(city=city),
        },
        by=None,
        is_demo=True,
    )


def _add_papers(business: Business, number: int, sector: str) -> None:
    """Certificates, a shop and the consent to the catalogue, not the same for all."""
    expires: date = today_in("Asia/Jakarta") + timedelta(days=400 + number)
    if sector in ("food", "drink") and number % 3 != 1:
        kind = "halal" if number % 2 else "spp_irt"
        add_certificate(
            business, kind=kind, number=f"CONTOH-{number:03}", expires_on=expires, by=None
        )
    if number % 7 == 3:
        add_certificate(
            business, kind="trademark", number=f"CONTOH-M{number:03}", expires_on=None, by=None
        )
    if business.nib and number % 2 == 0:
        verify_nib(business, by=None)
    if business.products and number % 9 != 8:
        add_channel(business, f"https://contoh.id/{business.slug}", by=None)
        give_consent(
            business, CATALOGUE, means=ConsentMeans.PAPER, note="Contoh untuk demo", by=None
        )


def _draw(number: int) -> Picture:
    """A picture in place of a photo: a motif of woven cloth, drawn from nothing."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (640, 480), _GROUNDS[number % len(_GROUNDS)])
    pen = ImageDraw.Draw(image)
    colour = _COLOURS[number % len(_COLOURS)]
    (_draw_tumpal, _draw_wajik)[number % 2](pen, colour, 80 + 16 * (number % 3))
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    out.seek(0)
    return read_picture(out)


def _draw_tumpal(pen: "ImageDraw", colour: str, width: int) -> None:
    """Rows of the bamboo shoot."""
    for row, top in enumerate(range(0, 480, width)):
        for left in range(-width * (row % 2) // 2, 640, width):
            pen.polygon(
                [(left, top + width), (left + width // 2, top), (left + width, top + width)], colour
            )


def _draw_wajik(pen: "ImageDraw", colour: str, width: int) -> None:
    """Diamonds in diamonds."""
    half = width // 2
    for top in range(0, 480 + width, width):
        for left in range(0, 640 + width, width):
            for inner in (half, half // 3):
                pen.polygon(
                    [
                        (left, top - inner),
                        (left + inner, top),
                        (left, top + inner),
                        (left - inner, top),
                    ],
                    None if inner == half else colour,
                    colour,
                    4,
                )
