"""Pages about help: a coordinator begins it, a member reports, the owner confirms by one tap."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from gernas.core.database import db, transaction
from gernas.core.jobs import run_job, sweep
from gernas.core.permissions import Role
from gernas.youth.codes import get_member_token
from gernas.youth.helping.owner_links import get_owner_token
from gernas.youth.models import (
    Assistance,
    AssistanceTask,
    ContentPiece,
    OutsideHours,
    YouthCertificate,
    YouthConsentPurpose,
)
from gernas.youth.recognition.codes import certificate_code_words
from tests.businesses.conftest import make_business
from tests.conftest import count_queries
from tests.factories import make_user, sign_in
from tests.youth.helping import (
    LINK,
    make_assistance,
    make_certificate,
    make_hours,
    make_photo,
    make_task,
    make_wish,
    make_worked,
)
from tests.youth.making import make_consent, make_enrolment, make_member, make_programme


def send(client: FlaskClient, address: str, **data: Any) -> Any:
    """Post with the token of the page."""
    return client.post(address, data=data, follow_redirects=True)


def office_of(programme: Any) -> str:
    stop = programme.stop
    return f"/kelola/{stop.campaign.slug}/{stop.slug}/pemuda"


@pytest.fixture(autouse=True)
def without_csrf(app: Flask) -> Any:
    app.config["WTF_CSRF_ENABLED"] = False
    yield
    app.config["WTF_CSRF_ENABLED"] = True


def test_from_the_coordinator_to_the_certificate(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme(certificate_minutes=60)
        coordinator = make_user(Role.YOUTH_COORDINATOR, programme.stop.scope)
        member = make_member(programme, name="Rina Wati")
        make_worked(programme, member, minutes=120)
        business = make_business(name="Keripik Bu Siti")
        make_wish(programme, business, text="Foto produk")
        office, page = office_of(programme), f"/en/pemuda/saya/{get_member_token(member)}"
        number = db.session.scalars(select(Assistance.id)).one()
        member_id = member.id
        sign_in(app, client, coordinator)

    begun = send(client, f"{office}/pendampingan/{number}/pendamping", anggota=member_id)
    assert "Rina Wati helps this business now." in begun.text
    with app.app_context():
        owner = f"/en/pendampingan/{get_owner_token(db.session.get_one(Assistance, number))}"

    young = app.test_client()
    assert "Keripik Bu Siti" in young.get(page).text
    reported = young.post(
        f"{page}/pendampingan/{number}/hasil",
        data={
            "kind": "product_photos",
            "done_on": "",
            "count": "12",
            "photo": (make_photo(), "produk.jpg"),
        },
    )
    assert "Write the day." in reported.text
    with app.app_context():
        from gernas.core.clock import today_in

        today = today_in("Asia/Jakarta").isoformat()
    young.post(
        f"{page}/pendampingan/{number}/hasil",
        data={
            "kind": "product_photos",
            "done_on": today,
            "count": "12",
            "photo": (make_photo(), "produk.jpg"),
        },
    )

    other = app.test_client()
    shown = other.get(owner)
    assert "Product photos" in shown.text
    with app.app_context():
        task = db.session.scalars(select(AssistanceTask)).one().id
    picture = other.get(f"{owner}/bukti/{task}")
    assert (picture.mimetype, picture.data[8:12]) == ("image/webp", b"WEBP")
    answered = other.post(
        f"{owner}/jawab", data={"apa": f"hasil-{task}", "jawaban": "ya"}, follow_redirects=True
    )
    assert "Confirmed, thank you." in answered.text

    issued = send(client, f"{office}/sertifikat/terbitkan")
    assert "1 certificate is issued." in issued.text
    with app.app_context():
        code = db.session.scalars(select(YouthCertificate)).one().code
    checked = app.test_client().get(f"/sertifikat/{code}")
    assert "Sertifikat ini sah" in checked.text
    assert "R. W." in checked.text
    assert len(checked.data) <= 15_000


# --- The owner ------------------------------------------------------------------------------


def test_opening_the_owners_link_changes_nothing(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        member = make_member(programme)
        assistance = make_assistance(programme, member)
        make_task(assistance, member)
        make_hours(programme, member, assistance)
        owner = f"/en/pendampingan/{get_owner_token(assistance)}"

    page = client.get(owner)

    assert "All 2 are right" in page.text
    with app.app_context():
        assert db.session.scalars(select(AssistanceTask.state)).all() == ["reported"]


def test_an_owner_confirms_disputes_and_changes_their_mind(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        member = make_member(programme)
        assistance = make_assistance(programme, member)
        task = make_task(assistance, member).id
        hours = make_hours(programme, member, assistance).id
        owner = f"/en/pendampingan/{get_owner_token(assistance)}"

    def answer(what: str, how: str, **more: str) -> Any:
        return send(client, f"{owner}/jawab", apa=what, jawaban=how, **more)

    answer(f"hasil-{task}", "tidak", catatan="Belum jadi")
    with app.app_context():
        row = db.session.get_one(AssistanceTask, task)
        assert (row.state, row.answer_note) == ("disputed", "Belum jadi")
    answer(f"hasil-{task}", "urung")
    assert "All 2 confirmed" in answer("semua", "ya").text

    with app.app_context():
        assert db.session.get_one(AssistanceTask, task).state == "confirmed"
        assert db.session.get_one(OutsideHours, hours).state == "confirmed"


@pytest.mark.parametrize(
    "data",
    [
        {"apa": "hasil-999", "jawaban": "ya"},
        {"apa": "hasil-99999999999999999999", "jawaban": "ya"},
        {"apa": "hasil-²", "jawaban": "ya"},
        {"apa": "jam-1", "jawaban": "ya"},
        {"apa": "", "jawaban": "ya"},
        {},
    ],
)
def test_answers_to_what_is_not_there_are_a_404(
    app: Flask, client: FlaskClient, data: dict[str, str]
) -> None:
    with app.app_context():
        programme = make_programme()
        owner = f"/pendampingan/{get_owner_token(make_assistance(programme))}"

    assert client.post(f"{owner}/jawab", data=data).status_code == 404


def test_a_link_answers_for_its_own_business_only(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        member = make_member(programme)
        mine, other = make_assistance(programme, member), make_assistance(programme, member)
        task = make_task(other, member).id
        owner = f"/pendampingan/{get_owner_token(mine)}"

    answer = client.post(f"{owner}/jawab", data={"apa": f"hasil-{task}", "jawaban": "ya"})

    assert answer.status_code == 404
    assert client.get(f"{owner}/bukti/{task}").status_code == 404


def test_an_old_owners_link_says_so(client: FlaskClient) -> None:
    answer = client.get("/en/pendampingan/ABCDEFGHIJKLMNOPQRSTUVWX")

    assert answer.status_code == 404
    assert "This link is no longer valid." in answer.text


def test_an_owner_asks_for_help_signed_in_and_ends_it(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        user = make_user()
        business = make_business(user)
        make_programme()
        page = f"/saya/usaha/{business.id}"
        sign_in(app, client, user)

    assert "Ask for help" in client.get(page).text
    data = {"wanted": ["qris", "nonsense"], "text": "Belum punya QRIS"}
    assert client.post(f"{page}/pendampingan", data=data).status_code == 422
    data["wanted"] = ["qris"]
    asked = client.post(f"{page}/pendampingan", data=data, follow_redirects=True)
    assert "Thank you." in asked.text
    with app.app_context():
        row = db.session.scalars(select(Assistance)).one()
        number = row.id
        assert (row.wish, row.wanted) == ("Belum punya QRIS", ["qris"])
    assert (
        "Say in a few words why."
        in send(client, f"{page}/pendampingan/{number}/akhiri", reason="").text
    )
    assert (
        "The help has ended."
        in send(client, f"{page}/pendampingan/{number}/akhiri", reason="Sudah bisa").text
    )
    assert "The help goes on." in send(client, f"{page}/pendampingan/{number}/lanjut").text


def test_a_foreign_business_is_a_404_for_owners(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        user, programme = make_user(), make_programme()
        mine, foreign = make_business(user), make_business(make_user())
        assistance = make_assistance(programme, business=foreign).id
        sign_in(app, client, user)
        mine_id, foreign_id = mine.id, foreign.id

    for address in (
        f"/saya/usaha/{foreign_id}/pendampingan",
        f"/saya/usaha/{foreign_id}/pendampingan/{assistance}",
        f"/saya/usaha/{mine_id}/pendampingan/{assistance}",
        f"/saya/usaha/{mine_id}/pendampingan/{assistance}/bukti/1",
    ):
        assert client.get(address).status_code == 404, address
    answer = f"/saya/usaha/{mine_id}/pendampingan/{assistance}/jawab"
    assert client.post(answer, data={"apa": "semua"}).status_code == 404


# --- The member -----------------------------------------------------------------------------


def test_a_member_takes_a_wish_with_a_partner_and_leaves(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        member, partner = make_member(programme), make_member(programme, name="Budi")
        number = make_wish(programme, make_business(name="Kopi Ulubelu"), text="Video").id
        page, code = f"/en/pemuda/saya/{get_member_token(member)}", partner.code

    assert "1 business looks for someone" in client.get(page).text
    assert "Kopi Ulubelu" in client.get(f"{page}/pendampingan").text
    wrong = send(client, f"{page}/pendampingan/{number}/ambil", kode="ZZZZ-ZZZZ")
    assert "No member of this programme has the code" in wrong.text
    taken = send(client, f"{page}/pendampingan/{number}/ambil", kode=code.lower())
    assert "You help this business now." in taken.text
    assert "Together with you: Budi" in taken.text
    left = send(client, f"{page}/pendampingan/{number}/lepas")
    assert "You help this business no longer." in left.text


def test_members_see_wishes_and_their_own_businesses_only(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        member, other = make_member(programme), make_member(programme)
        foreign = make_assistance(programme, other)
        task = make_task(foreign, other).id
        elsewhere = make_wish(make_programme()).id
        page = f"/pemuda/saya/{get_member_token(member)}/pendampingan"
        foreign_id = foreign.id

    for address in (
        f"{page}/{foreign_id}",
        f"{page}/{foreign_id}/hasil",
        f"{page}/{foreign_id}/bukti/{task}",
        f"{page}/{elsewhere}",
        f"{page}/2000000000",
    ):
        assert client.get(address).status_code == 404, address


def test_the_owners_contact_is_hidden_until_the_owner_wants_it(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        programme = make_programme()
        member = make_member(programme)
        business = make_business(phone="+6281298765432")
        number = make_assistance(programme, member, business=business).id
        page = f"/en/pemuda/saya/{get_member_token(member)}/pendampingan/{number}"

    assert "98765432" not in client.get(page).text.replace("-", "").replace(" ", "")
    with app.app_context():
        make_wish(programme, business, wanted=["qris"])
    assert "6281298765432" in client.get(page).text


def test_a_picture_that_is_none_is_refused_and_nothing_typed_is_lost(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        programme = make_programme()
        member = make_member(programme)
        number = make_assistance(programme, member).id
        page = f"/en/pemuda/saya/{get_member_token(member)}/pendampingan/{number}/hasil"
        data = {"kind": "qris", "done_on": "24/11/2026", "count": "1", "note": "Catatan saya"}

    answer = client.post(page, data={**data, "photo": (io.BytesIO(b"<svg/>"), "a.jpg")})

    assert answer.status_code == 422
    assert "Catatan saya" in answer.text
    assert "picture" in answer.text


def test_hours_outside_shifts_are_sent_once_and_taken_back(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        member = make_member(programme)
        page = f"/en/pemuda/saya/{get_member_token(member)}/jam-luar"
        from gernas.core.clock import today_in

        today = today_in("Asia/Jakarta").isoformat()
    data = {"on": today, "hours": "2", "more": "30", "note": "Rapat", "key": "k" * 22}

    assert client.get(page).status_code == 200
    for _ in range(2):
        sent = client.post(page, data=data, follow_redirects=True)
    assert "2 hours 30 minutes" in sent.text
    with app.app_context():
        row = db.session.scalars(select(OutsideHours)).one()
        assert row.minutes == 150
        number = row.id
    assert "Taken back." in send(client, f"{page}/{number}/tarik").text
    too_many = client.post(page, data={**data, "hours": "24", "key": "j" * 22})
    assert too_many.status_code == 422
    assert "more than 12 hours" in too_many.text


def test_a_member_adds_changes_and_takes_off_a_link(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        member, other = make_member(programme), make_member(programme)
        page = f"/en/pemuda/saya/{get_member_token(member)}/konten"
        foreign = f"/en/pemuda/saya/{get_member_token(other)}/konten"
        from gernas.core.clock import today_in

        today = today_in("Asia/Jakarta").isoformat()
    data = {"url": "instagram.com/p/AbC", "published_on": today, "reach": "1.200"}

    added = client.post(page, data=data, follow_redirects=True)
    assert "Instagram" in added.text
    with app.app_context():
        number = db.session.scalars(select(ContentPiece.id)).one()
    assert client.get(f"{foreign}/{number}").status_code == 404
    assert "in the list already" in client.post(foreign, data=data).text
    changed = client.post(
        f"{page}/{number}",
        data={**data, "url": "https://instagram.com/p/AbC", "reach": "5.000", "title": "Tapis"},
        follow_redirects=True,
    )
    assert "5,000 reached" in changed.text
    assert "Taken off the list." in send(client, f"{page}/{number}/hapus").text
    assert "on the list again" in send(client, f"{page}/{number}/kembalikan").text


def test_a_member_takes_the_certificate_along(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        member, other = make_member(programme), make_member(programme)
        certificate = make_certificate(programme, member)
        page = f"/en/pemuda/saya/{get_member_token(member)}"
        foreign = f"/pemuda/saya/{get_member_token(other)}/sertifikat/{certificate.id}.pdf"
        words, number = certificate_code_words(certificate.code), certificate.id

    assert words in client.get(page).text
    paper = client.get(f"{page}/sertifikat/{number}.pdf?bahasa=en")
    assert (paper.mimetype, paper.data[:5]) == ("application/pdf", b"%PDF-")
    assert client.get(foreign).status_code == 404


# --- Anyone ---------------------------------------------------------------------------------


def check(client: FlaskClient, code: str) -> Any:
    return client.get(f"/en/sertifikat/{code}")


def test_a_name_is_shown_only_with_consent_and_of_a_minor_the_first(
    app: Flask, client: FlaskClient
) -> None:
    from datetime import timedelta

    from gernas.core.clock import today_in

    with app.app_context():
        programme = make_programme()
        shy, open_, minor = (
            make_member(programme, name="Zulaikha Rahma"),
            make_member(programme, name="Bayu Pratama"),
            make_member(
                programme,
                name="Dewi Lestari",
                birth_date=today_in("Asia/Jakarta") - timedelta(days=17 * 366),
            ),
        )
        for member in (open_, minor):
            make_consent(member, YouthConsentPurpose.SHOW_NAME)
        codes = [make_certificate(programme, one).code for one in (shy, open_, minor)]

    texts = [check(client, code).text for code in codes]

    assert "Z. R." in texts[0]
    assert "Zulaikha" not in texts[0]
    assert "Bayu Pratama" in texts[1]
    assert "Dewi" in texts[2]
    assert "Lestari" not in texts[2]


def test_a_consent_that_is_withdrawn_counts_at_once(app: Flask, client: FlaskClient) -> None:
    from gernas.core.clock import now

    with app.app_context():
        programme = make_programme()
        member = make_member(programme, name="Bayu Pratama")
        consent = make_consent(member, YouthConsentPurpose.SHOW_NAME)
        code = make_certificate(programme, member).code
        assert "Bayu" in check(client, code).text
        with transaction():
            db.session.get_one(type(consent), consent.id).withdrawn_at = now()

    answer = check(client, code)

    assert "Bayu" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_revoked_and_unknown_codes_say_so(app: Flask, client: FlaskClient) -> None:
    from gernas.youth.services.certifying import revoke_certificate

    with app.app_context():
        programme = make_programme()
        code = make_certificate(programme, make_member(programme)).code
        with transaction():
            row = db.session.scalars(select(YouthCertificate)).one()
            revoke_certificate(row, "Salah orang dan rahasia", by=None)

    revoked, unknown = check(client, code), check(client, "000000000000")

    assert "This certificate is revoked" in revoked.text
    assert "rahasia" not in revoked.text
    assert unknown.status_code == 404
    assert "We issued no certificate" in unknown.text


def test_a_typed_code_leads_to_its_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        code = make_certificate(programme, make_member(programme)).code

    found = client.get(f"/en/sertifikat?kode={certificate_code_words(code).lower()}")
    bad = client.get("/en/sertifikat?kode=abc")

    assert found.location == f"/en/sertifikat/{code}"
    assert bad.status_code == 422
    assert "This is no code of a certificate" in bad.text


def test_guessing_codes_is_limited_and_true_codes_are_not(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        code = make_certificate(programme, make_member(programme)).code

    codes = [check(client, f"{number:012}").status_code for number in range(32)]

    assert codes == [404] * 30 + [429] * 2
    assert check(client, code).status_code == 200


def test_an_erased_member_leaves_code_and_numbers_without_a_name(
    app: Flask, client: FlaskClient
) -> None:
    from gernas.core.clock import now
    from gernas.youth.members.endings import forget_all
    from gernas.youth.models import Member

    with app.app_context():
        programme = make_programme()
        member = make_member(programme, name="Bayu Pratama")
        assistance = make_assistance(programme, member)
        task = make_task(assistance, member, confirmed=True, note="Rumah Bayu").id
        code = make_certificate(programme, member).code
        with transaction():
            row = db.session.get_one(Member, member.id)
            row.name, row.erased_at = "–", now()
            forget_all(row)
        kept = db.session.get_one(AssistanceTask, task)
        assert (kept.state, kept.note, kept.evidence_url) == ("confirmed", None, None)

    page = check(client, code)

    assert "Erased at the holder" in page.text
    assert "8 hours" in page.text


# --- The office -----------------------------------------------------------------------------


def test_office_lists_ask_as_often_for_three_as_for_one(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        coordinator = make_user(Role.YOUTH_COORDINATOR, programme.stop.scope)
        sign_in(app, client, coordinator)
        office = office_of(programme)

    def fill() -> None:
        with app.app_context():
            member = make_member(programme)
            make_task(make_assistance(programme, member), member)
            make_hours(programme, member)
            make_certificate(programme, member)

    fill()
    for path in ("pendampingan", "sertifikat", "konten"):
        client.get(f"{office}/{path}")
        with count_queries(app) as few:
            client.get(f"{office}/{path}")
        fill()
        fill()
        with count_queries(app) as many:
            page = client.get(f"{office}/{path}")
        assert page.status_code == 200
        assert len(many) == len(few), path


def test_a_coordinator_begins_help_and_answers_for_the_owner(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        programme = make_programme()
        coordinator = make_user(Role.YOUTH_COORDINATOR, programme.stop.scope)
        member = make_member(programme, name="Rina")
        with transaction():
            db.session.merge(member.enrolments[0]).helps_businesses = True
        business = make_business(name="Kopi Ulubelu")
        with transaction():
            db.session.get_one(type(business), business.id).shown_in_catalogue = True
        sign_in(app, client, coordinator)
        office, ids = office_of(programme), (business.id, member.id)

    form = client.get(f"{office}/pendampingan/mulai?q=kopi")
    assert "Kopi Ulubelu" in form.text
    empty = client.post(f"{office}/pendampingan/mulai", data={})
    assert "Choose a business." in empty.text
    begun = client.post(
        f"{office}/pendampingan/mulai",
        data={"business_id": ids[0], "first_id": ids[1]},
        follow_redirects=True,
    )
    assert "Link for the owner" in begun.text
    with app.app_context():
        row = db.session.scalars(select(Assistance)).one()
        task = make_task(row, member).id
        page = f"{office}/pendampingan/{row.id}"
    assert (
        "Say in a few words why"
        in send(client, f"{page}/jawab", apa=f"hasil-{task}", jawaban="ya").text
    )
    send(client, f"{page}/jawab", apa=f"hasil-{task}", jawaban="ya", catatan="Telepon")
    with app.app_context():
        assert db.session.get_one(AssistanceTask, task).state == "confirmed"
    assert "The help is finished." in send(client, f"{page}/selesai").text
    assert "The help goes on." in send(client, f"{page}/lanjut").text
    assert "The link is new." in send(client, f"{page}/tautan").text


def test_hours_without_a_business_are_confirmed_on_the_list(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        programme = make_programme()
        coordinator = make_user(Role.YOUTH_COORDINATOR, programme.stop.scope)
        number = make_hours(programme, make_member(programme)).id
        sign_in(app, client, coordinator)
        office = office_of(programme)

    assert "Only you can confirm these." in client.get(f"{office}/pendampingan").text
    send(client, f"{office}/jam-luar/{number}/jawab", jawaban="ya")
    with app.app_context():
        assert db.session.get_one(OutsideHours, number).state == "confirmed"
    send(client, f"{office}/jam-luar/{number}/urung")
    with app.app_context():
        assert db.session.get_one(OutsideHours, number).state == "reported"


def test_all_certificates_are_printed_by_a_job(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        foreign = make_programme()
        coordinator = make_user(Role.YOUTH_COORDINATOR, programme.stop.scope)
        for _ in range(3):
            make_certificate(programme, make_member(programme))
        sign_in(app, client, coordinator)
        office, other = office_of(programme), office_of(foreign)

    waiting = client.post(f"{office}/sertifikat/cetak")
    page = waiting.location
    with app.app_context():
        number = int(page.rsplit("/", 1)[1])
        run_job(number)
    done = client.get(page)

    assert "Download" in done.text
    paper = client.get(f"{page}.pdf")
    assert (paper.mimetype, paper.data[:5]) == ("application/pdf", b"%PDF-")
    assert client.get(f"{other}/sertifikat/cetak/{number}.pdf").status_code == 404


def test_the_rule_is_changed_and_members_are_told(app: Flask, client: FlaskClient) -> None:
    from gernas.messages.models import Message

    with app.app_context():
        programme = make_programme()
        coordinator = make_user(Role.YOUTH_COORDINATOR, programme.stop.scope)
        make_worked(programme, make_member(programme, email="rina@contoh.id"), minutes=120)
        sign_in(app, client, coordinator)
        office = office_of(programme)

    assert (
        "must be between" in client.post(f"{office}/sertifikat/aturan", data={"hours": "5000"}).text
    )
    send(client, f"{office}/sertifikat/aturan", hours="2", automatic="y")
    send(client, f"{office}/sertifikat/terbitkan")
    with app.app_context():
        sweep()
        message = db.session.scalars(select(Message)).one()
        assert (message.template, message.recipient) == ("youth_certificate", "rina@contoh.id")


def test_a_certificate_is_revoked_renewed_and_brought_back_on_the_list(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        programme = make_programme()
        coordinator = make_user(Role.YOUTH_COORDINATOR, programme.stop.scope)
        member = make_member(programme, name="Rina")
        number = make_certificate(programme, member).id
        late, code = make_member(programme, name="Budi"), ""
        make_worked(programme, late, minutes=30)
        code = late.code
        sign_in(app, client, coordinator)
        office = f"{office_of(programme)}/sertifikat"

    assert "Say in a few words why." in send(client, f"{office}/{number}/cabut", reason="").text
    assert "is revoked." in send(client, f"{office}/{number}/cabut", reason="Salah").text
    assert "Revoked" in client.get(f"{office}?keadaan=dicabut&q=rina").text
    assert "valid again" in send(client, f"{office}/{number}/kembalikan").text
    assert "the old one ended" in send(client, f"{office}/{number}/perbarui").text
    assert "Budi has a certificate now." in send(client, f"{office}/satu", kode=code).text
    assert "No member of this programme" in send(client, f"{office}/satu", kode="x").text


def test_a_programme_of_elsewhere_is_a_404(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme, foreign = make_programme(), make_programme()
        coordinator = make_user(Role.YOUTH_COORDINATOR, programme.stop.scope)
        member = make_member(foreign)
        assistance = make_assistance(foreign, member)
        task = make_task(assistance, member).id
        certificate = make_certificate(foreign, member).id
        hours = make_hours(foreign, member).id
        make_enrolment(foreign, make_member())
        sign_in(app, client, coordinator)
        office, number = office_of(programme), assistance.id

    for path in (
        f"pendampingan/{number}",
        f"pendampingan/{number}/bukti/{task}",
        f"sertifikat/{certificate}.pdf",
        f"sertifikat/{certificate}/cabut",
    ):
        assert client.get(f"{office}/{path}").status_code == 404, path
    for path in (
        f"pendampingan/{number}/selesai",
        f"pendampingan/{number}/jawab",
        f"jam-luar/{hours}/jawab",
        f"sertifikat/{certificate}/perbarui",
    ):
        assert client.post(f"{office}/{path}").status_code == 404, path


def test_a_link_typed_for_evidence_is_printed_as_text(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        member = make_member(programme)
        assistance = make_assistance(programme, member)
        make_task(assistance, member, note="<img src=x onerror=alert(1)>", evidence_url=LINK)
        owner = f"/pendampingan/{get_owner_token(assistance)}"

    assert "<img src=x" not in client.get(owner).text
