"""The log of content: links of members, each once, with the platform read from the link."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from gernas.core.clock import today_in
from gernas.core.database import db, transaction
from gernas.core.errors import NotAllowed
from gernas.core.permissions import Role
from gernas.youth.helping.errors import BadReport, LinkTaken, MayNotHelp
from gernas.youth.models import ContentPiece, Member, Platform, YouthProgramme
from gernas.youth.registries import Sales, register_sales, sales_of
from gernas.youth.services.contents import (
    ContentReport,
    add_content,
    edit_content,
    find_platform,
    make_key,
    remove_content,
    restore_content,
)
from tests.businesses.conftest import make_business
from tests.factories import make_user
from tests.youth.making import make_member, make_programme

TODAY = today_in("Asia/Jakarta")
LINK = "https://www.instagram.com/p/CdEf123/"


def add(programme: YouthProgramme, member: Member, **values: Any) -> ContentPiece:
    given: dict[str, Any] = {"url": LINK, "published_on": TODAY, **values}
    with transaction():
        row = db.session.get_one(YouthProgramme, programme.id)
        return add_content(row, db.session.get_one(Member, member.id), ContentReport(**given))


@pytest.mark.parametrize(
    ("url", "platform"),
    [
        ("https://www.instagram.com/reel/x", Platform.INSTAGRAM),
        ("https://vt.tiktok.com/ZS8/", Platform.TIKTOK),
        ("https://youtu.be/abc", Platform.YOUTUBE),
        ("https://m.facebook.com/story.php?id=1", Platform.FACEBOOK),
        ("https://x.com/a/status/1", Platform.X),
        ("https://siti.wordpress.com/2022", Platform.BLOG),
        ("https://notinstagram.com/p/1", Platform.OTHER),
    ],
)
def test_the_platform_is_read_from_the_link(url: str, platform: Platform) -> None:
    assert find_platform(url) == platform


def test_tails_do_not_make_another_link() -> None:
    same = [
        "https://www.youtube.com/watch?v=abc&t=10",
        "https://youtube.com/watch?v=abc&utm_source=wa",
        "https://youtu.be/abc?si=xyz",
    ]

    assert len({make_key(url) for url in same}) == 1
    assert make_key("https://youtube.com/watch?v=abd") != make_key(same[0])


def test_a_link_is_in_the_log_once(english: Flask) -> None:
    programme = make_programme()
    member, other = make_member(programme), make_member(programme)
    piece = add(programme, member, reach=1_200, title="Keripik Bu Siti")

    with pytest.raises(LinkTaken):
        add(programme, other, url=LINK + "?igsh=1")
    with transaction():
        remove_content(db.session.get_one(ContentPiece, piece.id), by=None, member=member)
    with pytest.raises(LinkTaken):
        add(programme, other)
    back = add(programme, member)

    assert (back.id, back.removed_at) == (piece.id, None)


def test_who_published_changes_the_reach_and_nobody_else(english: Flask) -> None:
    programme = make_programme()
    member, other = make_member(programme), make_member(programme)
    business = make_business()
    piece = add(programme, member)

    def edit(who: Member, reach: int) -> None:
        with transaction():
            row = db.session.get_one(ContentPiece, piece.id)
            edit_content(row, who, ContentReport(LINK, TODAY, reach=reach, business=business))

    edit(member, 5_000)
    with pytest.raises(NotAllowed):
        edit(other, 9)

    kept = db.session.scalars(select(ContentPiece)).one()
    assert (kept.reach, kept.reach_reported_on) == (5_000, TODAY)
    assert kept.business_id == business.id


def test_a_coordinator_takes_a_piece_off_and_brings_it_back(english: Flask) -> None:
    programme = make_programme()
    coordinator = make_user(Role.YOUTH_COORDINATOR, programme.stop.scope)
    stranger = make_user(Role.YOUTH_COORDINATOR, make_programme().stop.scope)
    piece = add(programme, make_member(programme))

    with pytest.raises(NotAllowed), transaction():
        remove_content(db.session.get_one(ContentPiece, piece.id), by=stranger)
    with transaction():
        remove_content(db.session.get_one(ContentPiece, piece.id), by=coordinator)
    assert db.session.get_one(ContentPiece, piece.id).removed_at is not None
    with transaction():
        restore_content(db.session.get_one(ContentPiece, piece.id), by=coordinator)

    assert db.session.get_one(ContentPiece, piece.id).removed_at is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"url": "http://instagram.com/p/1"}, "url"),
        ({"url": "https://127.0.0.1/x"}, "url"),
        ({"url": "tel:123"}, "url"),
        ({"published_on": TODAY + timedelta(days=1)}, "published_on"),
        ({"published_on": date(1900, 1, 1)}, "published_on"),
        ({"reach": -1}, "reach"),
        ({"reach": 3_000_000_000}, "reach"),
        ({"title": "x" * 201}, "title"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(
    english: Flask, values: dict[str, Any], field: str
) -> None:
    programme = make_programme()

    with pytest.raises(BadReport) as caught:
        add(programme, make_member(programme), **values)

    assert list(caught.value.problems) == [field]


def test_only_members_add_to_a_programme(english: Flask) -> None:
    with pytest.raises(MayNotHelp):
        add(make_programme(), make_member(make_programme()))


def test_sales_come_from_whoever_registered_them(english: Flask) -> None:
    business = make_business()
    march = Sales(date(2022, 3, 1), date(2022, 3, 31), 1_500_000)

    assert sales_of(business) == []
    from gernas.youth import registries

    register_sales(lambda one: [march] if one.id == business.id else [])
    try:
        assert sales_of(business) == [march]
    finally:
        registries._tellers.clear()
