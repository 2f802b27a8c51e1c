"""Pictures that people upload: drawn anew, small, without metadata; anything else refused."""

import hashlib
import io
import random
import struct
import zlib
from typing import Any

import pytest
from flask import Flask
from PIL import Image, ImageDraw

from gernas.core.images import MAX_BYTES, BadPicture, read_picture

NO_PICTURE = "Berkas ini bukan gambar yang bisa kami baca. Pilih berkas JPEG, PNG, atau WebP."
DAMAGED = "Gambar ini rusak. Simpan ulang gambarnya atau pilih yang lain."
TOO_LARGE = "Ukuran gambar lebih dari 8 MB. Pilih gambar yang lebih kecil."
TOO_MANY_PIXELS = "Gambar ini lebih dari 40 megapiksel. Pilih gambar yang lebih kecil."
SECRET = b"Jalan Rahasia 17"


def draw(size: tuple[int, int] = (300, 200), mode: str = "RGB") -> Image.Image:
    """A red picture whose upper left corner is blue."""
    image = Image.new("RGB", size, "red")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2 - 1, size[1] // 2 - 1), fill="blue")
    return image.convert(mode)


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def decode(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def blue_corner(content: bytes) -> str:
    image = decode(content).convert("RGB")
    right, below = image.width - 9, image.height - 9
    places = {"upper left": (8, 8), "upper right": (right, 8)}
    places |= {"lower left": (8, below), "lower right": (right, below)}
    blue = image.getchannel("B")
    (corner,) = [name for name, at in places.items() if blue.getpixel(at) > 128]  # type: ignore[operator]
    return corner


def refusal(data: bytes) -> str:
    with pytest.raises(BadPicture) as refused:
        read_picture(io.BytesIO(data))
    return refused.value.message


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_comes_out_as_two_webp_files(kind: str) -> None:
    """ASVS 5.2.2, 5.3.1: whatever came in, what we keep is what we wrote."""
    picture = read_picture(io.BytesIO(encode(draw((2400, 1200)), kind)))

    large, small = decode(picture.content), decode(picture.small_content)
    assert (large.format, large.mode, large.size) == ("WEBP", "RGB", (1600, 800))
    assert (small.format, small.mode, small.size) == ("WEBP", "RGB", (640, 320))
    assert (picture.width, picture.height) == large.size
    assert (picture.small_width, picture.small_height) == small.size
    assert blue_corner(picture.content) == blue_corner(picture.small_content) == "upper left"


def test_a_picture_is_named_by_its_content() -> None:
    """ASVS 5.3.2: nothing of the given name is in the stored one."""
    picture = read_picture(io.BytesIO(encode(draw(), "PNG")))
    again = read_picture(io.BytesIO(encode(draw(), "PNG")))
    other = read_picture(io.BytesIO(encode(draw((300, 201)), "PNG")))

    digest = hashlib.sha256(picture.content).hexdigest()
    assert (picture.name, picture.small_name) == (f"{digest}.webp", f"{digest}-640.webp")
    assert again == picture
    assert other.name != picture.name


def test_a_small_picture_is_not_blown_up_and_a_tall_one_not_kept_tall() -> None:
    small = read_picture(io.BytesIO(encode(draw((50, 40)), "PNG")))
    tall = read_picture(io.BytesIO(encode(draw((100, 4000)), "PNG")))

    assert (small.width, small.height, small.small_width) == (50, 40, 50)
    assert (tall.width, tall.height, tall.small_height) == (40, 1600, 640)


def metadata() -> dict[str, Any]:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "S"
    return {"exif": exif, "icc_profile": SECRET * 20, "xmp": b"<x>" + SECRET + b"</x>"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_metadata_are_gone(kind: str) -> None:
    """ASVS 5.2.2: place, camera, comment and profile stay behind."""
    options = metadata()
    if kind == "JPEG":
        options["comment"] = SECRET
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_text("Comment", SECRET.decode())
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", SECRET.decode())
    data = encode(draw(), kind, **options)
    assert SECRET in data

    picture = read_picture(io.BytesIO(data))

    for content in (picture.content, picture.small_content):
        assert SECRET not in content
        assert not decode(content).info.keys() & {"exif", "icc_profile", "xmp", "comment"}
        for chunk in (b"EXIF", b"ICCP", b"XMP "):
            assert chunk not in content


def test_the_encoder_is_not_even_given_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    """ASVS 5.2.2: whatever a later Pillow may write out of ``info``, it is empty."""
    data = encode(draw(), "JPEG", comment=SECRET, **metadata())
    seen = []
    save = Image.Image.save

    def watch(image: Image.Image, *args: Any, **options: Any) -> None:
        seen.append((dict(image.info), options.keys() & {"exif", "icc_profile", "xmp", "comment"}))
        save(image, *args, **options)

    monkeypatch.setattr(Image.Image, "save", watch)

    read_picture(io.BytesIO(data))

    assert seen == [({}, set()), ({}, set())]


@pytest.mark.parametrize(
    ("orientation", "size", "corner"),
    [
        (1, (300, 200), "upper left"),
        (2, (300, 200), "upper right"),
        (3, (300, 200), "lower right"),
        (4, (300, 200), "lower left"),
        (5, (200, 300), "upper left"),
        (6, (200, 300), "upper right"),
        (7, (200, 300), "lower right"),
        (8, (200, 300), "lower left"),
        (0, (300, 200), "upper left"),
        (99, (300, 200), "upper left"),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_stands_upright(
    kind: str, orientation: int, size: tuple[int, int], corner: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation

    picture = read_picture(io.BytesIO(encode(draw(), kind, exif=exif)))

    assert (picture.width, picture.height) == size
    assert blue_corner(picture.content) == corner


@pytest.mark.parametrize(
    ("image", "kind", "options", "colour"),
    [
        (Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG", {}, (255, 255, 255)),
        (Image.new("LA", (20, 20), (0, 0)), "PNG", {}, (255, 255, 255)),
        (Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "WEBP", {}, (255, 255, 255)),
        (Image.new("P", (20, 20)), "PNG", {"transparency": 0}, (255, 255, 255)),
        (Image.new("1", (20, 20), 1), "PNG", {}, (255, 255, 255)),
        (Image.new("L", (20, 20), 90), "JPEG", {}, (90, 90, 90)),
        (Image.new("I;16", (20, 20), 32_896), "PNG", {}, (128, 128, 128)),
        (Image.new("CMYK", (20, 20), (0, 255, 255, 0)), "JPEG", {}, (255, 0, 0)),
    ],
)
def test_every_kind_of_pixel_shows_its_colour(
    image: Image.Image, kind: str, options: dict[str, Any], colour: tuple[int, int, int]
) -> None:
    picture = read_picture(io.BytesIO(encode(image, kind, **options)))

    seen = decode(picture.content).getpixel((10, 10))
    assert seen == pytest.approx(colour, abs=3)


def test_of_an_animation_the_first_picture_stays() -> None:
    frames = [draw(), Image.new("RGB", (300, 200), "green")]
    for kind in ("WEBP", "PNG"):
        data = encode(frames[0], kind, save_all=True, append_images=frames[1:])

        picture = read_picture(io.BytesIO(data))

        assert getattr(decode(picture.content), "n_frames", 1) == 1
        assert blue_corner(picture.content) == "upper left"


# --- Refused --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "EPS", "PDF", "JPEG2000", "PPM"])
def test_other_formats_are_refused(in_indonesian: Flask, kind: str) -> None:
    """ASVS 5.2.2: Pillow could read most of these; we do not."""
    assert refusal(encode(draw(), kind)) == NO_PICTURE


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'a'>]><svg/>",
        b"<!doctype html><script>alert(1)</script>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id) (w) file\n",
        b"%PDF-1.7\n",
        b"PK\x03\x04" + b"\x00" * 60,
        b"GIF89a/*\x00*/=1;alert(1)",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x10\x00\x00\x00WEBPVP8 ",
        b"\xff\xd8\xff\xe0" + b"A" * 64,
    ],
)
def test_what_only_calls_itself_a_picture_is_refused(in_indonesian: Flask, data: bytes) -> None:
    """ASVS 1.3.4, 5.2.2: SVG, HTML, PostScript, PDF, zip and broken heads."""
    assert refusal(data) == NO_PICTURE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    "payload",
    [
        b"<script>alert(document.domain)</script>",
        b"<?php system($_GET['c']); ?>",
        b"PK\x03\x04evil.zip",
        b"GIF89a=1;alert(1)//",
    ],
)
def test_of_a_polyglot_only_the_picture_survives(kind: str, payload: bytes) -> None:
    """ASVS 5.2.2, 3.2.1: script in a comment, in the pixels' tail or behind the end."""
    options: dict[str, Any] = {"comment": payload} if kind == "JPEG" else {}
    data = encode(draw(), kind, **options) + payload * 3

    picture = read_picture(io.BytesIO(data))

    assert payload not in picture.content + picture.small_content
    assert blue_corner(picture.content) == "upper left"


def png(width: int, height: int, rows: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG in black and white, with whatever chunks before its pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = b"".join(chunk(*each) for each in chunks)
    pixels = chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(6400, 6300), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_before_it_unfolds(
    in_indonesian: Flask, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """ASVS 5.2.1, 5.2.3: the head tells the size, and nothing is decoded."""
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda self: pytest.fail("decoded"))

    assert refusal(png(*size, b"\x00" * 100)) == TOO_MANY_PIXELS


def test_a_bomb_in_a_comment_is_refused(in_indonesian: Flask) -> None:
    """ASVS 5.2.3: 100 MB of text in 100 kB."""
    comment = b"Comment\x00\x00" + zlib.compress(b"A" * 100_000_000, 9)

    assert refusal(png(8, 8, b"\x00\x00" * 8, (b"zTXt", comment))) in (NO_PICTURE, DAMAGED)


def test_a_jpeg_of_thousands_of_scans_is_refused(in_indonesian: Flask) -> None:
    """ASVS 15.1.3: each scan is a pass over all pixels."""
    data = encode(draw((3000, 3000)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    scan, end = data[last:-2], data[-2:]

    assert refusal(data[:-2] + scan * 5000 + end) == DAMAGED
    assert read_picture(io.BytesIO(data)).width == 1600


def test_a_file_over_8_mb_is_refused_without_reading_it_all(in_indonesian: Flask) -> None:
    """ASVS 5.2.1."""
    stream = io.BytesIO(encode(draw(), "PNG") + b"\x00" * 3 * MAX_BYTES)

    with pytest.raises(BadPicture) as refused:
        read_picture(stream)

    assert refused.value.message == TOO_LARGE
    assert stream.tell() == MAX_BYTES + 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_truncated_picture_is_refused(in_indonesian: Flask, kind: str) -> None:
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    data = encode(noise, kind)

    assert refusal(data[: len(data) // 2]) in (NO_PICTURE, DAMAGED)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_damaged_bytes_give_a_picture_or_a_sentence_and_never_a_crash(kind: str) -> None:
    dice = random.Random(17)
    sound = encode(draw((60, 40)), kind, **metadata())
    outcomes = {"picture": 0, "sentence": 0}

    for _turn in range(300):
        data = bytearray(sound)
        for _change in range(dice.randint(1, 8)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        try:
            picture = read_picture(io.BytesIO(bytes(data[: dice.randint(1, 2 * len(data))])))
        except BadPicture:
            outcomes["sentence"] += 1
        else:
            assert picture.content
            outcomes["picture"] += 1

    assert min(outcomes.values()) > 0
