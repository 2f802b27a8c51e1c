"""Help for businesses in the back office: who helps whom, what came of it, what waits."""

from typing import Any

from flask import Response, abort, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.businesses.documents import ATTACHMENT_POLICY
from gernas.businesses.models import Business
from gernas.campaigns.models import Stop
from gernas.core.clock import today_in
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, GernasError
from gernas.core.permissions import Permission, requires
from gernas.core.saving import save_form
from gernas.core.typed import parse_integer
from gernas.core.web import say, see_other, signed_in_user
from gernas.registrations.sharing import whatsapp_url
from gernas.youth.helping.errors import NoAnswer, ReportGone
from gernas.youth.helping.evidence import send_evidence
from gernas.youth.helping.forms import ReasonForm, StartForm, WishForm
from gernas.youth.helping.matching import Place, Wanted, rank_helpers
from gernas.youth.helping.owner_links import owner_link
from gernas.youth.helping.parts import make_helper, make_wanted, why_words
from gernas.youth.helping.queries import (
    WAITING,
    count_by_state,
    count_live_by_member,
    count_waiting,
    find_assistance,
    find_enrolled,
    find_helpable,
    find_hours,
    find_task,
    list_assistances,
    list_helpable,
    list_helpers,
    list_hours_of,
    list_hours_to_check,
    list_live_companions,
    list_tasks_of,
)
from gernas.youth.helping.task_words import task_word
from gernas.youth.helping.words import (
    STATE_WORDS,
    assistance_state_words,
    platform_words,
    report_state_words,
)
from gernas.youth.models import (
    Assistance,
    AssistanceMember,
    AssistanceTask,
    Member,
    OutsideHours,
    YouthProgramme,
)
from gernas.youth.qr import qr_image
from gernas.youth.recognition.codes import certificate_code_words
from gernas.youth.registries import sales_of
from gernas.youth.services.assisting import (
    MOST_COMPANIONS,
    add_companion,
    end_assistance,
    end_companion,
    finish_assistance,
    renew_owner_link,
    reopen_assistance,
    start_assistance,
    wish_for_help,
)
from gernas.youth.services.tasks import answer_report, take_answer_back
from gernas.youth.views.blueprint import bp, get_programme, page

MOST_SUGGESTED = 10


@bp.record_once
def offer(state: BlueprintSetupState) -> None:
    """Give templates the words for help; as globals, since imported macros see only those."""
    state.app.jinja_env.globals.update(
        assistance_state=assistance_state_words,
        certificate_code_words=certificate_code_words,
        platform_word=platform_words,
        report_state=report_state_words,
        task_title=task_word,
    )


@bp.get("/kelola/<stop:stop>/pemuda/pendampingan")
@requires(Permission.SEE_YOUTH)
def assistances(stop: Stop) -> ResponseReturnValue:
    """All help of the programme, filtered in the address, and hours that wait for a coordinator."""
    programme = get_programme(stop)
    state, text = request.args.get("keadaan", ""), request.args.get("q", "")[:100]
    listed = list_assistances(programme, state=state, text=text, page=_read_page())
    states = [(WAITING, _("Something to confirm"))]
    states += [(str(one), str(words)) for one, words in STATE_WORDS.items()]
    return page(
        "assistances.html",
        stop,
        programme=programme,
        listed=listed,
        counts=count_by_state(programme),
        waiting=count_waiting(programme),
        hours=list_hours_to_check(programme),
        states=states,
        state=state,
        text=text,
    )


@bp.route("/kelola/<stop:stop>/pemuda/pendampingan/mulai", methods=["GET", "POST"])
@requires(Permission.EDIT_YOUTH)
def start_help(stop: Stop) -> ResponseReturnValue:
    """Choose a business, and who helps it; without anybody it waits like a wish."""
    programme = get_programme(stop)
    text = request.args.get("q", "")[:100]
    form = StartForm(data={"business_id": request.args.get("usaha")})
    _offer(form, programme, text)

    def show() -> str:
        return page("assistance_start.html", stop, programme=programme, form=form, text=text)

    if request.method == "GET" or not form.validate():
        return show(), 422 if request.method == "POST" else 200
    made: list[int] = []

    def save() -> None:
        row = db.session.get_one(YouthProgramme, programme.id)
        business = find_helpable(row, form.business_id.data) or abort(404)
        chosen = [form.first_id.data, form.second_id.data]
        members = [_get_member(row, number) for number in chosen if number is not None]
        made.append(start_assistance(row, business, members, by=signed_in_user()).id)

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("The help has begun. Send the owner the link by which results are confirmed."))
    return see_other(url_for(".assistance", stop=stop, assistance_id=made[0]))


@bp.get("/kelola/<stop:stop>/pemuda/pendampingan/<id:assistance_id>")
@requires(Permission.SEE_YOUTH)
def assistance(stop: Stop, assistance_id: int) -> ResponseReturnValue:
    """One business: wish, who helps, results with evidence, the owner's link, online sales."""
    found = _get(stop, assistance_id)
    return _show(stop, found)


@bp.get("/kelola/<stop:stop>/pemuda/pendampingan/<id:assistance_id>/bukti/<id:task_id>")
@requires(Permission.SEE_YOUTH)
def assistance_evidence(stop: Stop, assistance_id: int, task_id: int) -> Response:
    return send_evidence(find_task(_get(stop, assistance_id), task_id) or abort(404))


assistance_evidence.talisman_view_options = ATTACHMENT_POLICY  # type: ignore[attr-defined]


@bp.route(
    "/kelola/<stop:stop>/pemuda/pendampingan/<id:assistance_id>/keinginan",
    methods=["GET", "POST"],
)
@requires(Permission.EDIT_YOUTH)
def edit_wish(stop: Stop, assistance_id: int) -> ResponseReturnValue:
    """Write down what an owner said on the phone."""
    found = _get(stop, assistance_id)
    data = {"text": found.wish or "", "wanted": found.wanted, "languages": found.languages or ""}
    form = WishForm(data=data)

    def show() -> str:
        return page("assistance_wish.html", stop, assistance=found, form=form)

    if request.method == "GET" or not form.validate():
        return show(), 422 if request.method == "POST" else 200

    def save() -> None:
        row = _get(stop, assistance_id)
        wish_for_help(row.programme, row.business, form.read(), by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Saved."))
    return _back(stop, assistance_id)


@bp.post("/kelola/<stop:stop>/pemuda/pendampingan/<id:assistance_id>/pendamping")
@requires(Permission.EDIT_YOUTH)
def let_help(stop: Stop, assistance_id: int) -> ResponseReturnValue:
    """Let a member help, chosen from the suggestions or by code."""
    programme = get_programme(stop)
    _get(stop, assistance_id)
    number = parse_integer(request.form.get("anggota", "")) or 0
    if find_enrolled(programme, number) is None:
        say(_("Choose a member of this programme."))
        return _back(stop, assistance_id)
    try:
        with transaction():
            row = _get(stop, assistance_id)
            companion = add_companion(row, _get_member(programme, number), by=signed_in_user())
            companion_id, name = companion.id, companion.member.name
    except GernasError as error:
        say(error.message)
        return _back(stop, assistance_id)
    undo = url_for(
        ".end_help_of", stop=stop, assistance_id=assistance_id, companion_id=companion_id
    )
    say(_("%(name)s helps this business now.", name=name), undo=undo)
    return _back(stop, assistance_id)


@bp.post(
    "/kelola/<stop:stop>/pemuda/pendampingan/<id:assistance_id>/pendamping/<id:companion_id>/lepas"
)
@requires(Permission.EDIT_YOUTH)
def end_help_of(stop: Stop, assistance_id: int, companion_id: int) -> ResponseReturnValue:
    _get_companion(stop, assistance_id, companion_id)
    try:
        with transaction():
            companion = _get_companion(stop, assistance_id, companion_id)
            name = companion.member.name
            end_companion(companion, by=signed_in_user())
    except GernasError as error:
        say(error.message)
        return _back(stop, assistance_id)
    undo = url_for(
        ".let_help_again", stop=stop, assistance_id=assistance_id, companion_id=companion_id
    )
    say(_("%(name)s helps this business no longer.", name=name), undo=undo)
    return _back(stop, assistance_id)


@bp.post(
    "/kelola/<stop:stop>/pemuda/pendampingan/<id:assistance_id>/pendamping/<id:companion_id>/kembali"
)
@requires(Permission.EDIT_YOUTH)
def let_help_again(stop: Stop, assistance_id: int, companion_id: int) -> ResponseReturnValue:
    _get_companion(stop, assistance_id, companion_id)
    try:
        with transaction():
            companion = _get_companion(stop, assistance_id, companion_id)
            add_companion(companion.assistance, companion.member, by=signed_in_user())
    except GernasError as error:
        say(error.message)
    else:
        say(_("Helps this business again."))
    return _back(stop, assistance_id)


@bp.post("/kelola/<stop:stop>/pemuda/pendampingan/<id:assistance_id>/jawab")
@requires(Permission.EDIT_YOUTH)
def answer_for_owner(stop: Stop, assistance_id: int) -> ResponseReturnValue:
    """Confirm or not in the owner's stead, with a note that says why; or take that back."""
    _get(stop, assistance_id)
    what, _dash, typed = request.form.get("apa", "").partition("-")
    number = parse_integer(typed) or 0
    try:
        with transaction():
            row = _get(stop, assistance_id)
            report: AssistanceTask | OutsideHours | None
            if what == "hasil":
                report = find_task(row, number)
            else:
                report = next((one for one in list_hours_of(row) if one.id == number), None)
            if report is None:
                raise ReportGone
            _give(report)
    except (BadValues, NoAnswer):
        raise
    except GernasError as error:
        say(error.message)
    else:
        say(_("Saved."))
    return _back(stop, assistance_id)


@bp.post("/kelola/<stop:stop>/pemuda/jam-luar/<id:hours_id>/jawab")
@requires(Permission.EDIT_YOUTH)
def answer_hours(stop: Stop, hours_id: int) -> ResponseReturnValue:
    """Confirm hours that belong to no business, or say why not."""
    programme = get_programme(stop)
    if find_hours(programme, hours_id) is None:
        abort(404)
    try:
        with transaction():
            _give(find_hours(programme, hours_id) or abort(404))
    except (BadValues, NoAnswer):
        raise
    except GernasError as error:
        say(error.message)
    else:
        undo = None
        if request.form.get("jawaban") != "urung":
            undo = url_for(".undo_hours", stop=stop, hours_id=hours_id)
        say(_("Saved."), undo=undo)
    return see_other(url_for(".assistances", stop=stop, _anchor="jam"))


@bp.post("/kelola/<stop:stop>/pemuda/jam-luar/<id:hours_id>/urung")
@requires(Permission.EDIT_YOUTH)
def undo_hours(stop: Stop, hours_id: int) -> ResponseReturnValue:
    programme = get_programme(stop)
    if find_hours(programme, hours_id) is None:
        abort(404)
    with transaction():
        take_answer_back(find_hours(programme, hours_id) or abort(404), by=signed_in_user())
    say(_("It waits to be confirmed again."))
    return see_other(url_for(".assistances", stop=stop, _anchor="jam"))


@bp.post("/kelola/<stop:stop>/pemuda/pendampingan/<id:assistance_id>/selesai")
@requires(Permission.EDIT_YOUTH)
def finish_help(stop: Stop, assistance_id: int) -> ResponseReturnValue:
    _get(stop, assistance_id)
    try:
        with transaction():
            finish_assistance(_get(stop, assistance_id), by=signed_in_user())
    except GernasError as error:
        say(error.message)
    else:
        undo = url_for(".reopen_help", stop=stop, assistance_id=assistance_id)
        say(_("The help is finished."), undo=undo)
    return _back(stop, assistance_id)


@bp.route(
    "/kelola/<stop:stop>/pemuda/pendampingan/<id:assistance_id>/akhiri", methods=["GET", "POST"]
)
@requires(Permission.EDIT_YOUTH)
def end_help(stop: Stop, assistance_id: int) -> ResponseReturnValue:
    found = _get(stop, assistance_id)
    form = ReasonForm()

    def show() -> str:
        return page("assistance_end.html", stop, assistance=found, form=form)

    if request.method == "GET" or not form.validate():
        return show(), 422 if request.method == "POST" else 200

    def save() -> None:
        row = _get(stop, assistance_id)
        end_assistance(row, form.reason.data or "", by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    undo = url_for(".reopen_help", stop=stop, assistance_id=assistance_id)
    say(_("The help has ended."), undo=undo)
    return _back(stop, assistance_id)


@bp.post("/kelola/<stop:stop>/pemuda/pendampingan/<id:assistance_id>/lanjut")
@requires(Permission.EDIT_YOUTH)
def reopen_help(stop: Stop, assistance_id: int) -> ResponseReturnValue:
    _get(stop, assistance_id)
    try:
        with transaction():
            reopen_assistance(_get(stop, assistance_id), by=signed_in_user())
    except GernasError as error:
        say(error.message)
    else:
        say(_("The help goes on."))
    return _back(stop, assistance_id)


@bp.post("/kelola/<stop:stop>/pemuda/pendampingan/<id:assistance_id>/tautan")
@requires(Permission.EDIT_YOUTH)
def renew_link(stop: Stop, assistance_id: int) -> ResponseReturnValue:
    """Make the owner's link anew; who has the old one confirms nothing any more."""
    _get(stop, assistance_id)
    with transaction():
        renew_owner_link(_get(stop, assistance_id), by=signed_in_user())
    say(_("The link is new. Send it to the owner; the old one no longer works."))
    return _back(stop, assistance_id)


# --- What they share ------------------------------------------------------------------------


def _show(stop: Stop, found: Assistance) -> str:
    live = list_live_companions(found)
    link = owner_link(found)
    business = found.business
    text = _(
        "Hello, young people help %(business)s. Please look here at what they did, "
        "and confirm what is right: %(link)s",
        business=business.name,
        link=link,
    )
    return page(
        "assistance.html",
        stop,
        programme=found.programme,
        assistance=found,
        business=business,
        companions=live,
        alone=_find_minor_alone(found),
        former=[one for one in found.companions if one.ended_at is not None],
        suggested=_suggest(found) if found.ended_at is None and len(live) < MOST_COMPANIONS else [],
        tasks=list_tasks_of(found),
        hours=list_hours_of(found),
        link=link,
        link_qr=qr_image(link),
        whatsapp=whatsapp_url(str(text), to=business.whatsapp or business.phone),
        sales=sales_of(business),
    )


def _find_minor_alone(found: Assistance) -> str | None:
    """The name of a member under 18 beside whom no adult helps (any more)."""
    today = today_in(found.programme.zone)
    live = list_live_companions(found)
    if not live or any(not one.member.is_minor_on(today) for one in live):
        return None
    return live[0].member.name


def _suggest(found: Assistance) -> list[tuple[Member, str, int]]:
    """Members who want to help and fit, the best first: member, why, businesses helped now."""
    members = {one.id: one for one in list_helpers(found.programme)}
    for one in list_live_companions(found):
        members.pop(one.member_id, None)
    busy = count_live_by_member(found.programme)
    helpers = [make_helper(one, busy=busy.get(one.id, 0)) for one in members.values()]
    ranked = rank_helpers(make_wanted(found), helpers)[:MOST_SUGGESTED]
    return [(members[one.number], why_words(one), busy.get(one.number, 0)) for one in ranked]


def _offer(form: StartForm, programme: YouthProgramme, text: str) -> None:
    businesses = list(list_helpable(programme, text, limit=200))
    form.business_id.offer([(one.id, _business_words(one)) for one in businesses], none="–")
    chosen = next((one for one in businesses if one.id == form.business_id.data), None)
    place = Place(chosen.city, chosen.province_code) if chosen else Place(None, None)
    members = {one.id: one for one in list_helpers(programme)}
    busy = count_live_by_member(programme)
    helpers = [make_helper(one, busy=busy.get(one.id, 0)) for one in members.values()]
    ranked = [members[one.number] for one in rank_helpers(Wanted(place, []), helpers)][:300]
    people = [(one.id, f"{one.name} ({one.city})") for one in ranked]
    form.first_id.offer(people, none=_("Nobody yet"))
    form.second_id.offer(people, none=_("Nobody: alone"))


def _business_words(business: Business) -> str:
    return f"{business.name} ({business.city})" if business.city else business.name


def _give(report: AssistanceTask | OutsideHours) -> None:
    """Give the answer of the form to a report."""
    answer, by = request.form.get("jawaban", ""), signed_in_user()
    if answer == "urung":
        take_answer_back(report, by=by)
    elif answer in ("ya", "tidak"):
        note: Any = request.form.get("catatan", "")
        answer_report(report, confirmed=answer == "ya", by=by, note=note)
    else:
        raise NoAnswer


def _get(stop: Stop, assistance_id: int) -> Assistance:
    return find_assistance(get_programme(stop), assistance_id) or abort(404)


def _get_companion(stop: Stop, assistance_id: int, companion_id: int) -> AssistanceMember:
    found = _get(stop, assistance_id)
    return next((one for one in found.companions if one.id == companion_id), None) or abort(404)


def _get_member(programme: YouthProgramme, number: int) -> Member:
    return find_enrolled(programme, number) or abort(404)


def _back(stop: Stop, assistance_id: int) -> ResponseReturnValue:
    return see_other(url_for(".assistance", stop=stop, assistance_id=assistance_id))


def _read_page() -> int:
    return min(max(parse_integer(request.args.get("halaman", "1")) or 1, 1), 100_000)
