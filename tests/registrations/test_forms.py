"""The form builder: questions that fit together, and old answers that stay readable."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from gernas.accounts.models import User
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, NotAllowed
from gernas.core.permissions import Role
from gernas.registrations.errors import CallChanged, NoSuchQuestion, StillNeeded
from gernas.registrations.models import (
    Call,
    CallKind,
    FormVersion,
    QuotaDimension,
    RegistrationState,
)
from gernas.registrations.queries import get_form
from gernas.registrations.questions import (
    Option,
    Question,
    QuestionType,
    ShownIf,
    check_form,
    clean_question,
    list_steps,
    make_key,
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
from tests.factories import make_stop, make_user
from tests.registrations.making import again, draft, make_call, send

TEXT = Question(key="", type=QuestionType.TEXT, label="Butuh listrik?", label_en="Need power?")


def build(service: Any, call: Call, *values: Any, **more: Any) -> Any:
    with transaction():
        return service(db.session.get_one(Call, call.id), *values, **{"by": None, **more})


def keys(call: Call) -> list[str]:
    db.session.rollback()
    fresh = db.session.get_one(Call, call.id, populate_existing=True)
    return [question.key for question in read_questions(get_form(fresh).questions)]


def versions(call: Call) -> list[int]:
    db.session.rollback()
    numbers = select(FormVersion.number).where(FormVersion.call_id == call.id)
    return sorted(db.session.scalars(numbers))


def test_questions_are_added_moved_edited_and_removed(english: Flask) -> None:
    call = make_call()
    start = keys(call)

    build(add_question, call, TEXT)
    build(move_question, call, "butuh_listrik", up=True)
    build(remove_question, call, "photos")

    assert keys(call) == [*start[:-1], "butuh_listrik"]
    build(edit_question, call, "butuh_listrik", replace(TEXT, label="Berapa watt?"))
    assert keys(call)[-1] == "butuh_listrik"
    assert versions(call) == [1]


def test_answers_stay_readable_as_they_were_asked(english: Flask) -> None:
    call = make_call()
    registration = send(call, business_name="Tapis Indah")

    build(
        edit_question,
        call,
        "business_name",
        Question(
            key="business_name",
            type=QuestionType.BUSINESS,
            field="name",
            label="Nama merek",
            required=True,
        ),
    )
    build(remove_question, call, "photos")

    assert versions(call) == [1, 2]
    asked = read_questions(again(registration).form_version.questions)
    assert asked[0].text == "What is your business called?"
    assert "photos" in {question.key for question in asked}
    assert "photos" not in keys(call)


def test_a_form_that_somebody_is_filling_in_does_not_change_under_them(english: Flask) -> None:
    call = make_call()
    begun = draft(call)

    build(add_question, call, TEXT)

    kept = again(begun)
    assert (kept.state, kept.form_version.number) == (RegistrationState.DRAFT, 1)
    assert versions(call) == [1, 2]


def test_a_question_on_which_another_depends_stays(english: Flask) -> None:
    call = make_call()

    with pytest.raises(StillNeeded, match="“With what\\?” depends on this question"):
        build(remove_question, call, "cooks")


def test_a_question_does_not_move_before_that_on_which_it_depends(english: Flask) -> None:
    call = make_call()
    before = keys(call)

    with pytest.raises(BadValues) as refused:
        build(move_question, call, "device", up=True)

    assert refused.value.problems == {
        "device": "It can only depend on a question that stands before it."
    }
    assert keys(call) == before


def test_what_is_not_there_is_not_changed(english: Flask) -> None:
    call = make_call()

    with pytest.raises(NoSuchQuestion):
        build(remove_question, call, "nothing")
    with pytest.raises(NoSuchQuestion):
        build(edit_question, call, "nothing", TEXT)


def test_every_form_asks_for_the_name_of_the_business(english: Flask) -> None:
    call = make_call()

    with pytest.raises(BadValues, match="asks for the name of the business"):
        build(remove_question, call, "business_name")


def test_of_two_who_build_at_once_the_second_hears_of_it(english: Flask) -> None:
    call = make_call()
    seen = db.session.get_one(Call, call.id, populate_existing=True).version
    build(add_question, call, TEXT)

    with pytest.raises(CallChanged):
        build(remove_question, call, "photos", version=seen)


def test_who_may_not_edit_calls_builds_nothing(english: Flask) -> None:
    stop = make_stop()
    call = make_call(stop)
    viewer = make_user(Role.VIEWER, stop.scope)

    with pytest.raises(NotAllowed):
        build(add_question, call, TEXT, by=db.session.get_one(User, viewer.id))


@pytest.mark.parametrize(
    ("question", "field"),
    [
        (Question(key="a", type=QuestionType.TEXT, label="  "), "label"),
        (Question(key="A b", type=QuestionType.TEXT, label="x"), "key"),
        (Question(key="a", type=QuestionType.TEXT, label="x" * 301), "label"),
        (Question(key="a", type=QuestionType.CHOICE, label="x"), "options"),
        (
            Question(
                key="a",
                type=QuestionType.CHOICE,
                label="x",
                options=(Option(value="1", label="Satu"), Option(value="1", label="Dua")),
            ),
            "options",
        ),
        (Question(key="a", type=QuestionType.BUSINESS, label="x", field="nik"), "field"),
        (Question(key="a", type=QuestionType.PHOTO, label="x", most=99), "most"),
        (Question(key="a", type=QuestionType.NUMBER, label="x", minimum=5, maximum=2), "maximum"),
    ],
)
def test_a_question_that_cannot_be_kept_says_why(
    english: Flask, question: Question, field: str
) -> None:
    with pytest.raises(BadValues) as refused:
        clean_question(question)

    assert list(refused.value.problems) == [field]


def test_what_a_type_ignores_does_not_lie_hidden_in_the_form(english: Flask) -> None:
    hidden = Question(
        key="a",
        type=QuestionType.TEXT,
        label="x",
        options=(Option(value="1", label="Satu"), Option(value="2", label="Dua")),
        field="nib",
        quota=QuotaDimension.ZONE,
        most=5,
        minimum=3,
    )

    assert clean_question(hidden) == Question(key="a", type=QuestionType.TEXT, label="x")


def test_options_get_values_of_their_words(english: Flask) -> None:
    options = tuple(Option(value="", label=text) for text in ("Ya, tiap hari", "Tidak", ""))
    asked = Question(key="a", type=QuestionType.CHOICE, label="x", options=options)

    assert [option.value for option in clean_question(asked).options] == ["ya_tiap_hari", "tidak"]


def test_two_questions_do_not_share_a_field_a_key_or_a_quota(english: Flask) -> None:
    name = Question(key="a", type=QuestionType.BUSINESS, field="name", label="x")
    zones = (Option(value="A", label="A"), Option(value="B", label="B"))
    zone = Question(
        key="z", type=QuestionType.CHOICE, label="x", options=zones, quota=QuotaDimension.ZONE
    )

    for other in (name, replace(name, key="b"), replace(zone, key="y")):
        with pytest.raises(BadValues):
            check_form([name, zone, other])


def test_a_condition_names_an_answer_that_can_be_given(english: Flask) -> None:
    asked = Question(key="a", type=QuestionType.BUSINESS, field="sector", label="x")
    shown = Question(
        key="b", type=QuestionType.TEXT, label="y", shown_if=ShownIf(key="a", equals="food")
    )

    check_form([asked, shown])
    with pytest.raises(BadValues, match="an answer that cannot be given"):
        check_form([asked, replace(shown, shown_if=ShownIf(key="a", equals="stone"))])


@pytest.mark.parametrize("kind", list(CallKind))
def test_ready_made_forms_hold_and_speak_both_languages(context: Flask, kind: CallKind) -> None:
    form = make_form(kind)

    check_form([clean_question(question) for question in form])

    assert read_questions([question.to_json() for question in form]) == form
    for question in form:
        texts = [(question.label, question.label_en), (question.help, question.help_en)]
        texts += [(option.label, option.label_en) for option in question.options]
        assert all((one is None) == (other is None) for one, other in texts)
    english = [question.label_en for question in form]
    assert [question.label for question in form] != english
    with force_locale("en"):
        assert [question.text for question in form] == english


def test_a_ready_made_form_has_a_few_questions_on_each_page(context: Flask) -> None:
    steps = list_steps(make_form(CallKind.UMKM_BOOTH))

    assert all(step.title for step in steps)
    assert 4 <= len(steps) <= 8
    assert max(len(step.questions) for step in steps) <= 8


def test_a_ready_made_form_can_be_taken_for_a_call(english: Flask) -> None:
    call = make_call()

    build(set_questions, call, make_form(CallKind.MENTORING))

    assert "needs" in keys(call)


def test_keys_are_made_of_words_and_differ() -> None:
    assert make_key("Berapa orang?", []) == "berapa_orang"
    assert make_key("Berapa orang?", ["berapa_orang"]) == "berapa_orang_2"
    assert make_key("???", []) == "pertanyaan"
    assert make_key("2 meja", []) == "meja"
