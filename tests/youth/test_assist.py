"""Help for businesses: wishes, who takes them on, reports, and the owner's word."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from gernas.audit.models import AuditEntry
from gernas.businesses.documents import get_folder
from gernas.core.clock import today_in
from gernas.core.database import db, transaction
from gernas.core.errors import NotAllowed
from gernas.core.permissions import Role
from gernas.messages.models import Message
from gernas.youth.codes import hash_token
from gernas.youth.helping.errors import (
    AlreadyAnswered,
    AssistanceLive,
    AssistanceOver,
    BadReport,
    EnoughCompanions,
    MayNotHelp,
    NotAlone,
    NotCompanion,
    NoteNeeded,
    NotOfThisStop,
    TooManyBusinesses,
)
from gernas.youth.helping.owner_links import get_owner_token
from gernas.youth.helping.queries import (
    count_waiting,
    find_by_owner_token,
    list_helpable,
    list_live_companions,
)
from gernas.youth.models import (
    Assistance,
    AssistanceState,
    AssistanceTask,
    Member,
    OutsideHours,
    ReportState,
    TaskKind,
    YouthProgramme,
)
from gernas.youth.services.assisting import (
    MOST_BUSINESSES,
    Wish,
    add_companion,
    adopt_business,
    end_assistance,
    end_companion,
    finish_assistance,
    renew_owner_link,
    reopen_assistance,
    start_assistance,
    wish_for_help,
)
from gernas.youth.services.outside import HoursReport, report_hours, withdraw_hours
from gernas.youth.services.tasks import (
    TaskReport,
    answer_report,
    confirm_all,
    report_task,
    take_answer_back,
    withdraw_task,
)
from tests.businesses.conftest import make_business
from tests.conftest import race
from tests.factories import make_user
from tests.youth.helping import (
    make_assistance,
    make_hours,
    make_picture,
    make_task,
    make_wish,
)
from tests.youth.making import make_guardian, make_member, make_programme

TODAY = today_in("Asia/Jakarta")


def again(assistance: Assistance) -> Assistance:
    db.session.expire_all()
    return db.session.get_one(Assistance, assistance.id)


# --- Wishes and companions ------------------------------------------------------------------


def test_an_owner_wishes_for_help_and_a_member_takes_it_on(english: Flask) -> None:
    owner = make_user()
    business, programme = make_business(owner), make_programme()
    member = make_member(programme)

    with transaction():
        wish = Wish("Foto produk", ["product_photos", "nonsense"], "Lampung")
        assistance = wish_for_help(programme, business, wish, by=owner)
        adopt_business(assistance, member)

    kept = again(assistance)
    assert (kept.state, kept.wish, kept.wanted) == ("active", "Foto produk", ["product_photos"])
    assert [one.member_id for one in list_live_companions(kept)] == [member.id]


def test_a_second_wish_changes_the_first(english: Flask) -> None:
    business, programme = make_business(), make_programme()

    first = make_wish(programme, business, text="Foto")
    second = make_wish(programme, business, text="Video")

    assert (second.id, again(first).wish) == (first.id, "Video")


def test_a_stranger_cannot_wish_for_a_business(english: Flask) -> None:
    business, programme, stranger = make_business(), make_programme(), make_user()

    with pytest.raises(NotAllowed), transaction():
        wish_for_help(programme, business, Wish(), by=stranger)


def test_a_business_of_elsewhere_is_not_helped_here(english: Flask) -> None:
    business = make_business(province_code="ID-BA", city="Denpasar")

    with pytest.raises(NotOfThisStop):
        make_wish(make_programme(), business)


def test_a_coordinator_knows_businesses_of_the_catalogue_and_of_wishes_only(
    english: Flask,
) -> None:
    programme = make_programme()
    make_business(name="Tak tampil")
    wished = make_business(name="Minta bantuan")
    make_wish(programme, wished)
    with transaction():
        end_assistance(db.session.scalars(select(Assistance)).one(), "Sudah tidak perlu", by=None)

    assert [one.name for one in list_helpable(programme)] == ["Minta bantuan"]


def test_at_most_two_members_help_a_business(english: Flask) -> None:
    programme = make_programme()
    first, second, third = (make_member(programme) for _ in range(3))
    assistance = make_assistance(programme, first, second)

    with pytest.raises(EnoughCompanions), transaction():
        add_companion(again(assistance), third, by=None)


def test_a_member_helps_only_so_many_businesses(english: Flask) -> None:
    programme = make_programme()
    member = make_member(programme, name="Rina")
    for _ in range(MOST_BUSINESSES):
        make_assistance(programme, member)

    with pytest.raises(TooManyBusinesses, match="Rina helps 5 businesses already"):
        make_assistance(programme, member)


def test_under_18_a_coordinator_decides_and_the_guardian_has_agreed(english: Flask) -> None:
    programme = make_programme()
    minor = make_member(programme, birth_date=TODAY - timedelta(days=17 * 366), name="Dewi")
    wish, adult = make_wish(programme), make_member(programme)

    with pytest.raises(NotAlone), transaction():
        adopt_business(again(wish), minor)
    with pytest.raises(MayNotHelp, match="guardian"), transaction():
        add_companion(again(wish), minor, by=None)
    make_guardian(minor)
    with pytest.raises(NotAlone), transaction():
        add_companion(again(wish), db.session.get_one(Member, minor.id), by=None)
    with transaction():
        people = [db.session.get_one(Member, one.id) for one in (minor, adult)]
        start_assistance(programme, again(wish).business, people, by=None)

    assert len(list_live_companions(again(wish))) == 2


def test_only_members_of_the_programme_help(english: Flask) -> None:
    programme, stranger = make_programme(), make_member(make_programme())

    with pytest.raises(MayNotHelp):
        make_assistance(programme, stranger)


def test_a_business_that_its_last_companion_leaves_waits_again(english: Flask) -> None:
    programme = make_programme()
    member = make_member(programme)
    assistance = make_assistance(programme, member)

    with transaction():
        companion = list_live_companions(again(assistance))[0]
        end_companion(companion, by=None, member=companion.member)

    assert again(assistance).state == AssistanceState.WISHED


def test_help_that_ended_can_be_taken_up_again_unless_new_help_began(english: Flask) -> None:
    programme, business = make_programme(), make_business()
    member = make_member(programme)
    assistance = make_assistance(programme, member, business=business)

    with pytest.raises(NoteNeeded), transaction():
        end_assistance(again(assistance), " ", by=None)
    with transaction():
        end_assistance(again(assistance), "Pindah", by=None)
    with pytest.raises(AssistanceOver), transaction():
        add_companion(again(assistance), member, by=None)
    with transaction():
        reopen_assistance(again(assistance), by=None)
    assert again(assistance).state == AssistanceState.ACTIVE
    assert len(list_live_companions(again(assistance))) == 1

    with transaction():
        finish_assistance(again(assistance), by=None)
    make_assistance(programme, member, business=business)
    with pytest.raises(AssistanceLive), transaction():
        reopen_assistance(again(assistance), by=None)


def test_a_renewed_link_ends_the_old_one(english: Flask) -> None:
    assistance = make_wish(make_programme())
    old = get_owner_token(assistance)

    with transaction():
        new = renew_owner_link(again(assistance), by=None)

    assert find_by_owner_token(hash_token(old)) is None
    found = find_by_owner_token(hash_token(new))
    assert found is not None
    assert found.id == assistance.id
    assert get_owner_token(found) == new


def test_what_happens_stands_in_the_log_with_names_that_can_be_erased(english: Flask) -> None:
    programme = make_programme()
    coordinator = make_user(Role.YOUTH_COORDINATOR, programme.stop.scope)
    member = make_member(programme, name="Rina Wati")

    business = make_business()
    with transaction():
        start_assistance(programme, business, [member], by=coordinator)

    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "assistance.joined")
    ).one()
    assert (entry.actor_id, entry.subject_label) == (coordinator.id, business.name)


# --- Reports --------------------------------------------------------------------------------


def test_a_result_is_reported_with_a_photo_and_confirmed_by_the_owner(english: Flask) -> None:
    programme = make_programme()
    member = make_member(programme)
    business = make_business(email="siti@contoh.id")
    assistance = make_assistance(programme, member, business=business)

    with transaction():
        report = TaskReport(TaskKind.PRODUCT_PHOTOS, TODAY, count=12)
        task = report_task(again(assistance), member, report, photo=make_picture())
    assert count_waiting(programme) == 1
    with transaction():
        answer_report(db.session.get_one(AssistanceTask, task.id), confirmed=True, by=None)

    kept = db.session.get_one(AssistanceTask, task.id)
    assert (kept.state, kept.answered_by_id, kept.count) == (ReportState.CONFIRMED, None, 12)
    assert (get_folder() / str(kept.evidence_file)).read_bytes()[8:12] == b"WEBP"
    message = db.session.scalars(select(Message)).one()
    assert (message.template, message.recipient) == ("assistance_report", "siti@contoh.id")


def test_the_owner_gets_one_mail_a_day_however_much_is_reported(english: Flask) -> None:
    programme = make_programme()
    member = make_member(programme)
    business = make_business(email="siti@contoh.id")
    assistance = make_assistance(programme, member, business=business)

    for _ in range(3):
        make_task(assistance, member)

    assert len(db.session.scalars(select(Message)).all()) == 1


def test_the_same_report_twice_is_one(english: Flask) -> None:
    programme = make_programme()
    member = make_member(programme)
    assistance = make_assistance(programme, member)
    same: dict[str, Any] = {"evidence_url": "https://toko.example.id/satu"}

    first, second = make_task(assistance, member, **same), make_task(assistance, member, **same)

    assert first.id == second.id


def test_another_photo_or_other_words_are_another_report(english: Flask) -> None:
    programme = make_programme()
    member = make_member(programme)
    assistance = make_assistance(programme, member)

    def report(colour: str, note: str) -> int:
        with transaction():
            row, what = again(assistance), TaskReport(TaskKind.QRIS, TODAY, note=note)
            return report_task(row, member, what, photo=make_picture(colour)).id

    first = report("red", "Kasir")

    assert report("red", "Kasir") == first
    assert len({first, report("navy", "Kasir"), report("red", "Gudang")}) == 3


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "nonsense"}, "kind"),
        ({"done_on": TODAY + timedelta(days=1)}, "done_on"),
        ({"done_on": date(1900, 1, 1)}, "done_on"),
        ({"count": 0}, "count"),
        ({"evidence_url": None}, "evidence_url"),
        ({"evidence_url": "javascript:alert(1)"}, "evidence_url"),
        ({"evidence_url": "mailto:a@contoh.id"}, "evidence_url"),
        ({"note": "x" * 501}, "note"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(
    english: Flask, values: dict[str, Any], field: str
) -> None:
    programme = make_programme()
    member = make_member(programme)
    assistance = make_assistance(programme, member)

    with pytest.raises(BadReport) as caught:
        make_task(assistance, member, **values)

    assert list(caught.value.problems) == [field]


def test_only_companions_report_and_only_while_help_lasts(english: Flask) -> None:
    programme = make_programme()
    member, other = make_member(programme), make_member(programme)
    assistance = make_assistance(programme, member)

    with pytest.raises(NotCompanion):
        make_task(assistance, other)
    with transaction():
        finish_assistance(again(assistance), by=None)
    with pytest.raises(AssistanceOver):
        make_task(assistance, member)


def test_a_report_is_taken_back_until_it_is_confirmed(english: Flask) -> None:
    programme = make_programme()
    member, other = make_member(programme), make_member(programme)
    assistance = make_assistance(programme, member)
    task, kept = make_task(assistance, member), make_task(assistance, member, confirmed=True)

    def withdraw(row: AssistanceTask, who: Member) -> None:
        with transaction():
            withdraw_task(
                db.session.get_one(AssistanceTask, row.id), db.session.get_one(Member, who.id)
            )

    with pytest.raises(NotAllowed):
        withdraw(task, other)
    withdraw(task, member)
    with pytest.raises(AlreadyAnswered):
        withdraw(kept, member)

    assert db.session.get_one(AssistanceTask, task.id).state == ReportState.WITHDRAWN


def test_a_coordinator_confirms_for_the_owner_with_a_note_and_takes_it_back(
    english: Flask,
) -> None:
    programme = make_programme()
    coordinator = make_user(Role.YOUTH_COORDINATOR, programme.stop.scope)
    foreign = make_user(Role.YOUTH_COORDINATOR, make_programme().stop.scope)
    member = make_member(programme)
    task = make_task(make_assistance(programme, member), member)

    def answer(by: Any, note: str | None) -> None:
        with transaction():
            row = db.session.get_one(AssistanceTask, task.id)
            answer_report(row, confirmed=True, by=by, note=note)

    with pytest.raises(NoteNeeded):
        answer(coordinator, None)
    with pytest.raises(NotAllowed):
        answer(foreign, "Saya lihat sendiri")
    answer(coordinator, "Bu Siti menelepon")
    assert db.session.get_one(AssistanceTask, task.id).answer_note == "Bu Siti menelepon"
    with transaction():
        take_answer_back(db.session.get_one(AssistanceTask, task.id), by=coordinator)

    assert db.session.get_one(AssistanceTask, task.id).state == ReportState.REPORTED


def test_nobody_confirms_their_own_report(english: Flask) -> None:
    owner = make_user()
    programme = make_programme()
    member = make_member(programme, user_id=owner.id)
    assistance = make_assistance(programme, member, business=make_business(owner))
    task = make_task(assistance, member)

    with pytest.raises(NotAllowed, match="Somebody else"), transaction():
        answer_report(db.session.get_one(AssistanceTask, task.id), confirmed=True, by=owner)


def test_an_owner_confirms_all_at_once_and_what_is_withdrawn_stays_so(english: Flask) -> None:
    owner = make_user()
    programme = make_programme()
    member = make_member(programme)
    assistance = make_assistance(programme, member, business=make_business(owner))
    make_task(assistance, member)
    make_hours(programme, member, assistance)
    gone = make_task(assistance, member)
    with transaction():
        withdraw_task(db.session.get_one(AssistanceTask, gone.id), member)

    with transaction():
        count = confirm_all(again(assistance), by=owner)

    assert (count, count_waiting(programme)) == (2, 0)


# --- Hours outside shifts -------------------------------------------------------------------


def test_hours_are_kept_once_per_key_and_once_when_the_same(english: Flask) -> None:
    programme = make_programme()
    member = make_member(programme)
    report = HoursReport(TODAY, 60, "Menulis keterangan produk")

    def send(key: str | None, **values: Any) -> int:
        with transaction():
            row = db.session.get_one(Member, member.id)
            given = HoursReport(**{**vars(report), **values})
            return report_hours(programme, row, given, key=key).id

    first = send("satu")

    assert [send("satu"), send("satu", minutes=30), send("dua"), send(None)] == [first] * 4
    assert send("tiga", note="Memotret") != first


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"on": TODAY + timedelta(days=1)}, "on"),
        ({"minutes": 0}, "hours"),
        ({"minutes": 721}, "hours"),
        ({"note": "  "}, "note"),
    ],
)
def test_hours_that_cannot_be_kept_are_said_at_their_field(
    english: Flask, values: dict[str, Any], field: str
) -> None:
    programme = make_programme()
    member = make_member(programme)

    with pytest.raises(BadReport) as caught:
        make_hours(programme, member, **values)

    assert list(caught.value.problems) == [field]


def test_a_day_has_only_so_many_hours_for_minors_fewer(english: Flask) -> None:
    programme = make_programme()
    member = make_member(programme)
    minor = make_member(programme, birth_date=TODAY - timedelta(days=17 * 366))
    make_guardian(minor)
    make_hours(programme, member, minutes=600)
    make_hours(programme, minor, minutes=200)

    with pytest.raises(BadReport):
        make_hours(programme, member, minutes=200)
    with pytest.raises(BadReport, match="more than 4 hours"):
        make_hours(programme, minor, minutes=60)


def test_hours_without_a_business_are_the_coordinators_to_confirm(english: Flask) -> None:
    programme = make_programme()
    coordinator = make_user(Role.YOUTH_COORDINATOR, programme.stop.scope)
    member = make_member(programme)
    hours = make_hours(programme, member)

    with pytest.raises(NotAllowed), transaction():
        answer_report(db.session.get_one(OutsideHours, hours.id), confirmed=True, by=None)
    with transaction():
        row = db.session.get_one(OutsideHours, hours.id)
        answer_report(row, confirmed=True, by=coordinator)
    with pytest.raises(AlreadyAnswered), transaction():
        withdraw_hours(db.session.get_one(OutsideHours, hours.id), member)

    assert db.session.get_one(OutsideHours, hours.id).state == ReportState.CONFIRMED


# --- Races ----------------------------------------------------------------------------------


def _adopt(assistance_id: int, member_id: int) -> Callable[[], object]:
    def attempt() -> str:
        with transaction():
            row = db.session.get_one(Assistance, assistance_id)
            adopt_business(row, db.session.get_one(Member, member_id))
        return "adopted"

    return attempt


def test_of_many_who_want_one_business_two_help_it(app: Flask) -> None:
    with app.app_context():
        programme = make_programme()
        wish = make_wish(programme)
        members = [make_member(programme).id for _ in range(6)]
        attempts = [_adopt(wish.id, number) for number in members]

    assert race(app, attempts) == ["EnoughCompanions"] * 4 + ["adopted"] * 2


def test_hours_sent_many_times_at_once_are_kept_once(app: Flask) -> None:
    with app.app_context():
        programme = make_programme()
        member = make_member(programme)
        ids = programme.id, member.id

    def send() -> int:
        with transaction():
            row = db.session.get_one(YouthProgramme, ids[0])
            person = db.session.get_one(Member, ids[1])
            report = HoursReport(TODAY, 400, "Siaran langsung")
            return report_hours(row, person, report, key="k" * 22).id

    assert len(set(race(app, [send] * 6))) == 1
