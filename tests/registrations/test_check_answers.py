"""The one validator: each type of question, what is shown, and whatever else people type."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from hypothesis import given, settings
from hypothesis import strategies as st

from gernas.registrations.answers import (
    check_answers,
    clean_typed,
    get_business_values,
    get_quota_values,
    list_shown,
)
from gernas.registrations.models import CallKind, QuotaDimension
from gernas.registrations.questions import (
    BUSINESS_FIELDS,
    Option,
    Question,
    QuestionType,
    ShownIf,
)
from gernas.registrations.ready_forms import make_form


@dataclass
class Stored:
    id: int
    question_key: str
    is_finished: bool = True


def ask(kind: QuestionType, **more: Any) -> Question:
    return Question(key="q", type=kind, label="Pertanyaan", **more)


def answer(question: Question, typed: Any) -> Any:
    """The kept answer; of a refused one the sentence, in a tuple."""
    checked = check_answers([question], {"q": typed})
    if checked.problems:
        return (checked.problems["q"],)
    return checked.answers.get("q")


OPTIONS = (Option(value="a", label="A"), Option(value="b", label="B"))


@pytest.mark.parametrize(
    ("question", "typed", "kept"),
    [
        (ask(QuestionType.TEXT), "  Kopi\u202e  Way Kanan ", "Kopi Way Kanan"),
        (ask(QuestionType.LONG_TEXT), "satu\r\ndua", "satu\ndua"),
        (ask(QuestionType.NUMBER), "1,250", 1250),
        (ask(QuestionType.NUMBER), "18.5", 18.5),
        (ask(QuestionType.NUMBER), 18.5, 18.5),
        (ask(QuestionType.RUPIAH), "Rp 25.000", 25_000),
        (ask(QuestionType.RUPIAH), "1.5 juta", 1_500_000),
        (ask(QuestionType.RUPIAH), 25_000, 25_000),
        (ask(QuestionType.CHOICE, options=OPTIONS), "b", "b"),
        (ask(QuestionType.CHOICES, options=OPTIONS), ["b", "a"], ["a", "b"]),
        (ask(QuestionType.CHOICES, options=OPTIONS), "b", ["b"]),
        (ask(QuestionType.DATE), "17/8/2022", "2022-08-17"),
        (ask(QuestionType.DATE), "17 Agustus 2022", "2022-08-17"),
        (ask(QuestionType.LINK), "www.tokopedia.com/kopi", "https://www.tokopedia.com/kopi"),
        (ask(QuestionType.CONSENT), "yes", True),
        (ask(QuestionType.CONSENT), "on", True),
        (ask(QuestionType.CONSENT), "no", None),
        (ask(QuestionType.BUSINESS, field="nib"), "9120.0012.3456-7", "9120001234567"),
        (ask(QuestionType.BUSINESS, field="whatsapp"), "0812 3456 7890", "+6281234567890"),
        (ask(QuestionType.BUSINESS, field="whatsapp"), "6281234567890", "+6281234567890"),
        (ask(QuestionType.BUSINESS, field="whatsapp"), "+62 812-3456-7890", "+6281234567890"),
        (ask(QuestionType.BUSINESS, field="npwp"), "01.234.567.8-901.000", "0012345678901000"),
        (ask(QuestionType.BUSINESS, field="instagram"), "@kopi.lampung", "kopi.lampung"),
        (ask(QuestionType.BUSINESS, field="email"), "Siti@Contoh.ID", "siti@contoh.id"),
        (ask(QuestionType.BUSINESS, field="website"), "kopi.id", "https://kopi.id"),
        (ask(QuestionType.BUSINESS, field="sector"), "craft", "craft"),
        (ask(QuestionType.TEXT), "   ", None),
        (ask(QuestionType.TEXT), None, None),
    ],
)
def test_a_good_answer_is_kept_in_one_form(
    english: Flask, question: Question, typed: Any, kept: Any
) -> None:
    assert answer(question, typed) == kept


@pytest.mark.parametrize(
    ("question", "typed", "sentence"),
    [
        (ask(QuestionType.TEXT), "x" * 201, "Too long: 201 characters, at most 200."),
        (ask(QuestionType.NUMBER), "banyak", "“banyak” is not a number."),
        (ask(QuestionType.NUMBER), "1.2345", "At most 3 digits after the comma, please."),
        (ask(QuestionType.NUMBER, minimum=1, maximum=3), "0", "At least 1, please."),
        (ask(QuestionType.NUMBER, minimum=1, maximum=3), "4", "At most 3, please."),
        (ask(QuestionType.NUMBER), "NaN", "“NaN” is not a number."),
        (ask(QuestionType.NUMBER), "1E+9999999", "“1E+9999999” is not a number."),
        (ask(QuestionType.CHOICE, options=OPTIONS), "c", "Choose one from the list."),
        (ask(QuestionType.CHOICES, options=OPTIONS), ["a", "c"], "Choose from the list."),
        (
            ask(QuestionType.DATE),
            "31/2/2022",
            "“31/2/2022” is not a date. Write it like 17/03/2022 or 17 March 2022.",
        ),
        (
            ask(QuestionType.LINK),
            "javascript:alert(1)",
            "Write a whole web address that begins with https://",
        ),
        (
            ask(QuestionType.BUSINESS, field="nib"),
            "912000123456",
            "A NIB has 13 digits. You wrote only 12.",
        ),
        (
            ask(QuestionType.BUSINESS, field="nib"),
            "91200012A4567",
            "A NIB has digits only, for example 9120 0012 3456 7.",
        ),
        (
            ask(QuestionType.BUSINESS, field="nib"),
            "1871010101900001",
            (
                "This looks like a NIK, the number on your ID card. The NIB has 13 digits and"
                " stands on the licence from OSS. Please do not write your NIK here."
            ),
        ),
        (ask(QuestionType.TEXT, required=True), " ", "This answer is still empty."),
        (ask(QuestionType.CONSENT, required=True), "", "Tick this to go on."),
        (
            ask(QuestionType.CHOICE, options=OPTIONS, required=True),
            "",
            "Choose one of the answers.",
        ),
    ],
)
def test_a_bad_answer_is_told_in_a_sentence(
    english: Flask, question: Question, typed: Any, sentence: str
) -> None:
    assert answer(question, typed) == (sentence,)


def test_numbers_are_read_as_the_readers_language_writes_them(context: Flask) -> None:
    with force_locale("id"):
        assert answer(ask(QuestionType.NUMBER), "1.250") == 1250
        assert answer(ask(QuestionType.NUMBER), "18,5") == 18.5


def test_a_kept_number_stays_what_it_is_in_every_language(context: Flask) -> None:
    for language in ("id", "en"):
        with force_locale(language):
            assert answer(ask(QuestionType.NUMBER), 1.349) == 1.349


def test_a_hidden_question_is_neither_asked_nor_kept(english: Flask) -> None:
    questions = [
        Question(key="cooks", type=QuestionType.CHOICE, label="Masak?", options=OPTIONS),
        Question(
            key="device",
            type=QuestionType.TEXT,
            label="Alat?",
            required=True,
            shown_if=ShownIf(key="cooks", equals="a"),
        ),
        Question(
            key="power",
            type=QuestionType.TEXT,
            label="Daya?",
            required=True,
            shown_if=ShownIf(key="device", equals="x"),
        ),
    ]

    hidden = check_answers(questions, {"cooks": "b", "device": "Kompor"})
    shown = check_answers(questions, {"cooks": "a"})

    assert (hidden.answers, hidden.problems) == ({"cooks": "b"}, {})
    assert shown.problems == {"device": "This answer is still empty."}
    assert [one.key for one in list_shown(questions, {"cooks": "a"})] == ["cooks", "device"]


def test_files_count_once_they_arrived(english: Flask) -> None:
    question = ask(QuestionType.PHOTO, required=True, most=2)
    here, coming = Stored(1, "q"), Stored(2, "q", is_finished=False)
    others = [Stored(3, "another")]

    def check(files: list[Stored], kept: Any = None) -> Any:
        typed = {} if kept is None else {"q": kept}
        checked = check_answers([question], typed, files)
        return checked.problems.get("q", checked.answers.get("q"))

    assert check([here, *others]) == [1]
    assert check(others) == "Add at least one photo."
    assert check([here, coming]) == (
        "A file has not arrived completely. Send it again or remove it."
    )
    three = [Stored(4, "q"), Stored(5, "q"), here]
    assert check(three) == "At most 2 files belong here."
    assert check(three, kept=["4", "1"]) == [4, 1]


def test_one_step_is_checked_alone(english: Flask) -> None:
    questions = [
        Question(key="a", type=QuestionType.TEXT, label="A", required=True),
        Question(key="b", type=QuestionType.TEXT, label="B", required=True),
    ]

    assert check_answers(questions, {"a": "x"}, only=["a"]).is_good
    assert set(check_answers(questions, {"a": "x"}, only=["b"]).problems) == {"b"}


def test_answers_feed_quotas_and_the_record_of_the_business(english: Flask) -> None:
    questions = [
        *make_form(CallKind.UMKM_BOOTH)[:12],
        Question(
            key="wish",
            type=QuestionType.CHOICE,
            label="Zona",
            quota=QuotaDimension.ZONE,
            options=(Option(value="A", label="A"), Option(value="B", label="B")),
        ),
    ]
    answers = {"sector": "food", "province": "ID-LA", "instagram": "kopi", "wish": "A"}

    assert get_quota_values(questions, answers) == {
        QuotaDimension.SECTOR: "food",
        QuotaDimension.PROVINCE: "ID-LA",
        QuotaDimension.ZONE: "A",
    }
    assert get_business_values(questions, answers) == {
        "sector": "food",
        "province_code": "ID-LA",
        "social": {"instagram": "kopi"},
    }


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


QUESTIONS = [
    *(ask(kind, options=OPTIONS) for kind in QuestionType if kind != QuestionType.BUSINESS),
    *(ask(QuestionType.BUSINESS, field=field) for field in BUSINESS_FIELDS),
]


@settings(max_examples=300)
@given(st.sampled_from(QUESTIONS), ANYTHING)
def test_whatever_comes_is_refused_or_kept_and_what_is_kept_stays(
    question: Question, typed: Any
) -> None:
    """ASVS 2.2.1, 1.4.2."""
    with _SMALL.test_request_context(), force_locale("en"):
        for each in (typed, clean_typed(typed)):
            kept = check_answers([question], {"q": each}).answers

            assert json.loads(json.dumps(kept, allow_nan=False)) == kept
            assert check_answers([question], kept).answers == kept


_SMALL = Flask("small", static_folder=None)
Babel(_SMALL, default_locale="en")
