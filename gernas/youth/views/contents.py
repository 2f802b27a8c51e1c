"""The log of content in the back office."""

from collections import Counter

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from gernas.campaigns.models import Stop
from gernas.core.database import db, transaction
from gernas.core.permissions import Permission, requires
from gernas.core.typed import parse_integer
from gernas.core.web import say, see_other, signed_in_user
from gernas.youth.helping.queries import PAGE_SIZE, find_content, select_contents
from gernas.youth.helping.words import PLATFORM_WORDS
from gernas.youth.models import ContentPiece, Platform, YouthProgramme
from gernas.youth.services.contents import remove_content, restore_content
from gernas.youth.views.blueprint import bp, get_programme, page


@bp.get("/kelola/<stop:stop>/pemuda/konten")
@requires(Permission.SEE_YOUTH)
def contents(stop: Stop) -> ResponseReturnValue:
    """What members published, the newest first, by platform."""
    programme = get_programme(stop)
    wanted = request.args.get("media", "")
    platform = Platform(wanted) if wanted in set(Platform) else None
    rows = select_contents(programme)
    if platform is not None:
        rows = rows.where(ContentPiece.platform == platform)
    counts = count_by_platform(programme)
    total = counts[platform] if platform is not None else counts.total()
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(parse_integer(request.args.get("halaman", "1")) or 1, 1), pages)
    ordered = rows.order_by(ContentPiece.published_on.desc(), ContentPiece.id.desc())
    found = db.session.scalars(ordered.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    return page(
        "contents.html",
        stop,
        programme=programme,
        rows=found,
        counts=counts,
        total=total,
        number=number,
        pages=pages,
        wanted=str(platform) if platform else "",
        platforms=[(str(one), str(words)) for one, words in PLATFORM_WORDS.items()],
    )


@bp.post("/kelola/<stop:stop>/pemuda/konten/<id:content_id>/hapus")
@requires(Permission.EDIT_YOUTH)
def remove_piece(stop: Stop, content_id: int) -> ResponseReturnValue:
    _get(stop, content_id)
    with transaction():
        remove_content(_get(stop, content_id), by=signed_in_user())
    say(_("Taken off the list."), undo=url_for(".restore_piece", stop=stop, content_id=content_id))
    return see_other(url_for(".contents", stop=stop))


@bp.post("/kelola/<stop:stop>/pemuda/konten/<id:content_id>/kembalikan")
@requires(Permission.EDIT_YOUTH)
def restore_piece(stop: Stop, content_id: int) -> ResponseReturnValue:
    _get(stop, content_id)
    with transaction():
        restore_content(_get(stop, content_id), by=signed_in_user())
    say(_("It is on the list again."))
    return see_other(url_for(".contents", stop=stop))


def count_by_platform(programme: YouthProgramme) -> Counter[Platform]:
    rows = (
        select(ContentPiece.platform, func.count())
        .where(ContentPiece.programme_id == programme.id, ContentPiece.removed_at.is_(None))
        .group_by(ContentPiece.platform)
    )
    return Counter({Platform(one): count for one, count in db.session.execute(rows)})


def _get(stop: Stop, content_id: int) -> ContentPiece:
    return find_content(get_programme(stop), content_id) or abort(404)
