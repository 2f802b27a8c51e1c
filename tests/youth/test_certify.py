"""Certificates: who gets one, what stands on it, and that it is checked and revoked."""

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select

from gernas.core.clock import now, today_in
from gernas.core.database import db, transaction
from gernas.core.errors import NotAllowed
from gernas.core.permissions import Role
from gernas.youth.helping.errors import (
    HasCertificate,
    IsRevoked,
    NoteNeeded,
    NothingToCertify,
    NotRevoked,
)
from gernas.youth.models import Member, YouthCertificate, YouthProgramme
from gernas.youth.papers.certificates import typeset_certificates
from gernas.youth.recognition.badges import list_badges
from gernas.youth.recognition.codes import (
    certificate_code_words,
    new_certificate_code,
    read_certificate_code,
)
from gernas.youth.recognition.done import Done, RoleDone, collect_done
from gernas.youth.services.certifying import (
    issue_by_rule,
    issue_certificate,
    list_due,
    renew_certificate,
    restore_certificate,
    revoke_certificate,
)
from tests.conftest import race
from tests.factories import make_user
from tests.youth.helping import (
    make_assistance,
    make_certificate,
    make_hours,
    make_task,
    make_worked,
)
from tests.youth.making import make_assignment, make_member, make_programme, make_shift


def fetch(certificate: YouthCertificate) -> YouthCertificate:
    db.session.expire_all()
    return db.session.get_one(YouthCertificate, certificate.id)


def test_only_what_is_confirmed_counts(english: Flask) -> None:
    programme = make_programme()
    member = make_member(programme)
    make_worked(programme, member, minutes=300)
    assistance = make_assistance(programme, member)
    make_task(assistance, member, confirmed=True, count=3)
    make_task(assistance, member, count=50)
    make_hours(programme, member, assistance, confirmed=True, minutes=90)
    make_hours(programme, member, assistance, minutes=45)

    done = collect_done(programme)[member.id]

    assert (done.minutes, done.shifts, done.outside_minutes) == (390, 1, 90)
    assert done.tasks == {"marketplace_shop": 3}
    assert done.business_ids == [assistance.business_id]
    assert Done.of_facts(done.to_facts()) == done


def test_the_rule_gives_one_to_all_who_arrived_and_have_enough_hours(english: Flask) -> None:
    programme = make_programme(certificate_minutes=480)
    enough, too_few, outside_only = (make_member(programme) for _ in range(3))
    make_worked(programme, enough, minutes=480)
    make_worked(programme, too_few, minutes=479)
    make_hours(programme, outside_only, confirmed=True, minutes=700)
    elsewhere = make_programme()
    make_worked(elsewhere, too_few, minutes=480)

    with transaction():
        count = issue_by_rule(programme, by=None)
    with transaction():
        again = issue_by_rule(programme, by=None)

    rows = db.session.scalars(select(YouthCertificate)).all()
    assert (count, again) == (1, 0)
    assert [(row.member_id, row.minutes, row.by_rule) for row in rows] == [(enough.id, 480, True)]


def test_the_rule_does_not_give_back_what_was_revoked(english: Flask) -> None:
    programme = make_programme()
    make_worked(programme, make_member(programme))
    with transaction():
        issue_by_rule(programme, by=None)
    with transaction():
        row = db.session.scalars(select(YouthCertificate)).one()
        revoke_certificate(row, "Jam salah catat", by=None)

    assert list_due(programme) == []


def test_a_no_show_gets_none(english: Flask) -> None:
    programme = make_programme(certificate_minutes=0)
    make_assignment(make_shift(programme), make_member(programme), attendance="no_show")

    assert list_due(programme) == []


def test_by_hand_one_gets_it_for_less_but_not_for_nothing(english: Flask) -> None:
    programme = make_programme()
    coordinator = make_user(Role.YOUTH_COORDINATOR, programme.stop.scope)
    helper, idle = make_member(programme), make_member(programme, name="Budi")
    make_task(make_assistance(programme, helper), helper, confirmed=True)

    def issue(member: Member, by: Any) -> YouthCertificate:
        with transaction():
            row = db.session.get_one(YouthProgramme, programme.id)
            return issue_certificate(row, db.session.get_one(Member, member.id), by=by)

    with pytest.raises(NothingToCertify, match="Budi has no confirmed"):
        issue(idle, coordinator)
    with pytest.raises(NotAllowed):
        issue(helper, make_user(Role.ORGANISATION_COORDINATOR))
    certificate = issue(helper, coordinator)
    with pytest.raises(HasCertificate):
        issue(helper, coordinator)

    assert (certificate.by_rule, certificate.issued_by_id) == (False, coordinator.id)
    assert read_certificate_code(certificate.code) == certificate.code


def test_it_is_revoked_with_a_reason_and_brought_back(english: Flask) -> None:
    programme = make_programme()
    certificate = make_certificate(programme, make_member(programme))

    def revoke(reason: str) -> None:
        with transaction():
            revoke_certificate(fetch(certificate), reason, by=None)

    with pytest.raises(NoteNeeded):
        revoke("  ")
    revoke("Salah orang")
    with pytest.raises(IsRevoked):
        revoke("Lagi")
    with transaction():
        restore_certificate(fetch(certificate), by=None)
    with pytest.raises(NotRevoked), transaction():
        restore_certificate(fetch(certificate), by=None)

    assert fetch(certificate).revoked_at is None


def test_a_renewed_one_tells_what_came_since_and_ends_the_old(english: Flask) -> None:
    programme = make_programme()
    member = make_member(programme)
    old = make_certificate(programme, member)
    make_worked(programme, member, minutes=60)

    with transaction():
        new = renew_certificate(fetch(old), by=None)
    with pytest.raises(HasCertificate), transaction():
        restore_certificate(fetch(old), by=None)

    assert (new.minutes, fetch(old).minutes) == (540, 480)
    assert fetch(old).revoked_at is not None


def test_two_who_issue_at_once_give_each_member_one(app: Flask) -> None:
    with app.app_context():
        programme = make_programme()
        for _ in range(5):
            make_worked(programme, make_member(programme))
        number = programme.id

    def issue() -> int:
        with transaction():
            return issue_by_rule(db.session.get_one(YouthProgramme, number), by=None)

    assert race(app, [issue] * 4) == ["0", "0", "0", "5"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(YouthCertificate)) == 5


def test_facts_hold_no_name_of_the_member(english: Flask) -> None:
    programme = make_programme()
    member = make_member(programme, name="Zulaikha Rahmawati")
    certificate = make_certificate(programme, member)

    assert "Zulaikha" not in str(certificate.facts)


def test_codes_are_read_however_they_are_typed() -> None:
    code = new_certificate_code()

    assert read_certificate_code(f" {certificate_code_words(code).lower()} ") == code
    assert read_certificate_code("7k2m 9qxa ol1i") == "7K2M9QXA0111"
    assert [read_certificate_code(one) for one in ("", "7K2M", "7K2M9QXA0UUU", "7" * 100)] == [
        None
    ] * 4
    assert len({new_certificate_code() for _ in range(1_000)}) == 1_000


@pytest.mark.parametrize(
    ("language", "words"),
    [("id", ['Rina #read("/etc/passwd") *Wati*']), ("en", ["Certificate", "Digital companion"])],
)
def test_a_certificate_is_printed_as_typed_in_both_languages(
    context: Flask, language: str, words: list[str]
) -> None:
    programme = make_programme(contact_name="Ibu Ratna")
    member = make_member(programme, name='Rina #read("/etc/passwd") *Wati*')
    certificate = make_certificate(programme, member)
    assistance = make_assistance(programme, member)
    make_task(assistance, member, confirmed=True)
    with transaction():
        certificate = renew_certificate(fetch(certificate), by=None)

    pdf = typeset_certificates([certificate, certificate], language=language)

    pages = [
        " ".join(page.extract_text().replace("\u200b", "").split())
        for page in PdfReader(io.BytesIO(pdf)).pages
    ]
    assert len(pages) == 2
    for word in [*words, certificate_code_words(certificate.code), "Ibu Ratna", "gernas.test"]:
        assert word in pages[0]
    assert pages[0] == pages[1]


def test_badges_are_reckoned_from_what_was_done() -> None:
    nothing = Done()
    much = Done(
        roles=[RoleDone(name, None, 960, 3) for name in ("A", "B", "C")],
        tasks={"marketplace_shop": 1},
        business_ids=[1, 2, 3],
    )

    assert list_badges(nothing) == []
    assert list_badges(much) == [
        "first",
        "day",
        "week",
        "companion",
        "three",
        "online",
        "allround",
    ]


def test_days_are_those_of_the_stop(english: Flask) -> None:
    programme = make_programme()
    member = make_member(programme)
    day = today_in(programme.zone) - timedelta(days=3)
    make_hours(programme, member, confirmed=True, on=day)

    done = collect_done(programme)[member.id]

    assert (done.first_on, done.last_on) == (day, day)
    assert now().tzinfo is not None
