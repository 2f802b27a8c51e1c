"""A QR code as an image that stands in the page itself."""


def qr_image(text: str) -> str:
    """Return a ``data:`` address of an SVG; medium error correction, a margin of four modules."""
    import segno  # Only this page draws one.

    code = segno.make_qr(text, error="m")
    return code.svg_data_uri(border=4, omitsize=True, svgclass=None, lineclass=None, nl=False)
