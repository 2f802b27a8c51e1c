"""The font, the map and the compressed copies that ``make setup`` makes."""

import gzip
import re
from pathlib import Path
from xml.etree import ElementTree as ET

from fontTools.ttLib import TTFont

from scripts.check_translations import CATALOGUE
from scripts.compress import compress
from scripts.font import CHARACTERS, WEIGHTS, subset_font
from scripts.province_map import draw_provinces
from scripts.vendor import JAKARTA, MODULES, ROOT, VENDOR

FONT = JAKARTA / "files/plus-jakarta-sans-latin-wght-normal.woff2"
MAP = MODULES / "@svg-maps/indonesia/index.js"
SVG = {"svg": "http://www.w3.org/2000/svg"}
NOT_ITS_OWN = set("→←✓\u2060")  # signs it never had, and the joiner, which nobody sees


def test_the_font_has_every_character_that_pages_write() -> None:
    written = CATALOGUE.read_text("utf-8") + "".join(
        path.read_text("utf-8")
        for folder, kind in (("templates", "*.html"), ("gernas", "*.json"), ("gernas", "*.csv"))
        for path in (ROOT / folder).rglob(kind)
    )

    cut = TTFont(VENDOR / "jakarta.woff2")
    drawn = set(map(chr, cut.getBestCmap()))
    assert set(written) - {"\n", "\t"} - NOT_ITS_OWN - drawn == set()
    assert (cut["fvar"].axes[0].minValue, cut["fvar"].axes[0].maxValue) == WEIGHTS


def test_the_font_is_small_and_the_same_bytes_each_time() -> None:
    font = subset_font(FONT)

    assert font == subset_font(FONT)
    assert len(font) < 16_000
    assert set(map(ord, CHARACTERS)) == set(TTFont(VENDOR / "jakarta.woff2").getBestCmap())


def test_the_map_draws_34_provinces_lightly() -> None:
    files = draw_provinces(MAP)

    paths = ET.fromstring(files["map.svg"]).findall("svg:path", SVG)  # noqa: S314 - ours
    codes = {path.attrib["id"] for path in paths}
    assert len(paths) == len(codes) == 34
    assert {"ID-LA", "ID-JA", "ID-SN"} <= codes
    assert files.keys() == {"map.svg", *(f"prov/{code}.svg" for code in codes)}
    assert len(gzip.compress(files["map.svg"].encode())) < 8_000
    assert "CC BY 4.0" in files["map.svg"]


def test_a_province_fills_its_own_frame() -> None:
    lampung = ET.fromstring(draw_provinces(MAP)["prov/ID-LA.svg"])  # noqa: S314 - ours

    left, top, width, height = map(int, lampung.attrib["viewBox"].split())
    drawn = lampung.find("svg:path", SVG)
    assert drawn is not None
    xs, ys = _walk(drawn.attrib["d"])
    assert (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)) == (left, top, width, height)


def _walk(path: str) -> tuple[list[int], list[int]]:
    xs, ys = [], []
    for ring in path.split("z")[:-1]:
        start, steps = ring.lstrip("M").split("l")
        x = y = 0
        for dx, dy in re.findall(r"(-?\d+) ?(-?\d+)", f"{start} {steps}"):
            x, y = x + int(dx), y + int(dy)
            xs.append(x)
            ys.append(y)
    return xs, ys


def test_copies_follow_their_files(tmp_path: Path) -> None:
    sheet, copy = tmp_path / "a.css", tmp_path / "a.css.gz"
    sheet.write_text("a { color: red }\n" * 50)
    (tmp_path / "small.css").write_text("a {}")
    (tmp_path / "picture.png").write_bytes(bytes(1000))

    compress(tmp_path)
    first = copy.read_bytes()
    sheet.write_text("b { color: red }\n" * 50)
    compress(tmp_path)
    second = copy.read_bytes()
    sheet.rename(tmp_path / "gone.txt")
    compress(tmp_path)

    assert gzip.decompress(first).startswith(b"a {")
    assert gzip.decompress(second).startswith(b"b {")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "gone.txt",
        "gone.txt.gz",
        "picture.png",
        "small.css",
    ]
