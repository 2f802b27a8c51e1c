"""Dates, times, numbers and amounts as people type them, read without guessing wrong.

Every function returns None for what it does not understand; the form field says so in words.
Only the digits 0 to 9 count, and no number has more than 18 of them.
"""

import re
from datetime import date, time
from decimal import Decimal

_MONTHS = (
    "januari january jan",
    "februari february pebruari feb peb",
    "maret march mar",
    "april apr",
    "mei may",
    "juni june jun",
    "juli july jul",
    "agustus august agu agt ags aug",
    "september sep sept",
    "oktober october okt oct",
    "november nopember nov nop",
    "desember december des dec",
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_WORDS = re.compile(r"(?:[a-z’']{3,12},? )?([0-9]{1,2}) ([a-z]{3,9})\.? ([0-9]{4})")
_MONTH_FIRST = re.compile(r"(?:[a-z]{3,12},? )?([a-z]{3,9})\.? ([0-9]{1,2}),? ([0-9]{4})")
_TIME = re.compile(r"(?:pukul |jam |at )?([0-9]{1,2})[:.]([0-9]{2})(?:[:.]00)?")
_INTEGER = re.compile(r"[0-9]{1,18}")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:([., ])[0-9]{3})(?:\1[0-9]{3}){0,4}")
_DECIMAL = re.compile(r"([0-9]{1,15})[.,]([0-9]{1,15})")
_GROUPED_DECIMAL = re.compile(
    r"([1-9][0-9]{0,2}(?:([. ,])[0-9]{3})(?:\2[0-9]{3}){0,4})([.,])([0-9]{1,9})"
)
_AMOUNT = re.compile(
    r"(?:rp\.? ?|idr ?)?([-+]?[0-9][0-9., ]{0,40}?)(?:[.,](?:00|-))?(?: ?([a-z]{1,8}))?"
)
_MAGNITUDES = {
    **dict.fromkeys(("ribu", "rb", "thousand"), 3),
    **dict.fromkeys(("juta", "jt", "million"), 6),
    **dict.fromkeys(("miliar", "milyar", "billion", "bn"), 9),
    **dict.fromkeys(("triliun", "trilyun", "trillion", "tn"), 12),
}


def parse_date(text: str) -> date | None:
    """Read ``2022-03-17``, ``17/03/2022``, ``Kamis, 17 Maret 2022`` or ``March 17, 2022``.

    The day stands before the month where both are numbers; years have four digits.
    """
    text = " ".join(text.lower().split())
    if match := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = int(match[1]), int(match[3]), int(match[4])
    elif match := _WORDS.fullmatch(text):
        day, month, year = int(match[1]), _MONTH_OF.get(match[2], 0), int(match[3])
    elif match := _MONTH_FIRST.fullmatch(text):
        day, month, year = int(match[2]), _MONTH_OF.get(match[1], 0), int(match[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:  # 31 February
        return None


def parse_month(word: str) -> int | None:
    """The number of a month by its whole name: ``Maret``, ``March``; not of its short forms."""
    name = word.lower()
    return _MONTH_OF.get(name) if len(name) > 3 or name in ("mei", "may") else None


def parse_time(text: str) -> time | None:
    """Read ``15:00``, ``15.00`` or ``pukul 9.05``."""
    match = _TIME.fullmatch(" ".join(text.lower().split()))
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return time(int(match[1]), int(match[2]))


def parse_integer(text: str) -> int | None:
    """Read ``22515``, ``22.515``, ``22,515`` or ``22 515``: signs stand between thousands."""
    sign, digits = _split_sign(text)
    if _GROUPED.fullmatch(digits):
        digits = re.sub("[., ]", "", digits)
    return sign * int(digits) if _INTEGER.fullmatch(digits) else None


def parse_decimal(text: str, *, decimal_comma: bool) -> Decimal | None:
    """Read ``18,5`` or ``18.5``, ``1.349,8`` or ``1,349.8``.

    ``1.349`` and ``1,349`` can mean two things, so ``decimal_comma`` decides, the habit of the
    reader's language: with it ``1.349`` is more than a thousand, ``1,349`` a little over one.
    """
    sign, digits = _split_sign(text)
    if match := _GROUPED.fullmatch(digits):
        decimal_sign = "," if decimal_comma else "."
        if match[1] == decimal_sign and digits.count(decimal_sign) == 1:
            whole, _sign, fraction = digits.partition(decimal_sign)
        else:
            whole, fraction = re.sub("[., ]", "", digits), ""
    elif match := _GROUPED_DECIMAL.fullmatch(digits):
        if match[2] == match[3]:  # 1.349.8
            return None
        whole, fraction = re.sub("[., ]", "", match[1]), match[4]
    elif match := _DECIMAL.fullmatch(digits):
        whole, fraction = match[1], match[2]
    elif _INTEGER.fullmatch(digits):
        whole, fraction = digits, ""
    else:
        return None
    if len(whole) + len(fraction) > 18:
        return None
    return sign * Decimal(f"{whole}.{fraction or 0}")


def parse_rupiah(text: str, *, decimal_comma: bool) -> int | None:
    """Read whole rupiah: ``1.349.800``, ``Rp 1.349.800,00``, ``Rp 5,23 miliar``, ``750 rb``.

    At most 18 digits, which a BIGINT holds.
    """
    match = _AMOUNT.fullmatch(" ".join(text.lower().replace("−", "-").split()))
    if match is None:
        return None
    if match[2] is None:
        return parse_integer(match[1])
    number = parse_decimal(match[1], decimal_comma=decimal_comma)
    magnitude = _MAGNITUDES.get(match[2])
    if number is None or magnitude is None:
        return None
    amount = number.scaleb(magnitude)
    if amount != amount.to_integral_value() or abs(amount) >= Decimal(10) ** 18:
        return None
    return int(amount)


def _split_sign(text: str) -> tuple[int, str]:
    text = " ".join(text.split()).replace("−", "-")
    if text[:1] in ("-", "+"):
        return (-1 if text[0] == "-" else 1), text[1:].lstrip()
    return 1, text
