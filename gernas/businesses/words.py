"""Words for what the businesses domain names by code, and codes for words in spreadsheets."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l

from gernas.businesses.models import (
    BusinessKind,
    CertificateKind,
    ChannelKind,
    ConsentMeans,
    PersonRole,
    Sector,
    SizeClass,
)

Code = TypeVar("Code", bound=StrEnum)

KIND_WORDS: Mapping[BusinessKind, Any] = {
    BusinessKind.UMKM: _l("UMKM"),
    BusinessKind.IKM: _l("IKM (small and medium industry)"),
    BusinessKind.COOPERATIVE: _l("Cooperative"),
    BusinessKind.VILLAGE_ENTERPRISE: _l("Village enterprise (BUM Desa)"),
    BusinessKind.EXHIBITOR: _l("Exhibitor organisation"),
}
# PP 7/2021, articles 35 and 36: capital without land and building for new businesses, yearly
# sales for those that run.
SIZE_WORDS: Mapping[SizeClass, Any] = {
    SizeClass.MICRO: _l("Micro"),
    SizeClass.SMALL: _l("Small"),
    SizeClass.MEDIUM: _l("Medium"),
    SizeClass.LARGE: _l("Large"),
}
SIZE_LIMITS: Mapping[SizeClass, Any] = {
    SizeClass.MICRO: _l("Micro: sales up to Rp 2 billion a year"),
    SizeClass.SMALL: _l("Small: sales over Rp 2 to 15 billion a year"),
    SizeClass.MEDIUM: _l("Medium: sales over Rp 15 to 50 billion a year"),
    SizeClass.LARGE: _l("Large: sales over Rp 50 billion a year"),
}
SECTOR_WORDS: Mapping[Sector, Any] = {
    Sector.FOOD: _l("Food"),
    Sector.DRINK: _l("Drinks"),
    Sector.FASHION: _l("Fashion and accessories"),
    Sector.CRAFT: _l("Craft"),
    Sector.BEAUTY: _l("Beauty and fitness"),
    Sector.HOME: _l("Home decor and furniture"),
    Sector.AGRO: _l("Coffee, spices, farm and sea produce"),
    Sector.SERVICE: _l("Services"),
    Sector.DIGITAL: _l("Digital"),
    Sector.FINANCE: _l("Finance"),
    Sector.GOVERNMENT: _l("Government"),
    Sector.OTHER: _l("Other sector"),
}
CERTIFICATE_WORDS: Mapping[CertificateKind, Any] = {
    CertificateKind.NIB: _l("NIB"),
    CertificateKind.SPP_IRT: _l("SPP-IRT"),
    CertificateKind.HALAL: _l("Halal"),
    CertificateKind.BPOM: _l("BPOM"),
    CertificateKind.SNI: _l("SNI"),
    CertificateKind.TKDN: _l("TKDN"),
    CertificateKind.HACCP: _l("HACCP"),
    CertificateKind.TRADEMARK: _l("Trademark"),
}
CHANNEL_WORDS: Mapping[ChannelKind, Any] = {
    ChannelKind.SHOPEE: _l("Shopee"),
    ChannelKind.TOKOPEDIA: _l("Tokopedia"),
    ChannelKind.TIKTOK_SHOP: _l("TikTok Shop"),
    ChannelKind.LAZADA: _l("Lazada"),
    ChannelKind.BLIBLI: _l("Blibli"),
    ChannelKind.BUKALAPAK: _l("Bukalapak"),
    ChannelKind.PADI: _l("PaDi UMKM"),
    ChannelKind.E_CATALOGUE: _l("E-catalogue of the government"),
    ChannelKind.OWN_SHOP: _l("Own shop"),
    ChannelKind.OTHER: _l("Other place"),
}
PERSON_ROLE_WORDS: Mapping[PersonRole, Any] = {
    PersonRole.OWNER: _l("Owner"),
    PersonRole.STAFF: _l("Staff"),
}
MEANS_WORDS: Mapping[ConsentMeans, Any] = {
    ConsentMeans.WEB: _l("On this site"),
    ConsentMeans.PAPER: _l("On paper"),
    ConsentMeans.SPOKEN: _l("Spoken"),
}
REASON_WORDS: Mapping[str, Any] = {
    "nib": _l("Same NIB"),
    "phone": _l("Same phone"),
    "email": _l("Same email"),
    "name": _l("Similar name, same city"),
}

# What people write in spreadsheets, beside the codes and the words above.
_KINDS = {
    "umkm": "umkm; ukm; umi; mikro kecil menengah; usaha mikro; artisan; msme; sme",
    "ikm": "ikm; industri kecil menengah; industri kecil; industri",
    "cooperative": "koperasi; kop; cooperative",
    "village_enterprise": "bumdes; bum desa; bumdesma; badan usaha milik desa",
    "exhibitor": "peserta pameran; instansi; lembaga; bank; kementerian; dinas; marketplace; "
    "top brand; exhibitor",
}
_SIZES = {
    "micro": "mikro; usaha mikro; micro",
    "small": "kecil; usaha kecil; small",
    "medium": "menengah; usaha menengah; medium; sedang",
    "large": "besar; usaha besar; large",
}
_SECTORS = {
    "food": "makanan; kuliner; pangan; makanan ringan; food; kue; camilan; snack; makanan dan "
    "minuman;"
    "makanan minuman; mamin; food and drink",
    "drink": "minuman; drink; drinks; jamu",
    "fashion": "fashion; fesyen; pakaian; busana; batik; tenun; tapis; kain; wastra; aksesori; "
    "aksesoris;"
    "garmen; konveksi; sandang",
    "craft": "kriya; kerajinan; kerajinan tangan; craft; handicraft; anyaman",
    "beauty": "kecantikan; kosmetik; beauty; perawatan tubuh; kebugaran; herbal",
    "home": "dekorasi rumah; mebel; furnitur; perabot; home decor; furniture",
    "agro": "pertanian; perikanan; perkebunan; kopi; rempah; peternakan; agro; agribisnis; hasil "
    "bumi",
    "service": "jasa; service; services; pelayanan",
    "digital": "digital; teknologi; start up; startup; aplikasi",
    "finance": "keuangan; bank; finance; perbankan",
    "government": "pemerintah; pemerintahan; instansi; government; kementerian; dinas",
    "other": "lainnya; lain lain; lain; other; dagang; perdagangan",
}
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


def read_kind(text: str) -> BusinessKind | None:
    """The kind that a cell of a spreadsheet names; None if it names none."""
    return _read(BusinessKind, _KINDS, text)


def read_size(text: str) -> SizeClass | None:
    return _read(SizeClass, _SIZES, text)


def read_sector(text: str) -> Sector | None:
    return _read(Sector, _SECTORS, text)


def choices(words: Mapping[Any, Any]) -> list[tuple[str, str]]:
    """Codes with their words, for a list to choose from."""
    return [(str(code), str(text)) for code, text in words.items()]


def _read(codes: type[Code], words: Mapping[str, str], text: str) -> Code | None:
    key = _NOT_A_LETTER.sub(" ", text.lower()).strip()
    if not key:
        return None
    if key.replace(" ", "_") in set(codes):
        return codes(key.replace(" ", "_"))
    for code, known in words.items():
        if key in known.split("; "):
            return codes(code)
    # "Makanan (keripik)", "Mikro - di bawah 2 M": the first word decides where it is known.
    first = key.split(" ")[0]
    return next((codes(c) for c, known in words.items() if first in known.split("; ")), None)
