"""A QR code as an image that stands in the page itself."""


def qr_image(text: str) -> str:
    """Return a ``data:`` address of an SVG; medium error correction, a margin of four modules."""
    import segno  # Only pages with a QR draw one.

    code = segno.make_qr(text, error="m")
    return str(code.svg_data_uri(border=4, omitsize=True, svgclass=None, lineclass=None, nl=False))
