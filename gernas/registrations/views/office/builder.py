"""The form of a call: add, change, move and remove questions; see it as applicants do."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from gernas.core.database import transaction
from gernas.core.permissions import Permission, requires
from gernas.core.saving import save_form
from gernas.core.web import read_sent, say, see_other, signed_in_user
from gernas.registrations.errors import CallChanged
from gernas.registrations.models import Call
from gernas.registrations.office_queries import list_form_versions
from gernas.registrations.pages import list_pages
from gernas.registrations.queries import get_form
from gernas.registrations.question_form import FIELD_WORDS, NEEDS, TYPE_WORDS, QuestionForm
from gernas.registrations.questions import (
    Question,
    QuestionType,
    list_steps,
    read_questions,
)
from gernas.registrations.ready_forms import make_form
from gernas.registrations.services.forms import (
    add_question,
    edit_question,
    move_question,
    remove_question,
    set_questions,
)
from gernas.registrations.views.office.blueprint import bp, call_page, fetch_call

_TYPES = {str(kind): kind for kind in QuestionType}


@bp.get("/kelola/daftar/<call:call>/formulir")
@requires(Permission.SEE_PLANS)
def builder(call: Call) -> ResponseReturnValue:
    """The questions in order, with what can be done to each; and the forms before this one."""
    versions = list_form_versions(call)
    number = request.args.get("versi", "")
    form, answered = next(
        ((form, count) for form, count in versions if str(form.number) == number), versions[0]
    )
    questions = read_questions(form.questions)
    return call_page(
        "builder.html",
        call,
        form=form,
        answered=answered,
        versions=versions,
        is_present=form.number == call.form_number,
        steps=list_steps(questions),
        **_describe_conditions(questions),
        types=[(str(kind), text) for kind, text in TYPE_WORDS.items()],
        type_words=TYPE_WORDS,
        field_words=FIELD_WORDS,
        count=len(questions),
    )


@bp.get("/kelola/daftar/<call:call>/formulir/pratinjau")
@requires(Permission.SEE_PLANS)
def preview_form(call: Call) -> ResponseReturnValue:
    """The form as applicants see it, page by page; nothing can be sent."""
    questions = read_questions(get_form(call).questions)
    return call_page(
        "preview.html", call, pages=list_pages(questions), **_describe_conditions(questions)
    )


@bp.route("/kelola/daftar/<call:call>/formulir/tambah", methods=["GET", "POST"])
@requires(Permission.EDIT_CALLS)
def add(call: Call) -> ResponseReturnValue:
    kind = _TYPES.get(read_sent("jenis"), QuestionType.TEXT)
    questions = read_questions(get_form(call).questions)
    form = QuestionForm.of(kind, None, questions, version=call.version)

    def save() -> None:
        question = form.read_question(kind, None)
        add_question(fetch_call(call), question, by=signed_in_user(), version=form.shown_version)

    said = _("The question stands at the end of the form.")
    return _edit(call, form, None, save, said=said)


@bp.route("/kelola/daftar/<call:call>/formulir/pertanyaan/<key>", methods=["GET", "POST"])
@requires(Permission.EDIT_CALLS)
def edit_one(call: Call, key: str) -> ResponseReturnValue:
    questions = read_questions(get_form(call).questions)
    place = next((n for n, one in enumerate(questions) if one.key == key), None)
    if place is None:
        abort(404)
    question = questions[place]
    kind = _TYPES.get(read_sent("jenis"), question.type)
    form = QuestionForm.of(kind, question, questions[:place], version=call.version)

    def save() -> None:
        edit_question(
            fetch_call(call),
            key,
            form.read_question(kind, question),
            by=signed_in_user(),
            version=form.shown_version,
        )

    return _edit(call, form, question, save, said=_("Saved."))


@bp.post("/kelola/daftar/<call:call>/formulir/pertanyaan/<key>/naik")
@requires(Permission.EDIT_CALLS)
def move_up(call: Call, key: str) -> ResponseReturnValue:
    return _change(call, lambda row: move_question(row, key, up=True, by=signed_in_user()), key)


@bp.post("/kelola/daftar/<call:call>/formulir/pertanyaan/<key>/turun")
@requires(Permission.EDIT_CALLS)
def move_down(call: Call, key: str) -> ResponseReturnValue:
    return _change(call, lambda row: move_question(row, key, up=False, by=signed_in_user()), key)


@bp.post("/kelola/daftar/<call:call>/formulir/pertanyaan/<key>/salin")
@requires(Permission.EDIT_CALLS)
def copy_one(call: Call, key: str) -> ResponseReturnValue:
    """The same question once more, at the end; a field of the business cannot be asked twice."""

    def copy(row: Call) -> None:
        questions = {each.key: each for each in read_questions(get_form(row).questions)}
        question = questions.get(key) or abort(404)
        add_question(row, replace(question, key=""), by=signed_in_user())

    return _change(call, copy, key)


@bp.post("/kelola/daftar/<call:call>/formulir/pertanyaan/<key>/hapus")
@requires(Permission.EDIT_CALLS)
def remove(call: Call, key: str) -> ResponseReturnValue:
    with transaction():
        remove_question(fetch_call(call), key, by=signed_in_user())
    say(_("The question is out of the form. Answers to it stay readable."))
    return see_other(url_for(".builder", call=call))


@bp.route("/kelola/daftar/<call:call>/formulir/siap", methods=["GET", "POST"])
@requires(Permission.EDIT_CALLS)
def ready_made(call: Call) -> ResponseReturnValue:
    """Put the ready-made form of this kind of call in the place of the present one."""
    form = FlaskForm()

    def show() -> str:
        questions = make_form(call.kind)
        return call_page("ready_made.html", call, form=form, steps=list_steps(questions))

    if request.method == "GET":
        return show()

    def save() -> None:
        row = fetch_call(call)
        set_questions(row, make_form(row.kind), by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("The ready-made form is in its place."))
    return see_other(url_for(".builder", call=call))


def _describe_conditions(questions: Sequence[Question]) -> dict[str, Any]:
    """What conditions name: the words of questions and of their answers, by key."""
    return {
        "labels": {question.key: question.text for question in questions},
        "options": {question.key: dict(question.list_options()) for question in questions},
    }


def _edit(
    call: Call,
    form: QuestionForm,
    question: Question | None,
    save: Callable[[], None],
    *,
    said: str,
) -> ResponseReturnValue:
    """Show the form of a question, or save it and go back to the whole form."""
    kind = QuestionType(form.kind.object_data)

    def show() -> str:
        return call_page(
            "question.html",
            call,
            form=form,
            kind=str(kind),
            needs=NEEDS.get(kind, ()),
            question=question,
            types=[(str(each), text) for each, text in TYPE_WORDS.items()],
            type_words=TYPE_WORDS,
        )

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    try:
        failed = save_form(form, save, show)
    except CallChanged as error:
        form.version.data, form.version.raw_data = str(error.call.version), None
        form.form_errors.append(error.message)
        form.form_errors.append(_("What you typed is still here. Save again to keep it."))
        return show(), 409
    if failed is not None:
        return failed
    say(said)
    anchor = question.key if question is not None else None
    return see_other(url_for(".builder", call=call, _anchor=f"q-{anchor}" if anchor else "akhir"))


def _change(call: Call, change: Callable[[Call], None], key: str) -> ResponseReturnValue:
    with transaction():
        change(fetch_call(call))
    return see_other(url_for(".builder", call=call, _anchor=f"q-{key}"))
