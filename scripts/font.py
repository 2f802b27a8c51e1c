"""Plus Jakarta Sans for pages, cut down to what they write, and whole for papers."""

import io
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

WEIGHTS = (400, 800)
FEATURES = ["calt", "ccmp", "kern", "liga", "locl", "mark", "mkmk", "pnum", "tnum"]
CHARACTERS = frozenset(
    map(
        chr,
        [
            *range(0x20, 0x7F),  # ASCII
            *range(0xC0, 0x100),  # letters with accents, as in names: é, ü, ñ
            *map(ord, "\u00a0©«°±²·»½‘’“”–—•…‹›€−↑↓"),
        ],
    )
)


def subset_font(source: Path) -> bytes:
    """Return the variable font at ``source`` as WOFF2 with CHARACTERS, FEATURES and WEIGHTS only.

    Hints are left out: phones and current desktops do not use them.
    """
    options = Options()
    options.layout_features = FEATURES
    options.hinting = False
    font = TTFont(source)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in CHARACTERS])
    subsetter.subset(font)
    # The instancer trips over a lazily loaded font whose glyphs are gone.
    plain = _write(font, flavor=None)
    weighed = instantiateVariableFont(TTFont(io.BytesIO(plain)), {"wght": WEIGHTS})
    return _write(weighed, flavor="woff2")


def print_font(source: Path, family: str) -> bytes:
    """Return the font at ``source`` as TrueType for papers, whole, under a family of its own.

    The typesetter takes two files of one family and weight for the same font and uses one.
    """
    font = TTFont(source)
    names = {1: family, 2: "Regular", 4: family, 6: family.replace(" ", "")}
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    return _write(font, flavor=None)


def _write(font: TTFont, *, flavor: str | None) -> bytes:
    font.flavor = flavor
    font.recalcTimestamp = False  # the same bytes on every machine
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()
