"""Help when a member leaves or is erased, and when businesses become one or are forgotten."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from gernas.audit.models import AuditValue
from gernas.businesses.documents import get_folder
from gernas.businesses.registries import erase_elsewhere, find_in_use, list_movers
from gernas.core.clock import today_in
from gernas.core.database import db, transaction
from gernas.youth.helping.businesses import tell_assistances
from gernas.youth.helping.queries import list_live_companions
from gernas.youth.members.endings import Ending, Reason, end_all, forget_all
from gernas.youth.models import (
    Assistance,
    AssistanceTask,
    ContentPiece,
    Member,
    OutsideHours,
    TaskKind,
    YouthProgramme,
)
from gernas.youth.services.contents import ContentReport, add_content
from gernas.youth.services.tasks import TaskReport, report_task
from tests.businesses.conftest import make_business
from tests.youth.helping import (
    make_assistance,
    make_certificate,
    make_hours,
    make_picture,
    make_task,
    make_wish,
)
from tests.youth.making import make_guardian, make_member, make_programme

TODAY = today_in("Asia/Jakarta")


def end(member: Member, programme_id: int | None, reason: Reason) -> None:
    with transaction():
        row = db.session.get_one(Member, member.id)
        end_all(Ending(row, programme_id, reason, None))


def fetch(assistance: Assistance) -> Assistance:
    db.session.expire_all()
    return db.session.get_one(Assistance, assistance.id)


def test_who_leaves_a_programme_helps_its_businesses_no_longer(english: Flask) -> None:
    programme, other = make_programme(), make_programme()
    member, partner = make_member(programme), make_member(programme)
    from tests.youth.making import make_enrolment

    make_enrolment(other, member)
    alone, pair = make_assistance(programme, member), make_assistance(programme, member, partner)
    elsewhere = make_assistance(other, member)

    end(member, programme.id, Reason.LEFT)

    assert (fetch(alone).state, list_live_companions(fetch(alone))) == ("wished", [])
    assert [one.member_id for one in list_live_companions(fetch(pair))] == [partner.id]
    assert len(list_live_companions(fetch(elsewhere))) == 1


def test_a_guardians_no_ends_help_of_a_minor_only(english: Flask) -> None:
    programme = make_programme()
    adult = make_member(programme)
    minor = make_member(programme, birth_date=TODAY - timedelta(days=17 * 366))
    make_guardian(minor)
    first = make_assistance(programme, adult)
    second = make_assistance(programme, make_member(programme), minor)

    end(adult, None, Reason.GUARDIAN)
    end(minor, None, Reason.GUARDIAN)

    assert len(list_live_companions(fetch(first))) == 1
    left = list_live_companions(fetch(second))
    assert minor.id not in {one.member_id for one in left}


def test_erasing_takes_notes_links_photos_and_names_and_leaves_counts(english: Flask) -> None:
    programme = make_programme()
    member = make_member(programme, name="Zulaikha Rahma")
    assistance = make_assistance(programme, member)
    with transaction():
        report = TaskReport(TaskKind.QRIS, TODAY, note="Di rumah Zulaikha")
        row = db.session.get_one(Assistance, assistance.id)
        task = report_task(row, member, report, photo=make_picture("navy"))
        file = get_folder() / str(task.evidence_file)
        link = ContentReport("https://instagram.com/p/zulaikha", TODAY, title="Zulaikha")
        programme_row = db.session.get_one(YouthProgramme, programme.id)
        piece = add_content(programme_row, member, link)
    hours = make_hours(programme, member, assistance, note="Rumah Zulaikha", confirmed=True)
    certificate = make_certificate(programme, member)

    with transaction():
        forget_all(db.session.get_one(Member, member.id))

    db.session.expire_all()
    kept = db.session.get_one(AssistanceTask, task.id)
    assert (kept.note, kept.evidence_file, kept.kind) == (None, None, "qris")
    assert not file.exists()
    assert (db.session.get_one(OutsideHours, hours.id).note, hours.minutes) == ("–", 90)
    gone = db.session.get_one(ContentPiece, piece.id)
    assert (gone.url, gone.title) == ("–", None)
    assert certificate.minutes == 570
    texts = db.session.execute(select(AuditValue.before, AuditValue.after)).all()
    assert not [pair for pair in texts if "Zulaikha" in f"{pair}" or "zulaikha" in f"{pair}"]


def test_help_and_content_follow_a_business_into_another_and_back(english: Flask) -> None:
    programme, other = make_programme(), make_programme()
    gone, kept = make_business(), make_business()
    moved = make_wish(programme, gone)
    stays = make_wish(other, gone)
    make_wish(other, kept)  # under way in both: two cannot be one
    with transaction():
        mover = list_movers()["assistance"]
        ids = mover.move(gone, kept)
    assert ids == [moved.id]
    assert fetch(moved).business_id == kept.id
    assert fetch(stays).business_id == gone.id
    with transaction():
        mover.move_back(ids, gone)

    assert fetch(moved).business_id == gone.id


def test_a_business_that_was_helped_is_in_use_and_takes_its_wish_along(english: Flask) -> None:
    programme = make_programme()
    member = make_member(programme, name="Rina Wati")
    business, idle = make_business(), make_business()
    make_task(make_assistance(programme, member, business=business), member)
    make_wish(programme, business, text="Foto produk")

    told = tell_assistances(business)

    assert find_in_use([business.id, idle.id]) == {business.id}
    assert (told[0]["wish"], len(told[0]["results"])) == ("Foto produk", 1)  # type: ignore[arg-type]
    assert "Rina" not in str(told)
    with transaction():
        erase_elsewhere(business)
    assert db.session.scalars(select(Assistance.wish)).all() == [None]
