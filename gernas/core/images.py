"""Pictures that people upload, drawn anew so that nothing but the picture survives."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import IO, TYPE_CHECKING

from flask_babel import gettext as _

from gernas.core.errors import GernasError

if TYPE_CHECKING:
    from PIL import Image

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000
WIDE, SMALL = 1600, 640  # the longer side of the two variants, in pixels
FORMATS = ("JPEG", "PNG", "WEBP")  # Pillow knows 43, EPS with its PostScript among them
QUALITY = 80

# A progressive JPEG has about ten scans. Hostile ones have thousands, each a pass over all
# pixels: 8 MB of them keep the decoder busy for minutes. Thumbnails inside count as well.
_MAX_SCANS = 50
_ONE_AT_A_TIME = Lock()  # 40 megapixels take 160 to 320 MB while they are shrunk


class BadPicture(GernasError):
    """The upload is no picture that we take."""


@dataclass(frozen=True)
class Picture:
    """A picture in two sizes, both WebP without metadata, named by its content."""

    content: bytes
    width: int  # pixels
    height: int
    small_content: bytes  # at most 640 pixels wide and high
    small_width: int
    small_height: int

    @property
    def name(self) -> str:
        """The file name of the large variant: SHA-256 of its bytes, and ``.webp``."""
        return f"{self.digest}.webp"

    @property
    def small_name(self) -> str:
        return f"{self.digest}-{SMALL}.webp"

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read_picture(stream: IO[bytes]) -> Picture:
    """Return the JPEG, PNG or WebP picture in ``stream``, upright and at most 1600 pixels wide.

    The content decides, not the name. Of an animation the first frame stays; what shines
    through becomes white. Metadata (place, camera, comments, colour profile) are left out.

    Raises:
        BadPicture: not such a picture, damaged, over 8 MB or over 40 megapixels.
    """
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BadPicture(_("The picture is larger than 8 MB. Choose a smaller one."))
    if data.count(b"\xff\xda") > _MAX_SCANS:
        raise BadPicture(_("The picture is damaged. Save it again or choose another."))
    with _ONE_AT_A_TIME:
        return _draw_anew(data)


def _draw_anew(data: bytes) -> Picture:
    with _any_failure_is(_("This is not a picture we can read. Choose a JPEG, PNG or WebP file.")):
        from PIL import Image, ImageOps

        try:
            image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
        except Image.DecompressionBombError as error:
            raise _too_many_pixels() from error
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    with _any_failure_is(_("The picture is damaged. Save it again or choose another.")):
        image.draft("RGB", (WIDE, WIDE))  # a JPEG is decoded no larger than needed
        orientation = image.getexif().get(0x0112)
        image = _on_white(image)
        image.thumbnail((WIDE, WIDE))
        image.getexif()[0x0112] = orientation if orientation in range(1, 9) else 1
        image = ImageOps.exif_transpose(image)
        small = image.copy()
        small.thumbnail((SMALL, SMALL))
        return Picture(_webp(image), image.width, image.height, _webp(small), *small.size)


def _too_many_pixels() -> BadPicture:
    return BadPicture(_("The picture has more than 40 megapixels. Choose a smaller one."))


def _on_white(image: "Image.Image") -> "Image.Image":
    """Return the first frame as RGB; transparent parts become white, not black."""
    from PIL import Image

    if image.mode.startswith(("I", "F")):  # 16 bits a pixel; convert() would clip, not scale
        image = image.point(lambda value: value / 257).convert("L")
    if not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB")
    image = image.convert("RGBA")
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image)
    return ground


def _webp(image: "Image.Image") -> bytes:
    image.info.clear()  # a comment or profile would be written into the new file
    out = io.BytesIO()
    image.save(out, "WEBP", quality=QUALITY)
    return out.getvalue()


@contextmanager
def _any_failure_is(sentence: str) -> Iterator[None]:
    """Turn whatever Pillow raises on hostile bytes (a dozen kinds) into BadPicture."""
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a bomb is refused by its size; the rest is noise
            yield
    except BadPicture:
        raise
    except Exception as error:
        raise BadPicture(sentence) from error
