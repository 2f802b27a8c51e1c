"""Members of a stop's programme: the list, one member, the guardian's word, what is known."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.audit.queries import AuditFilter, list_entries
from gernas.businesses.documents import ATTACHMENT_POLICY, send_document, store_document
from gernas.campaigns.models import Stop
from gernas.core.clock import now, today_in
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, GernasError
from gernas.core.permissions import Permission, may, requires
from gernas.core.saving import save_form
from gernas.core.security import takes_uploads
from gernas.core.text import content_disposition, slugify
from gernas.core.web import say, see_other, signed_in_user
from gernas.registrations.sharing import whatsapp_url
from gernas.youth.guards import bar_of_guardian, bar_words
from gernas.youth.members.forms import CallForm, PaperForm, PersonForm, ReasonForm
from gernas.youth.members.listing import LIVE, Listing, list_cities, list_members, read_listing
from gernas.youth.members.organisation_queries import list_organisations_in
from gernas.youth.members.sheet import build_members_sheet
from gernas.youth.members.telling import guardian_url, member_url
from gernas.youth.members.values import GuardianValues
from gernas.youth.models import Enrolment, Member, YouthOrganisation, YouthProgramme
from gernas.youth.queries import list_approvals
from gernas.youth.services.consents import list_consents
from gernas.youth.services.forgetting import explain, forget_member
from gernas.youth.services.guardians import (
    find_guardian,
    note_call,
    note_paper,
    note_refusal_by_call,
    undo_call,
)
from gernas.youth.services.leaving import remove_from_programme, take_back
from gernas.youth.services.members import edit_member, note_about, renew_link
from gernas.youth.services.roles import answer_approval
from gernas.youth.shifts.words import SKILL_WORDS
from gernas.youth.views.blueprint import bp, get_enrolment, get_programme, page
from gernas.youth.views.programme import get_role

MOST_LINES = 30  # of the history
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/kelola/<stop:stop>/pemuda/anggota")
@requires(Permission.SEE_YOUTH)
def members(stop: Stop) -> ResponseReturnValue:
    """All members, with filters in the address."""
    programme = get_programme(stop)
    listing = read_listing(request.args, programme_id=programme.id)
    today = today_in(programme.zone)
    return page(
        "members.html",
        stop,
        programme=programme,
        listing=listing,
        found=list_members(listing, today),
        today=today,
        cities=[(city, city) for city in list_cities(programme.id)],
        organisations=list_organisations_in(programme),
        args=listing.to_args(),
        is_live=listing.wanted.state == LIVE,
        skill_words=SKILL_WORDS,
        guardian_bar=lambda one: bar_of_guardian(find_guardian(one)),
        address=lambda **values: url_for(".members", stop=stop, **values),
        add_address=url_for(".add_members", stop=stop),
        export_address=_export_address(stop, listing),
    )


@bp.get("/kelola/<stop:stop>/pemuda/anggota.xlsx")
@requires(Permission.EXPORT_SCHEDULE)
def export_members(stop: Stop) -> Response:
    """The list as a file; who may not see members gets what is counted, and no filters."""
    programme = get_programme(stop)
    personal = may(signed_in_user(), Permission.SEE_YOUTH, stop.scopes)
    args = request.args if personal else {}
    data = build_members_sheet(
        programme, read_listing(args, programme_id=programme.id), personal=personal
    )
    name = slugify(_("Youth members %(province)s", province=stop.province.name()))
    answer = Response(data, mimetype=XLSX)
    answer.headers["Content-Disposition"] = content_disposition(f"{name}-{now():%Y-%m-%d}.xlsx")
    return answer


@bp.get("/kelola/<stop:stop>/pemuda/anggota/<member:member>")
@requires(Permission.SEE_YOUTH)
def member(stop: Stop, member: Member) -> ResponseReturnValue:
    """One member: what is known, the guardian, what was agreed to, what happened."""
    programme = get_programme(stop)
    enrolment = get_enrolment(programme, member)
    return show_member(stop, programme, enrolment)


def show_member(stop: Stop, programme: YouthProgramme, enrolment: Enrolment, **forms: Any) -> str:
    member = enrolment.member
    today = today_in(programme.zone)
    consent = find_guardian(member)
    bar = bar_of_guardian(consent) if member.is_minor_on(today) else None
    wanted = AuditFilter(subject_kind="youth_member", subject_id=member.id)
    guardian_link = guardian_url(consent) if consent is not None else ""
    return page(
        "member.html",
        stop,
        programme=programme,
        member=member,
        enrolment=enrolment,
        today=today,
        age=member.age_on(today),
        is_minor=member.is_minor_on(today),
        consent=consent,
        bar=bar,
        bar_sentence=bar_words(bar) if bar is not None else "",
        guardian_link=guardian_link,
        guardian_whatsapp=whatsapp_url(guardian_link, to=consent.phone) if consent else "",
        member_whatsapp=whatsapp_url(member_url(member), to=member.phone),
        consents=list_consents(member),
        approvals=list_approvals(programme, member),
        roles=[one for one in programme.roles if one.needs_approval and one.archived_at is None],
        history=list_entries([stop.scope], wanted, limit=MOST_LINES).shown,
        skill_words=SKILL_WORDS,
        **{"call_form": CallForm(), **forms},
    )


@bp.route("/kelola/<stop:stop>/pemuda/anggota/<member:member>/ubah", methods=["GET", "POST"])
@requires(Permission.ADD_YOUTH)
def change_member(stop: Stop, member: Member) -> ResponseReturnValue:
    """Correct what somebody wrote of themselves."""
    programme = get_programme(stop)
    get_enrolment(programme, member)
    form = PersonForm.of(member)
    offered = list_organisations_in(programme)

    def show() -> str:
        return page(
            "member_form.html",
            stop,
            programme=programme,
            member=member,
            form=form,
            organisations=offered,
            chosen=_chosen(offered, member),
        )

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    member_id, number = member.id, _chosen(offered, member)

    def save() -> None:
        organisation = db.session.get(YouthOrganisation, number or 0)
        fresh = db.session.get_one(Member, member_id)
        edit_member(fresh, form.read_person(), organisation=organisation, by=signed_in_user())

    refused = save_form(form, save, show)
    if refused is not None:
        return refused
    say(_("Saved."))
    return see_other(url_for(".member", stop=stop, member=member.code))


@bp.post("/kelola/<stop:stop>/pemuda/anggota/<member:member>/telepon")
@requires(Permission.EDIT_YOUTH)
def called(stop: Stop, member: Member) -> ResponseReturnValue:
    """The coordinator spoke with the guardian, who confirmed, or said no."""
    enrolment = get_enrolment(get_programme(stop), member)
    form = CallForm()
    if not form.validate():
        return show_member(stop, enrolment.programme, enrolment, call_form=form), 422
    refused = request.form.get("jawaban") == "tidak"
    note, member_id = form.note.data or "", member.id
    undo = None if refused else url_for(".uncalled", stop=stop, member=member.code)

    def act() -> None:
        fresh = db.session.get_one(Member, member_id)
        if refused:
            note_refusal_by_call(fresh, note=note, by=signed_in_user())
        else:
            note_call(fresh, note=note, by=signed_in_user())

    sentence = _("Noted: the guardian does not agree.") if refused else _("The call is noted.")
    return _do(stop, member, act, sentence, undo=undo)


@bp.post("/kelola/<stop:stop>/pemuda/anggota/<member:member>/telepon/batal")
@requires(Permission.EDIT_YOUTH)
def uncalled(stop: Stop, member: Member) -> ResponseReturnValue:
    get_enrolment(get_programme(stop), member)
    member_id = member.id

    def act() -> None:
        undo_call(db.session.get_one(Member, member_id), by=signed_in_user())

    return _do(stop, member, act, _("The call is no longer noted."))


@bp.route("/kelola/<stop:stop>/pemuda/anggota/<member:member>/kertas", methods=["GET", "POST"])
@requires(Permission.ADD_YOUTH)
@takes_uploads
def paper_of(stop: Stop, member: Member) -> ResponseReturnValue:
    """Keep the photo of a form that the guardian signed."""
    programme = get_programme(stop)
    get_enrolment(programme, member)
    present = find_guardian(member)
    form = PaperForm(data=vars(GuardianValues.of(present)) if present is not None else {})

    def show() -> str:
        return page("paper.html", stop, programme=programme, member=member, form=form)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    member_id = member.id

    def save() -> None:
        fresh = db.session.get_one(Member, member_id)
        values = form.read().checked()  # before the file is written
        document = form.paper.data or abort(400)
        note_paper(fresh, values, paper=store_document(document), by=signed_in_user())

    refused = save_form(form, save, show)
    if refused is not None:
        return refused
    say(_("The signed form is kept. Now call the guardian once."))
    return see_other(url_for(".member", stop=stop, member=member.code))


@bp.get("/kelola/<stop:stop>/pemuda/anggota/<member:member>/kertas/unduh")
@requires(Permission.ADD_YOUTH)
def paper_file(stop: Stop, member: Member) -> Response:
    get_enrolment(get_programme(stop), member)
    consent = find_guardian(member)
    if consent is None or consent.paper is None:
        abort(404)
    ending = consent.paper.rpartition(".")[2]
    kind = "application/pdf" if ending == "pdf" else "image/webp"
    return send_document(consent.paper, f"{_('consent')}-{member.code}.{ending}", kind)


paper_file.talisman_view_options = ATTACHMENT_POLICY  # type: ignore[attr-defined]


@bp.post("/kelola/<stop:stop>/pemuda/anggota/<member:member>/catatan")
@requires(Permission.EDIT_YOUTH)
def note(stop: Stop, member: Member) -> ResponseReturnValue:
    enrolment_id = get_enrolment(get_programme(stop), member).id

    def act() -> None:
        row = db.session.get_one(Enrolment, enrolment_id)
        note_about(row, request.form.get("catatan", ""), by=signed_in_user())

    return _do(stop, member, act, _("Saved."))


@bp.route("/kelola/<stop:stop>/pemuda/anggota/<member:member>/keluarkan", methods=["GET", "POST"])
@requires(Permission.EDIT_YOUTH)
def remove_member(stop: Stop, member: Member) -> ResponseReturnValue:
    programme = get_programme(stop)
    enrolment = get_enrolment(programme, member)
    form = ReasonForm()

    def show() -> str:
        return page("remove.html", stop, programme=programme, member=member, form=form)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    enrolment_id = enrolment.id

    def save() -> None:
        row = db.session.get_one(Enrolment, enrolment_id)
        remove_from_programme(row, reason=form.reason.data or "", by=signed_in_user())

    refused = save_form(form, save, show)
    if refused is not None:
        return refused
    say(
        _("%(name)s is out of the programme and reads why.", name=member.name),
        undo=url_for(".take_member_back", stop=stop, member=member.code),
    )
    return see_other(url_for(".member", stop=stop, member=member.code))


@bp.post("/kelola/<stop:stop>/pemuda/anggota/<member:member>/kembalikan")
@requires(Permission.EDIT_YOUTH)
def take_member_back(stop: Stop, member: Member) -> ResponseReturnValue:
    enrolment_id = get_enrolment(get_programme(stop), member).id

    def act() -> None:
        take_back(db.session.get_one(Enrolment, enrolment_id), by=signed_in_user())

    sentence = _("%(name)s is in again. Places given back do not return.", name=member.name)
    return _do(stop, member, act, sentence)


@bp.route("/kelola/<stop:stop>/pemuda/anggota/<member:member>/hapus", methods=["GET", "POST"])
@requires(Permission.EDIT_YOUTH)
def erase_member(stop: Stop, member: Member) -> ResponseReturnValue:
    """Erase somebody's data who asks for it; the page says before what becomes of everything."""
    programme = get_programme(stop)
    get_enrolment(programme, member)
    sure = request.form.get("yakin") == "ya"
    if not sure:
        lines, missed = explain(member), request.method == "POST"
        text = page(
            "erase.html", stop, programme=programme, member=member, lines=lines, missed=missed
        )
        return text, 422 if missed else 200
    member_id = member.id
    with transaction():
        forget_member(db.session.get_one(Member, member_id), by=signed_in_user())
    say(_("The data are erased."))
    return see_other(url_for(".members", stop=stop))


@bp.post("/kelola/<stop:stop>/pemuda/anggota/<member:member>/tautan")
@requires(Permission.EDIT_YOUTH)
def new_link(stop: Stop, member: Member) -> ResponseReturnValue:
    """End the member's old links; the new one stands on the page."""
    get_enrolment(get_programme(stop), member)
    member_id = member.id

    def act() -> None:
        renew_link(db.session.get_one(Member, member_id), by=signed_in_user())

    return _do(stop, member, act, _("The old links no longer work. Send the new one."))


@bp.post("/kelola/<stop:stop>/pemuda/anggota/<member:member>/peran/<id:role_id>")
@requires(Permission.EDIT_YOUTH)
def approve(stop: Stop, member: Member, role_id: int) -> ResponseReturnValue:
    """Say whether a member may take a role that needs the coordinator's word."""
    programme = get_programme(stop)
    get_enrolment(programme, member)
    role = get_role(programme, role_id)
    good, name, member_id = request.form.get("boleh") == "ya", role.name, member.id

    def act() -> None:
        row = db.session.get_one(Member, member_id)
        answer_approval(
            db.session.get_one(type(role), role_id), row, good=good, by=signed_in_user()
        )

    yes = _("%(name)s may take “%(role)s”.", name=member.name, role=name)
    no = _("%(name)s may not take “%(role)s”.", name=member.name, role=name)
    return _do(stop, member, act, yes if good else no)


def _do(
    stop: Stop, member: Member, act: Callable[[], None], sentence: str, *, undo: str | None = None
) -> ResponseReturnValue:
    """Do one thing to a member and show the page again; what a rule refuses is said there."""
    address = url_for(".member", stop=stop, member=member.code)
    try:
        with transaction():
            act()
    except BadValues:
        raise
    except GernasError as error:
        say(error.message)
    else:
        say(sentence, undo=undo)
    return see_other(address)


def _export_address(stop: Stop, listing: Listing) -> str:
    args: dict[str, Any] = dict(listing.to_args())
    return url_for(".export_members", stop=stop, **args)


def _chosen(offered: list[tuple[int, str]], member: Member) -> int | None:
    """The organisation that was chosen in the form, or the present one before it is sent."""
    if request.method == "GET":
        return member.organisation_id
    sent = request.form.get("organisasi", "")
    known = {str(number): number for number, _name in offered}
    if sent and sent not in known:
        raise BadValues({"organisation_id": _("Choose from the list.")})
    return known.get(sent)
