"""Build static/vendor/ from the npm packages: what browsers load that is not ours.

Run as ``python -m scripts.vendor`` after ``npm ci``.
"""

import shutil
from pathlib import Path

from scripts.font import print_font, subset_font
from scripts.province_map import draw_provinces

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
BARCODE = MODULES / "barcode-detector"
ZXING = MODULES / "zxing-wasm"
JAKARTA = MODULES / "@fontsource-variable" / "plus-jakarta-sans"

COPIES = {
    "bootstrap.min.css": MODULES / "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap-reboot.min.css": MODULES / "bootstrap/dist/css/bootstrap-reboot.min.css",
    "htmx.min.js": MODULES / "htmx.org/dist/htmx.min.js",
    # Reads QR codes in browsers that cannot; only loaded when a camera is wanted.
    "barcode/ponyfill.js": BARCODE / "dist/es/ponyfill.js",
    "barcode/zxing-exported.js": BARCODE / "dist/es/zxing-exported.js",
    # The licences ask to go with the files; Bootstrap's stands in its style sheets.
    "htmx.LICENSE.txt": MODULES / "htmx.org/LICENSE",
    "jakarta.LICENSE.txt": JAKARTA / "LICENSE",
    "barcode/LICENSE.txt": BARCODE / "LICENSE",
    "barcode/zxing-wasm.LICENSE.txt": ZXING / "LICENSE",
}
# Names of people and businesses on paper: all Latin letters, not only those of our texts.
PRINT_FONTS = {"latin": "Gernas Print", "latin-ext": "Gernas Print Ext"}


def build_vendor(target: Path) -> None:
    """Write all vendor files into ``target``, which is new or empty."""
    target.mkdir(parents=True, exist_ok=True)
    for name, source in COPIES.items():
        # Browsers would ask for the map of a source that is not shipped.
        text = source.read_text("utf-8")
        lines = [line for line in text.splitlines() if "sourceMappingURL=" not in line]
        (target / name).parent.mkdir(exist_ok=True)
        (target / name).write_text("\n".join(lines) + "\n", "utf-8")
    code = "zxing_reader.wasm"
    shutil.copyfile(ZXING / "dist/reader" / code, target / "barcode" / code)
    font = JAKARTA / "files/plus-jakarta-sans-latin-wght-normal.woff2"
    (target / "jakarta.woff2").write_bytes(subset_font(font))
    (target / "print").mkdir(exist_ok=True)
    for letters, family in PRINT_FONTS.items():
        font = JAKARTA / f"files/plus-jakarta-sans-{letters}-wght-normal.woff2"
        (target / "print" / f"jakarta-{letters}.ttf").write_bytes(print_font(font, family))
    for name, svg in draw_provinces(MODULES / "@svg-maps/indonesia/index.js").items():
        (target / name).parent.mkdir(exist_ok=True)
        (target / name).write_text(svg, "utf-8")


def main() -> None:
    """Build beside the old folder and swap them, so that no half-built one is ever served."""
    new = VENDOR.with_name("vendor.new")
    shutil.rmtree(new, ignore_errors=True)
    build_vendor(new)
    shutil.rmtree(VENDOR, ignore_errors=True)
    new.rename(VENDOR)


if __name__ == "__main__":
    main()
