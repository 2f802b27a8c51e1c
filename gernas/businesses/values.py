"""Numbers and addresses of a business as people type them, in the one form that is kept.

Every function raises ValueError with the sentence for the person who typed. Patterns are matched
whole, know only the digits 0 to 9, and take time linear in the text.
"""

import re
from urllib.parse import urlsplit

from flask_babel import gettext as _

from gernas.businesses.models import NIB_DIGITS, NIK_DIGITS, NPWP_DIGITS, ChannelKind
from gernas.core.text import clean_text, safe_url, slugify

MOST_CHARACTERS = 200
REGION = "ID"

_SEPARATORS = str.maketrans("", "", " .-–/\u00a0")
_DIGITS = re.compile(r"[0-9]+")
_PHONE_SIGNS = re.compile(r"\+?[0-9 ().\-–/\u00a0]{5,40}")
_WHATSAPP = re.compile(r"(?:https?://)?(?:wa\.me/|api\.whatsapp\.com/send\?phone=)([+0-9]{6,20}).*")
_HANDLE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,58}[A-Za-z0-9_])?|_[A-Za-z0-9._-]{1,58}")
_NO_ACCOUNTS = frozenset(
    {
        "groups",
        "watch",
        "pages",
        "share",
        "p",
        "reel",
        "reels",
        "explore",
        "hashtag",
        "video",
        "shop",
    }
)
_PLACE_WORDS = re.compile(r"(?:kota adm\.?|kota administrasi|kota|kabupaten|kab\.?)\s+")
_LEGAL_WORDS = frozenset(
    {
        "cv",
        "pt",
        "ud",
        "pd",
        "fa",
        "tb",
        "tk",
        "toko",
        "usaha",
        "umkm",
        "ikm",
        "ukm",
        "koperasi",
        "kop",
        "bumdes",
        "bumdesa",
        "kelompok",
        "kub",
    }
)

# Where each social account lives: the host, and what stands before the name in its address.
SOCIAL = {
    "instagram": ("Instagram", "instagram.com", "https://www.instagram.com/{}"),
    "facebook": ("Facebook", "facebook.com", "https://www.facebook.com/{}"),
    "tiktok": ("TikTok", "tiktok.com", "https://www.tiktok.com/@{}"),
    "youtube": ("YouTube", "youtube.com", "https://www.youtube.com/@{}"),
    "x": ("X", "x.com", "https://x.com/{}"),
}
_SOCIAL_HOSTS = {
    "fb.com": "facebook",
    "twitter.com": "x",
    **{host: name for name, (_title, host, _url) in SOCIAL.items()},
}
_CHANNEL_HOSTS = {
    "shopee.co.id": ChannelKind.SHOPEE,
    "shp.ee": ChannelKind.SHOPEE,
    "tokopedia.com": ChannelKind.TOKOPEDIA,
    "tokopedia.link": ChannelKind.TOKOPEDIA,
    "tiktok.com": ChannelKind.TIKTOK_SHOP,
    "lazada.co.id": ChannelKind.LAZADA,
    "blibli.com": ChannelKind.BLIBLI,
    "bukalapak.com": ChannelKind.BUKALAPAK,
    "padiumkm.id": ChannelKind.PADI,
    "e-katalog.lkpp.go.id": ChannelKind.E_CATALOGUE,
    "katalog.inaproc.id": ChannelKind.E_CATALOGUE,
}


def read_nib(typed: str) -> str:
    """The 13 digits of a NIB, typed with or without spaces, dots and hyphens."""
    digits = _read_digits(typed, _("A NIB has digits only, for example 9120 0012 3456 7."))
    if len(digits) == NIK_DIGITS and looks_like_nik(digits):
        raise ValueError(
            _(
                "This looks like a NIK, the number on your ID card. The NIB has 13 digits and"
                " stands on the licence from OSS. Please do not write your NIK here."
            )
        )
    if len(digits) in (15, NPWP_DIGITS):
        raise ValueError(_("This looks like an NPWP. The NIB has 13 digits, from OSS."))
    if len(digits) < NIB_DIGITS:
        raise ValueError(_("A NIB has 13 digits. You wrote only %(count)s.", count=len(digits)))
    if len(digits) > NIB_DIGITS:
        raise ValueError(_("A NIB has 13 digits. You wrote %(count)s.", count=len(digits)))
    return digits


def read_nik(typed: str) -> str:
    """The 16 digits of a NIK. Nothing is read out of them (UU 27/2022; ``domain.md`` §8)."""
    digits = _read_digits(typed, _("A NIK has digits only."))
    if len(digits) == NIB_DIGITS:
        raise ValueError(_("This looks like a NIB. The NIK has 16 digits, from your ID card."))
    if len(digits) < NIK_DIGITS:
        raise ValueError(_("A NIK has 16 digits. You wrote only %(count)s.", count=len(digits)))
    if len(digits) > NIK_DIGITS:
        raise ValueError(_("A NIK has 16 digits. You wrote %(count)s.", count=len(digits)))
    if not looks_like_nik(digits):
        raise ValueError(_("This is not a NIK. Look once more at your ID card."))
    return digits


def looks_like_nik(digits: str) -> bool:
    """Whether 16 digits may be somebody's NIK: those begin with a province, from 11 on.

    NPWPs of organisations begin with 0, or with 10 in the newer series.
    """
    return len(digits) == NIK_DIGITS and digits[:2] >= "11"


def read_npwp(typed: str) -> str:
    """The 16 digits of an organisation's NPWP; the former 15 get a 0 in front (PMK 112/2022).

    The NPWP of a person is the NIK, which is kept encrypted in its own field, so it is refused.
    """
    digits = _read_digits(typed, _("An NPWP has digits only, for example 01.234.567.8-901.000."))
    if len(digits) == 15:
        digits = f"0{digits}"
    if looks_like_nik(digits):
        raise ValueError(
            _(
                "The NPWP of a person is the NIK. Leave this empty, or write it into the field"
                " NIK, which we keep encrypted."
            )
        )
    if len(digits) != NPWP_DIGITS:
        raise ValueError(
            _("An NPWP has 16 digits, formerly 15. You wrote %(count)s.", count=len(digits))
        )
    return digits


def read_phone(typed: str) -> str:
    """A phone number as E.164, e.g. ``+6281234567890``: mobile or landline, also of abroad.

    ``62812…`` without its plus would be read as a landline of area 62, so it gets the plus first
    (``domain.md`` §8).
    """
    import phonenumbers

    typed = clean_text(typed[:MOST_CHARACTERS])
    if found := _WHATSAPP.fullmatch(typed):
        typed = found[1]
    if not _PHONE_SIGNS.fullmatch(typed):
        raise ValueError(_bad_phone())
    digits = typed.translate(_SEPARATORS).replace("(", "").replace(")", "")
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("62") and len(digits) >= 9:
        digits = f"+{digits}"
    if digits.startswith("+620"):  # +62 0812…: both ways of writing at once
        digits = f"+62{digits[4:]}"
    try:
        number = phonenumbers.parse(digits, REGION)
    except phonenumbers.NumberParseException as error:
        raise ValueError(_bad_phone()) from error
    if not phonenumbers.is_valid_number(number):
        raise ValueError(_bad_phone())
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def phone_words(number: str | None) -> str:
    """A kept number as people read it: ``0812-3456-7890``, of abroad with its country."""
    import phonenumbers

    if not number:
        return ""
    try:
        parsed = phonenumbers.parse(number, REGION)
    except phonenumbers.NumberParseException:
        return number
    form = phonenumbers.PhoneNumberFormat
    is_ours = parsed.country_code == 62
    return str(phonenumbers.format_number(parsed, form.NATIONAL if is_ours else form.INTERNATIONAL))


def read_social(platform: str, typed: str) -> str:
    """The name of a social account, from the name itself, ``@name`` or its address."""
    title = SOCIAL[platform][0]
    typed = clean_text(typed[: MOST_CHARACTERS * 2])
    if "/" in typed or typed.lower().startswith("www."):
        typed = _name_in_address(platform, typed)
    name = typed.lstrip("@").strip()
    if platform == "facebook" and name.startswith("profile.php?id="):
        return name[:40] if _DIGITS.fullmatch(name[15:40]) else _refuse_social(title)
    return name if _HANDLE.fullmatch(name) else _refuse_social(title)


def social_url(platform: str, name: str) -> str:
    """The address of a kept social account."""
    return SOCIAL[platform][2].format(name)


def read_channel(typed: str) -> tuple[ChannelKind, str]:
    """The kind and address of a place on the web where something is sold, by its host."""
    typed = clean_text(typed)
    if ":" not in typed.partition("/")[0] and "." in typed:
        typed = f"https://{typed}"
    url = safe_url(typed.replace("http://", "https://", 1))
    if url is None or not url.startswith("https:"):
        raise ValueError(_("Write a whole web address that begins with https://"))
    return guess_channel(url), url


def guess_channel(url: str) -> ChannelKind:
    """Which marketplace an address belongs to; one's own shop where none is known."""
    host = _host(url)
    for known, kind in _CHANNEL_HOSTS.items():
        if host == known or host.endswith(f".{known}"):
            return kind
    return ChannelKind.OWN_SHOP


def name_key(name: str) -> str:
    """A name as twins are looked for by: ``CV. Keripik Bu Siti`` is ``keripik bu siti``."""
    words = slugify(name, max_length=MOST_CHARACTERS).split("-")
    kept = [word for word in words if word and word not in _LEGAL_WORDS]
    return " ".join(kept or [word for word in words if word]) or "-"


def city_key(city: str | None) -> str:
    """A city or regency without its kind, for comparing: ``Kota Metro`` is ``metro``."""
    return _PLACE_WORDS.sub("", clean_text(city or "").lower(), count=1).strip(" .")


def mask_nik(last4: str | None) -> str:
    """A NIK as it is shown: ``•••• •••• •••• 1234``."""
    return f"•••• •••• •••• {last4}" if last4 else ""


def _read_digits(typed: str, sentence: str) -> str:
    digits = clean_text(typed[:MOST_CHARACTERS]).translate(_SEPARATORS)
    if not _DIGITS.fullmatch(digits):
        raise ValueError(sentence)
    return digits


def _bad_phone() -> str:
    return str(_("This is not a phone number that we understand. Write it like 0812 3456 7890."))


def _name_in_address(platform: str, typed: str) -> str:
    """The part of an address that names the account."""
    title = SOCIAL[platform][0]
    url = typed if "://" in typed else f"https://{typed}"
    host = _host(url)
    known = next((name for end, name in _SOCIAL_HOSTS.items() if _is_host(host, end)), None)
    if known != platform:
        raise ValueError(_("This is not an address of %(title)s.", title=title))
    parts = urlsplit(url)
    path = [part for part in parts.path.split("/") if part]
    if platform == "facebook" and path[:1] == ["profile.php"]:
        return f"profile.php?{parts.query}".partition("&")[0]
    if platform == "youtube" and path[:1] in (["c"], ["user"]):
        path = path[1:]
    return path[0] if path and path[0] not in _NO_ACCOUNTS else ""


def _refuse_social(title: str) -> str:
    raise ValueError(
        _("Write the name of your %(title)s account, for example @kopi.lampung.", title=title)
    )


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _is_host(host: str, known: str) -> bool:
    return host == known or host.endswith(f".{known}")
