"""Text that people type, made fit to keep, to search with and to put into headers and links.

What is typed is decoded once, by Werkzeug; nothing here decodes a second time. All patterns
are matched whole, know only the digits 0 to 9, and take time linear in the text.
"""

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, unquote, urlsplit

from flask import current_app
from werkzeug.exceptions import HTTPException

from gernas.core.routing import looking_at_shape

LIKE_ESCAPE = "/"
MAX_URL = 2_000  # characters

# Words that stand where a slug could stand, now or in an address that we may want later.
_RESERVED = """
    acara admin akun api arsip bantuan baru cari cetak daftar denah en feed hapus healthz id
    ikuti impor indikator jadwal jenis kalender kampanye kelola keluar kirim kode komponen
    kontak kurasi langganan lupa masuk metrics pemuda pendaftar pendaftaran pendampingan peta
    pribadi privasi provinsi readyz robots salin sandi saya semua sertifikat setelan sitemap stan
    static tempat tentang ubah umkm undangan unduh usaha verifikasi
"""
RESERVED_SLUGS = frozenset(_RESERVED.split())

# Controls, marks that turn the direction of text, invisible characters, lone surrogates, and
# code points that are no characters (XML refuses them). ZWJ and ZWNJ stay: emoji, Balinese and
# Javanese are written with them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
    )
    + "]"
)
_LINE_END = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_MAYBE_MARKS = re.compile(r"[^\w\x00-\u02ff]{31,}")  # no combining mark is a \w or below U+0300
_NOT_IN_A_FILENAME = re.compile(r'[\\/:*?"<>|%]')
_WINDOWS_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)
_NOT_IN_A_SLUG = re.compile(r"[^0-9a-z]+")
_SLUG = re.compile(r"[0-9a-z]+(?:-[0-9a-z]+)*")
_NOT_IN_A_URL = re.compile(r'[\s\x00-\x20\x7f\\<>"`{}|^]')
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = rf"(?=[^@]{{4,253}}\Z)(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]{{1,62}}"
_HOST = re.compile(_DOMAIN)
_MAILTO = re.compile(rf"mailto:[A-Za-z0-9._+-]{{1,64}}@{_DOMAIN}", re.IGNORECASE)
_TEL = re.compile(r"tel:\+?[0-9().-]{3,24}", re.IGNORECASE)
_KEPT_LETTERS = str.maketrans(
    {
        "&": " dan ",
        "'": "",
        "’": "",
        "‘": "",
        "\u02bc": "",
        "ß": "ss",
        "æ": "ae",
        "ø": "o",
        "ł": "l",
    }
)


def clean_text(value: str, *, multiline: bool = False) -> str:
    """Return ``value`` in NFC, trimmed, without control, bidi, invisible or surrogate characters.

    On a single line every run of white space becomes one space, so that names which look the
    same are the same. With ``multiline`` each line ends with a line feed and a tab becomes four
    spaces. A letter carries at most 30 combining marks (UAX 15, stream-safe text).
    """
    value = without_invisible(_LINE_END.sub("\n", value))
    value = unicodedata.normalize("NFC", _MAYBE_MARKS.sub(_at_most_30_marks, value))
    if multiline:
        return value.replace("\t", "    ").strip()
    return " ".join(value.split())


def without_invisible(value: str) -> str:
    """Return ``value`` without control, bidi, invisible and surrogate characters, else as it is."""
    return _UNWANTED.sub("", value)


def _at_most_30_marks(run: re.Match[str]) -> str:
    """Thin a run of signs; unlimited, normalising takes 12 s for 100,000 marks on one letter."""
    kept, marks = [], 0
    for sign in run[0]:
        is_mark = unicodedata.combining(sign) or sign in "\u0f73\u0f75\u0f81"  # made of marks only
        marks = marks + 1 if is_mark else 0
        if marks <= 30:
            kept.append(sign)
    return "".join(kept)


def header_text(value: str, *, limit: int = 200) -> str:
    """Return ``value`` as one line of at most ``limit`` characters, fit for a mail header."""
    return clean_text(value)[:limit].rstrip()


def safe_filename(name: str, *, default: str = "berkas") -> str:
    """Return ``name`` as a label for a file: no path, no reserved character or device name.

    At most 120 characters, of which the ending survives; ``default`` if nothing is left.
    """
    name = _NOT_IN_A_FILENAME.sub("-", clean_text(name)).strip(". -")
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        stem, ending = name, ""
    if _WINDOWS_DEVICE.fullmatch(stem.partition(".")[0].strip()):
        stem = f"{default}-{stem}"
    stem = stem[: 119 - len(ending)].rstrip(". -") or default
    return f"{stem}.{ending}" if ending else stem


def content_disposition(name: str, *, inline: bool = False) -> str:
    """Return the header value that offers a file as ``name`` (RFC 6266, both forms).

    The plain form is ASCII for old programs, the second is what browsers show.
    """
    name = safe_filename(name)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = safe_filename(plain)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def safe_url(value: str, *, allow_http: bool = False) -> str | None:
    """Return the address a person typed, fit for ``href``, or None if it is not harmless.

    Harmless are https with a public host name, ``mailto:`` with one address and nothing else,
    ``tel:``; plain http where ``allow_http`` says so (sources of numbers). No user name before
    the host (it makes a foreign site look like ours), no numeric or non-ASCII host.
    """
    value = value.strip(" \t\r\n")
    if len(value) > MAX_URL or _NOT_IN_A_URL.search(value) or _UNWANTED.search(value):
        return None
    if _MAILTO.fullmatch(value) or _TEL.fullmatch(value):
        return value
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme != "https" and not (allow_http and parts.scheme == "http"):
        return None
    if not host or "@" in parts.netloc or port == 0 or not _HOST.fullmatch(host):
        return None
    # Percent signs that are there stay as they are; the rest becomes ASCII.
    return quote(value, safe="%:/?#[]@!$&'()*+,;=~-._")


def safe_next(path: str | None) -> str | None:
    """Return ``path`` if it leads to a page of this app that can be opened with GET, else None.

    It begins with exactly one ``/``, has no backslash, control character or ``..``, also when
    decoded, and keeps its query. Whether its rows exist, and for whom, the page itself says.
    """
    if not path or len(path) > MAX_URL or not path.startswith("/"):
        return None
    address, _, query = path.partition("#")[0].partition("?")
    decoded = unquote(address)
    for text in (path, decoded):
        if text.startswith("//") or "\\" in text or _NOT_IN_A_URL.search(text):
            return None
        if _UNWANTED.search(text) or ".." in text.partition("?")[0].split("/"):
            return None
    try:
        with looking_at_shape():
            current_app.url_map.bind("localhost").match(decoded, method="GET")
    except HTTPException:  # no such page, not by GET, or under another spelling
        return None
    return f"{address}?{query}" if query else address


def slugify(text: str, *, max_length: int = 80) -> str:
    """Return ``text`` as small ASCII letters and digits joined by hyphens; "" if none are left.

    ``slugify("Kick-off & Ekspo Jum'at") == "kick-off-dan-ekspo-jumat"``. Cut between words
    where that loses less than half. The result may be reserved or taken: see ``free_slug``.
    """
    text = clean_text(text[: max_length * 8]).lower().translate(_KEPT_LETTERS)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = _NOT_IN_A_SLUG.sub("-", text).strip("-")
    if len(slug) > max_length:
        words, _, _ = slug[: max_length + 1].rpartition("-")
        slug = words if len(words) > max_length // 2 else slug[:max_length].rstrip("-")
    return slug


def is_slug(value: str) -> bool:
    """Whether ``value`` may stand in an address: small letters, digits, hyphens, not reserved."""
    return bool(_SLUG.fullmatch(value)) and value not in RESERVED_SLUGS


def free_slug(text: str, is_taken: Callable[[str], bool], *, max_length: int = 80) -> str:
    """Return the first of ``slug``, ``slug-2``, ``slug-3`` … that is neither reserved nor taken."""
    stem = slugify(text, max_length=max_length - 5) or "tanpa-nama"
    slug, number = stem, 1
    while not is_slug(slug) or is_taken(slug):
        number += 1
        slug = f"{stem}-{number}"
    return slug


def search_like(text: str) -> list[str]:
    """Return a LIKE pattern for each of the first eight words; [] if nothing was typed.

    All must match: ``for pattern in search_like(q): column.ilike(pattern, escape=LIKE_ESCAPE)``.
    """
    words = clean_text(text[:2_000])[:200].split()[:8]
    for sign in (LIKE_ESCAPE, "%", "_"):
        words = [word.replace(sign, LIKE_ESCAPE + sign) for word in words]
    return [f"%{word}%" for word in words]
