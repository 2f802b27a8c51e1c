"""What a campaign says of itself: the first paragraph above, all of it below."""

from flask import Flask

from tests.factories import make_campaign
from tests.site.conftest import Page

SHORT = "Dari Sabang sampai Merauke."
LONG = f"{SHORT}\n\nTiga hal *penting*:\n\n- kurasi\n- pendampingan"


def test_a_short_text_stands_above_and_is_not_told_twice(app: Flask, page: Page) -> None:
    with app.app_context():
        make_campaign(slug="satu", description=SHORT)

    text = page("/kampanye/satu")

    assert f"<span>{SHORT}</span>" in text
    assert "Tentang kampanye" not in text


def test_a_long_text_is_whole_below_with_its_lists(app: Flask, page: Page) -> None:
    with app.app_context():
        make_campaign(slug="satu", description=LONG)

    text = page("/kampanye/satu")

    assert f"<span>{SHORT}</span>" in text
    assert "Tentang kampanye" in text
    assert "<li>pendampingan</li>" in text
