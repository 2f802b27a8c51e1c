"""The organizer's pages: who opens them, what they show, what they do."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from gernas.accounts.models import User
from gernas.campaigns.models import Campaign, Stop
from gernas.core.database import db, transaction
from gernas.core.jobs import Job, run_job
from gernas.core.permissions import Role
from gernas.registrations.jobs import take_in_all
from gernas.registrations.models import Call, FormVersion, Registration, SavedView
from gernas.registrations.services.calls import add_call
from gernas.registrations.services.deciding import request_changes, waitlist_registration
from gernas.registrations.services.drafts import save_draft, start_draft
from gernas.registrations.services.notes import save_view
from gernas.registrations.services.uploads import add_upload, prepare_upload
from tests.conftest import count_queries
from tests.events.browsing import Forms, press
from tests.events.browsing import send as fill
from tests.events.test_covers import draw
from tests.factories import make_campaign, make_event, make_stop, make_user, sign_in
from tests.registrations.making import (
    answers,
    call_values,
    draft,
    first_come,
    make_call,
    submit,
)
from tests.registrations.making import send as apply

SECRETS = ("9120003411201", "siti@contoh.id", "Bu Siti", "Siti Rahayu")


@pytest.fixture
def stop(app: Flask, client: FlaskClient) -> Stop:
    """A stop, and the client signed in as its organizer."""
    with app.app_context():
        stop = make_stop(make_campaign(slug="bbi-2027", title="BBI 2027"), slug="lampung")
        organizer = make_user(Role.ORGANIZER, stop.scope, name="Rina Halim")
    sign_in(app, client, organizer)
    return stop


@pytest.fixture
def call(app: Flask, stop: Stop) -> Call:
    with app.app_context():
        return make_call(stop, title="Stan UMKM", places=3, quotas={"food": 2})


def send(app: Flask, call: Call, **typed: Any) -> Registration:
    with app.app_context():
        return apply(call, **typed)


def read(app: Flask, registration: Registration) -> Registration:
    with app.app_context():
        return db.session.get_one(Registration, registration.id)


def list_of(call: Call) -> str:
    return f"/kelola/daftar/{call.slug}/pendaftar"


def page_of(registration: Registration) -> str:
    return f"/kelola/pendaftar/{registration.code}"


def plan(client: FlaskClient, call: Call, what: str, **more: Any) -> TestResponse:
    """Tick applications in the list and press the button of a decision."""
    form = next(
        one
        for one in Forms(client.get(list_of(call)).text).forms
        if one.action.endswith("keputusan")
    )
    values = {name: value for name, value in form.values.items() if name != "pilih"}
    return client.post(form.action, data={**values, "what": what, **more})


def decide(client: FlaskClient, call: Call, answer: TestResponse, **more: Any) -> TestResponse:
    """Send the page that shows what a decision would do."""
    form = next(one for one in Forms(answer.text).forms if one.action.endswith("laksanakan"))
    return client.post(form.action, data={**form.values, **more})


# --- Who ------------------------------------------------------------------------------------

# organizer of the stop, viewer of the stop, facilitator, organizer of another stop, no role
ACCESS = """
/kelola/pendaftaran                             200 200 200 200 403
/kelola/bbi-2027/lampung/pendaftaran            200 200 200 404 404
/kelola/bbi-2027/pendaftaran                    404 404 404 404 404
/kelola/bbi-2027/lampung/pendaftaran/baru       200 403 403 404 404
/kelola/daftar/{call}                           200 200 200 404 404
/kelola/daftar/{call}/pendaftar                 200 403 403 404 404
/kelola/daftar/{call}/tunggu                    200 403 403 404 404
/kelola/daftar/{call}/atas-nama                 200 403 200 404 404
/kelola/daftar/{call}/formulir                  200 200 200 404 404
/kelola/daftar/{call}/formulir/pratinjau        200 200 200 404 404
/kelola/daftar/{call}/formulir/tambah           200 403 403 404 404
/kelola/daftar/{call}/formulir/siap             200 403 403 404 404
/kelola/daftar/{call}/formulir/pertanyaan/nib   200 403 403 404 404
/kelola/daftar/{call}/pesan                     200 200 200 404 404
/kelola/daftar/{call}/ubah                      200 403 403 404 404
/kelola/daftar/{call}/kuota                     200 403 403 404 404
/kelola/daftar/{call}/salin                     200 200 200 404 404
/kelola/daftar/{call}/pendaftar.xlsx            200 200 403 404 404
/kelola/daftar/{call}/pendaftar.csv             200 200 403 404 404
/kelola/pendaftar/{code}                        200 403 403 404 404
/kelola/pendaftar/{code}/keputusan?what=accept  200 403 403 404 404
"""


@pytest.mark.parametrize("line", ACCESS.strip().splitlines())
def test_who_opens_what(app: Flask, stop: Stop, call: Call, line: str) -> None:
    """ASVS 8.2.1, 8.2.2: another stop's rows are there for nobody else."""
    path, *wanted = line.split()
    registration = send(app, call)
    with app.app_context():
        people = [
            make_user(Role.ORGANIZER, stop.scope),
            make_user(Role.VIEWER, stop.scope),
            make_user(Role.FACILITATOR, stop.scope),
            make_user(Role.ORGANIZER, make_stop().scope),
            make_user(),
        ]
    path = path.format(call=call.slug, code=registration.code)

    statuses = []
    for person in people:
        client = app.test_client()
        sign_in(app, client, person)
        statuses.append(str(client.get(path).status_code))

    assert statuses == wanted


POSTS = """
/kelola/daftar/{call}/terbitkan
/kelola/daftar/{call}/tutup
/kelola/daftar/{call}/arsipkan
/kelola/daftar/{call}/keputusan
/kelola/daftar/{call}/keputusan/laksanakan
/kelola/daftar/{call}/tunggu/tawarkan
/kelola/daftar/{call}/tampilan
/kelola/daftar/{call}/formulir/pertanyaan/nib/hapus
/kelola/pendaftar/{code}/periksa
/kelola/pendaftar/{code}/keputusan
/kelola/pendaftar/{code}/batal
/kelola/pendaftar/{code}/catatan
"""


@pytest.mark.parametrize("path", POSTS.split())
def test_nobody_else_changes_anything(app: Flask, stop: Stop, call: Call, path: str) -> None:
    """ASVS 8.2.1."""
    registration = send(app, call)
    with app.app_context():
        people = [
            make_user(Role.VIEWER, stop.scope),
            make_user(Role.FACILITATOR, stop.scope),
            make_user(Role.ORGANIZER, make_stop().scope),
        ]
    values = {"what": "accept", "ids": str(registration.id), "pilih": str(registration.id)}

    statuses = []
    for person in people:
        client = app.test_client()
        sign_in(app, client, person)
        token = Forms(client.get("/akun").text).forms[0].values["csrf_token"]
        address = path.format(call=call.slug, code=registration.code)
        answer = client.post(address, data={**values, "csrf_token": token})
        statuses.append(answer.status_code)

    assert statuses == [403, 403, 404]
    kept = read(app, registration)
    assert (kept.state, kept.version) == ("submitted", registration.version)


def test_an_organizer_of_one_event_sees_the_calls_of_that_event_only(
    app: Flask, client: FlaskClient, stop: Stop
) -> None:
    with app.app_context():
        event = make_event(stop)
        make_call(stop, title="Untuk seluruh provinsi")
        with transaction():
            add_call(
                db.session.get_one(Campaign, stop.campaign_id),
                call_values(title="Untuk satu acara"),
                by=None,
                event=db.session.merge(event),
                stop=db.session.get_one(Stop, stop.id),
            )
        person = make_user(Role.ORGANIZER, event.scope)
    sign_in(app, client, person)

    page = client.get("/kelola/pendaftaran").text

    assert "Untuk satu acara" in page
    assert "Untuk seluruh provinsi" not in page


def test_the_way_to_a_new_call_begins_at_the_list_of_calls(
    app: Flask, stop: Stop, call: Call
) -> None:
    client = app.test_client()
    with app.app_context():
        second = make_stop(db.session.get_one(Stop, stop.id).campaign)
        addresses = [f"/kelola/bbi-2027/{one.slug}/pendaftaran/baru" for one in (stop, second)]
        everywhere = second.campaign.scope
    with app.app_context():
        people = [
            make_user(Role.ORGANIZER, stop.scope),
            make_user(Role.CAMPAIGN_MANAGER, everywhere),
            make_user(Role.VIEWER, stop.scope),
        ]
    offered = []
    for person in people:
        sign_in(app, client, person)
        page = client.get("/kelola/pendaftaran").text
        offered.append([address in page for address in addresses])

    assert offered == [[True, False], [True, True], [False, False]]


def test_the_page_of_a_business_leads_to_its_applications(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    registration = send(app, call)
    with app.app_context():
        take_in_all()
        business_id = db.session.get_one(Registration, registration.id).business_id

    page = client.get(f"/kelola/usaha/{business_id}")

    assert page.status_code == 200
    assert page_of(registration) in page.text


def test_a_viewer_meets_no_personal_data(app: Flask, stop: Stop, call: Call) -> None:
    """ASVS 8.2.3: neither on pages nor in files, and not by searching for it either."""
    send(app, call, business_name="Keripik Bu Siti", nib="9120003411201", email="siti@contoh.id")
    client = app.test_client()
    with app.app_context():
        viewer = make_user(Role.VIEWER, stop.scope)
    sign_in(app, client, viewer)

    paths = (
        "/kelola/pendaftaran",
        "/kelola/bbi-2027/lampung",
        "/kelola/bbi-2027/lampung/pendaftaran",
        f"/kelola/daftar/{call.slug}",
        f"/kelola/daftar/{call.slug}/pendaftar.csv",
        f"/kelola/daftar/{call.slug}/pendaftar.csv?q=9120003411201",
    )
    pages = {path: client.get(path).get_data(as_text=True) for path in paths}

    assert {path for path, page in pages.items() for secret in SECRETS if secret in page} == set()
    found, unsought = (pages[path].count("\n") for path in reversed(paths[-2:]))
    assert found == unsought == 2  # the head and one row: the search is not looked at


def test_a_draft_is_for_nobody_but_its_applicant(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    with app.app_context():
        unsent = draft(call, business_name="Belum Dikirim")

    statuses = [client.get(page_of(unsent)).status_code for _ in range(1)]
    lists = client.get(list_of(call)).text + client.get("/kelola/bbi-2027/lampung/pendaftaran").text

    assert statuses == [404]
    assert "Belum Dikirim" not in lists
    assert "and 1 draft that is not sent" in client.get(f"/kelola/daftar/{call.slug}").text


# --- The list --------------------------------------------------------------------------------


def test_the_list_asks_as_often_for_sixty_as_for_one(
    app: Flask, client: FlaskClient, stop: Stop
) -> None:
    with app.app_context():
        small, large = (make_call(stop, title=f"Stan {n}", places=99) for n in range(2))
        apply(small)
        for _ in range(60):
            apply(large)
    counts = []
    for call in (small, large):
        client.get(list_of(call))
        with count_queries(app) as queries:
            assert client.get(list_of(call)).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 16


def test_the_page_of_a_stop_asks_as_often_for_five_calls_as_for_one(
    app: Flask, client: FlaskClient, stop: Stop, call: Call
) -> None:
    path = "/kelola/bbi-2027/lampung/pendaftaran"
    counts = []
    for more in (0, 4):
        with app.app_context():
            for _ in range(more):
                apply(make_call(stop))
        client.get(path)
        with count_queries(app) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_filters_are_kept_in_links_and_forms(app: Flask, client: FlaskClient, call: Call) -> None:
    send(app, call, business_name="Abon Laut", sector="food")
    send(app, call, business_name="Batik Siger", sector="fashion")

    page = client.get(f"{list_of(call)}?sektor=food&urut=usaha").text

    assert "Abon Laut" in page
    assert "Batik Siger" not in page
    assert "pendaftar.xlsx?sektor=food&amp;urut=usaha" in page
    assert "status=submitted&amp;sektor=food&amp;urut=usaha" in page


def test_a_view_is_kept_and_dropped(app: Flask, client: FlaskClient, call: Call) -> None:
    send(app, call, sector="food")
    fill(client, f"{list_of(call)}?sektor=food", having="name", name="Kuliner saja")
    page = client.get(list_of(call)).text
    with app.app_context():
        view = db.session.scalars(select(SavedView)).one()

    press(client, list_of(call), f"/kelola/daftar/{call.slug}/tampilan/{view.id}/hapus")

    assert (view.name, view.query) == ("Kuliner saja", "sektor=food")
    assert f"{list_of(call)}?sektor=food" in page
    with app.app_context():
        assert db.session.scalars(select(SavedView)).all() == []


def test_nobody_deletes_the_view_of_another(app: Flask, stop: Stop, call: Call) -> None:
    with app.app_context():
        owner, other = (make_user(Role.ORGANIZER, stop.scope) for _ in range(2))
        with transaction():
            view = save_view(
                db.session.get_one(Call, call.id), "Saya", "", by=db.session.get_one(User, owner.id)
            )
            view_id = view.id
    client = app.test_client()
    sign_in(app, client, other)
    token = Forms(client.get("/akun").text).forms[0].values["csrf_token"]

    answer = client.post(
        f"/kelola/daftar/{call.slug}/tampilan/{view_id}/hapus", data={"csrf_token": token}
    )

    assert answer.status_code == 404


# --- Deciding on many ------------------------------------------------------------------------


def test_many_are_accepted_with_a_look_before_and_taken_back(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    rows = [send(app, call, sector=sector) for sector in ("food", "food", "food", "craft")]

    before = plan(client, call, "accept", semua="1")
    answer = decide(client, call, before, rest_waits="1")
    after = client.get(answer.headers["Location"])
    undo = re.search(r'action="([^"]*/keputusan/[^"]*/batal)"', after.text)
    assert undo is not None
    states = [read(app, row).state for row in rows]
    press(client, answer.headers["Location"], undo[1])

    assert "3 accepted." in before.text
    assert "1 do not fit: the quota Sector: Food is full." in before.text
    assert "3 accepted. 1 put on the waiting list." in after.text
    assert states == ["accepted", "accepted", "waitlisted", "accepted"]
    assert [read(app, row).state for row in rows] == ["submitted"] * 4


def test_only_those_that_are_ticked_are_decided_on(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    first, second = send(app, call), send(app, call)

    decide(client, call, plan(client, call, "accept", pilih=[str(second.id)]))

    assert [read(app, row).state for row in (first, second)] == ["submitted", "accepted"]


def test_all_that_match_are_those_of_the_filter(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    food, craft = send(app, call, sector="food"), send(app, call, sector="craft")

    decide(client, call, plan(client, call, "waitlist", semua="1", query="sektor=craft"))

    assert [read(app, row).state for row in (food, craft)] == ["submitted", "waitlisted"]


def test_nothing_ticked_is_said(app: Flask, client: FlaskClient, call: Call) -> None:
    send(app, call)

    answer = plan(client, call, "accept")

    assert answer.status_code == 303
    assert "Tick those on whom you want to decide first." in client.get(list_of(call)).text


def test_without_a_reason_nobody_is_turned_down(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    registration = send(app, call)

    before = plan(client, call, "reject", semua="1")
    refused = decide(client, call, before)
    seen = decide(client, call, before, reason="Bukan buatan sendiri.", lihat="1")
    state = read(app, registration).state
    done = decide(client, call, before, reason="Bukan buatan sendiri.")

    assert refused.status_code == 422
    assert "Say why. The applicant reads this." in refused.text
    assert state == "submitted"
    assert seen.text.count("Bukan buatan sendiri.") >= 3  # the field, and both languages
    assert done.status_code == 303
    assert read(app, registration).decision_reason == "Bukan buatan sendiri."


def test_applications_of_another_call_cannot_be_slipped_in(
    app: Flask, client: FlaskClient, stop: Stop, call: Call
) -> None:
    """ASVS 8.2.2."""
    with app.app_context():
        foreign = apply(make_call(make_stop()))
    send(app, call)
    before = plan(client, call, "accept", semua="1")

    decide(client, call, before, ids=str(foreign.id))

    assert read(app, foreign).state == "submitted"


def test_more_than_a_portion_is_left_to_the_worker(
    app: Flask, client: FlaskClient, stop: Stop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gernas.registrations.views.office.bulk.PORTION", 2)
    with app.app_context():
        call = make_call(stop, places=9)
        rows = [apply(call) for _ in range(3)]

    answer = decide(client, call, plan(client, call, "accept", semua="1"))
    waiting = client.get(answer.headers["Location"])
    with app.app_context():
        run_job(db.session.scalars(select(Job.id).order_by(Job.id.desc())).first() or 0)
    done = client.get(answer.headers["Location"])
    fragment = client.get(answer.headers["Location"], headers={"HX-Request": "true"})

    assert "Waiting its turn." in waiting.text
    assert "3 accepted." in done.text
    assert "<!doctype" not in fragment.text.lower()
    assert {read(app, row).state for row in rows} == {"accepted"}


# --- One application ---------------------------------------------------------------------------


def test_an_application_shows_what_was_asked_and_answered(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    registration = send(
        app, call, business_name="Keripik Bu Siti", cooks="yes", device="Kompor listrik"
    )
    twin = send(app, call, business_name="Kripik Siti", email=registration.email)

    page = client.get(page_of(registration)).text

    for text in ("Keripik Bu Siti", "With what?", "Kompor listrik", registration.email or ""):
        assert text in page
    assert "Perhaps applied more than once" in page
    assert page_of(twin) in page
    assert "Sent the application" in page


def test_a_former_form_is_shown_as_it_was_asked(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    registration = send(app, call, cooks="no")

    press(
        client,
        f"/kelola/daftar/{call.slug}/formulir",
        f"/kelola/daftar/{call.slug}/formulir/pertanyaan/device/hapus",
    )
    fill(
        client,
        f"/kelola/daftar/{call.slug}/formulir/pertanyaan/cooks",
        having="label",
        label_en="Do you heat anything?",
    )
    page = client.get(page_of(registration)).text

    assert "Do you cook?" in page
    assert "Do you heat anything?" not in page
    assert "Asked in version 1 of the form." in page
    former = client.get(f"/kelola/daftar/{call.slug}/formulir?versi=1").text
    assert "1 application answers it" in former


def test_an_application_is_accepted_after_a_look_at_its_mail(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    registration = send(app, call)
    path = f"{page_of(registration)}/keputusan?what=accept"

    look = client.get(path)
    fill(client, path, having="reason", reason="Selamat datang.")
    page = client.get(page_of(registration)).text
    press(client, page_of(registration), f"{page_of(registration)}/batal")

    assert "Kabar baik" in look.text
    assert "Good news" in look.text
    assert registration.token_hash not in look.text
    assert "/pendaftaran/</pre>" in look.text.replace("\n", "")  # the link without its secret
    assert "Until then you can take the decision back." in page
    assert read(app, registration).state == "submitted"


def test_a_correction_names_the_questions(app: Flask, client: FlaskClient, call: Call) -> None:
    registration = send(app, call)
    path = f"{page_of(registration)}/keputusan?what=request_changes"

    without = fill(client, path, having="reason", reason="Tolong NIB-nya.")
    done = fill(client, path, having="reason", reason="Tolong NIB-nya.", fields=["nib"])
    page = client.get(page_of(registration)).text

    assert without.status_code == 422
    assert "Choose at least one question to be corrected." in without.text
    assert done.status_code == 303
    kept = read(app, registration)
    assert (kept.state, kept.requested_fields) == ("changes_requested", ["nib"])
    assert "Tolong NIB-nya." in page
    assert "to be corrected" in page


def test_of_two_who_decide_the_second_sees_that_it_changed(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    registration = send(app, call)
    path = f"{page_of(registration)}/keputusan?what=accept"
    form = next(one for one in Forms(client.get(path).text).forms if "reason" in one.values)
    with app.app_context(), transaction():
        request_changes(
            db.session.get_one(Registration, registration.id),
            fields=["nib"],
            reason="Tolong NIB-nya.",
            by=None,
        )

    late = client.post(path, data=form.values)

    assert late.status_code == 303
    assert "That is no longer possible." in client.get(page_of(registration)).text
    assert read(app, registration).state == "changes_requested"


def test_a_version_that_was_not_seen_is_not_decided_on(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    registration = send(app, call)
    path = f"{page_of(registration)}/keputusan?what=accept"
    form = next(one for one in Forms(client.get(path).text).forms if "reason" in one.values)
    with app.app_context(), transaction():
        db.session.get_one(Registration, registration.id).version += 1

    late = client.post(path, data={**form.values, "reason": "Selamat."})

    assert late.status_code == 409
    assert "This application changed while you were reading it." in late.text
    assert "Selamat." in late.text
    assert read(app, registration).state == "submitted"


def test_notes_are_for_the_team(app: Flask, client: FlaskClient, call: Call) -> None:
    registration = send(app, call)

    empty = fill(client, page_of(registration), having="text", text=" ")
    kept = fill(client, page_of(registration), having="text", text="<b>Kemasan</b> bagus")
    page = client.get(page_of(registration)).text

    assert (empty.status_code, kept.status_code) == (422, 303)
    assert "&lt;b&gt;Kemasan&lt;/b&gt; bagus" in page
    assert "Rina Halim" in page


def test_files_are_handed_out_by_permission_and_do_nothing(
    app: Flask, client: FlaskClient, stop: Stop, call: Call
) -> None:
    """ASVS 5.4.1, 8.2.2."""
    with app.app_context():
        unsent = draft(call)
        prepared = prepare_upload(unsent, "photos", io.BytesIO(draw().read()), label="foto.jpg")
        with transaction():
            upload = add_upload(db.session.get_one(Registration, unsent.id), "photos", prepared)
            upload_id = upload.id
        other = apply(call)
    path = f"{page_of(unsent)}/berkas/{upload_id}"
    before = client.get(path).status_code
    with app.app_context():
        submit(unsent)
        stranger = make_user(Role.ORGANIZER, make_stop().scope)
    foreign = app.test_client()
    sign_in(app, foreign, stranger)

    answer, small = client.get(path), client.get(f"{path}/kecil")

    assert before == 404  # a draft is its applicant's
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert small.status_code == 200
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert foreign.get(path).status_code == 404
    assert client.get(f"{page_of(other)}/berkas/{upload_id}").status_code == 404


# --- The waiting list ----------------------------------------------------------------------------


def test_the_waiting_list_says_who_is_where_and_why(
    app: Flask, client: FlaskClient, stop: Stop
) -> None:
    with app.app_context():
        call = make_call(stop, places=5, quotas={"food": 0})
        for name, sector in (("Abon Laut", "food"), ("Batik Siger", "fashion")):
            row = apply(call, business_name=name, sector=sector)
            with transaction():
                waitlist_registration(db.session.get_one(Registration, row.id), by=None)
    path = f"/kelola/daftar/{call.slug}/tunggu"

    page = client.get(path).text
    press(client, path, f"{path}/tawarkan")
    after = client.get(path).text

    assert page.index("Abon Laut") < page.index("Batik Siger")
    assert "Full: Sector: Food" in page
    assert "A place is free" in page
    assert "Batik Siger" in after  # has the place now, to be confirmed
    assert "Confirm before" in after


def test_a_call_by_first_come_says_that_places_go_by_themselves(
    app: Flask, client: FlaskClient, stop: Stop
) -> None:
    with app.app_context():
        call = first_come(stop=stop, places=1)
        for _ in range(2):
            apply(call)

    page = client.get(f"/kelola/daftar/{call.slug}/tunggu").text

    assert "Free places go by themselves" in page
    assert "All places are taken" in page


# --- Calls -----------------------------------------------------------------------------------

NEW = "/kelola/bbi-2027/lampung/pendaftaran/baru"


def test_a_call_is_prepared_published_closed_and_put_away(
    app: Flask, client: FlaskClient, stop: Stop
) -> None:
    choice = client.get(NEW)
    made = fill(client, f"{NEW}?jenis=umkm_booth", title="Stan UMKM Lagawi Fest", places="30")
    with app.app_context():
        call = db.session.scalars(select(Call)).one()
    path = f"/kelola/daftar/{call.slug}"

    for verb in ("terbitkan", "arsipkan", "pulihkan"):
        assert press(client, path, f"{path}/{verb}").status_code == 303
    page = client.get(path).text

    assert "Booth for exhibitors" in choice.text
    assert made.headers["Location"] == f"{path}/formulir"
    assert call.slug == "stan-umkm-lagawi-fest-lampung-2022"
    assert call.audience_provinces == ["ID-LA"]
    assert (call.opens_at.hour, call.closes_at.hour) == (1, 16)  # 08.00 and 23.59 WIB
    assert "Opens later" in page


def test_what_a_call_lacks_stands_on_its_page(app: Flask, client: FlaskClient, stop: Stop) -> None:
    with app.app_context():
        call = make_call(stop, questions=(), published=False)
    path = f"/kelola/daftar/{call.slug}"

    press(client, path, f"{path}/terbitkan")

    assert "The form has no question yet." in client.get(path).text


def test_of_two_who_edit_a_call_the_second_sees_both_versions(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    path = f"/kelola/daftar/{call.slug}/ubah"
    form = next(one for one in Forms(client.get(path).text).forms if "title" in one.values)
    fill(client, path, title="Stan UMKM baru")

    late = client.post(path, data={**form.values, "places": "7"})
    second = next(one for one in Forms(late.text).forms if "title" in one.values)
    saved = client.post(path, data={**second.values, "title": "Stan UMKM baru"})

    assert late.status_code == 409
    assert "Stan UMKM baru" in late.text
    assert saved.status_code == 303
    with app.app_context():
        kept = db.session.get_one(Call, call.id)
        assert (kept.title, kept.places) == ("Stan UMKM baru", 7)


def test_quotas_are_set_in_fields_and_never_below_what_is_taken(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    registration = send(app, call, sector="food")
    decide(client, call, plan(client, call, "accept", pilih=[str(registration.id)]))
    path = f"/kelola/daftar/{call.slug}/kuota"

    low = fill(client, path, having="quota-sector-food", **{"quota-sector-food": "0"})
    good = fill(
        client,
        path,
        having="quota-sector-food",
        **{"quota-sector-food": "1", "quota-sector-craft": "2"},
    )

    assert low.status_code == 422
    assert "1 places are taken already." in low.text
    assert good.status_code == 303
    with app.app_context():
        kept = {(q.value, q.size, q.used) for q in db.session.get_one(Call, call.id).quotas}
    assert kept == {("food", 1, 1), ("craft", 2, 0)}


def test_a_call_is_copied_to_a_stop_that_the_person_may_change(
    app: Flask, client: FlaskClient, stop: Stop, call: Call
) -> None:
    with app.app_context():
        foreign = make_stop()
    path = f"/kelola/daftar/{call.slug}/salin"

    slipped = fill(client, path, having="opens_on", target=str(foreign.id))
    copied = fill(client, path, having="opens_on", opens_on="2027-03-01")

    assert slipped.status_code == 422
    assert copied.status_code == 303
    with app.app_context():
        copy = db.session.scalars(select(Call).order_by(Call.id.desc())).first()
        assert copy is not None
        assert (copy.stop_id, copy.published_at) == (stop.id, None)
        assert len(copy.quotas) == 1


def test_all_messages_of_a_call_can_be_read_in_advance(client: FlaskClient, call: Call) -> None:
    page = client.get(f"/kelola/daftar/{call.slug}/pesan").text

    assert page.count("<pre") == 2 * 12
    assert "Mohon perbaiki pendaftaran Anda: " in page
    assert "Please correct your application: Booths for UMKM" in page


# --- For others ------------------------------------------------------------------------------


def test_a_facilitator_begins_for_someone_and_hands_over(
    app: Flask, stop: Stop, call: Call
) -> None:
    client = app.test_client()
    with app.app_context():
        facilitator = make_user(Role.FACILITATOR, stop.scope)
    sign_in(app, client, facilitator)
    path = f"/kelola/daftar/{call.slug}/atas-nama"

    begun = press(client, path, path)
    with app.app_context():
        started = db.session.scalars(select(Registration)).one()
        assert started.on_behalf_by_id == facilitator.id
        with transaction():
            save_draft(db.session.get_one(Registration, started.id), answers(email=None))
        submit(started, behalf_means="paper", behalf_note="Map hijau")
    listed = client.get(path).text
    handed = fill(client, f"{page_of(started)}/serahkan", having="email", email="pemilik@contoh.id")

    assert begun.headers["Location"].endswith(f"/daftar/{call.slug}/isi")
    assert f"{page_of(started)}/serahkan" in listed
    assert handed.status_code == 303
    kept = read(app, started)
    assert (kept.email, kept.handed_over_at is not None) == ("pemilik@contoh.id", True)


def test_a_facilitator_hands_over_nothing_of_others(app: Flask, stop: Stop, call: Call) -> None:
    """ASVS 8.2.2."""
    client = app.test_client()
    with app.app_context():
        mine, other = (make_user(Role.FACILITATOR, stop.scope) for _ in range(2))
        with transaction():
            entered, _token = start_draft(
                db.session.get_one(Call, call.id),
                language="id",
                facilitator=db.session.get_one(User, other.id),
            )
        own = apply(call)
    sign_in(app, client, mine)

    statuses = [client.get(f"{page_of(row)}/serahkan").status_code for row in (entered, own)]

    assert statuses == [404, 404]


def test_a_facilitator_goes_on_with_each_draft_until_it_is_handed_over(
    app: Flask, stop: Stop, call: Call
) -> None:
    """Beginning a second one lets go of the first in the browser, not of the application."""
    client = app.test_client()
    with app.app_context():
        facilitator, other = (make_user(Role.FACILITATOR, stop.scope) for _ in range(2))
    sign_in(app, client, facilitator)
    path, form = f"/kelola/daftar/{call.slug}/atas-nama", f"/daftar/{call.slug}/isi/1"
    press(client, path, path)
    with app.app_context():
        first = db.session.scalars(select(Registration)).one()
        with transaction():
            typed = answers(business_name="Tenun Ibu Nur", email=None)
            save_draft(db.session.get_one(Registration, first.id), typed)
    press(client, path, path)
    one = f"{path}/{first.code}"

    before, back = client.get(form).text, press(client, path, one)
    after = client.get(form).text
    with app.app_context():
        submit(db.session.get_one(Registration, first.id), behalf_means="spoken")
    sent = press(client, path, one)
    opened = client.get(sent.headers["Location"])
    sign_in(app, client, other)
    foreign = client.post(
        one, data={"csrf_token": Forms(client.get(path).text).forms[0].values["csrf_token"]}
    )

    assert (before.count("Tenun Ibu Nur"), "Tenun Ibu Nur" in after) == (0, True)
    assert back.headers["Location"].endswith(f"/daftar/{call.slug}/isi")
    assert (sent.status_code, "Tenun Ibu Nur" in opened.text) == (303, True)
    assert foreign.status_code == 404


# --- The form builder ------------------------------------------------------------------------


def questions_of(app: Flask, call: Call) -> list[dict[str, Any]]:
    with app.app_context():
        fresh = db.session.get_one(Call, call.id)
        form = db.session.scalars(
            select(FormVersion).where(
                FormVersion.call_id == call.id, FormVersion.number == fresh.form_number
            )
        ).one()
        return list(form.questions)


def test_a_question_of_every_kind_can_be_added(app: Flask, client: FlaskClient, call: Call) -> None:
    base = f"/kelola/daftar/{call.slug}/formulir/tambah?jenis="
    more: dict[str, dict[str, str]] = {
        "text": {},
        "long_text": {"help": "Tiga kalimat cukup."},
        "number": {"minimum": "1", "maximum": "20"},
        "rupiah": {"minimum": "1.000"},
        "choice": {"options": "Zona A\nZona B", "options_en": "Zone A\nZone B", "quota": "zone"},
        "choices": {"options": "Satu\nDua"},
        "date": {},
        "file": {"most": "4"},
        "photo": {"required": "y"},
        "link": {},
        "consent": {},
        "business": {"field": "city"},
    }

    for kind, values in more.items():
        answer = fill(client, base + kind, having="label", label=f"Tanya {kind}", **values)
        assert answer.status_code == 303, kind

    added = questions_of(app, call)[-len(more) :]
    assert [each["type"] for each in added] == list(more)
    by_type = {each["type"]: each for each in added}
    assert (by_type["number"]["minimum"], by_type["number"]["maximum"]) == (1, 20)
    assert by_type["rupiah"]["minimum"] == 1000
    assert by_type["choice"]["quota"] == "zone"
    assert [o["label_en"] for o in by_type["choice"]["options"]] == ["Zone A", "Zone B"]
    assert by_type["file"]["most"] == 4
    assert by_type["photo"]["required"] is True
    assert by_type["business"]["field"] == "city"
    preview = client.get(f"/kelola/daftar/{call.slug}/formulir/pratinjau").text
    assert all(f"Tanya {kind}" in preview for kind in more)


def test_a_question_can_depend_on_another(app: Flask, client: FlaskClient, call: Call) -> None:
    base = f"/kelola/daftar/{call.slug}/formulir"

    fill(client, f"{base}/tambah?jenis=text", having="label", label="Apa?", shown_if="cooks=yes")
    page = client.get(base).text

    assert questions_of(app, call)[-1]["shown_if"] == {"key": "cooks", "equals": "yes"}
    assert "Only if “Do you cook?” is: Ya" in page


def test_answers_keep_their_value_when_their_words_change(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    path = f"/kelola/daftar/{call.slug}/formulir/pertanyaan/cooks"

    fill(client, path, having="label", options="Tidak pernah\nYa\nKadang-kadang")
    grown = {q["key"]: q for q in questions_of(app, call)}["cooks"]["options"]
    fill(client, path, having="label", options="Tidak sama sekali\nYa\nKadang-kadang")
    renamed = {q["key"]: q for q in questions_of(app, call)}["cooks"]["options"]

    assert [o["value"] for o in grown][1:] == ["yes", "kadang_kadang"]
    assert [o["value"] for o in renamed] == [o["value"] for o in grown]


def test_questions_are_moved_and_removed(app: Flask, client: FlaskClient, call: Call) -> None:
    base = f"/kelola/daftar/{call.slug}/formulir"

    press(client, base, f"{base}/pertanyaan/nib/naik")
    press(client, base, f"{base}/pertanyaan/email/hapus")
    needed = press(client, base, f"{base}/pertanyaan/cooks/hapus")

    keys = [each["key"] for each in questions_of(app, call)]
    assert keys == ["business_name", "sector", "nib", "province", "cooks", "device", "photos"]
    assert needed.status_code == 409
    assert "depends on this question" in needed.text


def test_what_does_not_fit_is_said_and_what_was_typed_stays(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    base = f"/kelola/daftar/{call.slug}/formulir/tambah?jenis="

    few = fill(client, f"{base}choice", having="label", label="Pilih", options="Satu saja")
    twice = fill(client, f"{base}business", having="label", label="NIB lagi", field="nib")

    assert (few.status_code, twice.status_code) == (422, 422)
    assert "Write 2 to 60 answers" in few.text
    assert "Satu saja" in few.text
    assert "The form asks for this field of the business already." in twice.text


def test_of_two_who_build_the_second_keeps_what_was_typed(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    path = f"/kelola/daftar/{call.slug}/formulir/tambah?jenis=text"
    form = next(one for one in Forms(client.get(path).text).forms if "label" in one.values)
    fill(client, path, having="label", label="Yang pertama")

    late = client.post(path, data={**form.values, "label": "Yang kedua"})
    again = next(one for one in Forms(late.text).forms if "label" in one.values)
    saved = client.post(path, data=again.values)

    assert late.status_code == 409
    assert "Yang kedua" in late.text
    assert saved.status_code == 303
    assert [q["label"] for q in questions_of(app, call)][-2:] == ["Yang pertama", "Yang kedua"]


def test_the_ready_made_form_takes_the_place_of_the_present_one(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    path = f"/kelola/daftar/{call.slug}/formulir/siap"

    press(client, path, path)

    assert len(questions_of(app, call)) > 20
